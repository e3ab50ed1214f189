"""Whom a text credits: `Source: X`, `X reported`, `according to X`, 据X报道, 来源:X. Never the publisher itself."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractors.records import Attribution, Span
from extractors.tags.files import Entity
from extractors.tags.lexicon import Scan
from extractors.urls import digest

NAME = r"(?P<name>[A-Z][\w&.'’-]*(?: (?:of|for|and|the|&) [A-Z][\w&.'’-]*| [A-Z][\w&.'’-]*){0,5})"
SAYS = (
    r"(?:reported|reports|said|says|told|wrote|writes|noted|estimates|estimated|found|warned|"
    r"describes|described|suggests|claimed|revealed|confirmed|announced|argues|predicted|forecast)"
)
ENGLISH = (
    re.compile(rf"\b[Ss]ource(?:s)?\s*[:\uff1a]\s*{NAME}"),
    re.compile(
        rf"\b(?:[Aa]ccording to|[Aa]s reported by|[Rr]eported by|[Ff]irst reported by|[Cc]iting|[Vv]ia|"
        rf"report(?:s)? (?:by|from)|data from|figures from|survey by|analysts? at|researchers at|told|"
        rf"estimates? (?:by|from))\s+(?:a |an |the |research firm |market researcher |newspaper |"
        rf"analysts at |data from )*{NAME}"
    ),
    re.compile(
        rf"{NAME}(?:’s|'s)? (?:analysts?|researchers?|reporters?)?\s?(?:has |have |had |also |previously |first )?{SAYS}\b"
    ),
)
CHINESE_NAME = r"(?P<name>[^\s,\uff0c。;\uff1b:\uff1a“”\"()\uff08\uff09、]{2,20}?)"
CHINESE = (
    re.compile(r"(?:来源|來源|消息来源|稿源|转自)[:\uff1a]\s*(?P<name>[^\s,\uff0c。;\uff1b()\uff08\uff09]{2,20})"),
    re.compile(
        rf"(?:据|據|根据|根據|援引|引述){CHINESE_NAME}(?:\d{{1,2}}[日月]|[当今昨]日|最新|发布|發布|的)?(?:报道|報道|報導|消息|称|稱|透露|披露|数据|數據|统计|統計|显示|顯示|报告|報告|引述|援引)"
    ),
    re.compile(rf"{CHINESE_NAME}(?:\d{{1,2}}日)?(?:报道|報道|報導|报导)(?:称|稱|,|\uff0c|指)"),
)
ANONYMOUS = re.compile(
    r"\b(?:industry analysts|analysts (?:say|said|expect|anticipate|believe)|"
    r"people familiar with the (?:matter|plans)|sources familiar|unnamed officials|"
    r"industry (?:insiders|observers|experts)|a person briefed|two people|three people|experts (?:say|said|believe))"
    r"|(?:业内人士|業內人士|知情人士|业界人士|分析人士|有分析师|消息人士|内部人士|相关人士|市场人士|专家认为|专家表示)",
    re.IGNORECASE,
)
KINDS = {
    "media": "publication",
    "agency": "official",
    "organisation": "organisation",
    "company": "organisation",
    "lab": "organisation",
    "person": "person",
}
CREDITED = ("media", "agency", "organisation", "company", "lab")
SELF_NAMES = re.compile(
    r"^(He|She|It|They|We|I|This|That|The|A|An|But|And|In|On|As|Chinese|China|Beijing|US|U\.S|American|Officials?|Analysts?|Researchers?|Experts?|Sources?|One|Some|Many|Trump|Which|Who|What|Report|Reports|People|Companies|State|Mr|Ms)\b"
)
ANONYMOUS_NAMES = {"industry analysts": "industry analysts"}


@dataclass(frozen=True, slots=True)
class Credit:
    """One credit as found: whom, which kind, where."""

    source_id: str
    source_name: str
    kind: str
    start: int
    end: int


def attributions_of(scan: Scan, entities: Mapping[str, Entity]) -> tuple[Attribution, ...]:
    """Every source credited with count and link, most credited first."""
    found: dict[str, list[Credit]] = defaultdict(list)
    for credit in credits_in(scan, entities):
        if not any(credit.start < other.end and other.start < credit.end for other in found[credit.source_id]):
            found[credit.source_id].append(credit)
    linked = {name.lower() for name in scan.article.linked_names}
    rows = [attribution(scan, list_, linked) for list_ in found.values() if list_]
    return tuple(sorted(rows, key=lambda row: (-row.count, row.source_name)))


def attribution(scan: Scan, credits: list[Credit], linked: set[str]) -> Attribution:
    """The credits of one source as a row."""
    first = credits[0]
    spans: tuple[Span, ...] = tuple(scan.span(credit.start, credit.end) for credit in credits)
    is_linked = any(first.source_name.lower() in name for name in linked)
    return Attribution(first.source_id, first.source_name, first.kind, len(credits), is_linked, spans)


def credits_in(scan: Scan, entities: Mapping[str, Entity]) -> Iterator[Credit]:
    """All credits, in the order of the patterns."""
    names = [hit for hit in scan.hits if hit.kind == "entity"]
    for number, pattern in enumerate((*ENGLISH, *CHINESE)):
        for match in pattern.finditer(scan.text):
            start, end = match.span("name")
            hit = next((h for h in names if h.start < end and start < h.end and entities[h.key].type in CREDITED), None)
            if hit is not None:
                if is_publisher(scan, entities[hit.key]) or not counts(entities[hit.key], number):
                    continue
                yield Credit(hit.key, entities[hit.key].name, KINDS[entities[hit.key].type], hit.start, hit.end)
            elif number in (0, 3) and not SELF_NAMES.match(match["name"]):
                yield named(scan, match["name"].strip(), start)
    for match in ANONYMOUS.finditer(scan.text):
        name = " ".join(match[0].lower().split())
        yield Credit(digest("source", name), name, "anonymous", match.start(), match.end())


def counts(entity: Entity, pattern_number: int) -> bool:
    """A firm that speaks of itself (`OpenAI said`) is no source; a medium, an organisation or an agency is."""
    return entity.type in ("media", "organisation", "agency") or pattern_number in (0, 3)


def named(scan: Scan, name: str, start: int) -> Credit:
    """A source that no entity stands for, by its printed name."""
    name = name.rstrip(".’'")
    return Credit(digest("source", name.lower()), name, "publication", start, start + len(name))


def is_publisher(scan: Scan, entity: Entity) -> bool:
    """Whether a medium is the one that prints the text: its name or address holds the alias."""
    own = f"{scan.article.feed.publisher} {scan.article.feed.title}".lower()
    return entity.type == "media" and any(
        alias.lower().replace(" ", "") in own.replace(" ", "")
        for alias in entity.aliases
        if len(alias) > 2 or not alias.isascii()
    )
