"""Runs a pure step in worker processes with limits, so that one hostile record costs one record.

feedparser needs 5 s for a 31 kB author field and lxml can crash outright: neither may stall or end the run.
"""

import multiprocessing
import os
import resource
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessMapFuture, ProcessPool

from extractors.records import Dropped, Reason, Stage
from flows.ledger import attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """How long one record may take, and the word for one that took longer or wanted more memory."""

    seconds: float
    reason: Reason


LIMITS: Mapping[Stage, Limit] = {
    Stage.PARSE: Limit(10, Reason.UNPARSEABLE),
    Stage.EXTRACT: Limit(10, Reason.TIMEOUT),
}
MEMORY_BYTES = 1024**3
RECORDS_PER_WORKER = 2_000  # a fresh process now and then gives back what lxml keeps


class Workers:
    """A pool of killable processes; use it as a context manager. Workers start when the first record comes."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or os.cpu_count() or 1
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    def map(self, stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> list[Any]:
        """One result per record, in order: what the step answered, `Dropped` for a broken limit, or the exception."""
        return list(self.stream(stage, step, records))

    def stream(self, stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> Iterator[Any]:
        """The same, one by one as they come."""
        if not records:
            return
        limit = LIMITS[stage]
        future: ProcessMapFuture[Any] = self._started().map(
            attempt, [step] * len(records), records, timeout=limit.seconds
        )
        results = future.result()
        for _ in records:
            yield within_limit(results, limit)

    def _started(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self.count,
                max_tasks=RECORDS_PER_WORKER,
                initializer=limit_memory,
                initargs=(MEMORY_BYTES,),
                context=multiprocessing.get_context("forkserver"),  # a fork of a threaded parent may deadlock
            )
        return self._pool


def within_limit(results: Iterator[Any], limit: Limit) -> Any:
    """The next result; a broken time or memory limit is an answer, a crashed worker an exception to be quarantined."""
    try:
        result = next(results)
    except TimeoutError:
        return Dropped(limit.reason, f"took more than {limit.seconds:g} s")
    except ProcessExpired as error:
        return error
    if isinstance(result, MemoryError):
        return Dropped(Reason.TOO_BIG, f"wanted more than {MEMORY_BYTES // 1024**2} MiB of memory")
    return result


def limit_memory(limit_bytes: int) -> None:
    """Cap the private memory of this process; an allocation beyond it raises MemoryError here and nowhere else."""
    resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, limit_bytes))
