"""The flows as Prefect sees them: monitor, reprocess, maintain, publish; and how they are served and triggered.

Import it only after `flows.orchestrator.prepare`: Prefect reads its settings once. The work itself knows no Prefect.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prefect import flow, get_client, serve
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.deployments import run_deployment
from prefect.deployments.runner import RunnerDeployment
from prefect.runtime import flow_run as running_flow
from prefect.types.entrypoint import EntrypointType

from extractors.errors import LockedError
from extractors.records import Stage
from flows.home import Home, find_home
from flows.maintain import maintain_home
from flows.report import IncompleteRun, RunReport, ledger_markdown
from flows.reprocess import reprocess_archive
from flows.run import RunOptions, parse_time, publish_home, run_monitor, utc_now
from flows.tasks import as_tasks

TURN_SECONDS = 600  # a cycle polls and fetches for run_seconds (300) at most
ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


def current_home() -> Home:
    """The home a flow works on: SINOSCOPE_HOME, else found upwards from the working directory."""
    return find_home(None, os.environ, Path.cwd())


@flow(flow_run_name="cycle", retries=0, persist_result=False)
def monitor(
    only: list[str] | None = None,
    since: str | None = None,
    now: str | None = None,
    force: bool = False,
    strict: bool = False,
) -> RunReport:
    """One cycle. `only`: feed ids; `since` and `now`: ISO 8601 with zone. A run that ends with exit 4 or 5 shows as failed."""
    options = RunOptions(
        only=tuple(only or ()),
        since=parse_time(since) if since else None,
        now=parse_time(now) if now else None,
        force=force,
        strict=strict,
    )
    report = run_monitor(current_home(), options, as_tasks, batch_progress())
    show(report)
    report.raise_for_exit()
    return report


@flow(flow_run_name="reprocess", retries=0, persist_result=False)
def reprocess(since: str | None = None, quarantine: bool = False) -> dict[str, Any]:
    """Read archived pages again under today's rules."""
    return reprocess_archive(current_home(), parse_time(since) if since else None, only_quarantine=quarantine)


@flow(flow_run_name="maintain", retries=0, persist_result=False)
def maintain() -> dict[str, Any]:
    """Data checks and housekeeping."""
    return maintain_home(current_home(), utc_now())


@flow(flow_run_name="publish", retries=0, persist_result=False)
def publish() -> str:
    """Make the snapshot current."""
    return publish_home(current_home(), utc_now())


def batch_progress() -> Callable[[Stage, int, int], None]:
    """Shows each stage's progress in the UI as an artifact: done of what was begun so far."""
    begun: dict[Stage, int] = {}
    done_so_far: dict[Stage, int] = {}
    artifacts: dict[Stage, Any] = {}

    def tell(stage: Stage, size: int, done: int) -> None:
        if not size:
            return
        if not done:
            begun[stage] = begun.get(stage, 0) + size
            if stage not in artifacts:
                artifacts[stage] = create_progress_artifact(0.0, description=f"{stage}: records done")
            return
        done_so_far[stage] = done_so_far.get(stage, 0) + done
        update_progress_artifact(artifacts[stage], progress=100.0 * done_so_far[stage] / begun[stage])

    return tell


def show(report: RunReport) -> None:
    """Leave in the UI what a person wants to see: counts in the run's name, the ledger, the failing feeds."""
    create_markdown_artifact(ledger_markdown(report), key="ledger", description=report.run_id)
    create_table_artifact(failing_feeds(report), key="failing-feeds", description=report.headline())
    polls = report.polls()
    name = f"{polls['polled']} feeds, {report.relevant_count} relevant, {report.stories_new} new stories"
    if running_flow.id is not None:
        with get_client(sync_client=True) as client:
            client.update_flow_run(running_flow.id, name=name)


def failing_feeds(report: RunReport) -> list[dict[str, Any]]:
    """One row per feed that fails now; a row that says so when none does, since an empty table shows nothing."""
    rows = [{"feed": feed_id, "cause": str(cause)} for feed_id, cause in sorted(report.failing.items())]
    return rows or [{"feed": "none", "cause": ""}]


def run_flow(home: Home, options: RunOptions) -> RunReport:
    """Run the flow `monitor` in this process and give its report, whether it ended well or not."""
    os.environ["SINOSCOPE_HOME"] = str(home.root)
    try:
        return monitor(
            only=list(options.only),
            since=options.since.isoformat() if options.since else None,
            now=options.now.isoformat() if options.now else None,
            force=options.force,
            strict=options.strict,
        )
    except IncompleteRun as incomplete:
        return incomplete.report


def serve_flows(home: Home, every: timedelta | None, cron: str | None) -> None:
    """Serve the flows until interrupted: `monitor/monitor` on its schedule, the others to be triggered by hand."""
    os.environ["SINOSCOPE_HOME"] = str(home.root)
    forget_missed_runs(utc_now())
    cycles = monitor.to_deployment(
        name="monitor",
        interval=every,
        cron=cron,
        concurrency_limit=ONE_AT_A_TIME,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    serve(as_runner(cycles), *(as_runner(by_hand(each)) for each in (reprocess, maintain, publish)))


def by_hand(each: Any) -> Any:
    """A deployment without a schedule, named as its flow."""
    return each.to_deployment(
        name=each.name, concurrency_limit=ONE_AT_A_TIME, entrypoint_type=EntrypointType.MODULE_PATH
    )


def as_runner(deployment: Any) -> RunnerDeployment:
    """`to_deployment` answers in two ways, depending on where it is called; here it is always the plain one."""
    if not isinstance(deployment, RunnerDeployment):
        raise TypeError(f"expected a deployment, got {type(deployment).__name__}")
    return deployment


def forget_missed_runs(now: datetime) -> None:
    """Delete runs whose time passed while nothing served: a missed hour is not replayed as a burst."""
    missed = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": now}),
    )
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=missed):
            client.delete_flow_run(run.id)


def trigger_cycle(only: tuple[str, ...], since: str | None, tell: Callable[[str], None]) -> str:
    """Have the serving monitor run a cycle as soon as no other runs; answers with the run's name once it has begun.

    Raises LockedError when that is not so within TURN_SECONDS.
    """
    deadline = time.monotonic() + TURN_SECONDS
    while True:
        wait_for_turn(deadline, tell)
        run = asked_for(only, since)
        if began(run.id, deadline):
            return str(run.name)
        tell("Another cycle began first; asking again …")


def asked_for(only: tuple[str, ...], since: str | None) -> Any:
    """A run of `monitor/monitor`, to begin when the runner sees it."""
    parameters: dict[str, Any] = {"only": list(only)} if only else {}
    return run_deployment("monitor/monitor", parameters=parameters | ({"since": since} if since else {}), timeout=0)


def wait_for_turn(deadline: float, tell: Callable[[str], None]) -> None:
    """Return when no flow runs or is about to: beside it, a new run would be cancelled. Raises LockedError."""
    busy = FlowRunFilter(
        state=FlowRunFilterState(
            type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED])
        ),
        expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": utc_now()}),
    )
    has_told = False
    with get_client(sync_client=True) as client:
        while runs := client.read_flow_runs(flow_run_filter=busy):
            require_time(deadline, f"the run {runs[0].name!r} has not ended")
            if not has_told:
                tell(f"Waiting for the run {runs[0].name!r} to end …")
                has_told = True
            time.sleep(1)


def began(run_id: Any, deadline: float) -> bool:
    """Wait until the runner took a run up; False when it was cancelled because another was first. Raises LockedError."""
    with get_client(sync_client=True) as client:
        while True:
            state = client.read_flow_run(run_id).state
            if state is not None and state.type not in (StateType.SCHEDULED, StateType.PENDING):
                return state.type not in (StateType.CANCELLED, StateType.CANCELLING)
            require_time(deadline, "the runner has not taken the run up")
            time.sleep(1)


def require_time(deadline: float, words: str) -> None:
    """Raise LockedError when the time is over."""
    if time.monotonic() > deadline:
        raise LockedError(f"{words} in {TURN_SECONDS} s; look at it in Prefect's UI")
