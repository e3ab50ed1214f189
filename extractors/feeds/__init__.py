"""Turns the bytes of a feed into entries, whatever kind of feed it is.

A kind is one function under `@feed_kind(FeedKind.X)` in a module of this package; `auto` tells RSS/Atom, JSON Feed and
news sitemap apart by the body.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import replace

from extractors.feeds.entries import entries_from, plain_text
from extractors.feeds.kinds import UnreadableError, kind_of, readers
from extractors.records import Dropped, FeedDocument, FeedKind, FetchedFeed, WaitingEntry
from extractors.urls import page_id

__all__ = ["entries_of", "parse_feed"]

BOZO_CHARS = 300

for module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(module.name)


def parse_feed(fetched: FetchedFeed) -> FeedDocument | Dropped:
    """A fetched feed as a document; Dropped(not_a_feed | unparseable | empty) with the poll when it is none.

    A feed that parses but holds nothing is a document without entries: the poll's cause is then `empty`.
    """
    feed, poll = fetched.due.feed, fetched.poll
    kind = kind_of(fetched) if feed.kind is FeedKind.AUTO else feed.kind
    try:
        parsed = readers()[kind](fetched)
    except UnreadableError as error:
        return Dropped(error.reason, str(error), replace(poll, cause=error.reason, why=str(error)))
    entries, left_out_count = entries_from(parsed, feed, poll)
    return FeedDocument(
        due=fetched.due,
        poll=poll,
        entries=entries,
        kind=kind,
        title=plain_text(parsed.title),
        hints=parsed.hints,
        bozo=parsed.bozo[:BOZO_CHARS],
        left_out_count=left_out_count,
    )


def entries_of(documents: Sequence[FeedDocument]) -> list[WaitingEntry]:
    """Every entry of the documents, with its feed and the id of the page it links to ("" without a link)."""
    return [
        WaitingEntry(entry, document.due.feed, page_id(entry.url) if entry.url else "")
        for document in documents
        for entry in document.entries
    ]
