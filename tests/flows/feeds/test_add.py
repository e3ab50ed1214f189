"""`feeds add`: the feed itself, or the one its site has."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import ConfigError
from flows.feed_add import entry_for
from tests.flows.feeds.homes import NOW, home_on, page, rss
from tests.flows.web.fakeweb import FakeWeb, Reply

HOUR = timedelta(hours=1)
NAMED = '<link rel="alternate" type="application/rss+xml" title="All" href="/feeds/all.xml">'
WORDS = {"title": "", "language": "", "home": ""}


def entry(
    fakeweb: FakeWeb, root: Path, url: str, *, unseen: bool = False, **words: str
) -> tuple[dict[str, Any], list[str]]:
    home = home_on(fakeweb, root / "home", [{"id": "news-example", "url": "http://news.example/known.xml"}])
    return entry_for(home, url, NOW, None, WORDS | words, unseen=unseen)


def test_a_feed_is_taken_as_it_is_with_the_name_it_gives_itself(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("other.example/feed.xml", rss(HOUR, title="Other News"))
    found, remarks = entry(fakeweb, tmp_path, "http://other.example/feed.xml")
    assert found == {"id": "other-example", "url": "http://other.example/feed.xml", "title": "Other News"}
    assert remarks == []


def test_a_name_given_by_hand_wins(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("other.example/feed.xml", rss(HOUR, title="Other News"))
    found, _ = entry(fakeweb, tmp_path, "http://other.example/feed.xml", title="Mine", language="en")
    assert (found["title"], found["language"]) == ("Mine", "en")


def test_a_page_leads_to_the_feed_it_names(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("other.example/", page(NAMED + NAMED.replace("all", "tech")))
    for name in ("all", "tech"):
        fakeweb.serve(f"other.example/feeds/{name}.xml", rss(HOUR, title=name))
    found, remarks = entry(fakeweb, tmp_path, "http://other.example/")
    assert (found["url"], found["title"]) == ("http://other.example/feeds/all.xml", "all")
    assert remarks == [
        "http://other.example/ is no feed; its site has one",
        "also found: http://other.example/feeds/tech.xml",
    ]


def test_a_page_that_names_none_leads_to_the_usual_address(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("other.example/blog/", page())
    fakeweb.serve("other.example/blog/feed", rss(HOUR))
    found, _ = entry(fakeweb, tmp_path, "http://other.example/blog/")
    assert found["url"] == "http://other.example/blog/feed"


def test_a_site_without_a_feed_is_told_and_nothing_comes_of_it(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("other.example/", page())
    with pytest.raises(ConfigError, match=r"http://other\.example/: no feed there .*none found on its site"):
        entry(fakeweb, tmp_path, "http://other.example/")


def test_a_feed_that_moved_for_good_is_added_where_it_is(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("other.example/old", Reply(status=301, headers={"location": "/new"}))
    fakeweb.serve("other.example/new", rss(HOUR))
    assert entry(fakeweb, tmp_path, "http://other.example/old")[0]["url"] == "http://other.example/new"


def test_a_site_that_is_ill_today_is_taken_at_its_word(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("other.example/feed", Reply(status=503))
    found, remarks = entry(fakeweb, tmp_path, "http://other.example/feed")
    assert (found["url"], remarks) == ("http://other.example/feed", ["added unseen: server_error (HTTP 503)"])


def test_an_address_to_be_added_unseen_is_not_asked(fakeweb: FakeWeb, tmp_path: Path) -> None:
    found, _ = entry(fakeweb, tmp_path, "http://other.example/", unseen=True)
    assert (found["url"], fakeweb.requests) == ("http://other.example/", [])


def test_an_address_that_is_there_already_is_not_asked(fakeweb: FakeWeb, tmp_path: Path) -> None:
    entry(fakeweb, tmp_path, "http://news.example/known.xml")
    assert fakeweb.requests == []


def test_an_address_without_a_scheme_is_https(fakeweb: FakeWeb, tmp_path: Path) -> None:
    assert entry(fakeweb, tmp_path, "other.example/feed", unseen=True)[0]["url"] == "https://other.example/feed"


def test_an_id_that_is_taken_gets_a_number(fakeweb: FakeWeb, tmp_path: Path) -> None:
    fakeweb.serve("news.example/other.xml", rss(HOUR))
    assert entry(fakeweb, tmp_path, "http://news.example/other.xml")[0]["id"] == "news-example-2"
