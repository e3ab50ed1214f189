"""`feeds check`: every dead feed is named with what it died of, and nothing is stored."""

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import ConfigError
from extractors.records import FeedState
from flows.feed_check import REMEDIES, check_feeds, look_at
from flows.web import Web
from flows.workers import Workers
from tests.flows.feeds.homes import NOW, home_on, page, rss
from tests.flows.web.fakeweb import FakeWeb, Reply

FEED = {"id": "news", "url": "http://news.example/feed.xml"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOGIN = page("<title>Log in</title>", "<form action='/login'></form>")


def checked(fakeweb: FakeWeb, root: Path, *feeds: dict[str, Any], **network: Any) -> list[dict[str, Any]]:
    return check_feeds(home_on(fakeweb, root / "home", feeds or [FEED], **network), (), NOW)


def verdict(fakeweb: FakeWeb, root: Path, *replies: Reply, **network: Any) -> dict[str, Any]:
    """The row of a feed that answers so."""
    fakeweb.serve("news.example/feed.xml", *replies)
    (row,) = checked(fakeweb, root, **network)
    return row


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (401, "forbidden"),
        (403, "forbidden"),
        (404, "not_found"),
        (410, "gone"),
        (429, "rate_limited"),
        (500, "server_error"),
        (503, "server_error"),
    ],
)
def test_a_feed_behind_an_error_page_is_named_by_its_status(
    fakeweb: FakeWeb, tmp_path: Path, status: int, cause: str
) -> None:
    row = verdict(fakeweb, tmp_path, Reply(LOGIN.body, status))
    assert (row["verdict"], row["status"], row["detail"]) == (cause, status, f"HTTP {status}")


def test_a_feed_whose_name_does_not_exist_is_dead_of_dns(
    fakeweb: FakeWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    (row,) = checked(fakeweb, tmp_path, {"id": "nowhere", "url": "http://nowhere.example/feed"})
    assert (row["verdict"], row["status"]) == ("dns", None)


def test_a_feed_on_a_closed_port_is_refused(fakeweb: FakeWeb, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{closed.getsockname()[1]}"
        row = verdict(fakeweb, tmp_path, rss(HOUR), resolve={"news.example": place})
    assert row["verdict"] == "refused"


def test_a_feed_without_a_certificate_dies_of_tls(fakeweb: FakeWeb, tmp_path: Path) -> None:
    (row,) = checked(fakeweb, tmp_path, {"id": "news", "url": "https://news.example/feed.xml"})
    assert row["verdict"] == "tls"


def test_a_feed_that_never_answers_dies_of_the_deadline(fakeweb: FakeWeb, tmp_path: Path) -> None:
    row = verdict(fakeweb, tmp_path, Reply(status=0, stall=True), total_seconds=0.3)
    assert row["verdict"] == "timeout"


def test_a_login_page_is_no_feed(fakeweb: FakeWeb, tmp_path: Path) -> None:
    row = verdict(fakeweb, tmp_path, LOGIN)
    assert (row["verdict"], row["status"]) == ("not_a_feed", 200)


def test_words_are_unparseable(fakeweb: FakeWeb, tmp_path: Path) -> None:
    assert verdict(fakeweb, tmp_path, Reply(b"just words"))["verdict"] == "unparseable"


def test_a_feed_with_nothing_new_for_long_is_silent(fakeweb: FakeWeb, tmp_path: Path) -> None:
    row = verdict(fakeweb, tmp_path, rss(*(30 * DAY + number * DAY for number in range(10))))
    assert (row["verdict"], row["detail"]) == ("silent", "nothing new for 30 days")


def test_a_feed_that_posts_once_a_month_is_not_silent_after_30_days(fakeweb: FakeWeb, tmp_path: Path) -> None:
    row = verdict(fakeweb, tmp_path, rss(*(30 * DAY * number for number in range(1, 10))))
    assert row["verdict"] == "ok"


def test_a_think_tank_may_be_silent_for_two_weeks(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/feed.xml", rss(*(10 * DAY + number * HOUR for number in range(9))))
    media, tank = FEED, FEED | {"id": "tank", "source_kind": "think_tank"}
    rows = [checked(fakeweb, tmp_path / name["id"], name)[0]["verdict"] for name in (media, tank)]
    assert rows == ["silent", "ok"]


def test_a_feed_without_entries_is_empty(fakeweb: FakeWeb, tmp_path: Path) -> None:
    assert verdict(fakeweb, tmp_path, rss())["verdict"] == "empty"


def test_every_cause_of_a_poll_has_its_remedy() -> None:
    causes = (
        "dns refused tls timeout blocked_address forbidden not_found gone rate_limited server_error not_a_feed"
        " unparseable empty silent"
    )
    assert [cause for cause in causes.split() if not REMEDIES.get(cause)] == []


def test_a_living_feed_shows_format_newest_entry_and_manners(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/robots.txt", Reply(b"User-agent: *\nDisallow: /paid/"))
    rules = b'[{"location": "/paid/", "tdm-reservation": 1}]'
    fakeweb.serve("news.example/.well-known/tdmrep.json", Reply(rules))
    fakeweb.serve("news.example/paid.xml", rss(HOUR, 2 * HOUR, path="/paid"))
    fakeweb.serve("news.example/feed.xml", rss(HOUR, 2 * HOUR, path="/free"))
    paid = {"id": "paid", "url": "http://news.example/paid.xml"}
    of_paid, of_free = checked(fakeweb, tmp_path, paid, FEED)
    assert (of_paid["verdict"], of_paid["robots"], of_paid["tdm_reserved"]) == ("ok", "denied", True)
    assert (of_free["verdict"], of_free["robots"], of_free["tdm_reserved"]) == ("ok", "allowed", False)
    assert (of_free["format"], of_free["entries"], of_free["newest_at"]) == ("feed", 2, NOW - HOUR)


def test_a_site_whose_robots_txt_is_ill_is_unknown(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/robots.txt", Reply(status=503))
    assert verdict(fakeweb, tmp_path, rss(HOUR))["robots"] == "unknown"


def test_a_feed_that_moved_for_good_is_read_and_says_where_it_is(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("other.example/new.xml", rss(HOUR))
    row = verdict(fakeweb, tmp_path, Reply(status=301, headers={"location": "http://other.example/new.xml"}))
    assert (row["verdict"], row["moved_to"]) == ("ok", "http://other.example/new.xml")


def test_a_hundred_and_fifty_feeds_are_asked_at_once_with_progress(fakeweb: FakeWeb, tmp_path: Path) -> None:
    feeds, told = [], []
    for number in range(150):
        host = ("news.example", "other.example", "third.example")[number % 3]
        feeds.append({"id": f"feed-{number}", "url": f"http://{host}/{number}.xml"})
        fakeweb.serve(f"{host}/{number}.xml", rss(HOUR) if number % 10 else Reply(status=404))
    home = home_on(fakeweb, tmp_path / "home", feeds, per_host=20)
    rows = check_feeds(home, (), NOW, lambda done, total: told.append((done, total)))
    assert [row["id"] for row in rows] == [feed["id"] for feed in feeds]
    assert [row["verdict"] for row in rows] == (["not_found"] + ["ok"] * 9) * 15
    assert told == [(number, 150) for number in range(1, 151)]


def test_one_feed_that_hangs_does_not_hold_up_the_verdict_on_the_others(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(status=0, stall=True))
    fakeweb.serve("other.example/feed.xml", rss(HOUR))
    other = {"id": "other", "url": "http://other.example/feed.xml"}
    rows = checked(fakeweb, tmp_path, FEED, other, total_seconds=0.5)
    assert [row["verdict"] for row in rows] == ["timeout", "ok"]


def test_a_feed_told_to_wait_is_not_asked(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/feed.xml", rss(HOUR))
    home = home_on(fakeweb, tmp_path / "home", [FEED])
    from flows.settings import load_config

    (feed,) = load_config(home.root).feeds
    state = FeedState("news", hints={"retry_until": (NOW + HOUR).isoformat()})
    with Workers(1) as workers, Web(fakeweb.network(), NOW) as web:
        (look,) = look_at([feed], web, workers, {"news": state})
    assert (look.verdict, fakeweb.requests) == ("rate_limited", [])


def test_feeds_that_are_switched_off_are_asked_only_by_name(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/feed.xml", rss(HOUR))
    home = home_on(fakeweb, tmp_path / "home", [FEED | {"enabled": False}])
    assert check_feeds(home, (), NOW) == []
    assert [row["verdict"] for row in check_feeds(home, ("news",), NOW)] == ["ok"]


def test_an_address_that_is_not_configured_is_asked_as_it_is(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("third.example/feed", rss(HOUR))
    home = home_on(fakeweb, tmp_path / "home", [FEED])
    (row,) = check_feeds(home, ("http://third.example/feed",), NOW)
    assert (row["id"], row["verdict"]) == ("http://third.example/feed", "ok")


def test_an_unknown_id_is_a_mistake_that_asks_nobody(fakeweb: FakeWeb, tmp_path: Path) -> None:
    home = home_on(fakeweb, tmp_path / "home", [FEED])
    with pytest.raises(ConfigError, match="no feed nwes; give an id or an address"):
        check_feeds(home, ("nwes",), NOW)
    assert fakeweb.requests == []


def test_checking_stores_nothing(fakeweb: FakeWeb, tmp_path: Path) -> None:
    verdict(fakeweb, tmp_path, rss(HOUR))
    assert sorted(path.name for path in (tmp_path / "home").rglob("*")) == ["config", "feeds.yaml", "settings.yaml"]
