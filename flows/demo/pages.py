"""Turns samples into the bytes an outlet serves: article pages, front pages and feeds in its charset."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.demo.outlets import FeedFormat, Outlet
from flows.demo.samples import Sample

MARKER = "Sample text written for demonstration."
TEASERS = 4
SUMMARY_CHARS = {"en": 220, "zh-Hans": 80, "zh-Hant": 80}
CONTENT_TYPES = {
    FeedFormat.RSS: "application/rss+xml",
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.JSON_FEED: "application/feed+json",
    FeedFormat.NEWS_SITEMAP: "application/xml",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an article's body; `kind` is heading | list | paragraph, a list has several lines."""

    kind: str
    lines: tuple[str, ...]


def blocks_of(text: str) -> tuple[Block, ...]:
    """The text as written in YAML, cut at empty lines into headings, lists and paragraphs."""
    return tuple(block_of(piece) for piece in re.split(r"\n\s*\n", text.strip()) if piece.strip())


def block_of(piece: str) -> Block:
    """One piece between empty lines."""
    lines = [line.strip() for line in piece.strip().splitlines()]
    if lines[0].startswith("## "):
        return Block("heading", (lines[0][3:].strip(),))
    if all(line.startswith("- ") for line in lines):
        return Block("list", tuple(line[2:].strip() for line in lines))
    return Block("paragraph", (" ".join(lines),))


def summary_of(sample: Sample) -> str:
    """The beginning of the first paragraph, as feeds show it; cut at a word where the script has words."""
    first = next((block.lines[0] for block in blocks_of(sample.text) if block.kind == "paragraph"), sample.title)
    limit = SUMMARY_CHARS[sample.language]
    if len(first) <= limit:
        return first
    cut = first[:limit]
    return (cut.rsplit(" ", 1)[0] if sample.language == "en" else cut) + "…"


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The Jinja2 environment of the newsroom; everything printed is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(rfc822=format_datetime, summary=summary_of, blocks=blocks_of, local=local_time)
    environment.globals["marker"] = MARKER
    return environment


def local_time(sample: Sample) -> Any:
    """When the sample appeared, on its outlet's clock."""
    return sample.outlet.local(sample.published_at)


def render(template: str, outlet: Outlet, **context: Any) -> bytes:
    """A template in the outlet's charset; what the charset lacks becomes a numeric character reference."""
    text = templates().get_template(template).render(outlet=outlet, **context)
    return text.encode(outlet.charset, "xmlcharrefreplace")


def article_page(sample: Sample, all_of_outlet: Sequence[Sample]) -> bytes:
    """The page of one article, with teasers of others and everything that stands around a text."""
    others = [other for other in all_of_outlet if other.id != sample.id]
    return render(
        sample.outlet.template,
        sample.outlet,
        sample=sample,
        at=local_time(sample),
        blocks=blocks_of(sample.text),
        teasers=others[:TEASERS],
        json_ld=json_ld_of(sample),
    )


def json_ld_of(sample: Sample) -> dict[str, Any]:
    """The article as schema.org's NewsArticle."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": sample.title,
        "articleSection": sample.desk,
        "datePublished": local_time(sample).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in sample.byline],
        "publisher": {"@type": "NewsMediaOrganization", "name": sample.outlet.name},
        "mainEntityOfPage": sample.url,
        "inLanguage": sample.language,
    }


def front_page(outlet: Outlet, samples: Sequence[Sample]) -> bytes:
    """The outlet's front page: a list of its articles and a pointer to its feed."""
    return render("front.html", outlet, samples=samples, feed_type=CONTENT_TYPES[outlet.format])


def not_found_page(outlet: Outlet, path: str) -> bytes:
    """What an outlet answers where nothing is."""
    return render("not_found.html", outlet, path=path)


def feed_of(outlet: Outlet, samples: Sequence[Sample]) -> bytes:
    """The outlet's feed in its own format, newest first; valid also without articles."""
    if outlet.format is FeedFormat.JSON_FEED:
        return json_feed(outlet, samples)
    return render(f"{outlet.format}.xml", outlet, samples=samples)


def json_feed(outlet: Outlet, samples: Sequence[Sample]) -> bytes:
    """JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": outlet.home_url,
        "feed_url": outlet.feed_url,
        "description": MARKER,
        "language": outlet.language,
        "items": [json_item(sample) for sample in samples],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def json_item(sample: Sample) -> dict[str, Any]:
    """One item of a JSON Feed."""
    return {
        "id": sample.url,
        "url": sample.url,
        "title": sample.title,
        "summary": summary_of(sample),
        "content_text": summary_of(sample),
        "date_published": local_time(sample).isoformat(),
        "authors": [{"name": name} for name in sample.byline],
        "tags": [sample.desk],
    }
