"""Texts that want to be taken for each other, or to take all the time there is."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from extractors.records import DuplicateKind, JudgedArticle, PlacedArticle
from extractors.stories import Placement
from extractors.stories.fingerprints import sketch_of
from tests.extractors.rulebook import rules
from tests.extractors.stories.test_near import CHINESE, OTHER, TEXT
from tests.extractors.stories.test_placing import judged

BOILERPLATE = (
    "You are reading the free edition of this sample paper. Subscribe for full access to our archive and our newsletters. "
    "Comments are moderated; be kind. We use cookies to improve the service and to measure how our pages are read every day. "
    "All rights reserved. Reprints only with written permission of the publisher, who answers letters within ten days. "
)


def in_turn(articles: Iterable[JudgedArticle]) -> list[PlacedArticle]:
    placement = Placement(rules().duplicates, ())
    return [placement.place(each) for each in articles]


def stories(rows: Iterable[PlacedArticle]) -> int:
    return len({row.story_id for row in rows})


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "😀"])
def test_empty_texts_are_no_copies_of_each_other(text: str) -> None:
    rows = in_turn(judged(f"a{number}", f"Title number {number}{number}", text) for number in range(3))
    assert [row.kind for row in rows] == [None, None, None]
    assert stories(rows) == 3


@pytest.mark.parametrize("text", ["Loading", "404", "Access denied", "加载中", "请登录后查看"])
def test_a_placeholder_under_other_titles_is_no_copy(text: str) -> None:
    rows = in_turn([judged("a", "Robots in Hefei", text), judged("b", "Library of Oslo", text)])
    assert stories(rows) == 2


def test_one_word_under_one_title_is_a_copy() -> None:
    rows = in_turn([judged("a", "Robots in Hefei", "Loading"), judged("b", "Robots in Hefei", "Loading")])
    assert rows[1].kind is DuplicateKind.EXACT


def test_thousands_of_copies_of_one_page_are_one_story_and_take_no_time_to_speak_of() -> None:
    began = time.perf_counter()
    rows = in_turn(judged(f"a{number:05}", "Robots in Hefei", TEXT, number / 1000) for number in range(2_000))
    assert stories(rows) == 1
    assert {row.duplicate_of for row in rows[1:]} == {"a00000"}
    assert time.perf_counter() - began < 20


def test_near_copies_without_end_are_one_story_and_are_not_looked_through_one_by_one() -> None:
    placement = Placement(rules().duplicates, ())
    rows = [
        placement.place(judged(f"a{number:05}", "Robots in Hefei", f"{TEXT} Edition {number + 13}.", number / 1000))
        for number in range(400)
    ]
    assert stories(rows) == 1
    assert max(len(holders) for holders in placement._by_hash.values()) <= 20


def test_the_same_boilerplate_over_other_bodies_is_no_copy() -> None:
    rows = in_turn(
        judged(name, title, BOILERPLATE + body + " " + BOILERPLATE)
        for name, title, body in (("a", "Robots in Hefei", TEXT), ("b", "Library of Oslo", OTHER))
    )
    assert stories(rows) == 2


def test_texts_made_to_share_every_sketch_hash_are_compared_word_by_word() -> None:
    first = judged("a", "Robots in Hefei", TEXT)
    second = judged("b", "Library of Oslo", OTHER)
    placement = Placement(rules().duplicates, ())
    placed = placement.place(first)
    placement._by_hash = {value: ["a"] for value in rules().duplicates.fingerprint(second.article).sketch}  # type: ignore[assignment]
    assert placement.place(second).story_id != placed.story_id


def test_a_common_hash_of_all_texts_makes_no_pair() -> None:
    assert sketch_of(["of the"] * 500) == sketch_of(["of the"])


def test_a_text_of_two_megabytes_is_placed_in_seconds() -> None:
    began = time.perf_counter()
    long = " ".join(f"word{number % 5_000} {number}" for number in range(160_000))
    rows = in_turn([judged("a", "A very long list", long), judged("b", "A very long list", long[:-9], 1)])
    assert rows[1].kind is DuplicateKind.NEAR
    assert time.perf_counter() - began < 60


def test_one_character_repeated_is_read() -> None:
    rows = in_turn([judged("a", "A" * 5_000, "a" * 100_000), judged("b", "人" * 2_000, "人" * 50_000)])
    assert stories(rows) == 2


def test_an_article_without_a_title_is_placed() -> None:
    rows = in_turn([judged("a", "", TEXT), judged("b", "", OTHER, 1), judged("c", "", TEXT + " More soon.", 2)])
    assert rows[2].duplicate_of == "a"
    assert stories(rows) == 2


def test_lone_surrogates_do_not_stop_the_path() -> None:
    rows = in_turn([judged("a", "Robots \ud800", TEXT + " \udfff"), judged("b", "Robots \ud800", TEXT + " \udfff", 1)])
    assert rows[1].kind is DuplicateKind.EXACT


def test_batches_of_any_size_in_time_order_give_the_same_stories() -> None:
    texts = [TEXT, OTHER, CHINESE, TEXT + " More soon.", OTHER + " More soon.", TEXT[:230]]
    articles = [judged(f"a{number}", text[:30], text, number) for number, text in enumerate(texts)]
    whole = in_turn(articles)
    for size in (1, 2, 3):
        rows, known = list[PlacedArticle](), []
        for start in range(0, len(articles), size):
            placement = Placement(rules().duplicates, known)
            rows += [placement.place(each) for each in articles[start : start + size]]
            known = [
                replace(candidate, fingerprint=rules().duplicates.fingerprint(candidate))
                for candidate in placement._known.values()
            ]
        assert [(row.story_id, row.duplicate_of, row.kind) for row in rows] == [
            (row.story_id, row.duplicate_of, row.kind) for row in whole
        ]


def test_an_article_placed_again_with_the_same_words_stays_word_for_word() -> None:
    placement = Placement(rules().duplicates, ())
    articles = [judged("a", "Robots in Hefei", TEXT), judged("b", "Robots in Hefei", TEXT + " More soon.", 1)]
    first = [placement.place(each) for each in articles]
    assert [placement.place(each) for each in articles] == first


def test_a_first_report_whose_words_change_does_not_become_a_copy_of_its_copy() -> None:
    placement = Placement(rules().duplicates, ())
    first = placement.place(judged("a", "Robots in Hefei", TEXT))
    placement.place(judged("b", "Robots in Hefei", TEXT + " More soon.", 1))
    again = placement.place(judged("a", "Robots in Hefei", TEXT + " Corrected.", 0))
    assert (again.story_id, again.duplicate_of) == (first.story_id, None)


def test_a_report_of_weeks_ago_is_another_event() -> None:
    placement = Placement(rules().duplicates, ())
    first = placement.place(judged("a", "Lanternfish opens robot factory in Hefei", TEXT))
    words = "Lanternfish opens its robot factory in Hefei; 4,200 robots, 310 million yuan, 460 people, said Wen Sample."
    near = Placement(rules().duplicates, ())
    near.place(judged("a", "Lanternfish opens robot factory in Hefei", TEXT))
    soon = near.place(judged("b", "Lanternfish opens robot factory in Hefei", words, 24))
    late = placement.place(
        replace(
            judged("b", "Lanternfish opens robot factory in Hefei", words),
            article=replace(
                judged("b", "Lanternfish opens robot factory in Hefei", words).article,
                published_at=judged("a", "", TEXT).article.published_at + timedelta(days=40),  # type: ignore[operator]
            ),
        )
    )
    assert soon.story_id == first.story_id
    assert late.kind is not DuplicateKind.SAME_STORY
