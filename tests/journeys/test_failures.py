"""What a person meets when things go wrong: the true cause, the remedy, the right exit code, nothing lost."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from flows.home import Home
from tests.conftest import NOW, Ended

Sinoscope = Callable[..., Ended]


def start(home: Home, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", "from flows.cli import main; main()", "--home", str(home.root), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_without_network_every_feed_is_named_unreachable_and_trends_still_work(
    own_home: Home, sinoscope: Sinoscope
) -> None:
    settings = own_home.config / "settings.yaml"
    settings.write_text("\n".join(line for line in settings.read_text().splitlines() if not line.startswith("demo_on")))
    later = (NOW + timedelta(days=1)).isoformat()
    ended = sinoscope("--home", own_home.root, "run", "--direct", "--now", later)
    assert ended.code == 5
    assert "35/35 feeds unreachable" in ended.out
    assert "dns" in ended.out
    assert "Nothing is lost" in ended.out
    assert f"Published: {own_home.published}" in ended.out
    assert sinoscope("--home", own_home.root, "trends").code == 0


def test_trends_without_a_story_say_so(fresh_home: Home, sinoscope: Sinoscope) -> None:
    assert sinoscope("--home", fresh_home.root, "db", "publish").code == 0
    assert "No story in these days." in sinoscope("--home", fresh_home.root, "trends").out


def test_a_typo_in_a_feed_is_named_with_line_and_remedy_and_nothing_is_written(
    fresh_home: Home, sinoscope: Sinoscope
) -> None:
    feeds = fresh_home.config / "feeds.yaml"
    feeds.write_text(feeds.read_text().replace("every_minutes", "evry_minutes", 1))
    ended = sinoscope("--home", fresh_home.root, "run", "--direct")
    assert ended.code == 3
    assert 'evry_minutes: unknown key, did you mean "every_minutes"?' in ended.err
    assert "config/feeds.yaml:" in ended.err
    assert list(fresh_home.data.iterdir()) == []


def test_a_second_run_names_the_holder_and_ends_with_6(fresh_home: Home, sinoscope: Sinoscope) -> None:
    holder = start(fresh_home, "run", "--direct", "--json")
    try:
        wait_for(fresh_home.data / "live.lock")
        ended = sinoscope("--home", fresh_home.root, "run", "--direct")
        if holder.poll() is None:
            assert ended.code == 6
            assert f"pid {holder.pid}" in ended.err
    finally:
        out, _ = holder.communicate(timeout=120)
    assert json.loads(out)["exit"] == 0


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not (path.is_file() and path.stat().st_size):
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.01)


@pytest.mark.parametrize("seconds", [0.4, 1.2, 2.0, 2.8, 3.6])
def test_a_kill_costs_time_and_no_entry(
    fresh_home: Home, sinoscope: Sinoscope, finished_home: Home, seconds: float
) -> None:
    now = NOW.isoformat()
    killed = start(fresh_home, "run", "--direct", "--now", now)
    wait_for(fresh_home.data / "live.lock")
    time.sleep(seconds)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    again = sinoscope(
        "--home", fresh_home.root, "run", "--direct", "--json", "--now", (NOW + timedelta(hours=3)).isoformat()
    )
    assert again.code == 0, again.err
    assert entries_of(fresh_home) == entries_of(finished_home)
    assert sinoscope("--home", fresh_home.root, "db", "check").code == 0


def entries_of(home: Home) -> list[tuple[str, str, str]]:
    connection = duckdb.connect(str(home.published), read_only=True)
    rows = connection.execute(
        "SELECT entry_id, outcome, coalesce(reason, '') FROM core.entries ORDER BY ALL"
    ).fetchall()
    connection.close()
    return rows


def test_an_interrupt_says_that_nothing_is_lost(fresh_home: Home) -> None:
    running = start(fresh_home, "run", "--direct")
    wait_for(fresh_home.data / "live.lock")
    time.sleep(1)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "nothing is lost" in err


def test_a_broken_warehouse_file_is_named_with_the_remedy(own_home: Home, sinoscope: Sinoscope) -> None:
    (own_home.data / "live.duckdb").write_bytes(b"this is no database" * 1000)
    ended = sinoscope("--home", own_home.root, "run", "--direct")
    assert ended.code == 7
    assert "does not open" in ended.err
    assert "restore a backup" in ended.err
    assert sinoscope("--home", own_home.root, "trends").code == 0


def test_a_newer_schema_is_read_and_not_written(own_home: Home, sinoscope: Sinoscope) -> None:
    for name in ("live", "published"):
        connection = duckdb.connect(str(own_home.data / f"{name}.duckdb"))
        connection.execute("INSERT INTO main.migrations (version, name) VALUES (999, '0999_future.sql')")
        connection.close()
    ended = sinoscope("--home", own_home.root, "run", "--direct")
    assert ended.code == 8
    assert "upgrade sinoscope" in ended.err
    assert sinoscope("--home", own_home.root, "query", "attention").code == 0


def test_a_home_that_cannot_be_written_is_named(fresh_home: Home, sinoscope: Sinoscope) -> None:
    shutil.rmtree(fresh_home.data)
    fresh_home.data.write_text("a file where a folder should be")
    ended = sinoscope("--home", fresh_home.root, "run", "--direct")
    assert ended.code == 7
    assert str(fresh_home.data) in ended.err


def test_a_folder_without_a_home_says_how_to_make_one(tmp_path: Path, sinoscope: Sinoscope) -> None:
    ended = sinoscope("status")
    assert ended.code == 3
    assert "sinoscope init" in ended.err


def test_nothing_published_yet_says_what_to_run(fresh_home: Home, sinoscope: Sinoscope) -> None:
    ended = sinoscope("--home", fresh_home.root, "trends")
    assert ended.code == 7
    assert "`sinoscope run` makes the first snapshot" in ended.err


def test_an_unknown_command_says_so(sinoscope: Sinoscope) -> None:
    ended = sinoscope("frobnicate")
    assert ended.code == 2
    assert "frobnicate" in ended.err


def test_a_reader_that_stays_open_never_stops_the_writer(own_home: Home, sinoscope: Sinoscope) -> None:
    reader = duckdb.connect(str(own_home.published), read_only=True)
    before = reader.execute("SELECT count(*) FROM core.polls").fetchone()
    ended = sinoscope("--home", own_home.root, "run", "--direct", "--now", (NOW + timedelta(hours=3)).isoformat())
    assert ended.code == 0, ended.err
    assert reader.execute("SELECT count(*) FROM core.polls").fetchone() == before
    reader.close()
    fresh = duckdb.connect(str(own_home.published), read_only=True)
    assert fresh.execute("SELECT count(*) FROM core.polls").fetchone() > before
    fresh.close()


def test_strict_ends_with_4_from_the_first_failing_feed(own_home: Home, sinoscope: Sinoscope) -> None:
    later = (NOW + timedelta(hours=3)).isoformat()
    assert sinoscope("--home", own_home.root, "run", "--direct", "--strict", "--now", later).code == 4
