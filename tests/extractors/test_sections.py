"""Sections become one text with headings as lines, and come back."""

import pytest
from hypothesis import given, strategies as st

from extractors.sections import Section, sections_to_text, text_to_sections

WORDS = st.text(st.characters(categories=["L", "N"], include_characters=" ，。"), min_size=1, max_size=20).filter(
    lambda text: text == text.strip() and bool(text)
)
TEXTS = st.lists(WORDS, max_size=4).map("\n".join)


def test_a_text_without_headings_is_one_section() -> None:
    assert text_to_sections("One.\nTwo.") == (Section("", "One.\nTwo."),)


def test_a_heading_line_begins_a_section() -> None:
    text = "Lead.\n\n## First\n\nBody.\n\n## Second\n\nMore."
    assert text_to_sections(text) == (Section("", "Lead."), Section("First", "Body."), Section("Second", "More."))


def test_a_text_that_begins_with_a_heading_has_an_empty_section_0() -> None:
    assert text_to_sections("## First\nBody.") == (Section("", ""), Section("First", "Body."))


def test_a_heading_without_a_body_is_kept() -> None:
    assert text_to_sections("## One\n## Two\nBody.")[1:] == (Section("One", ""), Section("Two", "Body."))


@pytest.mark.parametrize("line", ["##", "## ", "##   ", "#Tag", "### deeper", "a ## b", "##no space"])
def test_a_line_that_only_looks_like_a_heading_is_text(line: str) -> None:
    (only,) = text_to_sections(f"Before.\n{line}\nAfter.")
    assert line.strip() in only.text


def test_nothing_is_one_empty_section() -> None:
    assert text_to_sections("") == (Section("", ""),)
    assert sections_to_text(()) == ""


def test_headings_and_bodies_are_set_apart_by_an_empty_line() -> None:
    sections = (Section("", "导语。"), Section("标题", "正文。"), Section("", "尾。"))
    assert sections_to_text(sections) == "导语。\n\n## 标题\n\n正文。\n\n尾。"


@given(TEXTS, st.lists(st.tuples(WORDS, TEXTS), max_size=5))
def test_what_was_written_comes_back(lead: str, rest: list[tuple[str, str]]) -> None:
    sections = (Section("", lead), *(Section(heading, text) for heading, text in rest))
    assert text_to_sections(sections_to_text(sections)) == sections


@given(st.text())
def test_no_word_of_a_text_is_lost(text: str) -> None:
    again = sections_to_text(text_to_sections(text))
    assert "".join(again.split()) == "".join(text.split())


@given(st.text())
def test_writing_and_reading_settles_at_once(text: str) -> None:
    once = text_to_sections(sections_to_text(text_to_sections(text)))
    assert text_to_sections(sections_to_text(once)) == once
