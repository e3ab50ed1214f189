"""Turns a parsed page into its lines in reading order, each with what the choice between them needs to know.

Every candidate is a choice among these lines, so headings, lists and order come out the same whoever found them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

SKIPPED = frozenset(
    "script style noscript template svg head iframe object embed applet select option textarea input button canvas audio"
    " video math map dialog datalist noframes title meta link rp rt".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q ruby rb s samp small span strike"
    " strong sub sup time tt u var wbr hi ref nobr o:p amp-img img picture source".split()
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "head": 2}
LINKS = frozenset(("a", "ref"))
ITEMS = frozenset(("li", "item"))
ASIDE_TAGS = frozenset(("nav", "footer", "aside", "menu"))
NOTED = LINKS | ITEMS | ASIDE_TAGS | HEADINGS.keys()
HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
STREAMED = re.compile(r"S:\w+$")
SPACE = re.compile(r"[\s\u200b\u2060\ufeff\xad]+")
NOT_WORDS = re.compile(r"[\W_]+")
NOT_WORDS_ASCII = bytes(code for code in range(128) if not chr(code).isalnum())


@dataclass(slots=True)
class Line:
    """One block of visible text. `level` is 1-6 for a heading, else 0; `link_chars` counts characters inside links.

    `aside` says that it stands in a navigation, footer or aside element; `key` is the text folded.
    """

    text: str
    level: int = 0
    is_item: bool = False
    aside: bool = False
    link_chars: int = 0
    links: tuple[str, ...] = ()
    key: str = ""

    @property
    def plain_chars(self) -> int:
        """Characters outside links."""
        return max(0, len(self.text) - self.link_chars)


def fold(text: str) -> str:
    """The letters and digits of a text, lower case: what stays the same whatever library printed it."""
    if text.isascii():  # the same, four times as fast: most lines of English pages
        return text.encode().translate(None, NOT_WORDS_ASCII).decode().lower()
    return NOT_WORDS.sub("", text).casefold()


def in_one_line(text: str) -> str:
    """A text with each run of white and invisible characters as one space, none at its ends."""
    return " ".join(text.split()) if text.isascii() else SPACE.sub(" ", text).strip()


@dataclass(slots=True)
class _Open:
    """What is open while walking: the line being gathered and the elements around it."""

    pieces: list[str] = field(default_factory=list)
    link_chars: int = 0
    links: list[str] = field(default_factory=list)
    link_depth: int = 0
    link_start: int = 0
    level: int = 0
    fresh_item: bool = False
    aside_depth: int = 0

    def add(self, text: str | None) -> None:
        """Take up a run of characters. White space begins no line."""
        if text and (self.pieces or not text.isspace()):
            self.pieces.append(text)
            if self.link_depth:
                self.link_chars += len(text.strip())

    def close_line(self) -> Line | None:
        """The line gathered so far, or None when it holds no visible character."""
        text = in_one_line("".join(self.pieces))
        line = None
        if text:
            chars = min(self.link_chars, len(text))
            line = Line(text, self.level, self.fresh_item, self.aside_depth > 0, chars, tuple(self.links), fold(text))
            self.fresh_item = False
        self.pieces, self.links, self.link_chars, self.link_start = [], [], 0, 0
        return line


def lines_of(root: etree._Element) -> list[Line]:
    """The visible lines of a tree, in document order. Comments are expected to be gone."""
    return list(walk(root))


def walk(root: etree._Element) -> Iterator[Line]:
    """Yield a line whenever a block element or a line break ends one."""
    state, skipping = _Open(), None
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in SKIPPED or is_hidden(element):
                skipping = element
                walker.skip_subtree()
                continue
            if tag not in INLINE and state.pieces and (line := state.close_line()):
                yield line
            if tag in NOTED:
                enter(state, tag)
            state.add(element.text)
            continue
        if element is skipping:
            skipping = None
        else:
            if tag not in INLINE and state.pieces and (line := state.close_line()):
                yield line
            if tag in NOTED:
                leave(state, tag)
        if element is not root:
            state.add(element.tail)
    if line := state.close_line():
        yield line


def enter(state: _Open, tag: str) -> None:
    """Note an element that opens."""
    if tag in LINKS:
        state.link_depth += 1
        state.link_start = len(state.pieces)
    elif tag in HEADINGS:
        state.level = HEADINGS[tag]
    elif tag in ITEMS:
        state.fresh_item = True
    else:
        state.aside_depth += 1


def leave(state: _Open, tag: str) -> None:
    """Note an element that closes."""
    if tag in LINKS:
        state.link_depth = max(0, state.link_depth - 1)
        name = in_one_line("".join(state.pieces[state.link_start :]))
        if name:
            state.links.append(name)
    elif tag in HEADINGS:
        state.level = 0
    elif tag in ITEMS:
        state.fresh_item = False
    else:
        state.aside_depth -= 1


def is_hidden(element: etree._Element) -> bool:
    """Whether the page itself hides an element from the reader. React streams text in hidden boxes that a script moves out."""
    if element.get("hidden") is not None:
        return not STREAMED.match(element.get("id") or "")
    style = element.get("style")
    return bool(style and HIDING_STYLE.search(style))


def without_false_asides(lines: Sequence[Line]) -> list[Line]:
    """The lines, none of them aside when most of the text would be: some pages never close their navigation."""
    total = sum(line.plain_chars for line in lines)
    aside = sum(line.plain_chars for line in lines if line.aside)
    return [replace(line, aside=False) for line in lines] if aside > total / 2 else list(lines)
