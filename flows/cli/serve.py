"""`sinoscope serve` and `trigger`: cycles on a schedule, and one now."""

import re
import sys
from datetime import timedelta

import click

from flows.cli import home_of
from flows.cli.output import emit_json, remark

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def interval_of(text: str) -> timedelta:
    """`90s`, `30m`, `2h`, `1d` as a time span. Raises click.BadParameter for anything else."""
    match = re.fullmatch(r"(\d+)([smhd])", text.strip())
    if not match or not int(match[1]):
        raise click.BadParameter(f"{text!r} is no interval; write it like 30m, 2h or 1d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


@click.command()
@click.option("--every", metavar="2h", help="Time between two cycles; else settings.yaml's schedule.")
@click.option("--cron", metavar="'0 */2 * * *'", help="A cron line instead, UTC.")
@click.option(
    "--port", type=click.IntRange(1024, 65535), default=4200, show_default=True, help="Of Prefect's UI and API."
)
@click.pass_context
def serve(ctx: click.Context, every: str | None, cron: str | None, port: int) -> None:
    """Run cycles on a schedule until Ctrl-C, with Prefect's own server and UI on loopback."""
    if every and cron:
        raise click.UsageError("--every and --cron exclude each other; give one")
    interval = interval_of(every) if every else None
    home = home_of(ctx)
    from flows.orchestrator import prepare, server
    from flows.settings import load_config

    config = load_config(home.root)
    if interval is None and cron is None:
        interval, cron = config.settings.schedule.interval, config.settings.schedule.cron
    remark("Starting Prefect's server …")
    with server(home, port) as api_url:
        prepare(home, api_url)
        from flows.deployments import serve_flows

        remark(
            f"Serving {home.root}: UI at {api_url.removesuffix('/api')}, cycles {cron or f'every {interval}'}. Ctrl-C ends it."
        )
        remark(f"By hand: sinoscope trigger, or PREFECT_API_URL={api_url} prefect deployment run monitor/monitor")
        serve_flows(home, interval, cron)
    sys.stderr.write("Stopped; nothing was left behind.\n")


@click.command()
@click.option("--only", metavar="ID", multiple=True, help="Only these feeds (does not force them).")
@click.option("--since", metavar="T", help="At a feed's first poll, fetch entries since T (ISO 8601 with zone).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def trigger(ctx: click.Context, only: tuple[str, ...], since: str | None, as_json: bool) -> None:
    """Start a cycle now on the monitor that serves this home."""
    from extractors.errors import NetworkError
    from flows.orchestrator import prepare, serving_api
    from flows.run import parse_time, require_known
    from flows.settings import load_config

    home = home_of(ctx)
    require_known(only, load_config(home.root).feeds)
    if since:
        parse_time(since)
    api_url = serving_api(home)
    if api_url is None:
        raise NetworkError(
            f"nothing serves {home.root}; start `sinoscope serve`, or run one cycle with `sinoscope run`"
        )
    prepare(home, api_url)
    from flows.deployments import trigger_cycle

    name = trigger_cycle(only, since, remark)
    if as_json:
        emit_json({"schema": 1, "flow_run": name, "api": api_url})
    else:
        click.echo(f"A cycle has begun: {name}. Watch it at {api_url.removesuffix('/api')}")
