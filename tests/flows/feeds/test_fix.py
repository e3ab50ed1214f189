"""`feeds fix`: where a feed went, and what is written into the file by its rules."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import ConfigError
from extractors.records import Feed, FeedState, Reason
from flows.feed_check import Look
from flows.feed_fix import Action, Proposal, apply_fixes, dead_since, propose_fixes
from flows.home import Home
from flows.settings import load_config
from tests.flows.feeds.homes import NOW, home_on, page, rss
from tests.flows.web.fakeweb import FakeWeb, Reply

OLD = "http://news.example/old.xml"
FEED = {"id": "news", "url": OLD}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GONE = Reply(b"no longer here", 410)
NAMED = '<link rel="alternate" type="application/rss+xml" title="All" href="/feeds/all.xml">'
SINCE = NOW - 40 * DAY


def fixes(fakeweb: FakeWeb, root: Path, *feeds: dict[str, Any]) -> list[Proposal]:
    return propose_fixes(home_on(fakeweb, root / "home", feeds or [FEED]), (), NOW)


def fix(fakeweb: FakeWeb, root: Path) -> Proposal:
    (proposal,) = fixes(fakeweb, root)
    return proposal


def test_a_feed_that_is_well_needs_nothing(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/old.xml", rss(HOUR))
    assert fixes(fakeweb, tmp_path) == []


def test_a_permanent_redirect_to_a_feed_is_a_move(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/old.xml", Reply(status=308, headers={"location": "/new.xml"}))
    fakeweb.serve("news.example/new.xml", rss(HOUR))
    found = fix(fakeweb, tmp_path)
    assert (found.action, found.url, found.new_url) == (Action.MOVE, OLD, "http://news.example/new.xml")


def test_a_feed_that_moved_to_one_we_have_is_switched_off(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/old.xml", Reply(status=301, headers={"location": "/all.xml"}))
    fakeweb.serve("news.example/all.xml", rss(HOUR))
    (found,) = fixes(fakeweb, tmp_path, FEED, {"id": "all", "url": "http://news.example/all.xml"})
    assert (found.feed_id, found.action, "all polls already" in found.why) == ("news", Action.SWITCH_OFF, True)


def test_a_redirect_for_now_is_no_move(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/old.xml", Reply(status=302, headers={"location": "/new.xml"}))
    fakeweb.serve("news.example/new.xml", rss(HOUR))
    assert fixes(fakeweb, tmp_path) == []


def test_a_permanent_redirect_to_the_front_page_is_no_move_but_a_loss(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/old.xml", Reply(status=301, headers={"location": "/"}))
    fakeweb.serve("news.example/", page(NAMED))
    fakeweb.serve("news.example/feeds/all.xml", rss(HOUR))
    found = fix(fakeweb, tmp_path)
    assert (found.action, found.new_url) == (Action.REPLACE, "http://news.example/feeds/all.xml")


@pytest.mark.parametrize("reply", [Reply(status=404), GONE, Reply(b"words"), page(), rss()])
def test_a_lost_feed_is_replaced_by_the_one_the_front_page_names(
    fakeweb: FakeWeb, tmp_path: Path, reply: Reply
) -> None:
    fakeweb.serve("news.example/old.xml", reply)
    fakeweb.serve("news.example/", page(NAMED))
    fakeweb.serve("news.example/feeds/all.xml", rss(HOUR))
    found = fix(fakeweb, tmp_path)
    assert (found.action, found.new_url) == (Action.REPLACE, "http://news.example/feeds/all.xml")


def test_a_page_in_the_feeds_place_is_read_for_its_feed_before_the_front_page(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/old.xml", page(NAMED.replace("all", "tech")))
    fakeweb.serve("news.example/", page(NAMED))
    for name in ("all", "tech"):
        fakeweb.serve(f"news.example/feeds/{name}.xml", rss(HOUR))
    assert fix(fakeweb, tmp_path).new_url == "http://news.example/feeds/tech.xml"
    assert fakeweb.asked("news.example/") == []


def test_a_site_that_names_no_feed_is_tried_where_sites_keep_them(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/", page())
    fakeweb.serve("news.example/rss.xml", rss(HOUR))
    assert fix(fakeweb, tmp_path).new_url == "http://news.example/rss.xml"


def test_a_feed_that_is_named_but_dead_is_passed_over(fakeweb: FakeWeb, tmp_path: Path) -> None:
    second = NAMED.replace("all", "second")
    fakeweb.serve("news.example/", page(NAMED + second))
    fakeweb.serve("news.example/feeds/second.xml", rss(HOUR))
    assert fix(fakeweb, tmp_path).new_url == "http://news.example/feeds/second.xml"


def test_other_feeds_of_the_site_are_told(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/", page(NAMED + NAMED.replace("all", "second")))
    for name in ("all", "second"):
        fakeweb.serve(f"news.example/feeds/{name}.xml", rss(HOUR))
    assert "also http://news.example/feeds/second.xml" in fix(fakeweb, tmp_path).why


def test_a_feed_that_is_configured_already_replaces_nothing(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/", page(NAMED))
    fakeweb.serve("news.example/feeds/all.xml", rss(HOUR))
    (found,) = fixes(fakeweb, tmp_path, FEED, {"id": "all", "url": "http://news.example/feeds/all.xml"})
    assert (found.feed_id, found.action) == ("news", Action.WAIT)


def test_a_silent_feed_is_replaced_only_by_one_with_newer_entries(fakeweb: FakeWeb, tmp_path: Path) -> None:
    stopped = [60 * DAY + number * DAY for number in range(8)]
    fakeweb.serve("news.example/old.xml", rss(*stopped))
    fakeweb.serve("news.example/", page(NAMED))
    fakeweb.serve("news.example/feeds/all.xml", rss(*stopped))
    assert fix(fakeweb, tmp_path).action is Action.WAIT
    fakeweb.serve("news.example/feeds/all.xml", rss(HOUR))
    assert propose_fixes(Home(tmp_path / "home"), (), NOW)[0].new_url == "http://news.example/feeds/all.xml"


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_site_that_does_not_want_us_or_is_ill_is_not_searched(fakeweb: FakeWeb, tmp_path: Path, status: int) -> None:
    fakeweb.serve("news.example/old.xml", Reply(status=status))
    assert fix(fakeweb, tmp_path).action is Action.WAIT
    assert [request.path for request in fakeweb.requests] == ["/old.xml"]


def test_a_front_page_that_robots_txt_forbids_is_not_read(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/robots.txt", Reply(b"User-agent: *\nDisallow: /"))
    fakeweb.serve("news.example/", page(NAMED))
    assert fix(fakeweb, tmp_path).action is Action.WAIT
    assert fakeweb.asked("news.example/") == []


def look(verdict: str) -> Look:
    return Look(Feed("news", OLD), verdict)


@pytest.mark.parametrize("cause", [Reason.NOT_FOUND, Reason.DNS, Reason.NOT_A_FEED, Reason.GONE])
def test_a_feed_is_dead_after_a_month_of_being_lost(cause: Reason) -> None:
    state = FeedState("news", cause=cause, failing_since_at=NOW - 30 * DAY)
    assert dead_since(look(str(cause)), state, NOW) == NOW - 30 * DAY
    younger = FeedState("news", cause=Reason.NOT_FOUND, failing_since_at=NOW - 29 * DAY)
    assert dead_since(look(str(cause)), younger, NOW) is None


def test_a_feed_that_says_gone_twice_is_dead_at_once() -> None:
    state = FeedState("news", cause=Reason.GONE, failing_since_at=NOW - DAY)
    assert dead_since(look("gone"), state, NOW) == NOW - DAY


@pytest.mark.parametrize("verdict", ["timeout", "server_error", "forbidden", "rate_limited", "silent"])
def test_an_illness_is_not_death_however_long(verdict: str) -> None:
    state = FeedState("news", cause=Reason.NOT_FOUND, failing_since_at=NOW - 300 * DAY)
    assert dead_since(look(verdict), state, NOW) is None


def test_a_feed_never_polled_is_never_dead() -> None:
    assert dead_since(look("not_found"), None, NOW) is None
    assert dead_since(look("not_found"), FeedState("news"), NOW) is None


BY_HAND = """\
# my feeds
feeds:
  # the good one
  - id: news   # first
    url: "http://news.example/old.xml"
    title: 'News'
  - {id: other, url: http://other.example/feed}   # short
"""


def written(tmp_path: Path, *proposals: Proposal) -> str:
    (tmp_path / "config").mkdir()
    path = tmp_path / "config" / "feeds.yaml"
    path.write_text(BY_HAND, encoding="utf-8")
    apply_fixes(Home(tmp_path), proposals)
    return path.read_text(encoding="utf-8")


def test_a_move_is_written_and_all_comments_stay(tmp_path: Path) -> None:
    text = written(tmp_path, Proposal("news", Action.MOVE, OLD, "http://news.example/new.xml", "moved"))
    for comment in ("# my feeds", "# the good one", "# first", "# short", f"# was {OLD}"):
        assert comment in text
    assert text.count("http://news.example/new.xml") == 1
    feed, other = load_feeds(tmp_path)
    assert (feed.url, other.url) == ("http://news.example/new.xml", "http://other.example/feed")


def load_feeds(root: Path) -> tuple[Feed, ...]:
    (root / "config" / "settings.yaml").write_text("config_version: 1\n", encoding="utf-8")
    return load_config(root, {}).feeds


def test_a_dead_feed_is_switched_off_with_the_reason_beside_it(tmp_path: Path) -> None:
    text = written(tmp_path, Proposal("other", Action.SWITCH_OFF, "", "", "gone since 2026-09-23"))
    assert "# gone since 2026-09-23" in text
    assert [feed.enabled for feed in load_feeds(tmp_path)] == [True, False]


def test_waiting_writes_nothing(tmp_path: Path) -> None:
    assert written(tmp_path, Proposal("news", Action.WAIT, OLD, "", "later")) == BY_HAND


def test_two_feeds_that_moved_to_one_address_are_a_mistake_and_nothing_is_written(tmp_path: Path) -> None:
    proposals = [
        Proposal(feed_id, Action.MOVE, OLD, "http://news.example/new.xml", "moved") for feed_id in ("news", "other")
    ]
    with pytest.raises(ConfigError, match="stands at line"):
        written(tmp_path, *proposals)
    assert (tmp_path / "config" / "feeds.yaml").read_text(encoding="utf-8") == BY_HAND
