"""Decides from title and summary whether an entry's page is worth a request."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from extractors.records import Dropped, FetchPolicy, Reason, WaitingEntry
from extractors.relevance import Relevance


@dataclass(frozen=True, slots=True)
class Gate:
    """`first_polled` are the feeds that never brought an entry before; their entries before `oldest_at` stay rows only."""

    relevance: Relevance
    first_polled: Set[str]
    oldest_at: datetime

    def worth_fetching(self, waiting: WaitingEntry) -> WaitingEntry | Dropped:
        """The entry itself, or why its page is not fetched."""
        entry, feed = waiting.entry, waiting.feed
        if not entry.url:
            return Dropped(Reason.NO_LINK)
        if entry.feed_id in self.first_polled and (entry.published_at or entry.first_seen_at) < self.oldest_at:
            return Dropped(Reason.OLD, f"published before {self.oldest_at:%Y-%m-%d}")
        if feed.fetch is FetchPolicy.NONE:
            return Dropped(Reason.NOT_WANTED, "the feed is set to fetch: none")
        if feed.fetch is FetchPolicy.ALL:
            return waiting
        return self.relevance.worth_fetching(waiting)
