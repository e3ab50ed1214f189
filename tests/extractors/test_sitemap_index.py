"""Which sitemaps of an index are asked for, whatever the index says."""

import gzip
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from extractors.feeds.sitemap_index import sitemaps_to_read

INDEX = "https://news.example/index.xml"


def index_of(*named: tuple[str, str]) -> bytes:
    maps = [f"<sitemap><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>" for loc, day in named]
    return f"<sitemapindex>{''.join(maps)}</sitemapindex>".encode()


def test_the_sitemaps_that_changed_last_are_read_first() -> None:
    named = [(f"https://news.example/{day}.xml", f"2026-10-{day:02d}") for day in (3, 9, 1, 5, 7, 8, 2)]
    found = sitemaps_to_read(index_of(*named), INDEX, None)
    assert [loc.rpartition("/")[2] for loc in found] == ["9.xml", "8.xml", "7.xml", "5.xml", "3.xml"]


def test_what_did_not_change_since_the_last_poll_is_not_read_but_for_the_newest() -> None:
    named = [("https://news.example/a.xml", "2026-09-30"), ("https://news.example/b.xml", "2026-10-02T08:00:00Z")]
    at = datetime(2026, 10, 2, 9, tzinfo=UTC)
    assert sitemaps_to_read(index_of(*named), INDEX, at) == ["https://news.example/b.xml"]
    assert sitemaps_to_read(index_of(*named), INDEX, at.replace(hour=7)) == ["https://news.example/b.xml"]


def test_a_day_alone_may_have_brought_changes_until_its_end() -> None:
    named = [("https://news.example/a.xml", "2026-10-02"), ("https://news.example/b.xml", "2026-10-02")]
    assert len(sitemaps_to_read(index_of(*named), INDEX, datetime(2026, 10, 2, 9, tzinfo=UTC))) == 2
    assert len(sitemaps_to_read(index_of(*named), INDEX, datetime(2026, 10, 4, 9, tzinfo=UTC))) == 1


def test_without_dates_those_that_speak_of_news_come_first() -> None:
    named = [("/pages.xml", ""), ("/news-sitemap.xml", ""), ("/tags.xml", "")]
    assert sitemaps_to_read(index_of(*named), INDEX, None)[0] == "https://news.example/news-sitemap.xml"


@pytest.mark.parametrize(
    "body", [b"", b"<rss/>", b"<urlset/>", b"\x1f\x8b\x08broken", b"<sitemapindex>", b"<sitemapindex><sitemap/>"]
)
def test_what_names_no_sitemap_leads_nowhere(body: bytes) -> None:
    assert sitemaps_to_read(body, INDEX, None) == []


def test_a_cdata_section_an_escaped_sign_and_a_prefix_are_read() -> None:
    locations = (b" <![CDATA[https://news.example/a?b=1]]>", b"https://news.example/a?b=1&amp;c=2")
    named = [b"<s:sitemap><s:loc>" + location + b"</s:loc></s:sitemap>" for location in locations]
    body = b"<s:sitemapindex>" + b"".join(named)
    assert set(sitemaps_to_read(body, INDEX, None)) == {"https://news.example/a?b=1", "https://news.example/a?b=1&c=2"}


@pytest.mark.parametrize(
    "piece",
    [b"<sitemap>", b"<loc>", b"<a:", b"<sitemap><loc>" + b" " * 5_000, b"<loc><![CDATA[", b"<lastmod>" + b"x" * 90],
)
def test_no_index_keeps_us_busy(piece: bytes) -> None:
    body = b"<sitemapindex>" + piece * (3_000_000 // len(piece))
    started = time.process_time()
    sitemaps_to_read(body, INDEX, None)
    assert time.process_time() - started < 5


@given(st.binary(max_size=300), st.booleans())
def test_no_index_is_a_surprise(junk: bytes, zipped: bool) -> None:
    body = b"<sitemapindex><sitemap><loc>" + junk
    for url in sitemaps_to_read(gzip.compress(body) if zipped else body, INDEX, None):
        assert url.startswith(("https://news.example/", "http://news.example/"))
