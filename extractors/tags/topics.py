"""Files an article and its sections under topics, by the cues found there.

A topic is tagged where a reader would file the text. How surely that is so is a logistic function of where its cues stand
(headline, opening, the rest), in how many sentences, how varied they are, and how the topic compares with the others of
the text. The weights are in topic_weights.py. A section is read like a small article whose headline is its heading.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.records import TopicTag
from extractors.tags.lexicon import LEAD_CHARS, Hit, Scan
from extractors.tags.topic_weights import BIASES, USUAL_BIAS, WEIGHTS

WEAK = 1 / 3
TITLE_WEIGHT, LEAD_WEIGHT = 2.5, 1.4
ARTICLE_FLOOR = 0.36  # of the probability of an article's topic
SECTION_FLOOR = 0.45
BEST_FLOOR = 0.2  # the likeliest topic of a relevant article is filed from here on
ROLL_UP_FLOOR = 0.7  # of a section's topic that becomes one of an article with many sections
MANY_SECTIONS = 4
MAX_TOPICS = 6  # an article has usually 1-5; one with sections may have more
MAX_SPANS = 12
CHARS_PER_WORD = {True: 1.7, False: 6.0}  # by whether the text is Chinese
WORDS_PER_UNIT = 220  # a longer text needs more cues for the same weight
OPENING_CHARS = {True: 90, False: 220}
ByTopic = Mapping[str, Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is filed: a whole article or a section. Offsets are those of the scanned text."""

    scan: Scan
    by_topic: ByTopic
    titles: frozenset[int]  # numbers of the parts that are its headline
    start: int  # where its running text begins
    sentence_count: int
    chars: int

    @property
    def chinese(self) -> bool:
        """Whether it is measured in characters."""
        return self.scan.article.language == "zh"

    def in_title(self, hit: Hit) -> bool:
        """Whether a cue stands in the headline."""
        return hit.part_no in self.titles

    def in_lead(self, hit: Hit, chars: int = LEAD_CHARS) -> bool:
        """Whether a cue stands in the opening."""
        return not self.in_title(hit) and hit.start < self.start + chars


def topics_of(scan: Scan) -> tuple[TopicTag, ...]:
    """Topics of the article (section_no None) and of its sections, strongest first."""
    whole = article_unit(scan)
    sections = list(section_tags(scan, whole.by_topic))
    return (*article_tags(whole, {tag.topic for tag in sections if tag.score >= ROLL_UP_FLOOR}), *sections)


def article_unit(scan: Scan) -> Unit:
    """The article as a whole."""
    titles = frozenset(number for number, part in enumerate(scan.parts) if part.part in ("title", "subtitle"))
    start = scan.lead_end - LEAD_CHARS
    return Unit(scan, by_topic_of(scan.of_kind("topic")), titles, start, len(scan.sentences), len(scan.text))


def by_topic_of(hits: Iterable[Hit]) -> ByTopic:
    """Cues by the topic they speak for."""
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.key].append(hit)
    return found


def article_tags(whole: Unit, in_sections: set[str]) -> list[TopicTag]:
    """The article's own topics. Those of its sections are rolled up when the article has several."""
    values = probabilities(whole)
    ranked = sorted(values, key=lambda topic: (-values[topic], topic))
    chosen = [topic for topic in ranked if values[topic] >= ARTICLE_FLOOR][:MAX_TOPICS]
    if not chosen and ranked and values[ranked[0]] >= BEST_FLOOR:
        chosen = ranked[:1]
    if len(headed_sections(whole.scan)) >= MANY_SECTIONS:
        chosen += [topic for topic in ranked if topic in in_sections and topic not in chosen]
    return [tag(whole.scan, topic, None, values[topic], whole.by_topic[topic]) for topic in chosen]


def section_tags(scan: Scan, by_topic: ByTopic) -> Iterator[TopicTag]:
    """Topics of sections under a heading; an article without headings is one section and has the article's topics."""
    for number in headed_sections(scan):
        unit = section_unit(scan, by_topic, number)
        for topic, value in probabilities(unit).items():
            if value >= SECTION_FLOOR:
                yield tag(scan, topic, number, value, unit.by_topic[topic])


def section_unit(scan: Scan, by_topic: ByTopic, number: int) -> Unit:
    """One section; its heading is its headline."""
    own = {part_no: part for part_no, part in enumerate(scan.parts) if part.section_no == number}
    heading = frozenset(part_no for part_no, part in own.items() if part.part == "heading")
    hits = by_topic_of(hit for found in by_topic.values() for hit in found if hit.part_no in own)
    start, end = min(part.start for part in own.values()), max(part.end for part in own.values())
    text_start = min((part.start for part in own.values() if part.part == "text"), default=end)
    count = scan.sentence_at(max(start, end - 1)) - scan.sentence_at(start) + 1
    return Unit(scan, hits, heading, text_start, count, end - start)


def headed_sections(scan: Scan) -> list[int]:
    """Sections under a heading of their own."""
    return sorted({part.section_no for part in scan.parts if part.part == "heading" and part.section_no is not None})


def probabilities(unit: Unit) -> dict[str, float]:
    """How surely a unit is to be filed under each topic it has a cue of."""
    found = {}
    for topic, features in features_of(unit).items():
        total = BIASES.get(topic, USUAL_BIAS) + sum(WEIGHTS[name] * value for name, value in features.items())
        found[topic] = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    return found


def features_of(unit: Unit) -> dict[str, dict[str, float]]:
    """By topic what tells whether a unit is filed there, each of the order of 1."""
    weights = {topic: place_sum(unit, hits) for topic, hits in unit.by_topic.items()}
    ranked = sorted(weights, key=lambda topic: (-weights[topic], topic))
    best = max(weights.values(), default=1.0)
    titled = sum(any(hit.strong and unit.in_title(hit) for hit in hits) for hits in unit.by_topic.values())
    shared = {
        "chinese": float(unit.chinese),
        "length": math.log(max(1, unit.sentence_count)) / 3,
        "crowd": len(ranked) / 10,
    }
    found = {}
    for rank, topic in enumerate(ranked):
        own = cue_features(unit, unit.by_topic[topic])
        found[topic] = (
            shared
            | own
            | {
                "relative": weights[topic] / best,
                "first": float(rank == 0),
                "rank": 1 / (1 + rank),
                "weight": math.log1p(weights[topic]),
                "title_crowd": titled / 3 if own["title_strong"] else 0.0,
            }
        )
    return found


def cue_features(unit: Unit, hits: Sequence[Hit]) -> dict[str, float]:
    """Where the cues of one topic stand and how many they are, strong ones and others apart."""
    found = {"opening": float(any(hit.strong and unit.in_lead(hit, OPENING_CHARS[unit.chinese]) for hit in hits))}
    for name, strong in (("strong", True), ("weak", False)):
        own = [hit for hit in hits if hit.strong is strong]
        sentences = len({hit.sentence_no for hit in own})
        found |= {
            f"title_{name}": min(2.0, len({hit.start for hit in own if unit.in_title(hit)})),
            f"lead_{name}": math.log1p(len({hit.sentence_no for hit in own if unit.in_lead(hit)})),
            f"share_{name}": 3 * sentences / max(1, unit.sentence_count),
            f"sentences_{name}": math.log1p(sentences),
            f"words_{name}": math.log1p(len({unit.scan.folded[hit.start : hit.end] for hit in own})),
        }
    return found


def place_sum(unit: Unit, hits: Sequence[Hit]) -> float:
    """The sentences with a cue, weighed by where they stand, over the square root of the length."""
    sentences: dict[int, float] = {}
    for hit in hits:
        place = TITLE_WEIGHT if unit.in_title(hit) else LEAD_WEIGHT if unit.in_lead(hit) else 1.0
        sentences[hit.sentence_no] = max(sentences.get(hit.sentence_no, 0.0), place * (1.0 if hit.strong else WEAK))
    words = unit.chars / CHARS_PER_WORD[unit.chinese]
    return sum(sentences.values()) / math.sqrt(max(1.0, words / WORDS_PER_UNIT))


def tag(scan: Scan, topic: str, section_no: int | None, value: float, hits: Iterable[Hit]) -> TopicTag:
    """A topic with the places that prove it, strong cues first."""
    ordered = sorted(hits, key=lambda hit: (not hit.strong, hit.start))[:MAX_SPANS]
    spans = tuple(scan.span(hit.start, hit.end) for hit in sorted(ordered, key=lambda hit: hit.start))
    return TopicTag(topic, section_no, round(value, 3), spans)
