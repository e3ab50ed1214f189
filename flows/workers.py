"""Runs a pure step in worker processes with limits, so that one hostile record costs one record.

feedparser needs 5 s for a 31 kB author field and lxml can crash outright: neither may stall or end the run.
"""

import multiprocessing
import os
import resource
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from extractors.records import Dropped, Reason, Stage
from flows.ledger import attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """How many seconds of CPU one record may take, and the word for one that took longer or wanted more memory.

    CPU, since on a busy machine an innocent record may be a long time on its way. What does not even listen to that, code of
    C libraries or a wait, is ended by the clock.
    """

    seconds: float
    reason: Reason
    clock_seconds: float = 25


LIMITS: Mapping[Stage, Limit] = {
    Stage.PARSE: Limit(10, Reason.UNPARSEABLE),
    Stage.EXTRACT: Limit(10, Reason.TIMEOUT),
}
AGAIN_SECONDS = 1.0  # a library may catch the first TooLong
MEMORY_BYTES = 1024**3
PRELOADED = ["extractors.articles", "extractors.feeds"]  # read once, not by every worker: a second of CPU each
RECORDS_AHEAD = 256  # of results not yet taken: a record may take as long as hundreds of others
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

    def stream(self, stage: Stage, step: Callable[[Any], Any], records: Iterable[Any]) -> Iterator[Any]:
        """The same, one by one as they come; records are read so far ahead that no worker waits for a slow neighbour."""
        limit, sent = LIMITS[stage], deque[ProcessFuture[Any]]()
        for record in records:
            sent.append(
                self._started().schedule(limited, args=[limit.seconds, step, record], timeout=limit.clock_seconds)
            )
            if len(sent) == RECORDS_AHEAD:
                yield within_limit(sent.popleft(), limit)
        while sent:
            yield within_limit(sent.popleft(), limit)

    def _started(self) -> ProcessPool:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")  # a fork of a threaded parent may deadlock
            context.set_forkserver_preload(PRELOADED)
            self._pool = ProcessPool(
                max_workers=self.count,
                max_tasks=RECORDS_PER_WORKER,
                initializer=prepare,
                initargs=(MEMORY_BYTES,),
                context=context,
            )
        return self._pool


def within_limit(future: ProcessFuture[Any], limit: Limit) -> Any:
    """What a worker answered; a broken time or memory limit is an answer, a crashed worker an exception to be quarantined."""
    try:
        result = future.result()
    except TimeoutError:
        return Dropped(limit.reason, f"took more than {limit.clock_seconds:g} s")
    except ProcessExpired as error:
        return error
    if isinstance(result, TooLong):
        return Dropped(limit.reason, f"took more than {limit.seconds:g} s of computing")
    if isinstance(result, MemoryError):
        return Dropped(Reason.TOO_BIG, f"wanted more than {MEMORY_BYTES // 1024**2} MiB of memory")
    return result


class TooLong(Exception):
    """A record has used up its seconds of CPU."""


def prepare(limit_bytes: int) -> None:
    """Cap the private memory of this process, an allocation beyond it raises MemoryError; and let SIGPROF end a record."""
    resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, limit_bytes))
    signal.signal(signal.SIGPROF, end_record)


def end_record(number: int, frame: FrameType | None) -> NoReturn:
    """Called by the timer of `limited`, wherever the record's step is."""
    raise TooLong


def limited(seconds: float, step: Callable[[Any], Any], record: Any) -> Any:
    """What the step answers, or the exception it raised: TooLong after these seconds of CPU."""
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_SECONDS)
        return attempt(step, record)
    except TooLong as error:  # between the step and the next line
        return error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
