"""All of a block or nothing."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import duckdb


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block did; whatever ends it early, an interrupt too, takes everything back."""
    connection.execute("BEGIN")
    with ExitStack() as undo:
        undo.callback(connection.execute, "ROLLBACK")
        yield
        undo.pop_all()
    connection.execute("COMMIT")
