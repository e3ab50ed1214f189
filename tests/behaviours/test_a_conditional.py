"""A: conditional requests. Each test is one behaviour of docs/behaviours.md, end to end."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.behaviours.collector import DAY, HOUR, Collector, feed, item, rss, validators
from tests.flows.web.fakeweb import Reply

Collect = Callable[..., Collector]
LATER = 2 * HOUR
SUNDAY = "Sun, 01 Nov 2026 00:00:00 GMT"
FULL = (None, None)
SITEMAP = "news.example/sitemap.xml"


def sitemap(*days: int) -> bytes:
    """A news sitemap with a story on each of these days of November."""
    urls = [f"<url><loc>http://news.example/s{day}</loc><lastmod>2026-11-{day:02d}</lastmod></url>" for day in days]
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{''.join(urls)}</urlset>".encode()


def test_a1_the_first_poll_is_unconditional_and_brings_nothing_along(collect: Collect) -> None:
    collector = collect()
    collector.serve(Reply(rss(), headers={"set-cookie": "a=b"}), rss())
    collector.run()
    collector.run(LATER)
    first, second = collector.asked()
    assert not {"cookie", "referer", "if-none-match", "if-modified-since"} & (set(first.headers) | set(second.headers))
    assert {request.path for request in collector.web.requests} == {"/feed.xml"}


@pytest.mark.parametrize(
    ("etag", "date"),
    [
        ('W/"weak"', SUNDAY),
        ("unquoted", "Sunday, 01-Nov-26 00:00:00 GMT"),
        ('"a,b, c"', "2026-11-01 00:00:00"),
        ('"' + "x" * 2_000 + '"', "yesterday"),
    ],
)
def test_a2_both_validators_go_back_byte_for_byte(collect: Collect, etag: str, date: str) -> None:
    collector = collect()
    collector.serve(Reply(rss(), headers=validators(etag, date)), Reply(status=304))
    collector.run()
    assert collector.run(LATER).poll["status"] == 304
    assert collector.conditions == [FULL, (etag, date)]


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({"etag": '"only"'}, ('"only"', None)),
        ({"last-modified": SUNDAY}, (None, SUNDAY)),
    ],
    ids=["etag", "date"],
)
def test_a3_one_validator_alone_is_sent_alone(
    collect: Collect, headers: dict[str, str], sent: tuple[str | None, str | None]
) -> None:
    collector = collect()
    collector.serve(Reply(rss(), headers=headers))
    collector.run()
    collector.run(LATER)
    assert collector.conditions == [FULL, sent]


def test_a4_new_validators_of_the_same_body_are_used_from_then_on(collect: Collect) -> None:
    collector = collect()
    collector.serve(*(Reply(rss(), headers=validators(f'"v{number}"')) for number in (1, 2, 3)))
    collector.run()
    assert collector.run(LATER).ledger.stages["parse"].total_in == 0  # the same bytes are not parsed again
    collector.run(LATER)
    assert [etag for etag, _ in collector.conditions] == [None, '"v1"', '"v2"']


def test_a5_a_new_date_on_a_304_is_stored(collect: Collect) -> None:
    collector = collect()
    collector.serve(
        Reply(rss(), headers=validators()),
        Reply(status=304, headers={"last-modified": "Mon, 02 Nov 2026 09:00:00 GMT"}),
    )
    for _ in range(3):
        collector.run(LATER)
    assert collector.conditions[-1] == ('"v1"', "Mon, 02 Nov 2026 09:00:00 GMT")


def test_a6_a_304_without_headers_keeps_the_old_validators(collect: Collect) -> None:
    collector = collect()
    collector.serve(Reply(rss(), headers=validators()), Reply(status=304))
    for _ in range(4):
        collector.run(LATER)
    assert len(set(collector.conditions[1:])) == 1
    assert collector.conditions[-1] == ('"v1"', SUNDAY)


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_a7_the_validators_of_an_error_page_are_never_stored(collect: Collect, status: int) -> None:
    collector = collect()
    collector.serve(Reply(b"sorry", status, validators('"error"')), Reply(rss(), headers=validators('"good"')))
    collector.run()
    collector.run(DAY)
    collector.run(DAY)
    assert [etag for etag, _ in collector.conditions] == [None, None, '"good"']


@pytest.mark.parametrize(
    "body", [b"<html><body>Log in</body></html>", b"{}", b"\0" * 99, rss()[:80], rss(channel="<x>")[:-9]]
)
def test_a8_a_200_that_is_no_whole_feed_stores_no_validators(collect: Collect, body: bytes) -> None:
    collector = collect()
    collector.serve(Reply(body, headers=validators()))
    collector.run()
    collector.run(DAY)
    assert collector.conditions == [FULL, FULL]


def test_a9_validators_survive_a_restart(collect: Collect) -> None:
    collector = collect()
    collector.serve(Reply(rss(), headers=validators()))
    collector.run()
    collector.restart()
    again = collect()
    again.run(LATER)
    assert collector.conditions[-1] == ('"v1"', SUNDAY)


def test_a10_another_address_drops_the_validators_of_the_old_one(collect: Collect) -> None:
    collector = collect()
    collector.serve(Reply(rss(), headers=validators()))
    collector.serve(rss(), at="news.example/atom.xml")
    collector.run()
    collector.feeds = [feed(address="news.example/atom.xml")]
    collector.run()  # at once: what was planned was planned for the old address
    (asked,) = collector.asked("news.example/atom.xml")
    assert not {"if-none-match", "if-modified-since"} & set(asked.headers)


def test_a11_a_server_that_always_says_304_while_its_sitemap_moves_is_asked_in_full_once_a_day(
    collect: Collect,
) -> None:
    collector = collect(feed(), feed("map", SITEMAP))
    posts = [item(day, date=f"{day:02d} Oct 2026 08:00:00 GMT") for day in range(27, 32)]
    collector.serve(Reply(rss(*posts), headers=validators(), lies=True))
    moving = [sitemap(*range(1, 2 + number)) for number in range(1, 20)]
    collector.serve(*(body for body in moving for _ in range(3)), at=SITEMAP)
    whys = [collector.run(8 * HOUR).polls["news"]["why"] for _ in range(12)]  # four days
    in_full = [number for number, sent in enumerate(collector.conditions) if sent == FULL]
    gaps = [later - earlier for earlier, later in pairwise(in_full[1:])]
    assert len(in_full) >= 3
    assert min(gaps) >= 3  # a day is three polls
    assert any("asked in full: another feed of the site had news since" in why for why in whys)


def test_a11_what_a_lying_server_held_back_is_found_and_believed_again_until_tomorrow(collect: Collect) -> None:
    collector = collect(feed())
    future = validators(date="Tue, 01 Jan 2041 00:00:00 GMT")
    collector.serve(
        Reply(rss(item(1)), headers=future), Reply(status=304), Reply(rss(item(2), item(1)), headers=future)
    )
    collector.run()
    assert collector.run(23 * HOUR).titles == ["Story 1"]
    assert collector.run(2 * HOUR).titles == ["Story 1", "Story 2"]
    collector.run(2 * HOUR)
    assert [sent == FULL for sent in collector.conditions] == [True, False, True, False]


def test_a11_a_feed_that_is_merely_quiet_is_never_asked_in_full(collect: Collect) -> None:
    collector = collect(feed())
    collector.serve(Reply(rss(item(1, date="Mon, 02 Nov 2026 07:00:00 GMT")), headers=validators()), Reply(status=304))
    for _ in range(12):
        collector.run(36 * HOUR)
    assert collector.conditions[1:] == [('"v1"', SUNDAY)] * 11


@pytest.mark.parametrize("expires", ["0", "-1", "Tue, 01 Jan 2041 00:00:00 GMT"])
def test_a12_odd_expiry_dates_neither_stop_conditions_nor_put_polls_off_for_ever(
    collect: Collect, expires: str
) -> None:
    collector = collect()
    collector.serve(Reply(rss(), headers=validators(date="Tue, 01 Jan 2041 00:00:00 GMT", expires=expires)))
    planned = collector.run().poll["next_poll_at"]
    assert HOUR <= planned - collector.now <= timedelta(days=1.1)
    collector.run(planned - collector.now)
    assert collector.conditions[1] in {('"v1"', "Tue, 01 Jan 2041 00:00:00 GMT"), FULL}
    assert len(collector.asked()) == 2
