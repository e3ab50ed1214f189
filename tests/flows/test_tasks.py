"""How a stage is mapped: in this process, told of, or spread over network and workers; always in order."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from extractors.records import Stage
from flows.ledger import in_process
from flows.tasks import plainly, spread, told
from flows.workers import LIMITS


class Recorded:
    """Plays network and workers: doubles in place, and notes who was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def gather(self, step: Callable[[Any], Any], records: Sequence[Any]) -> list[Any]:
        self.asked.append("web")
        return [step(record) for record in records]

    def map(self, stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> list[Any]:
        self.asked.append(f"workers {stage}")
        return [step(record) for record in records]


def double(number: int) -> int:
    return 2 * number


@pytest.mark.parametrize("stage", list(Stage))
def test_each_stage_runs_where_its_time_goes(stage: Stage) -> None:
    recorded = Recorded()
    mapped = spread(recorded, recorded)  # type: ignore[arg-type]
    assert mapped(stage, double, [1, 2, 3]) == [2, 4, 6]
    expected = ["web"] if stage in (Stage.POLL, Stage.FETCH) else [f"workers {stage}"] if stage in LIMITS else []
    assert recorded.asked == expected


def test_only_what_reads_foreign_bytes_has_a_limit() -> None:
    assert set(LIMITS) == {Stage.PARSE, Stage.EXTRACT}
    assert all(limit.seconds <= 10 for limit in LIMITS.values())


def test_a_surprise_takes_the_place_of_its_result() -> None:
    halves = in_process(Stage.TAG, lambda number: 6 // number, [1, 0, 3])
    assert halves[0] == 6
    assert isinstance(halves[1], ZeroDivisionError)
    assert halves[2] == 2


def test_an_interrupt_is_no_result() -> None:
    def interrupted(record: object) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_process(Stage.TAG, interrupted, [1])


def test_plainly_is_the_map_itself() -> None:
    assert plainly(in_process) is in_process


def test_a_batch_is_told_before_and_after() -> None:
    heard: list[tuple[Stage, int, int]] = []
    mapped = told(in_process, lambda stage, size, done: heard.append((stage, size, done)))
    assert mapped(Stage.TAG, double, [1, 2]) == [2, 4]
    assert heard == [(Stage.TAG, 2, 0), (Stage.TAG, 2, 2)]


def test_a_batch_that_breaks_off_is_not_told_as_done() -> None:
    heard: list[int] = []

    def broken(stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> Sequence[Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        told(broken, lambda stage, size, done: heard.append(done))(Stage.TAG, double, [1])
    assert heard == [0]
