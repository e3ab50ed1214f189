"""This week against a usual one."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from extractors.records import Feed, Mention, Reason, Tags
from tests.warehouse.builders import (
    ALPHA,
    BETA,
    DAY,
    NOW,
    Names,
    dropped,
    loaded,
    polled,
    tagged,
    waiting,
)
from warehouse.publish import refresh_marts
from warehouse.store import Warehouse
from warehouse.trends import Series, compared, trends_of, verdict

ABOVE, BELOW = "▲ above", "▼ below"


def row_of(weeks: list[int], today: int = 0, per_day: int | None = None) -> dict[str, Any]:
    """The row of a series whose weeks (oldest first) have these counts, all on the week's first day."""
    counts = [value for week in weeks for value in (week, 0, 0, 0, 0, 0, 0)] + [today]
    bases = None if per_day is None else [per_day] * len(counts)
    daily = counts if per_day is None else [count / per_day for count in counts]
    return compared(Series("models", daily, counts, bases), 28)


@pytest.mark.parametrize(
    ("weeks", "words"),
    [
        ([4, 5, 6, 5, 20], ABOVE),
        ([20, 22, 21, 20, 3], BELOW),
        ([4, 5, 6, 5, 5], ""),
        ([1, 1, 1, 1, 2], ""),  # outside the band, and well within chance
        ([0, 0, 0, 0, 2], ABOVE),
        ([40, 0, 0, 0, 0, 20], ""),  # far from usual, inside the band
        ([5, 5, 5, 50], "no usual yet"),
        ([50], "no usual yet"),
    ],
)
def test_a_verdict_needs_a_week_outside_the_band_and_beyond_chance(weeks: list[int], words: str) -> None:
    assert row_of(weeks)["verdict"] == words


def test_the_figures_of_a_row() -> None:
    row = row_of([4, 5, 6, 5, 20], today=9)
    assert (row["week"], row["usual"], row["z"]) == (20, 5, 6.1)
    assert len(row["daily"]) == 28
    assert row["daily"][-8:] == [20, 0, 0, 0, 0, 0, 0, 9]


def test_today_counts_in_no_week() -> None:
    quiet, loud = row_of([5, 5, 5, 5, 5]), row_of([5, 5, 5, 5, 5], today=100)
    assert {**quiet, "daily": None} == {**loud, "daily": None}


def test_at_most_eight_earlier_weeks_make_the_usual_one() -> None:
    assert row_of([100] * 9 + [4] * 8 + [5])["usual"] == 4


def test_fewer_than_seven_days_are_a_week_without_a_usual_one() -> None:
    row = compared(Series("models", [1, 2, 3], [1, 2, 3]), 28)
    assert (row["week"], row["usual"], row["z"], row["verdict"]) == (3, None, None, "no usual yet")


def test_a_share_is_of_the_entries_of_the_week_and_its_verdict_of_the_articles() -> None:
    row = row_of([7, 7, 7, 7, 28], per_day=10)
    assert (row["week"], row["usual"], row["z"], row["verdict"]) == (0.4, 0.1, 7.4, ABOVE)


def test_a_share_of_very_little_is_no_finding() -> None:
    assert row_of([0, 1, 0, 1, 2], per_day=1)["verdict"] == ""


@given(st.lists(st.integers(0, 60), min_size=2, max_size=12))
def test_verdicts_follow_the_figures(weeks: list[int]) -> None:
    row, earlier = row_of(weeks), weeks[-2::-1][:8]
    assert (row["verdict"] == "no usual yet") is (row["usual"] is None) is (len(earlier) < 4)
    if row["verdict"] == ABOVE:
        assert row["week"] > max(earlier)
        assert row["z"] > 0
    if row["verdict"] == BELOW:
        assert row["week"] < min(earlier)
        assert row["z"] < 0


@given(st.integers(0, 50), st.integers(1, 50))
def test_a_week_that_is_the_usual_one_is_never_a_finding(count: int, many: int) -> None:
    assert verdict(count, [count] * many, count, count) == ""


# --- from the marts --------------------------------------------------------------------------------------------------


def told(warehouse: Warehouse, key: str, days: int, feed: Feed = ALPHA, tags: Tags | None = None) -> None:
    entry = waiting(key, feed, published_at=NOW - days * DAY)
    warehouse.remember([], [entry], [])
    loaded(warehouse, tagged(entry, tags=tags))


def trends(warehouse: Warehouse, by: str, *, normalise: bool = False) -> dict[str, Any]:
    refresh_marts(warehouse, NOW.date())
    return trends_of(warehouse.connection, by, 14, normalise=normalise)


def test_a_topic_that_leapt_up_stands_first(warehouse: Warehouse) -> None:
    for week in range(6):
        told(warehouse, f"w{week}", 7 * week + 1)
    for number in range(8):
        told(warehouse, f"n{number}", 3)
    found = trends(warehouse, "topic")
    assert {key: found[key] for key in ("by", "days", "unit")} == {
        "by": "topic",
        "days": 14,
        "unit": "distinct stories",
    }
    (row,) = found["rows"]
    assert (row["name"], row["week"], row["usual"], row["verdict"]) == ("Models", 9, 1, ABOVE)
    assert row["daily"] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 8, 0, 1, 0]


def test_entities_are_named_by_their_name(warehouse: Warehouse) -> None:
    told(warehouse, "one", 2, tags=Tags(mentions=(Mention("huawei", "Huawei", 1, True, True, True, 0.9, ()),)))
    assert [(row["name"], row["week"]) for row in trends(warehouse, "entity")["rows"]] == [("Huawei", 1)]


def test_two_feeds_of_the_same_name_are_two_rows(warehouse: Warehouse) -> None:
    warehouse.sync([replace(ALPHA, title="Tech"), replace(BETA, title="Tech")], Names())
    told(warehouse, "one", 2, ALPHA)
    told(warehouse, "two", 2, BETA)
    told(warehouse, "three", 3, BETA)
    assert sorted((row["name"], row["week"]) for row in trends(warehouse, "source")["rows"]) == [
        ("Tech", 1),
        ("Tech", 2),
    ]


def test_a_feed_without_a_title_is_named_by_its_id(warehouse: Warehouse) -> None:
    warehouse.sync([replace(ALPHA, title="")], Names())
    told(warehouse, "one", 2)
    assert [row["name"] for row in trends(warehouse, "source")["rows"]] == ["alpha"]


@pytest.mark.parametrize("by", ["topic", "source"])
def test_normalised_figures_are_shares_of_all_entries(warehouse: Warehouse, by: str) -> None:
    told(warehouse, "one", 2)
    warehouse.remember(
        [], [], [dropped(waiting(f"x{n}", published_at=NOW - 3 * DAY), Reason.UNLIKELY) for n in range(3)]
    )
    found = trends(warehouse, by, normalise=True)
    assert found["unit"] == "share of all entries, 0 to 1"
    assert [(row["week"], max(row["daily"])) for row in found["rows"]] == [(0.25, 1.0)]


def test_feeds_that_fail_are_told_with_the_figures(warehouse: Warehouse) -> None:
    warehouse.remember([polled(BETA, cause=Reason.DNS)], [], [])
    assert trends(warehouse, "topic")["caveat"].startswith("2/3 feeds complete; the last day is not over")


@pytest.mark.parametrize("by", ["topic", "entity", "source"])
def test_an_empty_warehouse_has_no_trends(warehouse: Warehouse, by: str) -> None:
    assert trends(warehouse, by)["rows"] == []
