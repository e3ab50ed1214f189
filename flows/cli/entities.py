"""`sinoscope entities`: names that the rules lack."""

import click

from flows.cli import home_of
from flows.cli.output import emit_json, print_table
from flows.cli.retag import moment_of


@click.group()
def entities() -> None:
    """Find names that entities.yaml lacks."""


@entities.command()
@click.option("--since", metavar="T", default="30d", show_default=True, help="Articles published since T, or like 30d.")
@click.option("--least", default=3, show_default=True, type=click.IntRange(1), help="In at least so many articles.")
@click.option("--limit", default=40, show_default=True, type=click.IntRange(1), help="At most so many names.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def suggest(ctx: click.Context, since: str, least: int, limit: int, as_json: bool) -> None:
    """Frequent names in relevant articles that no entity stands for, in both scripts."""
    from extractors.tags.suggestions import suggestions
    from flows.rules import load_rules
    from warehouse.connection import open_published
    from warehouse.retagging import relevant_articles

    home = home_of(ctx)
    lexicon = load_rules(home.root).vocabulary.lexicon
    stored = relevant_articles(open_published(home.published), moment_of(since))
    found = suggestions((lexicon.scan(each.article) for each in stored), least)[:limit]
    rows = [[each.name, each.script, each.articles, each.mentions, "; ".join(each.titles[:1])] for each in found]
    columns = ["name", "script", "articles", "mentions", "for example"]
    if as_json:
        emit_json({"schema": 1, "names": [dict(zip(columns[:4], row, strict=False)) for row in rows]})
    elif rows:
        print_table(columns, rows)
    else:
        click.echo("No unknown name comes that often.")
