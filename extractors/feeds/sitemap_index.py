"""Which sitemaps of an index are worth a request: the few that changed since the last poll, of the same publisher."""

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from extractors.urls import absolute_url, publisher_of

MOST_SITEMAPS = 5
HEAD_BYTES = 4_096
MOST_BYTES = 10 * 1024**2
INDEX = re.compile(rb"<(?:\w{1,20}:)?sitemapindex[\s>]")
# one tag and the text behind it; no part of it can match in two ways, so that no body makes it slow
TAG = re.compile(rb"<(?:\w{1,20}:)?(sitemap|loc|lastmod)>(?:\s{0,100}<!\[CDATA\[)?([^<\]]{0,2100})")
MOST_NAMED = 50_000  # the protocol's own limit for one index
DAY, NO_TIME = timedelta(days=1), timedelta()
NEVER = datetime.min.replace(tzinfo=UTC)


def sitemaps_to_read(body: bytes, url: str, since: datetime | None) -> list[str]:
    """Addresses an index at `url` names, newest first, at most five; [] for what is no index.

    Those not changed since then are left out, but for the newest. Without dates, those with `news` in their names come first.
    By patterns and not by a parser: this runs outside the killable workers.
    """
    text = unzipped_head(body)
    if not INDEX.search(text[:HEAD_BYTES]):
        return []
    named = list(sitemaps_in(text, url))
    named.sort(key=lambda pair: (pair[0] or NEVER, "news" in urlsplit(pair[1]).path), reverse=True)
    changed = [pair for pair in named if pair[0] is None or since is None or pair[0] >= since]
    ours = publisher_of(url)
    return list(islice((loc for _, loc in changed or named[:1] if publisher_of(loc) == ours), MOST_SITEMAPS))


def sitemaps_in(text: bytes, url: str) -> Iterator[tuple[datetime | None, str]]:
    """When each named sitemap changed, if said, and its address."""
    address, changed_at = "", None
    for tag in islice(TAG.finditer(text), 3 * MOST_NAMED):
        words = tag[2].decode("utf-8", "replace").strip()
        if tag[1] == b"loc":
            address = absolute_url(words.replace("&amp;", "&"), url) if words else ""
        elif tag[1] == b"lastmod":
            changed_at = w3c_time(words)
        elif address:
            yield changed_at, address
        if tag[1] == b"sitemap":
            address, changed_at = "", None
    if address:
        yield changed_at, address


def w3c_time(words: str) -> datetime | None:
    """A date as sitemaps write it, or None; a day alone lasts until its end."""
    try:
        moment = datetime.fromisoformat(words) + (DAY if len(words) <= len("2026-11-02") else NO_TIME)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def unzipped_head(body: bytes) -> bytes:
    """The body, or the first 10 MiB of what is zipped in it; b"" for a broken zip."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(31).decompress(body, MOST_BYTES)
    except zlib.error:
        return b""
