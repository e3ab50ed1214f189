"""How fast 200 different feeds are polled at 0.3 s latency: `python benchmarks/polling.py [--feeds N] [--latency S] [--many N]`.

A local server in a process of its own answers each feed under its own host name. Timed are whole runs (`run --direct`, with
all warehouse rows and the snapshot), less a run with one feed: cold, steady (all 304), and with a server that ignores
validators. Compared with the plain `feedparser.parse(url)` loop (timed on some feeds, scaled), and with 16 threads that open
a new connection per feed and do not parse. Then the cost of parsing alone, and the peak memory of a run over many feeds.
Ratios inside one run are what counts. Exit 1 when a goal is missed; what a loaded machine does to them is shown by its load.
"""

import argparse
import http.client
import io
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import feedparser
import yaml

from extractors.feeds import parse_feed
from extractors.records import DueFeed, Feed, FeedDocument, FeedState, FetchedFeed, Poll
from flows.home import shipped_config

COMMAND = [sys.executable, "-c", "from flows.cli import main; main()"]
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
ENTRIES = 30
PARAGRAPHS = 12  # about 100 kB a feed: what 200 real feeds had on average was twice that
LOOPED = 12  # feeds of the plain loop that are timed
COLD_RUNS = 3  # each in a home of its own; their median counts
PARSED_TIMES = 9
THREADS = 16


def body_of(number: int) -> bytes:
    """A feed of its own: RSS with full texts in HTML, relative links and entities, as blogs have them."""
    words = f"The ministry of feed {number} said the model’s rules &amp; weights would be <b>published</b> soon, analysts say. "
    items = []
    for at in range(ENTRIES):
        html = "".join(
            f'<p class="p{n}">{words * 2}<a href="/more/{n}?x=1&amp;y=2">more</a> <img src="/i/{at}.png"></p>'
            for n in range(PARAGRAPHS)
        )
        items.append(
            f"<item><title>Story {at} of feed {number}: a model &amp; a chip</title>"
            f"<link>http://feed-{number}.example/story/{at}</link><guid>{number}-{at}</guid>"
            f"<pubDate>{NOW - timedelta(hours=at + 1):%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f"<author>desk@feed-{number}.example (The desk)</author><category>Technology</category>"
            f"<description><![CDATA[{html}]]></description></item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>Feed {number}</title><link>http://feed-{number}.example/</link>{''.join(items)}</channel></rss>"
    ).encode()


# --- the server ---


def serve(latency: float, told: Connection) -> None:
    """Answer /N.xml after the latency, with validators; /validators/off stops believing them."""
    import asyncio

    from aiohttp import web

    bodies: dict[int, bytes] = {}
    state = {"believes": True}

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        body = bodies.setdefault(number, body_of(number))
        await asyncio.sleep(latency)
        etag = f'"{number}"'
        if state["believes"] and request.headers.get("if-none-match") == etag:
            return web.Response(status=304, headers={"etag": etag})
        return web.Response(body=body, headers={"etag": etag, "content-type": "application/rss+xml"})

    async def switch(request: web.Request) -> web.Response:
        state["believes"] = request.match_info["word"] == "on"
        return web.Response()

    async def run() -> None:
        app = web.Application()
        app.router.add_get(r"/{number:\d+}.xml", answer)
        app.router.add_get("/validators/{word}", switch)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=4_096).start()
        told.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


@contextmanager
def server(latency: float) -> Iterator[int]:
    """The server's port, as long as it is wanted."""
    told, ours = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(latency, ours), daemon=True)
    process.start()
    try:
        yield told.recv()
    finally:
        process.terminate()
        process.join()


# --- what is compared ---


def plain_loop(port: int, feeds: int) -> float:
    """`for url in urls: feedparser.parse(url)`: seconds, scaled from some feeds to all."""
    timed = min(LOOPED, feeds)
    started = time.perf_counter()
    for number in range(timed):
        assert len(feedparser.parse(f"http://127.0.0.1:{port}/{number}.xml").entries) == ENTRIES
    return (time.perf_counter() - started) * feeds / timed


def thread_poller(port: int, feeds: int) -> float:
    """16 workers, a new connection per feed, conditional, without parsing: seconds."""

    def ask(number: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", f"/{number}.xml", headers={"If-None-Match": f'"{number}"'})
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(ask, range(feeds))) == {304}
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds, its JSON, and the peak memory of the parent and of its largest child, in MB."""

    seconds: float
    report: dict[str, Any]
    parent_mb: float
    child_mb: float


def home_of(folder: Path, port: int, feeds: int) -> Path:
    """A home with that many feeds, each under its own name; no page is fetched, every entry is stored."""
    config = folder / "config"
    folder.mkdir(exist_ok=True)
    subprocess.run(["cp", "-r", str(shipped_config()), str(config)], check=True)
    names = {f"feed-{number}.example": f"127.0.0.1:{port}" for number in range(feeds)}
    network = {"contact": "mailto:bench@example.org", "allow_private": ["127.0.0.1"], "resolve": names}
    (config / "settings.yaml").write_text(yaml.safe_dump({"config_version": 1, "network": network}))
    entries = [
        {"id": f"feed-{number}", "url": f"http://feed-{number}.example/{number}.xml", "fetch": "none"}
        for number in range(feeds)
    ]
    (config / "feeds.yaml").write_text(yaml.safe_dump({"feeds": entries}))
    return folder


def run(home: Path, days: int) -> Run:
    """`run --direct` on that day."""
    now = (NOW + timedelta(days=days)).isoformat()
    words = ["--home", str(home), "run", "--direct", "--json", "--now", now]
    started = time.perf_counter()
    process = subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    peaks: dict[int, float] = {}
    watching = threading.Thread(target=watch, args=(process, peaks), daemon=True)
    watching.start()
    out, _ = process.communicate()
    seconds = time.perf_counter() - started
    watching.join()
    assert process.returncode == 0, out
    children = [peak for pid, peak in peaks.items() if pid != process.pid]
    return Run(seconds, json.loads(out), peaks.get(process.pid, 0.0), max(children, default=0.0))


def watch(process: "subprocess.Popen[bytes]", peaks: dict[int, float]) -> None:
    """Note the peak resident memory (VmHWM) of a process and all below it while it runs; Linux only."""
    while process.poll() is None:
        for pid in (process.pid, *below(process.pid)):
            try:
                status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            except OSError:
                continue
            line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
            peaks[pid] = max(peaks.get(pid, 0.0), int(line.split()[1]) / 1024)
        time.sleep(0.1)


def below(pid: int) -> list[int]:
    """The processes below one."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except OSError:
        return []
    return [found for child in map(int, children) for found in (child, *below(child))]


def parse_costs(feeds: int) -> list[tuple[float, float]]:
    """CPU seconds for the same bodies, several times in turn: feedparser with its defaults, and ours with all that is read
    from an entry.
    """
    bodies = [body_of(number) for number in range(feeds)]
    return [(cpu_seconds(parsed_by_default, bodies), cpu_seconds(parsed_by_us, bodies)) for _ in range(PARSED_TIMES)]


def cpu_seconds(parsed: Callable[[bytes], int], bodies: Sequence[bytes]) -> float:
    """The processor time one way of parsing takes for all bodies."""
    started = time.process_time()
    assert [parsed(body) for body in bodies] == [ENTRIES] * len(bodies)
    return time.process_time() - started


def parsed_by_default(body: bytes) -> int:
    """How many entries feedparser finds, left to its defaults."""
    return len(feedparser.parse(io.BytesIO(body)).entries)


def parsed_by_us(body: bytes) -> int:
    """How many entries we find."""
    feed = Feed("feed", "http://feed.example/feed")
    poll = Poll(feed.feed_id, NOW, feed.url, final_url=feed.url, status=200)
    parsed = parse_feed(FetchedFeed(DueFeed(feed, FeedState(feed.feed_id)), poll, body, {}))
    assert isinstance(parsed, FeedDocument)
    return len(parsed.entries)


# --- the tables ---


def speed(port: int, feeds: int) -> list[bool]:
    """Print the times, and say which goals are kept."""
    with tempfile.TemporaryDirectory() as folder:
        small = home_of(Path(folder) / "one", port, 1)
        homes = [home_of(Path(folder) / f"all-{number}", port, feeds) for number in range(COLD_RUNS)]
        large = homes[0]
        base = min(run(small, days).seconds for days in (0, 2, 4))
        cold = sorted((run(home, 0) for home in homes), key=lambda each: each.seconds)[COLD_RUNS // 2]
        steady = min((run(large, days) for days in (2, 4, 6)), key=lambda each: each.seconds)
        urllib.request.urlopen(f"http://127.0.0.1:{port}/validators/off").close()
        ignored = run(large, 8)
        urllib.request.urlopen(f"http://127.0.0.1:{port}/validators/on").close()
    loop, threads = plain_loop(port, feeds), min(thread_poller(port, feeds) for _ in range(2))
    assert cold.report["entries"]["new"] == feeds * ENTRIES
    assert steady.report["polls"]["not_modified"] == feeds
    parses = ignored.report["stages"]["parse"]["in"]
    print(f"{'':<44}{'seconds':>9}{'x loop':>8}{'x threads':>11}")
    print(f"{f'plain loop, scaled from {min(LOOPED, feeds)} feeds':<44}{loop:>9.2f}{1:>8}")
    print(f"{f'{THREADS} threads, new connections, no parsing':<44}{threads:>9.2f}{loop / threads:>8.1f}{1:>11}")
    times = [("cold", cold), ("steady, all 304", steady), ("validators ignored", ignored)]
    for name, each in times:
        less = max(each.seconds - base, 0.01)
        print(f"{f'run --direct, {name}, less one feed':<44}{less:>9.2f}{loop / less:>8.1f}{threads / less:>11.1f}")
    print(f"a run with one feed took {base:.2f} s; {parses} parses when validators were ignored")
    return [
        loop / (cold.seconds - base) >= 12,
        loop / max(steady.seconds - base, 0.01) >= 90,
        threads / max(steady.seconds - base, 0.01) >= 4,
        parses == 0,
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.3)
    parser.add_argument(
        "--many", type=int, default=400, help="feeds of the run whose memory is watched; the goal says 2000"
    )
    given = parser.parse_args()
    print(
        f"{given.feeds} feeds of {len(body_of(0)) // 1000} kB, latency {given.latency} s, load {os.getloadavg()[0]:.1f}"
    )
    with server(given.latency) as port:
        kept = speed(port, given.feeds)
        rates = [default / ours for default, ours in parse_costs(min(given.feeds, 20))]
        rate = statistics.median(rates)
        print(
            f"parsing: {rate:.2f} x feedparser's default rate, median of {' '.join(f'{each:.2f}' for each in sorted(rates))}"
        )
        with tempfile.TemporaryDirectory() as many:
            peak = run(home_of(Path(many), port, given.many), 0)
        print(
            f"{given.many} feeds in {peak.seconds:.0f} s: parent {peak.parent_mb:.0f} MB, largest parser {peak.child_mb:.0f} MB"
        )
    kept += [rate >= 3, peak.parent_mb <= 400, peak.child_mb <= 300]
    names = ["cold >= 12 x loop", "steady >= 90 x loop", "steady <= 1/4 of threads", "0 parses", "parsing >= 3 x"]
    names += ["parent <= 400 MB", "parsers <= 300 MB"]
    for name, is_kept in zip(names, kept, strict=True):
        print(f"{'kept  ' if is_kept else 'MISSED'} {name}")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
