"""Turns a parsed page into its lines in reading order, each with what the choice between them needs to know.

Every candidate is a choice among these lines, so headings, lists and order come out the same whoever found them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "object",
        "embed",
        "applet",
        "select",
        "option",
        "textarea",
        "input",
        "button",
        "canvas",
        "audio",
        "video",
        "math",
        "map",
        "dialog",
        "datalist",
        "noframes",
        "title",
        "meta",
        "link",
    ]
)
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "hi",
        "ref",
        "nobr",
        "o:p",
        "amp-img",
        "img",
        "picture",
        "source",
        "center-inline",
    ]
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "head": 2}
ASIDE_TAGS = frozenset(("nav", "footer", "aside", "menu"))
HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
SPACE = re.compile(r"[\s\u200b\u2060\ufeff\xad]+")
NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Line:
    """One block of visible text. `level` is 1-6 for a heading, else 0; `link_chars` counts characters inside links.

    `aside` says that it stands in a navigation, footer or aside element; `box` is the id of its nearest block element.
    """

    text: str
    level: int = 0
    is_item: bool = False
    is_quote: bool = False
    is_strong: bool = False
    aside: bool = False
    in_table: bool = False
    link_chars: int = 0
    links: tuple[str, ...] = ()
    classes: str = ""
    key: str = field(default="")

    @property
    def plain_chars(self) -> int:
        """Characters outside links."""
        return max(0, len(self.text) - self.link_chars)


def fold(text: str) -> str:
    """The letters and digits of a text, lower case: what stays the same whatever library printed it."""
    return NOT_WORDS.sub("", text).casefold()


@dataclass(slots=True)
class _Open:
    """What is open while walking: the line being gathered and the elements around it."""

    pieces: list[str] = field(default_factory=list)
    link_chars: int = 0
    links: list[str] = field(default_factory=list)
    link_depth: int = 0
    link_start: int = 0
    strong_depth: int = 0
    strong_chars: int = 0
    level: int = 0
    item_depth: int = 0
    fresh_item: bool = False
    quote_depth: int = 0
    table_depth: int = 0
    aside_depth: int = 0
    classes: list[str] = field(default_factory=list)

    def add(self, text: str | None) -> None:
        """Take up a run of characters."""
        if not text:
            return
        self.pieces.append(text)
        if self.link_depth:
            self.link_chars += len(text.strip())
        if self.strong_depth:
            self.strong_chars += len(text.strip())

    def close_line(self) -> Line | None:
        """The line gathered so far, or None when it holds no visible character."""
        text = SPACE.sub(" ", "".join(self.pieces)).strip()
        line = None
        if text:
            line = Line(
                text,
                self.level,
                self.fresh_item,
                self.quote_depth > 0,
                self.strong_chars >= len(text) * 0.9,
                self.aside_depth > 0,
                self.table_depth > 0,
                min(self.link_chars, len(text)),
                tuple(self.links),
                " ".join(self.classes[-4:]),
                fold(text),
            )
            self.fresh_item = False
        self.pieces, self.links, self.link_chars, self.strong_chars = [], [], 0, 0
        return line


def lines_of(root: etree._Element) -> list[Line]:
    """The visible lines of a tree, in document order."""
    return list(walk(root))


def walk(root: etree._Element) -> Iterator[Line]:
    """Yield a line whenever a block element or a line break ends one."""
    state = _Open()
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event in ("comment", "pi"):
            state.add(element.tail)
            continue
        tag = element.tag
        if event == "start":
            if tag in SKIPPED or is_hidden(element):
                walker.skip_subtree()
                continue
            if tag not in INLINE and (line := state.close_line()):
                yield line
            enter(state, element, tag)
            state.add(element.text)
            continue
        if tag in SKIPPED or is_hidden(element):
            state.add(element.tail if element is not root else None)
            continue
        if tag not in INLINE and (line := state.close_line()):
            yield line
        leave(state, element, tag)
        if element is not root:
            state.add(element.tail)
    if line := state.close_line():
        yield line


def enter(state: _Open, element: etree._Element, tag: str) -> None:
    """Note an element that opens."""
    if tag in ("a", "ref"):
        state.link_depth += 1
        state.link_start = len(state.pieces)
    elif tag in ("strong", "b"):
        state.strong_depth += 1
    elif tag in HEADINGS:
        state.level = HEADINGS[tag]
    elif tag in ("li", "item"):
        state.item_depth += 1
        state.fresh_item = True
    elif tag in ("blockquote", "quote"):
        state.quote_depth += 1
    elif tag == "table":
        state.table_depth += 1
    elif tag in ASIDE_TAGS:
        state.aside_depth += 1
    if tag not in INLINE:
        state.classes.append(f"{element.get('class', '')} {element.get('id', '')}")


def leave(state: _Open, element: etree._Element, tag: str) -> None:
    """Note an element that closes."""
    if tag in ("a", "ref"):
        state.link_depth = max(0, state.link_depth - 1)
        name = SPACE.sub(" ", "".join(state.pieces[state.link_start :])).strip()
        if name:
            state.links.append(name)
    elif tag in ("strong", "b"):
        state.strong_depth = max(0, state.strong_depth - 1)
    elif tag in HEADINGS:
        state.level = 0
    elif tag in ("li", "item"):
        state.item_depth -= 1
        state.fresh_item = False
    elif tag in ("blockquote", "quote"):
        state.quote_depth -= 1
    elif tag == "table":
        state.table_depth -= 1
    elif tag in ASIDE_TAGS:
        state.aside_depth -= 1
    if tag not in INLINE and state.classes:
        state.classes.pop()


def is_hidden(element: etree._Element) -> bool:
    """Whether the page itself hides an element from the reader."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style and HIDING_STYLE.search(style))
