"""Brings a settings file of an older version up to date: comments kept, a backup beside it.

Version 0 had `polling:` for `network:`, `user_agent_contact` for `contact`, and `first_days` at the top.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from extractors.errors import StorageError

NEWEST_VERSION = 1


def brought_up_to_date(path: Path) -> Path | None:
    """Migrate the file in place; answers with the backup's path, or None when there was nothing to do.

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
    backup = path.with_name(f"{path.name}.v{version}.bak")
    for step in range(version, NEWEST_VERSION):
        STEPS[step](document)
    document["config_version"] = NEWEST_VERSION
    write(path, backup, yaml, document)
    return backup


def write(path: Path, backup: Path, yaml: Any, document: Any) -> None:
    """Write beside the file, then take its place."""
    fresh = path.with_name(path.name + ".new")
    try:
        shutil.copy2(path, backup)
        with fresh.open("w", encoding="utf-8") as stream:
            yaml.dump(document, stream)
        fresh.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be brought up to date ({error.strerror}); make its folder writable"
        ) from error


def from_0_to_1(document: Any) -> None:
    """`polling` became `network`, `user_agent_contact` became `contact`, `first_days` moved under `run`."""
    if "polling" in document:
        document.insert(list(document).index("polling"), "network", document.pop("polling"))
    network: Any = document.get("network") or {}
    if "user_agent_contact" in network:
        network.insert(0, "contact", network.pop("user_agent_contact"))
    if "first_days" in document:
        document.setdefault("run", {})["first_days"] = document.pop("first_days")


STEPS: dict[int, Callable[[Any], None]] = {0: from_0_to_1}
