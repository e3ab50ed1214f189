"""Addresses: what is the same page stays the same, what is another stays another."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from extractors.urls import absolute_url, article_id, canonical_url, entry_id, host_of, page_id, publisher_of

PAGE = "https://example.com/news/a-story"


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com/news/a-story",
        "http://example.com/news/a-story",
        "HTTPS://Example.COM/news/a-story",
        "https://www.example.com/news/a-story/",
        "https://m.example.com/news/a-story",
        "https://amp.example.com/news/a-story/amp/",
        "https://www.m.example.com/news/a-story.amp",
        "https://example.com:443/news/a-story",
        "http://example.com:80/news/a-story",
        "https://example.com./news/a-story",
        "https://reader:secret@example.com/news/a-story",
        "https://example.com/news/./old/../a-story",
        "https://example.com/news/a-story#comments",
        "https://example.com/news/a-story?utm_source=rss&utm_medium=feed",
        "https://example.com/news/a-story?spm=1001.2014&from=timeline&isappinstalled=0",
        "  https://example.com/news/a-story/index.html\n",
    ],
)
def test_copies_of_a_link_have_one_canonical_form(link: str) -> None:
    assert canonical_url(link) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/read?20261102", "https://example.com/read?20261103"),
        ("https://example.com/read?id=1", "https://example.com/read?id=2"),
        ("https://example.com/read?source=4711", "https://example.com/read?source=4712"),
        ("https://tech.example.com/a", "https://example.com/a"),
        ("https://example.com:8080/a", "https://example.com/a"),
        ("https://example.com/champ", "https://example.com/ch"),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_the_order_of_parameters_does_not_matter() -> None:
    assert canonical_url("https://example.com/?b=2&a=1") == canonical_url("https://example.com/?a=1&b=2")


def test_a_chinese_domain_and_path_are_spelled_one_way() -> None:
    spelled = canonical_url("http://例子.中国/新闻?题=一")
    assert spelled.startswith("https://xn--fsqu00a.xn--fiqs8s/%E6%96%B0%E9%97%BB?")
    assert canonical_url(spelled) == spelled


@pytest.mark.parametrize(
    "link",
    ["", "javascript:void(0)", "mailto:a@example.com", "file:///etc/passwd", "ftp://example.com/a", "//", "https://",
     "https://example.com:port/", "http://[broken/", "relative/path", "https://example.com/" + "a" * 2_048],
)  # fmt: skip
def test_what_is_no_web_address_has_no_canonical_form(link: str) -> None:
    assert canonical_url(link) == ""
    assert absolute_url(link, "") == ""


def test_relative_links_become_absolute() -> None:
    base = "https://example.com/news/feed.xml"
    assert absolute_url("story.html", base) == "https://example.com/news/story.html"
    assert absolute_url("//cdn.example.org/a", base) == "https://cdn.example.org/a"
    assert absolute_url("?id=1", base) == "https://example.com/news/feed.xml?id=1"


URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    st.sampled_from(["", "www.", "m.", "www.m.", "wap.amp.", "user:word@"]),
    st.sampled_from(["example.com", "Example.co.uk", "127.0.0.1", "[::1]", "例子.中国", "a..b", "xn--"]),
    st.sampled_from(["", ":80", ":443", ":8080", ":"]),
    st.text(alphabet="/.aApmindex%20新?=&;+#~\\ \t\ud800", max_size=40).map(lambda tail: "/" + tail),
)


@given(st.one_of(URLS, st.text(max_size=80)))
def test_canonical_is_idempotent_and_never_raises(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@given(st.one_of(URLS, st.text(max_size=80)))
def test_every_text_has_a_publisher_and_a_host_even_if_an_empty_one(url: str) -> None:
    assert isinstance(publisher_of(url), str)
    assert isinstance(host_of(url), str)


@pytest.mark.parametrize(
    ("url", "publisher"),
    [
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk"),
        ("http://politics.people.com.cn/n1/2026/1102/c1.html", "people.com.cn"),
        ("https://qwenlm.github.io/blog/index.xml", "qwenlm.github.io"),
        ("https://www.gov.cn/zhengce/", "gov.cn"),
        ("http://127.0.0.1:8080/feed", "127.0.0.1"),
        ("not an address", ""),
    ],
)
def test_the_publisher_is_the_registrable_domain(url: str, publisher: str) -> None:
    assert publisher_of(url) == publisher


def test_ids_are_sixteen_hex_characters_in_their_own_namespace() -> None:
    ids = {page_id(PAGE), article_id(PAGE), article_id(PAGE, 0), article_id(PAGE, 1), entry_id("f", "", PAGE, "", None)}
    assert len(ids) == 5
    assert all(len(each) == 16 and int(each, 16) >= 0 for each in ids)


def test_ids_never_change_between_releases() -> None:
    assert page_id("https://example.com/a") == "a5d3584e03cb35ea"


def test_an_entry_is_known_by_guid_then_link_then_title_and_day() -> None:
    day = date(2026, 11, 2)
    assert entry_id("f", "g", "https://a.example/1", "t", day) == entry_id("f", "g", "https://a.example/2", "u", None)
    assert entry_id("f", "", "https://a.example/1", "t", day) == entry_id("f", "", "https://a.example/1", "u", None)
    assert entry_id("f", "", "", "t", day) != entry_id("f", "", "", "t", date(2026, 11, 3))
    assert entry_id("f", "g", "", "t", day) != entry_id("other", "g", "", "t", day)


def test_a_guid_survives_the_switch_to_https() -> None:
    assert entry_id("f", "http://www.a.example/?p=1", "", "", None) == entry_id(
        "f", "https://a.example/?p=1", "", "", None
    )
