"""Hostile and odd pages: each ends in seconds, with its text or with the true reason, and never with an exception."""

import pytest
from hypothesis import given, settings, strategies as st

from extractors.articles import ExtractedPage, read_page
from extractors.records import Dropped, Reason, sections_to_text
from tests.extractors.articles.hostile_pages import FILES, MORE, ODD, PAGES, STUBS, Odd, page

URL = "https://news.example/story"
TAGS = st.sampled_from(
    "<p> </p> <div> </div> <table> <tr> <td> <br> <h1> </h1> <h2> <li> <ul> <a href=/x> </a> <script> </script> <!-- --> <b> "
    "<article> <nav> <style> <title> &amp; &#0;"
    " &#xD800; <![CDATA[ ]]> <svg> <math> <template> <body> </html>".split()
)


def outcome(odd: Odd) -> Reason | None:
    found = read_page(odd.body, URL, odd.headers)
    return found.reason if isinstance(found, Dropped) else None


def test_there_are_sixty_of_them() -> None:
    assert len(PAGES) >= 60


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind_is_named(name: str) -> None:
    found = read_page(FILES[name].body, URL, FILES[name].headers)
    assert isinstance(found, Dropped)
    assert found.reason is FILES[name].reason
    assert found.detail


@pytest.mark.parametrize("name", STUBS)
def test_a_page_without_an_article_says_why(name: str) -> None:
    assert outcome(STUBS[name]) is STUBS[name].reason


@pytest.mark.parametrize("name", ODD)
def test_an_odd_page_still_gives_its_text(name: str) -> None:
    found = read_page(ODD[name].body, URL, ODD[name].headers)
    assert isinstance(found, ExtractedPage), found
    assert len(sections_to_text(found.sections)) >= 100


def test_one_bad_byte_costs_one_character() -> None:
    found = read_page(ODD["gb18030 with one bad byte"].body, URL, {})
    assert isinstance(found, ExtractedPage)
    assert sections_to_text(found.sections).count("\ufffd") == 1


def test_where_a_stub_leads_is_told() -> None:
    found = read_page(STUBS["meta refresh"].body, URL, {})
    assert isinstance(found, Dropped)
    assert found.detail == "the page only leads to https://e.example/new"


def test_a_long_article_that_speaks_of_captchas_is_no_wall() -> None:
    found = read_page(
        page(f"<article><p>Please solve the captcha, it said.</p>{f'<p>{MORE}</p>' * 20}</article>"), URL, {}
    )
    assert isinstance(found, ExtractedPage)


@given(st.binary(max_size=2_000))
def test_arbitrary_bytes_never_raise(body: bytes) -> None:
    assert isinstance(read_page(body, URL, {}), Dropped | ExtractedPage)


@settings(max_examples=60)
@given(
    st.lists(st.one_of(TAGS, st.text(max_size=60)), max_size=60),
    st.sampled_from(["utf-8", "gb18030", "utf-16", "cp1252"]),
)
def test_a_soup_of_tags_never_raises(pieces: list[str], charset: str) -> None:
    body = "".join(pieces).encode(charset, "replace")
    found = read_page(body, URL, {"content-type": f"text/html; charset={charset}"})
    assert isinstance(found, Dropped | ExtractedPage)


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_header_and_address_are_survived(kind: str, url: str) -> None:
    assert read_page(page(f"<p>{MORE}</p>"), url, {"content-type": kind}) is not None
