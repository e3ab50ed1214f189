"""Files an article and its sections under topics, by the cues found there.

A topic is tagged where a reader would file the text. How surely that is so is a logistic function of where its cues stand
(headline, opening, the rest), in how many sentences and how many of those join AI and China, how varied they are, how
the topic compares with the others of the text, which others stand beside it, and of what the article names (setting.py).
The weights are in topic_weights.py. A section is read like a small article whose headline is its heading.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from operator import mul
from typing import NamedTuple

from extractors.records import TopicTag
from extractors.tags.files import Entity
from extractors.tags.lexicon import LEAD_CHARS, Hit, Scan
from extractors.tags.setting import setting_of
from extractors.tags.takeaways import HEADING
from extractors.tags.topic_weights import BESIDE_WEIGHTS, BIASES, SETTING_WEIGHTS, USUAL_BIAS, WEIGHTS

WEAK = 1 / 3
TITLE_WEIGHT, LEAD_WEIGHT = 2.5, 1.4
ARTICLE_FLOOR = 0.34  # of the probability of an article's topic
SECTION_FLOOR, ONCE_FLOOR = 0.36, 0.6
BEST_FLOOR = 0.2  # the likeliest topic of a relevant article is filed from here on
ABOUT_SHARE = 0.2  # of the sentences join AI and China in every section, else it is a page of unrelated items
MANY_SECTIONS = 6  # an article of so many has the topics of its sections too
MAX_TOPICS = 5  # an article has usually 1-5; one with sections may have more
MAX_SPANS = 12
CHARS_PER_WORD = {True: 1.7, False: 6.0}  # by whether the text is Chinese
WORDS_PER_UNIT = 220  # a longer text needs more cues for the same weight
OPENING_CHARS = {True: 90, False: 220}
PLACES = ("title", "lead", "share", "sentences", "words", "about")
NOWHERE = (0.0,) * len(PLACES)
FEATURES = (
    *("chinese", "length", "crowd"),
    *(f"{place}_strong" for place in PLACES),
    *(f"{place}_weak" for place in PLACES),
    *("opening", "about_share", "about_part"),
    *("relative", "first", "rank", "weight", "title_crowd", "title_alone", "title_others"),
)
IN_ORDER = tuple(WEIGHTS[name] for name in FEATURES)
WEIGHT_AT = FEATURES.index("weight")
ByTopic = Mapping[str, Sequence[Hit]]
# of some cues: where those in the headline begin, the sentences of those in the opening, the sentences of all, their words
Cues = tuple[set[int], set[int], set[int], set[str]]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is filed: a whole article (section_no None) or a section. Offsets are those of the scanned text."""

    scan: Scan
    section_no: int | None
    by_topic: ByTopic
    setting: tuple[float, ...]  # of the article, by the names of SETTING
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


def topics_of(scan: Scan, entities: Mapping[str, Entity], about: AbstractSet[int]) -> tuple[TopicTag, ...]:
    """Topics of the article (section_no None) and of its sections, strongest first; `about` as in Unit."""
    whole = article_unit(scan, entities, about)
    sections = [(unit, section_tags(unit)) for unit in section_units(whole)]
    is_one = len(sections) >= MANY_SECTIONS and all(unit.about_share >= ABOUT_SHARE for unit, _ in sections)
    own = article_tags(whole, {tag.topic for _, tags in sections for tag in tags} if is_one else set())
    return (*own, *(tag for _, tags in sections for tag in tags))


def article_unit(scan: Scan, entities: Mapping[str, Entity], about: AbstractSet[int]) -> Unit:
    """The article as a whole."""
    start = scan.lead_end - LEAD_CHARS
    by_topic, setting = by_topic_of(scan.of_kind("topic")), setting_of(scan, entities)
    return Unit(scan, None, by_topic, setting, scan.titles, about, start, 0, len(scan.sentences), len(scan.text))


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
    """Topics of a section under a heading, each by a strong cue: in so few words the others are said in passing."""
    floors = {
        topic: section_floor(unit, hits) for topic, hits in unit.by_topic.items() if any(hit.strong for hit in hits)
    }
    if not floors:
        return []
    return [
        tag(unit, topic, value)
        for topic, value in probabilities(unit).items()
        if topic in floors and value >= floors[topic]
    ]


def section_floor(unit: Unit, hits: Sequence[Hit]) -> float:
    """How sure a topic of a section must be: surer when a single word of its text speaks for it."""
    return ONCE_FLOOR if len(hits) == 1 and hits[0].part_no not in unit.titles else SECTION_FLOOR


def section_units(whole: Unit) -> list[Unit]:
    """The sections under a heading of their own, each with its cues, which are sorted in one walk."""
    scan, headed = whole.scan, headed_sections(whole.scan)
    if not headed:
        return []
    parts, hits = defaultdict[int | None, list[int]](list), defaultdict[int | None, list[Hit]](list)
    for number, part in enumerate(scan.parts):
        parts[part.section_no].append(number)
    for hit in scan.of_kind("topic"):
        hits[scan.parts[hit.part_no].section_no].append(hit)
    return [section_unit(whole, number, parts[number], hits[number]) for number in headed]


def section_unit(whole: Unit, number: int, part_numbers: Sequence[int], hits: Sequence[Hit]) -> Unit:
    """One section; its heading is its headline."""
    scan, own = whole.scan, [whole.scan.parts[part_no] for part_no in part_numbers]
    heading = frozenset(part_no for part_no in part_numbers if scan.parts[part_no].part == "heading")
    start, end = own[0].start, own[-1].end
    text_start = next((part.start for part in own if part.part == "text"), end)
    first = scan.sentence_at(start)
    count = scan.sentence_at(max(start, end - 1)) - first + 1
    by_topic = by_topic_of(hits)
    return Unit(scan, number, by_topic, whole.setting, heading, whole.about, text_start, first, count, end - start)


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
    found, values_by_topic = {}, values_of(unit)
    for topic, values in values_by_topic.items():
        total = BIASES.get(topic, USUAL_BIAS) + sum(map(mul, values, IN_ORDER))
        total += sum(map(mul, SETTING_WEIGHTS.get(topic, ()), unit.setting))
        beside = BESIDE_WEIGHTS.get(topic, {})
        total += sum(beside.get(other, 0.0) * own[WEIGHT_AT] for other, own in values_by_topic.items())
        found[topic] = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    return found


def features_of(unit: Unit) -> dict[str, dict[str, float]]:
    """By topic what tells whether a unit is filed there, each of the order of 1."""
    return {topic: dict(zip(FEATURES, values, strict=True)) for topic, values in values_of(unit).items()}


def values_of(unit: Unit) -> dict[str, tuple[float, ...]]:
    """The same as numbers in the order of FEATURES: every section is filed, so the names would cost more than the rest."""
    chinese = unit.chinese
    length = math.sqrt(max(1.0, unit.chars / CHARS_PER_WORD[chinese] / WORDS_PER_UNIT))
    standings = {topic: standing_of(unit, hits) for topic, hits in unit.by_topic.items()}
    weights = {topic: standing.weight / length for topic, standing in standings.items()}
    ranked = sorted(weights, key=lambda topic: (-weights[topic], topic))
    best = max(weights.values(), default=1.0)
    titled = sum(standing.is_titled for standing in standings.values())
    crowd, alone = titled / 3, titled == 1
    shared = (float(chinese), math.log(max(1, unit.sentence_count)) / 3, len(ranked) / 10)
    found = {}
    for rank, topic in enumerate(ranked):
        weight, is_titled = weights[topic], standings[topic].is_titled
        found[topic] = (
            *shared,
            *standings[topic].values,
            weight / best,
            float(rank == 0),
            1 / (1 + rank),
            math.log1p(weight),
            crowd if is_titled else 0.0,
            float(is_titled and alone),
            float(not is_titled and titled > 0),
        )
    return found


class Standing(NamedTuple):
    """Where the cues of one topic stand: `weight` counts their sentences by place, `is_titled` a strong one in the headline."""

    weight: float
    is_titled: bool
    values: tuple[float, ...]


def standing_of(unit: Unit, hits: Sequence[Hit]) -> Standing:
    """Where the cues of one topic stand and how many they are, strong ones and others apart, in one walk."""
    titles, folded = unit.titles, unit.scan.folded
    lead_end, opening_end = unit.start + LEAD_CHARS, unit.start + OPENING_CHARS[unit.chinese]
    sides: tuple[Cues, Cues] = (set(), set(), set(), set()), (set(), set(), set(), set())
    weights, opens = dict[int, float](), False
    for hit in hits:
        start, sentence, strong = hit.start, hit.sentence_no, hit.strong
        titled, lead, sentences, words = sides[strong]
        weight = 1.0
        if hit.part_no in titles:
            weight = TITLE_WEIGHT
            titled.add(start)
        elif start < lead_end:
            weight = LEAD_WEIGHT
            lead.add(sentence)
            opens = opens or (strong and start < opening_end)
        sentences.add(sentence)
        words.add(folded[start : hit.end])
        if not strong:
            weight *= WEAK
        if weight > weights.get(sentence, 0.0):
            weights[sentence] = weight
    weak, strong_cues = sides
    values = (
        *places_of_cues(unit, strong_cues),
        *places_of_cues(unit, weak),
        float(opens),
        *about_values(unit, strong_cues[2]),
    )
    return Standing(sum(weights.values()), bool(strong_cues[0]), values)


def places_of_cues(unit: Unit, cues: Cues) -> tuple[float, ...]:
    """How many of some cues stand in the headline and in the opening, in how many sentences, and how varied they are."""
    titled, lead, sentences, words = cues
    if not words:
        return NOWHERE
    return (
        min(2.0, len(titled)),
        math.log1p(len(lead)),
        3 * len(sentences) / max(1, unit.sentence_count),
        math.log1p(len(sentences)),
        math.log1p(len(words)),
        math.log1p(len(sentences & unit.about)),
    )


def about_values(unit: Unit, sentences: AbstractSet[int]) -> tuple[float, float]:
    """How many of the sentences with strong cues join AI and China: of all sentences, and of these."""
    about = len(sentences & unit.about)
    return 3 * about / max(1, unit.sentence_count), about / max(1, len(sentences))


def tag(unit: Unit, topic: str, value: float) -> TopicTag:
    """A topic with the places that prove it, strong cues first."""
    ordered = sorted(unit.by_topic[topic], key=lambda hit: (not hit.strong, hit.start))[:MAX_SPANS]
    spans = tuple(unit.scan.span(hit.start, hit.end) for hit in sorted(ordered, key=lambda hit: hit.start))
    return TopicTag(topic, unit.section_no, round(value, 3), spans)
