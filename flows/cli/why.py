"""`sinoscope why URL`: what became of an address, and what decided it."""

from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import cell, emit_json, harmless
from flows.cli.story import passages_of, show_passages

MOST_SHARED = 8


@click.command()
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def why(ctx: click.Context, url: str, as_json: bool) -> None:
    """What became of a URL: outcome, the sentences that decided, tags, story, rule versions."""
    from extractors.urls import canonical_url
    from warehouse.connection import open_published
    from warehouse.readers import why_of

    found = why_of(open_published(home_of(ctx).published), url, canonical_url(url) or url)
    if found is None:
        raise click.UsageError(f"{url}: never seen; no polled feed listed it up to the latest snapshot")
    if found["story"] and found["story"]["match"]:
        lay_side_by_side(found["story"]["kind"], found["story"]["match"])
    if as_json:
        emit_json(found)
    else:
        show(found)


def show(found: dict[str, Any]) -> None:
    """One screen."""
    for entry in found["entries"]:
        reason = f" ({entry['reason']})" if entry["reason"] else ""
        click.echo(
            f"{harmless(entry['title'])}\n  seen in {entry['feed_id']} {cell(entry['first_seen_at'])}: {entry['outcome']}{reason}"
        )
    page, article = found["page"], found["article"]
    if page:
        came = f"fetched {cell(page['fetched_at'])}, robots {page['robots_state']}"
        click.echo(f"  page: {page['cause'] or came}" + (", rights reserved (TDM)" if page["tdm_reserved"] else ""))
    if not article:
        return
    click.echo(
        f"  judged {article['grade']}, score {article['score']:.2f} ({article['reason']}); rules {article['rules_version']}"
    )
    for proof in found["evidence"]:
        click.echo(f"    “{harmless(proof['words'])}”")
    topics = [f"{topic['topic']} {topic['score']:.1f}" for topic in found["topics"] if topic["section_no"] is None]
    click.echo(f"  topics: {', '.join(topics) or 'none'}")
    main = [entity["entity_id"] for entity in found["entities"] if entity["is_main"]]
    others = [entity["entity_id"] for entity in found["entities"] if not entity["is_main"]]
    click.echo(
        f"  about: {', '.join(main) or 'nobody in particular'}"
        + (f"; also named: {', '.join(others)}" if others else "")
    )
    show_story(found["story"])


def lay_side_by_side(kind: str, match: dict[str, Any]) -> None:
    """What the article and the one it was matched with have in common, in place of their texts."""
    from extractors.stories.aligning import amounts_shared

    own, other = match.pop("own_text"), match.pop("text")
    match["amounts"] = list(amounts_shared(own, other))
    match["passages"] = passages_of(other, own, kind)


def show_story(story: dict[str, Any] | None) -> None:
    """Its place in a story, and why it is there: the article it was matched with, and what both have."""
    if story is None:
        return
    place = f"{story['kind']}, {story['score']:.2f}: {story['why']}" if story["kind"] else "its own words"
    click.echo(f"  story {story['story_id']} ({story['articles']} articles): {place}")
    match = story["match"]
    if match is None:
        return
    hours = f"{abs(match['hours']):.1f} h {'later' if match['hours'] < 0 else 'earlier'}"
    click.echo(
        f"    matched with {match['article_id']} ({harmless(match['publisher'])} [{match['language']}], {hours}):"
        f" {harmless(match['title'])}"
    )
    for words, shared in (("both name", match["entities"]), ("both give", match["amounts"])):
        if shared:
            more = f" and {len(shared) - MOST_SHARED} more" if len(shared) > MOST_SHARED else ""
            click.echo(f"    {words} {', '.join(map(harmless, shared[:MOST_SHARED]))}{more}")
    if match["passages"]:
        show_passages(match["passages"])
