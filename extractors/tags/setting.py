"""What an article names and how it is printed: each topic weighs that in its own way (topic_weights.py).

A headline that names a model speaks for a release, one with an agency for policy or a rule, many figures for markets.
"""

import math
from collections import defaultdict
from collections.abc import Mapping

from extractors.tags.files import Entity
from extractors.tags.lexicon import CHINESE_HOMES, Scan

TYPES = ("company", "model", "product", "media", "person", "organisation", "agency", "place")
TITLED = ("company", "model", "product", "person", "agency", "place")  # the others hardly ever stand in a headline
SIDES = ("us", "china", "other")
SETTING = (
    *TYPES,
    *(f"title_{name}" for name in TITLED),
    *SIDES,
    *(f"title_{name}" for name in SIDES),
    "title_question",
    "title_figure",
    "title_percent",
    "title_money",
    "sentences",
    "figures",
    "quotes",
)
MONEY = ("$", "亿", "illion")
MARKS = '“"'


def setting_of(scan: Scan, entities: Mapping[str, Entity]) -> tuple[float, ...]:
    """The numbers that SETTING names, each of the order of 1."""
    counts, titled = defaultdict[str, int](int), set[str]()
    for hit in scan.of_kind("entity"):
        entity = entities[hit.key]
        kind, side = entity.type, side_of(entity)
        counts[kind] += 1
        counts[side] += 1
        if hit.part_no in scan.titles:
            titled |= {kind, side}
    return (
        *(math.log1p(counts[name]) / 2 for name in TYPES),
        *(float(name in titled) for name in TITLED),
        *(math.log1p(counts[name]) / 2 for name in SIDES),
        *(float(name in titled) for name in SIDES),
        *print_of(scan),
    )


def side_of(entity: Entity) -> str:
    """Which side a name stands on; "" when none is known."""
    if entity.country == "US":
        return "us"
    return "china" if entity.country in CHINESE_HOMES else "other" if entity.country else ""


def print_of(scan: Scan) -> tuple[float, ...]:
    """The headline's signs, and how much text, figures and quoted words there are."""
    title_end = max((scan.parts[number].end for number in scan.titles), default=0)
    title = scan.folded[:title_end]
    digits = sum(map(scan.folded.count, "0123456789"))
    return (
        float("?" in title),
        float(any(map(str.isdigit, title))),
        float("%" in title),
        float(any(sign in title for sign in MONEY)),
        math.log1p(len(scan.sentences)) / 3,
        math.log1p(100 * digits / max(1, len(scan.text))) / 2,
        math.log1p(sum(map(scan.text.count, MARKS))) / 3,
    )
