"""G: health. Each test is one behaviour of docs/behaviours.md, from the feed to what a person is told."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from extractors.records import FetchPolicy, Reason, SourceKind
from flows.home import Home
from flows.new_home import make_home
from flows.run import RunOptions, run_monitor
from flows.workers import Workers
from tests.behaviours.collector import DAY, HOUR, HTML, NOW, Collector, feed, item, rss, validators
from tests.conftest import Ended
from tests.flows.web.fakeweb import FakeWeb, Reply
from warehouse.connection import open_published
from warehouse.readers import silent_feeds

Collect = Callable[..., Collector]
Sinoscope = Callable[..., Ended]


def daily(days: int) -> bytes:
    """A feed with a post on each of the last days before the first run."""
    return rss(*(item(n, date=f"{NOW - n * DAY:%a, %d %b %Y %H:%M:%S} GMT") for n in range(days)))


def silent(collector: Collector) -> list[str]:
    """The feeds about which an alarm is raised now."""
    return [row["feed_id"] for row in silent_feeds(collector.warehouse.connection, collector.now)]


@pytest.mark.parametrize(
    ("kind", "days"),
    [(SourceKind.MEDIA, 3), (SourceKind.NEWSLETTER, 3), (SourceKind.THINK_TANK, 14), (SourceKind.GOVERNMENT, 14)],
)
def test_g54_a_feed_that_answers_and_brings_nothing_raises_an_alarm_by_its_kind(
    collect: Collect, kind: SourceKind, days: int
) -> None:
    collector = collect(feed(source_kind=kind))
    collector.serve(Reply(daily(10), headers=validators(), lies=True))
    collector.run()
    collector.run((days - 0.5) * DAY)
    assert silent(collector) == []
    collector.run(DAY)
    assert silent(collector) == ["news"]


def test_g54_something_new_ends_the_alarm_and_a_slow_feed_raises_none(collect: Collect) -> None:
    collector = collect(feed(), feed("slow", "other.example/slow"))
    monthly = rss(*(item(n, date=f"{NOW - n * 30 * DAY:%a, %d %b %Y %H:%M:%S} GMT") for n in range(6)))
    later = NOW + 10 * DAY
    new = rss(item("new", date=f"{later:%a, %d %b %Y %H:%M:%S} GMT"))
    collector.serve(daily(10), daily(10), new)
    collector.serve(monthly, at="other.example/slow")
    collector.run()
    collector.run(9 * DAY)
    assert silent(collector) == ["news"]
    collector.run(DAY)
    assert silent(collector) == []


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as `init` makes it."""
    return make_home(tmp_path_factory.mktemp("new") / "home", None).folder


def home_of(new_home: Path, folder: Path, web: FakeWeb, addresses: list[str]) -> Home:
    """A copy of the home whose feeds f0, f1, … lead to these addresses of the fake web."""
    home = Home(Path(shutil.copytree(new_home, folder)))
    feeds = [{"id": f"f{n}", "url": f"http://{address}", "fetch": "none"} for n, address in enumerate(addresses)]
    (home.config / "feeds.yaml").write_text(yaml.safe_dump({"feeds": feeds}), encoding="utf-8")
    path = home.config / "settings.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["network"] = {
        "allow_private": ["127.0.0.1"],
        "resolve": {"news.example": f"127.0.0.1:{web.port}"},
        "feed_seconds": 0,
    }
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return home


@pytest.mark.parametrize(
    ("ill", "strict", "code"), [(0, False, 0), (1, False, 0), (2, False, 4), (3, False, 5), (1, True, 4)]
)
def test_g55_the_exit_code_and_the_summary_say_how_many_failed_and_why(
    new_home: Path, tmp_path: Path, web: FakeWeb, ill: int, code: int, *, strict: bool
) -> None:
    for number in range(3):
        web.serve(f"news.example/{number}", Reply(b"", 500) if number < ill else Reply(rss()))
    home = home_of(new_home, tmp_path / "home", web, [f"news.example/{number}" for number in range(3)])
    report = run_monitor(home, RunOptions(now=NOW, strict=strict))
    polls = report.to_json()["polls"]
    assert (report.exit, report.to_json()["exit"]) == (code, code)
    assert (polls["polled"], polls["failed"], polls["by_cause"]) == (3, ill, {"server_error": ill} if ill else {})


def test_g56_feeds_why_tells_the_last_polls_the_next_and_the_reason_of_both(
    new_home: Path, tmp_path: Path, web: FakeWeb, sinoscope: Sinoscope
) -> None:
    web.serve("news.example/0", Reply(rss()), Reply(b"", 503, {"retry-after": "172800"}))
    home = home_of(new_home, tmp_path / "home", web, ["news.example/0"])
    for hours in (0, 30):
        run_monitor(home, RunOptions(now=NOW + hours * HOUR))
    told = sinoscope("--home", home.root, "feeds", "why", "f0", "--json").json()
    latest, first = told["polls"]
    assert (first["status"], first["new"], first["cause"]) == (200, 1, None)
    assert (latest["status"], latest["cause"]) == (503, "server_error")
    assert "the server asks to wait 172800 s" in latest["why"]
    assert told["feed"]["next_poll_at"] == (NOW + 78 * HOUR).isoformat()
    words = sinoscope("--home", home.root, "feeds", "why", "f0").out
    assert "failing, server_error" in words
    assert "next poll 2026-11-05" in words


def test_g57_a_run_killed_between_its_two_stops_is_finished_by_the_next(collect: Collect) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL))
    collector.serve(Reply(rss(item(1), item(2)), headers=validators()), Reply(status=304))
    for number in (1, 2):
        collector.serve(Reply(b"<p>", headers=HTML), at=f"news.example/{number}")
    collector.fetches = False  # as if killed right after the entries were written down
    assert [entry["outcome"] for entry in collector.run().entries] == ["waiting", "waiting"]
    collector.restart()
    collector.fetches = True
    run = collector.run(2 * HOUR)
    assert (run.poll["status"], len(run.entries), len(run.pages)) == (304, 2, 2)
    collector.run(2 * HOUR)
    assert [len(collector.asked(f"news.example/{number}")) for number in (1, 2)] == [1, 1]


def test_g57_a_kill_at_any_moment_loses_no_entry_and_loads_none_twice(
    new_home: Path, tmp_path: Path, web: FakeWeb
) -> None:
    for number in range(30):
        web.serve(f"news.example/{number}", Reply(rss(item(number)), delay_seconds=0.02))
    home = home_of(new_home, tmp_path / "home", web, [f"news.example/{number}" for number in range(30)])
    words = [sys.executable, "-c", "from flows.cli import main; main()", "--home", str(home.root), "run", "--direct"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as run:
        deadline = time.monotonic() + 60
        while len(web.requests) < 10 and time.monotonic() < deadline:
            os.sched_yield()
        os.killpg(run.pid, signal.SIGKILL)
    assert run_monitor(home, RunOptions(force=True)).exit == 0
    connection = open_published(home.published)
    found = connection.execute(
        "SELECT count(*), count(DISTINCT entry_id), count(DISTINCT url) FROM core.entries"
    ).fetchone()
    connection.close()
    assert found == (30, 30, 30)


def kill_the_parser(fetched: object) -> object:
    """A parser that dies of one feed, as lxml has done."""
    from extractors.feeds import parse_feed

    if b"poison" in fetched.body:  # type: ignore[attr-defined]
        os.kill(os.getpid(), signal.SIGKILL)
    return parse_feed(fetched)  # type: ignore[arg-type]


def test_g58_a_parser_that_is_killed_costs_one_feed(collect: Collect) -> None:
    collector = collect(*(feed(f"f{number}", f"news.example/{number}") for number in range(6)))
    for number in range(6):
        collector.serve(rss(item("poison" if number == 3 else number)), at=f"news.example/{number}")
    with Workers() as workers:
        collector.parse = lambda stage, step, records: workers.map(stage, kill_the_parser, records)
        run = collector.run()
    assert {name: poll["cause"] for name, poll in run.polls.items() if poll["cause"]} == {"f3": Reason.UNPARSEABLE}
    assert len(run.entries) == 5
    collector.parse = lambda stage, step, records: [step(record) for record in records]
    assert len(collector.run(timedelta(days=1)).entries) == 6
