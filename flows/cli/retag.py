"""`sinoscope retag` and `sinoscope topics`: what a rule change does to the archive, before and after it is made."""

from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import emit_json, harmless, print_table

SHOWN = 20


@click.command()
@click.option("--diff", "only_look", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--apply", "write", is_flag=True, help="Write the new tags and publish.")
@click.option("--since", metavar="T", help="Only articles published since T: ISO 8601, or like 30d.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def retag(ctx: click.Context, only_look: bool, write: bool, since: str | None, as_json: bool) -> None:
    """Tag stored articles again under today's rules, without fetching anything."""
    if only_look is write:
        raise click.UsageError("write it as: sinoscope retag --diff, or sinoscope retag --apply")
    from flows.retag import apply, diff

    changes = (apply if write else diff)(home_of(ctx), moment_of(since))
    if as_json:
        emit_json(changes.to_json())
    else:
        show(changes, "changed" if write else "would change")


def show(changes: Any, verb: str) -> None:
    """Relevance gained and lost, then topics."""
    if not changes.articles:
        click.echo("Every article has today's tags already; nothing to do.")
        return
    click.echo(f"{changes.articles} articles of older rules. What {verb}:")
    for name, found in (("gained relevance", changes.gained), ("lost relevance", changes.lost)):
        click.echo(f"  {name}: {len(found)}")
        for _, title in found[:SHOWN]:
            click.echo(f"    {harmless(title)}")
    counts = changes.to_json()["topics"]
    print_table(["topic", "gained", "lost", "unchanged"], [[topic, *row.values()] for topic, row in counts.items()])


@click.group()
def topics() -> None:
    """List the topics; test a changed one on the archive before it counts."""


@topics.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def list_topics(ctx: click.Context, as_json: bool) -> None:
    """The topics that are on, with their number of cues and what they mean."""
    from flows.cli.tag import rules_root
    from flows.rules import load_rules

    rows = [
        {
            "topic": topic.id,
            "name": topic.name,
            "name_zh": topic.name_zh,
            "group": topic.group,
            "strong": len(list(topic.strong)),
            "cues": len(list(topic.cues)),
            "definition": topic.definition,
        }
        for topic in load_rules(rules_root(ctx)).vocabulary.topics
    ]
    if as_json:
        emit_json({"schema": 1, "topics": rows})
    else:
        print_table(list(rows[0]), [list(row.values()) for row in rows])


@topics.command()
@click.argument("topic")
@click.option("--since", metavar="T", default="30d", show_default=True, help="Articles published since T, or like 30d.")
@click.option("--with", "draft", type=click.Path(exists=True), help="Another topics.yaml than the home's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def test(ctx: click.Context, topic: str, since: str, draft: str | None, as_json: bool) -> None:
    """Which articles TOPIC gains and loses under today's topics.yaml (or a draft), against the tags that are stored."""
    from pathlib import Path

    from flows.retag import diff, topic_json
    from flows.rules import load_rules

    home = home_of(ctx)
    known = [each.id for each in load_rules(home.root, Path(draft) if draft else None).vocabulary.topics]
    if topic not in known:
        from flows.yaml_files import suggestion

        raise click.UsageError(f"no topic {topic!r} is on{suggestion(topic, known)}; see: sinoscope topics list")
    changes = diff(home, moment_of(since), Path(draft) if draft else None)
    counts = topic_json(changes.topics[topic]) if topic in changes.topics else {"gained": 0, "lost": 0, "unchanged": 0}
    found = [
        {"change": change, "article_id": key, "title": title} for change, key, title in changes.examples.get(topic, [])
    ]
    if as_json:
        emit_json({"schema": 1, "topic": topic, "articles": changes.articles, **counts, "changes": found})
        return
    click.echo(
        f"{topic}: {counts['gained']} gained, {counts['lost']} lost, {counts['unchanged']} unchanged "
        f"(of {changes.articles} articles that other rules tagged). Nothing was written."
    )
    for row in found[:SHOWN]:
        click.echo(f"  {'+' if row['change'] == 'gained' else '-'} {harmless(row['title'])}")


def moment_of(since: str | None) -> Any:
    """ISO 8601 with zone, or a number of days like 30d before now; None for all."""
    from datetime import timedelta

    from flows.run import parse_time, utc_now

    if since is None:
        return None
    if since.endswith("d") and since[:-1].isdigit():
        return utc_now() - timedelta(days=int(since[:-1]))
    return parse_time(since)
