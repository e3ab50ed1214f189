"""Fits the weights by which an entity is a main one, and prints them with cross-validated figures.

`python benchmarks/fit_salience.py [FILE.jsonl[.gz] …]`: lines {id, title, text, lang, published, labels: {relevance,
main_entities: [{name, as}]}}; without files the sample newsroom's articles. Folds are by article. The weights go to
extractors/tags/entities.py by hand, with their figures.
"""

import gzip
import json
import math
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.records import Article
from extractors.tags.entities import FEATURES, NEVER_MAIN, features_of
from extractors.tags.folding import fold
from flows.cli.tag import article_from
from flows.demo.samples import ARTICLES, load_samples
from flows.home import shipped_config
from flows.rules import load_rules

FOLDS, ROUNDS, STEP, RIDGE = 5, 250, 0.4, 0.002
NOW = datetime(2026, 11, 25, tzinfo=UTC)
Row = tuple[list[float], int]


def labelled(paths: Sequence[str]) -> Iterator[tuple[Article, set[str]]]:
    """Relevant articles with the folded names of their main entities."""
    for path in paths:
        raw = gzip.decompress(Path(path).read_bytes()) if path.endswith(".gz") else Path(path).read_bytes()
        for line in raw.decode().splitlines():
            record = json.loads(line)
            if record["labels"]["relevance"]:
                named = record["labels"]["main_entities"]
                yield article_from(record), {fold(each[key]) for each in named for key in ("name", "as")}
    if not paths:
        for sample in load_samples(ARTICLES, NOW):
            if sample.labels.get("relevant"):
                record = {"id": sample.id, "title": sample.title, "text": sample.text, "lang": sample.language}
                yield article_from(record), {fold(name) for name in sample.labels["main_entities"]}


def rows_by_article(paths: Sequence[str]) -> list[tuple[list[Row], int]]:
    """Per article: features and truth of each entity named, and how many main ones there are."""
    lexicon = load_rules(shipped_config().parent).vocabulary.lexicon
    found = []
    for article, wanted in labelled(paths):
        scan = lexicon.scan(article)
        rows = []
        for entity_id, features in features_of(scan, lexicon.entities).items():
            entity = lexicon.entities[entity_id]
            if entity.type in NEVER_MAIN:
                continue
            names = {fold(name) for name in (entity.name, *entity.aliases)}
            rows.append(([features[name] for name in FEATURES], int(bool(names & wanted))))
        found.append((rows, sum(1 for row in rows if row[1])))
    return found


def fit(rows: Sequence[Row]) -> list[float]:
    """Weights of a logistic regression by gradient descent with momentum; features are of the order of 1."""
    weights = [0.0] * len(FEATURES)
    speed = [0.0] * len(FEATURES)
    for _ in range(ROUNDS):
        slope = [RIDGE * weight for weight in weights]
        for values, truth in rows:
            error = probability(weights, values) - truth
            for number, value in enumerate(values):
                if value:
                    slope[number] += error * value / len(rows)
        speed = [0.9 * old - STEP * new for old, new in zip(speed, slope, strict=True)]
        weights = [weight + step for weight, step in zip(weights, speed, strict=True)]
    return weights


def probability(weights: Sequence[float], values: Sequence[float]) -> float:
    total = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def f1_at(scored: Sequence[tuple[float, int]], floor: float) -> float:
    right = sum(truth for value, truth in scored if value >= floor)
    chosen = sum(value >= floor for value, _ in scored)
    wanted = sum(truth for _, truth in scored)
    return 2 * right / ((chosen + wanted) or 1)


def main(paths: Sequence[str]) -> None:
    articles = rows_by_article(paths)
    random.Random(0).shuffle(articles)  # noqa: S311 - folds, no secret
    scored: list[tuple[float, int]] = []
    for fold_no in range(FOLDS):
        weights = fit([row for rows, _ in (a for n, a in enumerate(articles) if n % FOLDS != fold_no) for row in rows])
        held_out = [row for rows, _ in articles[fold_no::FOLDS] for row in rows]
        scored += [(probability(weights, values), truth) for values, truth in held_out]
    floors: dict[str, Any] = {f"{floor / 100:.2f}": round(f1_at(scored, floor / 100), 3) for floor in range(25, 60, 5)}
    print(f"{len(articles)} articles, {len(scored)} entities; F1 of main, cross-validated, by floor: {floors}")
    for name, weight in zip(FEATURES, fit([row for rows, _ in articles for row in rows]), strict=True):
        print(f"    {name!r}: {weight:.2f},")


if __name__ == "__main__":
    main(sys.argv[1:])
