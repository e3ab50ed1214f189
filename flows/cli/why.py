"""`sinoscope why URL`: what became of an address, and what decided it."""

from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import cell, emit_json, harmless


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


def show_story(story: dict[str, Any] | None) -> None:
    """Its place in a story, and why it is there."""
    if story is None:
        return
    place = f"{story['kind']} of {story['duplicate_of']}: {story['why']}" if story["kind"] else "its first report"
    click.echo(f"  story {story['story_id']} ({story['articles']} articles): {place}")
