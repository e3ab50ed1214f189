"""The pace per host, under a clock that only moves when somebody waits."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from extractors.records import DueFeed, Entry, Feed, FeedState, WaitingEntry
from extractors.urls import host_of
from flows.web.pace import Clock, OutOfTime, Pace, hosts_in_turn, in_turns

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class Hourglass:
    """A clock for tests: a pause ends when every other pause that ends earlier has ended."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.pause)

    async def pause(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self.now + seconds, woken))
        await woken.wait()

    async def run(self, *work: Awaitable[object]) -> list[object]:
        """Let time pass until all of this work is done."""
        tasks = asyncio.gather(*work, return_exceptions=True)
        while not tasks.done():
            for _ in range(20 * len(work) + 20):  # let everybody come to rest
                await asyncio.sleep(0)
            if self._sleepers and not tasks.done():
                self._sleepers.sort(key=lambda sleeper: sleeper[0])
                self.now, woken = self._sleepers.pop(0)
                woken.set()
        return list(tasks.result())


class Visits:
    """What happened at the hosts: when each request started, and how many were open at once."""

    def __init__(self, per_host: int = 2, seconds_left: float = 300) -> None:
        self.glass = Hourglass()
        self.pace = Pace(self.glass.clock(), self.glass.now + seconds_left, per_host)
        self.starts: dict[str, list[float]] = defaultdict(list)
        self.open: dict[str, int] = defaultdict(int)
        self.most_open = 0

    async def visit(
        self, host: str, seconds: float, takes: float = 0, patience_until: float = float("inf"), not_before: float = 0
    ) -> None:
        async with self.pace.turn(host, seconds, patience_until, not_before):
            self.starts[host].append(self.glass.now - 1_000)
            self.open[host] += 1
            self.most_open = max(self.most_open, self.open[host])
            if takes:
                await self.glass.pause(takes)
            self.open[host] -= 1

    def all(self, *visits: Awaitable[object]) -> list[object]:
        return asyncio.run(self.glass.run(*visits))


def test_requests_to_one_host_keep_their_distance() -> None:
    """B20"""
    visits = Visits()
    visits.all(*(visits.visit("one.example", 5) for _ in range(5)))
    assert visits.starts["one.example"] == [0, 5, 10, 15, 20]


def test_a_hundred_feeds_on_a_slow_host_are_never_more_than_two_at_once() -> None:
    """B20"""
    visits = Visits()
    results = visits.all(*(visits.visit("one.example", 1, takes=3) for _ in range(100)))
    starts = visits.starts["one.example"]
    assert results == [None] * 100
    assert visits.most_open == 2
    assert all(later - earlier >= 1 for earlier, later in pairwise(starts))


def test_hosts_do_not_wait_for_each_other() -> None:
    visits = Visits()
    visits.all(*(visits.visit(f"{name}.example", 5) for name in "abcabc"))
    assert all(starts == [0, 5] for starts in visits.starts.values())


def test_feeds_and_pages_of_a_host_share_its_pace() -> None:
    visits = Visits()
    visits.all(visits.visit("one.example", 1), visits.visit("one.example", 5), visits.visit("one.example", 5))
    assert visits.starts["one.example"] == [0, 1, 6]


def test_a_host_without_distance_is_asked_at_once_within_its_limit() -> None:
    visits = Visits(per_host=3)
    visits.all(*(visits.visit("one.example", 0, takes=2) for _ in range(6)))
    assert visits.starts["one.example"] == [0, 0, 0, 2, 2, 2]


def test_a_turn_beyond_the_deadline_is_not_waited_for() -> None:
    visits = Visits(seconds_left=12)
    results = visits.all(*(visits.visit("one.example", 5) for _ in range(5)))
    assert visits.starts["one.example"] == [0, 5, 10]
    assert [type(result) for result in results] == [type(None)] * 3 + [OutOfTime] * 2
    assert visits.glass.now == 1_010


def test_a_slow_host_does_not_stretch_the_run_beyond_its_deadline() -> None:
    visits = Visits(per_host=1, seconds_left=60)
    results = visits.all(*(visits.visit("one.example", 0, takes=30) for _ in range(10)))
    assert visits.starts["one.example"] == [0, 30]
    assert sum(isinstance(result, OutOfTime) for result in results) == 8


def test_a_crawl_delay_longer_than_the_run_lets_one_page_through_and_holds_nobody() -> None:
    """F52: Crawl-delay: 900"""
    visits = Visits()
    results = visits.all(*(visits.visit("one.example", 900) for _ in range(4)))
    assert visits.starts["one.example"] == [0]
    assert sum(isinstance(result, OutOfTime) for result in results) == 3
    assert visits.glass.now == 1_000


def test_patience_with_one_host_ends_before_the_run_does() -> None:
    visits = Visits()
    results = visits.all(*(visits.visit("one.example", 10, patience_until=1_030) for _ in range(6)))
    assert visits.starts["one.example"] == [0, 10, 20, 30]
    assert sum(isinstance(result, OutOfTime) for result in results) == 2


def test_a_failed_request_gives_its_turn_back() -> None:
    visits = Visits(per_host=1)

    async def fail() -> None:
        async with visits.pace.turn("one.example", 0):
            raise ValueError

    results = visits.all(fail(), visits.visit("one.example", 0))
    assert isinstance(results[0], ValueError)
    assert visits.starts["one.example"] == [0]


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 6), st.integers(0, 4)), max_size=12),
    st.integers(1, 3),
    st.integers(1, 40),
)
def test_no_mix_of_visits_breaks_the_pace(plan: list[tuple[str, int, int]], per_host: int, seconds_left: int) -> None:
    """B20"""
    visits = Visits(per_host, seconds_left)
    results = visits.all(*(visits.visit(host, seconds, takes) for host, seconds, takes in plan))
    assert visits.most_open <= per_host
    assert all(result is None or isinstance(result, OutOfTime) for result in results)
    assert all(start < seconds_left for starts in visits.starts.values() for start in starts)
    least = min((seconds for _, seconds, _ in plan), default=0)
    for starts in visits.starts.values():
        assert all(later - earlier >= least for earlier, later in pairwise(starts))


def test_a_host_is_given_as_long_as_it_takes_to_answer() -> None:
    """B20: slowed by the observed response time"""
    visits = Visits(per_host=1)
    visits.all(*(visits.visit("slow.example", 1, takes=10) for _ in range(4)))
    assert visits.starts["slow.example"] == [0, 10, 20, 30]
    visits = Visits(per_host=2)
    visits.all(*(visits.visit("slow.example", 1, takes=10) for _ in range(5)))
    starts = visits.starts["slow.example"]
    assert starts[:2] == [0, 1]
    assert all(later - earlier >= 5 for earlier, later in pairwise(starts[1:]))


def test_a_host_that_recovers_is_asked_at_the_usual_pace_again() -> None:
    visits = Visits(per_host=1)
    visits.all(*(visits.visit("one.example", 2, takes=takes) for takes in (16, 0, 0, 0, 0, 0, 0)))
    starts = visits.starts["one.example"]
    assert starts[1] == 16
    assert starts[-1] - starts[-2] == 2


def test_a_request_that_may_not_start_yet_waits_and_those_behind_it_keep_their_distance() -> None:
    visits = Visits()
    visits.all(
        visits.visit("one.example", 5, not_before=1_007), visits.visit("one.example", 5), visits.visit("two.example", 5)
    )
    assert (visits.starts["one.example"], visits.starts["two.example"]) == ([7, 12], [0])


# --- hosts_in_turn ---


def due(host: str, number: int) -> DueFeed:
    return DueFeed(Feed(f"{host}{number}", f"https://{host}.example/{number}"), FeedState(f"{host}{number}"))


def test_no_batch_of_feeds_is_all_of_one_host() -> None:
    feeds = [due(host, number) for host in "abc" for number in range(3)]
    names = [each.feed.feed_id for each in hosts_in_turn(feeds)]
    assert names == ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"]


@given(st.lists(st.sampled_from("abcd")))
def test_every_feed_comes_once_and_those_of_a_host_in_their_order(hosts: list[str]) -> None:
    feeds = [due(host, number) for number, host in enumerate(hosts)]
    turned = hosts_in_turn(feeds)
    for host in "abcd":
        own = [each for each in feeds if each.feed.feed_id[0] == host]
        assert [each for each in turned if each.feed.feed_id[0] == host] == own
    assert len(turned) == len(feeds)


# --- in_turns ---


def waiting(host: str, number: int) -> WaitingEntry:
    link = f"https://{host}.example/{number}"
    entry = Entry(f"{host}{number}", "f", "", link, link, "", "", None, "", "", NOW)
    return WaitingEntry(entry, Feed("f", "https://f.example/"), f"{host}{number}")


WAITING = st.lists(st.sampled_from("abcde"), max_size=60).map(
    lambda hosts: [waiting(host, number) for number, host in enumerate(hosts)]
)


@given(WAITING, st.integers(1, 20), st.integers(1, 8))
def test_every_entry_comes_once_in_batches_that_keep_their_limits(
    entries: list[WaitingEntry], size: int, per_host: int
) -> None:
    batches = list(in_turns(entries, size, per_host))
    came = [entry.entry_id for batch in batches for entry in batch]
    assert sorted(came) == sorted(entry.entry_id for entry in entries)
    for batch in batches:
        hosts = [host_of(entry.entry.link) for entry in batch]
        assert 0 < len(batch) <= size
        assert max(hosts.count(host) for host in hosts) <= per_host


@given(WAITING, st.integers(1, 20), st.integers(1, 8))
def test_the_oldest_of_a_host_comes_first(entries: list[WaitingEntry], size: int, per_host: int) -> None:
    came = [entry for batch in in_turns(entries, size, per_host) for entry in batch]
    for host in "abcde":
        numbers = [int(entry.entry_id[1:]) for entry in came if entry.entry_id[0] == host]
        assert numbers == sorted(numbers)


def test_a_host_with_a_backlog_does_not_keep_the_others_out_of_a_batch() -> None:
    entries = [waiting("a", number) for number in range(100)] + [waiting("b", 100), waiting("c", 101)]
    first = next(in_turns(entries, 10, 3))
    assert [entry.entry_id for entry in first] == ["a0", "a1", "a2", "b100", "c101"]


def test_hosts_beyond_the_size_of_a_batch_come_in_the_next() -> None:
    entries = [waiting(host, number) for number in range(4) for host in "abcde"]
    hosts = [host_of(entry.entry.link)[0] for batch in in_turns(entries, 4, 2) for entry in batch]
    assert set(hosts[:10]) == set("abcde")


def test_nothing_waiting_makes_no_batch() -> None:
    assert list(in_turns([], 10, 3)) == []


@pytest.mark.parametrize("pause", [Clock().pause])
def test_the_default_clock_is_real_time(pause: Callable[[float], Awaitable[None]]) -> None:
    assert pause is asyncio.sleep
