"""Applies the numbered SQL files beside it, in order, each in one transaction, and keeps their names in a table."""

from functools import cache
from pathlib import Path

import duckdb

from warehouse.transactions import transaction

FOLDER = Path(__file__).parent
LEDGER = """
CREATE TABLE IF NOT EXISTS main.migrations (version INTEGER PRIMARY KEY, name VARCHAR, applied_at TIMESTAMPTZ DEFAULT now());
COMMENT ON TABLE main.migrations IS 'Schema changes applied to this file. Grain: migration.';
COMMENT ON COLUMN main.migrations.version IS 'number of the file';
COMMENT ON COLUMN main.migrations.name IS 'name of the file';
COMMENT ON COLUMN main.migrations.applied_at IS 'when it was applied';
"""


@cache
def migration_files() -> tuple[Path, ...]:
    """The migrations in order."""
    return tuple(sorted(FOLDER.glob("[0-9][0-9][0-9][0-9]_*.sql")))


def newest_version() -> int:
    """The schema version this program writes."""
    return int(migration_files()[-1].name[:4])


def version_of(connection: duckdb.DuckDBPyConnection) -> int:
    """The schema version of an open file; 0 for an empty one."""
    known = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'migrations' AND schema_name = 'main'"
        " AND database_name = current_database()"
    ).fetchone()
    if not known or not known[0]:
        return 0
    row = connection.execute("SELECT coalesce(max(version), 0) FROM main.migrations").fetchone()
    return int(row[0]) if row else 0


def migrate(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Bring an open file to the newest schema; answers with the names applied now."""
    found, applied = version_of(connection), []
    for path in migration_files():
        version = int(path.name[:4])
        if version <= found:
            continue
        with transaction(connection):
            connection.execute(LEDGER)
            connection.execute(path.read_text(encoding="utf-8"))
            connection.execute("INSERT INTO main.migrations (version, name) VALUES (?, ?)", [version, path.name])
        applied.append(path.name)
    return applied
