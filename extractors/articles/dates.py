"""Finds when a page says it was published and changed, and where it says so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from itertools import islice
from typing import Any

import htmldate
from htmldate.extractors import get_external_parser
from lxml import etree

from extractors.articles.lines import Line, fold
from extractors.articles.marks import Marks, word
from extractors.feeds.dates import BEIJING, date_in_url, parse_date

PUBLISHED_META = (
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
UPDATED_META = ("article:modified_time", "dateModified", "og:updated_time", "lastmod", "last-modified")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"
CLOCK = (
    r"(?:[\sT日号,\uff0c|]{0,3}(?P<clock>(?:上午|下午|晚上|凌晨|中午)?\s?\d{1,2}[:\uff1a时]\d{2}(?:[:\uff1a分]\d{2})?)"
    r"(?!\d|\s?[AaPp][Mm]))?"
)
PRINTED = (
    re.compile(
        rf"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[-/.年]\s*(?P<number>\d{{1,2}})\s*[-/.月]\s*(?P<day>\d{{1,2}})(?!\d){CLOCK}"
    ),
    re.compile(rf"\b{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{MONTH},?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
)
OFFSET = re.compile(r":\d\d(?:\.\d+)?\s*([+-])(0\d|1[0-4]):?([0-5]\d)$")
DATELINE_CHARS = 100  # a date in a longer line is what the text speaks of
LINES_NEAR_HEADING = 30
GUESSED_IN = ("en", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "zh")
READ_IN = frozenset(("", "en", "zh"))  # languages whose printed dates are read here; others are left to htmldate
UPDATED = re.compile(r"(?:last )?(?:updated|modified)\b|更新(?:时间|時間|于|於)", re.IGNORECASE)


def zone_of(language: str) -> tzinfo:
    """The zone of a clock time that names none: Chinese pages print Beijing time, of others nothing is known (UTC)."""
    return BEIJING if language == "zh" else UTC


def published_of(
    marks: Marks,
    structured: Sequence[Mapping[str, Any]],
    page_lines: Sequence[Line],
    tree: Any,
    url: str,
    language: str,
) -> tuple[datetime | None, str]:
    """When the page was published, and where it says so: structured | meta | text | url | ""."""
    zone = zone_of(language)
    if moment := as_printed(word(structured, "datePublished"), zone):
        return moment, "structured"
    if moment := from_metas(marks, PUBLISHED_META, zone):
        return moment, "meta"
    for text in marks.times:
        if moment := as_printed(text, zone):
            return moment, "text"
    if day := date_in_url(url):
        printed = printed_moment(page_lines, marks.heading, zone) if language == "zh" else None
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return (printed, "text") if printed and printed.date() == day else (midnight, "url")
    if language in READ_IN and (moment := printed_moment(page_lines, marks.heading, zone)):
        return moment, "text"
    if marks.is_huge:
        return None, ""
    return guessed_day(tree, extensive=language != "zh")


def updated_of(marks: Marks, structured: Sequence[Mapping[str, Any]], language: str) -> tuple[datetime | None, str]:
    """When the page was last changed, and where it says so: structured | meta | ""."""
    zone = zone_of(language)
    if moment := as_printed(word(structured, "dateModified"), zone):
        return moment, "structured"
    moment = from_metas(marks, UPDATED_META, zone)
    return moment, "meta" if moment else ""


def as_printed(text: str, zone: tzinfo) -> datetime | None:
    """A printed date with its own offset, else in `zone` when it has a clock: the day stays the one that readers see."""
    moment = parse_date(text, zone)
    if moment is None:
        return None
    if offset := OFFSET.search(text.strip()):
        sign = -1 if offset[1] == "-" else 1
        return moment.astimezone(timezone(sign * timedelta(hours=int(offset[2]), minutes=int(offset[3]))))
    return moment.astimezone(zone) if ":" in text and not text.strip().endswith("Z") else moment


def from_metas(marks: Marks, names: Sequence[str], zone: tzinfo) -> datetime | None:
    """The first date that can be read under one of these names."""
    for name in names:
        for text in marks.metas.get(name.lower(), ()):
            if moment := as_printed(text, zone):
                return moment
    return None


def printed_moment(page_lines: Sequence[Line], heading: str, zone: tzinfo) -> datetime | None:
    """The date in a short line near the headline; anywhere near the top when the headline is not printed."""
    key = fold(heading)
    start = next((number for number, line in enumerate(page_lines) if key and line.key == key), 0)
    for begin in dict.fromkeys((start, 0)):
        near = islice(page_lines, begin, begin + LINES_NEAR_HEADING)
        for line in near:
            if len(line.text) <= DATELINE_CHARS and (moment := next(dates_in(line.text, zone), None)):
                return moment
    return None


def dates_in(text: str, zone: tzinfo) -> Iterator[datetime]:
    """Dates in a line, those that stand first in it first."""
    found = sorted(
        (match.start(), number, match) for number, form in enumerate(PRINTED) for match in form.finditer(text)
    )
    for _, _, match in found:
        if not UPDATED.search(text[: match.start()]) and (moment := moment_of(match, zone)):
            yield moment


def moment_of(match: re.Match[str], zone: tzinfo) -> datetime | None:
    """A matched date as UTC, or None for one that no calendar has."""
    parts = match.groupdict()
    month = parts.get("number") or str(MONTHS.index(parts["month"].lower()) + 1)
    try:
        day = date(int(parts["year"]), int(month), int(parts["day"])).isoformat()
    except ValueError:
        return None
    return as_printed(f"{day} {parts.get('clock') or ''}", zone)


def guessed_day(tree: Any, *, extensive: bool) -> tuple[datetime | None, str]:
    """The day that htmldate finds in the visible page. Its extensive search takes any year of a Chinese page for a date."""
    ask_few_languages()
    try:
        found = htmldate.find_date(tree, extensive_search=extensive, original_date=True)
    except (ValueError, TypeError, OverflowError, etree.LxmlError):
        return None, ""
    return (datetime.fromisoformat(found).replace(tzinfo=UTC), "text") if found else (None, "")


@cache
def ask_few_languages() -> None:
    """Let dateparser, which htmldate asks last, try these languages only, the same whatever page was read before.

    Left alone it tries 200 and builds the tables of each: four seconds of every process that meets `40 years, 2008`.
    """
    parser = get_external_parser()
    parser.languages = list(GUESSED_IN)
    parser.try_previous_locales = False
