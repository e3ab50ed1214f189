"""What was seen before: entries by id, entries that come again under a new guid, and pages that are taken."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from extractors.records import Dropped, Entry, Reason, WaitingEntry
from warehouse.connection import Connection
from warehouse.rows import encodable

Gate = Callable[[WaitingEntry], WaitingEntry | Dropped]
GATE_REASONS = ("old", "unlikely", "not_wanted", "no_link", "same_page")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of one entry."""

    entry_id: str
    feed_id: str
    page_id: str | None
    title: str
    summary_md5: str
    outcome: str
    reason: str | None

    @property
    def takes_its_page(self) -> bool:
        """Whether it asked for its page; one that the gate turned away left the page free."""
        return self.outcome != "dropped" or self.reason not in GATE_REASONS

    def reads(self, entry: Entry) -> bool:
        """Whether title and summary are still the same."""
        return self.title == encodable(entry.title) and self.summary_md5 == md5_of(entry.summary)


@dataclass(slots=True)
class Known:
    """What is stored of the entries of one batch, and the pages that are taken."""

    stored: dict[str, Stored]
    pages: set[str]
    in_batch: set[str] = field(default_factory=set)

    def under_first_ids(self, entries: Sequence[WaitingEntry]) -> list[WaitingEntry]:
        """The entries; those that come again under a new guid have the id they are stored under.

        That is one of the same feed, link and title whose guid has gone from the feed.
        """
        listed = {waiting.entry_id for waiting in entries}
        gone = {
            (each.feed_id, each.page_id, each.title): each.entry_id
            for each in self.stored.values()
            if each.page_id and each.entry_id not in listed
        }
        return [self._under_first_id(waiting, gone) for waiting in entries]

    def _under_first_id(self, waiting: WaitingEntry, gone: dict[tuple[str, str, str], str]) -> WaitingEntry:
        entry = waiting.entry
        if entry.entry_id in self.stored:
            return waiting
        first = gone.pop((entry.feed_id, waiting.page_id, encodable(entry.title)), None)
        return replace(waiting, entry=replace(entry, entry_id=first)) if first else waiting

    def unseen(self, waiting: WaitingEntry) -> WaitingEntry | Dropped:
        """The entry, when it is new; else Dropped(seen | edited | same_page).

        An entry that looked unlikely is looked at again when its words changed.
        """
        entry = waiting.entry
        if entry.entry_id in self.in_batch:
            return Dropped(Reason.SEEN, "twice in this batch")
        self.in_batch.add(entry.entry_id)
        if (stored := self.stored.get(entry.entry_id)) is not None:
            if stored.reads(entry):
                return Dropped(Reason.SEEN)
            if stored.reason != Reason.UNLIKELY:
                return Dropped(Reason.EDITED, "its words changed; its page is not asked for again")
        return self._shared(waiting) or waiting

    def new_among(self, entries: Sequence[WaitingEntry]) -> list[WaitingEntry]:
        """The entries never seen before, each once; one that is looked at again is not new."""
        return list({each.entry_id: each for each in entries if each.entry_id not in self.stored}.values())

    def once(self, gate: Gate) -> Gate:
        """The gate, letting one entry per page through: only an entry that passes takes its page.

        Another feed's entry may be too old, unwanted or unlikely by its own words; the page is then still free.
        """

        def judge(waiting: WaitingEntry) -> WaitingEntry | Dropped:
            verdict = self._shared(waiting) or gate(waiting)
            if isinstance(verdict, WaitingEntry):
                self.pages.add(verdict.page_id)
            return verdict

        return judge

    def _shared(self, waiting: WaitingEntry) -> Dropped | None:
        if waiting.page_id and waiting.page_id in self.pages:
            return Dropped(Reason.SAME_PAGE, "another entry already has this page")
        return None


def known(connection: Connection, entries: Sequence[WaitingEntry]) -> Known:
    """Look up a batch of entries and their pages at once."""
    fields = "entry_id, feed_id, page_id, title, md5(coalesce(summary, '')), outcome, reason"
    found = connection.execute(
        f"SELECT {fields} FROM core.entries WHERE entry_id IN (SELECT unnest($ids::VARCHAR[]))"  # noqa: S608 - ours
        f" UNION SELECT {fields} FROM core.entries WHERE page_id IN (SELECT unnest($pages::VARCHAR[]))",
        {
            "ids": [waiting.entry_id for waiting in entries],
            "pages": [waiting.page_id for waiting in entries if waiting.page_id],
        },
    ).fetchall()
    stored = {row[0]: Stored(*row) for row in found}
    return Known(stored, {each.page_id for each in stored.values() if each.page_id and each.takes_its_page})


def md5_of(text: str) -> str:
    """As DuckDB computes it of the text as stored; for comparing, not for secrets."""
    return hashlib.md5(encodable(text).encode(), usedforsecurity=False).hexdigest()
