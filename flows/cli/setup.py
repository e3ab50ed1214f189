"""`sinoscope init` and `doctor`: a home to start from, and whether this machine and home are fit."""

from pathlib import Path

import click

from flows.cli import home_of
from flows.cli.output import emit_json


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="Feeds of a local newsroom with sample texts: works without network.")
@click.pass_context
def init(ctx: click.Context, folder: Path | None, demo: bool) -> None:
    """Make a home in DIR, else in --home, else here: config files, and with --demo a local newsroom to try it on."""
    from flows.new_home import make_home
    from flows.run import utc_now

    folder = folder or Path(ctx.find_root().obj["home"] or ".")
    made = make_home(folder, demo_at=utc_now() if demo else None)
    click.echo(f"Made {made.folder}: {made.feed_count} feeds, {made.file_count} config files. No network was used.")
    click.echo(f"Next:  sinoscope --home {folder} run")
    click.echo(f"       sinoscope --home {folder} trends")
    click.echo(f"       sinoscope --home {folder} query --list")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> int:
    """Check this machine, the home and its configuration; exit 3 when something must be mended."""
    from flows.doctor import examine

    findings = examine(home_of(ctx))
    broken = [finding for finding in findings if finding.level == "bad"]
    if as_json:
        emit_json({"schema": 1, "findings": [{"level": f.level, "what": f.what} for f in findings]})
    else:
        for finding in findings:
            click.echo(f"{finding.level:<5}{finding.what}")
    return 3 if broken else 0
