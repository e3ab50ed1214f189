"""`sinoscope vote` and `sinoscope entities`: what readers know better than the rules."""

import click

from flows.cli import home_of
from flows.cli.output import emit_json, print_table
from flows.cli.retag import moment_of


@click.command()
@click.argument("url")
@click.argument("sign", type=click.Choice(["+", "-"]))
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def vote(ctx: click.Context, url: str, sign: str, as_json: bool) -> None:
    """Say that URL is (+) or is not (-) AI-and-China coverage; kept to measure the rules by. The latest vote counts."""
    from extractors.urls import canonical_url
    from flows.run import utc_now
    from warehouse import votes
    from warehouse.store import Warehouse
    from warehouse.transactions import transaction

    address, now = canonical_url(url) or url, utc_now()
    with Warehouse.open_live(home_of(ctx).data, now) as warehouse, transaction(warehouse.connection):
        connection = warehouse.connection
        if not votes.is_known(connection, address):
            raise click.UsageError(f"{url}: never seen; no polled feed listed it")
        votes.cast(connection, address, sign == "+", now)
        kept, tally = votes.vote_on(connection, address), votes.tally(connection)
    if as_json:
        emit_json({"schema": 1, "vote": kept, "tally": tally})
    elif kept is not None:
        said = f"the rules said {kept['grade']} ({kept['score']:.2f})" if kept["grade"] else "its page was never judged"
        click.echo(f"Kept: {sign}; {said}. {tally['agreed']} of {tally['votes']} votes agree with the rules.")


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
