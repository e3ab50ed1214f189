"""Whatever a server answers, a poll and a fetch end in a row: no answer is a surprise."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from extractors.records import Dropped, DueFeed, Entry, Feed, FeedState, FetchedFeed, Left, Page, Stage, WaitingEntry
from flows.web import Web
from flows.web.polling import polls_of
from tests.flows.web.fakeweb import FakeWeb, Reply

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
NAMES = (
    b"Location Content-Type Content-Encoding Content-Length Transfer-Encoding ETag Last-Modified Retry-After Cache-Control "
    b"Expires Set-Cookie TDM-Reservation Connection X-Odd"
).split()
VALUES = st.binary(max_size=40).map(lambda value: value.translate(None, b"\r\n")) | st.sampled_from(
    [
        b"/caf\xe9",
        b"//",
        b"http://[",
        b"http://news.example:99999/",
        b"gzip",
        b"br",
        b"deflate, br",
        b"chunked",
        b"-1",
        b"0",
        b"close",
    ]
)
HEADERS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=5)
STATUSES = st.sampled_from(
    [100, 103, 200, 201, 204, 206, 226, 300, 301, 302, 304, 307, 399, 400, 404, 410, 418, 429, 500, 503, 599, 999]
)
BODIES = st.binary(max_size=200) | st.sampled_from(
    [b"<rss><channel><item><title>x</title></item></channel></rss>", b"{}"]
)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[FakeWeb, Web]]:
    with (
        FakeWeb() as fakeweb,
        Web(fakeweb.network(total_seconds=0.5, connect_seconds=0.5, read_seconds=0.3), NOW) as web,
    ):
        yield fakeweb, web


def raw(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status} Word".encode(), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@given(STATUSES, HEADERS, BODIES)
@settings(max_examples=120)
def test_a_poll_of_anything_ends_in_a_row(
    running: tuple[FakeWeb, Web], status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    fakeweb, web = running
    forget(web)
    fakeweb.serve("news.example/feed", Reply(raw=raw(status, headers, body)))
    due = DueFeed(Feed("news", "http://news.example/feed"), FeedState("news", etag='"v1"'))
    (result,) = web.gather(web.poll, [due])
    assert isinstance(result, FetchedFeed | Dropped), result
    if isinstance(result, Dropped):
        assert result.record is not None
        assert polls_of([], [], [Left(Stage.POLL, due, result)], NOW)[0].next_poll_at > NOW


@given(STATUSES, HEADERS, BODIES)
@settings(max_examples=120)
def test_a_fetch_of_anything_ends_in_a_row(
    running: tuple[FakeWeb, Web], status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    fakeweb, web = running
    forget(web)
    fakeweb.serve("news.example/page", Reply(raw=raw(status, headers, body)))
    link = "http://news.example/page"
    entry = Entry("e", "news", "", link, link, "", "", None, "", "", NOW)
    (result,) = web.gather(web.fetch, [WaitingEntry(entry, Feed("news", link), "p")])
    assert isinstance(result, Page | Dropped), result
    assert isinstance(result, Page) or result.record is not None


@given(st.binary(max_size=120))
@settings(max_examples=80)
def test_what_is_not_even_http_ends_in_a_row(running: tuple[FakeWeb, Web], junk: bytes) -> None:
    fakeweb, web = running
    forget(web)
    fakeweb.serve("news.example/feed", Reply(raw=junk or b"\n"))
    (result,) = web.gather(web.poll, [DueFeed(Feed("news", "http://news.example/feed"), FeedState("news"))])
    assert isinstance(result, FetchedFeed | Dropped), result


def forget(web: Web) -> None:
    """Each example is a host's first answer of the run."""
    web._told_to_wait.clear()
    web._lost_seconds.clear()
