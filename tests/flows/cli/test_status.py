"""`status --check`: somebody should look when a run failed or broke off, when none came, or when a feed is ill."""

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.cli.status import is_dead, is_ill
from flows.home import Home
from warehouse.connection import abandoned_at, is_alive, writer_lock

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WELL: dict[str, Any] = {
    "last_run": {"exit_code": 0, "started_at": NOW - timedelta(hours=1)},
    "next_run": NOW + timedelta(hours=1),
    "feeds": {"failing": []},
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "config").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "config/settings.yaml").write_text("config_version: 1\nschedule:\n  every: 2h\n")
    (tmp_path / "config/feeds.yaml").write_text("feeds: []\n")
    return Home(tmp_path)


@pytest.fixture
def dead_pid() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def leave_lock(home: Home, pid: int, started_at: datetime, host: str | None = None) -> None:
    left = {
        "pid": pid,
        "host": host or socket.gethostname(),
        "program": "sinoscope run",
        "started_at": started_at.isoformat(),
    }
    (home.data / "live.lock").write_text(json.dumps(left))


def test_a_good_run_and_well_feeds_are_not_ill() -> None:
    assert not is_ill(WELL)


@pytest.mark.parametrize(
    "changed",
    [
        {"last_run": None},
        {"last_run": {"exit_code": 4, "started_at": NOW}},
        {"last_run": {"exit_code": None, "started_at": NOW}},
        {"feeds": {"failing": [{"feed_id": "a"}]}},
    ],
)
def test_no_run_a_failed_or_unfinished_one_or_an_ill_feed_is_ill(changed: dict[str, Any]) -> None:
    assert is_ill(WELL | changed)


@pytest.mark.parametrize(("overdue", "dead"), [(timedelta(hours=3), False), (timedelta(hours=5), True)])
def test_a_poll_two_intervals_overdue_means_that_nothing_runs(home: Home, overdue: timedelta, dead: bool) -> None:
    assert is_dead(home, WELL | {"next_run": NOW - overdue}, NOW) is dead


def test_without_a_next_run_nothing_is_overdue(home: Home) -> None:
    assert not is_dead(home, WELL | {"next_run": None}, NOW)


def test_a_run_that_was_killed_after_the_last_snapshot_is_noticed(home: Home, dead_pid: int) -> None:
    leave_lock(home, dead_pid, NOW)
    assert is_dead(home, WELL, NOW)


def test_a_run_that_was_killed_before_the_last_good_one_is_forgotten(home: Home, dead_pid: int) -> None:
    leave_lock(home, dead_pid, NOW - timedelta(hours=2))
    assert not is_dead(home, WELL, NOW)


def test_a_run_that_still_runs_is_not_dead(home: Home) -> None:
    leave_lock(home, os.getpid(), NOW)
    assert not is_dead(home, WELL, NOW)


def test_a_lock_of_another_machine_says_nothing_here(home: Home, dead_pid: int) -> None:
    leave_lock(home, dead_pid, NOW, host="elsewhere")
    assert abandoned_at(home.data) is None


@pytest.mark.parametrize("content", ["", "{}", "no JSON", "[1]", '{"pid": 1}'])
def test_a_lock_that_names_nobody_says_nothing(home: Home, content: str) -> None:
    (home.data / "live.lock").write_text(content)
    assert abandoned_at(home.data) is None


def test_who_ends_well_takes_the_name_along_and_who_breaks_off_leaves_it(home: Home) -> None:
    with writer_lock(home.data, NOW):
        assert "pid" in (home.data / "live.lock").read_text()
    assert (home.data / "live.lock").read_text() == ""
    with pytest.raises(ZeroDivisionError), writer_lock(home.data, NOW):
        raise ZeroDivisionError
    assert "pid" in (home.data / "live.lock").read_text()


def test_a_process_is_alive_until_it_ended(dead_pid: int) -> None:
    assert is_alive(os.getpid())
    assert is_alive(1)
    assert not is_alive(dead_pid)
