"""Which sitemaps of an index are worth a request: the few that changed since the last poll, of the same publisher."""

import re
import zlib
from datetime import UTC, datetime

from extractors.feeds.dates import parse_date
from extractors.urls import absolute_url, publisher_of

MOST_SITEMAPS = 5
HEAD_BYTES = 4_096
MOST_BYTES = 10 * 1024**2
INDEX = re.compile(rb"<(?:\w{1,20}:)?sitemapindex[\s>]")
SITEMAP = re.compile(rb"<(?:\w{1,20}:)?sitemap\s*>([^\x00]{0,4000}?)</(?:\w{1,20}:)?sitemap\s*>")
LOC = re.compile(rb"<(?:\w{1,20}:)?loc\s*>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{1,2048})")
LASTMOD = re.compile(rb"<(?:\w{1,20}:)?lastmod\s*>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,60})")
NEVER = datetime.min.replace(tzinfo=UTC)


def sitemaps_to_read(body: bytes, url: str, since: datetime | None) -> list[str]:
    """Addresses an index at `url` names, newest first, at most five; [] for what is no index.

    Those not changed since then are left out, but for the newest. Without dates, those with `news` in their names come first.
    By patterns and not by a parser: this runs outside the killable workers.
    """
    text = unzipped_head(body)
    if not INDEX.search(text[:HEAD_BYTES]):
        return []
    named = [pair for match in SITEMAP.finditer(text) if (pair := sitemap_of(match[1], url))[1]]
    named.sort(key=lambda pair: (pair[0] or NEVER, b"news" in pair[1].encode()), reverse=True)
    changed = [pair for pair in named if pair[0] is None or since is None or pair[0] >= since]
    ours = publisher_of(url)
    return [loc for _, loc in changed or named[:1] if publisher_of(loc) == ours][:MOST_SITEMAPS]


def sitemap_of(text: bytes, url: str) -> tuple[datetime | None, str]:
    """When one named sitemap changed, if said, and its address, "" when it has none."""
    loc, lastmod = LOC.search(text), LASTMOD.search(text)
    address = loc[1].decode("utf-8", "replace").replace("&amp;", "&") if loc else ""
    changed_at = parse_date(lastmod[1].decode("ascii", "replace")) if lastmod else None
    return changed_at, absolute_url(address, url) if address else ""


def unzipped_head(body: bytes) -> bytes:
    """The body, or the first 10 MiB of what is zipped in it; b"" for a broken zip."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(31).decompress(body, MOST_BYTES)
    except zlib.error:
        return b""
