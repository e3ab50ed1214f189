"""News sitemaps (sitemaps.org with the news extension), plain or gzipped; an index lists further ones as entries."""

import gzip
import io
import zlib
from typing import Any

from lxml import etree

from extractors.feeds.kinds import NotAFeed, Parsed, RawEntry, Unparseable, feed_kind
from extractors.records import FeedKind, FetchedFeed

MAX_BYTES = 50 * 1024**2  # the protocol's own limit for one sitemap


@feed_kind(FeedKind.NEWS_SITEMAP)
def read_news_sitemap(fetched: FetchedFeed) -> Parsed:
    """Raises NotAFeed for other XML and for an index (its children are the feeds to configure), Unparseable for no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(unzipped(fetched.body), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unparseable(f"broken XML: {error}") from error
    if root is None:
        raise Unparseable("nothing of XML in the body")
    name = etree.QName(root).localname
    if name == "sitemapindex":
        raise NotAFeed("a sitemap index; configure the news sitemap it names: " + ", ".join(locations(root)[:3]))
    if name != "urlset":
        raise NotAFeed(f"XML, but no sitemap: <{name}>")
    return Parsed(tuple(raw_entry(url) for url in root.iterfind("{*}url")))


def unzipped(body: bytes) -> bytes:
    """The body without gzip, cut at the protocol's limit. Raises Unparseable for broken gzip."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(body)).read(MAX_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise Unparseable(f"broken gzip: {error}") from error


def locations(root: Any) -> list[str]:
    """The addresses a sitemap index names."""
    return [str(loc.text).strip() for loc in root.iterfind("{*}sitemap/{*}loc") if loc.text]


def raw_entry(url: Any) -> RawEntry:
    """One <url>; without news tags only its address and lastmod speak."""

    def text(path: str) -> str:
        return str(url.findtext(path) or "").strip()

    dates = (("published", text("{*}news/{*}publication_date")), ("updated", text("{*}lastmod")))
    return RawEntry(
        link=text("{*}loc"),
        title=text("{*}news/{*}title"),
        summary=text("{*}news/{*}keywords"),
        dates=tuple((origin, date) for origin, date in dates if date),
    )
