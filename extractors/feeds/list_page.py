"""List pages: a publisher without a feed, read by CSS selectors from its own list of articles."""

from typing import Any

from lxml import etree, html
from lxml.cssselect import CSSSelector

from extractors.decode import decode, header_charset
from extractors.feeds.kinds import NotAFeed, Parsed, RawEntry, Unparseable, feed_kind
from extractors.records import FeedKind, FetchedFeed, ListSelectors


@feed_kind(FeedKind.LIST_PAGE)
def read_list_page(fetched: FetchedFeed) -> Parsed:
    """Raises Unparseable without selectors or HTML; a page on which nothing matches has no entries: the layout changed."""
    select = fetched.due.feed.select
    if select is None:
        raise Unparseable("a list page needs `select` in config/feeds.yaml")
    text = decode(fetched.body, header_charset(fetched.headers.get("content-type", "")))
    try:
        tree = html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotAFeed(f"no HTML: {error}") from error
    return Parsed(tuple(raw_entry(item, select) for item in CSSSelector(select.item)(tree)))


def raw_entry(item: Any, select: ListSelectors) -> RawEntry:
    """One item of the list; its title is the link's text unless a selector says otherwise."""
    link = item if item.tag == "a" else first(item, select.link)
    title = first(item, select.title) if select.title else link
    date = first(item, select.date) if select.date else None
    return RawEntry(
        link=str(link.get("href", "")) if link is not None else "",
        title=title.text_content() if title is not None else "",
        dates=(("published", str(date.get("datetime") or date.text_content())),) if date is not None else (),
    )


def first(item: Any, selector: str) -> Any:
    """The first node inside the item that a selector finds, or None."""
    found = CSSSelector(selector)(item)
    return found[0] if found else None
