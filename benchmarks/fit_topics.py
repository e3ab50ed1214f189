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
from extractors.tags.topics import article_unit, features_of
from flows.cli.tag import article_from
from flows.home import shipped_config
from flows.rules import load_rules

RIDGE, SEEDS = 1.0, 3
SETTING_RIDGE = 2.5  # what one topic alone weighs is learned from few articles
FLOORS = (0.28, 0.32, 0.36, 0.4)
MAX_TOPICS = 6
PER_LINE = 14  # weights


def rows_of(record: dict[str, Any], lexicon: Any) -> dict[str, Row]:
    """Features and truth of each topic that an article has a cue of."""
    scan = lexicon.scan(article_from(record))
    unit = article_unit(scan, lexicon.entities, Marks(scan, lexicon.entities).about())
    setting, wanted = dict(zip(SETTING, unit.setting, strict=True)), set(record["labels"]["topics"])
    return {
        topic: (own_values(topic, setting) | own, float(topic in wanted)) for topic, own in features_of(unit).items()
    }


def own_values(topic: str, setting: Mapping[str, float]) -> dict[str, float]:
    """What a topic weighs in its own way, by names that no other topic has."""
    return {f"{topic}:{name}": value for name, value in {"bias": 1.0, **setting}.items()}


def ridge_of(name: str) -> float:
    """What a weight costs."""
    return SETTING_RIDGE if ":" in name and not name.endswith(":bias") else RIDGE


def chosen(values: dict[str, float], floor: float) -> set[str]:
    """The topics filed at a floor."""
    ranked = sorted(values, key=lambda topic: -values[topic])
    return {topic for topic in ranked[:MAX_TOPICS] if values[topic] >= floor}


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
        for floor in FLOORS if records[some] else ():
            micro, macro = micro_f1(values[some], records[some], floor), macro_f1(values[some], records[some], floor)
            print(f"# {name}, {len(records[some])} articles, floor {floor}: micro-F1 {micro:.3f}, macro-F1 {macro:.3f}")
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
    yield "# fmt: on"


if __name__ == "__main__":
    main(sys.argv[1:])
