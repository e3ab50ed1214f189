"""How long a feed may bring nothing."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from extractors.silence import alarm_window, usual_gap
from extractors.words import SourceKind

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENTS = st.lists(st.integers(0, 10_000).map(lambda hours: NOW + hours * HOUR), max_size=40)


def posts(*gaps: timedelta) -> list[datetime]:
    """Entries with these gaps between them."""
    moments = [NOW]
    for gap in gaps:
        moments.append(moments[-1] + gap)
    return moments


def test_regular_posts_have_their_gap() -> None:
    assert usual_gap(posts(*[DAY] * 9)) == DAY


def test_a_feed_that_rests_at_weekends_has_the_weekend_as_its_usual_gap() -> None:
    assert usual_gap(posts(*[DAY, DAY, DAY, DAY, 3 * DAY] * 6)) == 3 * DAY


def test_bursts_count_for_the_time_they_took_and_not_for_their_number() -> None:
    assert usual_gap(posts(*[*[HOUR] * 10, 20 * DAY] * 4)) == 20 * DAY


def test_one_long_holiday_is_not_usual() -> None:
    assert usual_gap(posts(*[DAY] * 60, 10 * DAY)) == DAY


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_entries_have_no_gap(count: int) -> None:
    assert usual_gap([NOW] * count) == timedelta()


def test_entries_of_one_moment_have_no_gap() -> None:
    assert usual_gap([NOW] * 5) == timedelta()


@pytest.mark.parametrize(
    ("kind", "days"),
    [(SourceKind.MEDIA, 3), (SourceKind.COMPANY, 3), (SourceKind.THINK_TANK, 14), (SourceKind.GOVERNMENT, 14)],
)
def test_the_alarm_waits_some_days_at_least(kind: SourceKind, days: int) -> None:
    assert alarm_window(posts(*[HOUR] * 9), kind) == days * DAY


def test_the_alarm_waits_three_usual_gaps() -> None:
    assert alarm_window(posts(*[7 * DAY] * 9), SourceKind.MEDIA) == 21 * DAY


@given(MOMENTS)
def test_the_usual_gap_is_one_of_the_gaps_in_whatever_order_entries_come(moments: list[datetime]) -> None:
    gap = usual_gap(moments)
    times = sorted(moments)
    assert gap in [later - earlier for earlier, later in itertools.pairwise(times)] or gap == timedelta()
    assert usual_gap(list(reversed(moments))) == gap


@given(MOMENTS)
def test_three_quarters_of_the_past_were_no_longer_than_the_usual_gap(moments: list[datetime]) -> None:
    times = sorted(moments)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    within = sum((gap for gap in gaps if gap <= usual_gap(moments)), timedelta())
    assert within >= 0.75 * sum(gaps, timedelta())
