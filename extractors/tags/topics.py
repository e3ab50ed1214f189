"""Files an article and its sections under topics, by the cues found there.

A topic is tagged where a reader would file the text: a cue in the headline or opening, or in two sentences of it. Strong
cues count one, others a third; the sum grows with the logarithm, so that one repeated word does not decide.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from extractors.records import TopicTag
from extractors.tags.lexicon import Hit, Scan

WEAK = 1 / 3
TITLE_WEIGHT = 2.5
LEAD_WEIGHT = 1.4
HEADING_WEIGHT = 2.0
ARTICLE_FLOOR = 1.9  # of the score of an article's topic
SECTION_FLOOR = 1.6
BEST_SHARE = 0.36  # of the strongest topic's score that another must reach
MAX_TOPICS = 5  # an article has usually 1-5; one with sections may have more
MAX_SPANS = 12
WORDS_PER_UNIT = 220  # a longer text needs more cues for the same score
CHARS_PER_WORD = {"zh": 1.7}


def topics_of(scan: Scan) -> tuple[TopicTag, ...]:
    """Topics of the article (section_no None) and of its sections, strongest first."""
    by_topic: dict[str, list[Hit]] = defaultdict(list)
    for hit in scan.hits:
        if hit.kind == "topic":
            by_topic[hit.key].append(hit)
    sections = section_tags(scan, by_topic)
    article = article_tags(scan, by_topic, {tag.topic for tag in sections})
    return (*article, *sections)


def article_tags(scan: Scan, by_topic: Mapping[str, Sequence[Hit]], in_sections: set[str]) -> list[TopicTag]:
    """The article's own topics. Those of its sections are rolled up when the article has several."""
    scores = {topic: score(scan, hits) for topic, hits in by_topic.items()}
    best = max(scores.values(), default=0.0)
    chosen = [topic for topic, value in scores.items() if value >= max(ARTICLE_FLOOR, BEST_SHARE * best)]
    chosen = sorted(chosen, key=lambda topic: -scores[topic])[:MAX_TOPICS]
    if len(headed_sections(scan)) > 2:
        chosen += [topic for topic in sorted(in_sections, key=lambda topic: -scores[topic]) if topic not in chosen]
    return [tag(scan, topic, None, scores[topic], by_topic[topic]) for topic in chosen]


def section_tags(scan: Scan, by_topic: Mapping[str, Sequence[Hit]]) -> list[TopicTag]:
    """Topics of sections under a heading; an article without headings is one section and has the article's topics."""
    tags = []
    for number in headed_sections(scan):
        for topic, hits in by_topic.items():
            own = [hit for hit in hits if scan.parts[hit.part_no].section_no == number]
            value = section_score(scan, own)
            if value >= SECTION_FLOOR:
                tags.append(tag(scan, topic, number, value, own))
    return tags


def headed_sections(scan: Scan) -> list[int]:
    """Sections under a heading of their own."""
    return sorted({part.section_no for part in scan.parts if part.part == "heading" and part.section_no is not None})


def score(scan: Scan, hits: Sequence[Hit]) -> float:
    """How strongly an article is about a topic: its sentences with a cue, weighed by where they stand."""
    sentences: dict[int, float] = {}
    for hit in hits:
        weight = (1.0 if hit.strong else WEAK) * place_weight(scan, hit)
        sentences[hit.sentence_no] = max(sentences.get(hit.sentence_no, 0.0), weight)
    distinct = len({scan.folded[hit.start : hit.end] for hit in hits if hit.strong})
    length = max(1.0, words_in(scan) / WORDS_PER_UNIT)
    return sum(sentences.values()) / math.sqrt(length) * (1 + 0.15 * min(distinct, 4))


def place_weight(scan: Scan, hit: Hit) -> float:
    """Headline before heading before opening before the rest."""
    part = scan.parts[hit.part_no].part
    if part in ("title", "subtitle"):
        return TITLE_WEIGHT
    if part == "heading":
        return HEADING_WEIGHT
    return LEAD_WEIGHT if hit.start < scan.lead_end else 1.0


def section_score(scan: Scan, hits: Sequence[Hit]) -> float:
    """How strongly a section is about a topic: its heading counts two, each sentence with a strong cue one."""
    sentences: dict[int, float] = {}
    for hit in hits:
        heading = HEADING_WEIGHT if scan.parts[hit.part_no].part == "heading" else 1.0
        weight = (1.0 if hit.strong else WEAK) * heading
        sentences[hit.sentence_no] = max(sentences.get(hit.sentence_no, 0.0), weight)
    distinct = len({scan.folded[hit.start : hit.end] for hit in hits if hit.strong})
    return sum(sentences.values()) + 0.5 * max(0, distinct - len(sentences))


def words_in(scan: Scan) -> float:
    """The length of a text in words; Chinese by characters."""
    return len(scan.text) / CHARS_PER_WORD.get(scan.article.language, 6.0)


def tag(scan: Scan, topic: str, section_no: int | None, value: float, hits: Iterable[Hit]) -> TopicTag:
    """A topic with the places that prove it, strong cues first."""
    ordered = sorted(hits, key=lambda hit: (not hit.strong, hit.start))[:MAX_SPANS]
    spans = tuple(scan.span(hit.start, hit.end) for hit in sorted(ordered, key=lambda hit: hit.start))
    return TopicTag(topic, section_no, round(value, 3), spans)
