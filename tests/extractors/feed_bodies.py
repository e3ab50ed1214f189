"""Small feeds for the tests, in our own words, and a fetched feed around any body."""

from datetime import UTC, datetime
from typing import Any

from extractors.feeds import parse_feed
from extractors.records import Dropped, DueFeed, Feed, FeedDocument, FeedState, FetchedFeed, Poll

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
FEED_URL = "https://news.example.com/feed.xml"


def fetched(body: bytes | str, content_type: str = "application/rss+xml", **feed: Any) -> FetchedFeed:
    """A body as the collector hands it over."""
    made = Feed(**({"feed_id": "sample", "url": FEED_URL} | feed))
    poll = Poll(made.feed_id, NOW, made.url, final_url=made.url, status=200)
    raw = body.encode() if isinstance(body, str) else body
    return FetchedFeed(DueFeed(made, FeedState(made.feed_id)), poll, raw, {"content-type": content_type})


def document(body: bytes | str, content_type: str = "application/rss+xml", **feed: Any) -> FeedDocument:
    """The parsed document; fails the test when the body is dropped."""
    result = parse_feed(fetched(body, content_type, **feed))
    assert isinstance(result, FeedDocument), result
    return result


def dropped(body: bytes | str, content_type: str = "application/rss+xml", **feed: Any) -> Dropped:
    """The verdict; fails the test when the body parses."""
    result = parse_feed(fetched(body, content_type, **feed))
    assert isinstance(result, Dropped), result
    return result


def rss(*items: str, channel: str = "") -> str:
    """An RSS 2.0 feed with these items' inner XML."""
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Sample</title>{channel}{inner}</channel></rss>'


def item(number: int, **fields: str) -> str:
    """The inner XML of one item; a field given as "" is left out."""
    given = {
        "title": f"Story {number}",
        "link": f"https://news.example.com/{number}",
        "guid": f"id-{number}",
        "pubDate": f"Mon, 02 Nov 2026 0{number % 8}:00:00 GMT",
    } | fields
    return "".join(f"<{name}>{value}</{name}>" for name, value in given.items() if value)
