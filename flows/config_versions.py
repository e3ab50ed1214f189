"""Brings a settings file of an older version up to date: comments kept, a backup beside it.

Version 0 had `polling:` for `network:`, `user_agent_contact` for `contact`, and `first_days` at the top.
"""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from extractors.errors import ConfigError, StorageError

NEWEST_VERSION = 1


def brought_up_to_date(path: Path, mistakes_in: Callable[[Path], list[str]]) -> Path | None:
    """Migrate the file in place; answers with the backup's path, or None when there was nothing to do.

    Raises ConfigError, and leaves the file as it is, when what it would become has mistakes.
    A file that cannot be read as YAML is left to the loader, which says what is wrong with it.
    """
    if not path.is_file() or b"config_version: 1" in path.read_bytes():
        return None
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.preserve_quotes = True
    try:
        document = yaml.load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError):
        return None
    version = document.get("config_version", 0) if isinstance(document, dict) else None
    if not isinstance(version, int) or not 0 <= version < NEWEST_VERSION:
        return None
    backup = free_backup(path, version)
    for step in range(version, NEWEST_VERSION):
        STEPS[step](document)
    document["config_version"] = NEWEST_VERSION
    write(path, backup, yaml, document, mistakes_in)
    return backup


def free_backup(path: Path, version: int) -> Path:
    """A name for the backup that nothing has yet."""
    numbers = (f".{number}" if number else "" for number in count())
    return next(name for each in numbers if not (name := path.with_name(f"{path.name}.v{version}.bak{each}")).exists())


def write(path: Path, backup: Path, yaml: Any, document: Any, mistakes_in: Callable[[Path], list[str]]) -> None:
    """Write beside the file, look at it, then take its place."""
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("w", encoding="utf-8") as stream:
            yaml.dump(document, stream)
        if mistakes := mistakes_in(fresh):
            raise ConfigError(mistakes)
        shutil.copy2(path, backup)
        fresh.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be brought up to date ({error.strerror}); make its folder writable"
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


def from_0_to_1(document: Any) -> None:
    """`polling` became `network`, `user_agent_contact` became `contact`, `first_days` moved under `run`."""
    from ruamel.yaml.comments import CommentedMap

    if "polling" in document:
        document.insert(list(document).index("polling"), "network", document.pop("polling"))
    network: Any = document.get("network") or {}
    if "user_agent_contact" in network:
        network.insert(0, "contact", network.pop("user_agent_contact"))
    if "first_days" in document:
        comment = document.ca.items.pop("first_days", None)
        run = document.setdefault("run", CommentedMap())
        run["first_days"] = document.pop("first_days")
        if comment:
            run.ca.items["first_days"] = comment


STEPS: dict[int, Callable[[Any], None]] = {0: from_0_to_1}
