"""Files an article and its sections under topics, by the cues found there.

A topic is tagged where a reader would file the text. How surely that is so is a logistic function of where its cues stand
(headline, opening, the rest), in how many sentences and how many of those join AI and China, how varied they are, and how
the topic compares with the others of the text. The weights are in topic_weights.py. A section is read like a small article
whose headline is its heading.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field

from extractors.records import TopicTag
from extractors.tags.lexicon import LEAD_CHARS, Hit, Scan
from extractors.tags.takeaways import HEADING
from extractors.tags.topic_weights import BIASES, USUAL_BIAS, WEIGHTS

WEAK = 1 / 3
TITLE_WEIGHT, LEAD_WEIGHT = 2.5, 1.4
ARTICLE_FLOOR = 0.32  # of the probability of an article's topic
SECTION_FLOOR = 0.36
BEST_FLOOR = 0.2  # the likeliest topic of a relevant article is filed from here on
ABOUT_SHARE = 0.5  # of a section's sentences that join AI and China, for its topics to be rolled up
MANY_SECTIONS = 6  # an article of so many has the topics of its sections too
MAX_TOPICS = 5  # an article has usually 1-5; one with sections may have more
MAX_SPANS = 12
CHARS_PER_WORD = {True: 1.7, False: 6.0}  # by whether the text is Chinese
WORDS_PER_UNIT = 220  # a longer text needs more cues for the same weight
OPENING_CHARS = {True: 90, False: 220}
ByTopic = Mapping[str, Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is filed: a whole article (section_no None) or a section. Offsets are those of the scanned text."""

    scan: Scan
    section_no: int | None
    by_topic: ByTopic
    titles: frozenset[int]  # numbers of the parts that are its headline
    about: AbstractSet[int]  # numbers of the sentences where AI and China meet
    start: int  # where its running text begins
    first_sentence: int
    sentence_count: int
    chars: int

    @property
    def chinese(self) -> bool:
        """Whether it is measured in characters."""
        return self.scan.article.language == "zh"

    @property
    def about_share(self) -> float:
        """The share of its sentences that join AI and China."""
        own = range(self.first_sentence, self.first_sentence + self.sentence_count)
        return sum(number in self.about for number in own) / max(1, self.sentence_count)


def topics_of(scan: Scan, about: AbstractSet[int]) -> tuple[TopicTag, ...]:
    """Topics of the article (section_no None) and of its sections, strongest first; `about` as in Unit."""
    whole = article_unit(scan, about)
    sections = [
        (unit, section_tags(unit)) for unit in (section_unit(whole, number) for number in headed_sections(scan))
    ]
    rolled_up = {tag.topic for unit, tags in sections if unit.about_share >= ABOUT_SHARE for tag in tags}
    own = article_tags(whole, rolled_up if len(sections) >= MANY_SECTIONS else set())
    return (*own, *(tag for _, tags in sections for tag in tags))


def article_unit(scan: Scan, about: AbstractSet[int]) -> Unit:
    """The article as a whole."""
    titles = frozenset(number for number, part in enumerate(scan.parts) if part.part in ("title", "subtitle"))
    start = scan.lead_end - LEAD_CHARS
    return Unit(
        scan, None, by_topic_of(scan.of_kind("topic")), titles, about, start, 0, len(scan.sentences), len(scan.text)
    )


def by_topic_of(hits: Iterable[Hit]) -> ByTopic:
    """Cues by the topic they speak for."""
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.key].append(hit)
    return found


def article_tags(whole: Unit, in_sections: AbstractSet[str]) -> list[TopicTag]:
    """The article's own topics, and behind them those rolled up from its sections."""
    values = probabilities(whole)
    ranked = sorted(values, key=lambda topic: (-values[topic], topic))
    chosen = [topic for topic in ranked if values[topic] >= ARTICLE_FLOOR][:MAX_TOPICS]
    if not chosen and ranked and values[ranked[0]] >= BEST_FLOOR:
        chosen = ranked[:1]
    chosen += [topic for topic in ranked if topic in in_sections and topic not in chosen]
    return [tag(whole, topic, values[topic]) for topic in chosen]


def section_tags(unit: Unit) -> list[TopicTag]:
    """Topics of a section under a heading; an article without headings is one section and has the article's topics."""
    found = probabilities(unit)
    return [tag(unit, topic, value) for topic, value in found.items() if value >= SECTION_FLOOR]


def section_unit(whole: Unit, number: int) -> Unit:
    """One section; its heading is its headline."""
    scan, by_topic = whole.scan, whole.by_topic
    own = {part_no: part for part_no, part in enumerate(scan.parts) if part.section_no == number}
    heading = frozenset(part_no for part_no, part in own.items() if part.part == "heading")
    hits = by_topic_of(hit for found in by_topic.values() for hit in found if hit.part_no in own)
    start, end = min(part.start for part in own.values()), max(part.end for part in own.values())
    text_start = min((part.start for part in own.values() if part.part == "text"), default=end)
    first = scan.sentence_at(start)
    count = scan.sentence_at(max(start, end - 1)) - first + 1
    return Unit(scan, number, hits, heading, whole.about, text_start, first, count, end - start)


def headed_sections(scan: Scan) -> list[int]:
    """Sections under a heading of their own; a list of takeaways only repeats the others."""
    headings = [part for part in scan.parts if part.part == "heading" and part.section_no is not None]
    return [
        part.section_no
        for part in headings
        if part.section_no is not None and not HEADING.match(scan.text[part.start : part.end].strip())
    ]


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
    titled = {
        topic for topic, hits in unit.by_topic.items() if any(hit.strong and hit.part_no in unit.titles for hit in hits)
    }
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
                "title_crowd": len(titled) / 3 if topic in titled else 0.0,
                "title_alone": float(titled == {topic}),
                "title_others": float(bool(titled) and topic not in titled),
            }
        )
    return found


def cue_features(unit: Unit, hits: Sequence[Hit]) -> dict[str, float]:
    """Where the cues of one topic stand and how many they are, strong ones and others apart."""
    opening, total = 0.0, max(1, unit.sentence_count)
    lead_end, opening_end = unit.start + LEAD_CHARS, unit.start + OPENING_CHARS[unit.chinese]
    cues = {True: CuePlaces(), False: CuePlaces()}
    for hit in hits:
        own = cues[hit.strong]
        own.sentences.add(hit.sentence_no)
        own.words.add(unit.scan.folded[hit.start : hit.end])
        if hit.part_no in unit.titles:
            own.title.add(hit.start)
        elif hit.start < lead_end:
            own.lead.add(hit.sentence_no)
            opening = 1.0 if hit.strong and hit.start < opening_end else opening
    about = len(cues[True].sentences & unit.about)
    return (
        cues[True].features("strong", unit)
        | cues[False].features("weak", unit)
        | {
            "opening": opening,
            "about_share": 3 * about / total,
            "about_part": about / max(1, len(cues[True].sentences)),
        }
    )


@dataclass(slots=True)
class CuePlaces:
    """Where the strong, or the other, cues of a topic stand."""

    title: set[int] = field(default_factory=set)
    lead: set[int] = field(default_factory=set)
    sentences: set[int] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def features(self, name: str, unit: Unit) -> dict[str, float]:
        """As numbers, each of the order of 1."""
        sentences = len(self.sentences)
        return {
            f"title_{name}": min(2.0, len(self.title)),
            f"lead_{name}": math.log1p(len(self.lead)),
            f"share_{name}": 3 * sentences / max(1, unit.sentence_count),
            f"sentences_{name}": math.log1p(sentences),
            f"words_{name}": math.log1p(len(self.words)),
            f"about_{name}": math.log1p(len(self.sentences & unit.about)),
        }


def place_sum(unit: Unit, hits: Sequence[Hit]) -> float:
    """The sentences with a cue, weighed by where they stand, over the square root of the length."""
    sentences: dict[int, float] = {}
    titles, lead_end = unit.titles, unit.start + LEAD_CHARS
    for hit in hits:
        place = TITLE_WEIGHT if hit.part_no in titles else LEAD_WEIGHT if hit.start < lead_end else 1.0
        value = place if hit.strong else place * WEAK
        if value > sentences.get(hit.sentence_no, 0.0):
            sentences[hit.sentence_no] = value
    words = unit.chars / CHARS_PER_WORD[unit.chinese]
    return sum(sentences.values()) / math.sqrt(max(1.0, words / WORDS_PER_UNIT))


def tag(unit: Unit, topic: str, value: float) -> TopicTag:
    """A topic with the places that prove it, strong cues first."""
    ordered = sorted(unit.by_topic[topic], key=lambda hit: (not hit.strong, hit.start))[:MAX_SPANS]
    spans = tuple(unit.scan.span(hit.start, hit.end) for hit in sorted(ordered, key=lambda hit: hit.start))
    return TopicTag(topic, unit.section_no, round(value, 3), spans)
