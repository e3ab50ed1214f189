"""Polls feeds and fetches pages: one guarded aiohttp session per run, on its own loop in its own thread.

Every answer is a record: the bytes with what the server said, or Dropped with the Poll or Fetch row that tells why.
"""

import asyncio
import hashlib
import importlib.metadata
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from types import TracebackType
from typing import Any, Self

from extractors.errors import FetchError
from extractors.feeds.sitemap_index import sitemaps_to_read
from extractors.records import (
    Dropped,
    DueFeed,
    FeedKind,
    Fetch,
    FetchedFeed,
    Page,
    Poll,
    Reason,
    RobotsState,
    WaitingEntry,
)
from extractors.site_files import SiteFiles
from extractors.urls import host_of
from flows.web.bodies import is_closed
from flows.web.hops import Hops
from flows.web.network import Network
from flows.web.pace import Clock, OutOfTime, Pace
from flows.web.server_words import max_age_seconds, retry_after_seconds
from flows.web.sites import Site, Sites
from flows.web.tdm import reserved_by_page, reserved_by_site
from flows.web.transport import Answer, Transport

HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain")
FINAL_CAUSES = frozenset(
    {Reason.FORBIDDEN, Reason.NOT_FOUND, Reason.GONE, Reason.BLOCKED_ADDRESS, Reason.REDIRECT, Reason.TOO_BIG}
)
POLL_CAUSES = {Reason.ROBOTS_DENIED: Reason.FORBIDDEN, Reason.ROBOTS_UNKNOWN: Reason.SERVER_ERROR}
PATIENCE_SECONDS = 30  # what one host may hold up a batch of pages
BATCH_BYTES = 200 * 1024**2  # of bodies that one batch may hold until they are read
LOST_SECONDS = 150  # of waiting in vain for one host, after which it is left alone for this run
RESOLVING_THREADS = 64  # a name server that is slow must not hold up the names it knows
TOLD_OFF = 2  # answers of a host that say wait, after which it is left alone for this run


class Web:
    """Use as a context manager. `now` is the run's time, on every row; `clock` is for pauses and the run's deadline.

    `known_sites` is what earlier runs learned of sites.
    """

    def __init__(
        self, network: Network, now: datetime, clock: Clock | None = None, known_sites: Sequence[SiteFiles] = ()
    ) -> None:
        self.network = network
        self.now = now
        self.clock = clock or Clock()
        self._known_sites = known_sites
        self._told_to_wait: Counter[str] = Counter()
        self._lost_seconds: defaultdict[str, float] = defaultdict(float)
        self._patience_until = 0.0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(RESOLVING_THREADS, thread_name_prefix="names"))
        self._thread = threading.Thread(target=self._loop.run_forever, name="web", daemon=True)
        self._thread.start()
        self._wait(self._open())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._wait(self._transport.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def pages_per_host(self) -> int:
        """How many pages of one host a batch may hold without holding up the others."""
        return max(1, int(PATIENCE_SECONDS / self.network.page_seconds)) if self.network.page_seconds else 10_000

    def gather(self, step: Callable[[Any], Coroutine[Any, Any, Any]], records: Sequence[Any]) -> list[Any]:
        """Run a step over records side by side; one result or exception per record, in order."""
        results: list[Any] = self._wait(self._all(step, records))
        return results

    async def poll(self, due: DueFeed) -> FetchedFeed | Dropped:
        """One conditional GET of a feed. Dropped(not_modified | unchanged | a cause | waiting) carries the Poll row.

        A list page is a page of the site: robots.txt and its Crawl-delay hold for it.
        """
        hops = self._hops(self.network.feed_seconds, robots=due.feed.kind is FeedKind.LIST_PAGE)
        try:
            answer = await self._get(due.url, conditions_of(due), hops)
        except OutOfTime as why:
            return Dropped(Reason.WAITING, str(why), Poll(due.feed.feed_id, self.now, due.url))
        except FetchError as error:
            return self._failed_poll(due, error, hops)
        polled = self._polled(due, answer, hops)
        if isinstance(polled, FetchedFeed) and due.feed.kind in (FeedKind.AUTO, FeedKind.NEWS_SITEMAP):
            return await self._with_parts(polled, hops)
        return polled

    async def _with_parts(self, fetched: FetchedFeed, hops: Hops) -> FetchedFeed:
        """With the sitemaps an index names, one level deep. When one fails, no validators: the index is asked for again."""
        state, poll = fetched.due.state, fetched.poll
        since = state.polled_at if state.body_sha256 else None  # the last time all of them came
        parts = list[bytes]()
        for url in sitemaps_to_read(fetched.body, poll.final_url, since):
            try:
                parts.append((await self._get(url, {}, hops)).body)
            except (FetchError, OutOfTime):
                poll = replace(poll, etag="", last_modified="", body_sha256="")
        return replace(fetched, parts=tuple(parts), poll=poll)

    async def fetch(self, waiting: WaitingEntry) -> Page | Dropped:
        """GET an entry's link, if robots.txt allows. Dropped carries the Fetch row; not `final` means tried again later."""
        hops = self._hops(self.network.page_seconds, robots=True, patience_until=self._patience_until)
        try:
            answer = await self._get(waiting.entry.link or waiting.entry.url, {}, hops)
        except OutOfTime as why:
            return Dropped(Reason.WAITING, str(why))
        except FetchError as error:
            return self._failed_fetch(waiting, error, hops.state)
        if not answer.complete:
            cut = FetchError(answer.url, Reason.SERVER_ERROR, "the page ended early", status=answer.status)
            return self._failed_fetch(waiting, cut, hops.state)
        return self._page(waiting, answer, hops)

    async def manners(self, url: str) -> tuple[RobotsState, bool]:
        """What robots.txt says about a page, and whether its site reserves text and data mining."""
        try:
            site = await self._sites.of(url)
        except (FetchError, OutOfTime):
            return RobotsState.UNKNOWN, False
        return site.robots.verdict(url), reserved_by_site(site.files.tdmrep, url)

    async def look(self, url: str) -> Answer:
        """One GET of an address at the pace of feeds, if robots.txt allows. Raises FetchError or OutOfTime."""
        return await self._get(url, {}, self._hops(self.network.feed_seconds, robots=True))

    def take_site_files(self) -> list[SiteFiles]:
        """What sites said to robots since the last call, to be kept for the runs of the next day."""
        return self._sites.take_learned()

    def _hops(self, seconds: float, *, robots: bool, patience_until: float = inf) -> Hops:
        return Hops(
            self._pace,
            seconds,
            patience_until=patience_until,
            require_welcome=self._require_welcome,
            site_of=self._sites.of if robots else None,
            note=lambda site: self._sites.asked(site, self._time()),
            not_before=self._not_before,
        )

    async def _ask_site(self, url: str) -> Answer:
        """robots.txt and its like: at the pace of feeds."""
        return await self._transport.get(url, {}, self._hops(self.network.feed_seconds, robots=False).hop)

    async def _get(self, url: str, conditions: Mapping[str, str], hops: Hops) -> Answer:
        """One question; counts the answers by which a host says wait, and what was lost on those that never came."""
        try:
            return await self._transport.get(url, conditions, hops.hop)
        except FetchError as error:
            if error.cause is Reason.RATE_LIMITED or error.retry_after_seconds:
                self._told_to_wait[host_of(error.url)] += 1
            if error.cause is Reason.TIMEOUT:
                self._lost_seconds[host_of(error.url)] += hops.took_seconds
            raise

    def _require_welcome(self, host: str) -> None:
        if self._told_to_wait[host] >= TOLD_OFF:
            raise OutOfTime(f"{host} asks to wait")
        if self._lost_seconds[host] >= LOST_SECONDS:
            raise OutOfTime(f"{host} has kept this run waiting for too long")

    def _time(self) -> datetime:
        """The time of the run: its `now`, and what passed since it began."""
        return self.now + timedelta(seconds=self.clock.monotonic() - self._opened_at)

    def _page(self, waiting: WaitingEntry, answer: Answer, hops: Hops) -> Page | Dropped:
        kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind and kind not in HTML_TYPES:
            return self._row(waiting, Reason.NOT_HTML, kind, state=hops.state, answer=answer)
        reserved = reserved_by_page(answer.headers, answer.body)
        if reserved is None and hops.site is not None:
            reserved = reserved_by_site(hops.site.files.tdmrep, answer.final_url)
        fetch = Fetch(
            page_id=waiting.page_id,
            url=answer.url,
            final_url=answer.final_url,
            fetched_at=self.now,
            status=answer.status,
            robots_state=hops.state,
            tdm_reserved=bool(reserved),
            tries=waiting.tries + 1,
        )
        return Page(waiting.entry, waiting.feed, fetch, answer.body, answer.headers)

    def _failed_fetch(self, waiting: WaitingEntry, error: FetchError, state: RobotsState) -> Dropped:
        final = error.cause in FINAL_CAUSES or not error.temporary
        return self._row(
            waiting,
            error.cause,
            error.detail,
            state=state,
            final=final,
            status=error.status,
            retry_after_seconds=error.retry_after_seconds,
        )

    def _row(
        self,
        waiting: WaitingEntry,
        cause: Reason,
        detail: str,
        *,
        state: RobotsState,
        final: bool = True,
        status: int | None = None,
        retry_after_seconds: int | None = None,
        answer: Answer | None = None,
    ) -> Dropped:
        """A page that did not come, as its row; to be tried again counts as waiting in this run."""
        fetch = Fetch(
            page_id=waiting.page_id,
            url=waiting.entry.link or waiting.entry.url,
            final_url=answer.final_url if answer else "",
            fetched_at=self.now,
            status=answer.status if answer else status,
            cause=cause,
            robots_state=state,
            tries=waiting.tries + 1,
            final=final,
            retry_after_seconds=retry_after_seconds,
        )
        return Dropped(cause if final else Reason.WAITING, f"{cause}: {detail}" if detail else str(cause), fetch)

    def _polled(self, due: DueFeed, answer: Answer, hops: Hops) -> FetchedFeed | Dropped:
        if answer.status != 304 and not answer.body:
            nothing = FetchError(answer.url, Reason.EMPTY, "an answer without a body", status=answer.status)
            return self._failed_poll(due, nothing, hops)
        whole = answer.complete and is_closed(answer.body)  # else asked for in full again: no validators, no hash
        poll = Poll(
            feed_id=due.feed.feed_id,
            polled_at=self.now,
            url=answer.url,
            final_url=answer.final_url,
            status=answer.status,
            bytes=len(answer.body),
            ms=round(1_000 * hops.took_seconds),
            max_age_seconds=max_age_seconds(answer.headers, self.now),
            retry_after_seconds=retry_after_seconds(answer.headers, self.now),
            permanent_url=answer.permanent_url,
            etag=answer.headers.get("etag", "") if whole else "",
            last_modified=answer.headers.get("last-modified", "") if whole else "",
            body_sha256=body_sha256_of(due, answer) if whole else "",
        )
        if answer.status == 304:
            return Dropped(Reason.NOT_MODIFIED, "the server says nothing changed", poll)
        if poll.body_sha256 and poll.body_sha256 == due.state.body_sha256:
            return Dropped(Reason.UNCHANGED, "the same bytes as at the last poll", poll)
        return FetchedFeed(due, poll, answer.body, answer.headers)

    def _failed_poll(self, due: DueFeed, error: FetchError, hops: Hops) -> Dropped:
        cause, why = POLL_CAUSES.get(error.cause, error.cause), error.detail
        poll = Poll(
            feed_id=due.feed.feed_id,
            polled_at=self.now,
            url=due.url,
            status=error.status,
            ms=round(1_000 * hops.took_seconds),
            cause=cause,
            why=why,
            retry_after_seconds=error.retry_after_seconds,
        )
        return Dropped(cause, why, poll)

    async def _all(self, step: Callable[[Any], Coroutine[Any, Any, Any]], records: Sequence[Any]) -> list[Any]:
        free = asyncio.Semaphore(self.network.at_once)
        self._patience_until = self.clock.monotonic() + PATIENCE_SECONDS
        self._transport.bytes_left = BATCH_BYTES

        async def one(record: Any) -> Any:
            async with free:
                return await step(record)

        results = await asyncio.gather(*(one(record) for record in records), return_exceptions=True)
        return list(results)

    async def _open(self) -> None:
        self._transport = Transport(self.network, user_agent(self.network.contact), self.now)
        self._opened_at = self.clock.monotonic()
        self._pace = Pace(self.clock, self._opened_at + self.network.run_seconds, self.network.per_host)
        self._sites = Sites(self._known_sites, self.now, self._ask_site)

    def _not_before(self, site: Site) -> float:
        """When a page of a site may be asked for: a Crawl-delay holds from run to run, for pages and not for feeds."""
        asked_at, asked_for = site.files.asked_at, site.robots.crawl_seconds
        seconds = (asked_at - self.now).total_seconds() + asked_for if asked_at else 0.0
        return self._opened_at + seconds if 0 < seconds <= asked_for else 0.0

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def conditions_of(due: DueFeed) -> Mapping[str, str]:
    """Both validators as the server gave them, byte for byte; none when the feed is asked in full."""
    if due.in_full:
        return {}
    conditions = {"if-none-match": due.state.etag, "if-modified-since": due.state.last_modified}
    return {name: value for name, value in conditions.items() if value}


def body_sha256_of(due: DueFeed, answer: Answer) -> str:
    """The hash of what came; after 304, of what came before."""
    return hashlib.sha256(answer.body).hexdigest() if answer.body else due.state.body_sha256


def user_agent(contact: str) -> str:
    """`Sinoscope/0.1.0 (+https://…)`: never another's name."""
    version = importlib.metadata.version("sinoscope")
    return f"Sinoscope/{version} (+{contact})" if contact else f"Sinoscope/{version}"
