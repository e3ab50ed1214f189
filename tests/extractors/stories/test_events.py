"""Rarity, centroids and the age of a story."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from extractors.stories.events import FADING, MOST_MEMBERS, MOST_TERMS, Centroid, CommonTerms, Member, Rarity, Story
from extractors.stories.fingerprints import stable_hash
from extractors.stories.reading import MARKS

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
LATIN = MARKS[False]


def member(name: str, days: float = 0, chinese: bool = False) -> Member:
    return Member(name, chinese, frozenset(), NOW + timedelta(days=days))


def test_a_term_of_every_article_tells_nothing_and_a_rare_one_most() -> None:
    rarity = Rarity({})
    for number in range(50):
        rarity.see([LATIN, 1, 100 + number])
    total = rarity.articles(LATIN)
    assert total == 50
    assert rarity.of(1, total) < 0.2 < rarity.of(100, total) < rarity.of(999, total)


def test_counts_of_the_archive_and_of_the_batch_add_up() -> None:
    rarity = Rarity({LATIN: 10, 7: 4})
    rarity.see([LATIN, 7])
    other = Rarity({LATIN: 11, 7: 5})
    assert rarity.of(7, rarity.articles(LATIN)) == other.of(7, other.articles(LATIN))


def test_what_is_expected_counts_before_anything_is_stored_and_fades_as_the_archive_grows() -> None:
    common = CommonTerms(articles=100, en={0.9: "the of", 0.1: "model"}, zh={0.5: "模型"})
    new, grown = Rarity({}, common.expected()), Rarity({LATIN: 100_000}, common.expected())
    assert new.articles(LATIN) == new.articles(MARKS[True]) == 100
    the, model, rare = (stable_hash(word) for word in ("the", "model", "gallium"))
    assert new.of(the, 100) < 0.3 < new.of(model, 100) < new.of(rare, 100)
    total = grown.articles(LATIN)
    assert grown.of(rare, total) - grown.of(the, total) < new.of(rare, total) - new.of(the, total) + 1e-9
    assert grown.of(the, total) > 5


def test_counting_in_another_order_gives_the_same() -> None:
    one, other = Rarity({}), Rarity({})
    for terms in ([1, 2], [2, 3]):
        one.see(terms)
    for terms in ([2, 3], [1, 2]):
        other.see(terms)
    assert [one.of(term, 2) for term in (1, 2, 3)] == [other.of(term, 2) for term in (1, 2, 3)]


@given(st.dictionaries(st.integers(1, 10**6), st.floats(0.1, 10), max_size=400))
def test_a_vector_has_length_one_and_a_bounded_number_of_terms(weights: dict[int, float]) -> None:
    vector = Rarity({LATIN: 100}).vector(weights, False)
    assert len(vector) <= MOST_TERMS
    assert not weights or sum(value * value for value in vector.values()) == pytest.approx(1)


def test_anchors_are_alike_when_rare_ones_agree() -> None:
    rarity = Rarity({LATIN: 1000, 1: 900, 2: 3, 3: 3})
    rare = rarity.anchored(frozenset({1, 2, 4}), frozenset({1, 2, 5}))
    common = rarity.anchored(frozenset({1, 3, 4}), frozenset({1, 2, 5}))
    assert common < rare < 1
    assert rarity.anchored(frozenset({4}), frozenset({5})) == 0


def test_an_article_is_most_like_the_centroid_it_is_alone_in() -> None:
    centroid = Centroid()
    centroid.add({1: 0.6, 2: 0.8})
    assert centroid.likeness({1: 0.6, 2: 0.8}) == pytest.approx(1)
    assert centroid.likeness({3: 1.0}) == 0


def test_an_empty_centroid_is_like_nothing() -> None:
    assert Centroid().likeness({1: 1.0}) == 0


def test_a_centroid_stands_between_its_articles() -> None:
    centroid = Centroid()
    centroid.add({1: 1.0})
    centroid.add({2: 1.0})
    assert centroid.likeness({1: 1.0}) == pytest.approx(2**-0.5)


def test_each_language_has_its_own_centroid() -> None:
    story = Story("s", NOW)
    story.add(member("a"), {1: 1.0})
    story.add(member("b", chinese=True), {2: 1.0})
    assert story.likeness({1: 1.0}, False, NOW, 14) == pytest.approx(1)
    assert story.likeness({1: 1.0}, True, NOW, 14) == 0


def test_a_story_fades_with_its_age_and_ends_with_the_window() -> None:
    story = Story("s", NOW)
    story.add(member("a"), {1: 1.0})
    story.add(member("b", 2), {1: 1.0})
    assert story.fading(NOW + timedelta(days=1), 14) == 1
    assert story.fading(NOW + timedelta(days=9), 14) == pytest.approx(1 - FADING / 2)
    assert story.fading(NOW + timedelta(days=17), 14) == 0


def test_a_late_arrival_that_is_older_finds_it_too() -> None:
    story = Story("s", NOW)
    story.add(member("a"), {1: 1.0})
    assert story.fading(NOW - timedelta(days=7), 14) == pytest.approx(1 - FADING / 2)
    assert story.fading(NOW - timedelta(days=15), 14) == 0


def test_a_story_remembers_its_latest_articles_only() -> None:
    story = Story("s", NOW)
    for number in range(MOST_MEMBERS + 5):
        story.add(member(f"a{number}", number / 10), {number: 1.0})
    assert len(story.members) == MOST_MEMBERS
    assert story.members[-1].article_id == f"a{MOST_MEMBERS + 4}"


def test_a_story_of_one_article_has_nobody_else_in_it() -> None:
    story = Story("s", NOW)
    story.add(member("a"), {1: 1.0})
    assert not story.has_other_than("a")
    assert story.has_other_than("b")
