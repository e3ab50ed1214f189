"""What a command says: JSON or a table on stdout, progress and remarks on stderr."""

import json
import math
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click

COMMANDING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def emit_json(payload: dict[str, Any]) -> None:
    """One JSON object alone on stdout; every object carries `schema`."""
    click.echo(json.dumps(finite(payload), ensure_ascii=False, default=to_json_value))


def finite(value: Any) -> Any:
    """The value with null where a number is none: JSON knows neither NaN nor infinity."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def to_json_value(value: object) -> Any:
    """Values that JSON lacks: times as ISO 8601 with zone, days as dates, decimals as numbers, the rest as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """A table a person reads; Chinese takes two cells, nothing is cut when stdout is not a terminal."""
    from rich.console import Console
    from rich.table import Table

    if title:
        click.echo(title)  # by itself: as a title of the table it would be folded to the table's width
    width = None if sys.stdout.isatty() else 240
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[number], int | float | Decimal | None) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*[cell(value) for value in row])
    Console(width=width, highlight=False, markup=False, emoji=False).print(table)


def cell(value: object) -> str:
    """One value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%MZ")
    return harmless(str(value))


def harmless(text: str) -> str:
    """A text of others without the characters that command a terminal or turn its direction; lines stay lines."""
    return COMMANDING.sub("\N{REPLACEMENT CHARACTER}", text)


def remark(message: str) -> None:
    """A line for the person, on stderr, unless --quiet."""
    if not told("quiet"):
        click.echo(message, err=True)


def told(flag: str) -> bool:
    """Whether --quiet or --verbose was given before the command."""
    context = click.get_current_context(silent=True)
    return bool(context and (context.find_root().obj or {}).get(flag))
