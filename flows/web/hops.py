"""The hops of one question: at each the host's turn is taken and, where a page is asked for, robots.txt is heard."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from math import inf

from extractors.errors import FetchError
from extractors.records import Reason, RobotsState
from extractors.urls import host_of
from flows.web.pace import Pace
from flows.web.sites import Site

SiteOf = Callable[[str], Awaitable[Site]]


class Hops:
    """One per question. `took_seconds` is what the hosts took to answer, turns not included.

    `site` is that of the last hop and `state` its robots.txt's word, when `site_of` was given.
    """

    def __init__(
        self,
        pace: Pace,
        seconds: float,
        *,
        patience_until: float = inf,
        require_welcome: Callable[[str], None] = lambda host: None,
        site_of: SiteOf | None = None,
        note: Callable[[Site], None] = lambda site: None,
        not_before: Callable[[Site], float] = lambda site: 0.0,
    ) -> None:
        self.took_seconds = 0.0
        self.state = RobotsState.UNKNOWN
        self.site: Site | None = None
        self._pace = pace
        self._seconds = seconds
        self._patience_until = patience_until
        self._require_welcome = require_welcome
        self._site_of = site_of
        self._note = note
        self._not_before = not_before

    @asynccontextmanager
    async def hop(self, url: str) -> AsyncIterator[None]:
        """Hold the turn of this address's host. Raises OutOfTime, or FetchError where robots.txt does not let us in."""
        host, seconds, not_before = host_of(url), self._seconds, 0.0
        if self._site_of is not None:
            self.state = RobotsState.UNKNOWN
            self.site = await self._site_of(url)
            self.state = self.site.robots.verdict(url)
            require_allowed(url, self.state)
            seconds = max(seconds, self.site.robots.crawl_seconds)
            not_before = self._not_before(self.site)
        async with self._pace.turn(host, seconds, self._patience_until, not_before):
            self._require_welcome(host)
            if self.site is not None:
                self._note(self.site)
            started = self._pace.clock.monotonic()
            try:
                yield
            finally:
                self.took_seconds += self._pace.clock.monotonic() - started


def require_allowed(url: str, state: RobotsState) -> None:
    """Raise FetchError unless robots.txt allows this address."""
    if state is RobotsState.DENIED:
        raise FetchError(url, Reason.ROBOTS_DENIED, "robots.txt", temporary=False)
    if state is RobotsState.UNKNOWN:
        raise FetchError(url, Reason.ROBOTS_UNKNOWN, "robots.txt could not be read")
