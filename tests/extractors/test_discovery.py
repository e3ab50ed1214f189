"""Which feeds a page names, best first."""

import pytest
from hypothesis import given, strategies as st

from extractors.discovery import FoundFeed, linked_feeds, usual_feeds

PAGE = "https://news.example.com/china/"
RSS = '<link rel="alternate" type="application/rss+xml" {}>'


def urls(head: str = "", body: str = "", headers: dict[str, str] | None = None, url: str = PAGE) -> list[str]:
    markup = f"<html><head>{head}</head><body>{body}</body></html>"
    return [found.url for found in linked_feeds(markup.encode(), headers or {}, url)]


@pytest.mark.parametrize(
    "link",
    [
        RSS.format('href="/feed.xml"'),
        "<link rel=alternate type=application/atom+xml href=/feed.xml>",
        '<link rel="Alternate" type="application/feed+json" href="../feed.xml">',
        '<link rel="alternate home" type="application/rss+xml; charset=utf-8" href="https://news.example.com/feed.xml">',
        '<link rel="feed" href="/feed.xml">',
    ],
)
def test_a_link_in_the_head_is_found_in_every_spelling(link: str) -> None:
    assert urls(link) == ["https://news.example.com/feed.xml"]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="stylesheet" type="text/css" href="/feed.css">',
        '<link rel="alternate" hreflang="zh" href="/zh/">',
        '<link rel="alternate" type="application/json" href="/wp-json/1">',
        RSS.format('href="javascript:feed()"'),
        RSS.format(""),
        RSS.format('href="http://["'),
    ],
)
def test_other_links_are_no_feeds(link: str) -> None:
    assert urls(link) == []


def test_links_are_joined_to_the_base_of_the_page() -> None:
    assert urls('<base href="https://cdn.example.com/x/">' + RSS.format('href="feed.xml"')) == [
        "https://cdn.example.com/x/feed.xml"
    ]


def test_the_page_names_its_feeds_in_order_and_comments_last() -> None:
    links = [
        RSS.format(f'href="/{name}" title="{title}"')
        for name, title in [
            ("comments/feed", "Comments"),
            ("all.xml", "All"),
            ("zh.xml", "文章评论"),
            ("tech.xml", "Tech"),
        ]
    ]
    assert urls("".join(links)) == [
        f"https://news.example.com/{name}" for name in ("all.xml", "tech.xml", "comments/feed", "zh.xml")
    ]


def test_a_link_header_comes_first() -> None:
    headers = {
        "link": '</style.css>; rel=preload, <https://feeds.example.com/a>; rel="alternate"; type="application/rss+xml"'
    }
    assert urls(RSS.format('href="/feed.xml"'), headers=headers) == [
        "https://feeds.example.com/a",
        "https://news.example.com/feed.xml",
    ]


@pytest.mark.parametrize(
    "address", ["/rss", "/feed/", "/news/atom.xml", "/a.rss", "/china-rss.xml", "/feeds", "/index.xml"]
)
def test_a_link_that_ends_as_feeds_do_is_found_when_the_head_names_none(address: str) -> None:
    assert urls(body=f'<a href="{address}">RSS</a>') == [f"https://news.example.com{address}"]


@pytest.mark.parametrize("address", ["/feedback", "/2026/rss-is-back.html", "/about", "http://[", "/feeding/the-5000"])
def test_a_link_that_only_speaks_of_feeds_is_not_taken(address: str) -> None:
    assert urls(body=f'<a href="{address}">feed</a>') == []


def test_a_feed_is_listed_once_with_the_name_the_head_gives_it() -> None:
    body = '<a href="/feed.xml">subscribe</a>'
    markup = f"<html><head>{RSS.format('href=/feed.xml title=News')}</head><body>{body}</body></html>"
    assert linked_feeds(markup.encode(), {}, PAGE) == [FoundFeed("https://news.example.com/feed.xml", "News")]


def test_a_page_that_names_itself_leads_nowhere_new() -> None:
    assert urls(RSS.format(f'href="{PAGE}"')) == []


def test_a_chinese_page_in_its_own_charset_is_read() -> None:
    body = f"<html><head>{RSS.format('href=/feed.xml title=要闻')}</head></html>".encode("gb18030")
    (found,) = linked_feeds(body, {"content-type": "text/html; charset=gbk"}, PAGE)
    assert found.title == "要闻"


def test_the_usual_places_are_those_below_the_page_first() -> None:
    found = [each.url for each in usual_feeds("https://news.example.com/china/")]
    assert found[:2] == ["https://news.example.com/china/feed", "https://news.example.com/feed"]
    assert "https://news.example.com/rss.xml" in found


def test_an_address_is_not_proposed_in_its_own_place() -> None:
    assert "https://a.example/feed" not in [each.url for each in usual_feeds("https://a.example/feed")]


@given(st.binary(max_size=300), st.text(max_size=100))
def test_whatever_a_page_holds_only_addresses_come_out(body: bytes, link: str) -> None:
    assert all(each.url.startswith("http") for each in linked_feeds(body, {"link": link}, PAGE))
