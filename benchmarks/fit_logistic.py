"""Logistic regression with a ridge by Newton's method, in plain Python, and its cross-validation: what the fits share."""

import gzip
import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.demo.samples import ARTICLES, load_samples

FOLDS, STEPS = 5, 12
ENOUGH = 1e-4  # a step this small changes no figure
NOW = datetime(2026, 11, 25, tzinfo=UTC)
Values = Mapping[str, float]
Row = tuple[Values, float]


def labelled(paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Records {id, title, text, lang, published, labels}; without files the sample newsroom's articles, in the same shape."""
    for path in paths:
        raw = gzip.decompress(Path(path).read_bytes()) if path.endswith(".gz") else Path(path).read_bytes()
        for line in raw.decode().splitlines():
            record = json.loads(line)
            labels = record.get("labels") or record.get("judged")
            if labels:
                yield record | {"labels": labels}
    if not paths:
        for sample in load_samples(ARTICLES, NOW):
            if "relevant" in sample.labels:
                yield sample_record(sample)


def sample_record(sample: Any) -> dict[str, Any]:
    """A sample of the newsroom as a labelled record."""
    labels = {"topics": [], "main_entities": []} | dict(sample.labels)
    named = [{"name": name, "as": name} for name in labels["main_entities"]]
    return {
        "id": sample.id,
        "title": sample.title,
        "text": sample.text,
        "lang": sample.language,
        "outlet": sample.outlet.name,
        "home": sample.outlet.home,
        "scope": str(sample.outlet.scope),
        "published": sample.published_at.isoformat(),
        "labels": labels | {"relevance": labels["relevant"], "main_entities": named},
    }


def probability(weights: Values, values: Values) -> float:
    """The logistic function of the weighted values."""
    total = sum(weights.get(name, 0.0) * value for name, value in values.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def fit(rows: Sequence[Row], ridge: float | Callable[[str], float]) -> dict[str, float]:
    """Weights by name that make the rows likely; each costs `ridge` (or what that says of its name) times half its square."""
    names = sorted({name for values, _ in rows for name in values}, key=lambda name: (":" not in name, name))
    costs = [ridge(name) if callable(ridge) else ridge for name in names]
    place = {name: number for number, name in enumerate(names)}
    sparse = [([(place[name], value) for name, value in values.items() if value], truth) for values, truth in rows]
    weights = [0.0] * len(names)
    for _ in range(STEPS):
        slope = [-cost * weight for cost, weight in zip(costs, weights, strict=True)]
        curve = [[cost if i == j else 0.0 for j in range(len(names))] for i, cost in enumerate(costs)]
        for values, truth in sparse:
            add_row(weights, values, truth, slope, curve)
        steps = solved(curve, slope)
        weights = [weight + step for weight, step in zip(weights, steps, strict=True)]
        if max(map(abs, steps), default=0.0) < ENOUGH:
            break
    return dict(zip(names, weights, strict=True))


def add_row(
    weights: list[float], values: list[tuple[int, float]], truth: float, slope: list[float], curve: list[list[float]]
) -> None:
    """Add a row's part of the first and second derivative."""
    total = sum(weights[number] * value for number, value in values)
    chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    spread = max(chance * (1 - chance), 1e-6)
    for number, value in values:
        slope[number] += (truth - chance) * value
        row, part = curve[number], spread * value
        for other, own in values:
            row[other] += part * own


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss's elimination; the matrix is positive definite, so no row need be exchanged."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for pivot in range(size):
        for below in range(pivot + 1, size):
            factor = rows[below][pivot] / rows[pivot][pivot]
            if factor:  # names of one topic stand together (`topic:name`): most rows have none of another's
                rows[below] = [a - factor * b for a, b in zip(rows[below], rows[pivot], strict=True)]
    found = [0.0] * size
    for pivot in reversed(range(size)):
        known = sum(rows[pivot][other] * found[other] for other in range(pivot + 1, size))
        found[pivot] = (rows[pivot][size] - known) / rows[pivot][pivot]
    return found


def folds(count: int, seed: int = 0) -> list[int]:
    """The fold each of `count` articles belongs to."""
    drawn = random.Random(seed)  # noqa: S311 - folds, no secret
    return [drawn.randrange(FOLDS) for _ in range(count)]


def held_out(
    articles: Sequence[Sequence[Row]], ridge: float | Callable[[str], float], seed: int = 0
) -> list[list[float]]:
    """Per article its rows' probabilities by weights that have not seen the article."""
    fold_of = folds(len(articles), seed)
    found: list[list[float]] = [[] for _ in articles]
    for fold in range(FOLDS):
        weights = fit([row for n, rows in enumerate(articles) if fold_of[n] != fold for row in rows], ridge)
        for n, rows in enumerate(articles):
            if fold_of[n] == fold:
                found[n] = [probability(weights, values) for values, _ in rows]
    return found
