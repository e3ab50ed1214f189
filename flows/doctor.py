"""Looks at the machine, the home and its configuration, and says what would go wrong before it does."""

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.errors import SinoscopeError
from flows.checking import mistakes_in
from flows.home import Home
from flows.rules import load_rules
from flows.settings import Config, load_config
from warehouse.connection import open_published

FREE_BYTES_WANTED = 2 * 1024**3
VERSIONS_SHOWN = ("duckdb", "prefect", "feedparser", "trafilatura")


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is ok, warn or bad; `what` is a sentence, with the remedy when it is not ok."""

    level: str
    what: str


def examine(home: Home) -> list[Finding]:
    """All findings, in the order a person would check."""
    return [*of_machine(), *of_config(home), *of_data(home)]


def of_machine() -> Iterator[Finding]:
    """Python and the libraries that matter."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in VERSIONS_SHOWN)
    yield Finding("ok", f"python {platform.python_version()}, {versions}")


def of_config(home: Home) -> Iterator[Finding]:
    """Every mistake in config/, else its size and its warnings."""
    mistakes, _ = mistakes_in(home.root)
    if mistakes:
        yield from (Finding("bad", mistake) for mistake in mistakes)
        return
    config, rules = load_config(home.root), load_rules(home.root)
    yield Finding(
        "ok", f"config/ is valid: {len(config.feeds)} feeds, {rules.topic_count} topics, {rules.entity_count} entities"
    )
    yield from (Finding("warn", warning) for warning in config.warnings)
    yield from of_contact(config)


def of_contact(config: Config) -> Iterator[Finding]:
    """Site owners should be able to reach whoever polls them."""
    if not config.settings.network.contact or "example.org" in config.settings.network.contact:
        yield Finding(
            "warn", "config/settings.yaml: network.contact names nobody; put a page or address of yours there"
        )


def of_data(home: Home) -> Iterator[Finding]:
    """Whether the data folder can be written, has room, and its published file opens."""
    folder = home.data if home.data.is_dir() else home.root
    if not os.access(folder, os.W_OK):
        yield Finding("bad", f"{folder} is not writable; change its owner or choose another home")
    free_bytes = shutil.disk_usage(folder).free
    level = "ok" if free_bytes > FREE_BYTES_WANTED else "warn"
    yield Finding(level, f"{free_bytes / 1024**3:.0f} GiB free in {folder}")
    yield of_published(home)


def of_published(home: Home) -> Finding:
    """The file people read."""
    if not home.published.is_file():
        return Finding("ok", "nothing is published yet; `sinoscope run` makes the first snapshot")
    try:
        open_published(home.published).close()
    except SinoscopeError as error:
        return Finding("bad", str(error))
    return Finding("ok", "data/published.duckdb opens")
