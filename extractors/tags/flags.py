"""Quality flags, each with its proof: single source, credit without link, spun wording, boilerplate, stub, digest, advert."""

import re
from collections.abc import Sequence

from extractors.records import Attribution, Flag
from extractors.tags.lexicon import Scan

# words that thesaurus spinning leaves behind: compounds and phrases with one part swapped for a synonym that nobody uses
# there; collected by us from how such rewrites read, none of them occurs in ordinary prose
SPUN = re.compile(
    r"\b(feel[- ]tanks?|suppose[- ]tanks?|assume[- ]tanks?|think-reservoirs?|man-made intelligence|synthetic intelligence lab|"
    r"machine studying|deep studying|neural communities|large language fashions?|language fashions|"
    r"open[- ]supply (?:model|fashion|code)s?|"
    r"open-sourced fashions?|textual content prompts?|semi-conductor potato|chip-creator|search motor|"
    r"in accordance to|knowledge facilities|data facilit(?:y|ies) of ai|cloud handling|personal laptop computer|"
    r"white home|wall road|silicon vale|the large apple firm|prime minister's workplace)\b",
    re.IGNORECASE,
)
SPUN_ZH = re.compile(r"人造智能|机器进修|深度进修|天然语言处置|年夜模型|年夜语言|言语模型|开放源泉")
LINKLESS_FLOOR = 1
SINGLE_SOURCE_FLOOR = 3
TEASER = re.compile(
    r"(continue reading|read the full (story|article)|继续阅读|繼續閱讀|阅读全文|閱讀全文|点击查看全文)[\s…》>.]*$",
    re.IGNORECASE,
)


def flags_of(scan: Scan, attributions: Sequence[Attribution]) -> tuple[Flag, ...]:
    """The flags of an article."""
    found = [*source_flags(attributions), *wording_flags(scan), *shape_flags(scan)]
    return tuple(flag for flag in found if flag is not None)


def source_flags(attributions: Sequence[Attribution]) -> list[Flag]:
    """One source credited again and again, and credits without a link."""
    publications = [row for row in attributions if row.kind == "publication"]
    flags = []
    if publications and publications[0].count >= SINGLE_SOURCE_FLOOR and len(publications) == 1:
        only = publications[0]
        flags.append(
            Flag(
                "single-source", f"{only.source_name} credited {only.count} times, no other publication", only.spans[0]
            )
        )
    unlinked = [row for row in publications if not row.linked]
    if len(unlinked) >= LINKLESS_FLOOR:
        first = unlinked[0]
        flags.append(
            Flag("attribution-without-link", f"{first.source_name} is credited without a link", first.spans[0])
        )
    return flags


def wording_flags(scan: Scan) -> list[Flag]:
    """A phrase that only a thesaurus leaves behind."""
    match = SPUN.search(scan.text) or SPUN_ZH.search(scan.text)
    return (
        [Flag("spun-wording", f"“{match[0]}” is no expression of the language", scan.span(*match.span()))]
        if match
        else []
    )


def shape_flags(scan: Scan) -> list[Flag]:
    """What the page's shape says: boilerplate that was cut, a paywall, a teaser, an advert."""
    flags = []
    if scan.article.removed:
        sample = "; ".join(removed.words[:40] for removed in scan.article.removed[:3])
        flags.append(Flag("boilerplate-removed", sample))
    for kind, flag in (("stub", "paywall-stub"), ("advert", "advert")):
        hits = scan.of_kind(kind)
        if len(hits) >= (1 if kind == "stub" else 3):
            flags.append(Flag(flag, scan.text[hits[0].start : hits[0].end], scan.span(hits[0].start, hits[0].end)))
    if match := TEASER.search(scan.text):
        flags.append(Flag("teaser-only", match[0].strip(), scan.span(match.start(), match.end())))
    return flags
