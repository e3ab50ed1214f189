"""`sinoscope stories --jsonl IN OUT`: fold texts into stories, line by line, each against what came before."""

from functools import partial
from typing import Any

import click

from flows.cli.batch import answer, stream


@click.command()
@click.argument("source")
@click.argument("target")
@click.option("--jsonl", is_flag=True, help="SOURCE and TARGET are JSON lines (`-` for the standard streams).")
@click.pass_context
def stories(ctx: click.Context, source: str, target: str, jsonl: bool) -> None:
    """Fold texts into stories: lines {id, title, text, url?, lang?, published?} in time order."""
    if not jsonl:
        raise click.UsageError("write it as: sinoscope stories --jsonl IN OUT")
    from extractors.stories import Placement
    from flows.cli.tag import rules_root
    from flows.rules import load_rules

    placement = Placement(load_rules(rules_root(ctx)).duplicates, ())
    place = partial(row_from, placement)
    stream(source, target, lambda batch: (answer(place, line) for line in batch))


def row_from(placement: Any, record: dict[str, Any]) -> dict[str, Any]:
    """One line's place: a copy or rewrite names what it copies, an article on the same event only its story."""
    from extractors.records import Grade, JudgedArticle, Reason, is_copy
    from flows.cli.tag import article_from

    placed = placement.place(JudgedArticle(article_from(record), Grade.CORE, 1.0, Reason.JOIN, (), ""))
    return {
        "id": record["id"],
        "duplicate_of": placed.duplicate_of if is_copy(placed.kind) else None,
        "kind": str(placed.kind) if placed.kind else None,
        "score": placed.score,
        "why": placed.why,
        "story": placed.story_id,
    }
