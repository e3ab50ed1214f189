"""Fits the verdict on a pair: `python -m benchmarks.fit_duplicates FOLDER [--write]`.

FOLDER holds articles.jsonl.gz and pairs.jsonl (a, b, duplicate, kind). Prints cross-validated figures (folds by article, so
that no text is on both sides) and the weights; with --write puts them into config/duplicates.yaml.
"""

import gzip
import json
import math
import random
import re
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.fit_logistic import solved
from extractors.stories.names import names_from
from extractors.stories.near import compare
from extractors.stories.reading import Reading, read

FOLDS, STEPS, RIDGE = 5, 12, 0.05
CONFIG = Path(__file__).parent.parent / "config" / "duplicates.yaml"

Row = tuple[list[float], int, str, str]


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0])
    names, rows = load(folder)
    print(f"{len(rows)} pairs, {sum(label for _, label, _, _ in rows)} duplicates, {len(names)} features")
    by_kind: dict[str, list[bool]] = defaultdict(list)
    scores: list[tuple[float, int]] = []
    for fold in range(FOLDS):
        weights = fit([row for row in rows if fold_of(row) != fold])
        for features, label, kind, key in rows:
            if fold_of((features, label, kind, key)) == fold:
                score = probability(weights, features)
                scores.append((score, label))
                by_kind[kind].append((score >= 0.5) == bool(label))
    for threshold in (0.4, 0.5, 0.6, 0.7, 0.8):
        print(f"threshold {threshold}: P R F1 = {figures(scores, threshold)}")
    for kind, right in sorted(by_kind.items()):
        print(f"{kind:<28}{len(right):>5}{sum(right) / len(right):>8.3f}")
    weights = fit(rows)
    shown = {"bias": round(weights[0], 3)} | {name: round(w, 3) for name, w in zip(names, weights[1:], strict=True)}
    print(json.dumps(shown))
    if "--write" in arguments:
        text = CONFIG.read_text(encoding="utf-8")
        block = "weights:\n" + "".join(f"  {name}: {value}\n" for name, value in shown.items())
        CONFIG.write_text(re.sub(r"weights:\n(?:  .*\n)+", block, text), encoding="utf-8")


def load(folder: Path) -> tuple[list[str], list[Row]]:
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = {record["id"]: record for record in map(json.loads, lines)}
    readings: dict[str, Reading] = {}
    known = names_from(())
    rows, names = [], list[str]()
    for line in (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        if pair["duplicate"] is None:
            continue
        first, second = articles[pair["a"]], articles[pair["b"]]
        for record in (first, second):
            readings.setdefault(record["id"], read(record["title"], record["text"], known))
        days = abs((moment(first) - moment(second)).total_seconds()) / 86_400
        features = compare(readings[first["id"]], readings[second["id"]], days).features()
        names = list(features)
        rows.append((list(features.values()), int(pair["duplicate"]), pair["kind"], pair["a"]))
    return names, rows


def moment(record: dict[str, str]) -> datetime:
    time = datetime.fromisoformat(record["published"])
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def fold_of(row: Row) -> int:
    return random.Random(row[3]).randrange(FOLDS)  # noqa: S311 - folds, not secrets


def fit(rows: list[Row]) -> list[float]:
    """Logistic regression by Newton's method with a small ridge."""
    size = len(rows[0][0]) + 1
    weights = [0.0] * size
    for _ in range(STEPS):
        gradient = [RIDGE * weight for weight in weights]
        curvature = [[RIDGE * (i == j) for j in range(size)] for i in range(size)]
        for features, label, _, _ in rows:
            values = [1.0, *features]
            expected = probability(weights, features)
            for i, value in enumerate(values):
                gradient[i] += (expected - label) * value
                scaled = expected * (1 - expected) * value
                for j in range(i + 1):
                    curvature[i][j] += scaled * values[j]
        for i in range(size):
            for j in range(i):
                curvature[j][i] = curvature[i][j]
        weights = [weight - step for weight, step in zip(weights, solved(curvature, gradient), strict=True)]
    return weights


def probability(weights: list[float], features: list[float]) -> float:
    total = weights[0] + sum(w * value for w, value in zip(weights[1:], features, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def figures(scores: list[tuple[float, int]], threshold: float) -> str:
    found = sum(label for score, label in scores if score >= threshold)
    claimed = sum(score >= threshold for score, _ in scores)
    wanted = sum(label for _, label in scores)
    precision, recall = found / max(1, claimed), found / max(1, wanted)
    return f"{precision:.3f} {recall:.3f} {2 * precision * recall / max(1e-9, precision + recall):.3f}"


if __name__ == "__main__":
    main(sys.argv[1:])
