"""F: kinds of sources. Each test is one behaviour of docs/behaviours.md, end to end."""

import gzip
import json
from collections.abc import Callable

import pytest

from extractors.discovery import linked_feeds
from extractors.errors import ConfigError
from extractors.records import FeedKind, FetchPolicy, ListSelectors
from flows.opml import entries_from_opml, opml_of
from tests.behaviours.collector import DAY, FEED, HOUR, HTML, Collector, feed, item, rss
from tests.flows.web.fakeweb import Reply

Collect = Callable[..., Collector]
LATER = 2 * HOUR
NEWS = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
HEADS = "http://news.example"


def url(key: object, *, news: bool = True) -> str:
    tags = f"<news:news><news:title>Story {key}</news:title></news:news>" if news else "<lastmod>2026-11-01</lastmod>"
    return f"<url><loc>{HEADS}/{key}</loc>{tags}</url>"


def urlset(*urls: str) -> bytes:
    return f"<urlset {NEWS}>{''.join(urls)}</urlset>".encode()


def index(*named: tuple[str, str]) -> bytes:
    maps = [f"<sitemap><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>" for loc, day in named]
    return f"<sitemapindex {NEWS}>{''.join(maps)}</sitemapindex>".encode()


@pytest.mark.parametrize(
    "body",
    [
        urlset(url(1), url(2)),
        gzip.compress(urlset(url(1), url(2)), mtime=0),
        urlset(url(1, news=False), url(2, news=False)),
    ],
    ids=["plain", "gz", "no news tags"],
)
def test_f47_a_news_sitemap_is_a_source_plain_zipped_or_without_news_tags(collect: Collect, body: bytes) -> None:
    collector = collect()
    collector.serve(body)
    assert [entry["url"] for entry in collector.run().entries] == unordered(
        "https://news.example/1", "https://news.example/2"
    )


class unordered(list[str]):  # noqa: N801 - reads as a word in an assertion
    """Equal to a list with the same items."""

    def __init__(self, *items: str) -> None:
        super().__init__(sorted(items))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list) and sorted(other) == list(self)

    __hash__ = None  # type: ignore[assignment]


def test_f47_an_index_is_followed_to_what_changed_since_the_last_poll(collect: Collect) -> None:
    collector = collect()
    old, new = (f"{HEADS}/old.xml", "2026-10-01"), (f"{HEADS}/new.xml", "2026-11-02")
    collector.serve(index(old, new), index(old, (new[0], "2026-11-04T09:00:00Z")))
    collector.serve(urlset(url(1)), at="news.example/old.xml")
    collector.serve(urlset(url(2)), urlset(url(2), url(3)), at="news.example/new.xml")
    assert collector.run().titles == ["Story 1", "Story 2"]
    assert collector.run(2 * DAY).titles == ["Story 1", "Story 2", "Story 3"]
    assert [len(collector.asked(f"news.example/{name}.xml")) for name in ("old", "new")] == [1, 2]


def test_f47_an_index_asks_no_more_than_five_and_none_of_another_site(collect: Collect) -> None:
    collector = collect()
    named = [(f"{HEADS}/map{number}.xml", f"2026-10-{number + 1:02d}") for number in range(20)]
    collector.serve(index(("http://other.example/evil.xml", "2026-11-02"), *named))
    for number in range(20):
        collector.serve(urlset(url(number)), at=f"news.example/map{number}.xml")
    assert len(collector.run().entries) in (4, 5)
    assert not [request for request in collector.web.requests if request.host == "other.example"]


def test_f47_an_index_inside_an_index_is_not_followed(collect: Collect) -> None:
    collector = collect()
    collector.serve(index((f"{HEADS}/index2.xml", ""), (f"{HEADS}/news.xml", "")))
    collector.serve(index((f"http://{FEED}", "")), at="news.example/index2.xml")
    collector.serve(urlset(url(1)), at="news.example/news.xml")
    assert collector.run().titles == ["Story 1"]
    assert len(collector.web.requests) == 3


def test_f47_an_index_of_which_one_sitemap_is_ill_gives_the_others(collect: Collect) -> None:
    collector = collect()
    collector.serve(index((f"{HEADS}/ill.xml", ""), (f"{HEADS}/well.xml", "")))
    collector.serve(Reply(b"", 500), urlset(url(2)), at="news.example/ill.xml")
    collector.serve(urlset(url(1)), at="news.example/well.xml")
    assert collector.run().titles == ["Story 1"]
    assert collector.run(LATER).titles == ["Story 1", "Story 2"]  # the same index, and asked for in full


def test_f47_fifty_thousand_addresses_give_the_newest_two_thousand(collect: Collect) -> None:
    collector = collect()
    packed = gzip.compress(urlset(*(url(number) for number in range(50_000))), mtime=0)
    collector.serve(Reply(packed, headers={"content-encoding": "gzip"}))
    run = collector.run()
    assert (len(run.entries), run.poll["cause"]) == (2_000, None)
    assert "48000 entries beyond the newest" in run.poll["why"]


@pytest.mark.parametrize(
    "document",
    [
        {"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "url": f"{HEADS}/1", "title": "Story 1"}]},
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": "1", "external_url": f"{HEADS}/1", "title": "Story 1"}],
        },
    ],
    ids=["1.0", "1.1"],
)
def test_f48_json_feed_of_both_versions_is_a_source(collect: Collect, document: dict[str, object]) -> None:
    collector = collect()
    collector.serve(json.dumps(document).encode())
    (entry,) = collector.run().entries
    assert (entry["title"], entry["url"]) == ("Story 1", "https://news.example/1")


def test_f49_nested_opml_brings_every_feed_once_and_broken_opml_is_told() -> None:
    inner = "<outline text='x' type='rss' xmlUrl='http://news.example/feed.xml'/>"
    folders = "<outline text='a'>" * 5 + inner * 2 + "</outline>" * 5
    nested = f"<opml version='2.0'><body>{folders}</body></opml>"
    assert [entry["url"] for entry in entries_from_opml(nested.encode(), set(), set())] == [f"http://{FEED}"]
    again = entries_from_opml(opml_of([feed()]).encode(), set(), set())
    assert [entry["url"] for entry in again] == [f"http://{FEED}"]
    for broken in (b"", b"<html></html>", b"<opml><body>", b"\0\0"):
        with pytest.raises(ConfigError, match="no OPML"):
            entries_from_opml(broken, set(), set())


def test_f50_a_page_names_its_feeds_by_header_base_and_links() -> None:
    body = (
        b"<html><head><base href='http://news.example/blog/'>"
        b"<link rel='alternate' type='application/rss+xml' href='comments.xml' title='Comments'>"
        b"<link rel='alternate' type='application/rss+xml' href='feed.xml' title='All'>"
        b"<link rel='alternate' type='application/atom+xml' href='/atom.xml'></head></html>"
    )
    header = {"link": '<http://news.example/header.xml>; rel="alternate"; type="application/rss+xml"', **HTML}
    found = [each.url for each in linked_feeds(body, header, f"{HEADS}/blog/page")]
    assert found[0] == f"{HEADS}/header.xml"
    assert found[-1] == f"{HEADS}/blog/comments.xml"  # what readers said comes last
    assert set(found) >= {f"{HEADS}/blog/feed.xml", f"{HEADS}/atom.xml"}


def test_f50_a_web_page_in_place_of_a_feed_is_told_and_changes_nothing(collect: Collect) -> None:
    collector = collect()
    page = b"<html><head><link rel='alternate' type='application/rss+xml' href='/real.xml'></head></html>"
    collector.serve(Reply(page, headers=HTML))
    run = collector.run()
    assert (run.poll["cause"], run.state.url) == ("not_a_feed", "")
    assert collector.asked("news.example/real.xml") == []


def test_f51_a_google_news_item_keeps_headline_and_publisher_without_decoding_its_token(collect: Collect) -> None:
    collector = collect(feed(kind=FeedKind.GOOGLE_NEWS))
    link = "https://news.google.com/rss/articles/CBMiWkFVX3lxTE1"
    source = "<source url='https://www.reuters.com'>Reuters</source>"
    collector.serve(rss(item(1, title="China opens a chip fund - Reuters", link=link, more=source)))
    (entry,) = collector.run().entries
    assert (entry["title"], entry["section"], entry["link"]) == ("China opens a chip fund", "Reuters", link)
    assert len(collector.web.requests) == 1


STORY = Reply(b"<p>A story", headers=HTML)


def pages(collector: Collector, robots: Reply | None) -> list[tuple[str | None, str]]:
    """Cause and robots state of the page of a feed whose site has this robots.txt."""
    if robots is not None:
        collector.serve(robots, at="news.example/robots.txt")
    collector.serve(rss(item(1)))
    collector.serve(STORY, at="news.example/1")
    return [(page["cause"], page["robots_state"]) for page in collector.run().pages]


@pytest.mark.parametrize(
    ("robots", "cause", "state"),
    [
        (None, None, "allowed"),
        (Reply(b"User-agent: *\nDisallow: /1"), "robots_denied", "denied"),
        (Reply(b"User-agent: Sinoscope\nDisallow: /"), "robots_denied", "denied"),
        (Reply(b"User-agent: *\nDisallow: /2"), None, "allowed"),
        (Reply(b"<html>No such page</html>", headers=HTML), None, "allowed"),
        (Reply(b"", 503), "robots_unknown", "unknown"),
        (Reply(b"", 429), "robots_unknown", "unknown"),
        (Reply(b"User-agent: *\nDisallow: /", 403), None, "allowed"),
    ],
    ids=["none", "denied", "denied by name", "other path", "HTML", "503", "429", "403"],
)
def test_f52_robots_txt_rules_over_pages(collect: Collect, robots: Reply | None, cause: str | None, state: str) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL))
    assert pages(collector, robots) == [(cause, state)]


def test_f52_robots_txt_is_kept_for_a_day_and_no_longer(collect: Collect) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL))
    collector.serve(*(rss(item(number)) for number in range(4)))
    for number in range(4):
        collector.serve(STORY, at=f"news.example/{number}")
    collector.serve(
        Reply(b"User-agent: *\nDisallow: /9"), Reply(b"User-agent: *\nDisallow: /"), at="news.example/robots.txt"
    )
    counts = []
    for later in (0, 8, 8, 8):
        run = collector.run(later * HOUR)
        counts.append(len(collector.asked("news.example/robots.txt")))
    assert counts == [1, 1, 1, 2]
    assert [page["cause"] for page in run.pages] == [None, None, None, "robots_denied"]


def test_f52_a_robots_txt_that_could_not_be_read_is_asked_for_again_at_the_next_run(collect: Collect) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL))
    collector.serve(Reply(b"", 503), Reply(b"", 404), at="news.example/robots.txt")
    collector.serve(rss(item(1)))
    collector.serve(STORY, at="news.example/1")
    assert collector.run().pages[0]["cause"] == "robots_unknown"
    assert collector.run(7 * HOUR).pages[0]["cause"] is None


def test_f52_a_crawl_delay_holds_from_page_to_page_and_from_run_to_run(collect: Collect) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL, every_minutes=1))
    collector.serve(Reply(b"User-agent: *\nCrawl-delay: 900"), at="news.example/robots.txt")
    collector.serve(rss(*(item(number) for number in range(3))))
    for number in range(3):
        collector.serve(STORY, at=f"news.example/{number}")
    runs = [collector.run(minutes * HOUR / 60) for minutes in (0, 5, 5, 6)]
    assert [len(run.pages) for run in runs] == [1, 1, 1, 2]
    assert [run.poll["cause"] for run in runs] == [None] * 4  # the feed itself was asked for by its reader
    assert collector.watch.pauses == []


def test_f52_a_subscribed_feed_is_polled_whatever_robots_txt_says_and_a_list_page_is_not(collect: Collect) -> None:
    listed = feed("list", "news.example/list", kind=FeedKind.LIST_PAGE, select=ListSelectors("li"))
    collector = collect(feed(), listed)
    collector.serve(rss())
    collector.serve(Reply(b"User-agent: *\nDisallow: /"), at="news.example/robots.txt")
    polls = collector.run().polls
    assert (polls["news"]["cause"], polls["list"]["cause"]) == (None, "forbidden")
    assert "robots.txt" in polls["list"]["why"]
    assert collector.asked("news.example/list") == []


def test_f53_a_list_page_with_a_new_layout_raises_an_alarm_and_keeps_what_it_had(collect: Collect) -> None:
    collector = collect(feed(address="news.example/list", kind=FeedKind.LIST_PAGE, select=ListSelectors("li.story")))
    old = b"<html><ul><li class=story><a href=/1>Story 1</a></li></ul></html>"
    collector.serve(
        Reply(old, headers=HTML), Reply(old.replace(b"story>", b"tile>"), headers=HTML), at="news.example/list"
    )
    assert collector.run().titles == ["Story 1"]
    run = collector.run(LATER)
    assert (run.poll["cause"], run.health, run.titles) == ("empty", {"news": "failing"}, ["Story 1"])
