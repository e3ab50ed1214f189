"""Keeps to a pace per host, shared by feeds and pages, and never waits beyond the run's time."""

import asyncio
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import inf

from extractors.records import DueFeed, WaitingEntry
from extractors.urls import host_of

SMOOTHING = 0.5  # how much the latest answer counts for the time a host is expected to take


class OutOfTime(Exception):
    """The host's next turn lies beyond the time this run may take."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Real time for pauses; tests bring their own."""

    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(slots=True)
class Host:
    """When a host may be asked next, how many of us may be there at once, and how long it lately took to answer."""

    free: asyncio.Semaphore
    next_at: float = 0.0
    took_seconds: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pace:
    """One per run. `deadline` is a monotonic time; at most `per_host` requests are open to a host at once."""

    def __init__(self, clock: Clock, deadline: float, per_host: int) -> None:
        self.clock = clock
        self.deadline = deadline
        self._hosts: dict[str, Host] = defaultdict(lambda: Host(asyncio.Semaphore(per_host)))

    @asynccontextmanager
    async def turn(
        self, host: str, seconds: float, patience_until: float = inf, not_before: float = 0.0
    ) -> AsyncIterator[None]:
        """Wait for this host's turn, hold it while the request runs; the next one starts `seconds` later at the earliest.

        A host that takes longer than that to answer is given as long as it takes, unless no pause is wanted at all.
        Raises OutOfTime instead of waiting beyond the run's deadline or `patience_until`; these and `not_before`, when this very
        request may start at the earliest, are monotonic times.
        """
        known = self._hosts[host]
        async with known.free:
            await self._wait(known, host, seconds, patience_until, not_before)
            started = self.clock.monotonic()
            try:
                yield
            finally:
                took = self.clock.monotonic() - started
                known.took_seconds += SMOOTHING * (took - known.took_seconds)
                if seconds:
                    known.next_at = max(known.next_at, started + known.took_seconds)

    async def _wait(self, known: Host, host: str, seconds: float, patience_until: float, not_before: float) -> None:
        async with known.lock:  # first come, first served
            now = self.clock.monotonic()
            start = max(now, known.next_at, not_before)
            if start >= self.deadline or start > max(now, patience_until):
                raise OutOfTime(f"no turn at {host} in the time of this run")
            known.next_at = start + (max(seconds, known.took_seconds) if seconds else 0)
        if start > now:
            await self.clock.pause(start - now)


def hosts_in_turn(due: Sequence[DueFeed]) -> list[DueFeed]:
    """The feeds in another order: the first of each host, then the second of each, so that no batch is all of one host."""
    seen = Counter[str]()
    ranks = []
    for each in due:
        host = host_of(each.url)
        ranks.append(seen[host])
        seen[host] += 1
    return [each for _, each in sorted(zip(ranks, due, strict=True), key=lambda pair: pair[0])]


def in_turns(waiting: Iterable[WaitingEntry], size: int, per_host: int) -> Iterator[list[WaitingEntry]]:
    """Batches of at most `size` entries and `per_host` of one host, so that no host holds up a batch.

    Oldest first within a host; hosts take turns, first in the order of their oldest entry. Every entry comes once.
    """
    hosts: dict[str, deque[WaitingEntry]] = {}
    for entry in waiting:
        hosts.setdefault(host_of(entry.entry.link), deque()).append(entry)
    while hosts:
        batch: list[WaitingEntry] = []
        for host in list(hosts):
            queue = hosts.pop(host)
            batch += [queue.popleft() for _ in range(min(per_host, len(queue), size - len(batch)))]
            if queue:
                hosts[host] = queue  # behind the hosts that had no turn yet
            if len(batch) == size:
                break
        yield batch
