"""What people decide about stories: merged and split by hand, remembered, and told with its versions."""

from datetime import timedelta

import pytest

from extractors.errors import UsageMistake
from extractors.records import Attribution, DuplicateKind, Tags
from tests.warehouse.builders import BETA, DAY, NOW, copy_of, loaded, not_relevant, rows, tagged, value, waiting
from warehouse import decisions
from warehouse.store import Warehouse
from warehouse.story_history import story_of

LATER = NOW + DAY


@pytest.fixture
def two(warehouse: Warehouse) -> Warehouse:
    """A story of an origin and its copy, and one of an article alone."""
    first = tagged(waiting("first", published_at=NOW - DAY))
    loaded(warehouse, first, copy_of(waiting("copy", BETA, published_at=NOW), first), tagged(waiting("other", BETA)))
    return warehouse


def members(warehouse: Warehouse) -> dict[str, str]:
    return dict(rows(warehouse, "SELECT article_id, story_id FROM core.story_members"))


def test_a_merged_story_has_them_all_and_its_old_id_leads_there(two: Warehouse) -> None:
    assert decisions.merge(two.connection, "s-a-first", "s-a-other", LATER, "one event") == "s-a-first"
    assert set(members(two).values()) == {"s-a-first"}
    assert rows(two, "SELECT story_id, articles, publishers FROM core.stories") == [("s-a-first", 3, 2)]
    assert decisions.current_id(two.connection, "s-a-other") == "s-a-first"
    assert value(two, "SELECT why FROM core.story_redirects") == "merged by hand: one event"


def test_redirects_are_followed_over_several_merges(two: Warehouse) -> None:
    loaded(two, tagged(waiting("third", BETA)))
    decisions.merge(two.connection, "s-a-other", "s-a-third", LATER, "")
    decisions.merge(two.connection, "s-a-first", "s-a-other", LATER, "")
    assert decisions.current_id(two.connection, "s-a-third") == "s-a-first"


def test_merging_a_story_with_itself_is_a_mistake(two: Warehouse) -> None:
    with pytest.raises(UsageMistake, match="one story already"):
        decisions.merge(two.connection, "s-a-first", "s-a-first", LATER, "")


def test_an_id_never_used_is_a_mistake_with_a_remedy(two: Warehouse) -> None:
    with pytest.raises(UsageMistake, match="there is no story nonsense; `sinoscope why URL`"):
        decisions.merge(two.connection, "s-a-first", "nonsense", LATER, "")


def test_a_split_article_stands_alone_and_has_no_origin_any_more(two: Warehouse) -> None:
    assert decisions.split(two.connection, ["a-copy"], "new", LATER, "another launch") == ["a-copy"]
    assert members(two)["a-copy"] == "new"
    assert rows(two, "SELECT duplicate_of, kind, why FROM core.story_members WHERE article_id = 'a-copy'") == [
        (None, None, "split by hand: another launch")
    ]
    assert rows(two, "SELECT story_id, duplicate_of FROM core.articles WHERE article_id = 'a-copy'") == [("new", None)]
    assert rows(two, "SELECT story_id, articles FROM core.stories ORDER BY ALL") == [
        ("new", 1),
        ("s-a-first", 1),
        ("s-a-other", 1),
    ]
    assert rows(two, "FROM core.lineage") == []


def test_copies_go_along_with_what_is_split_off(two: Warehouse) -> None:
    decisions.merge(two.connection, "s-a-other", "s-a-first", LATER, "")
    assert decisions.split(two.connection, ["a-first"], "new", LATER, "") == ["a-copy", "a-first"]
    assert members(two) == {"a-first": "new", "a-copy": "new", "a-other": "s-a-other"}
    assert value(two, "SELECT duplicate_of FROM core.story_members WHERE article_id = 'a-copy'") == "a-first"


def test_a_whole_story_cannot_be_split_off(two: Warehouse) -> None:
    with pytest.raises(UsageMistake, match="the whole story"):
        decisions.split(two.connection, ["a-first"], "new", LATER, "")


def test_articles_of_two_stories_are_not_split_at_once(two: Warehouse) -> None:
    with pytest.raises(UsageMistake, match="in 2 stories"):
        decisions.split(two.connection, ["a-first", "a-other"], "new", LATER, "")


def test_an_unknown_article_cannot_be_split_off(two: Warehouse) -> None:
    with pytest.raises(UsageMistake, match="in 0 stories"):
        decisions.split(two.connection, ["a-nonsense"], "new", LATER, "")


def test_a_decision_outlives_loading_the_article_again(two: Warehouse) -> None:
    decisions.split(two.connection, ["a-copy"], "new", LATER, "")
    first = tagged(waiting("first", published_at=NOW - DAY))
    loaded(two, copy_of(waiting("copy", BETA, published_at=NOW), first))
    assert members(two)["a-copy"] == "new"
    assert value(two, "SELECT story_id FROM core.articles WHERE article_id = 'a-copy'") == "new"
    assert value(two, "SELECT duplicate_of FROM core.story_members WHERE article_id = 'a-copy'") is None
    assert rows(two, "FROM core.lineage") == []


def test_a_decision_outlives_a_time_when_the_article_was_off_topic(two: Warehouse) -> None:
    decisions.merge(two.connection, "s-a-first", "s-a-other", LATER, "")
    loaded(two, left=[not_relevant(waiting("other", BETA))])
    loaded(two, tagged(waiting("other", BETA)))
    assert members(two)["a-other"] == "s-a-first"
    assert rows(two, "SELECT story_id, articles FROM core.stories") == [("s-a-first", 3)]


def test_a_story_is_told_in_time_order_with_hours_after_the_first(two: Warehouse) -> None:
    found = story_of(two.connection, "s-a-first", "s-a-first")
    assert [(each["article_id"], each["hours"], each["kind"]) for each in found["versions"]] == [
        ("a-first", 0.0, None),
        ("a-copy", 24.0, "near"),
    ]
    assert found["lineage"] == [
        {"article_id": "a-copy", "origin_article_id": "a-first", "kind": "near", "confidence": 0.97, "hours": 24.0}
    ]
    assert found["story"]["representative_id"] == "a-first"


@pytest.mark.parametrize("key", ["s-a-first", "a-first", "a-copy", "https://alpha.example/first"])
def test_a_story_is_found_by_its_id_and_by_its_articles(two: Warehouse, key: str) -> None:
    assert story_of(two.connection, key, key)["story"]["story_id"] == "s-a-first"


def test_an_old_id_says_that_it_was_redirected(two: Warehouse) -> None:
    decisions.merge(two.connection, "s-a-first", "s-a-other", LATER, "")
    found = story_of(two.connection, "s-a-other", "s-a-other")
    assert (found["story"]["story_id"], found["redirected_from"]) == ("s-a-first", "s-a-other")
    assert all(each["pinned"] == "merged by hand" for each in found["versions"])


def test_what_arrives_late_and_was_first_becomes_the_origin(warehouse: Warehouse) -> None:
    seen = tagged(waiting("seen", published_at=NOW))
    loaded(warehouse, seen)
    late = copy_of(waiting("late", BETA, published_at=NOW - timedelta(hours=6)), seen, DuplicateKind.REWRITE)
    for _ in range(2):
        loaded(warehouse, late)
        assert rows(warehouse, "SELECT article_id, origin_article_id, hours FROM core.lineage") == [
            ("a-seen", "a-late", 6.0)
        ]


def test_an_article_that_leaves_a_story_of_its_own_leaves_a_redirect(warehouse: Warehouse) -> None:
    first = tagged(waiting("first", published_at=NOW - DAY))
    loaded(warehouse, first, tagged(waiting("other", BETA)))
    loaded(warehouse, copy_of(waiting("other", BETA), first))
    assert decisions.current_id(warehouse.connection, "s-a-other") == "s-a-first"
    assert rows(warehouse, "SELECT story_id FROM core.stories") == [("s-a-first",)]


@pytest.mark.parametrize(("source", "edges"), [("Alpha", 1), ("alpha", 1), ("Another Paper", 0)])
def test_who_tells_the_same_and_credits_the_outlet_has_rewritten_it(
    warehouse: Warehouse, source: str, edges: int
) -> None:
    origin = tagged(waiting("origin", published_at=NOW - DAY))
    credit = Attribution("alpha", source, "publication", 4, False, ())
    again = tagged(
        waiting("again", BETA, published_at=NOW),
        "s-a-origin",
        tags=Tags(attributions=(credit,), rules_version="rules-1"),
        duplicate_of="a-origin",
        kind=DuplicateKind.SAME_STORY,
        score=0.4,
        why="same event",
    )
    for _ in range(2):
        loaded(warehouse, origin, again)
        found = rows(warehouse, "SELECT article_id, origin_article_id, kind, hours FROM core.lineage")
        assert found == [("a-again", "a-origin", "rewrite", 24.0)] * edges
