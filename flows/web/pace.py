"""Keeps to a pace per host, shared by feeds and pages, and never waits beyond the run's time."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from extractors.records import WaitingEntry
from extractors.urls import host_of


class OutOfTime(Exception):
    """The host's next turn lies beyond the time this run may take."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Real time for pauses; tests bring their own."""

    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(slots=True)
class Host:
    """When a host may be asked next, how many of us are there, and the crawl-delay it asked for."""

    free: asyncio.Semaphore
    next_at: float = 0.0
    crawl_seconds: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pace:
    """One per run. `deadline` is a monotonic time; at most `per_host` requests are open to a host at once."""

    def __init__(self, clock: Clock, deadline: float, per_host: int) -> None:
        self.clock = clock
        self.deadline = deadline
        self._hosts: dict[str, Host] = defaultdict(lambda: Host(asyncio.Semaphore(per_host)))

    @asynccontextmanager
    async def turn(self, host: str, seconds: float) -> AsyncIterator[None]:
        """Wait for this host's turn, hold it while the request runs. Raises OutOfTime instead of waiting too long."""
        known = self._hosts[host]
        if self.clock.monotonic() >= self.deadline:
            raise OutOfTime(host)
        async with known.free:
            await self._wait(known, host, max(seconds, known.crawl_seconds))
            yield

    async def _wait(self, known: Host, host: str, seconds: float) -> None:
        async with known.lock:  # first come, first served
            now = self.clock.monotonic()
            start = max(now, known.next_at)
            if start > now and start >= self.deadline:
                raise OutOfTime(host)
            known.next_at = start + seconds
        if start > now:
            await self.clock.pause(start - now)

    def slow_down(self, host: str, crawl_seconds: float) -> None:
        """Keep to the crawl-delay this host's robots.txt asks for."""
        known = self._hosts[host]
        if crawl_seconds > known.crawl_seconds:
            known.next_at += crawl_seconds - known.crawl_seconds if known.next_at else 0
            known.crawl_seconds = crawl_seconds


def in_turns(waiting: Iterable[WaitingEntry], size: int, per_host: int) -> Iterator[list[WaitingEntry]]:
    """Batches of at most `size` entries and `per_host` of one host, so that no host holds up a batch.

    Oldest first within a host; hosts take turns in the order their oldest entry has. Every entry comes exactly once.
    """
    hosts: dict[str, deque[WaitingEntry]] = {}
    for entry in waiting:
        hosts.setdefault(host_of(entry.entry.link), deque()).append(entry)
    while hosts:
        batch: list[WaitingEntry] = []
        for host in list(hosts):
            queue = hosts[host]
            batch += [queue.popleft() for _ in range(min(per_host, len(queue), size - len(batch)))]
            if not queue:
                del hosts[host]
            if len(batch) == size:
                break
        yield batch
