"""What was seen before, what waits, and the first durable stop."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from extractors.records import Dropped, Feed, FetchPolicy, Reason, Stage, WaitingEntry
from tests.warehouse.builders import (
    ALPHA,
    BETA,
    DAY,
    FEEDS,
    GAMMA,
    HOUR,
    NOW,
    Names,
    document,
    dropped,
    failed,
    page,
    polled,
    rows,
    seen_and_archived,
    surprised,
    value,
    waiting,
)
from warehouse.store import Warehouse


def verdict(warehouse: Warehouse, entry: WaitingEntry) -> str:
    """The word for an entry: `new`, or why it is not."""
    answer = warehouse.known([entry]).unseen(entry)
    return str(answer.reason) if isinstance(answer, Dropped) else "new"


# --- seen before? ----------------------------------------------------------------------------------------------------


def test_an_entry_nobody_saw_is_new(warehouse: Warehouse) -> None:
    assert verdict(warehouse, waiting("one")) == "new"


def test_an_entry_stored_with_the_same_title_is_seen(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    assert verdict(warehouse, waiting("one")) == "seen"


def test_an_entry_with_another_title_is_edited_and_its_page_not_asked_for_again(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    assert verdict(warehouse, waiting("one", title="A better title")) == "edited"


def test_new_are_the_entries_never_seen_each_once_whatever_becomes_of_them(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    shared = waiting("two", BETA, page="p-one")
    batch = [waiting("one", title="Edited"), waiting("three"), waiting("three"), shared]
    assert [each.entry_id for each in warehouse.known(batch).new_among(batch)] == ["e-three", "e-two"]


def test_an_entry_that_looked_unlikely_is_looked_at_again_when_its_title_changed(warehouse: Warehouse) -> None:
    warehouse.remember([], [], [dropped(waiting("one"), Reason.UNLIKELY)])
    assert verdict(warehouse, waiting("one")) == "seen"
    assert verdict(warehouse, waiting("one", title="China and AI")) == "new"


@pytest.mark.parametrize("reason", [Reason.OLD, Reason.NOT_WANTED, Reason.NO_LINK, Reason.SAME_PAGE])
def test_an_entry_dropped_for_any_other_reason_is_only_edited(warehouse: Warehouse, reason: Reason) -> None:
    warehouse.remember([], [], [dropped(waiting("one"), reason)])
    assert verdict(warehouse, waiting("one", title="China and AI")) == "edited"


def test_an_entry_twice_in_a_batch_is_seen_the_second_time(warehouse: Warehouse) -> None:
    known = warehouse.known([waiting("one"), waiting("one")])
    assert known.unseen(waiting("one")) == waiting("one")
    assert known.unseen(waiting("one")) == Dropped(Reason.SEEN, "twice in this batch")


def test_a_page_that_another_feed_brought_is_the_same_page(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one", page="p-1")], [])
    assert verdict(warehouse, waiting("two", BETA, page="p-1")) == "same_page"


@pytest.mark.parametrize("cause", [Reason.NOT_FOUND, Reason.ROBOTS_DENIED])
def test_a_page_that_was_asked_for_in_vain_is_not_asked_for_by_another_entry(
    warehouse: Warehouse, cause: Reason
) -> None:
    warehouse.remember([], [waiting("one", page="p-1")], [])
    warehouse.archive([], [failed(waiting("one", page="p-1"), cause, final=True)])
    assert verdict(warehouse, waiting("two", BETA, page="p-1")) == "same_page"


@pytest.mark.parametrize("reason", [Reason.OLD, Reason.UNLIKELY, Reason.NOT_WANTED])
def test_a_page_nobody_asked_for_is_free(warehouse: Warehouse, reason: Reason) -> None:
    warehouse.remember([], [], [dropped(waiting("one", page="p-1"), reason)])
    assert verdict(warehouse, waiting("two", BETA, page="p-1")) == "new"


def test_entries_without_a_page_never_share_one(warehouse: Warehouse) -> None:
    known = warehouse.known([waiting("one", page=""), waiting("two", page="")])
    assert known.unseen(waiting("one", page="")) == waiting("one", page="")
    assert known.unseen(waiting("two", page="")) == waiting("two", page="")


def passing(*kept: str) -> Callable[[WaitingEntry], WaitingEntry | Dropped]:
    """A gate that lets the entries with these keys through."""
    return lambda entry: entry if entry.entry.guid in kept else Dropped(Reason.UNLIKELY)


def test_of_two_entries_of_a_batch_with_one_page_the_first_gets_it(warehouse: Warehouse) -> None:
    one, two = waiting("one", page="p-1"), waiting("two", BETA, page="p-1")
    known = warehouse.known([one, two])
    gate = known.once(passing("one", "two"))
    assert [known.unseen(one), known.unseen(two)] == [one, two]
    assert gate(one) == one
    assert gate(two) == Dropped(Reason.SAME_PAGE, "another entry already has this page")


def test_an_entry_that_does_not_pass_the_gate_leaves_its_page_to_the_next(warehouse: Warehouse) -> None:
    one, two = waiting("one", page="p-1"), waiting("two", BETA, page="p-1")
    gate = warehouse.known([one, two]).once(passing("two"))
    assert gate(one) == Dropped(Reason.UNLIKELY)
    assert gate(two) == two


# --- remember --------------------------------------------------------------------------------------------------------


def test_a_poll_becomes_a_row_and_the_next_state_of_its_feed(warehouse: Warehouse) -> None:
    warehouse.remember([polled(ALPHA, etag='"v1"', hints={"ttl_minutes": 90})], [], [])
    assert rows(warehouse, "SELECT run_id, feed_id, polled_at, status, bytes, ms, cause, why FROM core.polls") == [
        ("run-1", "alpha", NOW, 200, 345, 12, None, "every hour")
    ]
    state = warehouse.feed_states()["alpha"]
    assert (state.etag, state.hints, state.next_poll_at) == ('"v1"', {"ttl_minutes": 90}, NOW + HOUR)
    assert (state.url, state.failures, state.cause) == ("", 0, None)


def test_a_permanent_redirect_is_the_current_address(warehouse: Warehouse) -> None:
    warehouse.remember([polled(ALPHA, url="https://new.example/feed")], [], [])
    assert warehouse.feed_states()["alpha"].url == "https://new.example/feed"
    found = rows(warehouse, "SELECT url, configured_url FROM core.feeds WHERE feed_id = 'alpha'")
    assert found == [("https://new.example/feed", ALPHA.url)]


@pytest.mark.parametrize(
    ("cause", "failures", "why", "state"),
    [
        (None, 0, "every hour", "ok"),
        (None, 0, "1410 entries left out", "ok"),
        (Reason.TIMEOUT, 1, "backs off: 2 h", "failing"),
        (Reason.SERVER_ERROR, 3, "server asks to wait 4100 s", "failing"),
        (Reason.GONE, 1, "backs off: 2 h", "failing"),
        (Reason.GONE, 2, "gone (410) twice: looked at again in 30 days", "gone"),
    ],
)
def test_the_state_of_a_feed_follows_its_latest_poll(
    warehouse: Warehouse, cause: Reason | None, failures: int, why: str, state: str
) -> None:
    warehouse.remember([polled(ALPHA, cause=cause, failures=failures, why=why)], [], [])
    assert rows(warehouse, "SELECT state, cause FROM core.feeds WHERE feed_id = 'alpha'") == [(state, cause)]


def test_a_poll_that_succeeds_again_clears_the_failure(warehouse: Warehouse) -> None:
    warehouse.remember([polled(ALPHA, cause=Reason.DNS)], [], [])
    assert warehouse.failing_feeds() == {"alpha": "dns"}
    warehouse.remember([polled(ALPHA)], [], [])
    assert warehouse.failing_feeds() == {}


def test_failed_polls_of_this_run_are_counted_by_cause(warehouse: Warehouse) -> None:
    warehouse.remember([polled(ALPHA, cause=Reason.DNS), polled(BETA, cause=Reason.DNS), polled(GAMMA)], [], [])
    warehouse.start_run("run-2")
    warehouse.remember([polled(ALPHA, cause=Reason.TIMEOUT)], [], [])
    assert warehouse.poll_failures() == {"timeout": 1}


def test_every_entry_of_a_batch_has_a_row_with_what_became_of_it(warehouse: Warehouse) -> None:
    left = [dropped(waiting("off"), Reason.UNLIKELY), surprised(waiting("odd"), Stage.GATE)]
    warehouse.remember([], [waiting("one")], left)
    assert rows(warehouse, "SELECT entry_id, outcome, reason FROM core.entries ORDER BY entry_id") == [
        ("e-odd", "quarantined", None),
        ("e-off", "dropped", "unlikely"),
        ("e-one", "waiting", None),
    ]


def test_a_surprise_at_the_gate_keeps_its_traceback(warehouse: Warehouse) -> None:
    warehouse.remember([], [], [surprised(waiting("odd"), Stage.GATE)])
    assert rows(warehouse, "SELECT run_id, stage, subject, traceback, page_id FROM core.quarantine") == [
        ("run-1", "gate", "e-odd", "Traceback:\nValueError: odd", "p-odd")
    ]


def test_a_feed_that_met_a_surprise_is_the_subject_of_its_quarantine(warehouse: Warehouse) -> None:
    warehouse.remember([], [], [surprised(document(BETA).due, Stage.POLL), surprised(document(ALPHA), Stage.PARSE)])
    assert rows(warehouse, "SELECT stage, subject, page_id FROM core.quarantine ORDER BY stage") == [
        ("parse", "alpha", None),
        ("poll", "beta", None),
    ]


def test_a_seen_entry_only_moves_the_time_it_was_seen_last(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    warehouse.remember([], [], [dropped(waiting("one", at=NOW + DAY), Reason.SEEN, Stage.SEEN)])
    found = rows(warehouse, "SELECT first_seen_at, last_seen_at, versions, outcome FROM core.entries")
    assert found == [(NOW, NOW + DAY, 1, "waiting")]


def test_an_edited_entry_keeps_its_outcome_and_every_title_it_had(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one", title="First")], [])
    for hours, title in ((1, "Second"), (2, "Third")):
        again = waiting("one", at=NOW + hours * HOUR, title=title)
        warehouse.remember([], [], [dropped(again, Reason.EDITED, Stage.SEEN)])
    found = rows(warehouse, "SELECT title, versions, outcome, first_seen_at, last_seen_at FROM core.entries")
    assert found == [("Third", 3, "waiting", NOW, NOW + 2 * HOUR)]
    versions = rows(warehouse, "SELECT version, title, seen_at FROM raw.entry_versions ORDER BY version")
    assert versions == [(1, "First", NOW), (2, "Second", NOW + HOUR), (3, "Third", NOW + 2 * HOUR)]


def test_an_unlikely_entry_that_passes_under_a_new_title_waits_and_keeps_its_first_sight(warehouse: Warehouse) -> None:
    warehouse.remember([], [], [dropped(waiting("one", title="First"), Reason.UNLIKELY)])
    warehouse.remember([], [waiting("one", at=NOW + DAY, title="China and AI")], [])
    found = rows(warehouse, "SELECT title, versions, outcome, reason, first_seen_at, last_seen_at FROM core.entries")
    assert found == [("China and AI", 2, "waiting", None, NOW, NOW + DAY)]


def test_a_batch_is_remembered_whole_or_not_at_all(warehouse: Warehouse) -> None:
    unwritable = replace(waiting("two"), entry=replace(waiting("two").entry, first_seen_at=object()))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        warehouse.remember([polled(ALPHA, etag="new")], [waiting("one"), unwritable], [])
    assert value(warehouse, "SELECT count(*) FROM core.polls") == 0
    assert value(warehouse, "SELECT count(*) FROM core.entries") == 0
    assert warehouse.feed_states()["alpha"].etag == ""


@given(text=st.text(max_size=40))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_a_feed_can_hold_is_stored_and_an_edit_too(warehouse: Warehouse, text: str) -> None:
    warehouse.connection.execute("DELETE FROM core.entries")
    warehouse.remember([], [waiting("one", title=text, authors=(text,))], [])
    assert rows(warehouse, "SELECT title, authors FROM core.entries") == [(text, [text])]
    warehouse.remember([], [], [dropped(waiting("one", title=text + "x"), Reason.EDITED, Stage.SEEN)])
    assert value(warehouse, "SELECT title FROM core.entries") == text + "x"


def test_a_broken_character_is_replaced_wherever_it_is_written(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one", title="half \ud83d")], [])
    assert value(warehouse, "SELECT title FROM core.entries") == "half ?"
    warehouse.remember([], [], [dropped(waiting("one", title="other \ud83d"), Reason.EDITED, Stage.SEEN)])
    assert value(warehouse, "SELECT title FROM core.entries") == "other ?"


# --- waiting ---------------------------------------------------------------------------------------------------------


def keys(warehouse: Warehouse) -> list[str]:
    return [each.entry.guid for each in warehouse.waiting_entries()]


def later(warehouse: Warehouse, by: timedelta) -> Warehouse:
    """The same warehouse at a later time."""
    warehouse.now = NOW + by
    return warehouse


def test_waiting_entries_come_oldest_first_and_whole(warehouse: Warehouse) -> None:
    entries = [
        waiting("new", published_at=NOW),
        waiting("old", BETA, published_at=NOW - 3 * DAY, authors=("Li Wei",), section="Tech"),
        waiting("undated", published_at=None, at=NOW - DAY),
    ]
    warehouse.remember([], entries, [])
    found = warehouse.waiting_entries()
    assert [each.entry.guid for each in found] == ["old", "undated", "new"]
    assert found[0] == entries[1]


def test_a_feed_comes_back_with_what_later_stages_ask(warehouse: Warehouse) -> None:
    feed = replace(GAMMA, fetch=FetchPolicy.ALL, note="why", home="SG")
    warehouse.sync([feed], Names())
    warehouse.remember([], [waiting("one", feed)], [])
    assert warehouse.waiting_entries()[0].feed == replace(feed, note="")


def test_one_entry_waits_for_a_page_however_many_lead_to_it(warehouse: Warehouse) -> None:
    first, second = waiting("one", page="p-1"), waiting("two", BETA, page="p-1", at=NOW + HOUR)
    warehouse.remember([], [second, first], [])
    assert keys(warehouse) == ["one"]


@pytest.mark.parametrize(("tries", "hours"), [(1, 6), (2, 12), (3, 24), (4, 48)])
def test_a_failed_page_is_tried_again_after_six_hours_doubled_each_time(
    warehouse: Warehouse, tries: int, hours: int
) -> None:
    warehouse.remember([], [waiting("one")], [])
    warehouse.archive([], [failed(waiting("one"), Reason.TIMEOUT, tries)])
    assert keys(later(warehouse, timedelta(hours=hours, seconds=-1))) == []
    assert keys(later(warehouse, timedelta(hours=hours))) == ["one"]
    assert warehouse.waiting_entries()[0].tries == tries


def test_a_server_that_asks_for_more_time_gets_it(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    warehouse.archive([], [failed(waiting("one"), Reason.RATE_LIMITED, retry_after_seconds=86_400)])
    assert keys(later(warehouse, 23 * HOUR)) == []
    assert keys(later(warehouse, DAY)) == ["one"]


def test_after_five_tries_the_entry_is_dropped_with_the_cause(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    warehouse.archive([], [failed(waiting("one"), Reason.TIMEOUT, 5)])
    assert rows(warehouse, "SELECT outcome, reason FROM core.entries") == [("dropped", "timeout")]
    assert rows(warehouse, "SELECT cause, tries, next_try_at FROM core.pages") == [("timeout", 5, None)]
    assert keys(later(warehouse, 365 * DAY)) == []


def test_a_final_failure_drops_every_entry_that_waited_for_the_page(warehouse: Warehouse) -> None:
    first, second = waiting("one", page="p-1"), waiting("two", BETA, page="p-1")
    warehouse.remember([], [first, second, waiting("three")], [])
    warehouse.archive([], [failed(first, Reason.FORBIDDEN, status=403, final=True)])
    assert rows(warehouse, "SELECT entry_id, outcome, reason FROM core.entries ORDER BY entry_id") == [
        ("e-one", "dropped", "forbidden"),
        ("e-three", "waiting", None),
        ("e-two", "dropped", "forbidden"),
    ]


def test_an_entry_the_run_did_not_reach_waits_on(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    warehouse.archive([], [dropped(waiting("one"), Reason.WAITING, Stage.FETCH)])
    assert keys(warehouse) == ["one"]
    assert value(warehouse, "SELECT count(*) FROM core.pages") == 0


def test_an_archived_page_is_not_fetched_again(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, waiting("one"))
    assert keys(later(warehouse, 10 * DAY)) == []


def test_a_page_that_comes_at_the_third_try_stops_the_waiting(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    warehouse.archive([], [failed(waiting("one"), Reason.TIMEOUT, 2)])
    warehouse.archive([page(waiting("one"), tries=3)], [])
    assert rows(warehouse, "SELECT cause, tries, next_try_at, status FROM core.pages") == [(None, 3, None, 200)]
    assert keys(later(warehouse, 10 * DAY)) == []


# --- feeds -----------------------------------------------------------------------------------------------------------


def feed_row(warehouse: Warehouse, column: str, feed_id: str = "alpha") -> object:
    return rows(warehouse, f"SELECT {column} FROM core.feeds WHERE feed_id = ?", [feed_id])[0][0]  # noqa: S608 - ours


def test_what_polls_taught_outlives_a_change_of_the_title(warehouse: Warehouse) -> None:
    warehouse.remember([polled(ALPHA, etag="v1")], [], [])
    warehouse.sync([replace(ALPHA, title="Alpha Daily"), BETA, GAMMA], Names())
    assert feed_row(warehouse, "title") == "Alpha Daily"
    assert warehouse.feed_states()["alpha"].etag == "v1"


def test_another_address_is_polled_at_once_and_without_old_validators(warehouse: Warehouse) -> None:
    warehouse.remember([polled(ALPHA, etag="v1", last_modified="then", body_sha256="abc")], [], [])
    warehouse.sync([replace(ALPHA, url="https://alpha.example/rss"), BETA, GAMMA], Names())
    state = warehouse.feed_states()["alpha"]
    assert (state.etag, state.last_modified, state.body_sha256, state.next_poll_at) == ("", "", "", None)
    assert feed_row(warehouse, "url") == "https://alpha.example/rss"


def test_a_feed_switched_off_is_paused_and_ok_when_switched_on(warehouse: Warehouse) -> None:
    warehouse.sync([replace(ALPHA, enabled=False), BETA, GAMMA], Names())
    assert feed_row(warehouse, "state") == "paused"
    warehouse.sync(FEEDS, Names())
    assert feed_row(warehouse, "state") == "ok"


def test_a_feed_taken_out_of_the_configuration_is_paused_and_no_longer_counts_as_failing(warehouse: Warehouse) -> None:
    warehouse.remember([polled(ALPHA, cause=Reason.DNS)], [waiting("one")], [])
    warehouse.sync([BETA, GAMMA], Names())
    assert warehouse.failing_feeds() == {}
    assert (feed_row(warehouse, "enabled"), feed_row(warehouse, "state")) == (False, "paused")
    assert keys(warehouse) == ["one"]


def test_syncing_twice_is_syncing_once(warehouse: Warehouse) -> None:
    before = rows(warehouse, "FROM core.feeds ORDER BY feed_id"), rows(warehouse, "FROM core.entities ORDER BY 1")
    warehouse.sync(FEEDS, Names())
    after = rows(warehouse, "FROM core.feeds ORDER BY feed_id"), rows(warehouse, "FROM core.entities ORDER BY 1")
    assert after == before


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.feed_id)
def test_a_feed_never_polled_has_a_state_without_a_past(warehouse: Warehouse, feed: Feed) -> None:
    state = warehouse.feed_states()[feed.feed_id]
    assert (state.polled_at, state.failures, state.hints, state.last_new_at) == (None, 0, {}, None)
