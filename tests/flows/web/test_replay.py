"""A few feeds of each shape over some weeks, under the real scheduling: the floors of benchmarks/replay.py."""

from datetime import timedelta

import pytest

from benchmarks.replay import (
    DAY,
    HOUR,
    SHAPES,
    START,
    History,
    Row,
    every_hour,
    histories,
    lost,
    outcome_of,
    replay_all,
    verdict,
)

DAYS = 60


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return replay_all(18, DAYS, seed=3, workers=1)


def test_half_the_requests_of_an_hourly_poll_find_entries_as_soon(rows: list[Row]) -> None:
    found = verdict(rows, DAYS)
    assert found.requests_share <= 0.5
    assert found.ours_minutes <= found.fixed_minutes


def test_no_entry_is_lost_that_every_hourly_poll_keeps(rows: list[Row]) -> None:
    assert [row.history.feed_id for row in rows if lost(row)] == []


def test_feeds_that_fell_silent_cost_little(rows: list[Row]) -> None:
    quiet = [row for row in rows if row.history.shape in ("weekly", "bursty")]
    assert verdict(quiet, DAYS).requests_share <= 0.3


def test_live_feeds_raise_no_false_alarm(rows: list[Row]) -> None:
    assert sum(row.false_alarms for row in rows) == 0


def test_every_shape_takes_part(rows: list[Row]) -> None:
    assert {row.history.shape for row in rows} == set(SHAPES)


def test_histories_are_the_same_for_the_same_seed() -> None:
    assert histories(6, 10, seed=1) == histories(6, 10, seed=1)
    assert histories(6, 10, seed=1) != histories(6, 10, seed=2)


def test_an_entry_pushed_out_between_two_polls_is_missed() -> None:
    posts = tuple(START + HOUR + timedelta(minutes=number) for number in range(4))
    outcome = outcome_of(History("a", "newswire", posts, window=2), [START, START + 2 * HOUR])
    assert outcome.missed == {0, 1}
    assert [round(60 * delay) for delay in outcome.delays] == [58, 57]


def test_the_hourly_poller_asks_24_times_a_day() -> None:
    assert every_hour(History("a", "daily", (START + DAY,), 10), START + 10 * DAY).requests == 240
