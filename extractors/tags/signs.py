"""The signs of AI and of China in an article, sentence by sentence, and what they amount to: the verdict's features.

A sign is strong (`AI`, `DeepSeek`, `Beijing`) or weak: a robot need not learn, and TikTok's or Lenovo's name says little
about China. Words of the trade (model, chip, weights) are signs in an article that shows AI elsewhere. A sentence joins
the two when it shows one and has the other in itself or right beside it.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping

from extractors.records import Feed, Scope, Span
from extractors.tags.files import Entity
from extractors.tags.lexicon import CHINESE_HOMES, Hit, Scan

EVIDENCE_SENTENCES = 5
ENOUGH_SHARE = 0.25  # of the text: from here on more of it says no more
CHARS_PER_UNIT = 200  # of joined text, about one sentence
MARKETS = "markets-investment"  # a market report names many firms and joins nothing
FEATURES = (
    "bias",
    "ai_share",
    "title_ai",
    "title_weak_join",
    "title_neither",
    "title_context",
    "opening_join",
    "context_share",
    "least_share",
    "join_chars",
    "chinese_ai_share",
    "foreign_share",
    "market_share",
    "brand_only",
    "chinese_text",
)


def marks_of(scan: Scan, entities: Mapping[str, Entity]) -> "Marks":
    """The marks of a scan, made once: relevance and tags ask for the same."""
    if not isinstance(scan.marks, Marks):
        scan.marks = Marks(scan, entities)
    return scan.marks


class Marks:
    """Numbers of the sentences of a scan that show AI, China, something foreign."""

    def __init__(self, scan: Scan, entities: Mapping[str, Entity]) -> None:
        self.scan = scan
        self.given = is_given(scan.article.feed)
        self.headline = headline_sentences(scan)
        self.ai = numbers(scan.of_kind("ai"))
        self.strong_ai = {hit.sentence_no for hit in scan.of_kind("ai") if hit.strong}
        self.china = numbers(scan.of_kind("china")) | (numbers(scan.of_kind("given")) if self.given else set())
        self.strong_china = set(self.china)
        self.foreign = numbers(scan.of_kind("foreign"))
        self.brand, self.chinese_ai = set[int](), set[int]()
        for hit in scan.of_kind("entity"):
            self._note(hit.sentence_no, entities[hit.key])
        self.foreign -= self.strong_china
        self.context = set[int]()
        if self.strong_ai:
            self.context = self.ai | numbers(scan.of_kind("context")) | numbers(scan.of_kind("chips"))
        self.markets = {hit.sentence_no for hit in scan.of_kind("topic") if hit.key == MARKETS and hit.strong}
        if self.given:
            home = set(range(len(scan.sentences))) - self.foreign
            self.china, self.strong_china = self.china | home, self.strong_china | home

    def _note(self, number: int, entity: Entity) -> None:
        """What a name says of its sentence."""
        is_brand, is_own = entity.brand, is_chinese(entity)
        if entity.ai:
            self.ai.add(number)
            if not is_brand:
                self.strong_ai.add(number)
        if is_brand:
            self.brand.add(number)
        if is_own:
            self.china.add(number)
            if not is_brand:
                self.strong_china.add(number)
            if entity.ai:
                self.chinese_ai.add(number)
        elif is_foreign(entity):
            self.foreign.add(number)

    def joined(self) -> set[int]:
        """Sentences that show one and have the other in themselves or right beside them, by any sign."""
        return beside(self.ai, self.china)

    def about(self) -> set[int]:
        """Sentences where AI and China meet, by any sign or a word of the trade: what a topic is looked for in first."""
        return beside(self.context or self.ai, self.china)

    def share(self, sentences: Iterable[int]) -> float:
        """How much of the text these sentences are, 0 to 1."""
        places, chars = self.scan.sentences, 0
        for number in sentences:
            start, end = places[number]
            chars += end - start
        return chars / max(1, len(self.scan.text))

    def features(self) -> dict[str, float]:
        """What the verdict is a function of, each of the order of 1."""
        joined = beside(self.strong_ai, self.strong_china)
        around = beside(self.context, self.strong_china)
        ai_share, china_share = self.share(self.strong_ai), self.share(self.strong_china)
        opening = next((n for n in range(len(self.scan.sentences)) if n not in self.headline), -1)
        return self.title_features() | {
            "bias": 1.0,
            "ai_share": ai_share,
            "opening_join": float(opening in joined),
            "context_share": min(self.share(around), ENOUGH_SHARE) / ENOUGH_SHARE,
            "least_share": min(ai_share, china_share, ENOUGH_SHARE) / ENOUGH_SHARE,
            "join_chars": math.log1p(self.share(joined) * len(self.scan.text) / CHARS_PER_UNIT) / 2,
            "chinese_ai_share": self.share(self.chinese_ai),
            "foreign_share": self.share(self.foreign),
            "market_share": self.share(self.markets),
            "brand_only": float(bool(self.china - self.strong_china) and not self.strong_china - self.headline),
            "chinese_text": float(self.scan.article.language == "zh"),
        }

    def title_features(self) -> dict[str, float]:
        """What the headline shows."""
        ai, china = bool(self.headline & self.ai), bool(self.headline & self.china)
        strong = bool(self.headline & self.strong_ai) and bool(self.headline & self.strong_china)
        return {
            "title_ai": float(bool(self.headline & self.strong_ai)),
            "title_weak_join": float(ai and china and not strong),
            "title_context": float(bool(self.headline & self.context) and not ai and china),
            "title_neither": float(not ai and not china),
        }

    def evidence(self) -> tuple[Span, ...]:
        """The sentences that decided: those with both, else those with one."""
        both = sorted(self.ai & self.china) or sorted(self.joined()) or sorted(self.ai | self.china)
        spans = (self.scan.sentence_span(number) for number in both[:EVIDENCE_SENTENCES])
        return tuple(span for span in spans if span.words)


def numbers(hits: Iterable[Hit]) -> set[int]:
    """The sentences these hits stand in."""
    return {hit.sentence_no for hit in hits}


def beside(some: set[int], others: set[int]) -> set[int]:
    """Sentences of either kind that are, or have right beside them, one of the other."""
    near_some = {n + step for n in some for step in (-1, 0, 1)}
    near_others = {n + step for n in others for step in (-1, 0, 1)}
    return (some & near_others) | (others & near_some)


def headline_sentences(scan: Scan) -> set[int]:
    """The sentences of title and subtitle."""
    end = max((part.end for part in scan.parts if part.part in ("title", "subtitle")), default=0)
    return set(range(bisect_left(scan.sentence_starts, end)))


def is_given(feed: Feed) -> bool:
    """Whether China is a given in this feed: a Chinese outlet that writes about home."""
    return feed.home in CHINESE_HOMES and feed.scope is Scope.DOMESTIC


def is_ai(hit: Hit, entities: Mapping[str, Entity]) -> bool:
    """A sign of AI: a word for it, or a name that stands for it."""
    return hit.kind == "ai" or (hit.kind == "entity" and entities[hit.key].ai)


def is_china(hit: Hit, entities: Mapping[str, Entity]) -> bool:
    """A sign of China: a word for it, or a Chinese name."""
    return hit.kind == "china" or (hit.kind == "entity" and is_chinese(entities[hit.key]))


def is_chinese(entity: Entity) -> bool:
    """A Chinese firm, model, person or place; a newspaper's name only says who reports."""
    return entity.country in CHINESE_HOMES and entity.type != "media"


def is_foreign(entity: Entity) -> bool:
    """A foreign country, firm, model or person."""
    return bool(entity.country) and entity.country not in CHINESE_HOMES and entity.type != "media"
