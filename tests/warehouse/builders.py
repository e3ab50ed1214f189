"""Small records for the tests of the warehouse: what is not named does not matter to the test."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from extractors.records import (
    Article,
    Dropped,
    DueFeed,
    DuplicateKind,
    Entry,
    Feed,
    FeedDocument,
    FeedKind,
    FeedState,
    Fetch,
    Fingerprint,
    Grade,
    JudgedArticle,
    Left,
    Page,
    PlacedArticle,
    Poll,
    PolledFeed,
    Quarantined,
    Reason,
    RobotsState,
    Section,
    Span,
    Stage,
    TaggedArticle,
    Tags,
    TopicTag,
    WaitingEntry,
)
from flows.ledger import Ledger
from warehouse.store import Warehouse

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALPHA = Feed("alpha", "https://alpha.example/feed", title="Alpha", publisher="alpha.example", language="en", home="US")
BETA = Feed("beta", "https://beta.example/feed", title="Beta", publisher="beta.example", language="zh", home="CN")
GAMMA = Feed("gamma", "https://gamma.example/feed", title="Gamma", publisher="gamma.example", language="en")
FEEDS = (ALPHA, BETA, GAMMA)
TEXT = "Beijing released a plan for language models. Huawei will train them."


class Names:
    """A vocabulary of two topics and two entities."""

    def topic_rows(self) -> list[dict[str, Any]]:
        names = {"name_zh": "", "topic_group": "technology", "definition": ""}
        return [{"topic": key, "name": key.title(), **names} for key in ("models", "chips")]

    def entity_rows(self) -> list[dict[str, Any]]:
        rest = {"name_zh": "", "type": "company", "parent_id": None, "country": "CN"}
        return [{"entity_id": key, "name": key.title(), **rest} for key in ("huawei", "deepseek")]


def waiting(key: str, feed: Feed = ALPHA, *, at: datetime = NOW, page: str | None = None, **words: Any) -> WaitingEntry:
    """An entry called `key` whose page is called `page` (the same when left out)."""
    url = f"https://{feed.publisher}/{key}"
    entry = Entry(
        entry_id=f"e-{key}",
        feed_id=feed.feed_id,
        guid=key,
        url=url,
        link=url,
        title=words.pop("title", f"Title of {key}"),
        summary=words.pop("summary", "A summary."),
        published_at=words.pop("published_at", at - HOUR),
        published_from="published",
        published_claim="",
        first_seen_at=at,
        **words,
    )
    return WaitingEntry(entry, feed, f"p-{key}" if page is None else page)


def polled(feed: Feed = ALPHA, *, at: datetime = NOW, cause: Reason | None = None, **words: Any) -> PolledFeed:
    """A poll of a feed: good without a cause."""
    failures = words.pop("failures", 1 if cause else 0)
    status = words.pop("status", None if cause else 200)
    why = words.pop("why", "every hour")
    state = FeedState(
        feed.feed_id,
        polled_at=at,
        next_poll_at=at + HOUR,
        failures=failures,
        failing_since_at=at if cause else None,
        cause=cause,
        **words,
    )
    poll = Poll(feed.feed_id, at, feed.url, status=status, cause=cause, ms=12, bytes=345)
    return PolledFeed(poll, None, state, at + HOUR, why)


def document(feed: Feed = ALPHA) -> FeedDocument:
    """A parsed feed without entries."""
    return FeedDocument(DueFeed(feed, FeedState(feed.feed_id)), Poll(feed.feed_id, NOW, feed.url), (), FeedKind.FEED)


def dropped(record: Any, reason: Reason, stage: Stage = Stage.GATE, *, learned: Any = None) -> Left:
    """A record that left for a reason."""
    return Left(stage, record, Dropped(reason, record=learned))


def surprised(record: Any, stage: Stage) -> Left:
    """A record that met a surprise."""
    return Left(stage, record, Quarantined("ValueError: odd", "Traceback:\nValueError: odd"))


def page(of: WaitingEntry, body: bytes = b"<p>Hello</p>", *, at: datetime = NOW, **words: Any) -> Page:
    """A page that came."""
    fetch = Fetch(
        of.page_id,
        of.entry.link,
        of.entry.link,
        at,
        status=200,
        robots_state=RobotsState.ALLOWED,
        tries=words.pop("tries", 1),
    )
    return Page(of.entry, of.feed, fetch, body, words.pop("headers", {"content-type": "text/html; charset=utf-8"}))


def failed(of: WaitingEntry, cause: Reason, tries: int = 1, *, at: datetime = NOW, **words: Any) -> Left:
    """A page that did not come."""
    final = words.pop("final", False)
    fetch = Fetch(of.page_id, of.entry.link, "", at, cause=cause, tries=tries, final=final, **words)
    return dropped(of, cause, Stage.FETCH, learned=fetch)


def article(of: WaitingEntry, text: str = TEXT, **words: Any) -> Article:
    """The article of an entry's page."""
    own = {
        "article_id": f"a-{of.entry.guid}",
        "entry_id": of.entry_id,
        "page_id": of.page_id,
        "url": of.entry.url,
        "feed": of.feed,
        "title": of.entry.title,
        "sections": (Section("", text),),
        "first_seen_at": of.entry.first_seen_at,
        "published_at": of.entry.published_at,
        "published_from": "meta",
        "language": of.feed.language,
        "extractor": "test 1",
    }
    return Article(**(own | words))


def judged(of: Article, grade: Grade = Grade.CORE, reason: Reason = Reason.JOIN) -> JudgedArticle:
    """An article with a verdict; its proof is the first word of the text."""
    word = of.text.split()[0]
    return JudgedArticle(of, grade, 0.9, reason, (Span("text", 0, 0, len(word), word),), "rules-1")


def tagged(of: WaitingEntry | Article, story: str = "", *, tags: Tags | None = None, **words: Any) -> TaggedArticle:
    """A relevant article in a story of its own, or in the one named; tagged `models`."""
    one = of if isinstance(of, Article) else article(of)
    sketch = words.pop("sketch", (1, 2, 3))
    placed = PlacedArticle(
        judged(one),
        Fingerprint(words.pop("text_sha256", one.article_id), sketch, words.pop("terms", ()), words.pop("telling", ())),
        story or f"s-{one.article_id}",
        **words,
    )
    word = one.text.split()[0]
    topic = TopicTag("models", None, 2.0, (Span("text", 0, 0, len(word), word),))
    return TaggedArticle(placed, tags or Tags(topics=(topic,), rules_version="rules-1"))


def copy_of(of: WaitingEntry, origin: TaggedArticle, kind: DuplicateKind = DuplicateKind.NEAR) -> TaggedArticle:
    """An article that copies another and shares its story."""
    first = origin.placed
    why = {"duplicate_of": first.judged.article.article_id, "kind": kind, "score": 0.97, "why": "97 % of the words"}
    return tagged(of, first.story_id, **why)


def not_relevant(of: WaitingEntry | Article, reason: Reason = Reason.AI_ONLY) -> Left:
    """An article judged not to be AI-and-China."""
    one = of if isinstance(of, Article) else article(of)
    return dropped(one, reason, Stage.RELEVANCE, learned=judged(one, Grade.NOT, reason))


def digest_of(of: WaitingEntry, titles: Sequence[str]) -> tuple[Left, list[TaggedArticle]]:
    """A digest: the parent as it leaves the path, and its items as they are loaded."""
    parent = replace(article(of), is_digest=True)
    items = [
        replace(parent, article_id=f"{parent.article_id}-{number}", parent_article_id=parent.article_id, title=title)
        for number, title in enumerate(titles)
    ]
    left = dropped(parent, Reason.DIGEST, Stage.RELEVANCE, learned=judged(parent, Grade.CORE, Reason.DIGEST))
    return left, [tagged(item) for item in items]


def ledger_with(*left: Left) -> Ledger:
    """A ledger that holds records which left at the stages before `load`."""
    ledger = Ledger()
    for each in left:
        result = each.verdict if isinstance(each.verdict, Dropped) else ValueError("odd")
        ledger.passes(each.stage, each.record, result)
    return ledger


def seen_and_archived(warehouse: Warehouse, *entries: WaitingEntry) -> None:
    """Take entries through both durable stops: remembered as waiting, their pages archived."""
    warehouse.remember([], list(entries), [])
    warehouse.archive([page(each) for each in entries], [])


def loaded(warehouse: Warehouse, *articles: TaggedArticle, left: Sequence[Left] = ()) -> Ledger:
    """Load a batch; answers with its ledger."""
    ledger = ledger_with(*left)
    warehouse.load(list(articles), ledger)
    return ledger


def rows(warehouse: Warehouse, query: str, values: Any = None) -> list[tuple[Any, ...]]:
    """The rows of a query on the live file."""
    return warehouse.connection.execute(query, values or []).fetchall()


def value(warehouse: Warehouse, query: str) -> Any:
    """The one value of a query on the live file."""
    return rows(warehouse, query)[0][0]
