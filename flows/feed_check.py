"""Asks feeds what they have now and says what is wrong with each, without storing anything."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from extractors.errors import ConfigError
from extractors.feeds import parse_feed
from extractors.records import Dropped, DueFeed, Feed, FeedDocument, FeedState, Poll, Stage
from flows.home import Home
from flows.ledger import Ledger
from flows.run import newsroom_network, utc_now
from flows.settings import load_config
from flows.tasks import spread
from flows.web import Web
from flows.workers import Workers

SILENT_AFTER = timedelta(days=21)


def check_feeds(home: Home, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """One row per feed: those named by id or address, or all enabled ones. Raises ConfigError for an unknown id."""
    config, now = load_config(home.root), utc_now()
    due = [DueFeed(feed, FeedState(feed.feed_id)) for feed in chosen(config.feeds, wanted)]
    ledger = Ledger()
    with newsroom_network(config.settings) as network, Workers() as workers, Web(network, now) as web:
        map = spread(web, workers)
        fetched = ledger.each(Stage.POLL, web.poll, due, map)
        documents = ledger.each(Stage.PARSE, parse_feed, fetched, map)
    rows = {document.due.feed.feed_id: row_of(document, now) for document in documents}
    for left in ledger.take_left():
        feed_id = left.record.feed.feed_id if isinstance(left.record, DueFeed) else left.record.due.feed.feed_id
        rows[feed_id] = failed_row(feed_id, left.verdict)
    return [rows[each.feed.feed_id] for each in due]


def chosen(feeds: Sequence[Feed], wanted: Sequence[str]) -> list[Feed]:
    """The feeds to ask; an address that is not configured is asked as it is."""
    by_id = {feed.feed_id: feed for feed in feeds}
    unknown = [word for word in wanted if word not in by_id and "://" not in word]
    if unknown:
        raise ConfigError([f"config/feeds.yaml: no feed {', '.join(unknown)}; give an id or an address"])
    return [by_id.get(word) or Feed(word, word) for word in wanted] or [feed for feed in feeds if feed.enabled]


def row_of(document: FeedDocument, now: datetime) -> dict[str, Any]:
    """A feed that parsed."""
    newest = max((entry.published_at for entry in document.entries if entry.published_at), default=None)
    verdict = "ok"
    if not document.entries:
        verdict = "empty"
    elif newest is not None and now - newest > SILENT_AFTER:
        verdict = "silent"
    detail = document.bozo and f"malformed, read nevertheless: {document.bozo[:80]}"
    return row(
        document.due.feed.feed_id, verdict, document.poll, str(document.kind), len(document.entries), newest, detail
    )


def failed_row(feed_id: str, verdict: Any) -> dict[str, Any]:
    """A feed that did not."""
    if not isinstance(verdict, Dropped):
        return row(feed_id, "unparseable", None, "", 0, None, verdict.error)
    poll = verdict.record if isinstance(verdict.record, Poll) else None
    return row(feed_id, str(verdict.reason), poll, "", 0, None, verdict.detail)


def row(
    feed_id: str, verdict: str, poll: Poll | None, kind: str, entries: int, newest: datetime | None, detail: str
) -> dict[str, Any]:
    """The columns of `feeds check`."""
    return {
        "id": feed_id,
        "verdict": verdict,
        "status": poll.status if poll else None,
        "final_url": poll.final_url if poll else "",
        "ms": poll.ms if poll else None,
        "format": kind,
        "entries": entries,
        "newest_at": newest,
        "detail": detail,
    }
