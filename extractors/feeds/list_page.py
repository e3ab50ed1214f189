"""List pages: a publisher without a feed, read by CSS selectors from its own list of articles."""

from typing import Any
from urllib.parse import urljoin

from lxml import etree, html
from lxml.cssselect import CSSSelector

from extractors.decode import decode, header_charset, without_controls
from extractors.feeds.kinds import Parsed, RawEntry, UnreadableError, feed_kind
from extractors.records import FeedKind, FetchedFeed, ListSelectors, Reason


@feed_kind(FeedKind.LIST_PAGE)
def read_list_page(fetched: FetchedFeed) -> Parsed:
    """Raises UnreadableError without selectors or HTML. A page on which nothing matches is empty: a new layout."""
    select = fetched.due.feed.select
    if select is None:
        raise UnreadableError(Reason.UNPARSEABLE, "a list page needs `select` in config/feeds.yaml")
    tree = tree_of(fetched)
    bases = [str(base.get("href")) for base in tree.iter("base") if base.get("href")]
    items = found(tree, select.item)
    return Parsed(tuple(raw_entry(item, select, bases[0] if bases else "") for item in items))


def tree_of(fetched: FetchedFeed) -> Any:
    """The page as a tree. Raises UnreadableError when there is no HTML in it."""
    declared = header_charset(fetched.headers.get("content-type", ""))
    text = without_controls(decode(fetched.body, declared, fetched.due.feed.language))
    if not text.strip():
        raise UnreadableError(Reason.EMPTY, "the body is empty")
    try:
        return html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(Reason.NOT_A_FEED, f"no HTML: {error}") from error


def raw_entry(item: Any, select: ListSelectors, base: str) -> RawEntry:
    """One item of the list; its title is the link's text unless a selector says otherwise."""
    link = item if item.tag == "a" else first(item, select.link)
    title = first(item, select.title) if select.title else link
    date = first(item, select.date) if select.date else None
    return RawEntry(
        link=joined(base, str(link.get("href", ""))) if link is not None else "",
        title=title.text_content() if title is not None else "",
        dates=(("published", str(date.get("datetime") or date.text_content())),) if date is not None else (),
    )


def joined(base: str, link: str) -> str:
    """A link seen from the page's <base>, if that makes sense."""
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def first(item: Any, selector: str) -> Any:
    """The first node inside the item that a selector finds, or None."""
    return next(iter(found(item, selector)), None)


def found(node: Any, selector: str) -> list[Any]:
    """All nodes under this one that a selector finds."""
    nodes: Any = CSSSelector(selector)(node)
    return list(nodes)
