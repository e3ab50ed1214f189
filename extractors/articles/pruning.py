"""Cuts from a parsed page what no candidate should look at: scripts, hidden boxes, menus of links, small asides.

Half of a page's elements are menus. Without them every library is faster by a third and, on Chinese portals, better.
"""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from extractors.articles.lines import ASIDE_TAGS, is_hidden

UNREADABLE = ("script", "style", "noscript", "svg", "template", "iframe", "canvas")
BOXES = frozenset(
    ("div", "ul", "ol", "nav", "table", "section", "aside", "footer", "header", "td", "tr", "dl", "form", "menu")
)
REVEALED_CHARS = 1_000
MENU_LINKS = 4
MENU_LINK_SHARE = 0.8
PLAIN_RUN_CHARS = 40  # a box with a longer run of plain text is no menu
ASIDE_SHARE = 0.25  # of the page's plain text; an aside with more is the article in a careless page


@dataclass(slots=True)
class Box:
    """What stands inside an element: characters, those in links, links, the longest run outside links."""

    chars: int = 0
    link_chars: int = 0
    links: int = 0
    longest_run: int = 0

    def add(self, text: str | None, *, in_link: bool) -> None:
        """Take up a run of characters."""
        count = len(text.strip()) if text else 0
        self.chars += count
        if in_link:
            self.link_chars += count
        elif count > self.longest_run:
            self.longest_run = count

    def take(self, inner: "Box") -> None:
        """Take up an element that closed inside this one."""
        self.chars += inner.chars
        self.link_chars += inner.link_chars
        self.links += inner.links
        self.longest_run = max(self.longest_run, inner.longest_run)

    @property
    def is_menu(self) -> bool:
        """Whether there is hardly anything but links."""
        return (
            self.links >= MENU_LINKS
            and self.link_chars > MENU_LINK_SHARE * self.chars
            and self.longest_run < PLAIN_RUN_CHARS
        )


def prune(tree: Any) -> None:
    """Cut in place."""
    etree.strip_elements(tree, *UNREADABLE, with_tail=False)
    for element in [*hidden_in(tree), *menus_in(tree)]:
        if element.getparent() is not None and element.tag != "body":
            element.drop_tree()


def reveal(tree: Any) -> bool:
    """Show in place what the page hides, if that is far more text than it shows: some pages unhide their text by script."""
    hidden = hidden_in(tree)
    if sum(len(" ".join(element.itertext())) for element in hidden) < REVEALED_CHARS:
        return False
    for element in hidden:
        element.attrib.pop("hidden", None)
        element.attrib.pop("style", None)
    return True


def hidden_in(tree: Any) -> list[Any]:
    """Elements that the page hides from its readers."""
    return [element for element in tree.xpath("//*[@hidden or @style]") if is_hidden(element)]


def menus_in(tree: Any) -> list[Any]:
    """Menus of links, and asides that hold little of the page's plain text; inner ones before outer ones."""
    boxes, in_links = [Box()], 0
    menus, asides = list[Any](), list[tuple[Any, int]]()
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        is_link = element.tag == "a"
        if event == "start":
            in_links += is_link
            boxes.append(Box())
            boxes[-1].add(element.text, in_link=in_links > 0)
            continue
        in_links -= is_link
        box = boxes.pop()
        box.links += is_link
        boxes[-1].take(box)
        boxes[-1].add(element.tail, in_link=in_links > 0)
        if element.tag in ASIDE_TAGS:
            asides.append((element, box.chars - box.link_chars))
        if element.tag in BOXES and box.is_menu:
            menus.append(element)
    most = ASIDE_SHARE * (boxes[0].chars - boxes[0].link_chars)
    return menus + [element for element, plain in asides if plain < most]
