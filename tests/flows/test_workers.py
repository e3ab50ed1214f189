"""Worker processes: one hostile record costs one record."""

import os
import time

import pytest
from pebble import ProcessExpired

from extractors.records import Dropped, Reason, Stage
from flows import workers as workers_module
from flows.workers import Limit, Workers


@pytest.fixture
def quick_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "LIMITS", {Stage.EXTRACT: Limit(1.5, Reason.TIMEOUT)})


def test_results_come_in_order() -> None:
    with Workers(2) as workers:
        assert workers.map(Stage.PARSE, abs, list(range(-50, 0))) == list(range(50, 0, -1))


def test_no_records_start_no_process() -> None:
    with Workers(2) as workers:
        assert workers.map(Stage.PARSE, abs, []) == []
        assert workers._pool is None


@pytest.mark.usefixtures("quick_limits")
def test_a_record_that_takes_too_long_is_dropped_and_the_others_pass() -> None:
    with Workers(2) as workers:
        first, slow, last = workers.map(Stage.EXTRACT, time.sleep, [0, 60, 0])
    assert (first, last) == (None, None)
    assert slow == Dropped(Reason.TIMEOUT, "took more than 1.5 s")


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
