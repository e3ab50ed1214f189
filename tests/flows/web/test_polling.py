"""When a feed is polled: the pure decisions, in a year that never was."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from extractors.records import (
    Dropped,
    DueFeed,
    Entry,
    Feed,
    FeedDocument,
    FeedKind,
    FeedState,
    FetchedFeed,
    Left,
    Poll,
    PolledFeed,
    Quarantined,
    Reason,
    Stage,
    WaitingEntry,
)
from flows.web.polling import due_feeds, polls_of

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday
URL = "https://news.example/feed.xml"
NEW_URL = "https://news.example/feeds/all.xml"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone comes
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FAILURES = [
    Reason.DNS,
    Reason.REFUSED,
    Reason.TLS,
    Reason.TIMEOUT,
    Reason.FORBIDDEN,
    Reason.NOT_FOUND,
    Reason.RATE_LIMITED,
    Reason.SERVER_ERROR,
    Reason.TOO_BIG,
    Reason.NOT_A_FEED,
]


def feed(feed_id: str = "news", **fields: Any) -> Feed:
    return Feed(**({"feed_id": feed_id, "url": URL} | fields))


def hourly(**fields: Any) -> Feed:
    return feed(**({"every_minutes": 60} | fields))


def entry(number: int, published_at: datetime | None) -> Entry:
    link = f"https://news.example/{number}"
    return Entry(f"e{number}", "news", str(number), link, link, f"Story {number}", "", published_at, "", "", NOW)


def poll_at(moment: datetime, of: DueFeed, **fields: Any) -> Poll:
    return replace(Poll(of.feed.feed_id, moment, of.url, final_url=of.url, status=200), **fields)


def read(
    of: DueFeed,
    moment: datetime = NOW,
    *,
    posts: tuple[datetime | None, ...] = (NOW,),
    new: int = 0,
    hints: Mapping[str, Any] | None = None,
    left_out: int = 0,
    **fields: Any,
) -> PolledFeed:
    """A poll that brought a document with a post at each of these times."""
    entries = tuple(entry(number, at) for number, at in enumerate(posts))
    document = FeedDocument(
        of, poll_at(moment, of, **fields), entries, FeedKind.FEED, hints=hints or {}, left_out_count=left_out
    )
    fresh = [WaitingEntry(each, of.feed, "") for each in entries[:new]]
    (polled,) = polls_of([document], fresh, [], moment)
    return polled


def unread(of: DueFeed, reason: Reason, moment: datetime = NOW, **fields: Any) -> PolledFeed:
    """A poll that brought no document: not modified, unchanged, or a failure."""
    fine = reason in (Reason.NOT_MODIFIED, Reason.UNCHANGED)
    fields = {"cause": None if fine else reason, "status": 304 if reason is Reason.NOT_MODIFIED else 200} | fields
    left = Left(Stage.POLL, of, Dropped(reason, "", poll_at(moment, of, **fields)))
    (polled,) = polls_of([], [], [left], moment)
    return polled


def again(of: DueFeed, polled: PolledFeed) -> DueFeed:
    """The same feed as the next run finds it."""
    return DueFeed(of.feed, polled.state)


def new_feed(made: Feed | None = None) -> DueFeed:
    made = made or feed()
    return DueFeed(made, FeedState(made.feed_id))


def gap(polled: PolledFeed, moment: datetime = NOW) -> timedelta:
    return polled.next_poll_at - moment


def is_due_at(moment: datetime, polled: PolledFeed, *, force: bool = False) -> bool:
    return bool(due_feeds([feed()], {"news": polled.state}, moment, force=force))


# --- which feeds are due ---


def test_a_feed_never_polled_is_due() -> None:
    assert [each.feed.feed_id for each in due_feeds([feed()], {}, NOW)] == ["news"]


def test_a_feed_that_is_switched_off_is_never_due() -> None:
    assert due_feeds([feed(enabled=False)], {}, NOW, force=True) == []


def test_a_feed_is_due_from_its_time_on_and_not_before() -> None:
    """B13"""
    polled = read(new_feed(hourly()))
    assert not is_due_at(polled.next_poll_at - timedelta(microseconds=1), polled)
    assert is_due_at(polled.next_poll_at, polled)


def test_those_that_waited_longest_come_first_and_new_ones_before_them() -> None:
    states = {
        "late": FeedState("late", next_poll_at=NOW - HOUR),
        "later": FeedState("later", next_poll_at=NOW - 2 * HOUR),
    }
    feeds = [feed(name, url=f"https://{name}.example/") for name in ("late", "later", "fresh")]
    assert [each.feed.feed_id for each in due_feeds(feeds, states, NOW)] == ["fresh", "later", "late"]


def test_only_selects_and_does_not_force() -> None:
    """B13: a manual trigger polls no earlier"""
    states = {"news": FeedState("news", next_poll_at=NOW + HOUR)}
    feeds = [feed(), feed("other")]
    assert [each.feed.feed_id for each in due_feeds(feeds, states, NOW, ["other"])] == ["other"]
    assert due_feeds(feeds, states, NOW, ["news"]) == []


def test_force_polls_before_the_time_with_the_validators_it_has() -> None:
    """B13: forced is still conditional"""
    state = FeedState("news", etag='W/"7"', next_poll_at=NOW + HOUR)
    (due,) = due_feeds([feed()], {"news": state}, NOW, force=True)
    assert due.state.etag == 'W/"7"'


def test_force_never_polls_before_a_retry_after() -> None:
    polled = unread(new_feed(), Reason.SERVER_ERROR, retry_after_seconds=7_200)
    assert not is_due_at(NOW + HOUR, polled, force=True)
    assert is_due_at(NOW + 2 * HOUR, polled, force=True)


# --- every_minutes and jitter ---


@given(st.integers(1, 20_000), MOMENTS)
def test_a_configured_interval_is_lengthened_by_at_most_a_tenth_and_never_shortened(
    every: int, moment: datetime
) -> None:
    """B13, B19"""
    wait = gap(read(new_feed(hourly(every_minutes=every)), moment), moment)
    assert timedelta(minutes=every) <= wait <= timedelta(minutes=every * 1.1)


def test_the_posting_history_does_not_change_a_configured_interval() -> None:
    quick = read(new_feed(hourly(every_minutes=90)), posts=tuple(NOW - timedelta(minutes=n) for n in range(100)))
    slow = read(new_feed(hourly(every_minutes=90)), posts=(NOW - 300 * DAY,))
    assert gap(quick) == gap(slow) < timedelta(minutes=99)


def test_jitter_spreads_feeds_and_is_the_same_in_a_replay() -> None:
    """B21"""
    waits = [gap(read(new_feed(hourly(feed_id=f"feed-{number}")))) for number in range(200)]
    assert waits == [gap(read(new_feed(hourly(feed_id=f"feed-{number}")))) for number in range(200)]
    tenths = [int((wait - HOUR) / timedelta(minutes=0.6)) for wait in waits]
    assert set(tenths) == set(range(10))


# --- the adaptive interval ---


def test_a_feed_that_posts_once_a_quarter_is_polled_once_a_day() -> None:
    assert DAY <= gap(read(new_feed(), posts=(NOW - 90 * DAY,))) <= 1.1 * DAY


def test_a_newswire_is_polled_once_an_hour_and_no_more() -> None:
    """B13"""
    posts = tuple(NOW - timedelta(minutes=5 * number) for number in range(600))
    assert HOUR <= gap(read(new_feed(), posts=posts)) <= 1.1 * HOUR


def test_a_feed_is_polled_well_before_its_window_can_have_rolled_over() -> None:
    """E44: the overlap guard; five entries may roll over in a quarter of the time they usually last"""
    long_ago = tuple(NOW - 3 * DAY - 5 * HOUR * number for number in range(5))
    assert gap(read(new_feed(), posts=long_ago)) <= 1.1 * 20 * HOUR / 3


@given(st.lists(MOMENTS | st.none(), min_size=1))
def test_whatever_a_feed_posts_it_is_polled_between_hourly_and_daily(posts: list[datetime | None]) -> None:
    """B13"""
    assert HOUR <= gap(read(new_feed(), posts=tuple(posts))) <= 1.1 * DAY


def test_a_feed_that_never_answered_is_not_taken_for_one_that_seldom_posts() -> None:
    first = unread(new_feed(), Reason.SERVER_ERROR, retry_after_seconds=60)
    second = unread(again(new_feed(), first), Reason.SERVER_ERROR, NOW + HOUR)
    assert gap(second, NOW + HOUR) <= 1.1 * 2 * HOUR


# --- what servers and feeds wish for ---


def test_max_age_lengthens_the_interval() -> None:
    """B14"""
    polled = read(new_feed(hourly()), max_age_seconds=43_200)
    assert 12 * HOUR <= gap(polled) <= 1.1 * 12 * HOUR
    assert "max-age" in polled.why


@pytest.mark.parametrize("answer", [Reason.NOT_MODIFIED, Reason.UNCHANGED])
def test_wishes_outlive_answers_that_do_not_repeat_them(answer: Reason) -> None:
    """B14"""
    first = read(new_feed(hourly()), max_age_seconds=43_200, hints={"ttl_minutes": 90, "skip_hours": [3]})
    second = unread(again(new_feed(hourly()), first), answer, NOW + DAY)
    assert second.state.hints["ttl_minutes"] == 90
    assert second.state.hints["skip_hours"] == [3]
    assert 12 * HOUR <= gap(second, NOW + DAY) <= 1.1 * 12 * HOUR


def test_a_304_may_change_max_age() -> None:
    """B14"""
    first = read(new_feed(hourly()), max_age_seconds=43_200)
    second = unread(again(new_feed(hourly()), first), Reason.NOT_MODIFIED, NOW + DAY, max_age_seconds=7_200)
    assert 2 * HOUR <= gap(second, NOW + DAY) <= 1.1 * 2 * HOUR


def test_a_new_document_forgets_the_wishes_of_the_old_one() -> None:
    first = read(new_feed(hourly()), hints={"ttl_minutes": 600})
    second = read(again(new_feed(hourly()), first), NOW + DAY)
    assert gap(second, NOW + DAY) <= 1.1 * HOUR


@pytest.mark.parametrize(("hint", "words"), [("ttl_minutes", "ttl"), ("update_minutes", "sy:updatePeriod")])
def test_the_feeds_own_wish_lengthens_the_interval_and_says_so(hint: str, words: str) -> None:
    """B15"""
    polled = read(new_feed(hourly()), hints={hint: 180})
    assert 3 * HOUR <= gap(polled) <= 1.1 * 3 * HOUR
    assert words in polled.why


@pytest.mark.parametrize("hint", ["ttl_minutes", "update_minutes", "max_age_seconds"])
def test_no_wish_shortens_an_interval_or_puts_it_off_for_more_than_a_day(hint: str) -> None:
    """A12, B15: a ttl of 1, a freshness until 2041"""
    assert HOUR <= gap(read(new_feed(hourly()), hints={hint: 1})) <= 1.1 * HOUR
    assert DAY <= gap(read(new_feed(hourly()), hints={hint: 10**9})) <= 1.1 * DAY


# --- skip hours and days ---


def test_the_next_poll_is_put_behind_the_skip_hours() -> None:
    """B16"""
    polled = read(new_feed(hourly()), hints={"skip_hours": [9, 10, 11]})
    assert polled.next_poll_at == NOW.replace(hour=12)
    assert "skip" in polled.why


def test_the_next_poll_is_put_behind_the_skip_days() -> None:
    """B16"""
    late = NOW.replace(hour=23, minute=30)
    polled = read(new_feed(hourly()), late, hints={"skip_days": ["Tuesday", "Wednesday"]})
    assert polled.next_poll_at == datetime(2026, 11, 5, tzinfo=UTC)


def test_skip_hours_are_judged_when_polling_too() -> None:
    """B16: a run that comes late"""
    polled = read(new_feed(hourly()), hints={"skip_hours": [13]})
    assert not is_due_at(NOW.replace(hour=13, minute=20), polled)
    assert is_due_at(NOW.replace(hour=14), polled)
    assert is_due_at(NOW.replace(hour=13, minute=20), polled, force=True)


def test_skip_hours_are_hours_of_greenwich() -> None:
    """B16"""
    polled = read(new_feed(hourly()), hints={"skip_hours": [13]})
    beijing = datetime.fromisoformat("2026-11-02T21:20:00+08:00")
    assert not is_due_at(beijing, polled)


@pytest.mark.parametrize(
    "hints",
    [
        {"skip_hours": list(range(24))},
        {"skip_days": list(WEEK)},
    ],
)
def test_a_feed_that_skips_always_is_not_believed(hints: dict[str, Any]) -> None:
    """B16"""
    polled = read(new_feed(hourly()), hints=hints)
    assert gap(polled) <= 1.1 * HOUR
    assert is_due_at(polled.next_poll_at, polled)


@given(
    st.sets(st.integers(0, 23), max_size=23),
    st.sets(st.sampled_from(["Monday", "Tuesday", "Sunday"])),
    st.integers(0, 167),
)
def test_the_planned_time_is_one_at_which_the_feed_may_be_polled(hours: set[int], days: set[str], later: int) -> None:
    """B16"""
    moment = NOW + later * HOUR
    polled = read(new_feed(hourly()), moment, hints={"skip_hours": sorted(hours), "skip_days": sorted(days)})
    assert gap(polled, moment) >= HOUR
    assert is_due_at(polled.next_poll_at, polled)


# --- validators ---


def test_a_document_leaves_its_validators_and_hash_behind() -> None:
    """A9"""
    state = read(new_feed(), etag='W/"a,b"', last_modified="yesterday, noon", body_sha256="abc").state
    assert (state.etag, state.last_modified, state.body_sha256) == ('W/"a,b"', "yesterday, noon", "abc")


def test_the_same_body_with_new_validators_leaves_the_new_ones() -> None:
    """A4"""
    of = DueFeed(feed(), FeedState("news", etag="old", last_modified="old", body_sha256="abc"))
    state = unread(of, Reason.UNCHANGED, etag="new", body_sha256="abc").state
    assert (state.etag, state.last_modified, state.body_sha256) == ("new", "", "abc")


def test_a_200_without_validators_leaves_none() -> None:
    """A4: the server has given them up"""
    of = DueFeed(feed(), FeedState("news", etag="old", last_modified="old", body_sha256="abc"))
    state = unread(of, Reason.UNCHANGED, body_sha256="abc").state
    assert (state.etag, state.last_modified, state.body_sha256) == ("", "", "abc")


def test_a_304_changes_the_validators_it_names_and_keeps_the_others() -> None:
    """A5, A6"""
    of = DueFeed(feed(), FeedState("news", etag="old", last_modified="old", body_sha256="abc"))
    state = unread(of, Reason.NOT_MODIFIED, last_modified="new").state
    assert (state.etag, state.last_modified, state.body_sha256) == ("old", "new", "abc")


@pytest.mark.parametrize("reason", FAILURES)
def test_a_failure_touches_no_validators(reason: Reason) -> None:
    """A7, A8"""
    of = DueFeed(feed(), FeedState("news", etag="old", last_modified="old", body_sha256="abc"))
    state = unread(of, reason, etag="error page", last_modified="error page", body_sha256="error page").state
    assert (state.etag, state.last_modified, state.body_sha256) == ("old", "old", "abc")


def test_a_document_without_entries_is_a_failure_and_stores_no_validators() -> None:
    """A8"""
    polled = read(new_feed(), posts=(), etag="empty")
    assert (polled.poll.cause, polled.state.failures, polled.state.etag) == (Reason.EMPTY, 1, "")


# --- failing ---


@pytest.mark.parametrize("reason", FAILURES)
def test_back_off_doubles_and_ends_at_a_day_or_at_a_month_for_what_looks_dead(reason: Reason) -> None:
    """B19, C28, C29: never retired"""
    of, moment, waits = new_feed(hourly()), NOW, []
    for _ in range(30):
        polled = unread(of, reason, moment)
        waits.append(gap(polled, moment))
        of, moment = again(of, polled), polled.next_poll_at
    longest = 30 * DAY if reason in (Reason.DNS, Reason.NOT_FOUND, Reason.FORBIDDEN) else DAY
    assert all(HOUR * 2**n <= wait <= 1.1 * HOUR * 2**n for n, wait in enumerate(waits[:5]))
    assert all(longest <= wait <= 1.1 * longest for wait in waits[-5:])
    assert polled.state.failures == 30


def test_a_failing_feed_says_since_when_and_why() -> None:
    first = unread(new_feed(), Reason.TIMEOUT, why="no answer")
    second = unread(again(new_feed(), first), Reason.NOT_FOUND, NOW + HOUR)
    assert (second.state.failing_since_at, second.state.cause) == (NOW, Reason.NOT_FOUND)
    assert "no answer" in first.why
    assert "2 times in a row" in second.why


@pytest.mark.parametrize("how", ["document", Reason.NOT_MODIFIED, Reason.UNCHANGED])
def test_any_success_ends_a_failure(how: str) -> None:
    """B19, C28"""
    of = new_feed(hourly())
    for _ in range(5):
        of = again(of, unread(of, Reason.NOT_FOUND))
    polled = read(of) if how == "document" else unread(of, Reason(how))
    assert (polled.state.failures, polled.state.cause, polled.state.failing_since_at) == (0, None, None)
    assert gap(polled) <= 1.1 * HOUR


def test_back_off_does_not_shorten_a_long_configured_interval() -> None:
    weekly = 7 * 24 * 60
    assert gap(unread(new_feed(hourly(every_minutes=weekly)), Reason.SERVER_ERROR)) >= 7 * DAY


def test_one_410_backs_off_like_any_failure() -> None:
    """C27"""
    assert gap(unread(new_feed(hourly()), Reason.GONE)) <= 1.1 * HOUR


def test_410_twice_retires_a_feed_and_it_is_looked_at_again_in_a_month() -> None:
    """C27"""
    first = unread(new_feed(hourly()), Reason.GONE)
    second = unread(again(new_feed(hourly()), first), Reason.GONE, NOW + HOUR)
    assert gap(second, NOW + HOUR) == 30 * DAY
    back = read(again(new_feed(hourly()), second), NOW + 31 * DAY)
    assert gap(back, NOW + 31 * DAY) <= 1.1 * HOUR


def test_410_after_another_failure_is_the_first_410() -> None:
    """C27"""
    first = unread(new_feed(hourly()), Reason.SERVER_ERROR)
    second = unread(again(new_feed(hourly()), first), Reason.GONE, NOW + HOUR)
    assert gap(second, NOW + HOUR) < DAY


# --- Retry-After ---


@pytest.mark.parametrize("reason", [Reason.RATE_LIMITED, Reason.SERVER_ERROR, Reason.FORBIDDEN])
def test_retry_after_puts_the_next_poll_off_and_survives_a_restart(reason: Reason) -> None:
    """B17"""
    polled = unread(new_feed(hourly()), reason, retry_after_seconds=36_000)
    assert gap(polled) == 10 * HOUR
    assert polled.state.hints["retry_until"] == (NOW + 10 * HOUR).isoformat()


def test_a_short_retry_after_does_not_shorten_the_back_off() -> None:
    """B17"""
    assert gap(unread(new_feed(hourly()), Reason.RATE_LIMITED, retry_after_seconds=60)) >= HOUR


def test_retry_after_is_kept_to_on_a_success_too() -> None:
    """B17: on 200"""
    polled = read(new_feed(hourly()), retry_after_seconds=36_000)
    assert gap(polled) == 10 * HOUR
    assert not is_due_at(NOW + 9 * HOUR, polled, force=True)


def test_a_retry_after_is_forgotten_once_it_is_over() -> None:
    """B17"""
    first = unread(new_feed(hourly()), Reason.RATE_LIMITED, retry_after_seconds=36_000)
    of = again(new_feed(hourly()), first)
    for polled in (
        unread(of, Reason.NOT_MODIFIED, NOW + DAY),
        unread(of, Reason.TIMEOUT, NOW + DAY),
        read(of, NOW + DAY),
    ):
        assert "retry_until" not in polled.state.hints


def told_off(name: str, host: str, **fields: Any) -> tuple[Feed, FeedState]:
    of = new_feed(feed(name, url=f"https://{host}/{name}.xml"))
    return of.feed, unread(of, Reason.RATE_LIMITED, **fields).state


def test_two_feeds_told_to_wait_make_the_whole_host_wait() -> None:
    """B18"""
    told = [
        told_off("a", "one.example", retry_after_seconds=36_000),
        told_off("b", "one.example", retry_after_seconds=7_200),
    ]
    states = {each.feed_id: state for each, state in told}
    feeds = [each for each, _ in told] + [
        feed("c", url="https://one.example/c"),
        feed("d", url="https://two.example/d"),
    ]
    assert [each.feed.feed_id for each in due_feeds(feeds, states, NOW + HOUR, force=True)] == ["d"]
    assert [each.feed.feed_id for each in due_feeds(feeds, states, NOW + HOUR, ["c"])] == []
    assert {each.feed.feed_id for each in due_feeds(feeds, states, NOW + 3 * HOUR, force=True)} == {"b", "c", "d"}


def test_a_bare_429_counts_as_told_to_wait() -> None:
    """B18"""
    told = [told_off("a", "one.example"), told_off("b", "one.example")]
    states = {each.feed_id: state for each, state in told}
    feeds = [each for each, _ in told] + [feed("c", url="https://one.example/c")]
    assert due_feeds(feeds, states, NOW + HOUR / 2) == []
    assert len(due_feeds(feeds, states, NOW + 2 * HOUR)) == 3


def test_one_feed_told_to_wait_leaves_the_others_of_its_host_alone() -> None:
    """B18: one feed 503"""
    of, state = told_off("a", "one.example", retry_after_seconds=36_000)
    feeds = [of, feed("c", url="https://one.example/c")]
    assert [each.feed.feed_id for each in due_feeds(feeds, {"a": state}, NOW)] == ["c"]


# --- redirects ---


def redirected(of: DueFeed, days: list[float], targets: list[str]) -> DueFeed:
    for day, target in zip(days, targets, strict=True):
        of = again(of, read(of, NOW + day * DAY, permanent_url=target))
    return of


def test_a_permanent_redirect_is_taken_after_five_polls_over_three_days() -> None:
    """C22"""
    assert redirected(new_feed(), [0, 1, 2, 2.5], [NEW_URL] * 4).url == URL
    assert redirected(new_feed(), [0, 1, 2, 2.5, 3], [NEW_URL] * 5).url == NEW_URL


def test_five_polls_in_a_day_do_not_make_a_redirect_stable() -> None:
    """C22"""
    assert redirected(new_feed(), [0, 0.1, 0.2, 0.3, 0.4, 0.5], [NEW_URL] * 6).url == URL


def test_a_flapping_redirect_is_never_taken() -> None:
    """C22"""
    targets = [NEW_URL, NEW_URL, NEW_URL, "", NEW_URL, NEW_URL, NEW_URL, NEW_URL + "?2", NEW_URL]
    assert redirected(new_feed(), [float(day) for day in range(9)], targets).url == URL


def test_a_redirect_that_answers_304_counts_too() -> None:
    """C22"""
    of = redirected(new_feed(), [0], [NEW_URL])
    for day in range(1, 5):
        polled = unread(of, Reason.NOT_MODIFIED, NOW + day * DAY, permanent_url=NEW_URL)
        of = again(of, polled)
    assert of.url == NEW_URL
    assert f"moved for good to {NEW_URL}" in polled.why


def test_a_failure_behind_a_redirect_is_no_reason_to_take_it() -> None:
    """C22: the target must parse"""
    of = redirected(new_feed(), [0, 1, 2, 2.5], [NEW_URL] * 4)
    assert again(of, unread(of, Reason.NOT_A_FEED, NOW + 4 * DAY, permanent_url=NEW_URL)).url == URL


@pytest.mark.parametrize("reason", [Reason.NOT_FOUND, Reason.GONE])
def test_a_taken_address_that_is_dead_is_given_up_for_the_configured_one(reason: Reason) -> None:
    of = redirected(new_feed(), [0, 1, 2, 3, 4], [NEW_URL] * 5)
    back = again(of, unread(of, reason, NOW + 5 * DAY))
    assert back.url == URL
    assert back.state.etag == ""


# --- rows ---


def test_a_poll_row_counts_entries_and_new_ones() -> None:
    polled = read(new_feed(), posts=(NOW, NOW, NOW), new=2)
    assert (polled.entry_count, polled.new_count, polled.state.last_new_at) == (3, 2, NOW)


def test_a_poll_without_anything_new_keeps_when_the_last_new_entry_came() -> None:
    first = read(new_feed(), new=1)
    assert read(again(new_feed(), first), NOW + DAY).state.last_new_at == NOW


def test_a_poll_row_says_how_many_entries_were_not_taken() -> None:
    assert "300 entries" in read(new_feed(), left_out=300).why


def test_a_feed_that_was_not_reached_has_no_row_and_keeps_its_time() -> None:
    of = new_feed()
    waits = Left(Stage.POLL, of, Dropped(Reason.WAITING, "no turn", Poll("news", NOW, URL)))
    assert polls_of([], [], [waits], NOW) == []


def test_what_leaves_later_stages_is_no_poll() -> None:
    left = Left(Stage.GATE, WaitingEntry(entry(1, NOW), feed(), ""), Dropped(Reason.UNLIKELY))
    assert polls_of([], [], [left], NOW) == []


def test_a_surprise_while_parsing_is_an_unparseable_poll_in_its_own_words() -> None:
    of = new_feed()
    fetched = FetchedFeed(of, poll_at(NOW, of, bytes=77), b"<rss", {})
    (polled,) = polls_of([], [], [Left(Stage.PARSE, fetched, Quarantined("KeyError: 'x'", "…"))], NOW)
    assert (polled.poll.cause, polled.poll.bytes, polled.state.failures) == (Reason.UNPARSEABLE, 77, 1)
    assert "KeyError" in polled.why


def test_a_parser_that_was_stopped_says_why() -> None:
    of = new_feed()
    fetched = FetchedFeed(of, poll_at(NOW, of), b"<rss", {})
    (polled,) = polls_of([], [], [Left(Stage.PARSE, fetched, Dropped(Reason.TIMEOUT, "took more than 10 s"))], NOW)
    assert polled.poll.cause is Reason.TIMEOUT
    assert "took more than 10 s" in polled.why


def test_a_surprise_while_polling_is_a_row_too() -> None:
    (polled,) = polls_of([], [], [Left(Stage.POLL, new_feed(), Quarantined("ValueError: odd", "…"))], NOW)
    assert (polled.poll.cause, polled.poll.url) == (Reason.UNPARSEABLE, URL)
