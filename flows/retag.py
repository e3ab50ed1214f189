"""Tags stored articles again under today's rules: what would change, and the change itself. No page is fetched or read.

Articles that today's rules tagged already are not touched, so tagging again without a rule change changes no row.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any

from extractors.records import Dropped, JudgedArticle, PlacedArticle, TaggedArticle, Tags
from extractors.stories import in_time_order
from flows.home import Home
from flows.monitor import placement_of
from flows.rules import Rules, load_rules
from flows.run import utc_now
from flows.settings import load_config
from warehouse.connection import Connection, open_published
from warehouse.publish import publish
from warehouse.retagging import StoredArticle, as_texts, rows_again, stale_articles, stored_articles
from warehouse.rows import Row
from warehouse.store import Warehouse

ARTICLES_PER_BATCH = 1_000  # one transaction
BATCHES_AHEAD = 1
ARTICLES_PER_TASK = 50
ALONE_UNTIL = 500  # articles; starting processes for fewer takes longer than tagging them


@dataclass(frozen=True, slots=True)
class Again:
    """A stored article tagged again. `moved` is its verdict and tags where it becomes relevant or is so no longer (tags
    None): texts are sent between processes only for those."""

    article_id: str
    title: str
    was_relevant: bool
    topics_before: frozenset[str]
    topics: frozenset[str]
    moved: tuple[JudgedArticle, Tags | None] | None = None


@dataclass(frozen=True, slots=True)
class Some:
    """Some articles tagged again, and the new rows of those that stay what they were: columns and a JSON text by table."""

    articles: list[Again]
    tables: dict[str, tuple[list[str], str]]


@dataclass(slots=True)
class Changes:
    """What tagging again changes: articles that gained or lost relevance (id and title), topics by article."""

    articles: int = 0
    gained: list[tuple[str, str]] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)
    topics: dict[str, Counter[str]] = field(default_factory=dict)
    examples: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def add(self, batch: Iterable[Some]) -> None:
        """Count the articles of a batch."""
        for some in batch:
            for again in some.articles:
                self._count(again)

    def _count(self, again: Again) -> None:
        self.articles += 1
        named = (again.article_id, again.title)
        if again.moved:
            (self.lost if again.was_relevant else self.gained).append(named)
        for topic in again.topics | again.topics_before:
            after, before = topic in again.topics, topic in again.topics_before
            change = "unchanged" if after and before else "gained" if after else "lost"
            self.topics.setdefault(topic, Counter())[change] += 1
            if change != "unchanged":
                self.examples.setdefault(topic, []).append((change, *named))

    def to_json(self) -> dict[str, Any]:
        """The object of `retag --json`."""
        return {
            "schema": 1,
            "articles": self.articles,
            "gained": [{"article_id": key, "title": title} for key, title in self.gained],
            "lost": [{"article_id": key, "title": title} for key, title in self.lost],
            "topics": {topic: topic_json(self.topics[topic]) for topic in sorted(self.topics)},
        }


def topic_json(counts: Counter[str]) -> dict[str, int]:
    """Articles by what became of a topic."""
    return {change: counts[change] for change in ("gained", "lost", "unchanged")}


def tag_again(rules: Rules, stored: StoredArticle) -> tuple[Again, Iterable[tuple[str, Row]]]:
    """One stored article under these rules, and its new rows where it stays what it was."""
    scan = rules.vocabulary.lexicon.scan(stored.article)
    verdict = rules.relevance.judge_scan(scan)
    judged = verdict.record if isinstance(verdict, Dropped) else verdict
    if not isinstance(judged, JudgedArticle):
        raise TypeError(f"{stored.article.article_id}: dropped without its judgement")
    tags = None if isinstance(verdict, Dropped) else rules.vocabulary.tags_from(scan)
    topics = frozenset(tag.topic for tag in (tags.topics if tags else ()) if tag.section_no is None)
    is_moved = stored.is_relevant is not (tags is not None)
    again = Again(
        stored.article.article_id,
        stored.article.title,
        stored.is_relevant,
        stored.topics,
        topics,
        (judged, tags) if is_moved else None,
    )
    return again, () if is_moved else rows_again(judged, tags, stored.removed)


@dataclass(frozen=True, slots=True)
class Tagger:
    """Tags stored articles again; picklable as the files its rules come from, which each worker reads once."""

    root: Path
    topics: Path | None
    rules: Rules

    def __reduce__(self) -> tuple[Any, ...]:
        return tagger_of, (self.root, self.topics)

    def __call__(self, stored: Sequence[StoredArticle]) -> Some:
        """Some articles. Their rows become JSON here, off the writer's process."""
        articles, rows = [], list[tuple[str, Row]]()
        for each in stored:
            again, own = tag_again(self.rules, each)
            articles.append(again)
            rows += own
        return Some(articles, as_texts(rows))


@cache
def tagger_of(root: Path, topics: Path | None) -> Tagger:
    """The tagger of a home, in a worker."""
    return Tagger(root, topics, load_rules(root, topics))


def tagged_again(connection: Connection, tagger: Tagger, ids: Sequence[str]) -> Iterator[list[Some]]:
    """Stored articles tagged again, batch by batch, on all cores when they are many: the next batch is being tagged while
    the caller writes one."""
    many = len(ids) > ALONE_UNTIL
    pool = ProcessPoolExecutor(cpu_count(), get_context("spawn")) if many else nullcontext()
    with pool as started:
        run: Callable[..., Iterable[Some]] = started.map if started else map
        running: list[Iterable[Some]] = []
        for start in range(0, len(ids), ARTICLES_PER_BATCH):
            stored = stored_articles(connection, ids[start : start + ARTICLES_PER_BATCH])
            tasks = [stored[at : at + ARTICLES_PER_TASK] for at in range(0, len(stored), ARTICLES_PER_TASK)]
            running.append(run(tagger, tasks))
            if len(running) > BATCHES_AHEAD:
                yield list(running.pop(0))
        yield from map(list, running)


def diff(home: Home, since: datetime | None = None, topics: Path | None = None) -> Changes:
    """What would change in the published snapshot; with `topics` under another topics.yaml. Nothing is written."""
    changes, tagger = Changes(), Tagger(home.root, topics, load_rules(home.root, topics))
    connection = open_published(home.published)
    ids = stale_articles(connection, tagger.rules.vocabulary.version, since)
    for batch in tagged_again(connection, tagger, ids):
        changes.add(batch)
    return changes


def apply(home: Home, since: datetime | None = None) -> Changes:
    """Tag again what other rules tagged, write it and publish; answers with what changed."""
    changes, rules = Changes(), load_rules(home.root)
    with Warehouse.open_live(home.data, utc_now()) as warehouse:
        warehouse.sync(load_config(home.root).feeds, rules.vocabulary)
        ids = stale_articles(warehouse.connection, rules.vocabulary.version, since)
        for batch in tagged_again(warehouse.connection, Tagger(home.root, None, rules), ids):
            write(warehouse, rules, batch)
            changes.add(batch)
        publish(warehouse)
    return changes


def write(warehouse: Warehouse, rules: Rules, batch: Sequence[Some]) -> None:
    """One batch: new rows where an article stays what it was; a place in a story, or none, where it does not."""
    articles = [again for some in batch for again in some.articles]
    warehouse.replace_tags([again.article_id for again in articles if not again.moved], joined_tables(batch))
    moved = sorted((again.moved for again in articles if again.moved), key=lambda pair: in_time_order(pair[0]))
    gained = [(judged, tags) for judged, tags in moved if tags is not None]
    placement = placement_of([judged.article for judged, _ in gained], rules, warehouse)
    placed = [(placement.place(judged), tags) for judged, tags in gained]
    tagged = [TaggedArticle(place, tags) for place, tags in placed if isinstance(place, PlacedArticle)]
    warehouse.change_standing(tagged, [judged for judged, tags in moved if tags is None])


def joined_tables(batch: Iterable[Some]) -> dict[str, tuple[list[str], str]]:
    """The rows of a batch as one JSON text per table."""
    texts: dict[str, tuple[list[str], list[str]]] = {}
    for some in batch:
        for table, (columns, text) in some.tables.items():
            texts.setdefault(table, (columns, []))[1].append(text[1:-1])
    return {table: (columns, f"[{','.join(found)}]") for table, (columns, found) in texts.items()}
