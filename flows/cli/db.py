"""`sinoscope db`: publish, migrate, back up and check the warehouse."""

from datetime import UTC, datetime

import click

from flows.cli import home_of
from flows.cli.output import emit_json, print_table


@click.group()
def db() -> None:
    """Publish, migrate, back up and check the warehouse."""


@db.command()
@click.pass_context
def publish(ctx: click.Context) -> None:
    """Refresh the marts and replace the snapshot people read."""
    from flows.run import publish_home, utc_now

    click.echo(f"Published: {publish_home(home_of(ctx), utc_now())}")


@db.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the live file to this program's schema; a backup is made first."""
    from flows.run import utc_now
    from warehouse.migrations import newest_version
    from warehouse.store import Warehouse

    with Warehouse.open_live(home_of(ctx).data, utc_now()):
        click.echo(f"data/live.duckdb has schema {newest_version()}")


@db.command()
@click.pass_context
def backup(ctx: click.Context) -> None:
    """Copy the live file, consistent, to data/backup-TIME.duckdb."""
    from warehouse.publish import replace_file
    from warehouse.store import Warehouse

    home, now = home_of(ctx), datetime.now(UTC)
    with Warehouse.open_live(home.data, now) as warehouse:
        warehouse.connection.execute("CHECKPOINT live")
        target = home.data / f"backup-{now:%Y%m%dT%H%M%SZ}.duckdb"
        replace_file(home.data / "live.duckdb", target)
    click.echo(f"Backed up to {target}")


@db.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> int:
    """Run every data check on the snapshot; exit 1 when a promise is broken."""
    from warehouse.checks import run_checks
    from warehouse.connection import open_published

    broken = run_checks(open_published(home_of(ctx).published))
    if as_json:
        emit_json({"schema": 1, "checks": broken})
    else:
        for name, rows in broken.items():
            click.echo(f"{'ok ' if not rows else 'BAD'}  {name.replace('_', ' ')}")
            if rows:
                print_table(list(rows[0]), [list(row.values()) for row in rows])
    return int(any(broken.values()))
