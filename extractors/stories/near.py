"""The verdict on a pair of articles: copy, rewrite, same event or neither, and why.

No similarity alone can tell a copy from a template (a weekly market report shares nearly all words with the last one): what
the pair agrees and disagrees on decides, above all its numbers and its title.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from extractors.records import Article, Candidate, DuplicateKind, Fingerprint
from extractors.stories.events import CommonTerms, Rarity
from extractors.stories.fingerprints import shingles_of
from extractors.stories.names import Names, names_from
from extractors.stories.reading import HEAD_TOKENS, Reading, read

MOST_DAYS = 30  # further apart is all the same
SAME_DAY = 1.5
NO_NUMBERS = 0.6  # two texts without numbers neither agree nor disagree on them
FEWEST_TOKENS = 10  # fewer words may be equal by chance: "Loading", "404"
SAME_TITLE_SHARE = 0.2
FEWEST_CORE, CORE_SHARE = 25, 0.1  # shingles between equal edges; a copy with an edit there has fewer or shares more
TEMPLATE_SHARE = 0.4
TEMPLATE_SCORE = 0.005  # three in four reports of other weeks are below, nine in ten reports of one event above
DOUBTFUL_SCORE = 0.1
FEWEST_FIGURES, AGREEING_SHARE = 4, 0.3


class Duplicates(BaseModel):
    """config/duplicates.yaml: thresholds and weights of the verdict, with their origin in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    copy_threshold: float = Field(ge=0, le=1)
    floor_en: float = Field(ge=0, le=1)
    floor_zh: float = Field(ge=0, le=1)
    near_share: float = Field(ge=0, le=1)
    truncated_ratio: float = Field(ge=0, le=1)
    story_threshold: float = Field(ge=0, le=1)
    translation_threshold: float = Field(ge=0, le=1)
    story_days: float = Field(gt=0)
    copy_days: float = Field(gt=0)
    weights: dict[str, float]
    _names: Names = PrivateAttr(default_factory=lambda: names_from(()))
    _expected: Mapping[int, float] = PrivateAttr(default_factory=dict)

    def naming(self, entities: Iterable[tuple[str, Iterable[str]]]) -> Self:
        """These rules with the names of entities (id, aliases), by which English and Chinese reports find each other."""
        known = self.model_copy()
        known._names = names_from(entities)  # noqa: SLF001 - its own, on a copy
        return known

    def expecting(self, common: CommonTerms) -> Self:
        """These rules with what is known of words before any article is counted."""
        known = self.model_copy()
        known._expected = common.expected()  # noqa: SLF001 - its own, on a copy
        return known

    def rarity(self, counts: Mapping[int, int]) -> Rarity:
        """How rare terms are that so many stored articles hold."""
        return Rarity(counts, self._expected)

    @property
    def names(self) -> Names:
        """The names that read the same in English and Chinese."""
        return self._names

    def read(self, title: str, text: str) -> Reading:
        """A text folded for comparison, with the names known here."""
        return read(title, text, self._names)

    def fingerprint(self, article: Article | Candidate) -> Fingerprint:
        """What finds the article again."""
        return self.read(article.title, article.text).fingerprint

    def terms_of(self, articles: Iterable[Article | Candidate]) -> set[int]:
        """All terms of these articles, to ask how rare they are."""
        return {term for article in articles for term in self.read(article.title, article.text).counted}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a later article relates to an earlier one; kind None: it does not."""

    kind: DuplicateKind | None
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What two readings share; shares are 0 to 1, `days` lie between their publications."""

    jaccard: float
    containment: float
    length_ratio: float
    numbers_share: float  # of the fewer numbers, those that the other has too
    numbers_jaccard: float
    numbers_missing: float  # log of how many are missing
    long_numbers_share: float  # the same share among numbers of two digits and more: lists count from 1 to 7 everywhere
    title_numbers_differ: bool  # each title has a number that the other has not: issue 99, issue 103
    title_share: float
    same_title: bool
    names_share: float
    head_share: float
    length: float  # of the shorter text: 0.5 at 50 tokens, towards 1 for long ones
    chinese: bool
    days: float

    def features(self) -> dict[str, float]:
        """Named values for the logistic function; products let it weigh one sign by another."""
        days = min(self.days, MOST_DAYS) / MOST_DAYS
        return {
            "jaccard": self.jaccard,
            "containment": self.containment,
            "containment_squared": self.containment**2,
            "length_ratio": self.length_ratio,
            "numbers_share": self.numbers_share,
            "numbers_jaccard": self.numbers_jaccard,
            "numbers_missing": self.numbers_missing,
            "long_numbers_share": self.long_numbers_share,
            "title_numbers_differ": float(self.title_numbers_differ),
            "title_share": self.title_share,
            "same_title": float(self.same_title),
            "names_share": self.names_share,
            "head_share": self.head_share,
            "length": self.length,
            "chinese": float(self.chinese),
            "days": days,
            "same_day": float(self.days < SAME_DAY),
            "jaccard_x_numbers": self.jaccard * self.numbers_share,
            "containment_x_numbers": self.containment * self.numbers_share,
            "containment_x_days": self.containment * days,
            "title_x_days": self.title_share * days,
        }


def compare(a: Reading, b: Reading, days: float) -> Pair:
    """What two articles agree on. Symmetric."""
    fewer, more = sorted((a.numbers, b.numbers), key=len)
    shorter, longer = sorted((len(a.tokens), len(b.tokens)))
    return Pair(
        jaccard=overlap(a.shingles, b.shingles),
        containment=contained(a, b),
        length_ratio=shorter / (longer or 1),
        numbers_share=share_of_fewer(fewer, more),
        numbers_jaccard=overlap(a.numbers, b.numbers) if more else NO_NUMBERS,
        numbers_missing=math.log1p(len(fewer - more)),
        long_numbers_share=share_of_fewer(a.long_numbers, b.long_numbers),
        title_numbers_differ=bool(a.title_numbers - b.title_numbers and b.title_numbers - a.title_numbers),
        title_share=overlap(a.title_shingles, b.title_shingles),
        same_title=a.title == b.title,
        names_share=overlap(a.names, b.names),
        head_share=len(a.head & b.head) / HEAD_TOKENS,
        length=shorter / (50 + shorter),
        chinese=a.chinese or b.chinese,
        days=days,
    )


def contained(a: Reading, b: Reading) -> float:
    """Share of the shingles of the shorter text that stand in the other, 0 to 1."""
    return len(a.shingles & b.shingles) / (min(len(a.shingles), len(b.shingles)) or 1)


def share_of_fewer(a: frozenset[str], b: frozenset[str]) -> float:
    """Of the smaller set, what the other has too; a middling value when it is empty."""
    fewer = min(len(a), len(b))
    return len(a & b) / fewer if fewer else NO_NUMBERS


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Shared elements over all elements."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared or 1)


def judge_pair(rules: Duplicates, later: Reading, earlier: Reading, days: float) -> Verdict:
    """Whether one article copies or rewrites the other. Symmetric in the texts."""
    if not says_enough(later, earlier):
        return Verdict(None, 0.0, "")
    if later.tokens == earlier.tokens:
        return Verdict(DuplicateKind.EXACT, 1.0, "the same words")
    floor = rules.floor_zh if later.chinese or earlier.chinese else rules.floor_en
    if contained(later, earlier) < floor:  # most pairs: the rest is not looked at
        return Verdict(None, 0.0, "")
    pair = compare(later, earlier, days)
    score = probability(rules, pair)
    if score < rules.copy_threshold or only_edges_agree(later, earlier, pair):
        return Verdict(None, round(score, 4), "")
    return Verdict(kind_of(rules, pair), round(score, 4), in_words(pair))


def says_enough(a: Reading, b: Reading) -> bool:
    """Whether shared words can prove a copy: a handful may be a placeholder, unless the titles agree too."""
    fewest = min(len(a.tokens), len(b.tokens))
    return fewest >= FEWEST_TOKENS or (fewest > 0 and a.title == b.title)


def only_edges_agree(a: Reading, b: Reading, pair: Pair) -> bool:
    """Whether two texts under different titles share how they begin and end and nothing between: an outlet's boilerplate."""
    if pair.title_share >= SAME_TITLE_SHARE:
        return False
    shorter = min(len(a.tokens), len(b.tokens))
    head = equal_run(a.tokens, b.tokens)
    tail = min(equal_run(a.tokens[::-1], b.tokens[::-1]), shorter - head)
    cores = [frozenset(shingles_of(each.tokens[head : len(each.tokens) - tail], pair.chinese)) for each in (a, b)]
    if min(map(len, cores)) < FEWEST_CORE:
        return False
    return len(cores[0] & cores[1]) < CORE_SHARE * min(map(len, cores))


def equal_run(a: Sequence[str], b: Sequence[str]) -> int:
    """How many tokens two texts share from their first one on."""
    return next(
        (number for number, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b))
    )


def probability(rules: Duplicates, pair: Pair) -> float:
    """The logistic function of what the pair shares."""
    weights = rules.weights
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in pair.features().items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def kind_of(rules: Duplicates, pair: Pair) -> DuplicateKind:
    """Near, truncated or rewrite, by how much is shared and how long both are."""
    if pair.containment >= rules.near_share and pair.length_ratio < rules.truncated_ratio:
        return DuplicateKind.TRUNCATED
    return DuplicateKind.NEAR if pair.containment >= rules.near_share else DuplicateKind.REWRITE


def in_words(pair: Pair) -> str:
    """The reasons, for a person."""
    return (
        f"{pair.containment:.0%} of the shorter text stands in the other, "
        f"{pair.numbers_share:.0%} of its numbers agree, titles share {pair.title_share:.0%}"
    )


def is_template(rules: Duplicates, a: Reading, b: Reading, days: float) -> bool:
    """Whether two texts share so much, and disagree on so much, that only their form is the same: another week's report."""
    if contained(a, b) < TEMPLATE_SHARE:
        return False
    pair = compare(a, b, days)
    score = probability(rules, pair)
    return score < TEMPLATE_SCORE or (score < DOUBTFUL_SCORE and figures_differ(a, b)) or only_edges_agree(a, b, pair)


def figures_differ(a: Reading, b: Reading) -> bool:
    """Whether each text is full of figures and the other has few of them: reports of one event agree on theirs."""
    fewest = min(len(a.long_numbers), len(b.long_numbers))
    return fewest >= FEWEST_FIGURES and share_of_fewer(a.long_numbers, b.long_numbers) < AGREEING_SHARE


def days_between(a: datetime, b: datetime) -> float:
    """Whole and part days between two moments."""
    return abs((a - b).total_seconds()) / 86_400


def moment_of(candidate: Candidate) -> datetime:
    """When an article was published, else first seen."""
    return candidate.published_at or candidate.first_seen_at
