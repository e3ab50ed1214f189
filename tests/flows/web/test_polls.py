"""Polls of feeds against a web that misbehaves: what is asked, what comes of it, and what the next poll asks."""

import gzip
import hashlib
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from extractors.feeds import parse_feed
from extractors.records import Dropped, DueFeed, Feed, FeedDocument, FeedState, FetchedFeed, Left, Poll, Reason, Stage
from flows.web import Network, Web, client
from flows.web.client import user_agent
from flows.web.pace import Clock
from flows.web.polling import polls_of
from tests.flows.web.fakeweb import FakeWeb, Reply, asked

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
FEED = "http://news.example/feed.xml"
RSS = b"<rss version='2.0'><channel><title>News</title><item><title>One</title><guid>1</guid></item></channel></rss>"
OTHER_RSS = RSS.replace(b"One", b"Two")
WAITS = [("7200", 7_200), ("Mon, 02 Nov 2026 10:00:00 GMT", 7_200), ("-1", 60), ("x", None)]


def due(feed_id: str = "news", url: str = FEED, **state: Any) -> DueFeed:
    return DueFeed(Feed(feed_id, url, every_minutes=60), FeedState(feed_id, **state))


def poll(network: Network, *feeds: DueFeed, now: datetime = NOW, clock: Clock | None = None) -> list[Any]:
    return asked(network, "poll", feeds or [due()], now, clock)


def row_of(result: FetchedFeed | Dropped) -> Poll:
    found = result.poll if isinstance(result, FetchedFeed) else result.record
    assert isinstance(found, Poll)
    return found


def next_due(network: Network, of: DueFeed, moment: datetime) -> DueFeed:
    """Poll, parse, plan: the feed as the next run finds it."""
    (result,) = poll(network, of, now=moment)
    documents, left = [], []
    if isinstance(result, FetchedFeed):
        parsed = parse_feed(result)
        documents = [parsed] if isinstance(parsed, FeedDocument) else []
        left = [Left(Stage.PARSE, result, parsed)] if isinstance(parsed, Dropped) else []
    else:
        left = [Left(Stage.POLL, of, result)]
    (polled,) = polls_of(documents, [], left, moment)
    return DueFeed(of.feed, polled.state)


def conditions(fakeweb: FakeWeb) -> list[tuple[str | None, str | None]]:
    return [
        (each.headers.get("if-none-match"), each.headers.get("if-modified-since"))
        for each in fakeweb.asked("news.example/feed.xml")
    ]


def follow(fakeweb: FakeWeb, *replies: Reply) -> DueFeed:
    """Poll once for each reply, a day apart, and once more."""
    fakeweb.serve("news.example/feed.xml", *replies, Reply(RSS))
    of = due()
    for number in range(len(replies) + 1):
        of = next_due(fakeweb.network(), of, NOW + number * timedelta(days=1))
    return of


def with_validators(
    body: bytes = RSS, etag: str = '"v1"', date: str = "Sun, 01 Nov 2026 00:00:00 GMT", **more: Any
) -> Reply:
    return Reply(body, headers={"etag": etag, "last-modified": date} | more.pop("headers", {}), **more)


# --- conditional requests ---


def test_the_first_poll_is_unconditional_and_names_us(fakeweb: FakeWeb) -> None:
    """A1"""
    fakeweb.serve("news.example/feed.xml", Reply(RSS))
    poll(fakeweb.network(contact="https://example.org/monitor"))
    (asked,) = fakeweb.requests
    assert conditions(fakeweb) == [(None, None)]
    assert asked.headers["user-agent"] == user_agent("https://example.org/monitor")
    assert asked.headers["user-agent"].startswith("Sinoscope/")
    assert asked.headers["user-agent"].endswith(" (+https://example.org/monitor)")
    assert not {"cookie", "referer"} & set(asked.headers)


@pytest.mark.parametrize(
    ("etag", "date"),
    [
        ('"plain"', "Sun, 01 Nov 2026 00:00:00 GMT"),
        ('W/"weak"', "Sun, 01 Nov 2026 00:00:00 +0000"),
        ("unquoted", "2026-11-01 00:00"),
        ('"a", "b"', "Sunday, 01-Nov-26 00:00:00 GMT"),
        ("a,b;c=d", "0"),
        ('"v1"', ""),
        ("", "Sun, 01 Nov 2026 00:00:00 GMT"),
    ],
)
def test_the_second_poll_sends_the_validators_byte_for_byte(fakeweb: FakeWeb, etag: str, date: str) -> None:
    """A2, A3"""
    given = {name: value for name, value in (("etag", etag), ("last-modified", date)) if value}
    follow(fakeweb, Reply(RSS, headers=given))
    assert conditions(fakeweb) == [(None, None), (etag or None, date or None)]


def test_the_same_body_with_new_validators_is_unchanged_and_the_new_ones_are_sent(fakeweb: FakeWeb) -> None:
    """A4"""
    follow(fakeweb, with_validators(), with_validators(etag='"v2"', date="later"))
    assert conditions(fakeweb)[2] == ('"v2"', "later")


def test_a_304_may_bring_a_new_date(fakeweb: FakeWeb) -> None:
    """A5"""
    follow(fakeweb, with_validators(), Reply(status=304, headers={"last-modified": "later"}))
    assert conditions(fakeweb)[2] == ('"v1"', "later")


def test_a_304_without_validators_keeps_the_old_ones(fakeweb: FakeWeb) -> None:
    """A6"""
    follow(fakeweb, with_validators(), Reply(status=304))
    assert conditions(fakeweb)[2] == conditions(fakeweb)[1] != (None, None)


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_the_validators_of_an_error_page_are_not_stored(fakeweb: FakeWeb, status: int) -> None:
    """A7"""
    follow(fakeweb, with_validators(), with_validators(b"sorry", '"error"', "error", status=status))
    assert conditions(fakeweb)[2] == conditions(fakeweb)[1]


@pytest.mark.parametrize(
    "body", [b"<html><body>Please log in</body></html>", b"\0\1\2", b"{}", b"/dev/zero", b"http://127.0.0.1/"]
)
def test_the_validators_of_what_is_no_feed_are_not_stored(fakeweb: FakeWeb, body: bytes) -> None:
    """A8, D34"""
    of = follow(fakeweb, with_validators(body))
    assert conditions(fakeweb)[1] == (None, None)
    assert of.state.failures == 0  # the feed that came after it


def test_the_validators_of_a_truncated_gzip_are_not_stored_but_its_entries_are_read(fakeweb: FakeWeb) -> None:
    """A8, D31"""
    many = RSS.replace(b"</channel>", b"<item><title>More</title><guid>2</guid></item>" * 500 + b"</channel>")
    cut = gzip.compress(many)
    reply = with_validators(cut[: len(cut) * 2 // 3], headers={"content-encoding": "gzip"})
    fakeweb.serve("news.example/feed.xml", reply)
    (result,) = poll(fakeweb.network())
    parsed = parse_feed(result)
    assert isinstance(parsed, FeedDocument)
    assert parsed.entries
    assert (result.poll.etag, result.poll.last_modified, result.poll.body_sha256) == ("", "", "")
    follow(fakeweb, reply)
    assert conditions(fakeweb)[-1] == (None, None)


def test_the_validators_of_a_body_that_does_not_close_are_not_stored(fakeweb: FakeWeb) -> None:
    """A8"""
    follow(fakeweb, with_validators(RSS.removesuffix(b"</channel></rss>")))
    assert conditions(fakeweb)[1] == (None, None)


def test_a_304_to_an_unconditional_poll_is_a_failure(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(status=304))
    (result,) = poll(fakeweb.network())
    assert (result.reason, row_of(result).status) == (Reason.SERVER_ERROR, 304)


# --- what a poll comes to ---


def test_a_feed_comes_with_its_bytes_headers_and_row(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", with_validators(headers={"content-type": "application/rss+xml"}))
    (result,) = poll(fakeweb.network())
    assert isinstance(result, FetchedFeed)
    assert (result.body, result.headers["content-type"]) == (RSS, "application/rss+xml")
    row = result.poll
    assert (row.status, row.bytes, row.url, row.final_url, row.polled_at) == (200, len(RSS), FEED, FEED, NOW)
    assert (row.cause, row.body_sha256) == (None, hashlib.sha256(RSS).hexdigest())
    assert 0 <= row.ms < 5_000


def test_a_304_is_not_modified(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(status=304, headers={"cache-control": "max-age=7200"}))
    (result,) = poll(fakeweb.network(), due(etag='"v1"', body_sha256="abc"))
    assert result.reason is Reason.NOT_MODIFIED
    assert (row_of(result).status, row_of(result).cause, row_of(result).max_age_seconds) == (304, None, 7_200)


def test_the_same_bytes_as_before_are_unchanged_and_not_parsed(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(RSS), Reply(RSS), Reply(OTHER_RSS))
    before = due(body_sha256=hashlib.sha256(RSS).hexdigest())
    assert [type(result) for result in poll(fakeweb.network(), before)] == [Dropped]
    assert poll(fakeweb.network(), before)[0].reason is Reason.UNCHANGED
    assert isinstance(poll(fakeweb.network(), before)[0], FetchedFeed)


@pytest.mark.parametrize("hash_before", ["", hashlib.sha256(RSS).hexdigest()])
def test_a_200_without_a_body_is_empty_and_never_unchanged(fakeweb: FakeWeb, hash_before: str) -> None:
    """C30"""
    fakeweb.serve("news.example/feed.xml", Reply(b""))
    (result,) = poll(fakeweb.network(), due(body_sha256=hash_before))
    assert (result.reason, row_of(result).cause, row_of(result).status) == (Reason.EMPTY, Reason.EMPTY, 200)


@pytest.mark.parametrize(("status", "cause"), [(403, Reason.FORBIDDEN), (404, Reason.NOT_FOUND), (410, Reason.GONE)])
def test_a_failed_poll_carries_its_row(fakeweb: FakeWeb, status: int, cause: Reason) -> None:
    """C27, C28, C30"""
    fakeweb.serve("news.example/feed.xml", Reply(b"no", status))
    (result,) = poll(fakeweb.network())
    assert result.reason is cause
    assert (row_of(result).status, row_of(result).cause, row_of(result).why) == (status, cause, f"HTTP {status}")


@pytest.mark.parametrize("status", [200, 403, 429, 503])
@pytest.mark.parametrize(
    ("words", "seconds"), [("7200", 7_200), ("Mon, 02 Nov 2026 10:00:00 GMT", 7_200), ("-1", 60), ("x", None)]
)
def test_retry_after_is_on_the_row_and_counts_from_the_runs_own_time(
    fakeweb: FakeWeb, status: int, words: str, seconds: int | None
) -> None:
    """B17"""
    fakeweb.serve("news.example/feed.xml", Reply(RSS, status, {"retry-after": words}))
    assert row_of(poll(fakeweb.network())[0]).retry_after_seconds == seconds


def test_a_permanent_redirect_is_on_the_row(fakeweb: FakeWeb) -> None:
    """C22, C26"""
    fakeweb.serve("news.example/feed.xml", Reply(status=301, headers={"location": "http://other.example/rss"}))
    fakeweb.serve("other.example/rss", Reply(RSS))
    row = row_of(poll(fakeweb.network())[0])
    assert (row.url, row.final_url, row.permanent_url) == (FEED, "http://other.example/rss", "http://other.example/rss")


def test_a_taken_redirect_is_polled_from_then_on(fakeweb: FakeWeb) -> None:
    """C22"""
    fakeweb.serve("news.example/feed.xml", Reply(status=301, headers={"location": "/new.xml"}))
    fakeweb.serve("news.example/new.xml", Reply(RSS))
    of = due()
    for day in range(6):
        of = next_due(fakeweb.network(), of, NOW + timedelta(days=day))
    assert of.url == "http://news.example/new.xml"
    assert len(fakeweb.asked("news.example/feed.xml")) == 5


def test_one_broken_feed_does_not_touch_the_others(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/good", Reply(RSS))
    fakeweb.serve("news.example/slow", Reply(RSS, drip_seconds=0.05))
    fakeweb.serve("news.example/big", Reply(b"x" * 10_000, endless=True))
    fakeweb.serve("news.example/junk", Reply(raw=b"\0\0\0"))
    feeds = [due(name, f"http://news.example/{name}") for name in ("slow", "good", "big", "junk", "gone")]
    network = fakeweb.network(total_seconds=0.5, body_bytes=200_000, per_host=5)
    slow, good, big, junk, gone = poll(network, *feeds)
    assert isinstance(good, FetchedFeed)
    assert [row_of(each).cause for each in (slow, big, junk, gone)] == [
        Reason.TIMEOUT,
        Reason.TOO_BIG,
        Reason.SERVER_ERROR,
        Reason.NOT_FOUND,
    ]


# --- pace ---


def test_two_answers_that_say_wait_end_the_polls_of_that_host_in_this_run(fakeweb: FakeWeb) -> None:
    """B18"""
    feeds = [due(f"f{number}", f"http://news.example/{number}") for number in range(8)]
    for number in range(8):
        fakeweb.serve(f"news.example/{number}", Reply(b"", 429, {"retry-after": "600"}))
    fakeweb.serve("other.example/feed", Reply(RSS))
    *told, other = poll(fakeweb.network(per_host=1), *feeds, due("other", "http://other.example/feed"))
    assert [each.reason for each in told] == [Reason.RATE_LIMITED] * 2 + [Reason.WAITING] * 6
    assert isinstance(other, FetchedFeed)
    assert len(fakeweb.requests) == 3


def test_one_answer_that_says_wait_does_not_stop_the_other_feeds_of_the_host(fakeweb: FakeWeb) -> None:
    """B18: one feed 503"""
    fakeweb.serve("news.example/0", Reply(b"", 503, {"retry-after": "600"}))
    fakeweb.serve("news.example/1", Reply(RSS))
    first, second = poll(fakeweb.network(per_host=1), *(due(f"f{n}", f"http://news.example/{n}") for n in range(2)))
    assert first.reason is Reason.SERVER_ERROR
    assert isinstance(second, FetchedFeed)


def test_never_more_than_two_requests_are_open_to_a_host(fakeweb: FakeWeb) -> None:
    """B20"""
    for number in range(12):
        fakeweb.serve(f"news.example/{number}", Reply(RSS[:20], drip_seconds=0.001))
    poll(fakeweb.network(), *(due(f"f{number}", f"http://news.example/{number}") for number in range(12)))
    assert len(fakeweb.requests) == 12
    assert fakeweb.most_open == 2


def test_feeds_not_reached_in_the_runs_time_wait_and_keep_their_turn(fakeweb: FakeWeb) -> None:
    """B13: nothing is asked, nothing is learned"""
    fakeweb.serve("news.example/0", Reply(RSS))
    fakeweb.serve("news.example/1", Reply(RSS))
    feeds = [due(f"f{number}", f"http://news.example/{number}") for number in range(2)]
    first, second = poll(fakeweb.network(feed_seconds=400, run_seconds=300), *feeds)
    assert isinstance(first, FetchedFeed)
    assert second.reason is Reason.WAITING
    assert polls_of([], [], [Left(Stage.POLL, feeds[1], second)], NOW) == []
    assert len(fakeweb.requests) == 1


def test_pauses_take_the_injected_clock(fakeweb: FakeWeb) -> None:
    """B20"""
    time, pauses = [0.0], []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        time[0] += seconds

    for number in range(4):
        fakeweb.serve(f"news.example/{number}", Reply(RSS))
    feeds = [due(f"f{number}", f"http://news.example/{number}") for number in range(4)]
    results = poll(fakeweb.network(feed_seconds=60, per_host=1), *feeds, clock=Clock(lambda: time[0], pause))
    assert pauses == [60, 60, 60]
    assert all(isinstance(result, FetchedFeed) for result in results)
    assert [row_of(result).ms for result in results] == [0, 0, 0, 0]  # waiting for a turn is not the server's time


def test_a_run_whose_time_is_up_asks_nothing(fakeweb: FakeWeb) -> None:
    time = iter([0.0, *[1_000.0] * 100])
    (result,) = poll(fakeweb.network(), clock=Clock(lambda: next(time)))
    assert result.reason is Reason.WAITING
    assert fakeweb.requests == []


def test_the_url_of_the_state_is_polled_before_the_configured_one(fakeweb: FakeWeb) -> None:
    fakeweb.serve("other.example/moved", Reply(RSS))
    of = due()
    moved = replace(of, state=replace(of.state, url="http://other.example/moved"))
    assert row_of(poll(fakeweb.network(), moved)[0]).url == "http://other.example/moved"


def test_without_a_contact_the_agent_is_only_a_name() -> None:
    assert "(" not in user_agent("")


def test_a_host_that_keeps_a_run_waiting_in_vain_is_left_alone_for_the_rest_of_it(
    fakeweb: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LOST_SECONDS", 0.5)
    feeds = [due(f"f{number}", f"http://news.example/{number}") for number in range(12)]
    for number in range(12):
        fakeweb.serve(f"news.example/{number}", Reply(status=0, stall=True))
    fakeweb.serve("other.example/feed", Reply(RSS))
    network = fakeweb.network(total_seconds=0.3, per_host=1)
    *stalled, other = poll(network, *feeds, due("other", "http://other.example/feed"))
    reasons = [result.reason for result in stalled]
    assert reasons[:2] == [Reason.TIMEOUT] * 2
    assert set(reasons[2:]) <= {Reason.TIMEOUT, Reason.WAITING}
    assert reasons[-1] is Reason.WAITING
    assert isinstance(other, FetchedFeed)
    assert len(fakeweb.asked("news.example/11")) == 0


def test_a_name_server_that_hangs_on_some_names_does_not_hold_up_the_others(
    fakeweb: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def lookup(host: str, *_: Any, **__: Any) -> list[Any]:
        if host.startswith("hangs"):
            released.wait(10)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", fakeweb.port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    fakeweb.serve("good.example/feed", Reply(RSS))
    hanging = [due(f"f{number}", f"http://hangs{number}.example/") for number in range(40)]
    try:
        network = fakeweb.network(resolve={}, total_seconds=1)
        *lost, good = poll(network, *hanging, due("good", f"http://good.example:{fakeweb.port}/feed"))
    finally:
        released.set()
    assert isinstance(good, FetchedFeed)
    assert {each.reason for each in lost} == {Reason.TIMEOUT}


def test_bodies_beyond_what_a_batch_may_hold_come_in_the_next(
    fakeweb: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "BATCH_BYTES", 250_000)
    feeds = [due(f"f{number}", f"http://news.example/{number}") for number in range(5)]
    for number in range(5):
        fakeweb.serve(f"news.example/{number}", Reply(RSS + b" " * 100_000))
    with Web(fakeweb.network(per_host=1), NOW) as web:
        first = web.gather(web.poll, feeds)
        second = web.gather(web.poll, feeds[2:4])
    assert [isinstance(result, FetchedFeed) for result in first] == [True, True, False, False, False]
    assert {result.reason for result in first[2:]} == {Reason.WAITING}
    assert all(isinstance(result, FetchedFeed) for result in second)


def test_bodies_that_come_all_at_once_do_not_crowd_each_other_out(
    fakeweb: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "BATCH_BYTES", 1_000_000)
    waiting = [due(f"f{number}", f"http://h{number}.example/feed") for number in range(20)]
    for number in range(20):
        fakeweb.serve(f"h{number}.example/feed", Reply(RSS + b" " * 300_000))
    names = {f"h{number}.example": f"127.0.0.1:{fakeweb.port}" for number in range(20)}
    rounds = 0
    with Web(fakeweb.network(resolve=names), NOW) as web:
        while waiting:
            results = web.gather(web.poll, waiting)
            came = [isinstance(result, FetchedFeed) for result in results]
            assert any(came)
            waiting = [each for each, has_come in zip(waiting, came, strict=True) if not has_come]
            rounds += 1
    assert rounds >= 7  # three at a time


def test_what_a_failed_body_took_of_the_room_is_given_back(fakeweb: FakeWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BATCH_BYTES", 250_000)
    feeds = [due(f"f{number}", f"http://news.example/{number}") for number in range(4)]
    for number in range(3):
        fakeweb.serve(f"news.example/{number}", Reply(RSS[:30] + b"x" * 9_000, endless=True))
    fakeweb.serve("news.example/3", Reply(RSS + b" " * 200_000))
    *endless, good = poll(fakeweb.network(per_host=1, body_bytes=210_000), *feeds)
    assert {result.reason for result in endless} == {Reason.TOO_BIG}
    assert isinstance(good, FetchedFeed)
