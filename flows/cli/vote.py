"""`sinoscope vote`: readers' word on relevance."""

import click

from flows.cli import home_of
from flows.cli.output import emit_json


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
