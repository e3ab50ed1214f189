"""Reads what a page says of itself: title, second title, byline and desk, time, language. Each value with its origin."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import htmldate
from lxml import etree

from extractors.articles.lines import Line, fold
from extractors.articles.tail import CUTS
from extractors.feeds.dates import date_in_url, parse_date

SITE_SEPARATORS = re.compile(r"\s+[|–—»·-]\s+|\s*[|_]\s*|\s+::\s+")
BYLINE_DESK = re.compile(
    r"^\s*by\s+(?P<who>[^\d|–—-]{2,60}?)\s+[-–—|]\s+(?P<desk>[A-Z][\w &]{2,30})\s*$", re.IGNORECASE
)
BY = re.compile(r"^\s*(?:by|written by|posted by)\s+(?P<who>[^\d|]{2,80}?)\s*(?:[|,•·-].*)?$", re.IGNORECASE)
# `作者:X`, `文/X`, `本报记者 X Y`: a name ends at a space, a bracket or the line, else running text would be read as one
CHINESE_BYLINE = re.compile(
    r"(?:(?:作\s*者|撰文|编译|(?<![\u4e00-\u9fff])文)\s*[:\uff1a/／|丨]|(?:记者|記者)\s*[:\uff1a/／|丨]?)\s*"
    r"(?P<who>[\u4e00-\u9fff·]{2,8}?(?:[\s、]+[\u4e00-\u9fff·]{2,4}?){0,3})(?=$|[\s\uff09)】\]、/|,\uff0c(\uff08]|发自)"
)
NAME = re.compile(r"^[A-Z][\w'’.-]+(?: (?:[A-Z]\.|de|van|von|der|la|[A-Z][\w'’-]+)){1,3}$")
CHINESE_NAMES = re.compile(r"^[\u4e00-\u9fff·]{2,4}(?:[、\s][\u4e00-\u9fff·]{2,4}){0,3}$")
BYLINE_CHARS = 80
NOT_A_NAME = re.compile(
    r"^(admin|editor(ial)?( team)?|staff|updated|published|about|comments?|[a-z]{3} \d.*|来源.*|编辑.*"
    r"|时间|报道|摄影|责编|通讯员|综合|整理|发布|\d+)$",
    re.IGNORECASE,
)
CONTENT = "//meta[@property='{0}' or @name='{0}' or @itemprop='{0}']/@content"
SIMPLIFIED_ONLY = frozenset("国这为来时们会对发经业与产动实体现机关学进电东车书长门问间见说话请让认设计论证议记调语")
TRADITIONAL_ONLY = frozenset("國這為來時們會對發經業與產動實體現機關學進電東車書長門問間見說話請讓認設計論證議記調語")
SUBTITLE_PATH = (
    "//*[self::h2 or self::p or self::div or self::h3][contains(@class, 'subtitle') or contains(@class, 'sub-title')"
    " or contains(@class, 'subhead') or contains(@class, 'standfirst') or contains(@class, 'dek')"
    " or @itemprop='alternativeHeadline']"
)
SAME_HEADLINE = 0.4  # h1 and title are written for different readers of the same page
HEADLINE_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+")
SUBTITLE_CHARS = 300
LINES_AFTER_HEADING = 8
PARAGRAPH_CHARS = 160
SENTENCE_BYTES = 60  # bytes of UTF-8: 60 letters, 20 Chinese characters
DATE_META = (
    "article:published_time",
    "datePublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "date",
    "dc.date",
    "og:published_time",
    "weibo: article:create_at",
)
BYLINE_PATHS = (
    "//*[contains(concat(' ', @class, ' '), ' byline ') or contains(@class, 'author') or @rel='author' or @itemprop='author'"
    " or contains(@class, 'article-info') or contains(@class, 'source') or contains(@class, 'meta') or contains(@class, 'info')]"
)
AUTHOR_PATHS = (
    "//*[@rel='author' or @itemprop='author' or @itemprop='name' and ancestor::*[@itemprop='author']"
    " or contains(@class, 'author') or contains(@class, 'byline')]"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself; "" and () where it is silent. `full_title` still has the site's name."""

    title: str = ""
    full_title: str = ""
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    published_at: datetime | None = None
    published_from: str = ""
    language: str = ""


def metadata_of(tree: Any, url: str, page_lines: Sequence[Line]) -> Metadata:
    """Metadata from structured data, meta elements and the visible page, in that order of belief."""
    structured = list(articles_in(tree))
    heading = first_text(tree, "//h1")
    full_title = first(meta(tree, "og:title")) or first_text(tree, "//title") or heading
    authors, desk = byline_of(tree, structured, page_lines)
    published_at, published_from = published_of(tree, url, structured)
    return Metadata(
        title=title_of(full_title, heading, first(meta(tree, "og:site_name"))),
        full_title=full_title,
        subtitle=subtitle_of(tree, heading, page_lines),
        authors=authors,
        section=first(meta(tree, "article:section")) or word(structured, "articleSection") or desk or breadcrumb(tree),
        published_at=published_at,
        published_from=published_from,
        language=str(tree.get("lang") or "").split("-")[0].lower(),
    )


def articles_in(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Article objects in JSON-LD (schema.org), wherever they are nested."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()")[:20]:
        try:
            yield from typed(json.loads(str(script)))
        except (ValueError, RecursionError):
            continue


def typed(value: Any) -> Iterator[Mapping[str, Any]]:
    """Objects of a type that ends in Article or Posting."""
    if isinstance(value, list):
        for item in value:
            yield from typed(item)
    elif isinstance(value, dict):
        kind = value.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(str(each).endswith(("Article", "Posting")) for each in kinds):
            yield value
        yield from typed(value.get("@graph", []))


def word(structured: Sequence[Mapping[str, Any]], name: str) -> str:
    """A text under this name in the first article object that has one."""
    values = (each.get(name) for each in structured)
    return next((str(value).strip() for value in values if isinstance(value, str) and value.strip()), "")


def meta(tree: Any, name: str) -> list[str]:
    """Contents of meta elements of this name."""
    return [str(value).strip() for value in tree.xpath(CONTENT.format(name)) if str(value).strip()]


def first(values: Sequence[str]) -> str:
    """The first value, or ""."""
    return values[0] if values else ""


def first_text(tree: Any, path: str) -> str:
    """The text of the first element found, in one line."""
    found = tree.xpath(path)
    return " ".join("".join(found[0].itertext()).split()) if found else ""


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


def subtitle_of(tree: Any, heading: str, page_lines: Sequence[Line]) -> str:
    """The second headline: an element whose class says so, else a headline between the h1 and the first paragraph."""
    named = first_text(tree, SUBTITLE_PATH)
    if named and named != heading and len(named) < SUBTITLE_CHARS:
        return named
    lines = iter(page_lines)
    key = fold(heading)
    if heading and any(line.key == key and line.level == 1 for line in lines):
        for line in islice(lines, LINES_AFTER_HEADING):
            if not line.level and (len(line.text) > PARAGRAPH_CHARS or is_sentence(line.text)):
                break  # a heading behind the first paragraph is the text's own
            if line.key != key and (1 < line.level < 4 or is_headline(line.text)):
                return line.text if not CUTS.match(line.text) else ""
    return ""


def is_sentence(text: str) -> bool:
    """Whether a line reads as running text, not as a byline or a headline."""
    return len(text.encode()) > SENTENCE_BYTES and text[-1] in '.!?。!?”"'


def is_headline(text: str) -> bool:
    """Whether a line is printed as a headline: some words, most of them with a capital, no full stop."""
    words = [word for word in text.split() if word[:1].isalpha()]
    capitals = sum(1 for word in words if word[0].isupper())
    return len(words) >= 5 and capitals > 0.6 * len(words) and text[-1] not in ".:;," and not BY.match(text)


def byline_of(
    tree: Any, structured: Sequence[Mapping[str, Any]], page_lines: Sequence[Line]
) -> tuple[tuple[str, ...], str]:
    """Authors as people, and the desk where the byline names it (`by X - Technology`)."""
    lines = list(dict.fromkeys(" ".join("".join(node.itertext()).split()) for node in tree.xpath(BYLINE_PATHS)[:40]))
    for line in lines:
        if match := BYLINE_DESK.match(line):
            return names_in(match["who"]), match["desk"].strip()
    authors = tuple(name for each in structured for name in author_names(each.get("author")))
    authors = authors or tuple(
        name for value in meta(tree, "author") + meta(tree, "article:author") for name in names_in(value)
    )
    return tuple(dict.fromkeys(authors or printed_authors(tree, lines, page_lines))), ""


def printed_authors(tree: Any, bylines: Sequence[str], page_lines: Sequence[Line]) -> tuple[str, ...]:
    """Names in what is printed as a byline: `By X`, `记者 X`, an element of an author that holds nothing but a name."""
    for line in bylines:
        if (match := BY.match(line) or CHINESE_BYLINE.search(line[:200])) and (authors := names_in(match["who"])):
            return authors
    for node in tree.xpath(AUTHOR_PATHS)[:10]:
        name = " ".join("".join(node.itertext()).split())
        if NAME.match(name) or CHINESE_NAMES.match(name):
            return names_in(name)
    for each in page_lines:
        if authors := signed(each.text):
            return authors
    return ()


def signed(text: str) -> tuple[str, ...]:
    """Names in a line that is not marked as a byline but reads like one: Chinese at its beginning, English all of it."""
    if match := CHINESE_BYLINE.search(text[:BYLINE_CHARS]):
        return names_in(match["who"])
    match = BY.match(text) if len(text) <= BYLINE_CHARS else None
    return tuple(name for name in names_in(match["who"]) if NAME.match(name)) if match else ()


def author_names(value: Any) -> Iterator[str]:
    """Names of a JSON-LD author: a text, an object or a list of them."""
    if isinstance(value, list):
        for each in value:
            yield from author_names(each)
    elif isinstance(value, dict):
        yield from author_names(value.get("name"))
    elif isinstance(value, str):
        yield from names_in(value)


def names_in(text: str) -> tuple[str, ...]:
    """Names in a byline: no addresses, no roles, no dates."""
    parts = re.split(r"\s*(?:,|;|、|&|\band\b|\s{2,}|/)\s*", text.strip())
    parts = [
        re.sub(r"^(by|author|记者|記者|作者|文)[\s:\uff1a]+", "", part, flags=re.IGNORECASE).strip() for part in parts
    ]
    if re.search(r"[\u4e00-\u9fff]\s[\u4e00-\u9fff]", text):
        parts = [piece for part in parts for piece in part.split()]
    return tuple(part for part in parts if 1 < len(part) <= 60 and "http" not in part and not NOT_A_NAME.match(part))


def published_of(tree: Any, url: str, structured: Sequence[Mapping[str, Any]]) -> tuple[datetime | None, str]:
    """When the page says it was published, and where it says so."""
    if moment := parse_date(word(structured, "datePublished")):
        return moment, "structured"
    for name in DATE_META:
        for text in meta(tree, name):
            if moment := parse_date(text):
                return moment, "meta"
    for text in tree.xpath("//time/@datetime")[:3]:
        if moment := parse_date(str(text)):
            return moment, "text"
    if day := date_in_url(url):
        return datetime(day.year, day.month, day.day, tzinfo=UTC), "url"
    return guessed_day(tree)


def guessed_day(tree: Any) -> tuple[datetime | None, str]:
    """The day that htmldate finds in the visible page."""
    try:
        found = htmldate.find_date(tree, extensive_search=True, original_date=True)
    except (ValueError, TypeError, OverflowError, etree.LxmlError):
        return None, ""
    return (datetime.fromisoformat(found).replace(tzinfo=UTC), "text") if found else (None, "")


def breadcrumb(tree: Any) -> str:
    """The last link of a breadcrumb that is no headline."""
    words = [
        str(text).strip() for text in tree.xpath("//*[contains(@class, 'breadcrumb')]//a//text()") if str(text).strip()
    ]
    return words[-1] if words and len(words[-1]) < 40 else ""


def script_of(text: str, declared: str) -> tuple[str, str]:
    """Language and script of a text: by its characters where they decide, else as the page declares."""
    sample = text[:5_000]
    han = sum(1 for char in sample if "\u4e00" <= char <= "\u9fff")
    kana = sum(1 for char in sample if "\u3040" <= char <= "\u30ff")
    latin = sum(1 for char in sample if char.isascii() and char.isalpha())
    if kana > 0.1 * (han + kana + 1) and kana > 10:
        return "ja", ""
    if han * 4 > latin:
        return "zh", chinese_script(sample)
    return (declared if declared and declared != "zh" else "en"), "latn"


def chinese_script(sample: str) -> str:
    """hans or hant, by characters that only one of them has."""
    simplified = sum(1 for char in sample if char in SIMPLIFIED_ONLY)
    traditional = sum(1 for char in sample if char in TRADITIONAL_ONLY)
    return "hant" if traditional > simplified else "hans"
