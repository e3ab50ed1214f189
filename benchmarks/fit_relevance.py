"""Fits the weights of the verdict in config/relevance.yaml, and prints them with cross-validated figures.

`python -m benchmarks.fit_relevance [FILE.jsonl[.gz] …]`: lines {id, title, text, lang, labels: {relevance, grade}}, beside
the sample newsroom's articles, which are always there. Five folds by article, three times with other folds, averaged.
"""

import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.fit_logistic import Row, fit, held_out, labelled
from extractors.tags.signs import FEATURES, Marks
from flows.cli.tag import article_from
from flows.home import shipped_config
from flows.rules import load_rules

RIDGE, SEEDS = 0.33, 3
THRESHOLDS = (0.42, 0.46, 0.48, 0.5, 0.54)


def rows_of(records: Sequence[dict[str, Any]]) -> list[Row]:
    """Features and truth of each article."""
    lexicon = load_rules(shipped_config().parent).vocabulary.lexicon
    return [
        (Marks(lexicon.scan(article_from(record)), lexicon.entities).features(), float(record["labels"]["relevance"]))
        for record in records
    ]


def groups_of(records: Sequence[dict[str, Any]], own_from: int) -> dict[str, list[int]]:
    """Which articles each line of the table is about."""
    files = range(own_from)
    return {
        "files": list(files),
        "English": [n for n in files if not str(records[n]["lang"]).startswith("zh")],
        "Chinese": [n for n in files if str(records[n]["lang"]).startswith("zh")],
        "core": [n for n in files if records[n]["labels"].get("grade") == "core"],
        "own": list(range(own_from, len(records))),
    }


def figures(scores: Sequence[float], rows: Sequence[Row], chosen: Sequence[int], threshold: float) -> str:
    """Precision, recall and their mean on the chosen articles."""
    right = sum(scores[n] >= threshold and rows[n][1] > 0 for n in chosen)
    got, wanted = sum(scores[n] >= threshold for n in chosen) or 1, sum(rows[n][1] > 0 for n in chosen) or 1
    return f"P {right / got:.3f} R {right / wanted:.3f} F1 {2 * right / (got + wanted):.3f}"


def main(paths: Sequence[str]) -> None:
    outside = list(labelled(paths)) if paths else []
    records = [*outside, *labelled([])]
    rows = rows_of(records)
    runs = [held_out([[row] for row in rows], RIDGE, seed) for seed in range(SEEDS)]
    scores = [sum(run[n][0] for run in runs) / SEEDS for n in range(len(rows))]
    print(f"{len(outside)} articles of files, {len(rows) - len(outside)} of our own, cross-validated")
    for threshold in THRESHOLDS:
        for name, chosen in groups_of(records, len(outside)).items():
            print(f"{threshold} {name:8} {figures(scores, rows, chosen, threshold)}")
    weights = fit(rows, RIDGE)
    print("weights: {" + ", ".join(f"{name}: {weights.get(name, 0):.2f}" for name in FEATURES) + "}")


if __name__ == "__main__":
    main(sys.argv[1:])
