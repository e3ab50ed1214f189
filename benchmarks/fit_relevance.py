"""Fits the weights of the verdict in config/relevance.yaml, and prints them with cross-validated figures.

`python -m benchmarks.fit_relevance [FILE.jsonl[.gz] …]`: lines {id, title, text, lang, labels: {relevance, grade}}; without
files the sample newsroom's articles. Five folds by article, three times over with other folds, and averaged.
"""

import sys
from collections.abc import Sequence

from benchmarks.fit_logistic import Row, fit, held_out, labelled
from extractors.signs import FEATURES, Marks
from flows.cli.tag import article_from
from flows.home import shipped_config
from flows.rules import load_rules

RIDGE, SEEDS = 0.33, 3
THRESHOLDS = (0.38, 0.42, 0.46, 0.5, 0.54)


def rows_of(paths: Sequence[str]) -> tuple[list[Row], list[bool], list[bool]]:
    """Features and truth of each article; whether it is core; whether it is Chinese."""
    lexicon = load_rules(shipped_config().parent).vocabulary.lexicon
    rows, core, chinese = list[Row](), list[bool](), list[bool]()
    for record in labelled(paths):
        features = Marks(lexicon.scan(article_from(record)), lexicon.entities).features()
        rows.append((features, float(record["labels"]["relevance"])))
        core.append(record["labels"].get("grade") == "core")
        chinese.append(str(record["lang"]).startswith("zh"))
    return rows, core, chinese


def figures(scores: Sequence[float], rows: Sequence[Row], chosen: Sequence[bool], threshold: float) -> str:
    """Precision, recall and their mean on the chosen articles."""
    some = [(score >= threshold, truth > 0) for score, (_, truth), own in zip(scores, rows, chosen, strict=True) if own]
    right = sum(got and wanted for got, wanted in some)
    got, wanted = sum(got for got, _ in some) or 1, sum(wanted for _, wanted in some) or 1
    return f"P {right / got:.3f} R {right / wanted:.3f} F1 {2 * right / (got + wanted):.3f}"


def main(paths: Sequence[str]) -> None:
    rows, core, chinese = rows_of(paths)
    runs = [held_out([[row] for row in rows], RIDGE, seed) for seed in range(SEEDS)]
    scores = [sum(run[n][0] for run in runs) / SEEDS for n in range(len(rows))]
    print(f"{len(rows)} articles, cross-validated")
    for threshold in THRESHOLDS:
        kept = sum(own and score >= threshold for own, score in zip(core, scores, strict=True)) / (sum(core) or 1)
        everything = figures(scores, rows, [True] * len(rows), threshold)
        print(f"{threshold}: {everything}; Chinese {figures(scores, rows, chinese, threshold)}; core recall {kept:.3f}")
    weights = fit(rows, RIDGE)
    print("weights: {" + ", ".join(f"{name}: {weights.get(name, 0):.2f}" for name in FEATURES) + "}")


if __name__ == "__main__":
    main(sys.argv[1:])
