"""The books of a run: when it ran, how it ended, its ledger as JSON and as rows."""

import json
from datetime import datetime
from typing import Any, Protocol

from extractors.records import Left, Stage
from warehouse.connection import Connection
from warehouse.rows import Row, insert


class Ledger(Protocol):
    """What the warehouse asks of the ledger of a run."""

    def take_left(self) -> list[Left]:
        """The records that left since the last call."""
        ...

    def passes(self, stage: Stage, record: object, result: object) -> bool:
        """Count one result."""
        ...

    def to_json(self) -> dict[str, Any]:
        """Counts per stage."""
        ...


def start_run(connection: Connection, run_id: str, now: datetime) -> None:
    """Write down that a run began."""
    connection.execute("INSERT INTO core.runs (run_id, started_at) VALUES (?, ?)", [run_id, now])


def finish_run(connection: Connection, run_id: str, now: datetime, exit_code: int, ledger: Ledger) -> None:
    """Write down how it ended; one that never gets here shows as unfinished."""
    stages = ledger.to_json()
    connection.execute(
        "UPDATE core.runs SET finished_at = ?, exit_code = ?, ledger = ? WHERE run_id = ?",
        [now, exit_code, json.dumps(stages), run_id],
    )
    insert(connection, "core.outcomes", outcome_rows(run_id, stages))


def outcome_rows(run_id: str, stages: dict[str, Any]) -> list[Row]:
    """The ledger as rows, one per stage, outcome and reason that occurred."""
    rows: list[Row] = []
    for stage, count in stages.items():
        counts = [("passed", "", count["passed"]), ("quarantined", "", count["quarantined"])]
        counts += [("dropped", reason, number) for reason, number in count["reasons"].items()]
        rows += [
            {"run_id": run_id, "stage": stage, "outcome": outcome, "reason": reason, "count": number}
            for outcome, reason, number in counts
            if number
        ]
    return rows
