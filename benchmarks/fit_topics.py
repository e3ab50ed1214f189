"""Fits the weights of extractors/tags/topic_weights.py and prints the file, with cross-validated figures in front.

`python -m benchmarks.fit_topics [FILE.jsonl[.gz] …]`: lines {id, title, text, lang, published, labels: {relevance,
topics}}, beside the sample newsroom's articles, which are always there. Folds are by article.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.fit_logistic import Row, fit, held_out, labelled
from extractors.tags.setting import SETTING
from extractors.tags.signs import Marks
from extractors.tags.topics import BEST_FLOOR, MAX_TOPICS, article_unit, features_of
from flows.cli.tag import article_from
from flows.home import shipped_config
from flows.rules import load_rules

RIDGE, SEEDS = 1.0, 3
SETTING_RIDGE, BESIDE_RIDGE = 2.5, 5.0  # what one topic alone weighs is learned from few articles
BESIDE = "beside "
FLOORS = (0.32, 0.34, 0.36, 0.38)
PER_LINE, TOPICS_PER_LINE = 14, 3  # weights


def rows_of(record: dict[str, Any], lexicon: Any) -> dict[str, Row]:
    """Features and truth of each topic that an article has a cue of."""
    scan = lexicon.scan(article_from(record))
    unit = article_unit(scan, lexicon.entities, Marks(scan, lexicon.entities).about())
    setting, wanted = dict(zip(SETTING, unit.setting, strict=True)), set(record["labels"]["topics"])
    found = features_of(unit)
    weights = {topic: own["weight"] for topic, own in found.items()}
    return {topic: (own_values(topic, setting, weights) | own, float(topic in wanted)) for topic, own in found.items()}


def own_values(topic: str, setting: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """What a topic weighs in its own way, by names that no other topic has: the setting, and the topics beside it."""
    beside = {f"{BESIDE}{other}": weight for other, weight in weights.items() if other != topic}
    return {f"{topic}:{name}": value for name, value in {"bias": 1.0, **setting, **beside}.items()}


def ridge_of(name: str) -> float:
    """What a weight costs."""
    if ":" not in name or name.endswith(":bias"):
        return RIDGE
    return BESIDE_RIDGE if BESIDE in name else SETTING_RIDGE


def chosen(values: dict[str, float], floor: float) -> set[str]:
    """The topics filed at a floor, as `topics.article_tags` does for an article without sections."""
    ranked = sorted(values, key=lambda topic: (-values[topic], topic))
    filed = {topic for topic in ranked[:MAX_TOPICS] if values[topic] >= floor}
    return filed or {topic for topic in ranked[:1] if values[topic] >= BEST_FLOOR}


def micro_f1(values: Sequence[dict[str, float]], records: Sequence[dict[str, Any]], floor: float) -> float:
    """2 x right / (filed + wanted), over all articles."""
    right = filed = wanted = 0
    for own, record in zip(values, records, strict=True):
        got, truth = chosen(own, floor), set(record["labels"]["topics"])
        right, filed, wanted = right + len(got & truth), filed + len(got), wanted + len(truth)
    return 2 * right / ((filed + wanted) or 1)


def macro_f1(values: Sequence[dict[str, float]], records: Sequence[dict[str, Any]], floor: float) -> float:
    """The mean of the topics' F1."""
    topics = sorted({topic for record in records for topic in record["labels"]["topics"]})
    found = []
    for topic in topics:
        got = [topic in chosen(own, floor) for own in values]
        truth = [topic in record["labels"]["topics"] for record in records]
        right = sum(a and b for a, b in zip(got, truth, strict=True))
        found.append(2 * right / ((sum(got) + sum(truth)) or 1))
    return sum(found) / len(found)


def by_language(values: Sequence[dict[str, float]], records: Sequence[dict[str, Any]], floor: float) -> str:
    """The micro-F1 of each language, in words."""
    found = []
    for language in ("en", "zh"):
        some = [n for n, record in enumerate(records) if str(record["lang"]).startswith(language)]
        own = micro_f1([values[n] for n in some], [records[n] for n in some], floor)
        found.append(f"{language} {own:.3f}")
    return ", ".join(found)


def first_right(values: Sequence[dict[str, float]], records: Sequence[dict[str, Any]]) -> float:
    """The share of articles with a topic whose likeliest one is right."""
    firsts = [
        max(sorted(own), key=own.__getitem__) in record["labels"]["topics"]
        for own, record in zip(values, records, strict=True)
        if own
    ]
    return sum(firsts) / len(firsts)


def main(paths: Sequence[str]) -> None:
    outside = [record for record in labelled(paths) if record["labels"]["relevance"]] if paths else []
    records = [*outside, *(record for record in labelled([]) if record["labels"]["relevance"])]
    lexicon = load_rules(shipped_config().parent).vocabulary.lexicon
    articles = [rows_of(record, lexicon) for record in records]
    runs = [held_out([list(rows.values()) for rows in articles], ridge_of, seed) for seed in range(SEEDS)]
    values = [
        {topic: sum(run[n][place] for run in runs) / SEEDS for place, topic in enumerate(rows)}
        for n, rows in enumerate(articles)
    ]
    for name, some in {"files": slice(0, len(outside)), "own": slice(len(outside), None)}.items():
        own, truth = values[some], records[some]
        if truth:
            print(f"# {name}, {len(truth)} articles, held out: first topic right {first_right(own, truth):.3f}")
        for floor in FLOORS if truth else ():
            micro, macro = micro_f1(own, truth, floor), macro_f1(own, truth, floor)
            languages = by_language(own, truth, floor)
            print(f"# floor {floor}: micro-F1 {micro:.3f} ({languages}), macro-F1 {macro:.3f}")
    print("\n".join(weight_lines(fit([row for rows in articles for row in rows.values()], ridge_of))))


def weight_lines(weights: Mapping[str, float]) -> Iterator[str]:
    """The weights as the lines of topic_weights.py."""
    topics = [name.removesuffix(":bias") for name in weights if name.endswith(":bias")]
    biases = [weights[f"{topic}:bias"] for topic in topics]
    yield f"USUAL_BIAS = {sum(biases) / len(biases):.2f}"
    yield "BIASES: dict[str, float] = {"
    yield from (f'    "{topic}": {bias:.2f},' for topic, bias in zip(topics, biases, strict=True))
    yield "}"
    yield "WEIGHTS: dict[str, float] = {"
    yield from (f'    "{name}": {value:.2f},' for name, value in weights.items() if ":" not in name)
    yield "}"
    yield "# fmt: off"
    yield "SETTING_WEIGHTS: dict[str, tuple[float, ...]] = {"
    for topic in topics:
        values = [f"{weights[f'{topic}:{name}']:.2f}" for name in SETTING]
        yield f'    "{topic}": ('
        yield from (f"        {', '.join(values[at : at + PER_LINE])}," for at in range(0, len(values), PER_LINE))
        yield "    ),"
    yield "}"
    yield "BESIDE_WEIGHTS: dict[str, dict[str, float]] = {"
    for topic in topics:
        values = [
            f'"{other}": {weights.get(f"{topic}:{BESIDE}{other}", 0.0):.2f}' for other in topics if other != topic
        ]
        yield f'    "{topic}": {{'
        yield from (
            f"        {', '.join(values[at : at + TOPICS_PER_LINE])}," for at in range(0, len(values), TOPICS_PER_LINE)
        )
        yield "    },"
    yield "}"
    yield "# fmt: on"


if __name__ == "__main__":
    main(sys.argv[1:])
