"""Saved trend queries: SQL files with a header that is read, shown, checked and bound.

The first comment line is the question; `unit:`, `caveat:` and `example:` follow, and `$name: what it is (default)` for
each parameter.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

from extractors.errors import ConfigError, UsageMistake
from warehouse.connection import Connection
from warehouse.entries import as_dicts

SHIPPED = Path(__file__).with_name("queries")
MOST = 1_000_000  # of days or rows that a parameter may ask for
PARAMETER = re.compile(r"^--\s*\$(?P<name>\w+):\s*(?P<about>.*?)\s*\((?P<default>[^()]*)\)\s*$")
WORD = re.compile(r"^--\s*(?P<key>unit|caveat|example):\s*(?P<value>.*)$")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value of a query, with its default as text."""

    name: str
    about: str
    default: str


@dataclass(frozen=True, slots=True)
class Query:
    """A saved query as its file says."""

    name: str
    question: str
    unit: str
    caveat: str
    example: str
    parameters: tuple[Parameter, ...]
    sql: str

    def to_json(self) -> dict[str, Any]:
        """An entry of `query --list --json`."""
        parameters = [{"name": p.name, "about": p.about, "default": p.default} for p in self.parameters]
        return {"name": self.name, "question": self.question, "unit": self.unit, "parameters": parameters}


def find_queries(own: Path | None) -> dict[str, Query]:
    """All queries by name; those in a home's config/queries win over shipped ones. Raises ConfigError for a bad header."""
    found: dict[str, Query] = {}
    for folder in (SHIPPED, own):
        for path in sorted(folder.glob("*.sql")) if folder else ():
            found[path.stem] = read_query(path)
    return found


def read_query(path: Path) -> Query:
    """One file. Raises ConfigError when its header is wrong, or does not agree with its SQL on the parameters."""
    try:
        sql = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path.name}: not UTF-8 (byte {error.start}); save it as UTF-8"]) from error
    header = list(header_of(sql))
    words = {match["key"]: match["value"] for line in header if (match := WORD.match(line))}
    parameters = tuple(parameters_of(path, header))
    question = header[0].lstrip("- ").strip() if header else path.stem
    require_same(path, sql, {parameter.name for parameter in parameters})
    return Query(
        path.stem, question, words.get("unit", ""), words.get("caveat", ""), words.get("example", ""), parameters, sql
    )


def parameters_of(path: Path, header: Sequence[str]) -> Iterator[Parameter]:
    """The parameters a header declares. Raises ConfigError with all lines that look like one and are none."""
    mistakes = []
    for number, line in enumerate(header, start=1):
        if match := PARAMETER.match(line):
            yield Parameter(match["name"], match["about"], match["default"])
        elif line.lstrip("- ").startswith("$"):
            mistakes.append(f"{path.name}:{number}: no parameter; write it like `-- $days: how many days back (28)`")
    if mistakes:
        raise ConfigError(mistakes)


def header_of(sql: str) -> Iterator[str]:
    """The comment lines a file begins with."""
    for line in sql.splitlines():
        if not line.startswith("--"):
            return
        yield line


def require_same(path: Path, sql: str, declared: set[str]) -> None:
    """DuckDB itself says which parameters a statement has."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise ConfigError([f"{path.name}:1: no SQL: {str(error).splitlines()[0]}"]) from error
    used = set().union(*(statement.named_parameters for statement in statements)) if statements else set()
    if len(statements) != 1 or used != declared:
        words = f"header declares {sorted(declared) or 'none'}, the SQL uses {sorted(used) or 'none'}"
        raise ConfigError([f"{path.name}:1: one statement is wanted, and {words}; make them agree"])


def bind(query: Query, given: Mapping[str, str]) -> dict[str, Any]:
    """Values for a query: given ones over defaults. Raises UsageMistake for an unknown name."""
    known = {parameter.name: parameter for parameter in query.parameters}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise UsageMistake(f"{query.name}: no parameter {', '.join(unknown)}; it has {', '.join(known) or 'none'}")
    return {name: typed(name, given.get(name, each.default), each.default) for name, each in known.items()}


def typed(name: str, text: str, default: str) -> Any:
    """A value of the kind its default has: whole number, number, day, or text."""
    for convert in (int, float, date.fromisoformat):
        try:
            convert(default)
        except ValueError:
            continue
        try:
            return within_bounds(name, convert(text))
        except ValueError as error:
            raise UsageMistake(f"--{name}: {text!r} is no value like {default!r}") from error
    return text


def within_bounds(name: str, value: Any) -> Any:
    """The value; a number of days, rows or stories is never below 0, and beyond a million DuckDB's days end."""
    if isinstance(value, int | float) and not 0 <= value <= MOST:
        raise UsageMistake(f"--{name}: {value} is out of bounds; give a number from 0 to {MOST:,}")
    return value


def run_query(
    connection: Connection, query: Query, values: Mapping[str, Any]
) -> tuple[list[str], list[dict[str, Any]]]:
    """Columns and rows. Raises ConfigError, with DuckDB's own words, for a query that does not fit the schema."""
    try:
        found = connection.execute(query.sql, dict(values))
    except duckdb.Error as error:
        raise ConfigError([f"{query.name}: {error}"]) from error
    return rows_of(found)


def run_sql(connection: Connection, sql: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Columns and rows of any statement; the connection is read-only. Raises UsageMistake with DuckDB's own words."""
    try:
        found = connection.execute(sql)
    except duckdb.Error as error:
        raise UsageMistake(str(error)) from error
    return rows_of(found)


def rows_of(found: Connection) -> tuple[list[str], list[dict[str, Any]]]:
    """Columns and rows of an executed statement; a name that comes again gets a number, as in `a, a_1`."""
    columns: list[str] = []
    for column in found.description or ():
        numbered = (f"{column[0]}_{number}" for number in count(1))
        columns.append(
            column[0] if column[0] not in columns else next(name for name in numbered if name not in columns)
        )
    return columns, [dict(zip(columns, row, strict=True)) for row in found.fetchall()] if columns else []


def schema_rows(connection: Connection) -> Sequence[dict[str, Any]]:
    """Every column people may use, with its table's and its own comment."""
    return as_dicts(
        connection.execute(
            'SELECT c.schema_name || \'.\' || c.table_name AS "table", t.comment AS about, c.column_name AS "column",'
            " c.data_type AS type, c.comment AS meaning"
            " FROM duckdb_columns() AS c JOIN duckdb_tables() AS t"
            "   ON t.table_oid = c.table_oid AND t.database_name = c.database_name"
            " WHERE c.schema_name IN ('raw', 'core', 'trends') AND c.database_name = current_database()"
            " ORDER BY c.schema_name DESC, c.table_name, c.column_index"
        )
    )
