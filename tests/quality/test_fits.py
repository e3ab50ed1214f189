"""The fits: a logistic regression that finds what is there, the same each time, and folds that keep an article whole."""

import math
import random

import pytest

from benchmarks.fit_logistic import FOLDS, Row, fit, folds, held_out, labelled, probability, solved

TRUTH = {"bias": -0.5, "x": 2.0, "y": -1.0}


def drawn_rows(count: int) -> list[Row]:
    drawn = random.Random(7)  # noqa: S311 - sample rows, no secret
    rows = list[Row]()
    for _ in range(count):
        values = {"bias": 1.0, "x": drawn.random() * 2 - 1, "y": drawn.random() * 2 - 1}
        rows.append((values, float(drawn.random() < probability(TRUTH, values))))
    return rows


def test_the_weights_that_made_the_rows_are_found_again() -> None:
    weights = fit(drawn_rows(4000), ridge=0.01)
    assert all(abs(weights[name] - value) < 0.25 for name, value in TRUTH.items())


def test_a_ridge_keeps_weights_finite_where_a_feature_decides_alone() -> None:
    rows = [({"x": 1.0}, 1.0), ({"x": -1.0}, 0.0)]
    assert 0 < fit(rows, ridge=0.1)["x"] < 10


def test_a_larger_ridge_gives_smaller_weights() -> None:
    rows = drawn_rows(200)
    assert abs(fit(rows, 50)["x"]) < abs(fit(rows, 0.1)["x"])


def test_fitting_twice_gives_the_same_weights() -> None:
    assert fit(drawn_rows(100), 1) == fit(drawn_rows(100), 1)


def test_linear_equations_are_solved() -> None:
    assert solved([[2.0, 1.0], [1.0, 3.0]], [5.0, 10.0]) == pytest.approx([1.0, 3.0])


def test_every_row_is_scored_by_weights_that_have_not_seen_its_article() -> None:
    odd = [({"only": 1.0}, 1.0)]  # no other article has this feature, so nothing can be known of it
    scores = held_out([*([row] for row in drawn_rows(40)), odd], ridge=1)
    assert scores[-1] == [0.5]


def test_folds_are_all_used_and_the_same_each_time() -> None:
    assert set(folds(100)) == set(range(FOLDS))
    assert folds(100) == folds(100)


def test_a_probability_never_overflows() -> None:
    assert probability({"x": 1e9}, {"x": 1e9}) == pytest.approx(1)
    assert math.isfinite(probability({"x": -1e9}, {"x": 1e9}))


def test_without_files_the_newsrooms_own_articles_are_read_in_both_languages() -> None:
    records = list(labelled([]))
    assert len(records) >= 120
    assert {str(record["lang"])[:2] for record in records} == {"en", "zh"}
    assert all({"relevance", "topics", "main_entities"} <= record["labels"].keys() for record in records)
