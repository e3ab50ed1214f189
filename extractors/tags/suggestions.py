"""Names that come often and that no entity stands for, in both scripts: what to add to entities.yaml next.

An English name is a run of capitalised words that does not merely open a sentence; a Chinese one a run of characters that
ends like a firm, body or product, or stands where people and firms are named: between 《》, before 创始人, 发布, 表示.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from extractors.tags.lexicon import Scan

CAPITALISED = r"[A-Z][A-Za-z0-9]*(?:[-.&'][A-Za-z0-9]+)*"
ENGLISH = re.compile(rf"{CAPITALISED}(?: (?:(?:of|for|the) )?{CAPITALISED})*")
CHINESE_TAIL = "科技|集团|公司|实验室|研究院|研究所|大学|基金会|资本|智能|机器人|大模型|委员会|协会|中心|平台|联盟"
CHINESE = re.compile(rf"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{{2,8}}?(?:{CHINESE_TAIL})(?![\u4e00-\u9fff]{{0,1}}(?:的))")
CHINESE_LEAD = re.compile(
    r"(?:记者从|此前|近日|日前|据悉|根据|其中|以及|包括|来自|据|由|与|和|在|对|将|被)(?=[\u4e00-\u9fff]{4})"
)
QUOTED = re.compile(r"[「“《](?P<name>[\u4e00-\u9fffA-Za-z0-9]{2,12})[」”》]")
OPENS_SENTENCE = re.compile(r"(?:^|[.!?:;\n\"“”(]\s*|## )$")
LOOSE = frozenset(
    "The A An In On At It Its He She We They This That These Those But And For With From By As If When While After Before Since "
    "However Meanwhile January February March April May June July August September October November December Monday Tuesday "
    "Wednesday Thursday Friday Saturday Sunday Mr Ms Mrs Dr CEO AI I You Your Our".split()
)
SHORTEST, SAMPLES = 2, 3


@dataclass(slots=True)
class Suggestion:
    """An unknown name: in how many articles, how often, and a few titles of those."""

    name: str
    script: str
    articles: int = 0
    mentions: int = 0
    titles: list[str] = field(default_factory=list)


def suggestions(scans: Iterable[Scan], least_articles: int) -> list[Suggestion]:
    """Unknown names in at least so many articles, those of most articles first."""
    found: dict[str, Suggestion] = {}
    for scan in scans:
        for name, (script, count) in sorted(unknown_names(scan).items()):
            entry = found.setdefault(name, Suggestion(name, script))
            entry.articles, entry.mentions = entry.articles + 1, entry.mentions + count
            entry.titles = [*entry.titles, scan.article.title][:SAMPLES]
    kept = [entry for entry in found.values() if entry.articles >= least_articles]
    return sorted(kept, key=lambda entry: (-entry.articles, -entry.mentions, entry.name))


def unknown_names(scan: Scan) -> Mapping[str, tuple[str, int]]:
    """Names of a text that overlap no entity: script and count of each."""
    known = [(hit.start, hit.end) for hit in scan.of_kind("entity")]
    covered = bytearray(len(scan.text) + 1)
    for start, end in known:
        covered[start:end] = b"\1" * (end - start)
    counts: dict[str, tuple[str, int]] = {}
    for name, script, start in names_in(scan.text):
        if not any(covered[start : start + len(name)]):
            counts[name] = (script, counts.get(name, (script, 0))[1] + 1)
    return counts


def names_in(text: str) -> Iterator[tuple[str, str, int]]:
    """Every run that is printed like a name: words, script, offset."""
    for match in ENGLISH.finditer(text):
        name, start = trimmed(match[0], match.start())
        single_opener = " " not in name and OPENS_SENTENCE.search(text, max(0, start - 4), start)
        if len(name) >= SHORTEST and name not in LOOSE and not single_opener and not name.isupper():
            yield name, "latin", start
    for match in CHINESE.finditer(text):
        lead = CHINESE_LEAD.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        yield text[start : match.end()], "chinese", start
    for match in QUOTED.finditer(text):
        if not match["name"].isascii():
            yield match["name"], "chinese", match.start("name")


def trimmed(name: str, start: int) -> tuple[str, int]:
    """Without a leading article or connective, and without the possessive."""
    first, _, rest = name.partition(" ")
    while rest and first in LOOSE:
        start, name = start + len(first) + 1, rest
        first, _, rest = name.partition(" ")
    return name.removesuffix("'s").removesuffix("\u2019s"), start
