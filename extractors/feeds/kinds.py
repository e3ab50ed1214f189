"""What every kind of feed is read into, and how `auto` tells the kinds apart."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from extractors.errors import SinoscopeError
from extractors.records import FeedKind, FetchedFeed, Reason

SNIFFED_BYTES = 4_096
_READERS: dict[FeedKind, "Reader"] = {}  # filled by `feed_kind` while this package is imported, then only read


class UnreadableError(SinoscopeError):
    """A body that is no feed of its kind; `reason` is not_a_feed, unparseable or empty."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as the feed prints it: HTML in texts, dates as strings by their origin (published, updated, created).

    `publisher` is a domain, named only where one feed carries the items of many.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    authors: tuple[str, ...] = ()
    section: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed as printed. `bozo` says what was malformed; entries found nevertheless are kept."""

    entries: tuple[RawEntry, ...]
    title: str = ""
    hints: Mapping[str, Any] = field(default_factory=dict)
    bozo: str = ""


Reader = Callable[[FetchedFeed], Parsed]


def feed_kind(kind: FeedKind) -> Callable[[Reader], Reader]:
    """Register the reader of a kind: `@feed_kind(FeedKind.JSON_FEED)`. It raises UnreadableError for other bodies."""

    def register(reader: Reader) -> Reader:
        _READERS[kind] = reader
        return reader

    return register


def readers() -> Mapping[FeedKind, Reader]:
    """The reader of each kind."""
    return MappingProxyType(_READERS)


def kind_of(fetched: FetchedFeed) -> FeedKind:
    """What kind of feed a body is, by its first bytes; RSS and Atom when in doubt, since feedparser forgives most."""
    head = fetched.body[:SNIFFED_BYTES].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith((b"{", b"[")):
        return FeedKind.JSON_FEED
    if head.startswith(b"\x1f\x8b") or re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", head):
        return FeedKind.NEWS_SITEMAP
    return FeedKind.FEED
