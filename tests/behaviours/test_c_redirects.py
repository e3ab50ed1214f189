"""C: redirects and death. Each test is one behaviour of docs/behaviours.md, end to end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp.connector
import pytest

from extractors.records import Feed, FetchPolicy
from tests.behaviours.collector import DAY, FEED, HTML, Collector, feed, item, rss, validators
from tests.flows.web.certificates import certificate, trusting
from tests.flows.web.fakeweb import Reply

Collect = Callable[..., Collector]
MOVED = "other.example/new.xml"
THIRD = "third.example/newest.xml"
LOGIN = b"<!doctype html><html><body><form>Log in</form></body></html>"


def to(address: str, status: int = 301) -> Reply:
    return Reply(status=status, headers={"location": address if "://" in address else f"http://{address}"})


def polled_daily(collector: Collector, days: int) -> list[str]:
    """The addresses asked first, poll by poll."""
    return [collector.run(DAY).poll["url"].removeprefix("http://") for _ in range(days)]


@pytest.mark.parametrize("status", [301, 308])
def test_c22_a_permanent_redirect_is_taken_once_it_is_stable(collect: Collect, status: int) -> None:
    collector = collect()
    collector.serve(to(MOVED, status))
    collector.serve(rss(), at=MOVED)
    assert polled_daily(collector, 7) == [FEED] * 5 + [MOVED] * 2
    assert collector.run(DAY).state.url == f"http://{MOVED}"


def test_c22_a_flapping_redirect_and_five_polls_in_a_day_are_not_stable(collect: Collect) -> None:
    collector = collect()
    collector.serve(*[to(MOVED), to(MOVED), to(MOVED), rss()] * 3, to(MOVED))
    collector.serve(rss(), at=MOVED)
    assert set(polled_daily(collector, 12)) == {FEED}
    for _ in range(6):
        assert collector.run(timedelta(hours=2)).poll["url"] == f"http://{FEED}"


@pytest.mark.parametrize("status", [302, 303, 307])
def test_c23_a_temporary_redirect_is_followed_and_never_taken(collect: Collect, status: int) -> None:
    collector = collect()
    collector.serve(to(MOVED, status))
    collector.serve(rss(), at=MOVED)
    assert polled_daily(collector, 7) == [FEED] * 7
    assert len(collector.asked(MOVED)) == 7


def test_c24_a_way_with_one_temporary_hop_is_never_taken(collect: Collect) -> None:
    collector = collect()
    collector.serve(to(MOVED, 301))
    collector.serve(to(THIRD, 302), at=MOVED)
    collector.serve(rss(), at=THIRD)
    assert polled_daily(collector, 7) == [FEED] * 7


@pytest.mark.parametrize(
    ("location", "cause"),
    [
        (f"http://{FEED}", "redirect"),
        ("", "redirect"),
        ("file:///etc/passwd", "redirect"),
        ("ftp://news.example/feed.xml", "redirect"),
        ("javascript:alert(1)", "redirect"),
        ("http://169.254.169.254/latest/meta-data", "blocked_address"),
        ("http://[::1]/", "blocked_address"),
        ("http://2130706433/", "blocked_address"),
    ],
)
def test_c25_a_redirect_that_leads_nowhere_we_go_is_named(collect: Collect, location: str, cause: str) -> None:
    collector = collect()
    collector.serve(Reply(status=301, headers={"location": location} if location else {}))
    assert collector.run().poll["cause"] == cause


@pytest.mark.parametrize(("hops", "cause"), [(5, None), (6, "redirect")])
def test_c25_five_hops_are_followed_and_six_are_not(collect: Collect, hops: int, cause: str | None) -> None:
    collector = collect()
    collector.serve(to("news.example/hop1"))
    for number in range(1, hops):
        collector.serve(to(f"news.example/hop{number + 1}"), at=f"news.example/hop{number}")
    collector.serve(rss(), at=f"news.example/hop{hops}")
    assert collector.run().poll["cause"] == cause


@pytest.mark.parametrize(
    ("location", "arrives"),
    [
        ("new.xml", "/new.xml"),
        ("//other.example/x", "/x"),
        ("/新闻.xml", "/%E6%96%B0%E9%97%BB.xml"),
        ("?p=2", "/feed.xml?p=2"),
    ],
)
def test_c25_relative_and_unicode_locations_arrive(collect: Collect, location: str, arrives: str) -> None:
    collector = collect()
    raw = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    collector.serve(Reply(raw=raw))
    for host in ("news.example", "other.example"):
        collector.serve(rss(), at=f"{host}{arrives}")
    assert collector.run().poll["cause"] is None


def test_c25_every_hop_takes_the_turn_of_its_host(collect: Collect) -> None:
    collector = collect(feed(), feed("other", "other.example/own.xml"), feed_seconds=3, per_host=1)
    collector.serve(to(MOVED))
    collector.serve(to("other.example/newer.xml"), at=MOVED)
    collector.serve(rss(), at="other.example/newer.xml")
    collector.serve(rss(), at="other.example/own.xml")
    assert {poll["cause"] for poll in collector.run().polls.values()} == {None}
    assert collector.watch.now == 6  # three requests to other.example


def test_c25_a_page_that_moved_asks_the_robots_txt_of_where_it_moved(collect: Collect) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL))
    collector.serve(rss(item(1)))
    collector.serve(to("other.example/story"), at="news.example/1")
    collector.serve(b"User-agent: *\nDisallow: /story", at="other.example/robots.txt")
    collector.serve(Reply(b"<p>", headers=HTML), at="other.example/story")
    (page,) = collector.run().pages
    assert (page["cause"], page["robots_state"]) == ("robots_denied", "denied")
    assert collector.asked("other.example/story") == []


def trust(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the collector know the authority behind the certificate in this folder; nothing else is relaxed."""
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", trusting(folder))


def with_tls(collector: Collector, folder: Path, host: str = "secure.example", until: int = 2090) -> None:
    """Let secure.example answer over TLS with a certificate for this host."""
    port = collector.web.listen_tls(certificate(folder, host, datetime(until, 1, 1, tzinfo=UTC)))
    names = {"secure.example": f"127.0.0.1:{port}", "news.example": f"127.0.0.1:{collector.web.port}"}
    collector.network = {"resolve": names}


def test_c26_a_way_from_https_to_http_is_on_the_record(
    collect: Collect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = collect(Feed("news", "https://secure.example/feed", every_minutes=60))
    with_tls(collector, tmp_path)
    trust(tmp_path, monkeypatch)
    collector.serve(to(FEED, 302), at="secure.example/feed")
    collector.serve(rss())
    poll = collector.run().poll
    assert (poll["cause"], poll["url"], poll["final_url"]) == (None, "https://secure.example/feed", f"http://{FEED}")


def test_c27_410_once_is_a_failure_twice_a_death_and_a_feed_that_is_back_is_alive(collect: Collect) -> None:
    collector = collect()
    collector.serve(Reply(status=410), Reply(status=410), rss())
    assert collector.run().health == {"news": "failing"}
    run = collector.run(DAY)
    assert (run.health, run.poll["next_poll_at"] - collector.now) == ({"news": "gone"}, 30 * DAY)
    assert collector.run(29 * DAY).due == []
    run = collector.run(DAY)
    assert (run.health, run.poll["cause"]) == ({"news": "ok"}, None)


def test_c28_a_404_of_a_month_backs_off_keeps_its_validators_and_comes_back(collect: Collect) -> None:
    collector = collect()
    collector.serve(Reply(rss(), headers=validators()), *[Reply(status=404)] * 10, Reply(status=304))
    collector.run()
    run = collector.run(DAY)
    polls = 1
    while run.poll["cause"]:
        assert run.poll["cause"] == "not_found"
        run = collector.run(run.poll["next_poll_at"] - collector.now)
        polls += 1
    assert collector.now - datetime(2026, 11, 3, 8, tzinfo=UTC) > 30 * DAY
    assert (polls, run.poll["status"], run.health) == (11, 304, {"news": "ok"})


@pytest.mark.parametrize(
    ("host", "until", "is_trusted"),
    [("secure.example", 2021, True), ("other.example", 2090, True), ("secure.example", 2090, False)],
    ids=["expired", "wrong host", "signed by nobody"],
)
def test_c29_what_is_wrong_with_a_certificate_is_a_tls_failure(
    collect: Collect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, until: int, *, is_trusted: bool
) -> None:
    collector = collect(Feed("news", "https://secure.example/feed"))
    with_tls(collector, tmp_path, host, until)
    if is_trusted:
        trust(tmp_path, monkeypatch)
    assert collector.run().poll["cause"] == "tls"
    assert collector.web.requests == []


def test_c29_a_closed_port_is_refused_and_a_name_that_is_none_is_dns(collect: Collect) -> None:
    collector = collect(feed("closed", "closed.example/feed"), feed("nowhere", "nowhere.invalid/feed"))
    collector.network = {"resolve": {"closed.example": "127.0.0.1:1"}}
    causes = {name: poll["cause"] for name, poll in collector.run().polls.items()}
    assert causes == {"closed": "refused", "nowhere": "dns"}


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (Reply(b"<html>Are you human?</html>", 403), "forbidden"),
        (Reply(b"", 401), "forbidden"),
        (Reply(LOGIN, headers=HTML), "not_a_feed"),
        (Reply(b""), "empty"),
        (Reply(rss(), 206), "empty"),
        (Reply(b"", 204), "empty"),
        (Reply(b"<rss version='2.0'><channel/></rss>"), "empty"),
    ],
    ids=["bot page", "401", "login page", "no body", "206", "204", "no items"],
)
def test_c30_every_empty_promise_has_its_cause_and_stores_nothing(collect: Collect, reply: Reply, cause: str) -> None:
    collector = collect()
    collector.serve(Reply(reply.body, reply.status, dict(reply.headers) | validators()))
    run = collector.run()
    assert (run.poll["cause"], run.entries, run.state.etag) == (cause, [], "")


def test_c30_a_bot_page_never_changes_the_name_we_give(collect: Collect) -> None:
    collector = collect(contact="https://example.org/monitor")
    collector.serve(Reply(b"", 403))
    collector.run()
    collector.run(3 * DAY)
    agents = {request.headers["user-agent"] for request in collector.asked()}
    assert len(agents) == 1
    assert agents.pop().startswith("Sinoscope/")
