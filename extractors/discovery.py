"""Finds the feeds a web page names, and the addresses where sites usually keep one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from extractors.decode import decode, header_charset, without_controls
from extractors.urls import absolute_url

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
# RFC 8288: `<https://…>; rel="alternate"; type="application/rss+xml"`
HEADER_LINK = re.compile(r"<([^>]{1,2048})>([^<]{0,500})")
# the last part of an address that is a feed by its name
FEED_PATH = re.compile(
    r"(?:^|/)(?:feeds?|rss|atom|index\.xml|[^/]*\.(?:rss|atom|rdf)|[^/]*(?:feed|rss|atom)[^/]*\.xml)/?$", re.IGNORECASE
)
COMMENTS = re.compile(r"comment|评论|評論", re.IGNORECASE)
WELL_KNOWN_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")
MOST_LINKS = 20


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """An address that may be a feed, and what the page calls it."""

    url: str
    title: str = ""


def linked_feeds(body: bytes, headers: Mapping[str, str], url: str) -> list[FoundFeed]:
    """The feeds a page names, best first: Link header, then <link rel=alternate>, then links that look like feeds.

    Feeds of comments come last. `headers` have lower-case names; relative links are joined to <base>, else to `url`.
    """
    tree = tree_of(body, headers)
    base = url if tree is None else absolute_url(str(next(iter(tree.xpath("//base/@href")), "")), url) or url
    named = [*from_header(headers.get("link", "")), *(from_head(tree) if tree is not None else ())]
    guessed = list(from_anchors(tree)) if tree is not None else []
    found: dict[str, FoundFeed] = {}
    for each in (*named, *guessed):
        address = absolute_url(each.url, base)
        if address and address != url:
            found.setdefault(address, FoundFeed(address, each.title))
    return sorted(found.values(), key=is_of_comments)[:MOST_LINKS]


def is_of_comments(feed: FoundFeed) -> bool:
    """Whether a feed carries what readers said."""
    return bool(COMMENTS.search(feed.url) or COMMENTS.search(feed.title))


def tree_of(body: bytes, headers: Mapping[str, str]) -> Any:
    """The page as a tree, None when there is no HTML in it."""
    text = without_controls(decode(body, header_charset(headers.get("content-type", ""))))
    try:
        return html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def from_header(link: str) -> Iterator[FoundFeed]:
    """Feeds in a Link header."""
    for address, parameters in HEADER_LINK.findall(link):
        words = parameters.lower()
        if "alternate" in words and any(kind in words for kind in FEED_TYPES):
            yield FoundFeed(address)


def from_head(tree: Any) -> Iterator[FoundFeed]:
    """`<link rel="alternate" type="application/rss+xml" href="…">`, wherever it stands."""
    for link in tree.iter("link"):
        rel = str(link.get("rel", "")).lower().split()
        kind = str(link.get("type", "")).lower().split(";")[0].strip()
        if ("alternate" in rel and kind in FEED_TYPES) or "feed" in rel:
            yield FoundFeed(str(link.get("href", "")), str(link.get("title", "")))


def from_anchors(tree: Any) -> Iterator[FoundFeed]:
    """Links whose address ends as feeds' addresses do."""
    for link in tree.iter("a"):
        address = str(link.get("href", ""))
        if FEED_PATH.search(path_of(address)):
            yield FoundFeed(address, " ".join(link.text_content().split()))


def path_of(address: str) -> str:
    """The path of a link, "" of a broken one."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def usual_feeds(url: str) -> list[FoundFeed]:
    """Where a site's feed is if it keeps to custom: below the page's own folder, then at the root."""
    parts = urlsplit(url)
    folder = parts.path.rstrip("/")
    roots = [f"{parts.scheme}://{parts.netloc}"]
    addresses = [f"{roots[0]}{folder}/feed"] if folder else []
    addresses += [urljoin(roots[0], path) for path in WELL_KNOWN_PATHS]
    return [FoundFeed(address) for address in addresses if address != url]
