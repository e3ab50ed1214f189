"""The live warehouse, as the path sees it: each verb is one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from extractors.records import (
    Article,
    Candidate,
    Dropped,
    Feed,
    FeedState,
    JudgedArticle,
    Left,
    Page,
    PolledFeed,
    Quarantined,
    Reason,
    Stage,
    TaggedArticle,
    WaitingEntry,
)
from extractors.site_files import SiteFiles
from warehouse import articles, books, candidates, entries, pages, retagging, seen, sites, stories, vocabulary
from warehouse.archive import Archive
from warehouse.books import Ledger
from warehouse.connection import Connection, open_live, storage_errors, writer_lock
from warehouse.readers import one
from warehouse.transactions import transaction


class Warehouse:
    """One writer's view of a data folder. Use `Warehouse.open_live` as a context manager.

    `loaded_count` counts the articles of every grade that were written since it was opened.
    """

    def __init__(self, data: Path, connection: Connection, archive: Archive, now: datetime) -> None:
        self.data = data
        self.connection = connection
        self.now = now
        self.run_id = ""
        self.loaded_count = 0
        self._archive = archive
        self._new_stories: set[str] = set()
        self._updated_stories: set[str] = set()

    @classmethod
    @contextmanager
    def open_live(cls, data: Path, now: datetime) -> Iterator[Self]:
        """Take the lock, open and migrate data/live.duckdb, mend the archive's tail.

        Raises LockedError, SchemaError or StorageError, each a sentence with the remedy.
        """
        with ExitStack() as stack:
            stack.enter_context(writer_lock(data, now))
            with storage_errors(data):
                connection = open_live(data)
                stack.callback(connection.close)
                archive = Archive(data, pages.known_ends(connection))
            yield cls(data, connection, archive, now)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with storage_errors(self.data), transaction(self.connection):
            yield

    def sync(self, feeds: Sequence[Feed], vocabulary_rows: vocabulary.Named) -> None:
        """Bring feeds, topics and entities to what config/ says."""
        with self._transaction():
            entries.sync_feeds(self.connection, feeds)
            vocabulary.sync(self.connection, vocabulary_rows)

    def feed_states(self) -> dict[str, FeedState]:
        """What the last polls of each feed taught."""
        return entries.feed_states(self.connection)

    def known(self, waiting: Sequence[WaitingEntry]) -> seen.Known:
        """What is stored of these entries and their pages."""
        return seen.known(self.connection, waiting)

    def remember(self, polls: Sequence[PolledFeed], likely: Sequence[WaitingEntry], left: Sequence[Left]) -> None:
        """The first durable stop: polls, feed states and every entry of a batch."""
        with self._transaction():
            entries.remember(self.connection, self.run_id, polls, likely, left)
            for each in left:
                if isinstance(each.verdict, Quarantined):
                    pages.quarantine_entry(self.connection, self.run_id, each)

    def waiting_entries(self) -> list[WaitingEntry]:
        """Entries whose page is due to be fetched, oldest first."""
        return entries.waiting_entries(self.connection, self.now)

    def archive(self, fetched: Sequence[Page], left: Sequence[Left]) -> None:
        """The second durable stop: pages as they came, then their rows and those of failed tries."""
        with storage_errors(self.data):
            places = self._archive.append(fetched)
        with self._transaction():
            pages.remember_pages(self.connection, fetched, places)
            pages.remember_failures(self.connection, self.run_id, left)

    def site_files(self) -> list[SiteFiles]:
        """What earlier runs of the last day learned of sites."""
        return sites.site_files(self.connection, self.now)

    def keep_site_files(self, learned: Sequence[SiteFiles]) -> None:
        """Keep what was learned of sites for the runs to come."""
        if learned:
            with self._transaction():
                sites.keep_site_files(self.connection, learned)

    def archived_pages(self, size: int) -> Iterator[list[Page]]:
        """Pages that came but were not loaded, in batches."""
        return pages.archived_pages(self.connection, self._archive, size)

    def read_again(self, size: int, since: datetime | None, *, only_quarantine: bool) -> Iterator[list[Page]]:
        """Archived pages to be read again under new rules, in batches."""
        return pages.pages_again(self.connection, self._archive, size, since, only_quarantine=only_quarantine)

    def candidates(self, arriving: Sequence[Article], rules: candidates.Rules) -> list[Candidate]:
        """Stored articles that these may copy, rewrite or continue."""
        return candidates.candidates_for(self.connection, arriving, rules)

    def term_counts(self, terms: Iterable[int]) -> dict[int, int]:
        """How many stored articles hold each of these terms."""
        return candidates.term_counts(self.connection, terms)

    def load(self, tagged: Sequence[TaggedArticle], ledger: Ledger) -> None:
        """The third durable stop: articles of every grade with tags, stories, and what became of each entry."""
        left = ledger.take_left()
        judged = [each.verdict.record for each in left if isinstance(each.verdict, Dropped)]
        not_relevant = [record for record in judged if isinstance(record, JudgedArticle)]
        with self._transaction():
            gone = self._gone(tagged, left)
            articles.replace_articles(self.connection, tagged, not_relevant, self.now)
            new, updated = stories.place_members(self.connection, tagged)
            candidates.remember(self.connection, tagged)
            self._let_go(gone)
            kept = {each.article.article_id for each in not_relevant}
            articles.remove(self.connection, [article_id for article_id in gone if article_id not in kept])
            self._settle(tagged, left)
        self.loaded_count += len(tagged) + len(not_relevant)
        self._new_stories |= new
        self._updated_stories |= updated
        for each in tagged:
            ledger.passes(Stage.LOAD, each, each)

    def replace_tags(self, ids: Sequence[str], tables: Mapping[str, tuple[Sequence[str], str]]) -> None:
        """New tags of articles whose standing did not change, as rows from `retagging.as_texts`."""
        with self._transaction():
            retagging.replace_tags(self.connection, ids, tables)

    def change_standing(self, gained: Sequence[TaggedArticle], lost: Sequence[JudgedArticle]) -> None:
        """Articles that new rules made relevant join their stories; those that are so no longer leave them."""
        gone = [each.article.article_id for each in lost]
        with self._transaction():
            articles.replace_articles(self.connection, gained, lost, self.now)
            new, updated = stories.place_members(self.connection, gained)
            candidates.remember(self.connection, gained)
            self._let_go(gone)
            entries.settle(self.connection, "loaded", dict.fromkeys(each.entry_id for each in gained))
            entries.settle_lost(self.connection, {each.entry_id: str(each.reason) for each in lost})
        self._new_stories |= new
        self._updated_stories |= updated

    def _gone(self, tagged: Sequence[TaggedArticle], left: Sequence[Left]) -> list[str]:
        """Stored articles that their pages give no longer, or that are not relevant any more."""
        read = [getattr(each.record, "entry_id", None) for each in left] + [each.entry_id for each in tagged]
        stored = articles.stored_of(self.connection, [entry_id for entry_id in read if entry_id])
        return sorted(stored - {each.placed.judged.article.article_id for each in tagged})

    def _let_go(self, gone: Sequence[str]) -> None:
        """Take articles out of their stories, after others came in: some of those may have been matched with them."""
        left_behind = stories.leave(self.connection, gone)
        candidates.forget(self.connection, gone)
        candidates.find_by_themselves(self.connection, left_behind)

    def _settle(self, tagged: Sequence[TaggedArticle], left: Sequence[Left]) -> None:
        """Write down what became of each entry; the last word wins, for the digest whose items differ."""
        in_order = sorted(left, key=weight)
        dropped = {
            each.record.entry_id: str(each.verdict.reason) for each in in_order if isinstance(each.verdict, Dropped)
        }
        entries.settle(self.connection, "dropped", dropped)
        for each in in_order:
            if isinstance(each.verdict, Quarantined):
                pages.quarantine_entry(self.connection, self.run_id, each)
        entries.settle(self.connection, "loaded", dict.fromkeys(each.entry_id for each in tagged))

    @contextmanager
    def deciding(self) -> Iterator[Connection]:
        """One transaction for what a person decides about stories."""
        with self._transaction():
            yield self.connection

    def start_run(self, run_id: str) -> None:
        """Open the books of a run; later rows carry its id."""
        self.run_id = run_id
        books.start_run(self.connection, run_id, self.now)

    def finish_run(self, finished_at: datetime, exit_code: int, ledger: Ledger) -> None:
        """Close the books."""
        with self._transaction():
            books.finish_run(self.connection, self.run_id, finished_at, exit_code, ledger)

    def story_counts(self) -> tuple[int, int]:
        """Stories that this run began, and older ones it added to."""
        return len(self._new_stories), len(self._updated_stories - self._new_stories)

    def poll_failures(self) -> dict[str, int]:
        """Failed polls of this run by cause."""
        return self._pairs(
            "SELECT cause, count(*) FROM core.polls WHERE run_id = $run AND cause IS NOT NULL GROUP BY cause",
            {"run": self.run_id},
        )

    def new_entry_count(self) -> int:
        """Entries that this run saw for the first time."""
        return int(
            one(
                self.connection,
                "SELECT coalesce(sum(new), 0) FROM core.polls WHERE run_id = $run",
                {"run": self.run_id},
            )
        )

    def waiting_count(self) -> int:
        """Entries whose page is to be fetched, now or at a later try."""
        return int(one(self.connection, "SELECT count(*) FROM core.entries WHERE outcome = 'waiting'"))

    def failing_feeds(self) -> dict[str, str]:
        """Enabled feeds that failed at their latest poll, with the cause."""
        return self._pairs("SELECT feed_id, cause FROM core.feeds WHERE enabled AND cause IS NOT NULL", {})

    def _pairs(self, query: str, values: dict[str, Any]) -> dict[Any, Any]:
        return dict(self.connection.execute(query, values).fetchall())


def weight(left: Left) -> int:
    """Which verdict says most of an entry: a surprise before that it is a digest, and that before its items' reasons."""
    if isinstance(left.verdict, Quarantined):
        return 2
    return int(left.verdict.reason is Reason.DIGEST)
