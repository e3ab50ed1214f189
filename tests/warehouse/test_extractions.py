"""How an article was extracted is kept beside it, and goes with it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from extractors.records import Choice, Removed
from tests.warehouse.builders import article, waiting
from warehouse import articles, extractions
from warehouse.store import Warehouse

WAY = Choice("readability", ("trafilatura 0.91", "window 0.80"), "most agreed with (0.95)")
ARTICLE = replace(
    article(waiting("1")),
    choice=WAY,
    removed=(Removed("0 comments", "furniture line"), Removed("x" * 900, "tail after a closing mark")),
    origins={"title": "meta", "published_at": "feed"},
    variants={"amp": "https://news.example/amp/1"},
    updated_at=datetime(2026, 11, 3, 8, tzinfo=UTC),
)


def stored(warehouse: Warehouse) -> list[tuple[object, ...]]:
    return warehouse.connection.execute(
        "SELECT chosen, runners_up, why, removed, origins, variants, updated_at FROM core.extractions"
    ).fetchall()


def test_the_way_its_runners_up_and_the_reason_are_kept(warehouse: Warehouse) -> None:
    extractions.remember(warehouse.connection, [ARTICLE])
    chosen, runners_up, why, removed, origins, variants, updated_at = stored(warehouse)[0]
    assert (chosen, runners_up, why) == ("readability", list(WAY.runners_up), WAY.why)
    assert removed == ["furniture line: 0 comments", f"tail after a closing mark: {'x' * 200}"]
    assert json.loads(str(origins)) == {"title": "meta", "published_at": "feed"}
    assert json.loads(str(variants)) == {"amp": "https://news.example/amp/1"}
    assert updated_at == ARTICLE.updated_at


def test_the_last_extraction_counts(warehouse: Warehouse) -> None:
    extractions.remember(warehouse.connection, [ARTICLE])
    extractions.remember(warehouse.connection, [replace(ARTICLE, choice=Choice("window", (), "alone"))])
    assert [row[0] for row in stored(warehouse)] == ["window"]


def test_an_article_rebuilt_from_rows_leaves_what_was_known(warehouse: Warehouse) -> None:
    extractions.remember(warehouse.connection, [ARTICLE])
    extractions.remember(warehouse.connection, [replace(ARTICLE, choice=Choice())])
    assert [row[0] for row in stored(warehouse)] == ["readability"]


def test_it_goes_with_the_article(warehouse: Warehouse) -> None:
    extractions.remember(warehouse.connection, [ARTICLE])
    articles.remove(warehouse.connection, [ARTICLE.article_id])
    assert stored(warehouse) == []


@pytest.mark.parametrize("words", ["a lone \ud800 surrogate", "quote \" and ' and \\", "\0 control"])
def test_any_words_can_be_kept(warehouse: Warehouse, words: str) -> None:
    extractions.remember(warehouse.connection, [replace(ARTICLE, removed=(Removed(words, "rule"),))])
    assert len(stored(warehouse)) == 1


def test_nothing_is_written_of_no_articles(warehouse: Warehouse) -> None:
    extractions.remember(warehouse.connection, [])
    assert stored(warehouse) == []
