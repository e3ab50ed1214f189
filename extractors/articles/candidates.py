"""Finds the main text several ways and takes the one the others agree with most.

trafilatura alone keeps the surroundings of Chinese pages (layout tables, recommended lists) and loses sibling parts of
English ones; no library is best on both. When it agrees with a plain density window it is right almost always (62 % of
public test pages), so the slower ones are asked for the rest only.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import readability
import trafilatura
from lxml import etree, html
from resiliparse.extract.html2text import extract_plain_text

from extractors.articles.lines import HEADINGS, Line, fold, lines_of

AGREE = 0.9  # token F1 between trafilatura and the window from which on nobody else is asked
TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
HAN_WEIGHT = 2.5  # a Chinese character says as much as so many letters
LINE_COST = 40.0  # letters a line must bring to be worth its place in the window
LINK_COST = 2.0  # a letter inside a link counts against its line
MOSTLY_LINK = 0.6
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


def best_lines(tree: Any, markup: str, page_lines: Sequence[Line], url: str, clean: Clean) -> list[Line]:
    """The lines of the main text, not yet cleaned. `clean` takes furniture off before candidates are compared."""
    first = candidate("trafilatura", by_trafilatura(tree, url), clean)
    window = candidate("window", by_density(page_lines), clean)
    if agreement(first.tokens, window.tokens) >= AGREE:
        return with_headings(first.lines, page_lines)
    more = [
        candidate("readability", by_readability(markup), clean),
        candidate("resiliparse", by_resiliparse(markup, page_lines), clean),
    ]
    return with_headings(most_agreed([first, window, *more]).lines, page_lines)


def candidate(name: str, lines: list[Line], clean: Clean) -> Candidate:
    """Lines with their words counted as they would be kept."""
    return Candidate(name, lines, Counter(TOKEN.findall(" ".join(line.text for line in clean(lines)).lower())))


def most_agreed(candidates: Sequence[Candidate]) -> Candidate:
    """The one with the highest mean agreement with the others, and some trust by its name; the earlier where they tie."""
    return max(candidates, key=lambda one: TRUST[one.name] + mean_agreement(one, candidates))


def mean_agreement(one: Candidate, candidates: Sequence[Candidate]) -> float:
    """With all others, 0 to 1."""
    others = [other for other in candidates if other is not one]
    return sum(agreement(one.tokens, other.tokens) for other in others) / len(others)


def agreement(one: Counter[str], other: Counter[str]) -> float:
    """F1 of two bags of words, 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def by_trafilatura(tree: Any, url: str) -> list[Line]:
    """What trafilatura takes for the main text."""
    document: Any = trafilatura.bare_extraction(
        tree, url=url, include_comments=False, include_tables=True, include_links=True, with_metadata=False
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
    return len(text) + (HAN_WEIGHT - 1) * len(HAN.findall(text))


def is_mostly_link(line: Line) -> bool:
    """Whether a line is there to be clicked."""
    return line.link_chars > MOSTLY_LINK * len(line.text) and weight(line.text) < 3 * LINE_COST


def by_readability(markup: str) -> list[Line]:
    """What readability-lxml takes for the main text: best of all single libraries on Chinese pages."""
    try:
        summary = readability.Document(markup).summary(html_partial=True)
        return lines_of(html.fromstring(summary))
    except (readability.readability.Unparseable, etree.LxmlError, ValueError, TypeError):
        return []


def by_resiliparse(markup: str, page_lines: Sequence[Line]) -> list[Line]:
    """The page's lines that resiliparse counts as main content."""
    text = extract_plain_text(markup, main_content=True, alt_texts=False, preserve_formatting=True, links=False)
    kept = {fold(line) for line in text.splitlines()}
    return [line for line in page_lines if line.key in kept and line.key]
