"""Every word we know in one automaton, and one scan that finds them all (Aho and Corasick 1975).

A Latin word must stand by itself: its neighbours are no letter or digit of ASCII. `\\b` would not do: Python takes Chinese
characters for word characters, and half of the names inside Chinese text would be lost.
"""

import itertools
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from extractors.records import Article, Span
from extractors.tags.files import Entity, Rule, Topic
from extractors.tags.folding import fold, fold_word
from extractors.tags.meaning import Meaning
from extractors.tags.words import built_in_meanings

ALNUM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
SENTENCE_END = re.compile(  # one class of characters to begin with, so that all others are skipped at once
    r"[.!?。！？；\n](?:(?<=[.!?])(?=[\s\"”’)]|$)[\"”’)]*|(?<=[。！？；!?])[”」』）)]*|(?<=\n))"
)
LEAD_CHARS = 600
READ_CHARS = 200_000  # no article is longer; 5 MB of names must not hold up the others for more than a second
BEYOND = 2 * READ_CHARS  # behind the end of every text
CASED_CHARS = 5  # a shorter name is too easily a word in other capitals
WHOLE_WORD_CHARS = 3  # a needed word this short must stand whole; a longer one may begin another (chip, chips)
CHINESE_HOMES = frozenset({"CN", "HK", "MO"})


Match = tuple[int, int, Meaning]  # offsets in the scanned text, and what is meant


@dataclass(frozen=True, slots=True)
class Part:
    """A run of the scanned text: title, subtitle, heading or text of a section."""

    part: str
    section_no: int | None
    start: int
    end: int


@dataclass(slots=True)
class Hit:
    """A word found: offsets in the scanned text, what it means, and in which part and sentence it stands."""

    start: int
    end: int
    kind: str
    key: str
    strong: bool
    part_no: int
    sentence_no: int


@dataclass(slots=True)
class Scan:
    """An article as scanned. `sentences` are (start, end) in `text`; hits are in order."""

    article: Article
    text: str
    folded: str
    parts: list[Part]
    sentences: list[tuple[int, int]]
    hits: list[Hit] = field(default_factory=list)
    needs_met: dict[Rule, bool] = field(default_factory=dict)
    by_kind: dict[str, list[Hit]] = field(default_factory=dict)  # the hits, sorted at the first question
    marks: object = None  # extractors.tags.signs.Marks, kept here once it is made
    part_starts: list[int] = field(init=False)
    sentence_starts: list[int] = field(init=False)
    lead_end: int = field(init=False)  # where the opening of the article ends

    def __post_init__(self) -> None:
        """What every hit asks for, worked out once."""
        self.part_starts = [part.start for part in self.parts]
        self.sentence_starts = [start for start, _ in self.sentences]
        body = next((part.start for part in self.parts if part.part in ("text", "heading")), 0)
        self.lead_end = body + LEAD_CHARS

    def span(self, start: int, end: int) -> Span:
        """Offsets in the scanned text as a proof in its part."""
        part = self.parts[self.part_at(start)]
        end = min(end, part.end)
        return Span(part.part, part.section_no, start - part.start, end - part.start, self.text[start:end])

    def part_at(self, offset: int) -> int:
        """The number of the part an offset stands in."""
        return bisect_right(self.part_starts, offset) - 1

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence an offset stands in."""
        return bisect_right(self.sentence_starts, offset) - 1

    def sentence_span(self, number: int) -> Span:
        """A whole sentence as a proof."""
        start, end = self.sentences[number]
        text = self.text[start:end]
        first = start + len(text) - len(text.lstrip())
        return self.span(first, max(first, start + len(text.rstrip())))

    def of_kind(self, *kinds: str) -> list[Hit]:
        """Hits of these kinds, in order."""
        if not self.by_kind:
            for hit in self.hits:
                self.by_kind.setdefault(hit.kind, []).append(hit)
        if len(kinds) == 1:
            return self.by_kind.get(kinds[0], [])
        return [hit for hit in self.hits if hit.kind in kinds]


def parts_of(article: Article) -> tuple[str, list[Part]]:
    """The text to scan, and where its parts stand in it; of a text beyond all measure the beginning."""
    pieces: list[tuple[str, int | None, str]] = [("title", None, article.title), ("subtitle", None, article.subtitle)]
    for number, section in enumerate(article.sections):
        pieces += [("heading", number, section.heading), ("text", number, section.text)]
    parts, texts, start = [], [], 0
    for part, section_no, whole in pieces:
        text = whole[: max(0, READ_CHARS - start)]
        if text:
            parts.append(Part(part, section_no, start, start + len(text)))
            texts.append(text)
            start += len(text) + 1
    return "\n".join(texts), parts or [Part("title", None, 0, 0)]


def sentences_in(text: str) -> list[tuple[int, int]]:
    """Where sentences begin and end; a line break ends one."""
    sentences, start = [], 0
    for match in SENTENCE_END.finditer(text):
        if match.end() > start:
            sentences.append((start, match.end()))
            start = match.end()
    if start < len(text):
        sentences.append((start, len(text)))
    return sentences or [(0, 0)]


class Lexicon:
    """All patterns with their meanings. Picklable: the automaton is built again where it arrives."""

    def __init__(self, meanings: Iterable[tuple[str, Meaning]], entities: Sequence[Entity]) -> None:
        self.entities = {entity.id: entity for entity in entities if entity.enabled}
        self._rules = {(entity.id, rule.alias): rule for entity in self.entities.values() for rule in entity.ambiguous}
        self._meanings: dict[str, list[Meaning]] = {}
        for word, meaning in itertools.chain(meanings, built_in_meanings()):
            self._add(word, meaning)
        for entity in self.entities.values():
            for alias in entity.aliases:
                self._add(alias, Meaning("entity", entity.id, exact=alias))
        self._build()

    def _add(self, word: str, meaning: Meaning) -> None:
        pattern = fold(word.removesuffix("*"))
        if word.endswith("*"):
            meaning = Meaning(meaning.kind, meaning.key, meaning.strong, True, meaning.exact)
        if pattern:
            self._meanings.setdefault(pattern, []).append(meaning)

    def _build(self) -> None:
        patterns = list(self._meanings)
        self._by_number = [self._meanings[pattern] for pattern in patterns]
        self._open_ended = [[meaning for meaning in each if meaning.open_end] for each in self._by_number]
        self._latin = [(pattern[0] in ALNUM, pattern[-1] in ALNUM) for pattern in patterns]
        self._automaton = AhoCorasick(patterns, matchkind=MatchKind.Standard)

    def patterns(self) -> list[str]:
        """Every folded word that is looked for."""
        return list(self._meanings)

    def __getstate__(self) -> dict[str, Any]:
        return {"entities": self.entities, "_rules": self._rules, "_meanings": self._meanings}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._build()

    def scan(self, article: Article) -> Scan:
        """Find every known word of an article, once."""
        text, parts = parts_of(article)
        scan = Scan(article, text, fold(text), parts, sentences_in(text))
        found = self._found(scan)
        scan.hits = placed(scan, sorted(self._resolved(scan, found), key=in_order))
        return scan

    def _found(self, scan: Scan) -> list[Match]:
        """Every match that stands by itself, with its meanings."""
        folded, size, found = scan.folded, len(scan.folded), list[Match]()
        latin, whole, open_ended = self._latin, self._by_number, self._open_ended
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            first_latin, last_latin = latin[number]
            if first_latin and start and folded[start - 1] in ALNUM:
                continue
            is_joined = last_latin and end < size and folded[end] in ALNUM
            for meaning in open_ended[number] if is_joined else whole[number]:
                found.append((start, end, meaning))
        return found

    def _resolved(self, scan: Scan, found: list[Match]) -> Iterable[Match]:
        """Longest entities that meet their rules; other words unless they stand inside a trap or a medium's name."""
        named, groups = list[Match](), dict[tuple[str, str], list[Match]]()
        for match in found:
            meaning = match[2]
            if meaning.kind != "entity":
                groups.setdefault((meaning.kind, meaning.key), []).append(match)
            elif self._is_meant(scan, match):
                named.append(match)
        entities = longest(named)
        traps = joined([match[:2] for (kind, _), some in groups.items() if kind == "trap" for match in some])
        media = [(start, end) for start, end, meaning in entities if self.entities[meaning.key].type == "media"]
        closed = joined([*traps, *media])
        yield from (match for match in entities if not traps or not inside(match[0], match[1], traps))
        for (kind, _), matches in groups.items():  # each apart: a cue of one topic does not hide a cue of another
            kept = longest(matches) if len(matches) > 1 else matches
            if closed and kind != "trap":
                yield from (match for match in kept if not inside(match[0], match[1], closed))
            else:
                yield from kept

    def _is_meant(self, scan: Scan, match: Match) -> bool:
        """Whether an alias is printed as it should be and its rule is met."""
        start, end, meaning = match
        if meaning.exact.isascii() and not same_case(scan.text[start:end], meaning.exact):
            return False
        rule = self._rules.get((meaning.key, meaning.exact))
        return rule is None or rule_met(scan, start, end, rule)


def placed(scan: Scan, matches: Sequence[Match]) -> list[Hit]:
    """Matches in order as hits, each with its part and sentence, in one walk along the text."""
    hits, part_no, sentence_no = list[Hit](), 0, 0
    parts, sentences = [*scan.part_starts[1:], BEYOND], [*scan.sentence_starts[1:], BEYOND]  # where the next ones begin
    for start, end, meaning in matches:
        while parts[part_no] <= start:
            part_no += 1
        while sentences[sentence_no] <= start:
            sentence_no += 1
        hits.append(Hit(start, end, meaning.kind, meaning.key, meaning.strong, part_no, sentence_no))
    return hits


def same_case(printed: str, alias: str) -> bool:
    """Latin is case-sensitive, but all capitals are as good (headlines), and a name that begins with a capital may have others
    inside or lack them (Deepseek for DeepSeek, XPeng for Xpeng)."""
    printed = unicodedata.normalize("NFKC", printed).replace("’", "'")
    alias = alias.replace("’", "'")
    if printed in (alias, alias.upper()):
        return True
    inner_differs = len(alias) >= CASED_CHARS and not alias.isupper() and printed[1:] != printed[1:].lower()
    has_inner_capital = any(char.isupper() for char in alias[1:] if not alias.isupper())
    return (has_inner_capital or (inner_differs and alias[:1].isupper())) and printed[:1].isupper()


def rule_met(scan: Scan, start: int, end: int, rule: Rule) -> bool:
    """Whether an ambiguous alias has what it needs and none of what rules it out."""
    folded = scan.folded  # never sliced: 10,000 mentions in a long text would copy it 10,000 times
    if any(folded.startswith(fold_word(word), end) for word in rule.not_before):
        return False
    if any(folded.endswith(fold_word(word), 0, start) for word in rule.not_after):
        return False
    if rule not in scan.needs_met:
        scan.needs_met[rule] = not rule.needs or any(stands_in(folded, fold_word(word)) for word in rule.needs)
    return scan.needs_met[rule]


def stands_in(folded: str, word: str) -> bool:
    """Whether a word stands in a text: a Latin one at the start of a word, a short one whole (`AI` is not in `said`)."""
    start = folded.find(word)
    while start >= 0:
        end = start + len(word)
        opens = word[0] not in ALNUM or not start or folded[start - 1] not in ALNUM
        closes = len(word) > WHOLE_WORD_CHARS or word[-1] not in ALNUM or folded[end : end + 1] not in ALNUM
        if opens and closes:
            return True
        start = folded.find(word, start + 1)
    return False


def in_order(match: Match) -> int:
    """By where a match begins, and of those the longest first, as one number: pairs take twice as long to compare."""
    return match[0] * BEYOND - match[1]


def longest(matches: Sequence[Match]) -> list[Match]:
    """Of matches that overlap, the one that begins first, and of those the longest."""
    kept, reached = list[Match](), -1
    for match in sorted(matches, key=in_order):
        if match[0] >= reached:
            kept.append(match)
            reached = match[1]
    return kept


def joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def inside(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a match stands inside one of the spans (in order, none inside another)."""
    last = bisect_right(spans, (start, BEYOND)) - 1
    return last >= 0 and end <= spans[last][1]


def topic_meanings(topics: Iterable[Topic]) -> Iterable[tuple[str, Meaning]]:
    """The cues of every topic. One that names no strong cues relies on its `cues` alone: they count as strong."""
    for topic in topics:
        if topic.enabled:
            has_strong = any(topic.strong)
            yield from ((word, Meaning("topic", topic.id)) for word in topic.strong)
            yield from ((word, Meaning("topic", topic.id, strong=not has_strong)) for word in topic.cues)
