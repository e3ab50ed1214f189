"""Turns the bytes of a feed into entries, whatever kind of feed it is.

A kind is one function under `@feed_kind(FeedKind.X)` in this package; `auto` tells RSS/Atom, JSON Feed and news sitemap
apart by the body.
"""

from collections.abc import Sequence
from dataclasses import replace

from extractors.feeds import google_news, json_feed, list_page, news_sitemap, syndication  # noqa: F401 - they register
from extractors.feeds.entries import MAX_ENTRIES, entries_from
from extractors.feeds.kinds import NotAFeed, Parsed, Unparseable, kind_of, readers
from extractors.records import Dropped, DueFeed, Feed, FeedDocument, FeedKind, FetchedFeed, Reason, WaitingEntry
from extractors.urls import page_id

__all__ = ["entries_of", "parse_feed"]


def parse_feed(fetched: FetchedFeed) -> FeedDocument | Dropped:
    """A fetched feed as a document; Dropped(not_a_feed | unparseable) with the poll when it is none.

    A feed that parses but holds nothing is a document without entries: the poll's cause is then `empty`.
    """
    feed, poll = fetched.due.feed, fetched.poll
    kind = kind_of(fetched) if feed.kind is FeedKind.AUTO else feed.kind
    try:
        parsed = readers()[kind](fetched)
    except NotAFeed as error:
        return Dropped(Reason.NOT_A_FEED, str(error), replace(poll, cause=Reason.NOT_A_FEED, why=str(error)))
    except Unparseable as error:
        return Dropped(Reason.UNPARSEABLE, str(error), replace(poll, cause=Reason.UNPARSEABLE, why=str(error)))
    entries = entries_from(parsed, feed, poll)
    return FeedDocument(
        due=fetched.due,
        poll=poll,
        entries=entries[:MAX_ENTRIES],
        kind=kind,
        title=parsed.title,
        hints=parsed.hints,
        bozo=parsed.bozo,
        left_out_count=max(0, len(entries) - MAX_ENTRIES),
    )


def entries_of(documents: Sequence[FeedDocument]) -> list[WaitingEntry]:
    """Every entry of the documents, with its feed and the id of the page it links to."""
    return [
        WaitingEntry(entry, feed_of(document.due), page_id(entry.url) if entry.url else "")
        for document in documents
        for entry in document.entries
    ]


def feed_of(due: DueFeed) -> Feed:
    """The feed as configured."""
    return due.feed
