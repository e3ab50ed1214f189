"""`sinoscope feeds`: list, add, check, fix, pause and explain feeds; OPML in and out."""

from pathlib import Path
from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import cell, emit_json, print_table, remark


@click.group()
def feeds() -> None:
    """List, add, check, fix, pause and explain feeds; import and export OPML."""


@feeds.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def list_feeds(ctx: click.Context, as_json: bool) -> None:
    """The configured feeds, with what their polls taught."""
    from flows.run import utc_now
    from flows.settings import load_config
    from warehouse.readers import published_states

    home = home_of(ctx)
    config, states = load_config(home.root).at(utc_now()), published_states(home.published)
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
        "paused_until": feed.paused_until,
        "state": str(health),
        "next_poll_at": state.next_poll_at if state else None,
        "note": feed.note,
    }


@feeds.command()
@click.argument("url")
@click.option("--id", "feed_id", help="Its id; else made from the host name.")
@click.option("--title", default="", help="Its name; else what the feed calls itself.")
@click.option("--language", default="", help="BCP 47, like en or zh.")
@click.option("--home", "country", default="", help="ISO 3166 code of the publisher's country.")
@click.option("--unseen", is_flag=True, help="Add the address as it is, without looking at it.")
@click.option("--dry-run", is_flag=True, help="Show the entry; write nothing.")
@click.pass_context
def add(ctx: click.Context, /, url: str, feed_id: str | None, unseen: bool, dry_run: bool, **given: str) -> None:
    """Add a feed to config/feeds.yaml, by its address or its site's; comments stay as they are.

    Given a page, the feed it names is added, else one at a usual address such as /feed.
    """
    from flows.feed_add import entry_for
    from flows.feeds_file import add_feeds
    from flows.run import utc_now

    home = home_of(ctx)
    words = {"title": given["title"], "language": given["language"], "home": given["country"]}
    entry, remarks = entry_for(home, url, utc_now(), feed_id, words, unseen=unseen)
    added = add_feeds(home.root, [entry], dry_run=dry_run)
    for each in remarks:
        remark(each)
    verb = "Would add" if dry_run else "Added"
    click.echo("\n".join(f"{verb} {each['id']}: {each['url']}" for each in added))


@feeds.command()
@click.argument("ids", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def check(ctx: click.Context, ids: tuple[str, ...], as_json: bool) -> int:
    """Ask feeds (by ID, or an address) now and say what came: status, format, newest entry, verdict. Nothing is stored."""
    from flows.cli.progress import Count
    from flows.feed_check import ANSWERING, check_feeds
    from flows.run import utc_now

    with Count("feeds asked") as count:
        rows = check_feeds(home_of(ctx), ids, utc_now(), count.tell)
    if as_json:
        emit_json({"schema": 1, "feeds": rows})
    else:
        names = ["id", "verdict", "status", "format", "entries", "newest_at", "robots", "tdm_reserved", "detail"]
        print_table(names, [[row[name] for name in names] for row in rows])
        ill = [row for row in rows if row["verdict"] != "ok"]
        remark(f"{len(rows) - len(ill)} of {len(rows)} feeds are well")
        for row in ill:
            remark(f"{row['id']}: {row['verdict']}: {row['remedy']}")
    return 5 if rows and all(row["verdict"] not in ANSWERING for row in rows) else 0


@feeds.command()
@click.argument("ids", nargs=-1)
@click.option("--apply", "apply", is_flag=True, help="Write the proposals into config/feeds.yaml; comments stay.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def fix(ctx: click.Context, ids: tuple[str, ...], apply: bool, as_json: bool) -> None:
    """Look where failing and silent feeds went and propose: a moved address, the feed the site names now, or to switch off."""
    from dataclasses import asdict

    from flows.cli.progress import Count
    from flows.feed_fix import apply_fixes, propose_fixes
    from flows.run import utc_now

    home = home_of(ctx)
    with Count("feeds asked") as count:
        proposals = propose_fixes(home, ids, utc_now(), count.tell)
    written = apply_fixes(home, proposals) if apply else []
    if as_json:
        emit_json({"schema": 1, "applied": len(written), "proposals": [asdict(each) for each in proposals]})
        return
    names = ["feed_id", "action", "new_url", "why"]
    print_table(names, [[asdict(each)[name] for name in names] for each in proposals])
    changing = sum(each.action != "wait" for each in proposals)
    remark(
        f"{len(written)} feeds changed in config/feeds.yaml"
        if apply
        else f"{changing} changes proposed; `sinoscope feeds fix --apply` writes them"
    )


@feeds.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--until", metavar="T", help="2026-12-01 or a time with zone; else until `feeds resume`.")
@click.pass_context
def pause(ctx: click.Context, ids: tuple[str, ...], until: str | None) -> None:
    """Stop polling feeds, for good or until a time; what is stored of them stays."""
    from flows.feeds_file import Change, change_feeds
    from flows.run import parse_time

    time = parse_time(f"{until}T00:00:00Z" if len(until) == len("2026-12-01") else until) if until else None
    values = {"paused_until": time.isoformat()} if time else {"enabled": False, "paused_until": None}
    change_feeds(home_of(ctx).root, {feed_id: Change(values) for feed_id in ids})
    click.echo(f"Paused {', '.join(ids)}" + (f" until {cell(time)}" if time else ""))


@feeds.command()
@click.argument("ids", nargs=-1, required=True)
@click.pass_context
def resume(ctx: click.Context, ids: tuple[str, ...]) -> None:
    """Poll paused feeds again from the next run on."""
    from flows.feeds_file import Change, change_feeds

    change_feeds(home_of(ctx).root, {feed_id: Change({"enabled": None, "paused_until": None}) for feed_id in ids})
    click.echo(f"Resumed {', '.join(ids)}")


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
