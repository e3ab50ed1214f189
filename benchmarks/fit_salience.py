"""Fits the weights by which an entity is a main one, and prints them with cross-validated figures.

`python -m benchmarks.fit_salience [FILE.jsonl[.gz] …]`: lines {id, title, text, lang, published, labels: {relevance,
main_entities: [{name, as}]}}; without files the sample newsroom's articles. Folds are by article. The weights go to
extractors/tags/entities.py by hand, with their figures. Main entities that no rule of ours names count as missed.
"""

import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.fit_logistic import Row, fit, held_out, labelled
from extractors.tags.entities import FEATURES, NEVER_MAIN, features_of
from extractors.tags.folding import fold
from extractors.tags.signs import Marks
from flows.cli.tag import article_from
from flows.home import shipped_config
from flows.rules import load_rules

RIDGE, SEEDS = 0.4, 3
FLOORS = (0.25, 0.3, 0.35, 0.4, 0.45)


def rows_of(record: dict[str, Any], lexicon: Any) -> list[Row]:
    """Features and truth of each entity named in an article."""
    wanted = {fold(each[key]) for each in record["labels"]["main_entities"] for key in ("name", "as")}
    scan = lexicon.scan(article_from(record))
    rows = list[Row]()
    for entity_id, features in features_of(scan, lexicon.entities, Marks(scan, lexicon.entities).about()).items():
        entity = lexicon.entities[entity_id]
        if entity.type not in NEVER_MAIN:
            names = {fold(name) for name in (entity.name, *entity.aliases)}
            rows.append(({name: features.get(name, 0.0) for name in FEATURES}, float(bool(names & wanted))))
    return rows


def f1_at(scored: Sequence[tuple[float, float]], wanted: int, floor: float) -> float:
    """2 x right / (chosen + wanted), over all entities."""
    chosen = [truth for value, truth in scored if value >= floor]
    return 2 * sum(chosen) / ((len(chosen) + wanted) or 1)


def main(paths: Sequence[str]) -> None:
    records = [record for record in labelled(paths) if record["labels"]["relevance"]]
    lexicon = load_rules(shipped_config().parent).vocabulary.lexicon
    articles = [rows_of(record, lexicon) for record in records]
    runs = [held_out(articles, RIDGE, seed) for seed in range(SEEDS)]
    wanted = sum(len(record["labels"]["main_entities"]) for record in records)
    scored = [
        (sum(run[n][place] for run in runs) / SEEDS, truth)
        for n, rows in enumerate(articles)
        for place, (_, truth) in enumerate(rows)
    ]
    figures = {floor: round(f1_at(scored, wanted, floor), 3) for floor in FLOORS}
    print(f"{len(articles)} articles, {len(scored)} entities named; F1 of main, cross-validated, by floor: {figures}")
    weights = fit([row for rows in articles for row in rows], RIDGE)
    print("\n".join(f'    "{name}": {weights.get(name, 0):.2f},' for name in FEATURES))


if __name__ == "__main__":
    main(sys.argv[1:])
