"""The ledger: in = passed + dropped + quarantined, whatever a stage does."""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from extractors.records import Dropped, Quarantined, Reason, Stage
from flows.ledger import Ledger, in_process

VERDICTS = st.sampled_from(["pass", "drop", "raise"])


def step(record: tuple[int, str]) -> tuple[int, str] | Dropped:
    number, verdict = record
    if verdict == "drop":
        return Dropped(Reason.UNLIKELY, str(number))
    if verdict == "raise":
        raise ValueError(number)
    return record


@given(st.lists(VERDICTS))
def test_every_record_is_passed_dropped_or_quarantined(verdicts: list[str]) -> None:
    ledger = Ledger()
    passed = ledger.each(Stage.GATE, step, list(enumerate(verdicts)))
    count = ledger.stages[Stage.GATE]
    assert count.total_in == len(verdicts) == count.passed + count.dropped + count.quarantined
    assert [number for number, _ in passed] == [number for number, verdict in enumerate(verdicts) if verdict == "pass"]
    assert len(ledger.take_left()) == count.dropped + count.quarantined


@given(st.lists(VERDICTS), st.lists(VERDICTS))
def test_two_batches_count_like_one(first: list[str], second: list[str]) -> None:
    apart, together = Ledger(), Ledger()
    apart.each(Stage.TAG, step, list(enumerate(first)))
    apart.each(Stage.TAG, step, list(enumerate(second)))
    together.each(Stage.TAG, step, list(enumerate(first + second)))
    assert apart.to_json() == together.to_json()


def test_a_quarantined_record_keeps_its_traceback() -> None:
    ledger = Ledger()
    ledger.each(Stage.EXTRACT, step, [(7, "raise")])
    (left,) = ledger.take_left()
    assert left.record == (7, "raise")
    assert isinstance(left.verdict, Quarantined)
    assert "ValueError: 7" in left.verdict.traceback
    assert "in step" in left.verdict.traceback


def test_left_records_are_handed_over_once() -> None:
    ledger = Ledger()
    ledger.each(Stage.GATE, step, [(1, "drop")])
    assert len(ledger.take_left()) == 1
    assert ledger.take_left() == []


def test_a_map_that_loses_a_result_is_refused() -> None:
    def forgetful(stage: Stage, step: Callable[[object], object], records: list[object]) -> list[object]:
        return list(in_process(stage, step, records))[:-1]

    with pytest.raises(ValueError, match="shorter"):
        Ledger().each(Stage.GATE, step, [(1, "pass"), (2, "pass")], forgetful)


def test_an_interrupt_is_not_quarantined() -> None:
    def interrupted(record: object) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Ledger().each(Stage.GATE, interrupted, [1])


def test_stages_appear_in_the_order_of_the_path() -> None:
    order = ["poll", "parse", "seen", "gate", "fetch", "extract", "relevance", "duplicates", "tag", "load"]
    assert list(Ledger().to_json()) == order
