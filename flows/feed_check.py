"""Asks feeds what they have now and says what is wrong with each, without storing anything."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from extractors.errors import ConfigError
from extractors.feeds import parse_feed
from extractors.records import (
    Dropped,
    DueFeed,
    Feed,
    FeedDocument,
    FeedState,
    FetchedFeed,
    Left,
    Poll,
    Quarantined,
    Reason,
    RobotsState,
    Stage,
)
from extractors.silence import alarm_window
from flows.home import Home
from flows.ledger import Ledger
from flows.run import newsroom_network
from flows.settings import load_config
from flows.tasks import spread
from flows.web import Web
from flows.web.polling import is_before_retry
from flows.workers import Workers
from warehouse.readers import published_states

Tell = Callable[[int, int], None]
OK, SILENT = "ok", "silent"
ANSWERING = frozenset({OK, SILENT})
REMEDIES = {
    "dns": "the name leads nowhere: mistyped, or the site is gone; `sinoscope feeds fix` looks further",
    "refused": "nothing listens there; polling tries again by itself",
    "tls": "the site's certificate will not do; look at it in a browser",
    "timeout": "too slow for 30 s; polling tries again by itself",
    "blocked_address": "leads to a private address; allow it with network.allow_private if that is meant",
    "forbidden": "the site does not let us in; ask it, or find another source",
    "not_found": "`sinoscope feeds fix` looks for where it went",
    "gone": "`sinoscope feeds fix` looks for a successor, else switches it off",
    "rate_limited": "the site asks to wait; polling obeys",
    "server_error": "the site is ill; polling tries again by itself",
    "not_a_feed": "`sinoscope feeds fix` looks for the feed this page names",
    "unparseable": "not a feed we can read; check the address in a browser",
    "empty": "a feed without entries; look again in some days",
    SILENT: "`sinoscope feeds fix` looks whether the site has moved its feed",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a feed answered: a document, or the word for why there is none. `body` is there when one came."""

    feed: Feed
    verdict: str
    detail: str = ""
    poll: Poll | None = None
    document: FeedDocument | None = None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    robots: RobotsState = RobotsState.UNKNOWN
    tdm_reserved: bool = False

    @property
    def newest_at(self) -> datetime | None:
        """When its newest entry was published."""
        entries = self.document.entries if self.document else ()
        return max((entry.published_at for entry in entries if entry.published_at), default=None)

    @property
    def page(self) -> str:
        """An address whose manners are the feed's: its newest entry's page, else its own."""
        entries = [entry for entry in self.document.entries if entry.link] if self.document else []
        newest = max(
            entries, key=lambda entry: entry.published_at.timestamp() if entry.published_at else 0, default=None
        )
        return newest.link if newest else self.feed.url


def say_nothing(done: int, total: int) -> None:
    """Tell nobody."""


def check_feeds(home: Home, wanted: Sequence[str], now: datetime, tell: Tell = say_nothing) -> list[dict[str, Any]]:
    """One row per feed: those named by id or address, or all enabled ones. Raises ConfigError for an unknown id."""
    config = load_config(home.root)
    feeds = chosen(config.feeds, wanted)
    states = published_states(home.published)
    with newsroom_network(config.settings) as network, Workers() as workers, Web(network, now) as web:
        looks = with_manners(look_at(feeds, web, workers, states, tell), web)
    return [row_of(look) for look in looks]


def chosen(feeds: Sequence[Feed], wanted: Sequence[str]) -> list[Feed]:
    """The feeds to ask; an address that is not configured is asked as it is."""
    by_id = {feed.feed_id: feed for feed in feeds}
    unknown = [word for word in wanted if word not in by_id and "://" not in word]
    if unknown:
        raise ConfigError([f"config/feeds.yaml: no feed {', '.join(unknown)}; give an id or an address"])
    return [by_id.get(word) or Feed(word, word) for word in wanted] or [feed for feed in feeds if feed.enabled]


def look_at(
    feeds: Sequence[Feed],
    web: Web,
    workers: Workers,
    states: Mapping[str, FeedState] | None = None,
    tell: Tell = say_nothing,
) -> list[Look]:
    """Poll and parse feeds side by side, each in full; one whose Retry-After still runs is left alone."""
    told = {feed.feed_id for feed in feeds if is_before_retry((states or {}).get(feed.feed_id, FeedState("")), web.now)}
    due = [DueFeed(feed, FeedState(feed.feed_id)) for feed in feeds if feed.feed_id not in told]
    ledger, map = Ledger(), spread(web, workers)
    fetched = ledger.each(Stage.POLL, counting(web, len(due), tell), due, map)
    documents = ledger.each(Stage.PARSE, parse_feed, fetched, map)
    looks = {document.due.feed.feed_id: read(document, web.now) for document in documents}
    looks |= {look.feed.feed_id: look for look in (unread(left) for left in ledger.take_left())}
    waits = "told to wait at the last poll, and the time is not over: not asked"
    return [looks.get(feed.feed_id) or Look(feed, str(Reason.RATE_LIMITED), waits) for feed in feeds]


def counting(web: Web, total: int, tell: Tell) -> Callable[[DueFeed], Any]:
    """A poll that tells how many feeds have answered."""
    answered = iter(range(1, total + 1))

    async def poll(due: DueFeed) -> FetchedFeed | Dropped:
        try:
            return await web.poll(due)
        finally:
            tell(next(answered), total)

    return poll


def with_manners(looks: Sequence[Look], web: Web) -> list[Look]:
    """The looks with what each site's robots.txt and TDM reservation say about its pages; asked where a feed answered."""
    answering = [look for look in looks if look.document is not None]
    manners = web.gather(web.manners, [look.page for look in answering])
    found = {look.feed.feed_id: said for look, said in zip(answering, manners, strict=True)}
    return [
        replace(look, robots=found[look.feed.feed_id][0], tdm_reserved=found[look.feed.feed_id][1])
        if isinstance(found.get(look.feed.feed_id), tuple)
        else look
        for look in looks
    ]


def read(document: FeedDocument, now: datetime) -> Look:
    """A feed that parsed: ok, silent, or empty."""
    moments = [entry.published_at for entry in document.entries if entry.published_at]
    verdict, detail = OK, f"malformed, read nevertheless: {document.bozo[:80]}" if document.bozo else ""
    if not document.entries:
        verdict, detail = str(Reason.EMPTY), "a feed without entries"
    elif moments and now - max(moments) > alarm_window(moments, document.due.feed.source_kind):
        verdict, detail = SILENT, f"nothing new for {(now - max(moments)).days} days"
    return Look(document.due.feed, verdict, detail, document.poll, document)


def unread(left: Left) -> Look:
    """A feed that did not: the cause, and the body if one came all the same."""
    due: DueFeed = left.record if isinstance(left.record, DueFeed) else left.record.due
    body, headers = (left.record.body, left.record.headers) if isinstance(left.record, FetchedFeed) else (b"", {})
    poll = left.record.poll if isinstance(left.record, FetchedFeed) else None
    if isinstance(left.verdict, Quarantined):
        return Look(due.feed, str(Reason.UNPARSEABLE), left.verdict.error, poll, None, body, headers)
    if isinstance(left.verdict.record, Poll):
        poll = left.verdict.record
    return Look(due.feed, str(left.verdict.reason), left.verdict.detail, poll, None, body, headers)


def row_of(look: Look) -> dict[str, Any]:
    """The columns of `feeds check`."""
    poll = look.poll
    return {
        "id": look.feed.feed_id,
        "url": look.feed.url,
        "verdict": look.verdict,
        "status": poll.status if poll else None,
        "format": str(look.document.kind) if look.document else "",
        "entries": len(look.document.entries) if look.document else 0,
        "newest_at": look.newest_at,
        "robots": str(look.robots),
        "tdm_reserved": look.tdm_reserved,
        "final_url": poll.final_url if poll else "",
        "moved_to": poll.permanent_url if poll else "",
        "ms": poll.ms if poll else None,
        "detail": look.detail,
        "remedy": REMEDIES.get(look.verdict, ""),
    }
