"""Gathers in one pass over a parsed page what it is marked up with: meta elements, structured data, bylines, links.

XPath with `contains(@class, ...)` over the whole page costs 3 ms a question and a page; asked ten times that was a
quarter of all extraction. One walk answers them all.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

CLASSES = {
    "byline": re.compile(r"author|article-info|source|meta|info|(?:^|\s)byline(?:\s|$)"),
    "author": re.compile(r"author|byline"),
    "subtitle": re.compile(r"subtitle|sub-title|subhead|standfirst|dek"),
    "breadcrumb": re.compile(r"breadcrumb"),
}
NOTED = frozenset(("meta", "script", "link", "a", "h1", "title", "time"))
NOTHING = frozenset[str]()
SUBTITLE_TAGS = frozenset(("h2", "h3", "p", "div"))
NUMBERED = re.compile(r"\d(?:\.\w{2,5})?/?$")
NUMBERED_CHARS = 10  # at the end of an address, where a page number and a file ending stand
HUGE_ELEMENTS = 20_000
ANCHORS_READ = 500
BYLINES_READ = 40  # of a page; more are the bylines of a list
AUTHORS_READ = 10
TIMES_READ = 3
BYLINE_CHARS = 300  # a longer element holds more than a byline
STRUCTURED_READ = 20
HEADLINE_CHARS = 1_000
CLASS_CHARS = 1_000  # no real attribute is longer, and what was read is kept


@dataclass(slots=True)
class Marks:
    """What a page is marked up with. Texts are in one line; `metas` and `links` have lower-case names.

    `anchors` are addresses that may lead to another form of the page.
    """

    language: str = ""
    title: str = ""
    heading: str = ""
    subtitle: str = ""
    breadcrumb: str = ""
    elements: int = 0
    metas: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    anchors: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)

    @property
    def is_huge(self) -> bool:
        """Whether the page is too large for ways that need more than one look at each element."""
        return self.elements > HUGE_ELEMENTS

    def meta(self, *names: str) -> str:
        """The first content under the first of these names that has one, or ""."""
        return next((value for name in names for value in self.metas.get(name.lower(), ())), "")

    def structured(self) -> list[Mapping[str, Any]]:
        """Article objects in the page's JSON-LD (schema.org), wherever they are nested."""
        return list(articles_in(self.scripts))


def marks_of(tree: Any) -> Marks:
    """The marks of a page; `tree` is its root element."""
    marks = Marks(language=str(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""))
    for element in tree.iter():
        marks.elements += 1
        if element.tag in NOTED:
            note(marks, element)
        classes = element.get("class")
        said = said_by(classes[:CLASS_CHARS]) if classes else NOTHING
        if said or element.get("itemprop") or element.get("rel") == "author":
            note_people(marks, element, said)
    return marks


def depth_of(tree: Any) -> int:
    """How deep elements are nested."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def note(marks: Marks, element: etree._Element) -> None:
    """Take up an element of a kind that says something of the page."""
    tag = element.tag
    if tag == "meta":
        note_meta(marks, element)
    elif tag == "script":
        if element.get("type") == "application/ld+json" and element.text and len(marks.scripts) < STRUCTURED_READ:
            marks.scripts.append(element.text)
    elif tag == "link":
        note_link(marks, element)
    elif tag == "a":
        note_anchor(marks, element)
    elif tag == "h1":
        marks.heading = marks.heading or text_of(element)
    elif tag == "title":
        marks.title = marks.title or text_of(element)
    elif tag == "time" and len(marks.times) < TIMES_READ and element.get("datetime"):
        marks.times.append(str(element.get("datetime")))


def note_meta(marks: Marks, element: etree._Element) -> None:
    """Take up a meta element under every name it has."""
    content = (element.get("content") or "").strip()
    if content:
        for name in {str(element.get(key) or "").lower() for key in ("property", "name", "itemprop", "http-equiv")}:
            if name:
                marks.metas.setdefault(name, []).append(content)


def note_link(marks: Marks, element: etree._Element) -> None:
    """Take up a link to another form of the page."""
    href = (element.get("href") or "").strip()
    if href:
        for rel in (element.get("rel") or "").lower().split():
            marks.links.setdefault(rel, []).append(href)


def note_anchor(marks: Marks, element: etree._Element) -> None:
    """Take up an anchor that may lead to another form or the next page of the article."""
    href = element.get("href") or ""
    if len(marks.anchors) < ANCHORS_READ and (NUMBERED.search(href[-NUMBERED_CHARS:]) or "print" in href.lower()):
        marks.anchors.append(href)
    if element.get("rel"):
        note_link(marks, element)


def note_people(marks: Marks, element: etree._Element, said: frozenset[str]) -> None:
    """Take up an element whose role or class (`said` is what it says) is byline, author, second title or breadcrumb."""
    role = element.get("itemprop") or ""
    by_author = role == "author" or element.get("rel") == "author" or (role == "name" and is_of_author(element))
    if (by_author or "byline" in said) and len(marks.bylines) < BYLINES_READ:
        marks.bylines.append(text_of(element, BYLINE_CHARS))
    if (by_author or "author" in said) and len(marks.authors) < AUTHORS_READ:
        marks.authors.append(text_of(element, BYLINE_CHARS))
    is_subtitle = role == "alternativeHeadline" or "subtitle" in said
    if is_subtitle and not marks.subtitle and element.tag in SUBTITLE_TAGS:
        marks.subtitle = text_of(element)
    if "breadcrumb" in said:
        marks.breadcrumb = last_link(element) or marks.breadcrumb


@lru_cache(maxsize=8_192)  # a page has a thousand elements and a hundred different classes, most of which say nothing
def said_by(classes: str) -> frozenset[str]:
    """What a class attribute says of its element: names of `CLASSES`."""
    return frozenset(name for name, form in CLASSES.items() if form.search(classes))


def is_of_author(element: etree._Element) -> bool:
    """Whether an element stands inside one with the role of author."""
    return any(around.get("itemprop") == "author" for around in element.iterancestors())


def text_of(element: etree._Element, most: int = HEADLINE_CHARS) -> str:
    """The text of an element in one line; reading stops once more than `most` characters are there."""
    pieces, read = list[str](), 0
    for piece in element.itertext():
        pieces.append(str(piece))
        read += len(piece)
        if read > most:
            break
    return " ".join("".join(pieces).split())


def last_link(element: etree._Element) -> str:
    """The text of the last link in a breadcrumb."""
    texts = [text for link in element.iter("a") if (text := text_of(link))]
    return texts[-1] if texts else ""


def articles_in(scripts: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Article objects in JSON-LD texts; a text that is no JSON has none."""
    for script in scripts:
        try:
            yield from typed(json.loads(script))
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
