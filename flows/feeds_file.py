"""Edits config/feeds.yaml by hand's own rules: comments stay, ids and addresses stay unique, a mistake writes nothing."""

import io
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from extractors.errors import ConfigError, StorageError
from extractors.urls import host_of
from flows.settings import load_feeds

WIDTH = 120


@dataclass(frozen=True, slots=True)
class Change:
    """New values for one feed by key (None takes a key out), and a remark to stand behind the first of them."""

    values: Mapping[str, Any]
    remark: str = ""


def suggested_id(url: str) -> str:
    """An id made from the host name."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"^(www|feeds?|rss)\.", "", host_of(url))).strip("-") or "feed"


def known(root: Path) -> tuple[set[str], set[str]]:
    """Addresses and ids in the file. Raises ConfigError when it has mistakes."""
    feeds, _, mistakes = load_feeds(root)
    if mistakes:
        raise ConfigError(mistakes)
    return {feed.url for feed in feeds}, {feed.feed_id for feed in feeds}


def add_feeds(root: Path, entries: Sequence[Mapping[str, Any]], *, dry_run: bool = False) -> list[Mapping[str, Any]]:
    """Append entries and check the whole file before it is written. Raises ConfigError with file and line, or StorageError."""

    def append(feeds: Any) -> None:
        for entry in entries:
            feeds.append(dict(entry))

    edit(root, append, dry_run=dry_run)
    return list(entries)


def change_feeds(root: Path, changes: Mapping[str, Change], *, dry_run: bool = False) -> None:
    """Set values of feeds by id. Raises ConfigError for an id that is not there or a value that will not do, or StorageError."""
    unknown = sorted(set(changes) - known(root)[1])
    if unknown:
        raise ConfigError([f"config/feeds.yaml: no feed {', '.join(unknown)}; `sinoscope feeds list` shows them"])

    def change(feeds: Any) -> None:
        for entry in feeds:
            if entry["id"] in changes:
                set_values(entry, changes[entry["id"]])

    edit(root, change, dry_run=dry_run)


def set_values(entry: Any, change: Change) -> None:
    """Put the values into one entry, the remark behind the first; a value of None takes its key out."""
    for name, value in change.values.items():
        if value is None:
            entry.pop(name, None)
        else:
            entry[name] = value
    first = next(iter(change.values))
    if change.remark and first in entry:
        entry.yaml_add_eol_comment(" ".join(change.remark.split()), first)


def edit(root: Path, change: Callable[[Any], None], *, dry_run: bool) -> None:
    """Let `change` work on the list of feeds, then write the file, checked. Raises ConfigError or StorageError."""
    path = root / "config" / "feeds.yaml"
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    known(root)
    document = yaml.load(path.read_text(encoding="utf-8"))
    change(document["feeds"])
    text = io.StringIO()
    yaml.dump(document, text)
    write_checked(root, path, text.getvalue(), dry_run=dry_run)


def write_checked(root: Path, path: Path, text: str, *, dry_run: bool) -> None:
    """Write beside the file, look at it, and let it take the place unless it has a mistake or nothing is to be written."""
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_text(text, encoding="utf-8")
        _, _, mistakes = load_feeds(root, fresh.name)
        if not mistakes and not dry_run:
            os.replace(fresh, path)  # noqa: PTH105 - the atomic call, by its name
        fresh.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{path}: cannot be written ({error.strerror}); make it writable") from error
    if mistakes:
        raise ConfigError(mistakes)
