"""`sinoscope story`, `split` and `merge`: how a story was told over time, and what people decide about it."""

from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import cell, emit_json, harmless

MOST_PASSAGES = 5  # of a version on the screen; all are in --json
PASSAGE_CHARS = 160


@click.command()
@click.argument("key", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def story(ctx: click.Context, key: str, as_json: bool) -> None:
    """A story's versions in time order: who told it, what was kept, dropped, added, whom they credit.

    ID is a story's id (an old one leads to the story it went into), or the id or address of an article in it.
    """
    from extractors.urls import canonical_url
    from warehouse.connection import open_published
    from warehouse.story_history import story_of

    found = story_of(open_published(home_of(ctx).published), key, canonical_url(key) or key)
    lay_side_by_side(found["versions"])
    if as_json:
        emit_json(found)
    else:
        show(found)


def lay_side_by_side(versions: list[dict[str, Any]]) -> None:
    """Say of each copy what it did with the text it was matched with, in place of the texts themselves."""
    texts = {version["article_id"]: version.pop("text") for version in versions}
    for version in versions:
        origin = texts.get(version["duplicate_of"])
        version["passages"] = passages_of(origin, texts[version["article_id"]], version["kind"]) if origin else None


def passages_of(origin: str, text: str, kind: str | None) -> dict[str, Any] | None:
    """What a copy kept, dropped, added and reworded of its origin's text; None for what is no copy."""
    from extractors.stories.aligning import align
    from extractors.words import DuplicateKind, is_copy

    if not is_copy(DuplicateKind(kind) if kind else None):
        return None
    found = align(origin, text)
    return {
        "kept_share": found.kept_share,
        "dropped": list(found.dropped),
        "added": list(found.added),
        "reworded": [{"from": before, "to": after} for before, after in found.reworded],
    }


def show(found: dict[str, Any]) -> None:
    """Versions as paragraphs, then the edges between them."""
    head = found["story"]
    click.echo(
        f"{harmless(head['title'])}\n  story {head['story_id']}: {head['articles']} articles, {head['publishers']} outlets"
    )
    if found["redirected_from"]:
        click.echo(f"  {found['redirected_from']} went into it")
    credits = credits_by_article(found["attributions"])
    for version in found["versions"]:
        show_version(version, head["representative_id"], credits.get(version["article_id"], ""))
    for edge in found["lineage"]:
        click.echo(
            f"{edge['article_id']} <- {edge['origin_article_id']}: {edge['kind']}, {cell(edge['hours'])} hours after,"
            f" confidence {cell(edge['confidence'])}"
        )


def credits_by_article(attributions: list[dict[str, Any]]) -> dict[str, str]:
    """The sources each article credits, in words."""
    names: dict[str, list[str]] = {}
    for each in attributions:
        names.setdefault(each["article_id"], []).append(f"{harmless(each['source_name'])} x{each['count']}")
    return {article_id: ", ".join(sources) for article_id, sources in names.items()}


def show_version(version: dict[str, Any], representative_id: str, credits: str) -> None:
    """One version."""
    kind = version["kind"] or "own words"
    stands = " *" if version["article_id"] == representative_id else ""
    click.echo(
        f"+{version['hours']:.1f} h  {harmless(version['publisher'])} [{version['language']}] {kind}{stands}"
        f"  {harmless(version['title'])}\n          {version['article_id']}  {harmless(version['url'])}"
    )
    for reason in (version["why"], version["pinned"]):
        if reason:
            click.echo(f"          {harmless(reason)}")
    if credits:
        click.echo(f"          credits {credits}")
    if version["passages"]:
        show_passages(version["passages"])


def show_passages(passages: dict[str, Any]) -> None:
    """The first passages of each sort, cut to a line."""
    lines = [("-", text) for text in passages["dropped"][:MOST_PASSAGES]]
    lines += [("+", text) for text in passages["added"][:MOST_PASSAGES]]
    lines += [("~", f"{pair['from']} => {pair['to']}") for pair in passages["reworded"][:MOST_PASSAGES]]
    click.echo(f"          kept {passages['kept_share']:.0%} of the sentences")
    for sign, text in lines:
        short = text if len(text) <= PASSAGE_CHARS else text[: PASSAGE_CHARS - 1] + "…"
        click.echo(f"          {sign} {harmless(short)}")


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE…")
@click.option("--why", default="", help="The reason, kept with the decision.")
@click.pass_context
def split(ctx: click.Context, articles: tuple[str, ...], why: str) -> None:
    """Take articles (ids, see `sinoscope story`) out of their story, with their copies. No later run undoes it."""
    from flows.decisions import split_articles

    story_id, going = split_articles(home_of(ctx), articles, why)
    click.echo(f"story {story_id}: {len(going)} article(s) on their own")


@click.command()
@click.argument("into")
@click.argument("other")
@click.option("--why", default="", help="The reason, kept with the decision.")
@click.pass_context
def merge(ctx: click.Context, into: str, other: str, why: str) -> None:
    """Put story OTHER into story INTO. No later run undoes it; the old id leads to the story that stays."""
    from flows.decisions import merge_stories

    click.echo(f"story {merge_stories(home_of(ctx), into, other, why)} has them all")
