"""Fetches of pages against a web that misbehaves: robots.txt, reservation, what is final and what is tried again."""

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest

from extractors.records import Dropped, Entry, Feed, Fetch, Page, Reason, RobotsState, WaitingEntry
from flows.web import Network, Web
from flows.web.pace import Clock
from tests.flows.web.fakeweb import FakeWeb, Reply, Watch, asked

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
HTML = {"content-type": "text/html; charset=utf-8"}
STORY = Reply("<html><body>故事</body></html>".encode(), headers=HTML)
DENIES_CHINA = Reply(b"User-agent: *\nDisallow: /china/")


def waiting(path: str = "/china/1", host: str = "news.example", tries: int = 0) -> WaitingEntry:
    link = f"http://{host}{path}"
    entry = Entry(f"e-{link}", "news", "", f"https://{host}{path}", link, "One", "", None, "", "", NOW)
    return WaitingEntry(entry, Feed("news", "http://news.example/feed.xml"), f"p-{link}", tries)


def fetch(network: Network, *entries: WaitingEntry, clock: Clock | None = None) -> list[Any]:
    return asked(network, "fetch", entries or [waiting()], NOW, clock)


def row_of(result: Page | Dropped) -> Fetch:
    found = result.fetch if isinstance(result, Page) else result.record
    assert isinstance(found, Fetch)
    return found


def paths(fakeweb: FakeWeb, host: str = "news.example") -> list[str]:
    return [each.path for each in fakeweb.requests if each.host == host]


# --- a page that comes ---


def test_a_page_comes_with_its_bytes_headers_and_row(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/china/1", STORY)
    (page,) = fetch(fakeweb.network(), waiting(tries=2))
    assert isinstance(page, Page)
    assert (page.body, page.headers["content-type"]) == (STORY.body, HTML["content-type"])
    assert page.entry_id == "e-http://news.example/china/1"
    row = page.fetch
    assert (row.page_id, row.url) == ("p-http://news.example/china/1", "http://news.example/china/1")
    assert (row.status, row.cause, row.final, row.tries, row.fetched_at) == (200, None, True, 3, NOW)
    assert (row.robots_state, row.tdm_reserved) == (RobotsState.ALLOWED, False)


def test_a_page_is_asked_for_unconditionally_and_as_the_link_was_given(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/china/1?id=7&utm_source=feed", STORY)
    fetch(fakeweb.network(), waiting("/china/1?id=7&utm_source=feed"))
    (asked,) = fakeweb.asked("news.example/china/1?id=7&utm_source=feed")
    assert not {"if-none-match", "if-modified-since", "cookie", "referer"} & set(asked.headers)


def test_a_redirect_is_followed_and_its_end_is_on_the_row(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/china/1", Reply(status=302, headers={"location": "http://other.example/story"}))
    fakeweb.serve("other.example/story", STORY)
    assert row_of(fetch(fakeweb.network())[0]).final_url == "http://other.example/story"


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml", "TEXT/HTML;charset=gb2312", "text/plain", ""])
def test_what_may_be_a_page_is_taken(fakeweb: FakeWeb, kind: str) -> None:
    """D38"""
    raw = f"HTTP/1.1 200 OK\r\n{f'Content-Type: {kind}' if kind else 'X: y'}\r\nContent-Length: 1\r\n\r\nx".encode()
    fakeweb.serve("news.example/china/1", Reply(raw=raw))
    assert isinstance(fetch(fakeweb.network())[0], Page)


@pytest.mark.parametrize("kind", ["application/pdf", "image/jpeg", "video/mp4", "application/octet-stream"])
def test_what_is_not_html_is_dropped_for_good(fakeweb: FakeWeb, kind: str) -> None:
    """D38"""
    fakeweb.serve("news.example/china/1", Reply(b"%PDF", headers={"content-type": kind}))
    (result,) = fetch(fakeweb.network())
    row = row_of(result)
    assert (result.reason, row.cause, row.final, row.status) == (Reason.NOT_HTML, Reason.NOT_HTML, True, 200)
    assert kind in result.detail


# --- robots.txt ---


def test_robots_txt_is_asked_for_first_and_once_a_run(fakeweb: FakeWeb) -> None:
    """F52"""
    for number in range(3):
        fakeweb.serve(f"news.example/china/{number}", STORY)
    fetch(fakeweb.network(), *(waiting(f"/china/{number}") for number in range(3)))
    assert paths(fakeweb)[:2] == ["/robots.txt", "/.well-known/tdmrep.json"]
    assert sorted(paths(fakeweb)[2:]) == ["/china/0", "/china/1", "/china/2"]


def test_a_page_robots_txt_denies_is_not_asked_for(fakeweb: FakeWeb) -> None:
    """F52"""
    fakeweb.serve("news.example/robots.txt", DENIES_CHINA)
    fakeweb.serve("news.example/sport/1", STORY)
    denied, allowed = fetch(fakeweb.network(), waiting(), waiting("/sport/1"))
    assert (denied.reason, row_of(denied).final, row_of(denied).robots_state) == (
        Reason.ROBOTS_DENIED,
        True,
        RobotsState.DENIED,
    )
    assert isinstance(allowed, Page)
    assert "/china/1" not in paths(fakeweb)


def test_the_robots_txt_of_one_host_says_nothing_of_another(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/robots.txt", DENIES_CHINA)
    fakeweb.serve("other.example/china/1", STORY)
    denied, allowed = fetch(fakeweb.network(), waiting(), waiting(host="other.example"))
    assert denied.reason is Reason.ROBOTS_DENIED
    assert isinstance(allowed, Page)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_robots_txt_that_is_not_there_allows(fakeweb: FakeWeb, status: int) -> None:
    """F52"""
    fakeweb.serve("news.example/robots.txt", Reply(b"User-agent: *\nDisallow: /", status))
    fakeweb.serve("news.example/china/1", STORY)
    assert isinstance(fetch(fakeweb.network())[0], Page)


@pytest.mark.parametrize("robots", [Reply(b"", 503), Reply(b"", 429), Reply(status=0, stall=True), Reply(raw=b"\0\0")])
def test_a_robots_txt_that_cannot_be_read_means_another_time(fakeweb: FakeWeb, robots: Reply) -> None:
    """F52: 5xx"""
    fakeweb.serve("news.example/robots.txt", robots)
    fakeweb.serve("news.example/china/1", STORY)
    (result,) = fetch(fakeweb.network(total_seconds=0.3))
    row = row_of(result)
    assert (result.reason, row.cause, row.final) == (Reason.WAITING, Reason.ROBOTS_UNKNOWN, False)
    assert row.robots_state is RobotsState.UNKNOWN
    assert set(paths(fakeweb)) == {"/robots.txt"}


def test_a_robots_txt_behind_a_redirect_is_read(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/robots.txt", Reply(status=301, headers={"location": "http://other.example/robots.txt"}))
    fakeweb.serve("other.example/robots.txt", DENIES_CHINA)
    assert fetch(fakeweb.network())[0].reason is Reason.ROBOTS_DENIED


def test_pages_keep_the_crawl_delay(fakeweb: FakeWeb) -> None:
    """F52"""
    fakeweb.serve("news.example/robots.txt", Reply(b"User-agent: *\nCrawl-delay: 12"))
    watch, entries = Watch(), [waiting(f"/china/{number}") for number in range(3)]
    for number in range(3):
        fakeweb.serve(f"news.example/china/{number}", STORY)
    results = fetch(fakeweb.network(page_seconds=5, per_host=1), *entries, clock=watch.clock())
    assert all(isinstance(result, Page) for result in results)
    assert watch.pauses == [12, 12]


def test_a_crawl_delay_of_a_quarter_hour_lets_one_page_through_in_a_run_and_holds_nobody(fakeweb: FakeWeb) -> None:
    """F52: Crawl-delay: 900"""
    fakeweb.serve("news.example/robots.txt", Reply(b"User-agent: *\nCrawl-delay: 900"))
    watch = Watch()
    for number in range(3):
        fakeweb.serve(f"news.example/china/{number}", STORY)
    results = fetch(fakeweb.network(), *(waiting(f"/china/{number}") for number in range(3)), clock=watch.clock())
    assert [type(result) for result in results] == [Page, Dropped, Dropped]
    assert {result.reason for result in results[1:]} == {Reason.WAITING}
    assert all(result.record is None for result in results[1:])  # no try was made, so none is counted
    assert watch.pauses == []


# --- TDM reservation ---


def test_a_site_that_reserves_its_rights_is_recorded(fakeweb: FakeWeb) -> None:
    rules = Reply(b'[{"location": "/china/", "tdm-reservation": 1}]')
    fakeweb.serve("news.example/.well-known/tdmrep.json", rules)
    fakeweb.serve("news.example/china/1", STORY)
    fakeweb.serve("news.example/sport/1", STORY)
    china, sport = fetch(fakeweb.network(), waiting(), waiting("/sport/1"))
    assert (row_of(china).tdm_reserved, row_of(sport).tdm_reserved) == (True, False)
    assert isinstance(china, Page)  # it is fetched and archived all the same


@pytest.mark.parametrize("where", ["header", "meta"])
def test_a_page_that_reserves_its_rights_is_recorded(fakeweb: FakeWeb, where: str) -> None:
    body = b'<meta name="tdm-reservation" content="1">' if where == "meta" else b"<p>"
    headers = HTML | ({"TDM-Reservation": "1"} if where == "header" else {})
    fakeweb.serve("news.example/china/1", Reply(body, headers=headers))
    assert row_of(fetch(fakeweb.network())[0]).tdm_reserved


def test_the_page_has_the_last_word_over_its_site(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/.well-known/tdmrep.json", Reply(b'[{"location": "*", "tdm-reservation": 1}]'))
    fakeweb.serve("news.example/china/1", Reply(b"<p>", headers=HTML | {"TDM-Reservation": "0"}))
    assert not row_of(fetch(fakeweb.network())[0]).tdm_reserved


def test_of_a_page_that_moved_the_site_where_it_stands_is_asked_what_it_reserves(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/china/1", Reply(status=302, headers={"location": "http://other.example/story"}))
    fakeweb.serve("other.example/.well-known/tdmrep.json", Reply(b'[{"location": "*", "tdm-reservation": 1}]'))
    fakeweb.serve("other.example/story", STORY)
    assert row_of(fetch(fakeweb.network())[0]).tdm_reserved


def test_a_page_that_moved_waits_when_the_new_sites_robots_txt_cannot_be_read(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/china/1", Reply(status=302, headers={"location": "http://other.example/story"}))
    fakeweb.serve("other.example/robots.txt", Reply(b"", 503))
    row = row_of(fetch(fakeweb.network())[0])
    assert (row.cause, row.final, row.robots_state) == (Reason.ROBOTS_UNKNOWN, False, RobotsState.UNKNOWN)


def test_a_redirect_within_a_host_of_one_turn_does_not_wait_for_itself(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/china/1", Reply(status=301, headers={"location": "/china/one"}))
    fakeweb.serve("news.example/china/one", STORY)
    watch = Watch()
    (page,) = fetch(fakeweb.network(page_seconds=5, per_host=1), clock=watch.clock())
    assert isinstance(page, Page)
    assert watch.pauses == [5]  # between the two questions


def test_a_broken_reservation_file_reserves_nothing_and_stops_nothing(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/.well-known/tdmrep.json", Reply(b"<html>", 500))
    fakeweb.serve("news.example/china/1", STORY)
    assert not row_of(fetch(fakeweb.network())[0]).tdm_reserved


# --- a page that does not come ---


@pytest.mark.parametrize(
    ("status", "cause", "final"),
    [
        (401, Reason.FORBIDDEN, True),
        (403, Reason.FORBIDDEN, True),
        (404, Reason.NOT_FOUND, True),
        (410, Reason.GONE, True),
        (429, Reason.RATE_LIMITED, False),
        (500, Reason.SERVER_ERROR, False),
        (503, Reason.SERVER_ERROR, False),
        (304, Reason.SERVER_ERROR, False),
    ],
)
def test_each_failure_is_final_or_tried_another_time(fakeweb: FakeWeb, status: int, cause: Reason, final: bool) -> None:
    fakeweb.serve("news.example/china/1", Reply(b"", status))
    (result,) = fetch(fakeweb.network())
    row = row_of(result)
    assert (row.status, row.cause, row.final, row.tries) == (status, cause, final, 1)
    assert result.reason is (cause if final else Reason.WAITING)
    assert len(fakeweb.asked("news.example/china/1")) == 1


def test_a_page_that_drips_is_tried_another_time(fakeweb: FakeWeb) -> None:
    """D33"""
    fakeweb.serve("news.example/china/1", Reply(STORY.body, headers=HTML, drip_seconds=0.1))
    row = row_of(fetch(fakeweb.network(total_seconds=0.4))[0])
    assert (row.cause, row.final) == (Reason.TIMEOUT, False)


def test_a_page_that_is_too_big_is_given_up(fakeweb: FakeWeb) -> None:
    """D32"""
    fakeweb.serve("news.example/china/1", Reply(b"x" * 10_000, headers=HTML, endless=True))
    row = row_of(fetch(fakeweb.network(body_bytes=100_000))[0])
    assert (row.cause, row.final) == (Reason.TOO_BIG, True)


def test_a_page_that_was_cut_off_is_tried_another_time(fakeweb: FakeWeb) -> None:
    """D31"""
    cut = gzip.compress(STORY.body * 100)[:-10]
    fakeweb.serve("news.example/china/1", Reply(cut, headers=HTML | {"content-encoding": "gzip"}))
    row = row_of(fetch(fakeweb.network())[0])
    assert (row.cause, row.final, row.status) == (Reason.SERVER_ERROR, False, 200)


def test_the_wish_to_wait_is_on_the_row(fakeweb: FakeWeb) -> None:
    """B17"""
    fakeweb.serve("news.example/china/1", Reply(b"", 503, {"retry-after": "86400"}))
    assert row_of(fetch(fakeweb.network())[0]).retry_after_seconds == 86_400


def test_a_page_on_a_private_address_is_given_up_under_its_true_cause(fakeweb: FakeWeb) -> None:
    """C25"""
    (result,) = fetch(fakeweb.network(allow_private=()))
    assert (result.reason, row_of(result).final) == (Reason.BLOCKED_ADDRESS, True)
    assert fakeweb.requests == []


def test_a_page_that_leads_to_a_private_address_is_given_up(fakeweb: FakeWeb) -> None:
    """C25"""
    secret = Reply(status=302, headers={"location": f"http://127.0.0.1:{fakeweb.port}/secret"})
    fakeweb.serve("news.example/china/1", secret)
    (result,) = fetch(fakeweb.network(allow_private=("news.example",)))
    assert (result.reason, row_of(result).final) == (Reason.BLOCKED_ADDRESS, True)
    assert "/secret" not in paths(fakeweb, "127.0.0.1")


def test_a_robots_txt_that_leads_to_a_private_address_only_means_another_time(fakeweb: FakeWeb) -> None:
    """C25"""
    secret = Reply(status=302, headers={"location": f"http://127.0.0.1:{fakeweb.port}/secret"})
    fakeweb.serve("news.example/robots.txt", secret)
    row = row_of(fetch(fakeweb.network(allow_private=("news.example",)))[0])
    assert (row.cause, row.final) == (Reason.ROBOTS_UNKNOWN, False)


def test_a_host_that_is_not_there_is_asked_for_once_and_tried_another_time(fakeweb: FakeWeb) -> None:
    """C29"""
    network = fakeweb.network(resolve={"news.example": "127.0.0.1:1"})
    first, second = fetch(network, waiting(), waiting("/china/2"))
    for result in (first, second):
        assert (result.reason, row_of(result).cause, row_of(result).final) == (Reason.WAITING, Reason.REFUSED, False)


def test_pages_not_reached_in_the_runs_time_wait_without_a_row(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/china/1", STORY)
    time = iter([0.0, *[1_000.0] * 100])
    (result,) = fetch(fakeweb.network(), clock=Clock(lambda: next(time)))
    assert (result.reason, result.record) == (Reason.WAITING, None)
    assert fakeweb.requests == []


def test_two_answers_that_say_wait_end_the_pages_of_that_host_in_this_run(fakeweb: FakeWeb) -> None:
    """B18"""
    for number in range(6):
        fakeweb.serve(f"news.example/china/{number}", Reply(b"", 429))
    results = fetch(fakeweb.network(per_host=1), *(waiting(f"/china/{number}") for number in range(6)))
    assert [row_of(result).cause for result in results[:2]] == [Reason.RATE_LIMITED] * 2
    assert [(result.reason, result.record) for result in results[2:]] == [(Reason.WAITING, None)] * 4


@pytest.mark.parametrize(("seconds", "pages"), [(5, 6), (30, 1), (900, 1), (0.5, 60)])
def test_a_batch_holds_no_more_pages_of_a_host_than_patience_allows(seconds: float, pages: int) -> None:
    assert Web(Network(page_seconds=seconds), NOW).pages_per_host == pages


def test_without_pauses_a_batch_may_hold_any_number_of_pages() -> None:
    assert Web(Network(page_seconds=0), NOW).pages_per_host >= 1_000
