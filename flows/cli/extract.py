"""`sinoscope extract`: a page as an article, one page or many."""

import base64
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import tee
from pathlib import Path
from typing import Any

import click

from flows.cli.batch import answer, as_line, parsed, stream_lines
from flows.cli.output import emit_json, harmless


@click.command()
@click.argument("source", required=False)
@click.argument("target", required=False)
@click.option("--jsonl", is_flag=True, help="SOURCE and TARGET are JSON lines (`-` for the standard streams).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def extract(ctx: click.Context, source: str | None, target: str | None, jsonl: bool, as_json: bool) -> int:
    """Turn a page (file, address, or `-`) into an article."""
    if jsonl:
        if not source or not target:
            raise click.UsageError("--jsonl needs two files: IN and OUT (`-` for the standard streams)")
        from flows.workers import Workers

        with Workers() as workers:
            stream_lines(source, target, lambda lines: answers(workers, lines))
        return 0
    body, url, headers = page_of(ctx, source or "-")
    row = row_of({"id": url}, body, url, headers)
    if as_json:
        emit_json({"schema": 1, **row})
    else:
        show(row)
    return 0 if row["ok"] else 4


def answers(workers: Any, lines: Iterator[str]) -> Iterator[str]:
    """Answers to lines, each within its limits of time and memory."""
    from extractors.records import Dropped, Stage

    lines, sent = tee(lines)  # a line without an answer is read again for its id
    for line, result in zip(lines, workers.stream(Stage.EXTRACT, answer_line, sent), strict=True):
        if isinstance(result, Dropped):
            yield as_line({"id": parsed(line).get("id"), "ok": False, "reason": str(result.reason)})
        elif isinstance(result, BaseException):
            yield as_line({"id": parsed(line).get("id"), "ok": False, "reason": f"{type(result).__name__}: {result}"})
        else:
            yield result


def answer_line(line: str) -> str:
    """One line, in a worker."""
    return answer(row_from, line)


def row_from(record: dict[str, Any]) -> dict[str, Any]:
    """A line of the input as a row of the output."""
    body = (
        base64.b64decode(record["html_base64"])
        if "html_base64" in record
        else str(record["html"]).encode("utf-8", "replace")
    )
    headers = {str(name).lower(): str(value) for name, value in (record.get("headers") or {}).items()}
    return row_of(record, body, str(record.get("url") or ""), headers)


def row_of(record: dict[str, Any], body: bytes, url: str, headers: dict[str, str]) -> dict[str, Any]:
    """What was extracted, in the contract's shape."""
    from extractors.articles import read_page
    from extractors.articles.reading import VERSION
    from extractors.records import Dropped, sections_to_text

    read = read_page(body, url, headers)
    if isinstance(read, Dropped):
        return {"id": record.get("id"), "ok": False, "reason": str(read.reason), "detail": read.detail}
    return {
        "id": record.get("id"),
        "ok": True,
        "title": read.title,
        "subtitle": read.subtitle,
        "authors": list(read.authors),
        "section": read.section,
        "published_at": read.published_at.isoformat() if read.published_at else None,
        "published_from": read.published_from,
        "language": read.language,
        "sections": [{"heading": section.heading, "text": section.text} for section in read.sections],
        "text": sections_to_text(read.sections),
        "extractor": VERSION,
        "updated_at": read.updated_at.isoformat() if read.updated_at else None,
        "origins": dict(read.origins),
        "choice": asdict(read.choice),
        "removed": [asdict(each) for each in read.removed],
        "variants": dict(read.variants),
    }


def page_of(ctx: click.Context, source: str) -> tuple[bytes, str, dict[str, str]]:
    """Bytes, address and headers of one page: from a file, the standard input, or the web by our own client."""
    if source == "-":
        return sys.stdin.buffer.read(), "", {}
    if "://" not in source:
        path = Path(source)
        if not path.is_file():
            raise click.UsageError(f"{source}: no such file, and no address")
        return path.read_bytes(), "", {}
    return fetched(ctx, source)


def fetched(ctx: click.Context, url: str) -> tuple[bytes, str, dict[str, str]]:
    """A page from the web, robots.txt respected. Raises NetworkError with the cause."""
    from extractors.errors import ConfigError, NetworkError
    from extractors.records import Page
    from flows.cli import home_of
    from flows.fetching import fetch_one
    from flows.settings import Settings, load_config

    try:
        settings = load_config(home_of(ctx).root).settings
    except ConfigError:
        settings = Settings()  # no home: the defaults will do for one page
    page = fetch_one(url, settings)
    if not isinstance(page, Page):
        raise NetworkError(f"{url}: {page.detail or page.reason}")
    return page.body, page.fetch.final_url, dict(page.headers)


def show(row: dict[str, Any]) -> None:
    """The article as text."""
    if not row["ok"]:
        click.echo(f"No article: {row['reason']} ({row['detail']})")
        return
    click.echo(harmless(row["title"]))
    for name in ("subtitle", "section", "published_at"):
        if row[name]:
            click.echo(f"{name}: {harmless(str(row[name]))}")
    if row["authors"]:
        click.echo(f"by {harmless(', '.join(row['authors']))}")
    click.echo(f"\n{harmless(row['text'])}")
