"""The list a page prints under "Key Takeaways" or 要点, line by line. None is invented."""

import re

from extractors.records import Takeaway
from extractors.tags.lexicon import Scan

HEADING = re.compile(
    (
        r"^(key (takeaways?|points?|facts|findings)|takeaways|at a glance|the bottom line|要点|要點|划重点|劃重點|"
        r"摘要|核心要点|核心观点|重点摘要|重點摘要|本文要点)\s*[:\uff1a]?$"
    ),
    re.IGNORECASE,
)
BULLET = re.compile(r"^\s*(?:[-•·*▪◆●]|\d{1,2}[.、)])\s*")


def takeaways_of(scan: Scan) -> tuple[Takeaway, ...]:
    """The lines of the list, each with its place."""
    sections = scan.article.sections
    wanted = {number for number, section in enumerate(sections) if HEADING.match(section.heading.strip())}
    lines: list[Takeaway] = []
    for part in scan.parts:
        if part.part != "text":
            continue
        text = scan.text[part.start : part.end]
        lines += listed(scan, part.start, text) if part.section_no in wanted else inline(scan, part.start, text)
    return tuple(lines)


def listed(scan: Scan, start: int, text: str) -> list[Takeaway]:
    """List lines of a section under such a heading; plain lines where it has no bullets."""
    lines = lines_in(text)
    bullets = [line for line in lines if BULLET.match(line[1])]
    return [takeaway(scan, start + offset, line) for offset, line in bullets or lines]


def inline(scan: Scan, start: int, text: str) -> list[Takeaway]:
    """List lines after such a heading that was printed as a plain line."""
    lines, taking, found = lines_in(text), False, []
    for offset, line in lines:
        if HEADING.match(BULLET.sub("", line).strip()):
            taking = True
        elif taking and BULLET.match(line):
            found.append(takeaway(scan, start + offset, line))
        else:
            taking = False
    return found


def lines_in(text: str) -> list[tuple[int, str]]:
    """Lines with a word behind their bullet, and where each begins."""
    found, offset = [], 0
    for line in text.split("\n"):
        if BULLET.sub("", line).strip():
            found.append((offset, line))
        offset += len(line) + 1
    return found


def takeaway(scan: Scan, start: int, line: str) -> Takeaway:
    """One line without its bullet."""
    match = BULLET.match(line)
    lead = match.end() if match else len(line) - len(line.lstrip())
    return Takeaway(line[lead:].rstrip(), scan.span(start + lead, start + len(line.rstrip())))
