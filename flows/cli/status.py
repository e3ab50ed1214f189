"""`sinoscope status`: alive, complete, how big."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import cell, emit_json
from flows.home import Home


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option(
    "--check",
    is_flag=True,
    help="Say nothing; exit 4 when the last run failed or broke off, none came, or a feed is ill.",
)
@click.pass_context
def status(ctx: click.Context, as_json: bool, check: bool) -> int:
    """Is it alive, is it complete, how big is it?"""
    from warehouse.connection import open_published
    from warehouse.readers import status_of

    home, now = home_of(ctx), datetime.now(UTC)
    found = status_of(open_published(home.published), home.published, now)
    if as_json:
        emit_json(found)
    elif not check:
        show(found)
    return 4 if check and (is_ill(found) or is_dead(home, found, now)) else 0


def is_ill(found: dict[str, Any]) -> bool:
    """Whether somebody should look at what the last run left."""
    last = found["last_run"]
    return last is None or last["exit_code"] != 0 or bool(found["feeds"]["failing"])


def is_dead(home: Home, found: dict[str, Any], now: datetime) -> bool:
    """Whether nothing runs any more: a later run left no snapshot and is gone, or a poll is two intervals overdue."""
    from flows.settings import load_config
    from warehouse.connection import abandoned_at

    left_at = abandoned_at(home.data)
    if left_at is not None and left_at > found["last_run"]["started_at"]:
        return True
    interval = load_config(home.root).settings.schedule.interval or timedelta(days=1)
    return found["next_run"] is not None and now - found["next_run"] > 2 * interval


def show(found: dict[str, Any]) -> None:
    """The figures on one screen."""
    last, feeds, warehouse = found["last_run"], found["feeds"], found["warehouse"]
    if last is None:
        click.echo("No run yet.")
    else:
        ended = cell(last["finished_at"]) if last["finished_at"] else "never: still running, or killed"
        click.echo(f"Last run   {last['run_id']}, ended {ended}, exit {cell(last['exit_code'])}")
    click.echo(f"Next poll  {cell(found['next_run'])}")
    click.echo(
        f"Feeds      {feeds['total']}: {feeds['ok']} well, {len(feeds['failing'])} failing, {len(feeds['silent'])} silent"
        + (f", {feeds['not_polled']} not polled yet" if feeds["not_polled"] else "")
    )
    for feed in feeds["failing"]:
        click.echo(f"           {feed['feed_id']}: {feed['cause']} since {cell(feed['since_at'])}")
    for feed in feeds["silent"]:
        click.echo(
            f"           {feed['feed_id']}: nothing new since {cell(feed['since_at'])}, usually every {feed['usual_gap_hours']} h"
        )
    click.echo(
        f"Warehouse  {warehouse['articles']} articles in {warehouse['stories']} stories, {warehouse['bytes'] / 1024**2:.1f} MiB"
    )
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in found["coverage"]["entries"].items())
    click.echo(f"Entries    {outcomes}")
