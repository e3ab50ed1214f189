"""Cuts from a parsed page what no candidate should look at: scripts, hidden boxes, menus of links, small asides.

Half of a page's elements are menus. Without them every library is faster by a third and, on Chinese portals, better.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

from extractors.articles.lines import ASIDE_TAGS, is_hidden

UNREADABLE = ("script", "style", "noscript", "svg", "template", "iframe", "canvas")
# void elements only: to libxml2 `source` and `track` hold what follows them
TEXTLESS = ("meta", "link", "input", "img", "param", "area")
BOXES = frozenset(
    ("div", "ul", "ol", "nav", "table", "section", "aside", "footer", "header", "td", "tr", "dl", "form", "menu")
)
BOXED = BOXES | ASIDE_TAGS
REVEALED_CHARS = 1_000
MENU_LINKS = 4
MENU_LINK_SHARE = 0.8
CARD_CHARS = 90  # in an average link: cards that describe what they lead to, as documentation has them, are no menu
PLAIN_RUN_CHARS = 40  # a box with a longer run of plain text is no menu
ASIDE_SHARE = 0.25  # of the page's plain text; an aside with more is the article in a careless page


class Box(NamedTuple):
    """What stands inside an element: characters, those in links, links, the longest run outside links."""

    chars: int
    link_chars: int
    links: int
    longest_run: int

    @property
    def is_menu(self) -> bool:
        """Whether there is hardly anything but links."""
        return (
            self.links >= MENU_LINKS
            and self.link_chars > MENU_LINK_SHARE * self.chars
            and self.longest_run < PLAIN_RUN_CHARS
            and self.link_chars < CARD_CHARS * self.links
        )


def cut_code(tree: Any) -> None:
    """Cut in place what is written for machines, but for structured data: years in scripts are taken for dates."""
    etree.strip_elements(tree, *(tag for tag in UNREADABLE if tag != "script"), with_tail=False)
    for script in list(tree.iter("script")):
        if script.get("type") != "application/ld+json" and script.getparent() is not None:
            script.drop_tree()


def prune(tree: Any) -> None:
    """Cut in place."""
    etree.strip_elements(tree, *UNREADABLE, *TEXTLESS, with_tail=False)
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
    return [element for element in tree.xpath("//@hidden/.. | //@style/..") if is_hidden(element)]


def menus_in(tree: Any) -> list[Any]:
    """Menus of links, and asides that hold little of the page's plain text; inner ones before outer ones."""
    menus, asides = list[Any](), list[tuple[Any, int]]()
    plain = 0
    for element, box in boxes_in(tree):
        if element is tree:
            plain = box.chars - box.link_chars
        if element.tag in ASIDE_TAGS:
            asides.append((element, box.chars - box.link_chars))
        if element.tag in BOXES and box.is_menu:
            menus.append(element)
    return menus + [element for element, its_plain in asides if its_plain < ASIDE_SHARE * plain]


def boxes_in(tree: Any) -> Iterator[tuple[Any, Box]]:
    """Yield each element that may be a menu or an aside, and the root, with what stands inside it, inner ones first.

    Counts run through the page; what stands in a box is what was counted since it began.
    """
    chars = link_chars = links = in_links = longest = 0
    opened = list[Box]()
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag, is_start = element.tag, event == "start"
        if tag == "a":
            in_links += 1 if is_start else -1
            links += is_start
        elif tag in BOXED or element is tree:
            if is_start:
                opened.append(Box(chars, link_chars, links, longest))
                longest = 0
            else:
                before = opened.pop()
                if links - before.links >= MENU_LINKS or tag in ASIDE_TAGS or element is tree:
                    yield (
                        element,
                        Box(chars - before.chars, link_chars - before.link_chars, links - before.links, longest),
                    )
                longest = max(longest, before.longest_run)
        text = element.text if is_start else element.tail
        if text and (count := len(text.strip())):
            chars += count
            if in_links:
                link_chars += count
            else:
                longest = max(longest, count)
