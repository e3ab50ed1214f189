"""The other kinds of feed: JSON Feed, news sitemap, list page, Google News."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from extractors.feeds.kinds import kind_of, readers
from extractors.records import FeedKind, ListSelectors, Reason
from tests.extractors.feed_bodies import document, dropped, fetched, item, rss

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://news.example.com/1</loc><lastmod>2026-11-02</lastmod><news:news><news:publication>
<news:name>Sample</news:name></news:publication><news:publication_date>2026-11-01T10:00:00+08:00</news:publication_date>
<news:title>大模型 &amp; 芯片</news:title><news:keywords>AI, 芯片</news:keywords></news:news></url>
<url><loc>https://news.example.com/2</loc><lastmod>2026-10-31</lastmod></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example.com/news.xml</loc></sitemap></sitemapindex>"""
LIST = """<html><head><base href="/zhengce/"></head><body><ul class="list">
<li><a href="content_1.htm">数据条例<em>发布</em></a><span class="date">2026-11-01</span></li>
<li><a href="/other/2.htm">Second</a><time datetime="2026-10-30T08:00:00+08:00">three days ago</time></li>
<li>no link</li></ul></body></html>"""


def json_feed(*items: object, **fields: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Sample", "items": items} | fields)


def test_every_kind_but_auto_has_a_reader() -> None:
    assert set(readers()) == set(FeedKind) - {FeedKind.AUTO}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (rss(), FeedKind.FEED),
        ("\ufeff \n" + json_feed(), FeedKind.JSON_FEED),
        (SITEMAP, FeedKind.NEWS_SITEMAP),
        (INDEX, FeedKind.NEWS_SITEMAP),
        (gzip.compress(SITEMAP.encode(), mtime=0), FeedKind.NEWS_SITEMAP),
        (SITEMAP.encode("utf-16"), FeedKind.NEWS_SITEMAP),
        ("<html>", FeedKind.FEED),
        ("", FeedKind.FEED),
    ],
)
def test_auto_tells_kinds_apart_by_the_body(body: str | bytes, kind: FeedKind) -> None:
    assert kind_of(fetched(body)) is kind


# --- JSON Feed --------------------------------------------------------------------------------------------------------


def test_a_json_feed_item_becomes_an_entry() -> None:
    item_ = {"id": 7, "url": "/1", "title": "T", "content_html": "<p>One</p><p>Two</p>", "tags": ["AI"],
             "date_published": "2026-11-01T10:00:00+08:00", "authors": [{"name": "A. Writer"}, {}]}  # fmt: skip
    entry = document(json_feed(item_)).entries[0]
    assert (entry.guid, entry.link, entry.title, entry.summary) == ("7", "https://news.example.com/1", "T", "One Two")
    assert (entry.published_at, entry.published_from) == (datetime(2026, 11, 1, 2, tzinfo=UTC), "published")
    assert (entry.authors, entry.section) == (("A. Writer",), "AI")


def test_json_feed_1_0_has_one_author_and_may_have_only_an_external_url() -> None:
    entry = document(json_feed({"id": "1", "external_url": "https://b.example/1", "author": {"name": "B"}})).entries[0]
    assert (entry.link, entry.authors) == ("https://b.example/1", ("B",))


@pytest.mark.parametrize(
    "odd", [None, 3, "text", [], {"title": None}, {"id": {}, "url": [], "authors": "x", "tags": {}}]
)
def test_odd_json_items_cost_only_themselves(odd: Any) -> None:
    assert [entry.title for entry in document(json_feed(odd, {"id": "1", "title": "Good"})).entries] == ["Good"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("[1, 2]", Reason.NOT_A_FEED),
        ('{"items": {}}', Reason.NOT_A_FEED),
        ('{"items": [', Reason.UNPARSEABLE),
        ("[" * 100_000, Reason.UNPARSEABLE),
        ('{"items": [' + "9" * 5_000 + "]}", Reason.UNPARSEABLE),
    ],
)
def test_other_json_is_refused(body: str, reason: Reason) -> None:
    assert dropped(body).reason is reason


# --- news sitemaps ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [SITEMAP.encode(), gzip.compress(SITEMAP.encode(), mtime=0), SITEMAP.encode("utf-16")])
def test_a_news_sitemap_is_read_plain_or_zipped(body: bytes) -> None:
    plain, with_news = sorted(document(body).entries, key=lambda entry: entry.title)
    assert (with_news.title, with_news.summary) == ("大模型 & 芯片", "AI, 芯片")
    assert (with_news.published_at, with_news.published_from) == (datetime(2026, 11, 1, 2, tzinfo=UTC), "published")
    assert (plain.title, plain.published_from) == ("", "updated")


def test_an_undeclared_news_prefix_is_read_all_the_same() -> None:
    assert (
        document(SITEMAP.replace(' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', "")).entries[0].title
    )


def test_an_index_names_the_sitemap_to_configure() -> None:
    verdict = dropped(INDEX)
    assert verdict.reason is Reason.NOT_A_FEED
    assert "https://news.example.com/news.xml" in verdict.detail


@pytest.mark.parametrize("body", [gzip.compress(SITEMAP.encode(), mtime=0)[:60], b"\x1f\x8b", b"\x1f\x8bnonsense"])
def test_broken_gzip_is_unparseable(body: bytes) -> None:
    assert dropped(body).reason is Reason.UNPARSEABLE


def test_a_zip_bomb_stops_at_the_protocols_limit() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 60 * 1024**2)
    assert document(bomb).entries == ()


def test_entities_are_never_expanded() -> None:
    body = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SITEMAP.split("\n", 1)[1].replace("AI,", "&x;")
    assert "root" not in document(body).entries[0].summary


# --- list pages -------------------------------------------------------------------------------------------------------


def list_page(html: str, **select: str) -> Any:
    chosen = ListSelectors(**({"item": "ul.list li", "date": ".date, time"} | select))
    return document(html, "text/html", kind=FeedKind.LIST_PAGE, select=chosen, home="CN")


def test_a_list_page_is_read_by_its_selectors() -> None:
    first, second = list_page(LIST).entries
    assert (first.title, first.link) == ("数据条例发布", "https://news.example.com/zhengce/content_1.htm")
    assert first.published_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert (second.link, second.published_at) == (
        "https://news.example.com/other/2.htm",
        datetime(2026, 10, 30, tzinfo=UTC),
    )


def test_items_may_be_the_links_themselves() -> None:
    assert [entry.title for entry in list_page(LIST, item="li a", date="").entries] == ["数据条例发布", "Second"]


def test_a_list_page_in_gb18030_needs_no_declaration() -> None:
    page = document(
        LIST.encode("gb18030"), "text/html", kind=FeedKind.LIST_PAGE, select=ListSelectors("li", title="em")
    )
    assert "发布" in [entry.title for entry in page.entries]


def test_a_new_layout_shows_as_an_empty_document() -> None:
    assert list_page(LIST, item="article.teaser").entries == ()


@pytest.mark.parametrize(("body", "reason"), [("", Reason.EMPTY), (" \x00 ", Reason.EMPTY)])
def test_a_list_page_without_content_is_empty(body: str, reason: Reason) -> None:
    assert dropped(body, kind=FeedKind.LIST_PAGE, select=ListSelectors("li")).reason is reason


# --- Google News ------------------------------------------------------------------------------------------------------

ITEM_URL = "https://news.google.com/rss/articles/CBMiAAA?oc=5"


def google(title: str, source: str) -> Any:
    body = rss(item(1, title=title, link=ITEM_URL, description="&lt;ol&gt;&lt;li&gt;again&lt;/li&gt;&lt;/ol&gt;"))
    return document(body.replace("</item>", source + "</item>"), kind=FeedKind.GOOGLE_NEWS).entries[0]


def test_a_google_news_item_keeps_headline_and_source() -> None:
    entry = google(
        "A model - and a law - Sample Times", '<source url="https://www.sample.example">Sample Times</source>'
    )
    assert (entry.title, entry.section) == ("A model - and a law", "Sample Times")
    assert (entry.publisher, entry.summary, entry.link) == ("sample.example", "", ITEM_URL)


def test_a_google_news_item_without_source_takes_it_from_the_headline() -> None:
    entry = google("A model - Sample Times", "")
    assert (entry.title, entry.section, entry.publisher) == ("A model", "Sample Times", "")
