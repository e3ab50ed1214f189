"""When a feed without an interval of its own is polled: by its habits, its window and its silence."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from extractors.records import DueFeed, Entry, Feed, FeedDocument, FeedKind, FeedState, Poll
from flows.web.intervals import (
    DAY_BINS,
    JITTER_SHARE,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    adaptive_minutes,
    best_minute,
    expected,
    in_phase,
    posting,
    weekday_shares,
)

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AGES = st.lists(st.floats(-10, 5_000), min_size=1, max_size=60)


def document(posts: Sequence[datetime], now: datetime = NOW, published_from: str = "published") -> FeedDocument:
    """A feed that shows entries of these times."""
    due = DueFeed(Feed("news", "https://news.example/feed"), FeedState("news"))
    entries = tuple(
        Entry(str(number), "news", "", "", "", "", "", post, published_from, "", now)
        for number, post in enumerate(posts)
    )
    return FeedDocument(due, Poll("news", now, due.url), entries, FeedKind.FEED)


def learned(posts: Sequence[datetime], now: datetime = NOW, known: dict[str, Any] | None = None) -> dict[str, Any]:
    return posting(document(posts, now), known or {})


def every_day_at(*hours: float, days: int = 30, now: datetime = NOW) -> list[datetime]:
    midnight = now.replace(hour=0, minute=0)
    posts = [midnight - day * DAY + hour * HOUR for day in range(days) for hour in hours]
    return [post for post in posts if post <= now]


def minutes(posts: Sequence[datetime], now: datetime = NOW) -> float:
    return adaptive_minutes(learned(posts, now), now)


# --- the interval ---


def test_a_feed_never_read_is_asked_again_in_an_hour() -> None:
    assert adaptive_minutes({}, NOW) == SHORTEST_MINUTES


def test_a_feed_without_dates_is_asked_daily() -> None:
    assert adaptive_minutes(posting(document([NOW] * 5, published_from="first_seen"), {}), NOW) == LONGEST_MINUTES


@given(AGES, st.floats(0, 1_000))
def test_every_interval_lies_between_an_hour_and_a_day(ages: list[float], later: float) -> None:
    hints = learned([NOW - age * HOUR for age in ages])
    assert SHORTEST_MINUTES <= adaptive_minutes(hints, NOW + later * HOUR) <= LONGEST_MINUTES


def test_a_busy_feed_is_asked_hourly() -> None:
    assert minutes([NOW - number * 10 * MINUTE for number in range(100)]) == SHORTEST_MINUTES


def test_the_rarer_the_posts_the_longer_the_interval() -> None:
    waits = [
        minutes([NOW - 2 * DAY - number * gap for number in range(10)]) for gap in (6 * HOUR, DAY, 7 * DAY, 60 * DAY)
    ]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


@pytest.mark.parametrize("hour", [1.5, 6.5, 14.25])
def test_a_daily_post_is_found_within_two_hours_for_a_handful_of_polls_a_day(hour: float) -> None:
    hints, time, polls, waits = learned(every_day_at(hour)), NOW, 0, list[timedelta]()
    posts = [post for post in every_day_at(hour, days=10, now=NOW + 9 * DAY) if post > NOW]
    while posts and time < NOW + 9 * DAY:
        time, polls = time + timedelta(minutes=adaptive_minutes(hints, time)), polls + 1
        if time >= posts[-1]:
            waits.append(time - posts[-1])
            hints = learned([posts.pop()], time, hints)
    assert len(waits) >= 8
    assert max(waits) <= 2 * HOUR
    assert polls / 9 <= 6


def test_a_feed_that_rests_at_weekends_is_asked_less_then() -> None:
    friday = datetime(2026, 10, 30, 20, tzinfo=UTC)
    posts = [post for post in every_day_at(*range(8, 19), days=60, now=friday) if post.weekday() < 5]
    hints = learned(posts, friday)
    assert adaptive_minutes(hints, friday + DAY) > 1.5 * adaptive_minutes(hints, friday - 12 * HOUR)


def test_a_burst_is_followed_hourly_while_it_lasts_and_not_when_it_is_over() -> None:
    before = [NOW - (20 + number) * DAY for number in range(12)]
    burst = [NOW - number * 15 * MINUTE for number in range(8)]
    hints = learned([*before, *burst])
    assert adaptive_minutes(hints, NOW) == SHORTEST_MINUTES
    assert adaptive_minutes(hints, NOW + 18 * HOUR) > 2 * SHORTEST_MINUTES


def test_a_feed_that_fell_silent_is_asked_ever_less() -> None:
    hints = learned([NOW - number * DAY for number in range(10)])
    waits = [adaptive_minutes(hints, NOW + days * DAY + 3 * HOUR) for days in (1, 20, 200)]
    assert waits == sorted(waits)
    assert waits[-1] > 3 * waits[0]


# --- what is expected ---


def test_a_day_of_quarters_of_an_hour_is_expected() -> None:
    assert len(expected(learned(every_day_at(9)), NOW)) == DAY_BINS


def test_about_as_many_posts_are_expected_as_there_were() -> None:
    rates = expected(learned(every_day_at(2, 9, 16, days=56)), NOW + 30 * MINUTE)
    assert sum(rates) / 4 == pytest.approx(3, rel=0.25)


@given(AGES, st.floats(0, 3_000))
def test_expectations_are_numbers_of_zero_and_more(ages: list[float], later: float) -> None:
    rates = expected(learned([NOW - age * HOUR for age in ages]), NOW + later * HOUR)
    assert all(0 <= rate < 10_000 for rate in rates)


def test_the_usual_quarter_is_expected_most() -> None:
    rates = expected(learned(every_day_at(14.25)), NOW)
    assert rates.index(max(rates)) == (14 * 60 + 15 - NOW.hour * 60) // 15


def test_days_of_the_week_are_alike_until_weeks_are_known() -> None:
    mondays = [10.0, 0, 0, 0, 0, 0, 0]
    assert weekday_shares(mondays, 10, weeks=0.0) == pytest.approx([1.0] * 7)
    many = weekday_shares(mondays, 10, weeks=30)
    assert many[0] > 5
    assert max(many[1:]) < 0.1


# --- what is learned, and kept ---


def test_posts_are_counted_once_over_many_polls() -> None:
    posts = every_day_at(9, days=10)
    first = learned(posts[2:], NOW - DAY)
    again = learned(posts[1:], NOW, first)
    assert sum(again["by_minute"]) == pytest.approx(sum(first["by_minute"]) * 0.983 + 1, abs=0.1)
    assert learned(posts[1:], NOW, again)["by_minute"] == again["by_minute"]


def test_old_habits_fade_over_two_months() -> None:
    old = learned(every_day_at(9, days=30))
    moved = [NOW + day * DAY + 10 * HOUR for day in range(120)]
    hints = learned(moved[-10:], NOW + 120 * DAY, old)
    assert hints["by_quarter"][9 * 4] < 0.2 * old["by_quarter"][9 * 4]


def test_posts_that_follow_others_at_once_count_little_as_habit() -> None:
    alone = learned(every_day_at(9))["by_quarter"][36]
    crowd = learned([post + number * MINUTE for post in every_day_at(9) for number in range(10)], NOW + HOUR)
    assert crowd["by_quarter"][36] < 4 * alone


def test_hints_survive_being_stored_as_json() -> None:
    hints = learned(every_day_at(9))
    stored = json.loads(json.dumps(hints))
    assert adaptive_minutes(stored, NOW) == adaptive_minutes(hints, NOW)
    assert len(json.dumps(hints)) < 1_500


def test_a_day_in_the_address_says_nothing_of_the_hour() -> None:
    assert "by_quarter" not in posting(document([NOW - DAY] * 3, published_from="url"), {})


def test_a_date_ahead_of_the_poll_counts_as_now() -> None:
    assert learned([NOW + 3 * HOUR])["newest_at"] == NOW.isoformat()


def test_hints_of_an_older_version_are_begun_anew() -> None:
    old = {"posts_per_week": 7, "window_minutes": 600}
    assert SHORTEST_MINUTES <= adaptive_minutes(old, NOW) <= 600
    assert learned(every_day_at(9), NOW, old)["days"] > 20


# --- the window ---


def test_a_window_of_few_is_trusted_less_than_one_of_many() -> None:
    few = learned([NOW - number * HOUR * 2.25 for number in range(5)])
    many = learned([NOW - number * HOUR / 11 for number in range(100)])
    assert few["window_minutes"] < 0.4 * many["window_minutes"]


def test_the_fastest_roll_over_is_remembered_and_slowly_forgotten() -> None:
    fast = learned([NOW - number * 30 * MINUTE for number in range(5)])
    slow = [NOW + 10 * DAY - number * 10 * HOUR for number in range(5)]
    after = learned(slow, NOW + 10 * DAY, fast)["window_minutes"]
    assert fast["window_minutes"] < after < 1.5 * fast["window_minutes"]


def test_a_feed_of_one_entry_has_no_window() -> None:
    assert "window_minutes" not in learned([NOW - DAY])


# --- the minute of the hour ---


@given(st.floats(60, 1_440), st.integers(0, 59), st.lists(st.integers(0, 30), min_size=12, max_size=12))
def test_an_interval_is_lengthened_by_at_most_a_tenth_and_never_shortened(
    wait: float, minute: int, counts: list[int]
) -> None:
    """B13"""
    span = in_phase(wait, "news", NOW + minute * MINUTE, {"by_minute": counts}) / MINUTE
    assert wait - 1e-6 <= span <= wait * (1 + JITTER_SHARE) + 1e-6


def test_hourly_polls_drift_to_behind_the_minute_at_which_the_feed_posts() -> None:
    hints, time = {"by_minute": [30, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}, NOW + 40 * MINUTE
    for _ in range(20):
        time += in_phase(60, "news", time, hints)
    assert 5 <= time.minute <= 10
    assert in_phase(60, "news", time, hints) == HOUR


def test_feeds_of_which_no_minute_is_known_are_spread_over_the_hour() -> None:
    """B21"""
    tens = {int(best_minute(f"feed-{number}", {}) // 10) for number in range(100)}
    assert tens == set(range(6))


def test_feeds_that_post_on_the_hour_are_spread_over_five_minutes() -> None:
    """B21: no burst at :05 sharp"""
    hints = {"by_minute": [30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}
    seconds = {int(60 * best_minute(f"feed-{number}", hints)) for number in range(100)}
    assert len(seconds) > 80
    assert all(300 <= second < 600 for second in seconds)


def test_a_feed_whose_window_may_roll_over_is_not_kept_waiting() -> None:
    assert in_phase(60, "news", NOW, {"window_minutes": 60}) == HOUR
