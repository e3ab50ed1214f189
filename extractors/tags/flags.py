"""Quality flags, each with its proof: single source, credit without link, spun wording, boilerplate, stub, digest, advert."""

import re
from collections.abc import Sequence

from extractors.records import Attribution, Flag
from extractors.tags.lexicon import READ_CHARS, Scan

LINKLESS_FLOOR = 1
SINGLE_SOURCE_FLOOR = 3
TEASER_CHARS = 80  # at the very end
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
    return [
        Flag("spun-wording", f"“{words}” is no expression of the language", scan.span(hit.start, hit.end))
        for hit in scan.of_kind("spun")[:1]
        if (words := scan.text[hit.start : hit.end])
    ]


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
    if (chars := len(scan.article.text)) > READ_CHARS:
        flags.append(Flag("read-in-part", f"tags are of the first {READ_CHARS:,} of {chars:,} characters"))
    if match := TEASER.search(scan.text, max(0, len(scan.text) - TEASER_CHARS)):
        flags.append(Flag("teaser-only", match[0].strip(), scan.span(match.start(), match.end())))
    return flags
