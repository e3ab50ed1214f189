"""The choice between ways to find the main text: whom the others agree with, and who found more of the same."""

from collections import Counter

import pytest

from extractors.articles.candidates import TOKEN, Candidate, holds, most_agreed, words_in
from extractors.articles.lines import Line

PART = " ".join(f"word{n}" for n in range(100))


def found(name: str, words: str) -> Candidate:
    return Candidate(name, [], Counter(words.split()))


def test_the_one_whom_the_others_agree_with_is_chosen() -> None:
    best, choice = most_agreed([found("trafilatura", "a b c d"), found("window", PART), found("resiliparse", PART)])
    assert (best.name, choice.chosen) == ("resiliparse", "resiliparse")
    assert "most agreed with" in choice.why


@pytest.mark.parametrize(
    ("whole", "is_held"),
    [
        (f"{PART} and a second section", True),
        (f"{PART} {PART}", True),
        (PART, False),
        ("another text of other words " * 30, False),
        (f"{PART} " + "comment " * 1_000, False),
    ],
)
def test_a_candidate_holds_another_when_it_has_its_words_and_more_but_not_many_times_more(
    whole: str, is_held: bool
) -> None:
    assert holds(found("trafilatura", whole), found("readability", PART)) is is_held


def test_a_few_words_may_be_missing_in_what_holds_another() -> None:
    assert holds(found("trafilatura", PART.replace("word7 ", "") + " one two three"), found("readability", PART))


def test_a_candidate_that_lost_the_headings_of_another_does_not_hold_it() -> None:
    part = Candidate("readability", [Line("word1", level=2)], Counter(PART.split()))
    assert not holds(found("trafilatura", f"{PART} and more"), part)


@pytest.mark.parametrize("text", ["plain words of 2026, under_scored", "it’s an em — dash", "人工智能 and words", ""])
def test_words_are_the_same_whether_a_text_is_ascii_or_not(text: str) -> None:
    assert words_in(text) == TOKEN.findall(text)
