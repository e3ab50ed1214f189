"""What a run says of itself: the object of `run --json`, a table for a terminal, Markdown for Prefect."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from extractors.errors import SinoscopeError
from extractors.records import Reason, Stage
from flows.ledger import Ledger

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class RunReport:
    """One finished run.

    `new_count` counts entries never seen before, `waiting_count` those whose page is fetched later; `loaded_count` counts
    articles of every grade, `relevant_count` those of them that got tags; `poll_failures` counts this run's failed polls
    by cause; `failing` is every enabled feed that failed at its latest poll, with the cause; `published` is None when
    run.publish_minutes had not passed.
    """

    run_id: str
    now: datetime
    exit: int
    ledger: Ledger
    poll_failures: Mapping[str, int]
    enabled_count: int
    failing: Mapping[str, str]
    new_count: int
    waiting_count: int
    loaded_count: int
    relevant_count: int
    stories_new: int
    stories_updated: int
    published: str | None

    def to_json(self) -> dict[str, Any]:
        """The contract's object."""
        stages = self.ledger.stages
        fetch = stages[Stage.FETCH]
        return {
            "schema": SCHEMA,
            "run_id": self.run_id,
            "now": self.now.isoformat(),
            "exit": self.exit,
            "polls": self.polls(),
            "entries": {"seen": stages[Stage.SEEN].total_in, "new": self.new_count},
            "pages": {
                "fetched": fetch.passed,
                "failed": fetch.dropped - fetch.reasons[Reason.WAITING],
                "waiting": fetch.reasons[Reason.WAITING],
            },
            "stages": self.ledger.to_json(),
            "articles": {"loaded": self.loaded_count, "relevant": self.relevant_count},
            "stories": {"new": self.stories_new, "updated": self.stories_updated},
            "published": self.published,
        }

    def polls(self) -> dict[str, Any]:
        """`polls` of the contract: due = polled + not reached; polled = ok + not_modified + failed."""
        poll = self.ledger.stages[Stage.POLL]
        polled = poll.total_in - poll.reasons[Reason.WAITING]
        not_modified = poll.reasons[Reason.NOT_MODIFIED] + poll.reasons[Reason.UNCHANGED]
        failed = sum(self.poll_failures.values())
        return {
            "due": poll.total_in,
            "polled": polled,
            "ok": polled - not_modified - failed,
            "not_modified": not_modified,
            "failed": failed,
            "by_cause": dict(sorted(self.poll_failures.items())),
        }

    def headline(self) -> str:
        """The run in one sentence; a failure with its cause first."""
        causes = causes_in_words(Counter(str(cause) for cause in self.failing.values()))
        failing = f"{len(self.failing)}/{self.enabled_count} feeds"
        if self.exit == 5:
            return f"{failing} unreachable ({causes}). Nothing is lost."
        polls = self.polls()
        stages = self.ledger.stages
        if not (polls["due"] or stages[Stage.FETCH].total_in or stages[Stage.EXTRACT].total_in):
            waits = f" {self.waiting_count} pages wait for a later try." if self.waiting_count else ""
            lost = f" When last polled {failing} failed ({causes}): see `sinoscope status`." if self.failing else ""
            return f"Nothing was due: no feed is polled and no page fetched before its time.{waits}{lost}"
        failed = f", {polls['failed']} failed ({causes_in_words(self.poll_failures)})" if polls["failed"] else ""
        return (
            f"{polls['polled']} feeds polled: {polls['ok']} read, {polls['not_modified']} unchanged{failed}; "
            f"{self.loaded_count} articles loaded, {self.relevant_count} relevant, {self.stories_new} new stories."
        )

    def raise_for_exit(self) -> None:
        """Raise IncompleteRun when the run did not end well: that is how a Prefect run shows it."""
        if self.exit:
            raise IncompleteRun(self)


class IncompleteRun(SinoscopeError):
    """A run that ended with exit 4 or 5; it carries its report."""

    def __init__(self, report: RunReport) -> None:
        super().__init__(report.headline())
        self.report = report
        self.exit_code = report.exit


def causes_in_words(causes: Mapping[str, int]) -> str:
    """`dns 2, timeout 1`."""
    return ", ".join(f"{cause} {count}" for cause, count in sorted(causes.items()))


LEDGER_COLUMNS = ("stage", "in", "passed", "dropped", "quarantined", "why")


def ledger_rows(ledger: Ledger) -> list[tuple[object, ...]]:
    """One row per stage: in = passed + dropped + quarantined, and the reasons of the dropped."""
    return [
        (
            str(stage),
            count.total_in,
            count.passed,
            count.dropped,
            count.quarantined,
            causes_in_words({str(reason): number for reason, number in count.reasons.items()}),
        )
        for stage, count in ledger.stages.items()
    ]


def ledger_markdown(report: RunReport) -> str:
    """The ledger as a Markdown table under the run's headline."""
    lines = [report.headline(), "", "| " + " | ".join(LEDGER_COLUMNS) + " |", "|---|--:|--:|--:|--:|---|"]
    lines += ["| " + " | ".join(str(value) for value in row) + " |" for row in ledger_rows(report.ledger)]
    return "\n".join(lines)


def exit_of(ledger: Ledger, failing_count: int, enabled_count: int, failed_share: float, *, strict: bool) -> int:
    """The exit code of a run: 5 when every feed failed, 4 beyond the set share of failures, 0 otherwise.

    Judged only when something was polled; the share counts enabled feeds by their latest poll, so that a run of the one
    feed that was due does not look like a total loss. Quarantined records beyond the same share also end with 4.
    """
    quarantined = sum(count.quarantined for count in ledger.stages.values())
    if strict and quarantined:
        return 4
    if quarantined > failed_share * max(1, ledger.stages[Stage.EXTRACT].total_in + ledger.stages[Stage.PARSE].total_in):
        return 4
    poll = ledger.stages[Stage.POLL]
    if poll.total_in == poll.reasons[Reason.WAITING] or not failing_count:
        return 0
    if failing_count >= enabled_count:
        return 5
    return 4 if strict or failing_count > failed_share * enabled_count else 0
