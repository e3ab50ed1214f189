"""Digests: cut into items with true offsets, or left whole."""

import pytest
from hypothesis import given, strategies as st

from extractors.digests import items_in
from tests.extractors.rulebook import article, rules

LAYOUTS = {
    "brackets": "开头。\n【第一条新闻】内容一,足够长。\n【第二条新闻】内容二,足够长。\n【第三条新闻】内容三,足够长。",
    "headings": "Lead.\n\n## First story\n\nBody one.\n\n## Second story\n\nBody two.\n\n## Third story\n\nBody three.",
    "numbers": "1. 第一条新闻的内容在这里。\n2. 第二条新闻的内容在这里。\n3. 第三条新闻的内容在这里。",
    "bullets": "• First story about one thing.\n• Second story about a thing.\n• Third story about a thing.",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_digest_is_cut_where_its_items_begin(layout: str) -> None:
    digest = article("早报", LAYOUTS[layout])
    items = items_in(digest)
    assert len(items) == 3
    assert [item.start for item in items] == sorted(item.start for item in items)
    for item in items:
        piece = digest.text[item.start : item.end]
        assert item.article.title.rstrip(".") in piece
        assert piece == piece.strip()


def test_two_items_make_no_digest() -> None:
    assert items_in(article("早报", "【第一条新闻】内容一。\n【第二条新闻】内容二。")) == []


def test_only_what_calls_itself_a_digest_is_cut() -> None:
    assert rules().relevance.items_in(article("A long read", LAYOUTS["headings"])) == []
    assert len(rules().relevance.items_in(article("Daily digest", LAYOUTS["headings"]))) == 3


def test_items_have_ids_of_their_own() -> None:
    ids = {item.article.article_id for item in items_in(article("早报", LAYOUTS["numbers"]))}
    assert len(ids) == 3


@given(
    st.lists(
        st.sampled_from(["【标题标题】", "1. ", "## Head", "\n", "text ", "内容。", "• ", "\u3000"]), max_size=30
    ).map("".join)
)
def test_items_never_overlap_and_lie_in_the_text(text: str) -> None:
    digest = article("早报", text)
    reached = 0
    for item in items_in(digest):
        assert reached <= item.start < item.end <= len(digest.text)
        reached = item.end
