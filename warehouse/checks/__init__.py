"""Data checks: each SQL file beside this one returns the rows that break a promise; none should."""

from pathlib import Path
from typing import Any

from warehouse.connection import Connection
from warehouse.entries import as_dicts

FOLDER = Path(__file__).parent
SHOWN_ROWS = 20


def check_names() -> list[str]:
    """The checks, by file."""
    return sorted(path.stem for path in FOLDER.glob("*.sql"))


def run_checks(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every check with the first rows that break its promise; an empty list is good."""
    return {name: run_check(connection, name) for name in check_names()}


def run_check(connection: Connection, name: str) -> list[dict[str, Any]]:
    """One check."""
    sql = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return as_dicts(connection.execute(f"SELECT * FROM ({sql.rstrip().rstrip(';')}) LIMIT {SHOWN_ROWS}"))  # noqa: S608 - our files
