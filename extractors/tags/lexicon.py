"""Every word we know in one automaton, and one scan that finds them all (Aho and Corasick 1975).

A Latin word must stand by itself: its neighbours are no letter or digit of ASCII. `\\b` would not do: Python takes Chinese
characters for word characters, and half of the names inside Chinese text would be lost.
"""

import itertools
import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from extractors.records import Article, Span
from extractors.tags.files import Entity, Rule, Topic
from extractors.tags.folding import fold
from extractors.tags.meaning import Meaning
from extractors.tags.words import built_in_meanings

ALNUM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
SENTENCE_END = re.compile(  # one class of characters to begin with, so that all others are skipped at once
    r"[.!?。！？；\n](?:(?<=[.!?])(?=[\s\"”’)]|$)[\"”’)]*|(?<=[。！？；!?])[”」』）)]*|(?<=\n))"
)
LEAD_CHARS = 600
READ_CHARS = 120_000  # 20,000 English words; 5 MB of names must not hold up the others for more than a second
BEYOND = 2 * READ_CHARS  # behind the end of every text
CASED_CHARS = 5  # a shorter name is too easily a word in other capitals
WHOLE_WORD_CHARS = 3  # a needed word this short must stand whole; a longer one may begin another (chip, chips)
CHINESE_HOMES = frozenset({"CN", "HK", "MO"})


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """The rule of an ambiguous alias, its words folded."""

    needs: tuple[str, ...]
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A meaning as the scan asks for it. Matches of one `group` (a kind and its key; all entities) hide one another where
    they overlap, others do not: a cue of one topic does not hide a cue of another."""

    kind: str
    key: str
    strong: bool
    group: int
    alias: str  # as it must be printed; "" where case does not matter
    condition: Condition | None
    is_medium: bool


Found = tuple[int, int, int, Sequence[Known]]  # place in the order, offsets in the scanned text, and what may be meant
Match = tuple[int, int, Known]
ENTITIES, TRAPS = 0, 1  # groups of their own


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
    needs_met: dict[Condition, bool] = field(default_factory=dict)
    by_kind: dict[str, list[Hit]] = field(default_factory=lambda: defaultdict(list))
    spans: dict[tuple[int, int], Span] = field(default_factory=dict)  # those made: a word proves several tags
    marks: object = None  # extractors.tags.signs.Marks, kept here once it is made
    part_starts: list[int] = field(init=False)
    sentence_starts: list[int] = field(init=False)
    titles: frozenset[int] = field(init=False)  # numbers of the parts that are title and subtitle
    lead_end: int = field(init=False)  # where the opening of the article ends

    def __post_init__(self) -> None:
        """What every hit asks for, worked out once."""
        self.part_starts = [part.start for part in self.parts]
        self.sentence_starts = [start for start, _ in self.sentences]
        self.titles = frozenset(n for n, part in enumerate(self.parts) if part.part in ("title", "subtitle"))
        body = next((part.start for part in self.parts if part.part in ("text", "heading")), 0)
        self.lead_end = body + LEAD_CHARS

    def span(self, start: int, end: int) -> Span:
        """Offsets in the scanned text as a proof in its part."""
        made = self.spans.get((start, end))
        if made is None:
            part = self.parts[bisect_right(self.part_starts, start) - 1]
            stop = min(end, part.end)
            made = Span(part.part, part.section_no, start - part.start, stop - part.start, self.text[start:stop])
            self.spans[start, end] = made
        return made

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
        if len(kinds) == 1:
            return self.by_kind[kinds[0]]
        return [hit for hit in self.hits if hit.kind in kinds]

    def place(self, matches: Iterable[Match]) -> None:
        """Take matches in order as hits, each with its part and sentence, in one walk along the text."""
        hits, by_kind, part_no, sentence_no = self.hits, self.by_kind, 0, 0
        parts, sentences = [*self.part_starts[1:], BEYOND], [*self.sentence_starts[1:], BEYOND]  # where the next begin
        next_part, next_sentence = parts[0], sentences[0]
        for start, end, known in matches:
            while next_part <= start:
                part_no += 1
                next_part = parts[part_no]
            while next_sentence <= start:
                sentence_no += 1
                next_sentence = sentences[sentence_no]
            kind = known.kind
            hit = Hit(start, end, kind, known.key, known.strong, part_no, sentence_no)
            hits.append(hit)
            by_kind[kind].append(hit)


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
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return list(zip([0, *ends], ends, strict=False))


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
        patterns, groups = list(self._meanings), {("trap", "trap"): TRAPS}
        conditions = {key: condition_of(rule) for key, rule in self._rules.items()}
        self._known: list[tuple[bool, bool, list[Known], list[Known]]] = []  # by pattern
        for pattern, meanings in self._meanings.items():
            known = [self._as_known(each, groups, conditions) for each in meanings]
            open_ended = [each for each, meaning in zip(known, meanings, strict=True) if meaning.open_end]
            self._known.append((pattern[0] in ALNUM, pattern[-1] in ALNUM, known, open_ended))
        self._group_count = len(groups) + 1
        self._automaton = AhoCorasick(patterns, matchkind=MatchKind.Standard)

    def _as_known(
        self, meaning: Meaning, groups: dict[tuple[str, str], int], conditions: dict[tuple[str, str], Condition]
    ) -> Known:
        kind, key, is_entity = meaning.kind, meaning.key, meaning.kind == "entity"
        group = ENTITIES if is_entity else groups.setdefault((kind, key), len(groups) + 1)
        is_medium = is_entity and self.entities[key].type == "media"
        alias = meaning.exact if meaning.exact.isascii() else ""
        condition = conditions.get((key, meaning.exact)) if is_entity else None
        return Known(kind, key, meaning.strong, group, alias, condition, is_medium)

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
        scan.place(self._resolved(scan, self._found(scan.folded)))
        return scan

    def _found(self, folded: str) -> list[Found]:
        """Every match that stands by itself, with what it may mean: by where it begins, and of those the longest first."""
        size, known, found = len(folded), self._known, list[Found]()
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            first_latin, last_latin, meanings, open_ended = known[number]
            if first_latin and start and folded[start - 1] in ALNUM:
                continue
            if last_latin and end < size and folded[end] in ALNUM:
                if not open_ended:
                    continue
                meanings = open_ended
            found.append((start * BEYOND - end, start, end, meanings))
        found.sort(key=itemgetter(0))  # by one number: pairs take twice as long to compare
        return found

    def _resolved(self, scan: Scan, found: Iterable[Found]) -> list[Match]:
        """Of what overlaps in its group the first and longest, entities that meet their rules; no other word that stands
        inside a trap or a medium's name, and no entity inside a trap."""
        kept, traps, media = list[Match](), list[tuple[int, int]](), list[tuple[int, int]]()
        reached = [-1] * self._group_count
        for _, start, end, meanings in found:
            for known in meanings:
                group = known.group
                if group == TRAPS:
                    traps.append((start, end))
                if start < reached[group] or (group == ENTITIES and not is_meant(scan, start, end, known)):
                    continue
                reached[group] = end
                kept.append((start, end, known))
                if known.is_medium:
                    media.append((start, end))
        return without_hidden(kept, joined(traps), joined([*traps, *media])) if traps or media else kept


def condition_of(rule: Rule) -> Condition:
    """A rule as the scan asks it."""
    needs, not_before, not_after = (
        tuple(fold(word) for word in words) for words in (rule.needs, rule.not_before, rule.not_after)
    )
    return Condition(needs, not_before, not_after)


def without_hidden(
    matches: Iterable[Match], traps: Sequence[tuple[int, int]], closed: Sequence[tuple[int, int]]
) -> list[Match]:
    """Matches without the entities inside traps, and without other words inside traps and media."""
    hiding = {ENTITIES: traps, TRAPS: ()}
    return [match for match in matches if not inside(match[0], match[1], hiding.get(match[2].group, closed))]


def is_meant(scan: Scan, start: int, end: int, known: Known) -> bool:
    """Whether an alias is printed as it should be and its rule is met."""
    alias = known.alias
    if alias:
        printed = scan.text[start:end]
        if printed != alias and not same_case(printed, alias):
            return False
    return known.condition is None or condition_met(scan, start, end, known.condition)


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


def condition_met(scan: Scan, start: int, end: int, condition: Condition) -> bool:
    """Whether an ambiguous alias has what it needs and none of what rules it out."""
    folded = scan.folded  # never sliced: 10,000 mentions in a long text would copy it 10,000 times
    if folded.startswith(condition.not_before, end) or folded.endswith(condition.not_after, 0, start):
        return False
    met = scan.needs_met.get(condition)
    if met is None:
        met = not condition.needs or any(stands_in(folded, word) for word in condition.needs)
        scan.needs_met[condition] = met
    return met


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
