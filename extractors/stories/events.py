"""Stories as they grow: a centroid per language over telling terms, and anchors that English and Chinese share.

An article joins the story whose centroid is nearest (streaming single pass, as in topic detection and tracking: Allan 1998).
A centroid averages, so one article in between does not chain two events, as joining the nearest article would.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from extractors.stories.fingerprints import stable_hash
from extractors.stories.reading import MARKS

MOST_TERMS = 250
SMOOTHING = 10  # as if so many more articles were known, so that the first ones of an archive are not all rare
FADING = 0.2  # how much likeness a story loses over the window: news ages
MOST_MEMBERS = 20  # of a story that are kept to be compared one by one


class CommonTerms(BaseModel):
    """config/common_terms.yaml: words by the share of articles that hold them, 0 to 1, and how many articles that counts for.

    Without it a new archive takes "the" for as rare as "DeepSeek", and strangers tell the same event.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    articles: int = Field(ge=0)
    en: dict[float, str]
    zh: dict[float, str]

    def expected(self) -> dict[int, float]:
        """How many articles hold each term before any is counted."""
        counts = defaultdict[int, float](float)
        for chinese, shares in ((False, self.en), (True, self.zh)):
            counts[MARKS[chinese]] += self.articles
            for share, words in shares.items():
                for word in words.split():
                    counts[stable_hash(word)] += share * self.articles
        return dict(counts)


class Rarity:
    """How telling a term is: inverse document frequency among the articles of the archive that are no copies.

    Counted by language: the mark that every article has among its terms says how many there are. `expected` is counted too.
    """

    def __init__(self, counts: Mapping[int, int], expected: Mapping[int, float] | None = None) -> None:
        self._counts: defaultdict[int, float] = defaultdict(float, expected or {})
        for term, count in counts.items():
            self._counts[term] += count

    def see(self, terms: Iterable[int]) -> None:
        """Count an article's terms."""
        for term in terms:
            self._counts[term] += 1

    def of(self, term: int, total: float) -> float:
        """0 for a term in all of `total` articles, and the more the rarer."""
        return max(0.0, math.log((total + SMOOTHING) / (self._counts.get(term, 0) + 1)))

    def articles(self, *marks: int) -> float:
        """How many articles carry one of these marks."""
        return sum(self._counts.get(mark, 0) for mark in marks)

    def vector(self, weights: Mapping[int, float], chinese: bool) -> dict[int, float]:
        """The heaviest terms of a text as a vector of length 1."""
        total = self.articles(MARKS[chinese])
        weighed = {term: weight * rarity for term, weight in weights.items() if (rarity := self.of(term, total))}
        heaviest = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:MOST_TERMS]
        length = math.sqrt(sum(value * value for _, value in heaviest)) or 1.0
        return {term: value / length for term, value in heaviest}

    def anchored(self, one: frozenset[int], other: frozenset[int]) -> float:
        """How alike two sets of anchors are: cosine, each weighed by its rarity in both languages."""
        total = self.articles(*MARKS.values())
        shared = sum(self.of(anchor, total) ** 2 for anchor in sorted(one & other))
        if not shared:
            return 0.0
        lengths = [math.sqrt(sum(self.of(anchor, total) ** 2 for anchor in sorted(side))) for side in (one, other)]
        return shared / (lengths[0] * lengths[1])


@dataclass(slots=True)
class Centroid:
    """The sum of the vectors of a story's articles in one language."""

    total: dict[int, float] = field(default_factory=dict)
    square: float = 0.0

    def add(self, vector: Mapping[int, float]) -> None:
        """Take in an article."""
        self.square += 2 * self.dot(vector) + sum(value * value for value in vector.values())
        for term, value in vector.items():
            self.total[term] = self.total.get(term, 0.0) + value

    def dot(self, vector: Mapping[int, float]) -> float:
        """The product with a vector."""
        shared = vector.keys() & self.total.keys()
        return math.fsum([vector[term] * self.total[term] for term in shared])  # exact, so in whatever order

    def likeness(self, vector: Mapping[int, float]) -> float:
        """Cosine, 0 to 1."""
        return self.dot(vector) / math.sqrt(self.square) if self.square > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story that is no copy."""

    article_id: str
    chinese: bool
    anchors: frozenset[int]
    moment: datetime


@dataclass(slots=True)
class Story:
    """What a story is compared by: a centroid for each way of reading, its latest members, when they came and it ended."""

    story_id: str
    latest: datetime
    centroids: dict[bool, Centroid] = field(default_factory=lambda: {False: Centroid(), True: Centroid()})
    members: list[Member] = field(default_factory=list)
    first: datetime = field(init=False)  # of those members

    def __post_init__(self) -> None:
        self.first = self.latest

    def add(self, member: Member, vector: Mapping[int, float]) -> None:
        """Take in an article."""
        self.centroids[member.chinese].add(vector)
        self.members = [*self.members, member][-MOST_MEMBERS:]
        self.first = min(each.moment for each in self.members)
        self.latest = max(self.latest, member.moment)

    def has_other_than(self, article_id: str) -> bool:
        """Whether somebody else is in it."""
        return any(member.article_id != article_id for member in self.members)

    def likeness(self, vector: Mapping[int, float], chinese: bool, moment: datetime, window_days: float) -> float:
        """Cosine with the centroid of those that are read the same way, faded by age."""
        return self.fading(moment, window_days) * self.centroids[chinese].likeness(vector)

    def fading(self, moment: datetime, window_days: float) -> float:
        """What is left of a likeness by age: 1 within the story's days, less outside them; 0 beyond the window."""
        age = max(timedelta(0), moment - self.latest, self.first - moment) / timedelta(days=window_days)
        return 0.0 if age > 1 else 1 - FADING * age
