"""News sitemaps (sitemaps.org with Google's news extension), plain or gzipped."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from extractors.decode import decode_xml
from extractors.feeds.kinds import Parsed, RawEntry, UnreadableError, feed_kind
from extractors.records import FeedKind, FetchedFeed, Reason

MAX_BYTES = 50 * 1024**2  # the protocol's own limit for one sitemap


@feed_kind(FeedKind.NEWS_SITEMAP)
def read_news_sitemap(fetched: FetchedFeed) -> Parsed:
    """Raises UnreadableError for no XML, and for other XML. An index is read by the sitemaps that came along with it."""
    root = root_of(fetched)
    if is_called(root, "sitemapindex"):
        return read_parts(fetched, root)
    return Parsed(entries_of(root))


def read_parts(fetched: FetchedFeed, index: Any) -> Parsed:
    """The sitemaps of an index as one; what is unreadable, or an index again, is left out and named.

    Raises UnreadableError when nothing could be read.
    """
    entries, faults = list[RawEntry](), list[str]()
    for part in fetched.parts:
        try:
            entries += entries_of(root_of(replace(fetched, body=part)))
        except UnreadableError as error:
            faults.append(str(error))
    if not fetched.parts or len(faults) == len(fetched.parts):
        named = ", ".join(locations(index)[:3])
        why = "; ".join(faults) or "none of its sitemaps could be asked"
        raise UnreadableError(Reason.NOT_A_FEED, f"a sitemap index ({why}); it names {named}")
    return Parsed(tuple(entries), bozo="; ".join(faults))


def entries_of(root: Any) -> tuple[RawEntry, ...]:
    """The entries of one sitemap. Raises UnreadableError for other XML, an index inside an index too."""
    if not is_called(root, "urlset"):
        raise UnreadableError(Reason.NOT_A_FEED, f"XML, but no sitemap: <{etree.QName(root).localname}>")
    return tuple(raw_entry(url) for url in children(root, "url"))


def is_called(root: Any, name: str) -> bool:
    """Whether the root element has this name."""
    return bool(etree.QName(root).localname == name)


def root_of(fetched: FetchedFeed) -> Any:
    """The root element. Raises UnreadableError when there is none."""
    text = decode_xml(unzipped(fetched.body), fetched.headers, fetched.due.feed.language)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(Reason.UNPARSEABLE, f"broken XML: {error}") from error
    if root is None:
        raise UnreadableError(Reason.UNPARSEABLE, "nothing of XML in the body")
    return root


def unzipped(body: bytes) -> bytes:
    """The body without gzip, cut at the protocol's limit. Raises UnreadableError for broken gzip."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(body)).read(MAX_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(Reason.UNPARSEABLE, f"broken gzip: {error}") from error


def locations(root: Any) -> list[str]:
    """The addresses a sitemap index names."""
    return [text_of(sitemap, "loc") for sitemap in children(root, "sitemap")]


def raw_entry(url: Any) -> RawEntry:
    """One <url>; without news tags only its address and lastmod speak."""
    news = next(children(url, "news"), url)
    dates = (("published", text_of(news, "publication_date")), ("updated", text_of(url, "lastmod")))
    return RawEntry(
        link=text_of(url, "loc"),
        title=text_of(news, "title"),
        summary=text_of(news, "keywords"),
        dates=tuple((origin, date) for origin, date in dates if date),
    )


def children(node: Any, name: str) -> Iterator[Any]:
    """The child elements of this local name, in any namespace or with an undeclared prefix."""
    return (child for child in node if isinstance(child.tag, str) and local_name(child) == name)


def local_name(node: Any) -> str:
    """The element's name without namespace and prefix."""
    return str(node.tag).rpartition("}")[2].rpartition(":")[2]


def text_of(node: Any, name: str) -> str:
    """The text of the first child of this local name."""
    child = next(children(node, name), None)
    return "" if child is None else "".join(child.itertext()).strip()
