"""How a stage is mapped: over the network at once, in worker processes, and, under Prefect, as one task per batch.

Measured on two shared cores: a Prefect task costs 30-70 ms of CPU, so a task is a batch of waiting, never one article.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from extractors.records import Stage
from flows.ledger import Map, in_process
from flows.web import Web
from flows.workers import LIMITS, Workers

Wrap = Callable[[Map], Map]


def spread(web: Web, workers: Workers) -> Map:
    """Polls and fetches wait side by side, parsing and extraction use all cores with limits, the rest runs here."""

    def run(stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> Sequence[Any]:
        if stage in (Stage.POLL, Stage.FETCH):
            return web.gather(step, records)
        if stage in LIMITS:
            return workers.map(stage, step, records)
        return in_process(stage, step, records)

    return run


def plainly(map: Map) -> Map:
    """No wrapping: what `run --direct` does."""
    return map


def as_tasks(map: Map) -> Map:
    """Each batch becomes one Prefect task run, named `fetch 200`. No retries, cache or stored results: see docs/choices.md."""
    from prefect import task
    from prefect.cache_policies import NO_CACHE

    def run(stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> Sequence[Any]:
        if not records:
            return []
        # a closure, not arguments: Prefect walks through arguments looking for futures, record by record
        batch = task(
            name=str(stage),
            task_run_name=f"{stage} {len(records)}",
            retries=0,
            cache_policy=NO_CACHE,
            persist_result=False,
        )(partial(map, stage, step, records))
        return batch()

    return run


def told(map: Map, tell: Callable[[Stage, int, int], None]) -> Map:
    """Reports each batch before and after: stage, records in the batch, records done."""

    def run(stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> Sequence[Any]:
        tell(stage, len(records), 0)
        results = map(stage, step, records)
        tell(stage, len(records), len(records))
        return results

    return run
