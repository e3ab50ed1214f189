"""Chinese feeds in every encoding they come in: each title as written, one sign for a bad byte."""

import pytest
from hypothesis import given, strategies as st

from extractors.decode import decode
from tests.extractors.chinese_feeds import CASES, COMPLEX, SIMPLE, Case, whole
from tests.extractors.feed_bodies import document


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_title_is_read_as_it_was_written(case: Case) -> None:
    """D36"""
    titles = [entry.title for entry in document(case.body, case.content_type).entries]
    assert case.is_right(titles), titles


def test_there_are_25_cases_and_no_two_are_alike() -> None:
    assert len(CASES) == 25
    assert len({(case.body, case.content_type) for case in CASES}) == 25


def test_some_are_spoiled_and_most_are_whole() -> None:
    assert sum(case.spoil is not whole for case in CASES) == 3


@pytest.mark.parametrize("case", [case for case in CASES if case.spoil is whole], ids=lambda case: case.name)
def test_the_case_is_what_it_says(case: Case) -> None:
    assert case.titles[0] in case.body.decode(case.charset)


def test_a_reading_in_the_wrong_charset_is_not_taken_for_right() -> None:
    case = CASES[1]
    assert case.is_right(list(case.titles))
    assert not case.is_right([title.encode().decode("gb18030", "replace") for title in case.titles])
    assert not case.is_right(list(case.titles[1:]))


@pytest.mark.parametrize("title", SIMPLE)
def test_a_short_simplified_text_is_not_taken_for_big5(title: str) -> None:
    assert decode(title.encode("gb18030"), []) == title


@pytest.mark.parametrize("title", COMPLEX)
def test_a_short_traditional_text_in_big5_is_not_taken_for_gb18030(title: str) -> None:
    assert decode(title.encode("big5"), []) == title


@given(st.text(st.sampled_from("的一是不了人在有我他這個們中來上大為和國地到以說時要就出會"), min_size=20, max_size=60))
def test_common_characters_are_told_apart_in_both_charsets(text: str) -> None:
    assert decode(text.encode("big5"), []) == text
