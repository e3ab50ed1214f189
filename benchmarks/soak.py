"""500 feeds on 40 hosts for a simulated week: `python benchmarks/soak.py [--feeds 500] [--hosts 40] [--days 7]`.

The product decides, asks, paces, follows redirects and plans; only the single exchange with a site and the clock are ours: a
site answers after a while in simulated time, and every request is written down. Runs come hourly, with manual ones between;
nothing but the stored states goes from one to the next. Then the log is held against the rules of good manners: conditional
requests (A), pace (B), redirects and death (C). Prints what was asked, and every rule that was broken; exit 1 if one was.
"""

import argparse
import asyncio
import heapq
import json
import random
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any, Self

from extractors.feeds import entries_of, parse_feed
from extractors.records import DueFeed, Feed, FeedState, Stage
from extractors.urls import host_of
from flows.ledger import Ledger
from flows.web import Network, Web
from flows.web.client import user_agent
from flows.web.pace import Clock
from flows.web.polling import due_feeds, polls_of
from flows.web.transport import REDIRECTS, Hop, Transport, refuse_status

START = datetime(2026, 11, 2, 0, 7, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RETRY = 3 * HOUR
SKIPPED = (1, 2, 3, 14)
STORM = (36, 42)  # hours in which some hosts turn everybody away
SLACK = timedelta(milliseconds=1)
OK, NOT_MODIFIED = 200, 304

# --- the sites ---


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and its answer; `run` counts runs, `conditions` are the validators sent."""

    at: datetime
    run: int
    feed_id: str
    url: str
    conditions: tuple[str, str]
    status: int
    validators: tuple[str, str]


@dataclass(slots=True)
class Sites:
    """All hosts: what they answer, when, to whom, and a log of it."""

    log: list[Asked] = field(default_factory=list)
    most_open: Counter[str] = field(default_factory=Counter)
    now_open: Counter[str] = field(default_factory=Counter)
    started: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def answer(self, url: str, conditions: tuple[str, str], at: datetime) -> Hop:
        """By the feed's kind, which is its path; a feed has something new every few hours."""
        kind, number = url.rstrip("/").split("/")[-2:]
        edition = int((at - START) / timedelta(hours=2 + int(number) % 30))
        hop = KINDS[kind](url, edition, at)
        asked_of_storm = int(host_of(url).split("-")[1].split(".")[0]) % 10 == 3
        if asked_of_storm and STORM[0] <= (at - START) / HOUR < STORM[1]:
            hop = Hop(429, {"retry-after": str(int(RETRY.total_seconds())), "etag": "storm"})
        current = validators_of(hop)
        if hop.status == OK and kind != "forgetful" and any(current) and conditions == current:
            return Hop(NOT_MODIFIED, hop.headers if kind != "terse" else {})
        return hop


def validators_of(hop: Hop) -> tuple[str, str]:
    return hop.headers.get("etag", ""), hop.headers.get("last-modified", "")


def feed_of(edition: int, channel: str = "") -> bytes:
    """The newest ten editions as RSS."""
    items = "".join(
        f"<item><title>Edition {n}</title><guid>{n}</guid><link>http://x.example/{n}</link>"
        f"<pubDate>{date_of(n)}</pubDate></item>"
        for n in range(edition, max(-10, edition - 10), -1)
    )
    return f"<rss version='2.0'><channel><title>T</title>{channel}{items}</channel></rss>".encode()


def served(edition: int, channel: str = "", **headers: str) -> Hop:
    return Hop(OK, {name.replace("_", "-"): value for name, value in headers.items()}, feed_of(edition, channel))


def date_of(edition: int) -> str:
    return format_datetime(START - DAY + edition * 2 * HOUR)


Answer = Callable[[str, int, datetime], Hop]
HOURS = "".join(f"<hour>{hour}</hour>" for hour in SKIPPED)
KINDS: dict[str, Answer] = {
    "both": lambda url, n, at: served(n, etag=f'"{n}"', last_modified=date_of(n)),
    "tag": lambda url, n, at: served(n, etag=f'W/"{n},x"'),
    "date": lambda url, n, at: served(n, last_modified=f"edition {n}, about noon"),
    "terse": lambda url, n, at: served(n, etag=f"{n}", last_modified=date_of(n)),
    "none": lambda url, n, at: served(n),
    "forgetful": lambda url, n, at: served(n, etag=f'"{at.timestamp()}"'),
    "fresh": lambda url, n, at: served(n, etag=f'"{n}"', cache_control="public, max-age=43200"),
    "ttl": lambda url, n, at: served(n, "<ttl>180</ttl>", etag=f'"{n}"'),
    "skip": lambda url, n, at: served(n, f"<skipHours>{HOURS}</skipHours>", etag=f'"{n}"'),
    "busy": lambda url, n, at: (
        Hop(503, {"retry-after": format_datetime(at + RETRY, usegmt=True), "etag": "e"})
        if at.hour % 8 == 0
        else served(n, etag=f'"{n}"')
    ),
    "moved": lambda url, n, at: Hop(301, {"location": url.replace("moved", "both")}),
    "lent": lambda url, n, at: Hop(302, {"location": url.replace("lent", "both")}),
    "wavering": lambda url, n, at: Hop(
        301, {"location": url.replace("wavering", "both" if (at - START).days % 2 else "tag")}
    ),
    "gone": lambda url, n, at: Hop(410, {"etag": "gone"}) if at > START + DAY else served(n, etag=f'"{n}"'),
    "missing": lambda url, n, at: Hop(404, {"etag": "missing"}),
    "ill": lambda url, n, at: Hop(500, {"etag": "ill"}, b"<html>"),
    "page": lambda url, n, at: (
        Hop(OK, {"etag": "page", "content-type": "text/html"}, b"<html><body>log in</body></html>")
        if at.hour < 12
        else served(n, etag=f'"{n}"')
    ),
    "blank": lambda url, n, at: Hop(OK, {"etag": "blank"}, feed_of(-10)) if at.hour < 12 else served(n, etag=f'"{n}"'),
}
REDIRECTING = ("moved", "lent", "wavering")
NEVER_READ = ("missing", "ill")


# --- the collector, in simulated time ---


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in which waiting takes no time: with nothing to do, its clock goes to the next timer."""

    def __init__(self) -> None:
        self._virtual = 0.0
        super().__init__()

    def time(self) -> float:
        return self._virtual

    def _run_once(self) -> None:
        while self._scheduled and self._scheduled[0].cancelled():
            self._timer_cancelled_count -= 1
            timer = heapq.heappop(self._scheduled)
            timer._scheduled = False  # noqa: SLF001 - as the loop itself does
        if not self._ready and self._scheduled:
            self._virtual = max(self._virtual, self._scheduled[0].when())
        super()._run_once()


class SitesTransport(Transport):
    """The product's transport, but for the single exchange."""

    def __init__(self, sites: Sites, run: int, feed_ids: Mapping[str, str], network: Network, now: datetime) -> None:
        super().__init__(network, user_agent("mailto:soak@example.org"), now)
        self.sites, self.run, self.feed_ids = sites, run, feed_ids
        self.draw = random.Random(run)  # noqa: S311 - delays, not secrets

    async def _request(self, url: str, headers: Mapping[str, str]) -> Hop:
        host, at = host_of(url), self._time()
        for name in (host, "all"):
            self.sites.now_open[name] += 1
            self.sites.most_open[name] = max(self.sites.most_open[name], self.sites.now_open[name])
        self.sites.started[host].append(at)
        await asyncio.sleep(self.draw.expovariate(1 / 0.4))
        self.sites.now_open.subtract((host, "all"))
        conditions = headers.get("if-none-match", ""), headers.get("if-modified-since", "")
        hop = self.sites.answer(url, conditions, at)
        number = url.rstrip("/").rsplit("/", 1)[-1]
        self.sites.log.append(
            Asked(at, self.run, self.feed_ids[number], url, conditions, hop.status, validators_of(hop))
        )
        if hop.status not in REDIRECTS and not (hop.status == NOT_MODIFIED and headers):
            refuse_status(url, hop.status, hop.headers, self.now)
        return hop

    def _time(self) -> datetime:
        return self.now + timedelta(seconds=asyncio.get_running_loop().time())


class SoakWeb(Web):
    """The product's web on a virtual loop."""

    def __init__(self, sites: Sites, run: int, feed_ids: Mapping[str, str], network: Network, now: datetime) -> None:
        self._given = sites, run, feed_ids
        self._virtual_loop = VirtualLoop()
        super().__init__(network, now, Clock(self._virtual_loop.time, asyncio.sleep))

    def __enter__(self) -> Self:
        self._loop = self._virtual_loop
        self._thread = threading.Thread(target=self._loop.run_forever, name="web", daemon=True)
        self._thread.start()
        self._wait(self._open())
        return self

    async def _open(self) -> None:
        await super()._open()
        await self._transport.close()
        self._transport = SitesTransport(*self._given, self.network, self.now)


@dataclass(slots=True)
class Collector:
    """What lives from run to run: the states, as JSON would keep them, and the entries seen."""

    feeds: Sequence[Feed]
    sites: Sites = field(default_factory=Sites)
    states: dict[str, FeedState] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    runs: int = 0

    def run(self, now: datetime, network: Network, *, force: bool = False) -> None:
        """One run's polls: due, asked, parsed, planned."""
        self.runs += 1
        due = due_feeds(self.feeds, self.states, now, force=force)
        if not due:
            return
        feed_ids = {feed.feed_id.rsplit("-", 1)[-1]: feed.feed_id for feed in self.feeds}
        with SoakWeb(self.sites, self.runs, feed_ids, network, now) as web:
            for start in range(0, len(due), 100):
                self._read(due[start : start + 100], web)

    def _read(self, due: Sequence[DueFeed], web: SoakWeb) -> None:
        ledger = Ledger()

        def at_once(stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> Sequence[Any]:
            return web.gather(step, records)

        fetched = ledger.each(Stage.POLL, web.poll, due, at_once)
        documents = ledger.each(Stage.PARSE, parse_feed, fetched)
        fresh = [waiting for waiting in entries_of(documents) if waiting.entry_id not in self.seen]
        self.seen |= {waiting.entry_id for waiting in fresh}
        for polled in polls_of(documents, fresh, ledger.take_left(), web.now):
            hints = json.loads(json.dumps(dict(polled.state.hints)))
            self.states[polled.state.feed_id] = replace(polled.state, hints=hints)


def feeds_on(count: int, hosts: int) -> list[Feed]:
    """Feeds of every kind, spread over the hosts; every second is adaptive, the others ask for an hour."""
    kinds = list(KINDS)
    made = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        url = f"http://host-{number % hosts}.example/{kind}/{number}"
        made.append(Feed(f"{kind}-{number}", url, every_minutes=None if number // len(kinds) % 2 else 60))
    return made


def soak(count: int, hosts: int, days: int, seed: int = 7) -> Collector:
    """A run an hour, give or take some minutes; now and then a manual one, and a forced one, right after."""
    collector, draw, network = Collector(feeds_on(count, hosts)), random.Random(seed), Network()  # noqa: S311
    for hour in range(24 * days):
        now = START + hour * HOUR + draw.uniform(0, 6) * MINUTE
        collector.run(now, network)
        if draw.random() < 0.2:
            collector.run(now + 10 * MINUTE, network)
    return collector


# --- the rules ---

Broken = Iterator[tuple[str, str]]


def broken_rules(collector: Collector, days: int) -> list[tuple[str, str]]:
    """Every breach as the rule's letter and number, and what happened."""
    by_feed: dict[str, list[Asked]] = defaultdict(list)
    for asked in collector.sites.log:
        by_feed[asked.feed_id].append(asked)
    found = [*hosts_kept(collector.sites), *storms_kept(collector.sites)]
    for feed_id, log in by_feed.items():
        kind = feed_id.rsplit("-", 1)[0]
        found += [*gaps_kept(feed_id, kind, log), *backed_off(feed_id, kind, log)]
        found += moves_kept(feed_id, kind, log, days) if kind in REDIRECTING else validators_kept(feed_id, log)
    return found


def validators_kept(feed_id: str, log: Sequence[Asked]) -> Broken:
    """A1-A8, A11: what was given last by an answer that was read is sent back as it was; never what an error gave."""
    known, full_at = ("", ""), log[0].at
    if any(log[0].conditions):
        yield "A1", f"{feed_id}: the first request was conditional"
    for asked in log:
        if asked.conditions not in (known, ("", "")):
            yield "A2", f"{feed_id}: sent {asked.conditions}, was given {known}"
        if any(known) and not any(asked.conditions) and asked.at - full_at < DAY - MINUTE:
            yield "A11", f"{feed_id}: asked in full again after {asked.at - full_at}"
        if asked.status == OK and asked.validators[0] not in ("page", "blank"):
            known, full_at = asked.validators, asked.at
        elif asked.status == NOT_MODIFIED:
            known = asked.validators[0] or known[0], asked.validators[1] or known[1]


def polls_in(log: Sequence[Asked]) -> list[Asked]:
    """The first request of each run: hops that follow are the same poll."""
    return [asked for number, asked in enumerate(log) if number == 0 or log[number - 1].run != asked.run]


LEAST = {"fresh": ("B14", 12 * HOUR), "ttl": ("B15", 3 * HOUR)}


def gaps_kept(feed_id: str, kind: str, log: Sequence[Asked]) -> Broken:
    """B13-B17: an hour between polls, the wishes of feed and server, Retry-After."""
    rule, least = LEAST.get(kind, ("B13", HOUR))
    for earlier, later in pairwise(polls_in(log)):
        gap = later.at - earlier.at
        if gap < HOUR - MINUTE:
            yield "B13", f"{feed_id}: {gap} after the poll before"
        if earlier.status in (OK, NOT_MODIFIED) and gap < least - MINUTE:
            yield rule, f"{feed_id}: {gap} after the poll before"
        if earlier.status in (429, 503) and gap < RETRY - MINUTE:
            yield "B17", f"{feed_id}: {gap} after it was told to wait {RETRY}"
        if kind == "skip" and later.at.hour in SKIPPED and later.at.minute < 50:
            yield "B16", f"{feed_id}: asked at {later.at:%H:%M}"


def backed_off(feed_id: str, kind: str, log: Sequence[Asked]) -> Broken:
    """B19, C27, C28: waits grow while a feed fails, 410 twice ends it, 404 does not."""
    polls = polls_in(log)
    gaps = [later.at - earlier.at for earlier, later in pairwise(polls)]
    if kind in NEVER_READ and any(later < 0.9 * earlier for earlier, later in pairwise(gaps[:4])):
        yield "B19", f"{feed_id}: waits {[str(gap) for gap in gaps[:5]]}"
    if kind == "gone" and any([asked.status for asked in polls[n : n + 3]] == [410] * 3 for n in range(len(polls))):
        yield "C27", f"{feed_id}: asked again after it was gone twice in a row"
    if kind == "missing" and len(polls) < 4:
        yield "C28", f"{feed_id}: given up after {len(polls)} polls"


def moves_kept(feed_id: str, kind: str, log: Sequence[Asked], days: int) -> Broken:
    """C22-C24: only a permanent redirect that stayed for five polls over three days is taken for the address."""
    firsts = polls_in(log)
    direct = [asked for asked in firsts if f"/{kind}/" not in asked.url]
    if kind != "moved" and direct:
        yield "C23", f"{feed_id}: asked at {direct[0].url} directly"
    if kind == "moved" and direct:
        before = [asked for asked in firsts if asked.at < direct[0].at and asked.status == 301]
        if len(before) < 5 or direct[0].at - before[0].at < 3 * DAY - HOUR:
            yield "C22", f"{feed_id}: moved after {len(before)} polls in {direct[0].at - before[0].at}"
    if kind == "moved" and not direct and days >= 7 and len(firsts) > 12:
        yield "C22", f"{feed_id}: never moved in {len(firsts)} polls"


def hosts_kept(sites: Sites) -> Broken:
    """B20, B21: two at once and a second apart per host, a hundred in all."""
    for host, most in sites.most_open.items():
        if most > (100 if host == "all" else 2):
            yield "B20", f"{host}: {most} requests open at once"
    for host, times in sites.started.items():
        for earlier, later in pairwise(sorted(times)):
            if later - earlier < timedelta(seconds=1) - SLACK:
                yield "B20", f"{host}: {later - earlier} between two requests"


def storms_kept(sites: Sites) -> Broken:
    """B18: once two feeds of a host are told to wait, nobody asks that host until one of them may."""
    told: dict[str, list[Asked]] = defaultdict(list)
    for asked in sorted(sites.log, key=lambda each: each.at):
        host = host_of(asked.url)
        waiting = [each for each in told[host] if each.run < asked.run and asked.at < each.at + RETRY - MINUTE]
        if len({each.feed_id for each in waiting}) > 1:
            yield "B18", f"{asked.feed_id}: asked at {asked.at:%d %H:%M} while {host} is waited for"
        if asked.status in (429, 503):
            told[host].append(asked)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("feeds", 500), ("hosts", 40), ("days", 7)):
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    collector = soak(given.feeds, given.hosts, given.days)
    log = collector.sites.log
    print(f"{'kind':<12}{'feeds':>6}{'polls/day':>11}  statuses")
    for kind in KINDS:
        of_kind = [asked for asked in log if asked.feed_id.rsplit("-", 1)[0] == kind]
        feeds = len({asked.feed_id for asked in of_kind})
        polls = len({(asked.feed_id, asked.run) for asked in of_kind}) / max(feeds, 1) / given.days
        statuses = ", ".join(f"{status}: {n}" for status, n in sorted(Counter(a.status for a in of_kind).items()))
        print(f"{kind:<12}{feeds:>6}{polls:>11.1f}  {statuses}")
    most = collector.sites.most_open
    per_host = max(count for host, count in most.items() if host != "all")
    print(f"{len(log)} requests in {collector.runs} runs; at most {most['all']} open at once, {per_host} at one host")
    broken = broken_rules(collector, given.days)
    for rule, count in sorted(Counter(rule for rule, _ in broken).items()):
        print(f"BROKEN {rule} {count} times: {next(what for which, what in broken if which == rule)}")
    print("no rule broken" if not broken else f"{len(broken)} breaches")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
