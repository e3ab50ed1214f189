"""Fits the weights of extractors/tags/topic_weights.py and prints the file, with cross-validated figures in front.

`python benchmarks/fit_topics.py [FILE.jsonl[.gz] …]`: lines {id, title, text, lang, published, labels: {relevance, topics}};
without files the sample newsroom's articles. Folds are by article.
"""

import gzip
import json
import math
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from extractors.records import Article
from extractors.tags.topics import article_unit, features_of
from flows.cli.tag import article_from
from flows.demo.samples import ARTICLES, load_samples
from flows.home import shipped_config
from flows.rules import load_rules

FOLDS, ROUNDS, STEP, RIDGE = 5, 500, 0.05, 2.0
NOW = datetime(2026, 11, 25, tzinfo=UTC)
Row = tuple[dict[str, float], float]
Weights = dict[str, float]


def labelled(paths: Sequence[str]) -> Iterator[tuple[Article, set[str]]]:
    """Relevant articles with their topics."""
    for path in paths:
        raw = gzip.decompress(Path(path).read_bytes()) if path.endswith(".gz") else Path(path).read_bytes()
        for line in raw.decode().splitlines():
            record = json.loads(line)
            if record["labels"]["relevance"]:
                yield article_from(record), set(record["labels"]["topics"])
    if not paths:
        for sample in load_samples(ARTICLES, NOW):
            if sample.labels.get("relevant"):
                record = {"id": sample.id, "title": sample.title, "text": sample.text, "lang": sample.language}
                yield article_from(record), set(sample.labels["topics"])


def rows_by_article(paths: Sequence[str]) -> list[tuple[dict[str, Row], int]]:
    """Per article: features and truth by topic, and how many topics it has."""
    lexicon = load_rules(shipped_config().parent).vocabulary.lexicon
    found = []
    for article, wanted in labelled(paths):
        features = features_of(article_unit(lexicon.scan(article)))
        rows = {t: ({f"bias:{t}": 1.0, **own}, float(t in wanted)) for t, own in features.items()}
        found.append((rows, len(wanted)))
    return found


def fit(rows: Sequence[Row]) -> Weights:
    """A logistic regression with a ridge, by Adam."""
    names = sorted({name for values, _ in rows for name in values})
    weights, mean, square = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for round_no in range(1, ROUNDS):
        slope = {name: RIDGE * weights[name] for name in names}
        for values, truth in rows:
            error = probability(weights, values) - truth
            for name, value in values.items():
                slope[name] += error * value
        for name in names:
            mean[name] = 0.9 * mean[name] + 0.1 * slope[name]
            square[name] = 0.999 * square[name] + 0.001 * slope[name] ** 2
            size = math.sqrt(square[name] / (1 - 0.999**round_no)) + 1e-8
            weights[name] -= STEP * mean[name] / (1 - 0.9**round_no) / size
    return weights


def probability(weights: Weights, values: dict[str, float]) -> float:
    total = sum(weights.get(name, 0.0) * value for name, value in values.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def micro_f1(articles: Sequence[tuple[dict[str, float], dict[str, Row], int]], floor: float) -> float:
    right = chosen = wanted = 0
    for values, rows, count in articles:
        got = [topic for topic, value in values.items() if value >= floor]
        right += sum(rows[topic][1] > 0 for topic in got)
        chosen += len(got)
        wanted += count
    return 2 * right / ((chosen + wanted) or 1)


def main(paths: Sequence[str]) -> None:
    articles = rows_by_article(paths)
    random.Random(0).shuffle(articles)  # noqa: S311 - folds, no secret
    held_out = []
    for fold_no in range(FOLDS):
        weights = fit([row for n, (rows, _) in enumerate(articles) if n % FOLDS != fold_no for row in rows.values()])
        for rows, count in articles[fold_no::FOLDS]:
            held_out.append(({topic: probability(weights, row[0]) for topic, row in rows.items()}, rows, count))
    figures = {floor: round(micro_f1(held_out, floor / 100), 3) for floor in range(26, 46, 4)}
    print(f"# micro-F1 cross-validated on {len(articles)} articles, by floor in percent: {figures}")
    weights = fit([row for rows, _ in articles for row in rows.values()])
    biases = {name.removeprefix("bias:"): value for name, value in weights.items() if name.startswith("bias:")}
    print(f"USUAL_BIAS = {sum(biases.values()) / len(biases):.2f}\nBIASES = {{")
    print("\n".join(f'    "{name}": {value:.2f},' for name, value in biases.items()) + "\n}\nWEIGHTS = {")
    rest = {name: value for name, value in weights.items() if not name.startswith("bias:")}
    print("\n".join(f'    "{name}": {value:.2f},' for name, value in rest.items()) + "\n}")


if __name__ == "__main__":
    main(sys.argv[1:])
