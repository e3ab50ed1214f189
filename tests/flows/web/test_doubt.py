"""When a 304 is not believed: the pure decision."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from extractors.records import DueFeed, Feed, FeedState
from flows.web.doubt import doubt, movement, usual_gap

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SUNDAY = "Sun, 01 Nov 2026 00:00:00 GMT"


def due(feed_id: str = "news", url: str = "https://news.example/feed", **state: Any) -> DueFeed:
    return DueFeed(Feed(feed_id, url), FeedState(feed_id, **state))


def quiet(days: float, posts_per_week: int = 7, *, full_days: float | None = None, **state: Any) -> DueFeed:
    """A feed with validators that brought nothing new for so many days."""
    full_at = NOW - (days if full_days is None else full_days) * DAY
    hints = {"posts_per_week": posts_per_week, "full_at": full_at.isoformat()}
    return due(**({"etag": '"v1"', "last_new_at": NOW - days * DAY, "hints": hints} | state))


def moved(hours: float, url: str = "https://news.example/other") -> dict[str, datetime]:
    """Another feed of a site brought news so many hours ago."""
    return dict(movement([due("other", url, last_new_at=NOW - hours * HOUR)]))


def test_a_feed_without_validators_is_asked_in_full_anyway() -> None:
    assert doubt(quiet(100, etag=""), {}, NOW) == ""


def test_a_feed_that_was_read_within_a_day_is_believed() -> None:
    assert doubt(quiet(100, full_days=0.9), {}, NOW) == ""


def test_a_daily_feed_is_doubted_after_three_quiet_days() -> None:
    assert doubt(quiet(2.9), {}, NOW) == ""
    assert "nothing new for 3 days" in doubt(quiet(3.1), {}, NOW)


@pytest.mark.parametrize(("posts", "days"), [(0, 21), (1, 21), (7, 3), (70, 1), (700, 1)])
def test_a_feed_is_doubted_after_three_usual_gaps_and_a_day_at_least(posts: int, days: int) -> None:
    assert doubt(quiet(days - 0.1, posts), {}, NOW) == ""
    assert doubt(quiet(days + 0.1, posts), {}, NOW)


def test_news_of_the_same_site_cast_doubt_earlier() -> None:
    assert doubt(quiet(1.5), {}, NOW) == ""
    assert doubt(quiet(1.5), moved(5), NOW) == "another feed of the site had news since"
    assert doubt(quiet(0.9, full_days=1.5), moved(5), NOW) == ""  # not yet beyond its own usual gap


def test_news_from_before_the_last_full_body_or_of_another_site_cast_none() -> None:
    assert doubt(quiet(1.5), moved(40), NOW) == ""
    assert doubt(quiet(1.5), moved(5, "https://elsewhere.example/feed"), NOW) == ""


@pytest.mark.parametrize(
    ("date", "doubted"), [("Tue, 01 Jan 2041 00:00:00 GMT", True), (SUNDAY, False), ("yesterday", False)]
)
def test_a_date_from_the_future_is_no_date(date: str, *, doubted: bool) -> None:
    assert bool(doubt(quiet(1.1, last_modified=date), {}, NOW)) is doubted


def test_a_failing_feed_is_not_doubted() -> None:
    """There is no 304 to doubt."""
    assert doubt(quiet(100, failures=1), {}, NOW) == ""


def test_a_state_of_an_older_version_is_judged_by_its_last_news() -> None:
    assert doubt(quiet(30, hints={"posts_per_week": 7}), {}, NOW)
    assert doubt(quiet(0.5, hints={"posts_per_week": 7}), {}, NOW) == ""


def test_a_clock_that_was_set_back_casts_no_doubt() -> None:
    assert doubt(quiet(-400), {}, NOW) == ""


@given(st.floats(0, 400), st.integers(0, 500), st.floats(0, 400), st.booleans())
def test_whatever_speaks_against_a_feed_it_is_asked_in_full_once_a_day_at_most(
    days: float, posts: int, full_days: float, sibling: bool
) -> None:
    words = doubt(quiet(days, posts, full_days=full_days), moved(0.1) if sibling else {}, NOW)
    assert words == "" or full_days >= 1


def test_movement_is_the_latest_news_of_a_publisher() -> None:
    feeds = [
        due("a", "https://www.sample.com/a", last_new_at=NOW - DAY),
        due("b", "https://rss.sample.com/b", last_new_at=NOW),
        due("c", "https://sample.com/c"),
        due("d", "https://other.org/d"),
    ]
    assert movement(feeds) == {"sample.com": NOW}


def test_the_usual_gap_of_a_feed_that_never_told_is_a_week() -> None:
    assert usual_gap(FeedState("news")) == timedelta(days=7)
