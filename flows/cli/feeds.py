"""`sinoscope feeds`: list, add, check and explain feeds; OPML in and out."""

from pathlib import Path
from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import cell, emit_json, print_table, remark


@click.group()
def feeds() -> None:
    """List, add, check and explain feeds; import and export OPML."""


@feeds.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def list_feeds(ctx: click.Context, as_json: bool) -> None:
    """The configured feeds, with what their polls taught."""
    from flows.settings import load_config
    from warehouse.readers import published_states

    home = home_of(ctx)
    config, (states, _) = load_config(home.root), published_states(home.published)
    rows = [feed_row(feed, states.get(feed.feed_id)) for feed in config.feeds]
    if as_json:
        emit_json({"schema": 1, "feeds": rows})
        return
    names = ["id", "language", "home", "source_kind", "state", "next_poll_at", "url"]
    print_table(names, [[row[name] for name in names] for row in rows])


def feed_row(feed: Any, state: Any) -> dict[str, Any]:
    """A feed as configured, with its state."""
    health = (
        "paused" if not feed.enabled else "not polled" if state is None or not state.polled_at else state.cause or "ok"
    )
    return {
        "id": feed.feed_id,
        "url": feed.url,
        "title": feed.title,
        "publisher": feed.publisher,
        "language": feed.language,
        "home": feed.home,
        "scope": str(feed.scope),
        "kind": str(feed.kind),
        "source_kind": str(feed.source_kind),
        "enabled": feed.enabled,
        "state": str(health),
        "next_poll_at": state.next_poll_at if state else None,
        "note": feed.note,
    }


@feeds.command()
@click.argument("url")
@click.option("--id", "feed_id", help="Its id; else made from the host name.")
@click.option("--title", default="", help="Its name.")
@click.option("--language", default="", help="BCP 47, like en or zh.")
@click.option("--home", "country", default="", help="ISO 3166 code of the publisher's country.")
@click.option("--dry-run", is_flag=True, help="Show the entry; write nothing.")
@click.pass_context
def add(
    ctx: click.Context, url: str, feed_id: str | None, title: str, language: str, country: str, dry_run: bool
) -> None:
    """Add a feed to config/feeds.yaml; comments stay as they are."""
    from flows.feeds_file import add_feeds, suggested_id

    entry = {"id": feed_id or suggested_id(url), "url": url, "title": title, "language": language, "home": country}
    entry = {name: value for name, value in entry.items() if value}
    added = add_feeds(home_of(ctx).root, [entry], dry_run=dry_run)
    verb = "Would add" if dry_run else "Added"
    click.echo("\n".join(f"{verb} {each['id']}: {each['url']}" for each in added))


@feeds.command()
@click.argument("ids", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def check(ctx: click.Context, ids: tuple[str, ...], as_json: bool) -> int:
    """Ask feeds (by ID, or an address) now and say what came: status, format, newest entry, verdict. Nothing is stored."""
    from flows.feed_check import check_feeds

    rows = check_feeds(home_of(ctx), ids)
    if as_json:
        emit_json({"schema": 1, "feeds": rows})
    else:
        names = ["id", "verdict", "status", "format", "entries", "newest_at", "detail"]
        print_table(names, [[row[name] for name in names] for row in rows])
    return 5 if rows and all(row["verdict"] not in ("ok", "silent") for row in rows) else 0


@feeds.command()
@click.argument("feed_id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def why(ctx: click.Context, feed_id: str, as_json: bool) -> None:
    """The latest polls of a feed, when the next comes, and why then."""
    from warehouse.connection import open_published
    from warehouse.readers import feed_history

    found = feed_history(open_published(home_of(ctx).published), feed_id)
    if found is None:
        raise click.UsageError(f"no feed {feed_id!r} in the snapshot; `sinoscope feeds list` shows them")
    if as_json:
        emit_json({"schema": 1, **found})
        return
    feed = found["feed"]
    click.echo(
        f"{feed_id}: {feed['state']}"
        + (f", {feed['cause']} since {cell(feed['failing_since_at'])}" if feed["cause"] else "")
    )
    click.echo(f"next poll {cell(feed['next_poll_at'])}")
    names = ["polled_at", "status", "cause", "entries", "new", "ms", "bytes", "why"]
    print_table(names, [[poll[name] for name in names] for poll in found["polls"]])


@feeds.command("import-opml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be added; write nothing.")
@click.pass_context
def import_opml(ctx: click.Context, file: Path, dry_run: bool) -> None:
    """Add the feeds of an OPML file that are not there yet."""
    from flows.feeds_file import add_feeds, known
    from flows.opml import entries_from_opml

    root = home_of(ctx).root
    entries = entries_from_opml(file.read_bytes(), *known(root))
    added = add_feeds(root, entries, dry_run=dry_run) if entries else []
    for each in added:
        click.echo(f"{'would add' if dry_run else 'added'} {each['id']}: {each['url']}")
    remark(f"{len(added)} feeds {'would be ' if dry_run else ''}added from {file}")


@feeds.command("export-opml")
@click.pass_context
def export_opml(ctx: click.Context) -> None:
    """The configured feeds as OPML 2.0 on stdout."""
    from flows.opml import opml_of
    from flows.settings import load_config

    click.echo(opml_of(load_config(home_of(ctx).root).feeds), nl=False)
