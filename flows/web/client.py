"""Polls feeds and fetches pages: one guarded aiohttp session per run, on its own loop in its own thread.

Every answer is a record: the bytes with what the server said, or Dropped with the Poll or Fetch row that tells why.
"""

import asyncio
import hashlib
import importlib.metadata
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from extractors.errors import FetchError
from extractors.records import (
    Dropped,
    DueFeed,
    Fetch,
    FetchedFeed,
    Page,
    Poll,
    Reason,
    RobotsState,
    WaitingEntry,
)
from extractors.urls import host_of
from flows.web.bodies import is_closed
from flows.web.network import Network
from flows.web.pace import Clock, OutOfTime, Pace
from flows.web.robots import Robots, robots_from
from flows.web.server_words import max_age_seconds, retry_after_seconds
from flows.web.tdm import WELL_KNOWN, reserved_by_page, reserved_by_site
from flows.web.transport import Answer, Transport

HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain")
FINAL_CAUSES = frozenset(
    {Reason.FORBIDDEN, Reason.NOT_FOUND, Reason.GONE, Reason.BLOCKED_ADDRESS, Reason.REDIRECT, Reason.TOO_BIG}
)
# the site itself could not be reached: more to the point than that its robots.txt could not
UNREACHABLE = frozenset({Reason.DNS, Reason.REFUSED, Reason.TLS, Reason.BLOCKED_ADDRESS})
PATIENCE_SECONDS = 30  # what one host may hold up a batch of pages
TOLD_OFF = 2  # answers of a host that say wait, after which it is left alone for this run


class Web:
    """Use as a context manager. `now` is the run's time, on every row; `clock` is for pauses and the run's deadline."""

    def __init__(self, network: Network, now: datetime, clock: Clock | None = None) -> None:
        self.network = network
        self.now = now
        self.clock = clock or Clock()
        self._sites: dict[str, asyncio.Task[tuple[Robots, bytes]]] = {}
        self._told_to_wait: Counter[str] = Counter()
        self._patience_until = 0.0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
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
        """One conditional GET of a feed. Dropped(not_modified | unchanged | a cause | waiting) carries the Poll row."""
        started, host = self.clock.monotonic(), host_of(due.url)
        try:
            async with self._pace.turn(host, self.network.feed_seconds):
                self._require_welcome(host)
                started = self.clock.monotonic()
                answer = await self._get(due.url, conditions_of(due))
        except OutOfTime as why:
            return Dropped(Reason.WAITING, str(why), Poll(due.feed.feed_id, self.now, due.url))
        except FetchError as error:
            return self._failed_poll(due, error, started)
        return self._polled(due, answer, started)

    async def fetch(self, waiting: WaitingEntry) -> Page | Dropped:
        """GET an entry's link, if robots.txt allows. Dropped carries the Fetch row; not `final` means tried again later."""
        try:
            return await self._fetch(waiting)
        except OutOfTime as why:
            return Dropped(Reason.WAITING, str(why))

    async def _fetch(self, waiting: WaitingEntry) -> Page | Dropped:
        url = waiting.entry.link or waiting.entry.url
        try:
            robots, tdmrep = await self._site(url)
        except FetchError as error:
            return self._failed_fetch(waiting, error, RobotsState.UNKNOWN)
        state = robots.verdict(url)
        if state is RobotsState.DENIED:
            return self._row(waiting, Reason.ROBOTS_DENIED, "robots.txt", state=state)
        if state is RobotsState.UNKNOWN:
            return self._row(waiting, Reason.ROBOTS_UNKNOWN, "robots.txt could not be read", state=state, final=False)
        try:
            answer = await self._get_page(url, max(self.network.page_seconds, robots.crawl_seconds))
        except FetchError as error:
            return self._failed_fetch(waiting, error, state)
        return self._page(waiting, answer, state, tdmrep)

    async def _get_page(self, url: str, seconds: float) -> Answer:
        host = host_of(url)
        async with self._pace.turn(host, seconds, self._patience_until):
            self._require_welcome(host)
            answer = await self._get(url, {})
        if not answer.complete:
            raise FetchError(url, Reason.SERVER_ERROR, "the page ended early", status=answer.status)
        return answer

    async def _get(self, url: str, conditions: Mapping[str, str]) -> Answer:
        """One request; counts the answers by which a host says wait."""
        try:
            return await self._transport.get(url, conditions)
        except FetchError as error:
            if error.cause is Reason.RATE_LIMITED or error.retry_after_seconds:
                self._told_to_wait[host_of(url)] += 1
            raise

    def _require_welcome(self, host: str) -> None:
        if self._told_to_wait[host] >= TOLD_OFF:
            raise OutOfTime(f"{host} asks to wait")

    def _page(self, waiting: WaitingEntry, answer: Answer, state: RobotsState, tdmrep: bytes) -> Page | Dropped:
        kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind and kind not in HTML_TYPES:
            return self._row(waiting, Reason.NOT_HTML, kind, state=state, answer=answer)
        reserved = reserved_by_page(answer.headers, answer.body)
        fetch = Fetch(
            page_id=waiting.page_id,
            url=answer.url,
            final_url=answer.final_url,
            fetched_at=self.now,
            status=answer.status,
            robots_state=state,
            tdm_reserved=reserved_by_site(tdmrep, answer.final_url) if reserved is None else reserved,
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

    def _polled(self, due: DueFeed, answer: Answer, started: float) -> FetchedFeed | Dropped:
        if answer.status != 304 and not answer.body:
            nothing = FetchError(answer.url, Reason.EMPTY, "an answer without a body", status=answer.status)
            return self._failed_poll(due, nothing, started)
        whole = answer.complete and is_closed(answer.body)  # else asked for in full again: no validators, no hash
        poll = Poll(
            feed_id=due.feed.feed_id,
            polled_at=self.now,
            url=answer.url,
            final_url=answer.final_url,
            status=answer.status,
            bytes=len(answer.body),
            ms=self._ms_since(started),
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

    def _failed_poll(self, due: DueFeed, error: FetchError, started: float) -> Dropped:
        poll = Poll(
            feed_id=due.feed.feed_id,
            polled_at=self.now,
            url=due.url,
            status=error.status,
            ms=self._ms_since(started),
            cause=error.cause,
            why=error.detail,
            retry_after_seconds=error.retry_after_seconds,
        )
        return Dropped(error.cause, error.detail, poll)

    async def _site(self, url: str) -> tuple[Robots, bytes]:
        """robots.txt and the TDMRep file of a page's site, asked for once a run."""
        parts = urlsplit(url)
        site = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
        if site not in self._sites:
            self._sites[site] = asyncio.ensure_future(self._read_site(site))
        return await asyncio.shield(self._sites[site])

    async def _read_site(self, site: str) -> tuple[Robots, bytes]:
        status, body = await self._well_known(site, "/robots.txt")
        robots = robots_from(status, body)
        if robots.state is RobotsState.UNKNOWN:
            return robots, b""
        status, tdmrep = await self._well_known(site, WELL_KNOWN)
        return robots, tdmrep if status == 200 else b""

    async def _well_known(self, site: str, path: str) -> tuple[int, bytes]:
        """A file every site may have: its status and bytes; 599 where none came. Raises FetchError: no such site."""
        try:
            async with self._pace.turn(host_of(site), 0):
                answer = await self._transport.get(site + path, {})
        except FetchError as error:
            if error.cause in UNREACHABLE and host_of(error.url) == host_of(site):
                raise
            return error.status or 599, b""
        return answer.status, answer.body

    def _ms_since(self, started: float) -> int:
        return round(1_000 * (self.clock.monotonic() - started))

    async def _all(self, step: Callable[[Any], Coroutine[Any, Any, Any]], records: Sequence[Any]) -> list[Any]:
        free = asyncio.Semaphore(self.network.at_once)
        self._patience_until = self.clock.monotonic() + PATIENCE_SECONDS

        async def one(record: Any) -> Any:
            async with free:
                return await step(record)

        results = await asyncio.gather(*(one(record) for record in records), return_exceptions=True)
        return list(results)

    async def _open(self) -> None:
        self._transport = Transport(self.network, user_agent(self.network.contact), self.now)
        deadline = self.clock.monotonic() + self.network.run_seconds
        self._pace = Pace(self.clock, deadline, self.network.per_host)

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def conditions_of(due: DueFeed) -> Mapping[str, str]:
    """Both validators as the server gave them, byte for byte."""
    conditions = {"if-none-match": due.state.etag, "if-modified-since": due.state.last_modified}
    return {name: value for name, value in conditions.items() if value}


def body_sha256_of(due: DueFeed, answer: Answer) -> str:
    """The hash of what came; after 304, of what came before."""
    return hashlib.sha256(answer.body).hexdigest() if answer.body else due.state.body_sha256


def user_agent(contact: str) -> str:
    """`Sinoscope/0.1.0 (+https://…)`: never another's name."""
    version = importlib.metadata.version("sinoscope")
    return f"Sinoscope/{version} (+{contact})" if contact else f"Sinoscope/{version}"
