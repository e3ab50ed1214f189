"""Reads bylines: authors as people, and the desk where the byline names it. English and Chinese."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from extractors.articles.lines import Line
from extractors.articles.marks import Marks

BYLINE_DESK = re.compile(
    r"^\s*by\s+(?P<who>[^\d|–—-]{2,60}?)\s+[-–—|]\s+(?P<desk>[A-Z][\w &]{2,30})\s*$", re.IGNORECASE
)
BY = re.compile(
    r"^\s*(?:by|written by|posted by)\s+(?P<who>[^\d|]{2,80}?)\s*(?:,(?P<more>.*)|(?:[|•·⋅]|\s[-–—]\s|-\s).*)?$",
    re.IGNORECASE,
)
# `作者:X`, `文/X`, `本报记者 X Y`: a name ends at a space, a bracket or the line, else running text would be read as one
CHINESE_BYLINE = re.compile(
    r"(?:(?:作\s*者|撰文|编译|(?<![\u4e00-\u9fff])文)\s*[:\uff1a/／|丨]|(?:记者|記者)\s*[:\uff1a/／|丨]?)\s*"
    r"(?P<who>[\u4e00-\u9fff·]{2,8}?(?:[\s、]+[\u4e00-\u9fff·]{2,4}?){0,3})(?=$|[\s\uff09)】\]、/|,\uff0c(\uff08]|发自)"
)
NAME = re.compile(r"^[A-Z][\w'’.-]+(?: (?:[A-Z]\.|de|van|von|der|la|[A-Z][\w'’-]+)){1,3}$")
CHINESE_NAMES = re.compile(r"^[\u4e00-\u9fff·]{2,4}(?:[、\s][\u4e00-\u9fff·]{2,4}){0,3}$")
# `By A. Sample, Ben Muster and Cy Jones, Reuters`: what stands behind a comma may be a colleague, a role or an employer
COLLEAGUE = re.compile(r"^[A-Z][\w'’.-]*(?: (?:[A-Z]\.|de|van|von|der|la|[A-Z][\w'’-]+)){1,3}$")
ROLE = re.compile(
    r"\b(?:agency|analyst|associate|associated|bureau|business|chief|columnist|contributing|contributor|correspondent|daily"
    r"|desk|director|editor|executive|fellow|freelance|founder|guest|herald|institute|intern|journal|journalist|lead|magazine"
    r"|managing|manager|media|network|news|newspaper|officer|photographer|post|president|press|producer|professor|reporter"
    r"|research|researcher|science|senior|service|special|staff|standard|team|technology|telegraph|times|today|tribune"
    r"|university|vice|writer|new york|hong kong|los angeles|san francisco|united (?:states|kingdom))\b",
    re.IGNORECASE,
)
BYLINE_CHARS = 80
NOT_A_NAME = re.compile(
    r"^(admin|editor(ial)?( team)?|staff|updated|published|about|comments?|[a-z]{3} \d.*|来源.*|编辑.*"
    r"|时间|报道|摄影|责编|通讯员|综合|整理|发布|\d+)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Authors, the desk (`by X - Technology`) and where they were read: structured | meta | text | ""."""

    authors: tuple[str, ...] = ()
    desk: str = ""
    source: str = ""


def byline_of(marks: Marks, structured: Sequence[Mapping[str, Any]], page_lines: Sequence[Line]) -> Byline:
    """Who wrote the page. A printed byline with a desk is believed first, then structured data, meta, visible text."""
    heads = (line.text for line in page_lines if len(line.text) <= BYLINE_CHARS)
    for line in dict.fromkeys([*marks.bylines, *heads]):
        if (match := BYLINE_DESK.match(line)) and all(map(NAME.match, names_in(match["who"]))):
            return Byline(names_in(match["who"]), match["desk"].strip(), "text")
    if authors := unique(name for each in structured for name in author_names(each.get("author"))):
        return Byline(authors, source="structured")
    declared = [*marks.metas.get("author", ()), *marks.metas.get("article:author", ())]
    if authors := unique(name for value in declared for name in names_in(value)):
        return Byline(authors, source="meta")
    authors = unique(printed_authors(marks, page_lines))
    return Byline(authors, source="text" if authors else "")


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in order."""
    return tuple(dict.fromkeys(names))


def printed_authors(marks: Marks, page_lines: Sequence[Line]) -> tuple[str, ...]:
    """Names in what is printed as a byline: `By X`, `记者 X`, an element of an author that holds nothing but a name."""
    for line in dict.fromkeys(marks.bylines):
        if (match := BY.match(line)) and (authors := names_in(match["who"])):
            return unique((*authors, *colleagues(match["more"])))
        if (match := CHINESE_BYLINE.search(line[:200])) and (authors := names_in(match["who"])):
            return authors
    for name in marks.authors:
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
    authors = tuple(name for name in names_in(match["who"]) if NAME.match(name)) if match else ()
    return unique((*authors, *colleagues(match["more"]))) if match and authors else ()


def colleagues(more: str | None) -> tuple[str, ...]:
    """The names that stand behind the comma of a byline, up to the first role, employer or place."""
    return tuple(takewhile(lambda name: COLLEAGUE.match(name) and not ROLE.search(name), names_in(more or "")))


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
    if "://" in text:
        return ()
    parts = re.split(r"\s*(?:,|;|、|&|\band\b|\s{2,}|/)\s*", text.strip())
    parts = [
        re.sub(r"^(by|author|记者|記者|作者|文)[\s:\uff1a]+", "", part, flags=re.IGNORECASE).strip() for part in parts
    ]
    if re.search(r"[\u4e00-\u9fff]\s[\u4e00-\u9fff]", text):
        parts = [piece for part in parts for piece in part.split()]
    return tuple(part for part in parts if 1 < len(part) <= 60 and not NOT_A_NAME.match(part))
