"""However the articles come in batches, with the warehouse between them, they find their stories."""

from functools import cache
from pathlib import Path

import pytest

from extractors.records import Grade, JudgedArticle, Reason, TaggedArticle, Tags
from extractors.stories import in_time_order
from flows.demo.samples import ARTICLES, load_samples
from flows.ledger import Ledger
from flows.monitor import placement_of
from tests.extractors.rulebook import rules
from tests.quality.test_tagging import TODAY, article_of
from warehouse.store import Warehouse

pytestmark = pytest.mark.quality


@cache
def samples() -> list[JudgedArticle]:
    """The sample newsroom's relevant articles and their copies, in time order."""
    wanted = [sample for sample in load_samples(ARTICLES, TODAY) if sample.labels.get("relevant") or sample.of]
    judged = [JudgedArticle(article_of(sample), Grade.CORE, 1.0, Reason.JOIN, (), "v") for sample in wanted]
    return sorted(judged, key=in_time_order)


def place(warehouse: Warehouse, articles: list[JudgedArticle]) -> None:
    placement = placement_of([judged.article for judged in articles], rules(), warehouse)
    warehouse.load([TaggedArticle(placement.place(judged), Tags()) for judged in articles], Ledger())


def stories_by_batches(folder: Path, size: int) -> dict[str, tuple[str, str | None, str | None]]:
    """Where batches of this size put each article: story, what it was matched with, and how."""
    with Warehouse.open_live(folder, TODAY) as warehouse:
        warehouse.start_run("run")
        for start in range(0, len(samples()), size):
            place(warehouse, samples()[start : start + size])
        query = "SELECT article_id, story_id, duplicate_of, kind FROM core.story_members"
        return {article: tuple(place) for article, *place in warehouse.connection.execute(query).fetchall()}


@pytest.mark.parametrize("size", [7, 40])
def test_copies_are_the_same_whatever_the_size_of_a_batch(tmp_path: Path, size: int) -> None:
    whole = stories_by_batches(tmp_path / "whole", len(samples()))
    batched = stories_by_batches(tmp_path / "batched", size)
    copies = {key: place[1:] for key, place in whole.items() if place[2] not in (None, "same_story")}
    assert len(copies) > 30
    assert {key: batched[key][1:] for key in copies} == copies


def test_an_event_is_continued_by_a_report_of_a_later_batch(tmp_path: Path) -> None:
    """Only the terms of what is stored can find it: it shares no passage.

    Not all: how rare a term is moves while an archive is as small as this, and a likeness at the threshold turns.
    """
    whole = stories_by_batches(tmp_path / "whole", len(samples()))
    one_by_one = stories_by_batches(tmp_path / "one", 1)
    told = [key for key, place in whole.items() if place[2] == "same_story"]
    kept = [key for key in told if one_by_one[key] == whole[key]]
    assert len(told) > 10
    assert len(kept) >= 0.8 * len(told)


def test_placing_again_changes_nothing(tmp_path: Path) -> None:
    with Warehouse.open_live(tmp_path, TODAY) as warehouse:
        warehouse.start_run("run")
        place(warehouse, samples())
        query = "SELECT article_id, story_id, duplicate_of, kind, score FROM core.story_members ORDER BY article_id"
        before = warehouse.connection.execute(query).fetchall()
        for start in range(0, len(samples()), 30):
            place(warehouse, samples()[start : start + 30])
        assert warehouse.connection.execute(query).fetchall() == before
