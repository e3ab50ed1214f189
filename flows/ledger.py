"""What became of every record: passed, dropped with a reason, or quarantined with its traceback.

The invariant, kept by construction and tested with properties: at every stage, in = passed + dropped + quarantined.
"""

import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, overload

from extractors.records import Dropped, Left, Quarantined, Reason, Stage

A = TypeVar("A")
B = TypeVar("B")


class Map(Protocol):
    """Runs a step over records, keeping their order; an exception is returned in the place of its result."""

    def __call__(self, stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> Sequence[Any]:
        """Return one result or exception per record."""
        ...


def in_process(stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> Sequence[Any]:
    """Run the step here, one record after the other: tests, and stages too quick to be worth moving."""
    return [attempt(step, record) for record in records]


def attempt(step: Callable[[Any], Any], record: Any) -> Any:
    """Return what the step answers, or the exception it raised: one record costs one record."""
    try:
        return step(record)
    except Exception as error:  # noqa: BLE001 - the one broad except: a surprise is quarantined, never hidden
        return error


@dataclass
class StageCount:
    """The figures of one stage."""

    passed: int = 0
    quarantined: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)

    @property
    def dropped(self) -> int:
        """Records dropped for any reason."""
        return sum(self.reasons.values())

    @property
    def total_in(self) -> int:
        """Records that entered the stage."""
        return self.passed + self.dropped + self.quarantined

    def to_json(self) -> dict[str, Any]:
        """The shape of `stages.<name>` in `run --json`."""
        return {
            "in": self.total_in,
            "passed": self.passed,
            "dropped": self.dropped,
            "quarantined": self.quarantined,
            "reasons": {str(reason): count for reason, count in sorted(self.reasons.items())},
        }


class Ledger:
    """Counts every record at every stage and holds those that left until the warehouse has written them down."""

    def __init__(self) -> None:
        self.stages: dict[Stage, StageCount] = {stage: StageCount() for stage in Stage}
        self._left: list[Left] = []

    @overload
    def each(
        self, stage: Stage, step: Callable[[A], Awaitable[B | Dropped]], records: Sequence[A], map: Map
    ) -> list[B]: ...

    @overload
    def each(self, stage: Stage, step: Callable[[A], B | Dropped], records: Sequence[A], map: Map = ...) -> list[B]: ...

    def each(
        self, stage: Stage, step: Callable[[Any], Any], records: Sequence[Any], map: Map = in_process
    ) -> list[Any]:
        """Run a step over records and return those that passed, in order; the others are kept for `take_left`.

        Raises ValueError when the map loses or adds results: a silent loss is the one thing a ledger must not allow.
        """
        results = map(stage, step, records)
        return [result for record, result in zip(records, results, strict=True) if self.passes(stage, record, result)]

    def passes(self, stage: Stage, record: object, result: object) -> bool:
        """Count one result; say whether the record goes on."""
        count = self.stages[stage]
        if isinstance(result, Dropped):
            count.reasons[result.reason] += 1
            self._left.append(Left(stage, record, result))
            return False
        if isinstance(result, Exception):
            count.quarantined += 1
            self._left.append(Left(stage, record, quarantine(result)))
            return False
        count.passed += 1
        return True

    def take_left(self) -> list[Left]:
        """Hand over the records that left since the last call, so that memory does not grow with the backlog."""
        left, self._left = self._left, []
        return left

    def to_json(self) -> dict[str, Any]:
        """`stages` of `run --json`, in the order of the path."""
        return {str(stage): count.to_json() for stage, count in self.stages.items()}


def quarantine(error: Exception) -> Quarantined:
    """An exception as it is stored: its last line and its whole traceback."""
    return Quarantined(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))
