"""Finds the main text several ways and takes the one the others agree with most.

trafilatura alone keeps the surroundings of Chinese pages (layout tables, recommended lists) and loses sibling parts of
English ones; no library is best on both. When it agrees with a plain density window it is right almost always (three
quarters of public test pages), so the others are asked for the rest only.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any

import trafilatura
from lxml import etree, html
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.readability_lxml import Document as Readable

from extractors.articles.lines import HEADINGS, Line, fold, lines_of
from extractors.records import Choice

AGREE = 0.88  # token F1 between trafilatura and the window from which on nobody else is asked
FEWEST_TOKENS = 20  # a candidate with less has found nothing: two of them would agree perfectly
FAR_SHORTER = 0.5  # of the window's words: trafilatura is asked again with its own second opinions
STUNTED = 0.25  # of the middle candidate's words
HELD = 0.95  # of a candidate's words
MOST_GROWN = 10
TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
WORD = re.compile(r"[a-z0-9]+")  # what TOKEN finds where there is nothing but ASCII
HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
HAN_WEIGHT = 2.5  # a Chinese character says as much as so many letters
LINE_COST = 40.0  # letters a line must bring to be worth its place in the window
LINK_COST = 2.0  # a letter inside a link counts against its line
MOSTLY_LINK = 0.6
START_CHARS = 3  # of a line's key, by which lines are looked up
HEADING_REACH = 4  # lines of the page between two kept ones among which a lost heading is looked for

# what a library's choice is worth beside its agreement; fitted on the same pages, flat around these values
TRUST = {"trafilatura": 0.04, "window": 0.0, "readability": 0.04, "resiliparse": 0.02}

Clean = Callable[[Sequence[Line]], list[Line]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way's choice of lines, and its words counted."""

    name: str
    lines: list[Line]
    tokens: Counter[str]

    @property
    def size(self) -> int:
        """Words."""
        return self.tokens.total()

    @property
    def headings(self) -> int:
        """Lines that are headings."""
        return sum(1 for line in self.lines if line.level)


def best_lines(
    tree: Any, markup: str, page_lines: Sequence[Line], clean: Clean, *, is_chinese: bool, is_huge: bool
) -> tuple[list[Line], Choice]:
    """The lines of the main text, not yet cleaned, and how they were chosen. `tree` is pruned, and left as it is.

    `clean` takes furniture off before candidates are compared.
    """
    window = candidate("window", by_density(page_lines), clean)
    if is_huge:
        return window.lines, Choice(window.name, (), "a huge page: only the window was asked")
    printed = Printed(page_lines)
    first = candidate("trafilatura", printed.found_again(by_trafilatura(tree)), clean)
    agreed = agreement(first.tokens, window.tokens)
    if agreed >= AGREE and first.size >= FEWEST_TOKENS:
        choice = Choice(first.name, (f"window {agreed:.2f}",), f"trafilatura and the window agree ({agreed:.2f})")
        return with_headings(first.lines, page_lines), choice
    if first.size < FAR_SHORTER * window.size and not is_chinese:
        first = candidate("trafilatura", printed.found_again(by_trafilatura(tree, fast=False)), clean)
    readable = candidate("readability", printed.found_again(by_readability(tree)), clean)
    resilient = candidate("resiliparse", by_resiliparse(markup, page_lines), clean)
    heard = worth_hearing([first, window, readable, resilient], is_chinese=is_chinese)
    best, choice = most_agreed(heard)
    if not is_chinese and first in heard and holds(first, best):
        best, choice = first, Choice(first.name, (best.name,), f"holds all that {best.name} found, and more")
    return with_headings(best.lines, page_lines), choice


def holds(whole: Candidate, part: Candidate) -> bool:
    """Whether one candidate has the other's words and headings and more of them: the other lost sections, lists or posts.

    Not asked of Chinese pages, where what trafilatura has more is mostly comments and lists.
    """
    shared = (whole.tokens & part.tokens).total()
    is_longer = part.size < whole.size <= MOST_GROWN * part.size
    return is_longer and shared >= HELD * part.size and whole.headings >= part.headings


def worth_hearing(candidates: Sequence[Candidate], *, is_chinese: bool) -> Sequence[Candidate]:
    """Those that found something; outside Chinese pages not those that found far less than the others.

    On Chinese portals the shorter ones are mostly right: what the others have more are comments and lists.
    """
    heard = [each for each in candidates if each.size >= FEWEST_TOKENS] or list(candidates)
    middle = sorted(each.size for each in heard)[len(heard) // 2]
    return heard if is_chinese else [each for each in heard if each.size >= STUNTED * middle] or heard


class Printed:
    """The lines of a page, to find again what a library printed in its own way: joined, without links or list marks."""

    def __init__(self, page_lines: Sequence[Line]) -> None:
        self.by_key: dict[str, Line] = {}
        self.by_start: dict[str, list[Line]] = {}
        for line in page_lines:
            if line.key and line.key not in self.by_key:
                self.by_key[line.key] = line
                self.by_start.setdefault(line.key[:START_CHARS], []).append(line)

    def found_again(self, lines: Sequence[Line]) -> list[Line]:
        """The page's own lines where they are the same; a line that is several of them joined becomes these."""
        return [each for line in lines for each in self._same(line)]

    def _same(self, line: Line) -> list[Line]:
        if line.key in self.by_key:
            own = self.by_key[line.key]
            return [replace(own, level=own.level or line.level, is_item=own.is_item or line.is_item)]
        found, at = list[Line](), 0
        while at < len(line.key):
            starting = self.by_start.get(line.key[at : at + START_CHARS], ())
            match = max(
                (own for own in starting if line.key.startswith(own.key, at)),
                key=lambda own: len(own.key),
                default=None,
            )
            if match is None:
                return [line]
            found.append(match)
            at += len(match.key)
        return found or [line]


def candidate(name: str, lines: list[Line], clean: Clean) -> Candidate:
    """Lines with their words counted as they would be kept."""
    return Candidate(name, lines, Counter(chain.from_iterable(words_in(line.text) for line in clean(lines))))


@lru_cache(maxsize=2_048)  # every candidate asks about the same lines
def words_in(text: str) -> Sequence[str]:
    """The words of a text in lower case, each Chinese or Japanese character one of them."""
    return (WORD if text.isascii() else TOKEN).findall(text.lower())


def most_agreed(candidates: Sequence[Candidate]) -> tuple[Candidate, Choice]:
    """The one with the highest mean agreement with the others, and some trust by its name; the earlier where they tie."""
    scores = {one.name: TRUST[one.name] + mean_agreement(one, candidates) for one in candidates}
    best, *others = sorted(candidates, key=lambda one: -scores[one.name])
    runners_up = tuple(f"{one.name} {scores[one.name]:.2f}" for one in others)
    why = f"most agreed with ({scores[best.name]:.2f})" if others else "the only one that found text"
    return best, Choice(best.name, runners_up, why)


def mean_agreement(one: Candidate, candidates: Sequence[Candidate]) -> float:
    """With all others, 0 to 1."""
    others = [other for other in candidates if other is not one]
    return sum(agreement(one.tokens, other.tokens) for other in others) / (len(others) or 1)


def agreement(one: Counter[str], other: Counter[str]) -> float:
    """F1 of two bags of words, 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def by_trafilatura(tree: Any, *, fast: bool = True) -> list[Line]:
    """What trafilatura takes for the main text. Its own second opinions come with `fast=False` and cost half as much again."""
    document: Any = trafilatura.bare_extraction(
        tree,
        fast=fast,
        include_comments=False,
        include_tables=True,
        with_metadata=False,
        output_format="txt",  # the default prints the tree a second time
    )
    if document is None or document.body is None:
        return []
    return lines_of(with_html_headings(document.body))


def with_html_headings(body: Any) -> Any:
    """trafilatura calls a heading `head`; `lines_of` reads HTML, where that is something else."""
    for heading in list(body.iter("head")):
        rend = heading.get("rend", "h2")
        heading.tag = rend if rend in HEADINGS else "h2"
    return body


def with_headings(lines: Sequence[Line], page_lines: Sequence[Line]) -> list[Line]:
    """The lines with the page's headings that stand between two of them and that the library left out."""
    places = {line.key: number for number, line in reversed(list(enumerate(page_lines))) if line.key}
    keys = {line.key for line in lines}
    result, before = list[Line](), None
    for line in lines:
        place = places.get(line.key)
        if before is not None and place is not None and 1 < place - before <= HEADING_REACH:
            between = page_lines[before + 1 : place]
            result += [each for each in between if each.level > 1 and each.key not in keys and not each.aside]
        result.append(line)
        before = place
    return result


def by_density(page_lines: Sequence[Line]) -> list[Line]:
    """The run of lines that brings most plain text for its length: a maximum-sum window, links counting against."""
    best, best_at, total, start = 0.0, (0, 0), 0.0, 0
    for number, line in enumerate(page_lines):
        if total <= 0:
            total, start = 0.0, number
        total += gain(line)
        if total > best:
            best, best_at = total, (start, number + 1)
    return [line for line in page_lines[slice(*best_at)] if not line.aside and not is_mostly_link(line)]


def gain(line: Line) -> float:
    """What a line adds to a window, in letters."""
    if line.aside:
        return -LINE_COST - weight(line.text)
    return weight(line.text) * (1 - (1 + LINK_COST) * line.link_chars / len(line.text)) - LINE_COST


def weight(text: str) -> float:
    """Length in letters, a Chinese character counted for what it says."""
    return len(text) if text.isascii() else len(text) + (HAN_WEIGHT - 1) * len(HAN.findall(text))


def is_mostly_link(line: Line) -> bool:
    """Whether a line is there to be clicked."""
    return line.link_chars > MOSTLY_LINK * len(line.text) and weight(line.text) < 3 * LINE_COST


def by_readability(tree: Any) -> list[Line]:
    """What Readability takes for the main text: best of all single ways on Chinese pages.

    trafilatura's own copy of it: a third of the time of readability-lxml, better in the vote by up to .004 of English F1.
    """
    try:
        return lines_of(html.fromstring(Readable(deepcopy(tree)).summary()))
    except (etree.LxmlError, ValueError, TypeError, AssertionError):
        return []


def by_resiliparse(markup: str, page_lines: Sequence[Line]) -> list[Line]:
    """The page's lines that resiliparse counts as main content."""
    text = extract_plain_text(markup, main_content=True, alt_texts=False, preserve_formatting=True, links=False)
    kept = {fold(line) for line in text.splitlines()}
    return [line for line in page_lines if line.key in kept and line.key]
