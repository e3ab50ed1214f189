"""Turns the comments in the schema into docs/data-dictionary.md: `python -m warehouse.dictionary FILE [--check]`."""

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
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


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with --check say whether it is up to date (exit 1 when not)."""
    paths = [Path(argument) for argument in arguments if not argument.startswith("--")]
    if "--check" in arguments:
        if paths[0].read_text(encoding="utf-8") == dictionary():
            return 0
        sys.stderr.write(f"{paths[0]} is out of date; run `make docs`\n")
        return 1
    paths[0].write_text(dictionary(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
