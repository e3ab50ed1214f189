"""Worker processes: one hostile record costs one record."""

import os
import time

import pytest
from pebble import ProcessExpired

from extractors.records import Dropped, Reason, Stage
from flows import workers as workers_module
from flows.workers import RECORDS_AHEAD, Limit, Workers


@pytest.fixture
def quick_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "LIMITS", {Stage.EXTRACT: Limit(60, Reason.TIMEOUT, clock_seconds=2)})


@pytest.fixture
def little_computing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "LIMITS", {Stage.EXTRACT: Limit(0.3, Reason.TIMEOUT, clock_seconds=60)})


def test_results_come_in_order() -> None:
    with Workers(2) as workers:
        assert workers.map(Stage.PARSE, abs, list(range(-50, 0))) == list(range(50, 0, -1))


def test_records_are_read_only_so_far_ahead_and_none_waits_for_all_others() -> None:
    read = list[int]()
    with Workers(2) as workers:
        results = workers.stream(Stage.PARSE, abs, (read.append(-n) or n for n in range(3 * RECORDS_AHEAD)))
        assert next(results) == 0
        assert len(read) == RECORDS_AHEAD
        assert next(results) == 1
        assert len(read) == RECORDS_AHEAD + 1
        assert list(results) == list(range(2, 3 * RECORDS_AHEAD))


def test_no_records_start_no_process() -> None:
    with Workers(2) as workers:
        assert workers.map(Stage.PARSE, abs, []) == []
        assert workers._pool is None


@pytest.mark.usefixtures("quick_limits")
def test_a_record_that_takes_too_long_is_dropped_and_the_others_pass() -> None:
    with Workers(2) as workers:
        first, slow, last = workers.map(Stage.EXTRACT, time.sleep, [0, 60, 0])
    assert (first, last) == (None, None)
    assert slow == Dropped(Reason.TIMEOUT, "took more than 2 s")


def patient(seconds: float) -> float:
    """Use so much CPU."""
    started = time.process_time()
    while time.process_time() - started < seconds:
        sum(range(1_000))
    return seconds


def careless(seconds: float) -> float:
    """The same, swallowing the first attempts to end it, as a library may."""
    caught = 0
    while caught < 2:
        try:
            patient(seconds)
        except Exception:  # noqa: BLE001 - the careless library
            caught += 1
    return patient(seconds)


@pytest.mark.usefixtures("little_computing")
def test_a_record_that_computes_too_long_is_dropped_and_its_worker_goes_on() -> None:
    with Workers(1) as workers:
        quick, slow, after = workers.map(Stage.EXTRACT, patient, [0.01, 60, 0.02])
    assert (quick, after) == (0.01, 0.02)
    assert slow == Dropped(Reason.TIMEOUT, "took more than 0.3 s of computing")


@pytest.mark.usefixtures("little_computing")
def test_a_library_that_catches_everything_is_ended_all_the_same() -> None:
    with Workers(1) as workers:
        slow, after = workers.map(Stage.EXTRACT, careless, [60]) + workers.map(Stage.EXTRACT, patient, [0.02])
    assert slow == Dropped(Reason.TIMEOUT, "took more than 0.3 s of computing")
    assert after == 0.02


@pytest.mark.usefixtures("little_computing")
def test_a_record_that_only_waits_uses_up_no_computing() -> None:
    with Workers(1) as workers:
        assert workers.map(Stage.EXTRACT, time.sleep, [1.0, 0]) == [None, None]


@pytest.mark.usefixtures("little_computing")
def test_the_seconds_of_one_record_are_not_those_of_the_next() -> None:
    with Workers(1) as workers:
        assert workers.map(Stage.EXTRACT, patient, [0.2] * 5) == [0.2] * 5


@pytest.mark.usefixtures("quick_limits")
def test_a_record_that_wants_too_much_memory_is_dropped_and_the_others_pass() -> None:
    with Workers(1) as workers:
        small, huge, after = workers.map(Stage.EXTRACT, bytearray, [1, 3 * 1024**3, 2])
    assert (len(small), len(after)) == (1, 2)
    assert huge.reason is Reason.TOO_BIG


@pytest.mark.usefixtures("quick_limits")
def test_a_record_that_kills_its_worker_is_an_exception_and_the_others_pass() -> None:
    with Workers(1) as workers:
        crashed, fine = workers.map(Stage.EXTRACT, os._exit, [3]) + workers.map(Stage.EXTRACT, abs, [-1])
    assert isinstance(crashed, ProcessExpired)
    assert fine == 1


def test_an_exception_is_returned_in_its_place() -> None:
    with Workers(1) as workers:
        good, bad = workers.map(Stage.PARSE, int, ["1", "one"])
    assert good == 1
    assert isinstance(bad, ValueError)
