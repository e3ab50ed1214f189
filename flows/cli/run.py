"""`sinoscope run`: one cycle, as a Prefect flow or directly; `reprocess` and `maintain` beside it."""

import os
import sys
from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import emit_json, print_table, remark, told

DIFFERENCES_SHOWN = 30


@click.command()
@click.option("--only", metavar="ID", multiple=True, help="Only these feeds (does not force them).")
@click.option("--since", metavar="T", help="At a feed's first poll, fetch entries since T (ISO 8601 with zone).")
@click.option("--now", metavar="T", help="Live the whole run at T: for replays.")
@click.option(
    "--force", is_flag=True, help="Poll before the time has come; still conditionally, never before a Retry-After."
)
@click.option("--direct", is_flag=True, help="Without Prefect: quicker to start, nothing in its UI.")
@click.option("--dry-run", is_flag=True, help="Say what is due; no request, nothing written.")
@click.option("--strict", is_flag=True, help="Exit 4 from the first failing feed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def run(
    ctx: click.Context,
    only: tuple[str, ...],
    since: str | None,
    now: str | None,
    force: bool,
    direct: bool,
    dry_run: bool,
    strict: bool,
    as_json: bool,
) -> int:
    """Run one cycle: poll, fetch, extract, judge, place, tag, load, publish."""
    from flows.run import RunOptions, dry_run_of, parse_time

    home = home_of(ctx)
    options = RunOptions(
        only=only,
        since=parse_time(since) if since else None,
        now=parse_time(now) if now else None,
        force=force,
        strict=strict,
    )
    if dry_run:
        return show_dry_run(dry_run_of(home, options), as_json)
    report = run_directly(home, options) if direct else run_as_flow(home, options)
    if as_json:
        emit_json(report.to_json())
    else:
        show_report(home, report)
    return int(report.exit)


def run_directly(home: Any, options: Any) -> Any:
    """The cycle in this process, with progress on stderr."""
    from flows.cli.progress import Progress
    from flows.run import run_monitor

    with Progress() as progress:
        return run_monitor(home, options, tell=progress.tell)


def run_as_flow(home: Any, options: Any) -> Any:
    """The cycle as a run of the flow `monitor`: on the server that serves this home, else on a temporary one."""
    from flows.orchestrator import prepare, serving_api
    from flows.rules import load_rules
    from flows.settings import load_config

    load_config(home.root)  # mistakes are said here, in a line, and not in a traceback of the flow
    load_rules(home.root)
    api_url = serving_api(home)
    if told("verbose"):
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")
    prepare(home, api_url)
    if api_url is None:
        remark("Starting a temporary Prefect server (`--direct` runs without) …")
    from flows.deployments import run_flow

    return run_flow(home, options)


def show_report(home: Any, report: Any) -> None:
    """The ledger as a table, then the run in a sentence."""
    from flows.report import LEDGER_COLUMNS, ledger_rows

    print_table(LEDGER_COLUMNS, ledger_rows(report.ledger))
    click.echo(f"\n{report.headline()}")
    if told("verbose"):
        for feed_id, cause in sorted(report.failing.items()):
            click.echo(f"  {feed_id}: {cause}; `sinoscope feeds why {feed_id}` tells since when", err=True)
    published = (
        home.root / report.published if report.published else "not this time, run.publish_minutes has not passed"
    )
    click.echo(f"Published: {published} (run {report.run_id})")


def show_dry_run(plan: dict[str, Any], as_json: bool) -> int:
    """What a run would do now."""
    if as_json:
        emit_json(plan)
    else:
        click.echo(f"{len(plan['due'])} feeds are due, {plan['waiting']} pages wait. Nothing was requested or written.")
        for feed_id in plan["due"]:
            click.echo(f"  {feed_id}")
    sys.stdout.flush()
    return 0


@click.command()
@click.option("--since", metavar="T", help="Only pages fetched since T (ISO 8601 with zone).")
@click.option("--quarantine", is_flag=True, help="Only pages whose record met a surprise.")
@click.option("--diff", "only_look", is_flag=True, help="Say which articles would change, and change nothing.")
@click.option("--apply", "write", is_flag=True, help="Write and publish; the default without --diff.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def reprocess(
    ctx: click.Context, since: str | None, quarantine: bool, only_look: bool, write: bool, as_json: bool
) -> None:
    """Read archived pages again under today's rules; no site is visited."""
    if only_look and write:
        raise click.UsageError("--diff looks and --apply writes; take one of them")
    from flows.reprocess import diff_archive, diff_json, reprocess_archive
    from flows.run import parse_time

    moment = parse_time(since) if since else None
    if only_look:
        found = diff_json(diff_archive(home_of(ctx), moment, only_quarantine=quarantine))
    else:
        found = reprocess_archive(home_of(ctx), moment, only_quarantine=quarantine)
    if as_json:
        emit_json(found)
    elif only_look:
        show_differences(found)
    else:
        click.echo(f"{found['pages']} pages read again (run {found['run_id']})")


def show_differences(found: dict[str, Any]) -> None:
    """Counts, then the first pages that differ."""
    kinds = ", ".join(f"{found[kind]} {kind}" for kind in ("unchanged", "changed", "gained", "lost"))
    click.echo(f"{found['pages']} pages: {kinds}. Nothing was written; `sinoscope reprocess --apply` does.")
    rows = [
        [
            each["kind"],
            ", ".join(each["fields"]) or each["reason"],
            f"{each['chars_before']} → {each['chars_after']}",
            each["url"],
        ]
        for each in found["differences"][:DIFFERENCES_SHOWN]
    ]
    if rows:
        print_table(["", "what", "characters", "page"], rows)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def maintain(ctx: click.Context, as_json: bool) -> int:
    """Run every data check on the live file and publish; exit 1 when a promise is broken."""
    from flows.maintain import maintain_home
    from flows.run import utc_now

    found = maintain_home(home_of(ctx), utc_now())
    if as_json:
        emit_json(found)
    else:
        for name, rows in found["checks"].items():
            click.echo(f"{'ok ' if not rows else 'BAD'}  {name.replace('_', ' ')}")
    return int(any(found["checks"].values()))
