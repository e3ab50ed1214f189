"""Other forms of the same article are recognised by their links, and never fetched here."""

import pytest
from hypothesis import given, strategies as st

from extractors.articles.marks import marks_of
from extractors.articles.reading import tree_of
from extractors.articles.variants import numbered, variants_of

URL = "https://news.example/2026/story.html"


def variants(inner: str, url: str = URL, head: str = "") -> dict[str, str]:
    return dict(variants_of(marks_of(tree_of(f"<html><head>{head}</head><body>{inner}<p>x</p></body></html>")), url))


def test_amp_and_canonical_are_read_from_the_head() -> None:
    head = "<link rel=amphtml href=/amp/story><link rel=canonical href=https://news.example/2026/story>"
    assert variants("", head=head) == {
        "amp": "https://news.example/amp/story",
        "canonical": "https://news.example/2026/story",
    }


def test_a_canonical_address_of_its_own_is_no_other_form() -> None:
    assert variants("", head=f"<link rel=canonical href={URL}#top>") == {}


@pytest.mark.parametrize(
    "href", ["/print/story", "/story?print=1", "/story/print/", "/story-print.html", "/print.php?id=1"]
)
def test_a_print_page_is_told_by_its_address(href: str) -> None:
    assert variants(f"<a href='{href}'>Print</a>")["print"] == f"https://news.example{href}"


@pytest.mark.parametrize("href", ["/blueprint-of-a-plan", "/printing-presses-are-back", "/fingerprints/7"])
def test_an_article_about_printing_is_no_print_page(href: str) -> None:
    assert "print" not in variants(f"<a href='{href}'>A headline</a>")


@pytest.mark.parametrize(
    ("url", "href"),
    [
        (URL, "/2026/story_2.html"),
        (URL, "story-2.html"),
        ("https://news.example/a?page=2", "/a?page=3"),
        ("https://news.example/a/", "/a/page/2/"),
        ("https://news.example/c/100_1.shtml", "/c/100_2.shtml"),
    ],
)
def test_the_next_page_is_one_number_further(url: str, href: str) -> None:
    assert "next" in variants(f"<a href='{href}'>2</a>", url)


@pytest.mark.parametrize(
    "href", ["/2026/story_3.html", "/2026/other_2.html", "https://other.example/2026/story_2.html", "#2"]
)
def test_other_numbers_stories_and_hosts_are_no_next_page(href: str) -> None:
    assert "next" not in variants(f"<a href='{href}'>2</a>")


def test_rel_next_is_believed() -> None:
    assert (
        variants("", head="<link rel=next href=/2026/story/part-two>")["next"]
        == "https://news.example/2026/story/part-two"
    )


@pytest.mark.parametrize("href", ["javascript:print()", "mailto:print@news.example", "http://[broken/print/1"])
def test_what_is_no_web_address_is_passed_over(href: str) -> None:
    assert variants(f"<a href='{href}'>Print</a>") == {}


@given(st.text(max_size=80))
def test_any_address_can_be_numbered(url: str) -> None:
    assert numbered(url)[1] >= 0
