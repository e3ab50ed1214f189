"""Reads what a page says of itself: title, second title, byline and desk, times, language. Each value with its origin."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from extractors.articles.bylines import BY, byline_of
from extractors.articles.dates import published_of, updated_of
from extractors.articles.lines import Line, fold
from extractors.articles.marks import Marks, word
from extractors.articles.tail import CUTS

SITE_SEPARATORS = re.compile(r"\s+[|–—»·-]\s+|\s*[|_]\s*|\s+::\s+")
SIMPLIFIED = re.compile("[国这为来时们会对发经业与产动实体现机关学进电东车书长门问间见说话请让认设计论证议记调语]")
TRADITIONAL = re.compile("[國這為來時們會對發經業與產動實體現機關學進電東車書長門問間見說話請讓認設計論證議記調語]")
HAN = re.compile("[\u4e00-\u9fff]")
KANA = re.compile("[\u3040-\u30ff]")
LATIN = re.compile("[A-Za-z]")
BREADCRUMB_CHARS = 40
SAMPLE_LINES = 100
SAMPLE_LINE_CHARS = 20
SAME_HEADLINE = 0.4  # h1 and title are written for different readers of the same page
HEADLINE_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+")
SUBTITLE_CHARS = 300
LINES_AFTER_HEADING = 8
PARAGRAPH_CHARS = 160
SENTENCE_BYTES = 60  # bytes of UTF-8: 60 letters, 20 Chinese characters


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself; "" and () where it is silent. `full_title` still has the site's name.

    `language` is what the page declares, `written_in` what its characters say.
    """

    title: str = ""
    full_title: str = ""
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    published_at: datetime | None = None
    published_from: str = ""
    updated_at: datetime | None = None
    language: str = ""
    written_in: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)


def metadata_of(marks: Marks, tree: Any, url: str, page_lines: Sequence[Line]) -> Metadata:
    """Metadata from structured data, meta elements and the visible page, in that order of belief."""
    structured = marks.structured()
    declared = marks.language.split("-")[0].lower()
    language = script_of(sample_of(page_lines), declared)[0]
    full_title, title_from = first_of(meta=marks.meta("og:title"), title=marks.title, text=marks.heading)
    title = title_of(full_title, marks.heading, marks.meta("og:site_name"))
    subtitle, subtitle_from = subtitle_of(marks, page_lines)
    byline = byline_of(marks, structured, page_lines)
    section, section_from = first_of(
        meta=marks.meta("article:section"),
        structured=word(structured, "articleSection"),
        text=byline.desk or (marks.breadcrumb if len(marks.breadcrumb) < BREADCRUMB_CHARS else ""),
    )
    published_at, published_from = published_of(marks, structured, page_lines, tree, url, language)
    updated_at, updated_from = updated_of(marks, structured, language)
    origins = {
        "title": "text" if title and title == marks.heading else title_from,
        "subtitle": subtitle_from,
        "authors": byline.source,
        "section": section_from,
        "published_at": published_from,
        "updated_at": updated_from,
    }
    return Metadata(
        title=title,
        full_title=full_title,
        subtitle=subtitle,
        authors=byline.authors,
        section=section,
        published_at=published_at,
        published_from=published_from,
        updated_at=updated_at,
        language=declared,
        written_in=language,
        origins={name: origin for name, origin in origins.items() if origin},
    )


def sample_of(page_lines: Sequence[Line]) -> str:
    """Enough of the page's running text to tell its language."""
    long = (line.text for line in page_lines if len(line.text) > SAMPLE_LINE_CHARS and not line.aside)
    return "".join(islice(long, SAMPLE_LINES)) or "".join(line.text for line in page_lines[:SAMPLE_LINES])


def first_of(**values: str) -> tuple[str, str]:
    """The first value that is there, and its name as origin."""
    return next(((value, origin) for origin, value in values.items() if value), ("", ""))


def title_of(full_title: str, heading: str, site: str) -> str:
    """The headline without the site's name: the h1 where it speaks of the same, else the title without its last part."""
    if heading and (fold(heading) in fold(full_title) or shared_words(heading, full_title) >= SAME_HEADLINE):
        return heading
    title = full_title
    if site:
        title = re.sub(rf"\s*[|–—»·_-]+\s*{re.escape(site)}\s*$", "", title)
    parts = SITE_SEPARATORS.split(title)
    if len(parts) > 1 and len(parts[0]) >= len(title) / 2:
        return parts[0].strip()
    return title.strip()


def shared_words(one: str, other: str) -> float:
    """Share of the shorter headline's words (Chinese: characters) that stand in the other."""
    bags = [set(HEADLINE_WORD.findall(text.lower())) for text in (one, other)]
    least = min(len(bag) for bag in bags)
    return len(bags[0] & bags[1]) / least if least >= 3 else 0.0


def subtitle_of(marks: Marks, page_lines: Sequence[Line]) -> tuple[str, str]:
    """The second headline and its origin: an element whose class says so, else a headline between h1 and first paragraph."""
    heading = marks.heading
    if marks.subtitle and marks.subtitle != heading and len(marks.subtitle) < SUBTITLE_CHARS:
        return marks.subtitle, "class"
    lines = iter(page_lines)
    key = fold(heading)
    if heading and any(line.key == key and line.level == 1 for line in lines):
        for line in islice(lines, LINES_AFTER_HEADING):
            if not line.level and (len(line.text) > PARAGRAPH_CHARS or is_sentence(line.text)):
                break  # a heading behind the first paragraph is the text's own
            if line.key != key and (1 < line.level < 4 or is_headline(line.text)):
                return ("", "") if CUTS.match(line.text) else (line.text, "text")
    return "", ""


def is_sentence(text: str) -> bool:
    """Whether a line reads as running text, not as a byline or a headline."""
    return len(text.encode()) > SENTENCE_BYTES and text[-1] in '.!?。!?”"'


def is_headline(text: str) -> bool:
    """Whether a line is printed as a headline: some words, most of them with a capital, no full stop."""
    words = [word for word in text.split() if word[:1].isalpha()]
    capitals = sum(1 for word in words if word[0].isupper())
    return len(words) >= 5 and capitals > 0.6 * len(words) and text[-1] not in ".:;," and not BY.match(text)


def script_of(text: str, declared: str) -> tuple[str, str]:
    """Language and script of a text: by its characters where they decide, else as the page declares."""
    sample = text[:5_000]
    han, kana, latin = (len(kind.findall(sample)) for kind in (HAN, KANA, LATIN))
    if kana > 0.1 * (han + kana + 1) and kana > 10:
        return "ja", ""
    if han * 4 > latin:
        return "zh", chinese_script(sample)
    return (declared if declared and declared != "zh" else "en"), "latn"


def chinese_script(sample: str) -> str:
    """hans or hant, by characters that only one of them has."""
    return "hant" if len(TRADITIONAL.findall(sample)) > len(SIMPLIFIED.findall(sample)) else "hans"
