"""Whom a text credits: `Source: X`, `X reported`, `according to X`, 据X报道, 来源:X. Never the publisher itself.

A sentence with a word of credit is read closely, any other not at all. A medium named beside such a word is a source, and
so is who studies others (broker, research firm, think-tank); a firm or ministry only where it is credited outright, since
a party that speaks of itself is no source. A name that no entity stands for counts when it is printed like one.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors.records import Attribution, Span
from extractors.tags.files import Entity
from extractors.tags.lexicon import Hit, Scan
from extractors.urls import digest

KINDS = {
    "media": "publication",
    "agency": "official",
    "organisation": "organisation",
    "company": "organisation",
    "lab": "organisation",
}
REACH = {
    False: 60,
    True: 16,
}  # characters between an organisation and its word of credit, by whether the text is Chinese
NEAR_CHARS = 130
CLOSE = 16  # between a phrase of credit and a firm, university or ministry
STATED = ("reported", "found", "finds", "revealed", "estimates", "estimated", "warned", "warns", "said", "says")
OTHERS = (
    "researchers at",
    "researcher at",
    "researchers from",
    "analysts at",
    "analyst at",
    "analysts from",
    "study by",
    "data from",
    "survey by",
    "report by",
    "report from",
    "analysis by",
)
PLAIN_CREDIT = ("according to", "根据", "据")
ADJECTIVES = re.compile(r"(?:’s|'s)?\s*(?:(?:security|threat|senior|chief|own|safety|AI|intelligence)\s*)*")
SUBJECT = re.compile(
    r"(?:, [^,.\n]{3,70},)?\s(?:on \w+day |last \w+ |also |recently |has |had |security researchers )*"
)
PARTY = re.compile(  # organisations that mostly speak of themselves
    r"University|Academy|Institute of Technology|School|Exchange|Nasdaq|Summit|Conference|Party|Nations|Army|Fund\b|Assembly|"
    r"Union|C2PA|Red Cross|Forum|Congress|Olympic|Congressional|MIT\b"
)
WORD = r"[A-Z0-9][\w&.'’-]*"
SKIPPED = (
    r"(?:(?:an?|the|its|new|recent|last|research|market|security|cybersecurity|consulting|data|intelligence|tracking|news|"
    r"traffic|tech|technology|AI|online|mobile|US|U\.S\.|UK|British|American|Chinese|Swedish|London-based|Beijing-based|"
    r"firm|company|group|startup|tracker|consultancy|researcher|platform|provider|agency|newspaper|outlet|site|website|"
    r"broadcaster|magazine|journal|think-tank|think tank|product|analytics|from|by|at|of|analysts|report|data|"
    r"January|February|March|April|May|June|July|August|September|October|November|December)\s+){0,7}"
)
SOURCE_LINE = re.compile(
    rf"[Ss](?<!\w[Ss])ources?\s*[:\uff1a]\s*(?P<name>{WORD}(?: (?:of|for|and|the|&) {WORD}| {WORD}){{0,5}})"
)
SOURCE_LINE_ZH = re.compile(
    r"(?:来源|來源|消息源|稿源|转自|轉自)\s*[:\uff1a]\s*(?P<name>[^\s,\uff0c。;\uff1b、()\uff08\uff09|]{2,20})"
)
SOURCE_WORDS, SOURCE_WORDS_ZH = ("ource",), ("源", "转自", "轉自")  # one of them is in every such line
CREDITED = re.compile(rf"\s+{SKIPPED}(?P<name>{WORD}(?: (?:of|for|the|&|and) {WORD}| {WORD}){{0,5}})")
CREDITED_ZH = re.compile(
    r"(?:记者从|記者從|外媒|媒体|市场研究机构|研究机构|咨询机构|市调机构|机构|《)*(?P<name>[^\s,\uff0c。;\uff1b:\uff1a“”\"()\uff08\uff09、《》]{2,16}?)》?"
    r"(?:\d{1,2}月\d{1,2}日|\d{1,2}日|最新|近日|发布|發布|的|统计|統計)*(?:报道|報道|報導|报导|消息|数据|數據|统计|統計|研报|报告|報告|显示|顯示)"
)
STUDIES = re.compile(  # printed like the name of one that studies, prints or trades
    r"\b(?:Research|Securities|Institut(?:e|ion)|Times|Daily|News|Post|Journal|Tribune|Gazette|Weekly|Review|Observer|Monitor|"
    r"Capital|University|Insights?|Analytics|Analysis|Association|Cent(?:er|re)|Project|Foundation|Council|Intelligence|"
    r"Consult(?:ing|ants)|Labs?|Tracker|Advisors|Endowment|Forum|Index|Radio|Television|TV|Press|Agency|Wire|Studies|Accelerator|Watch)\b"
    r"|\.(?:com|ai|org|net|cn|io)$|^[A-Z][a-z]*[A-Z]\w*$|^[A-Z]{3,}\w*$|^\w*\d\w*$"
)
STUDIES_ZH = re.compile(
    r"(?:证券|證券|研究院|研究所|研究中心|日报|日報|晚报|晚報|时报|時報|早报|新闻|新聞|新闻网|通讯社|通訊社|周刊|週刊|杂志|雜誌|咨询|諮詢|"
    r"研究|协会|協會|学会|大学|卫视|电视台|電視台|电台|财经|財經|数据|监测|智库|榜|报|報|网|社|银行|资本|期货|在线|之家|国际)$"
)
NO_NAME = re.compile(
    r"^(?:He|She|It|They|We|I|This|That|China|Chinese|Beijing|Washington|US|USA|U\.S|American|AI|CEO|"
    r"Officials?|Wall Street|Journal|Industry|Market|Markets|Tech|Most|Several|Independent|Financial|Equity|Security|"
    r"Senior|Chief|"
    r"Stock|Policy|Defen[cs]e|Military|Other|Outside|Western|Foreign|Brokerage|Research|Data|Study|Street|"
    r"Analysts?|Researchers?|Experts?|Sources?|One|Some|Many|Which|Who|What|Reports?|People|Companies|State|Mr|Ms|Mrs|Dr|GPU|API|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|[A-Z]{2,4}|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Congress|Parliament|\d[\d.,%]*|(?:[A-Z][a-z]+ )?And .*)$"
)
LEADING = re.compile(
    r"^(?:(?:The|A|An|But|And|In|On|As|At|US|U\.S\.|UK|American|British|Chinese|Swedish|Japanese|Korean|German|French|European|"
    r"Taiwanese|Russian|Indian|However|Meanwhile|Local|Former|State-run)\s+)+"
)
NO_NAME_ZH = re.compile(
    r"^(?:本|该|該|上述|其|有|此|相关|相關|外媒|媒体|媒體|官方|公开|公開|最新|以上|多家|当地|综合|网上|網上|市场|市場|[一二三两多几]|不完全)|记者$|公司$"
)
OUTLET_BEFORE = re.compile(r"[(\uff08【]\s*(?:文/|图/|by )?$")
OUTLET_AFTER = re.compile(r"^\s*(?:[)\uff09】]|[:\uff1a])")
BACKWARD_CHARS = 90
BEFORE = re.compile(
    rf"(?P<name>{WORD}(?: (?:of|for|the|&|and) {WORD}| {WORD}){{0,5}})(?:’s|'s)?"
    r"(?:, (?:a|an|the|which|another) [^,.\n]{3,60},)?"
    r"\s+(?:has |have |also |previously |first |recently |chief |senior |security )*$"
)
SHORTEST_NAME = 2
PICTURE = ("图片", "圖片", "题图", "頭圖", "头图", "配图", "封面")
PRINTS = re.compile(
    r"(?:Times|Daily|News|Post|Journal|Tribune|Gazette|Weekly|Radio|TV|Press|报|報|新闻|新聞|社|周刊|网)$"
)
ADDRESS = re.compile(r"\.(?:com|org|net|co\.uk)(?:\.cn)?/")
LABEL = re.compile(r"[a-z0-9-]{2,40}\Z")


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
    found: dict[str, dict[int, Credit]] = defaultdict(dict)
    for credit in credits_in(scan, entities):
        found[credit.source_id].setdefault(credit.start, credit)
    linked = {name.lower() for name in scan.article.linked_names}
    rows = [attribution(scan, list(credits.values()), linked) for credits in found.values()]
    return tuple(sorted(rows, key=lambda row: (-row.count, row.source_name)))


def attribution(scan: Scan, credits: list[Credit], linked: set[str]) -> Attribution:
    """The credits of one source as a row."""
    first = credits[0]
    spans: tuple[Span, ...] = tuple(scan.span(credit.start, credit.end) for credit in credits)
    is_linked = any(first.source_name.lower() in name for name in linked)
    return Attribution(first.source_id, first.source_name, first.kind, len(credits), is_linked, spans)


def credits_in(scan: Scan, entities: Mapping[str, Entity]) -> Iterator[Credit]:
    """All credits: of known names, of source lines and addresses, of unknown names, and of nobody in particular."""
    names, words = by_sentence(scan, "entity"), by_sentence(scan, "credit")
    chinese = scan.article.language == "zh"
    own = {key for key in {hit.key for hit in scan.of_kind("entity")} if is_publisher(scan, entities[key])}
    for number, hits in names.items():
        for hit in hits:
            entity = entities[hit.key]
            if hit.key not in own and is_credited(scan, entity, hit, words.get(number, ()), chinese):
                yield Credit(hit.key, entity.name, KINDS[entity.type], hit.start, hit.end)
    yield from source_lines(scan, names)
    for number, found in words.items():
        for word in found:
            yield from (printed_zh if chinese else printed)(scan, word, names.get(number, ()))
    yield from addresses(scan, entities)
    for hit in scan.of_kind("anonymous"):
        name = " ".join(scan.text[hit.start : hit.end].lower().split())
        yield Credit(digest("source", name), name, "anonymous", hit.start, hit.end)


def by_sentence(scan: Scan, kind: str) -> dict[int, list[Hit]]:
    """The hits of a kind, by the sentence they stand in."""
    found: dict[int, list[Hit]] = defaultdict(list)
    for hit in scan.of_kind(kind):
        found[hit.sentence_no].append(hit)
    return found


def is_credited(scan: Scan, entity: Entity, hit: Hit, words: Sequence[Hit], chinese: bool) -> bool:
    """Whether a known name is credited where it stands."""
    if entity.type == "media":
        return bool(words) or is_outlet_mark(scan, hit)
    if entity.type == "organisation" and not PARTY.search(entity.name):
        return any(credits(word, hit, REACH[chinese]) for word in near(words, hit.start, hit.end))
    return entity.type in KINDS and any(
        is_outright(scan, word, hit, entity) for word in near(words, hit.start, hit.end)
    )


def near(hits: Sequence[Hit], start: int, end: int) -> Sequence[Hit]:
    """Those of the hits (in order) that begin near a place: a sentence may be a whole text, and hold ten thousand."""
    first = bisect_left(hits, start - NEAR_CHARS, key=lambda hit: hit.start)
    return hits[first : bisect_right(hits, end + NEAR_CHARS, key=lambda hit: hit.start)]


def credits(word: Hit, hit: Hit, reach: int) -> bool:
    """Whether a word of credit stands on its side of a name, near enough."""
    if word.end <= hit.start:
        return word.key in ("ahead", "study") and hit.start - word.end <= reach
    return word.start >= hit.end and word.key in ("behind", "study") and word.start - hit.end <= reach


def is_outright(scan: Scan, word: Hit, hit: Hit, entity: Entity) -> bool:
    """A firm, university or ministry is a source where it reports on others, not where it says something of itself."""
    printed = scan.folded[word.start : word.end]
    if word.end <= hit.start:
        between = scan.text[word.end : hit.start]
        outright = printed in OTHERS or (printed in PLAIN_CREDIT and entity.type != "company" and entity.type != "lab")
        return outright and len(between) <= CLOSE and "," not in between
    between, after = scan.text[hit.end : word.start], scan.text[word.end : word.end + 6]
    if printed in ("researchers", "analysts", "analyst"):
        return bool(ADJECTIVES.fullmatch(between))
    return printed in STATED and after.startswith(" that") and bool(SUBJECT.fullmatch(between))


def is_outlet_mark(scan: Scan, hit: Hit) -> bool:
    """`(AFP)`, `Reuters:`, 新华社北京3月1日电."""
    before, after = scan.text[max(0, hit.start - 6) : hit.start], scan.text[hit.end : hit.end + 20]
    return bool(OUTLET_AFTER.match(after)) and (after[:1] in ":\uff1a" or bool(OUTLET_BEFORE.search(before)))


def source_lines(scan: Scan, names: Mapping[int, Sequence[Hit]]) -> Iterator[Credit]:
    """`Source: X` and 来源:X, where no entity stands for X; a picture's source is none of the text."""
    for pattern, words in ((SOURCE_LINE, SOURCE_WORDS), (SOURCE_LINE_ZH, SOURCE_WORDS_ZH)):
        if not any(word in scan.text for word in words):  # a twentieth of the time of looking for the whole line
            continue
        for match in pattern.finditer(scan.text):
            if scan.text[max(0, match.start() - 2) : match.start()] not in PICTURE:
                yield from unknown(scan, match, names.get(scan.sentence_at(match.start("name")), ()), "publication")


def printed(scan: Scan, word: Hit, names: Sequence[Hit]) -> Iterator[Credit]:
    """An unknown name beside a word of credit, when it is printed like the name of one that studies or prints."""
    if word.key == "ahead":
        match = CREDITED.match(scan.text, word.end)
    else:
        match = BEFORE.search(scan.text, max(0, word.start - BACKWARD_CHARS), word.start)
    is_broker = scan.folded[word.start : word.end] in ("analyst", "analysts")
    if match and (is_broker or STUDIES.search(match["name"])):
        yield from unknown(scan, match, names)


def printed_zh(scan: Scan, word: Hit, names: Sequence[Hit]) -> Iterator[Credit]:
    """The same in Chinese: 据X报道."""
    if scan.folded[word.start : word.end] in ("据", "根据", "援引", "引述"):
        match = CREDITED_ZH.match(scan.text, word.end)
        if match and (STUDIES_ZH.search(match["name"]) or match["name"].isascii()):
            yield from unknown(scan, match, names)


def unknown(scan: Scan, match: re.Match[str], hits: Sequence[Hit], kind: str = "") -> Iterator[Credit]:
    """A name that no entity stands for, if it is one and not the publisher's own."""
    lead = LEADING.match(match["name"])
    start = match.start("name") + (lead.end() if lead else 0)
    name = scan.text[start : match.end("name")].rstrip(".’'-").removesuffix("’s").removesuffix("'s")
    if len(name) < SHORTEST_NAME or any(
        hit.start < match.end("name") and start < hit.end for hit in near(hits, start, match.end("name"))
    ):
        return
    if NO_NAME.match(name) or NO_NAME_ZH.search(name) or compact(name) in own_names(scan):
        return
    kind = kind or ("publication" if PRINTS.search(name) else "organisation")
    yield Credit(digest("source", name.lower()), name, kind, start, start + len(name))


def addresses(scan: Scan, entities: Mapping[str, Entity]) -> Iterator[Credit]:
    """Media whose address is printed in the text."""
    for match in ADDRESS.finditer(scan.text):
        label = LABEL.search(scan.text, max(0, match.start() - 40), match.start())
        if label is None:
            continue
        for entity in entities.values():
            if entity.type == "media" and label[0] in compact_names(entity) and not is_publisher(scan, entity):
                yield Credit(entity.id, entity.name, "publication", label.start(), label.end())


def compact_names(entity: Entity) -> set[str]:
    """How a name stands in an address."""
    return {compact(name).removeprefix("the") for name in (entity.name, *entity.aliases)}


@lru_cache(maxsize=8_192)
def compact(name: str) -> str:
    """A name without spaces and signs, in lower case."""
    return re.sub(r"[\W_]", "", name.lower())


def own_names(scan: Scan) -> str:
    """Title and domain of the publisher, run together."""
    return compact(f"{scan.article.feed.publisher} {scan.article.feed.title}")


def is_publisher(scan: Scan, entity: Entity) -> bool:
    """Whether a medium is the one that prints the text: its name or address holds the alias."""
    if entity.type != "media":
        return False
    own = own_names(scan)
    return any(compact(alias) in own for alias in entity.aliases if len(alias) > 2 or not alias.isascii())
