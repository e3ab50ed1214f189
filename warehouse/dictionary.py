"""Turns the comments in the schema into the page docs/data-dictionary.md."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import duckdb

from warehouse.migrations import migrate
from warehouse.queries import schema_rows

HEAD = """# Data dictionary

Generated from the comments in the schema (`make docs`). `sinoscope schema` prints the same for your own file. Times are UTC,
shares 0 to 1. `raw` is as received, `core` modelled and keyed, `trends` zero-filled for people.
"""


def dictionary() -> str:
    """The page for the newest schema."""
    connection = duckdb.connect(":memory:")
    migrate(connection)
    rows = schema_rows(connection)
    connection.close()
    return HEAD + "".join(table_text(list(group)) for _, group in groupby(rows, key=lambda row: row["table"]))


def table_text(rows: Sequence[dict[str, Any]]) -> str:
    """One table as Markdown."""
    lines = [f"\n## {rows[0]['table']}\n", rows[0]["about"] or "", "", "| column | type | meaning |", "|---|---|---|"]
    lines += [f"| `{row['column']}` | {row['type']} | {row['meaning'] or ''} |" for row in rows]
    return "\n".join(lines) + "\n"
