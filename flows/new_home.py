"""Makes a home: the shipped configuration, copied whole or adapted to the embedded newsroom."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from extractors.errors import ConfigError, StorageError
from flows.demo.newsroom import newsroom_feeds
from flows.home import shipped_config

DEMO_SETTINGS = """\
# Settings of a demo home. `sinoscope config show --origin` tells where each value comes from.
config_version: 1
demo_on: "{today}"      # the day the sample news lead up to; `run` starts and stops their newsroom itself
network:
  contact: "https://example.org/monitor"
  feed_seconds: 0       # the newsroom is ours: no need to pace
  page_seconds: 0
run:
  first_days: 120       # at a feed's first poll, older entries stay rows
"""


@dataclass(frozen=True, slots=True)
class MadeHome:
    """What `make_home` left behind."""

    folder: Path
    feed_count: int
    file_count: int


def make_home(folder: Path, demo_at: datetime | None) -> MadeHome:
    """Fill DIR/config and make DIR/data; with `demo_at` the feeds are the newsroom's, dated up to then.

    Raises ConfigError when DIR/config exists, StorageError when DIR cannot be written. Nothing is left half made.
    """
    if (folder / "config").exists():
        raise ConfigError([f"{folder / 'config'}: exists already; choose another folder or remove it first"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".config-") as half_made:
            config = Path(half_made) / "config"
            shutil.copytree(shipped_config(), config)
            if demo_at is not None:
                write_demo(config, demo_at)
            count = MadeHome(folder, feed_count(config), sum(path.is_file() for path in config.rglob("*")))
            os.replace(config, folder / "config")  # noqa: PTH105 - one rename: all or nothing
        (folder / "data").mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot make a home in {folder}: {error.strerror or error}; choose a folder you may write to"
        ) from error
    return count


def write_demo(config: Path, demo_at: datetime) -> None:
    """Replace settings and feeds by the newsroom's."""
    (config / "settings.yaml").write_text(
        DEMO_SETTINGS.format(today=demo_at.isoformat(timespec="seconds")), encoding="utf-8"
    )
    feeds = yaml.safe_dump({"feeds": newsroom_feeds()}, allow_unicode=True, sort_keys=False, width=120)
    (config / "feeds.yaml").write_text(
        "# The outlets of the embedded newsroom. All texts are samples.\n" + feeds, encoding="utf-8"
    )


def feed_count(config: Path) -> int:
    """How many feeds the file lists."""
    return len(yaml.safe_load((config / "feeds.yaml").read_text(encoding="utf-8"))["feeds"])
