"""`sinoscope query`, `sql`, `schema` and `trends`: questions to the published snapshot."""

import csv
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import emit_json, print_table, remark
from flows.home import Home

BARS = "▁▂▃▄▅▆▇█"
NOTHING = "·"


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="The saved queries with their questions and units.")
@click.option("--sql", "show_sql", is_flag=True, help="Print the SQL instead of running it.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--parquet", type=click.Path(path_type=Path), metavar="FILE", help="Write the rows to a Parquet file.")
@click.pass_context
def query(
    ctx: click.Context,
    name: str | None,
    listing: bool,
    show_sql: bool,
    as_csv: bool,
    as_json: bool,
    parquet: Path | None,
) -> None:
    """Run a saved trend query; its parameters are options: `sinoscope query first_mover --days 7`."""
    from warehouse.queries import bind, find_queries, run_query

    home = home_of(ctx)
    queries = find_queries(home.config / "queries")
    if listing or name is None:
        show_list(queries, as_json)
        return
    if name not in queries:
        close = get_close_matches(name, queries, n=1)
        meant = f", did you mean {close[0]!r}?" if close else ";"
        raise click.UsageError(f"no query {name!r}{meant} `sinoscope query --list` shows them")
    chosen = queries[name]
    values = bind(chosen, options_from(ctx.args))
    if show_sql:
        click.echo(chosen.sql.rstrip())
        return
    connection = opened(home)
    if parquet is not None:
        write_parquet(connection, chosen.sql, values, parquet)
        return
    columns, rows = run_query(connection, chosen, values)
    if as_json:
        emit_rows(home, name, values, columns, rows)
    elif as_csv:
        write_csv(columns, rows)
    else:
        print_table(columns, [list(row.values()) for row in rows], title=chosen.question)
        remark_on(len(rows), chosen.unit, chosen.caveat)


def options_from(words: list[str]) -> dict[str, str]:
    """`--days 7 --topic=x` as values by name. Raises click.UsageError for anything else."""
    values, rest = {}, list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise click.UsageError(f"unexpected {word!r}; parameters are given as --name value")
        name, equals, value = word[2:].partition("=")
        if not equals:
            if not rest:
                raise click.UsageError(f"--{name} needs a value")
            value = rest.pop(0)
        values[name.replace("-", "_")] = value
    return values


def show_list(queries: dict[str, Any], as_json: bool) -> None:
    """The saved queries."""
    if as_json:
        emit_json({"schema": 1, "queries": [query.to_json() for query in queries.values()]})
        return
    rows = [
        [query.name, query.question, query.unit, ", ".join(f"--{p.name} {p.default}" for p in query.parameters)]
        for query in queries.values()
    ]
    print_table(["query", "question", "unit", "parameters"], rows)


def opened(home: Home) -> Any:
    """The published snapshot."""
    from warehouse.connection import open_published

    return open_published(home.published)


def emit_rows(home: Home, name: str, values: dict[str, Any], columns: list[str], rows: list[dict[str, Any]]) -> None:
    """The envelope of the contract."""
    from datetime import UTC, datetime

    published_at = datetime.fromtimestamp(home.published.stat().st_mtime, UTC)
    emit_json(
        {
            "schema": 1,
            "name": name,
            "parameters": values,
            "columns": columns,
            "rows": rows,
            "published_at": published_at,
        }
    )


def write_csv(columns: list[str], rows: list[dict[str, Any]]) -> None:
    """All rows as CSV."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(row.values() for row in rows)


def write_parquet(connection: Any, sql: str, values: dict[str, Any], path: Path) -> None:
    """All rows as a Parquet file."""
    from warehouse.connection import quoted, storage_errors

    with storage_errors(path):
        connection.execute(f"COPY ({sql}) TO '{quoted(path)}' (FORMAT parquet)", values)
    remark(f"Wrote {path}")


def remark_on(count: int, unit: str, caveat: str) -> None:
    """What the numbers are, under the table; an empty result says so."""
    if not count:
        remark("No rows: nothing in the snapshot fits these parameters.")
    remark(f"unit: {unit}\ncaveat: {caveat}")


@click.command()
@click.argument("statement", required=False)
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def sql(ctx: click.Context, statement: str | None, as_csv: bool, as_json: bool) -> None:
    """Run read-only SQL on the snapshot; without SQL, read lines from a prompt."""
    from warehouse.queries import run_sql

    home = home_of(ctx)
    connection = opened(home)
    if statement is None:
        converse(connection)
        return
    columns, rows = run_sql(connection, statement)
    if as_json:
        emit_rows(home, "sql", {}, columns, rows)
    elif as_csv:
        write_csv(columns, rows)
    else:
        print_table(columns, [list(row.values()) for row in rows])


def converse(connection: Any) -> None:
    """A prompt that runs each line; a mistake is shown and the prompt comes back."""
    from extractors.errors import ConfigError
    from warehouse.queries import run_sql

    while True:
        try:
            line = click.prompt("sinoscope", prompt_suffix="> ", default="", show_default=False)
        except (click.Abort, EOFError):
            return
        if line.strip() in ("", "exit", "quit", ".exit"):
            return
        try:
            columns, rows = run_sql(connection, line)
            print_table(columns, [list(row.values()) for row in rows])
        except ConfigError as error:
            click.echo(f"Error: {error}", err=True)


@click.command()
@click.argument("table", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def schema(ctx: click.Context, table: str | None, as_json: bool) -> None:
    """Every table and column people may use, with units; or those of one TABLE."""
    from warehouse.queries import schema_rows

    rows = [row for row in schema_rows(opened(home_of(ctx))) if table in (None, row["table"])]
    if not rows:
        raise click.UsageError(f"no table {table!r}; `sinoscope schema` shows them, like core.articles")
    if as_json:
        emit_json({"schema": 1, "columns": rows})
        return
    names = ["table", "column", "type", "meaning"]
    print_table(names, [[row[name] for name in names] for row in rows])


@click.command()
@click.option("--topic", "by", flag_value="topic", default="topic", help="By topic (default).")
@click.option("--entity", "by", flag_value="entity", help="By entity.")
@click.option("--source", "by", flag_value="source", help="By feed.")
@click.option("--days", type=click.IntRange(7, 365), default=28, show_default=True, help="Days shown.")
@click.option("--normalise", is_flag=True, help="Share of everything the feeds published, instead of stories.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def trends(ctx: click.Context, by: str, days: int, normalise: bool, as_json: bool) -> None:
    """Topics, entities or sources day by day: this week against a usual one."""
    from warehouse.trends import trends_of

    home = home_of(ctx)
    found = trends_of(opened(home), by, days, normalise=normalise)
    if as_json:
        emit_json({"schema": 1, **found})
        return
    rows = [
        [row["name"], sparkline(row["daily"]), row["week"], row["usual"], row["z"], row["verdict"]]
        for row in found["rows"]
    ]
    print_table([by, f"{days} days", "week", "usual", "z", ""], rows)
    if not rows:
        click.echo("No story in these days.")
    click.echo(f"\nunit: {found['unit']}; {found['caveat']}")


def sparkline(values: list[float]) -> str:
    """A row of bars, scaled to its own highest value; nothing is a visible dot."""
    most = max(values, default=0) or 1
    return "".join(NOTHING if not value else BARS[min(7, int(8 * value / most))] for value in values)
