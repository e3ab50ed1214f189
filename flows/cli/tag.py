"""`sinoscope tag --jsonl IN OUT`: judge and tag texts, line by line, on all cores."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import click

from flows.cli.batch import answer, stream

CHUNK_LINES = 16


@click.command()
@click.argument("source")
@click.argument("target")
@click.option("--jsonl", is_flag=True, help="SOURCE and TARGET are JSON lines (`-` for the standard streams).")
@click.pass_context
def tag(ctx: click.Context, source: str, target: str, jsonl: bool) -> None:
    """Judge and tag texts: lines {id, title, text, url?, lang?, outlet?, published?, home?, scope?}."""
    if not jsonl:
        raise click.UsageError("write it as: sinoscope tag --jsonl IN OUT")
    root = rules_root(ctx)
    from flows.rules import load_rules

    load_rules(root)  # a mistake in config/ is said once, here
    with ProcessPoolExecutor() as pool:
        step = partial(answer_line, str(root))
        stream(source, target, lambda batch: run_batch(pool, step, batch))


def rules_root(ctx: click.Context) -> Path:
    """The home whose rules count; without one the shipped rules do."""
    from extractors.errors import ConfigError
    from flows.cli import home_of
    from flows.home import shipped_config

    try:
        return home_of(ctx).root
    except ConfigError:
        if ctx.find_root().obj["home"]:
            raise
        return shipped_config().parent


def run_batch(pool: ProcessPoolExecutor, step: Any, batch: list[str]) -> Iterator[str]:
    """Answers in order."""
    return iter(pool.map(step, batch, chunksize=CHUNK_LINES))


@cache
def rules_of(root: str) -> Any:
    """The rules, built once per worker."""
    from flows.rules import load_rules

    return load_rules(Path(root))


def answer_line(root: str, line: str) -> str:
    """One line, in a worker."""
    return answer(partial(row_from, rules_of(root)), line)


def row_from(rules: Any, record: dict[str, Any]) -> dict[str, Any]:
    """A line of the input as a row of the output, in the contract's shape; `attributions` has the anonymous sources too."""
    article = article_from(record)
    scan = rules.vocabulary.lexicon.scan(article)
    judged = rules.relevance.verdict(scan)
    tags = rules.vocabulary.tags_from(scan)
    sources = [{"name": a.source_name, "kind": a.kind, "count": a.count, "linked": a.linked} for a in tags.attributions]
    return {
        "id": record.get("id"),
        "relevant": judged.grade != "not",
        "grade": str(judged.grade),
        "score": judged.score,
        "reason": str(judged.reason),
        "topics": topics_of(tags),
        "entities": [
            {"id": m.entity_id, "name": m.name, "mentions": m.mentions, "main": m.is_main} for m in tags.mentions
        ],
        "cited_sources": [source for source in sources if source["kind"] != "anonymous"],
        "attributions": sources,
        "years": [{"year": year, "kind": kind} for year, kind in sorted({(y.year, y.kind) for y in tags.years})],
        "takeaways": [takeaway.text for takeaway in tags.takeaways],
        "flags": [flag.flag for flag in tags.flags],
        "items": items_of(rules, article),
    }


def topics_of(tags: Any) -> list[dict[str, Any]]:
    """The article's topics, each with the sections that carry it."""
    sections: dict[str, list[int]] = {}
    for topic in tags.topics:
        if topic.section_no is not None:
            sections.setdefault(topic.topic, []).append(topic.section_no)
    return [
        {
            "topic": topic.topic,
            "score": topic.score,
            "sections": sections.get(topic.topic, []),
            "evidence": list(dict.fromkeys(span.words for span in topic.spans)),
        }
        for topic in tags.topics
        if topic.section_no is None
    ]


def items_of(rules: Any, article: Any) -> list[dict[str, Any]]:
    """The items of a digest, each with its own verdict; character offsets into the text as given."""
    items = []
    for item in rules.relevance.items_in(article):
        judged = rules.relevance.verdict(rules.vocabulary.lexicon.scan(item.article))
        items.append(
            {
                "start": item.start,
                "end": item.end,
                "title": item.article.title,
                "relevant": judged.grade != "not",
                "grade": str(judged.grade),
                "reason": str(judged.reason),
            }
        )
    return items


def article_from(record: dict[str, Any]) -> Any:
    """A line of the input as an article."""
    from extractors.articles.metadata import script_of
    from extractors.records import Article, Feed, Scope, text_to_sections
    from extractors.urls import publisher_of

    text, title = clean(record.get("text")), clean(record.get("title"))
    published_at = time_of(record.get("published"))
    language, script = script_of(f"{title}\n{text}", str(record.get("lang") or "").split("-")[0])
    scope = Scope.DOMESTIC if record.get("scope") == "domestic" else Scope.GLOBAL
    url = str(record.get("url") or "")
    feed = Feed(
        "",
        url,
        title=str(record.get("outlet") or ""),
        publisher=publisher_of(url),
        home=str(record.get("home") or ""),
        scope=scope,
    )
    return Article(
        article_id=str(record.get("id")),
        entry_id="",
        page_id="",
        url=url,
        feed=feed,
        title=title,
        sections=text_to_sections(text),
        first_seen_at=published_at or datetime.now(UTC),
        published_at=published_at,
        language=language,
        script=script,
    )


def clean(value: Any) -> str:
    """A text of the input without NUL and lone surrogates."""
    return str(value or "").replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def time_of(text: Any) -> datetime | None:
    """A time or day of the input as UTC, or None."""
    try:
        moment = datetime.fromisoformat(str(text))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # a zone can push year 1 out of the calendar
        return None
