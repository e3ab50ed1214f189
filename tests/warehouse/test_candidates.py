"""Which stored articles a new one is compared with."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from extractors.records import Article, Candidate, DuplicateKind, Fingerprint, TaggedArticle
from tests.warehouse.builders import (
    BETA,
    DAY,
    NOW,
    article,
    copy_of,
    loaded,
    not_relevant,
    rows,
    tagged,
    value,
    waiting,
)
from warehouse import candidates, decisions
from warehouse.checks import run_check
from warehouse.store import Warehouse


@dataclass(frozen=True)
class Sketches:
    """Rules whose fingerprints are given: the sketch by article, the text's hash, and the two windows in days."""

    sketches: dict[str, tuple[int, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    telling: dict[str, tuple[int, ...]] = field(default_factory=dict)
    story_days: float = 3
    copy_days: float = 30

    def fingerprint(self, of: Article) -> Fingerprint:
        key = of.article_id
        return Fingerprint(
            self.texts.get(key, key), self.sketches.get(key, (901, 902, 903)), (), self.telling.get(key, ())
        )


def stored(
    warehouse: Warehouse, key: str, days: float, sketch: tuple[int, ...] = (1, 2, 3), text: str = "", **more: Any
) -> TaggedArticle:
    """An article of some days ago with this sketch and this text hash."""
    entry = waiting(key, BETA, published_at=NOW - timedelta(days=days))
    article = tagged(entry, sketch=sketch, text_sha256=text or f"text of {key}", **more)
    loaded(warehouse, article)
    return article


def new(key: str = "new") -> Article:
    return article(waiting(key, published_at=NOW))


def found(warehouse: Warehouse, rules: Sketches | None = None, *articles: Article) -> list[str]:
    """The ids of the candidates for these articles."""
    wanted = articles or (new(),)
    return sorted(each.article_id for each in warehouse.candidates(wanted, rules or Sketches()))


def test_nothing_to_place_has_no_candidates(warehouse: Warehouse) -> None:
    stored(warehouse, "old", 1)
    assert warehouse.candidates([], Sketches()) == []


def test_two_shared_telling_terms_make_a_candidate_of_the_last_days_and_one_does_not(warehouse: Warehouse) -> None:
    stored(warehouse, "two", 1, telling=(11, 12, 13))
    stored(warehouse, "one", 1, telling=(11, 14, 15))
    stored(warehouse, "last-week", 7, telling=(11, 12, 13))
    assert found(warehouse, Sketches(telling={"a-new": (11, 12)})) == ["a-two"]


def test_the_others_who_tell_that_story_come_along_and_its_copies_do_not(warehouse: Warehouse) -> None:
    first = stored(warehouse, "first", 2, telling=(11, 12))
    told = {"story": "s-a-first", "duplicate_of": "a-first", "score": 0.5, "why": "same event"}
    stored(warehouse, "teller", 1, telling=(21, 22), kind=DuplicateKind.SAME_STORY, **told)
    stored(warehouse, "copy", 1, telling=(11, 12), kind=DuplicateKind.NEAR, **told)
    assert first.placed.story_id == "s-a-first"
    assert found(warehouse, Sketches(telling={"a-new": (11, 12)})) == ["a-first", "a-teller"]


def test_a_story_brings_its_latest_articles_and_no_more_than_it_needs(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "MOST_MEMBERS", 2)
    stored(warehouse, "first", 2.9, telling=(11, 12))
    for number in range(3):
        told = {"story": "s-a-first", "duplicate_of": "a-first", "kind": DuplicateKind.SAME_STORY}
        stored(warehouse, f"teller-{number}", 2 - number, telling=(11, 12), **told)
    assert found(warehouse, Sketches(telling={"a-new": (11, 12)})) == ["a-teller-1", "a-teller-2"]


def test_a_term_of_too_many_articles_leads_nowhere(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "COMMON_TERM", 2)
    for number in range(3):
        stored(warehouse, f"one-{number}", 1, telling=(11, 12))
    stored(warehouse, "rare", 1, telling=(31, 32))
    assert found(warehouse, Sketches(telling={"a-new": (11, 12, 31, 32)})) == ["a-rare"]


def test_each_article_looks_for_events_in_the_days_around_itself_whatever_else_is_in_its_batch(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "COMMON_TERM", 3)
    for number in range(3):
        stored(warehouse, f"long-ago-{number}", 120, telling=(11, 12))
    stored(warehouse, "event", 1, telling=(11, 12))
    rules = Sketches(telling={"a-new": (11, 12), "a-late": (77, 78)})
    late = article(waiting("late", published_at=NOW - timedelta(days=120)))
    assert found(warehouse, rules, new()) == found(warehouse, rules, new(), late) == ["a-event"]


def test_an_old_candidate_of_the_same_words_tells_no_event_of_today(warehouse: Warehouse) -> None:
    stored(warehouse, "old", 100, text="same")
    stored(warehouse, "fresh", 1, text="same")
    rules = Sketches(texts={"a-new": "same"})
    tells = {each.article_id: each.tells for each in warehouse.candidates([new()], rules)}
    assert tells == {"a-old": False, "a-fresh": True}


def test_who_told_a_story_before_its_days_still_tells_it(warehouse: Warehouse) -> None:
    stored(warehouse, "first", 8, telling=(31, 32))
    told = {"story": "s-a-first", "duplicate_of": "a-first", "kind": DuplicateKind.SAME_STORY}
    stored(warehouse, "follower", 2, telling=(11, 12), **told)
    tells = {
        each.article_id: each.tells for each in warehouse.candidates([new()], Sketches(telling={"a-new": (11, 12)}))
    }
    assert tells == {"a-first": True, "a-follower": True}


def test_one_much_told_story_does_not_hide_the_next(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "MOST_STORIES", 2)
    stored(warehouse, "much", 2, telling=(11, 12, 13))
    told = {"story": "s-a-much", "duplicate_of": "a-much", "kind": DuplicateKind.SAME_STORY}
    for number in range(2):
        stored(warehouse, f"much-{number}", 1, telling=(11, 12, 13), **told)
    stored(warehouse, "other", 1, telling=(11, 12))
    assert "a-other" in found(warehouse, Sketches(telling={"a-new": (11, 12, 13)}))


def test_terms_of_a_copy_are_counted_when_it_gets_words_of_its_own(warehouse: Warehouse) -> None:
    stored(warehouse, "one", 2, terms=(5,))
    copied = {"story": "s-a-one", "duplicate_of": "a-one", "kind": DuplicateKind.NEAR}
    stored(warehouse, "two", 1, terms=(5, 6), **copied)
    assert warehouse.term_counts([5, 6]) == {5: 1}
    stored(warehouse, "two", 1, terms=(5, 6))
    assert warehouse.term_counts([5, 6]) == {5: 2, 6: 1}


def test_terms_are_counted_once_per_article_however_often_it_is_loaded(warehouse: Warehouse) -> None:
    stored(warehouse, "one", 1, terms=(5, 6))
    stored(warehouse, "one", 1, terms=(5, 6))
    stored(warehouse, "two", 1, terms=(6, 7))
    assert warehouse.term_counts([5, 6, 7, 8]) == {5: 1, 6: 2, 7: 1}


def test_a_copy_that_its_origin_finds_has_no_sketch_rows_until_the_origin_goes(warehouse: Warehouse) -> None:
    first = tagged(waiting("first", published_at=NOW - DAY), sketch=(1, 2, 3))
    loaded(warehouse, first, replace_sketch(copy_of(waiting("copy", BETA, published_at=NOW), first), (1, 2, 3)))
    assert {each for (each,) in rows(warehouse, "SELECT article_id FROM core.sketches")} == {"a-first"}
    loaded(warehouse, left=[not_relevant(waiting("first"))])
    assert {each for (each,) in rows(warehouse, "SELECT article_id FROM core.sketches")} == {"a-copy"}


def test_when_an_origin_goes_its_earliest_copy_stands_alone_and_leads_to_the_rest(warehouse: Warehouse) -> None:
    first = tagged(waiting("first", published_at=NOW - DAY), telling=(11, 12))
    loaded(warehouse, first)
    copied = {"story": "s-a-first", "duplicate_of": "a-first", "kind": DuplicateKind.NEAR, "telling": (11, 12)}
    stored(warehouse, "second", 0.5, text="second", **copied)
    stored(warehouse, "third", 0.2, text="third", **copied)
    loaded(warehouse, left=[not_relevant(waiting("first"))])
    members = rows(warehouse, "SELECT article_id, duplicate_of, kind, story_id FROM core.story_members ORDER BY ALL")
    assert members == [("a-second", None, None, "s-a-first"), ("a-third", "a-second", "near", "s-a-first")]
    assert rows(
        warehouse, "SELECT article_id, duplicate_of FROM core.articles WHERE story_id IS NOT NULL ORDER BY 1"
    ) == [
        ("a-second", None),
        ("a-third", "a-second"),
    ]
    assert found(warehouse, Sketches(telling={"a-new": (11, 12)})) == ["a-second"]


def test_a_copy_that_comes_with_the_news_that_its_origin_is_off_topic_stands_alone(warehouse: Warehouse) -> None:
    first = tagged(waiting("first", published_at=NOW - DAY), sketch=(1, 2, 3), telling=(11, 12))
    copied = {"story": "s-a-first", "duplicate_of": "a-first", "kind": DuplicateKind.NEAR, "telling": (11, 12)}
    copy = tagged(waiting("copy", BETA, published_at=NOW), sketch=(1, 2, 3), **copied)
    loaded(warehouse, first, copy)
    loaded(
        warehouse, copy, left=[not_relevant(waiting("first"))]
    )  # as a reprocessed batch: placed while first was stored
    members = rows(warehouse, "SELECT article_id, duplicate_of, kind, story_id FROM core.story_members")
    assert members == [("a-copy", None, None, "s-a-first")]
    assert found(warehouse, Sketches({"a-new": (1, 2, 3)}, telling={"a-new": (11, 12)})) == ["a-copy"]
    assert run_check(warehouse.connection, "copies_stand_with_their_origin") == []


def test_the_heir_of_an_origin_is_its_copy_before_one_that_tells_the_same_in_other_words(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(waiting("first", published_at=NOW - DAY), telling=(11, 12)))
    matched = {"story": "s-a-first", "duplicate_of": "a-first"}
    stored(warehouse, "told", 0.5, text="told", kind=DuplicateKind.SAME_STORY, telling=(21, 22), **matched)
    stored(warehouse, "copy", 0.2, text="copy", kind=DuplicateKind.EXACT, telling=(11, 12), **matched)
    loaded(warehouse, left=[not_relevant(waiting("first"))])
    members = rows(warehouse, "SELECT article_id, duplicate_of, kind FROM core.story_members ORDER BY article_id")
    assert members == [("a-copy", None, None), ("a-told", "a-copy", "same_story")]
    assert found(warehouse, Sketches(telling={"a-new": (11, 12)})) == ["a-copy", "a-told"]


def test_a_copy_split_off_by_hand_is_found_by_its_own_words_and_terms(warehouse: Warehouse) -> None:
    first = tagged(waiting("first", published_at=NOW - DAY), sketch=(1, 2, 3), telling=(21, 22))
    loaded(warehouse, first)
    copied = {"story": "s-a-first", "duplicate_of": "a-first", "kind": DuplicateKind.NEAR}
    stored(warehouse, "copy", 0.5, (1, 2, 3), telling=(11, 12), **copied)
    assert found(warehouse, Sketches(telling={"a-new": (11, 12)})) == []
    with warehouse.deciding() as connection:
        decisions.split(connection, ["a-copy"], "new", NOW, "another launch")
    assert found(warehouse, Sketches(telling={"a-new": (11, 12)})) == ["a-copy"]
    assert found(warehouse, Sketches({"a-new": (1, 2)})) == ["a-copy", "a-first"]


def test_a_rewrite_that_shares_less_keeps_its_sketch_rows(warehouse: Warehouse) -> None:
    first = tagged(waiting("first", published_at=NOW - DAY), sketch=(1, 2, 3))
    loaded(warehouse, first, replace_sketch(copy_of(waiting("copy", BETA, published_at=NOW), first), (1, 2, 9)))
    assert {each for (each,) in rows(warehouse, "SELECT article_id FROM core.sketches")} == {"a-first", "a-copy"}


def replace_sketch(article: TaggedArticle, sketch: tuple[int, ...]) -> TaggedArticle:
    return replace(article, placed=replace(article.placed, fingerprint=Fingerprint("other words", sketch)))


def test_two_shared_hashes_make_a_candidate_within_the_window_and_one_does_not(warehouse: Warehouse) -> None:
    stored(warehouse, "two", 20, (1, 2, 7))
    stored(warehouse, "one", 20, (1, 8, 9))
    stored(warehouse, "too-old", 31, (1, 2, 3))
    assert found(warehouse, Sketches({"a-new": (1, 2, 3)})) == ["a-two"]


def test_far_apart_in_time_three_shared_hashes_make_a_candidate_and_two_that_many_hold_do_not(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "RARE_COUNT", 2)
    stored(warehouse, "three", 31, (1, 2, 3))
    stored(warehouse, "two", 31, (1, 2, 8))
    stored(warehouse, "also-two", 31, (1, 2, 9))
    assert found(warehouse, Sketches({"a-new": (1, 2, 3)}, copy_days=90)) == ["a-three"]


def test_two_shared_hashes_that_few_hold_find_a_short_copy_at_any_age(warehouse: Warehouse) -> None:
    stored(warehouse, "teaser", 300, (1, 2))
    assert found(warehouse, Sketches({"a-new": (1, 2, 3, 4, 5)}, copy_days=3650)) == ["a-teaser"]


def test_beyond_the_rarest_few_more_hashes_are_looked_through_while_they_cost_little(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "FEWEST_HASHES", 1)
    stored(warehouse, "one", 5, (1, 2))
    assert found(warehouse, Sketches({"a-new": (1, 2)})) == ["a-one"]
    monkeypatch.setattr(candidates, "MOST_PAIRS", 1)
    assert found(warehouse, Sketches({"a-new": (1, 2)})) == []


def test_of_many_shared_hashes_the_rarest_are_looked_through(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "FEWEST_HASHES", 2)
    monkeypatch.setattr(candidates, "MOST_PAIRS", 2)
    stored(warehouse, "rare", 5, (1, 2))
    for number in range(3):
        stored(warehouse, f"common-{number}", 5, (3, 4))
    assert found(warehouse, Sketches({"a-new": (1, 2, 3, 4)})) == ["a-rare"]


def test_the_same_words_are_found_however_old_they_are(warehouse: Warehouse) -> None:
    stored(warehouse, "old", 900, text="same")
    assert found(warehouse, Sketches(texts={"a-new": "same"})) == ["a-old"]


def test_an_article_that_is_stored_already_is_its_own_candidate(warehouse: Warehouse) -> None:
    for sketch in ((1, 2, 3), ()):
        stored(warehouse, "again", 200, sketch)
        assert found(warehouse, Sketches({"a-again": sketch}), new("again")) == ["a-again"]


def test_each_candidate_comes_once_with_all_that_is_compared(warehouse: Warehouse) -> None:
    first = tagged(waiting("one", published_at=NOW - DAY), sketch=(-5, 2**62), text_sha256="same")
    loaded(warehouse, first, copy_of(waiting("two", BETA, published_at=NOW), first))
    rules = Sketches({"a-new": (-5, 2**62, 1, 2)}, {"a-new": "same"})
    one, two = sorted(warehouse.candidates([new()], rules), key=lambda each: each.article_id)
    source = first.placed.judged.article
    assert one == Candidate(
        article_id="a-one",
        story_id="s-a-one",
        duplicate_of=None,
        url=source.url,
        publisher="alpha.example",
        language="en",
        title="Title of one",
        text=source.text,
        published_at=NOW - DAY,
        first_seen_at=NOW,
        fingerprint=Fingerprint("same", (-5, 2**62)),
        story_articles=2,
        tells=True,
    )
    assert (two.tells, two.kind) == (False, DuplicateKind.NEAR)
    assert (two.story_id, two.duplicate_of) == ("s-a-one", "a-one")


def test_articles_of_a_batch_are_looked_up_together(warehouse: Warehouse) -> None:
    stored(warehouse, "one", 20, (1, 2))
    stored(warehouse, "two", 20, (3, 4))
    rules = Sketches({"a-x": (1, 2), "a-y": (3, 4)})
    assert found(warehouse, rules, new("x"), new("y")) == ["a-one", "a-two"]


def test_an_article_without_a_date_is_looked_for_around_its_first_sight(warehouse: Warehouse) -> None:
    stored(warehouse, "yesterday", 1, telling=(11, 12))
    rules = Sketches(telling={"a-new": (11, 12)})
    assert found(warehouse, rules, replace(new(), published_at=None)) == ["a-yesterday"]


def test_an_article_no_longer_relevant_is_no_candidate_and_leaves_no_fingerprint(warehouse: Warehouse) -> None:
    stored(warehouse, "old", 1)
    loaded(warehouse, left=[not_relevant(waiting("old", BETA))])
    assert found(warehouse) == []
    assert rows(warehouse, "FROM core.fingerprints") == rows(warehouse, "FROM core.sketches") == []


def test_a_new_fingerprint_takes_the_place_of_the_old_one(warehouse: Warehouse) -> None:
    stored(warehouse, "old", 20, (1, 2))
    stored(warehouse, "old", 20, (5, 6))
    assert sorted(each for (each,) in rows(warehouse, "SELECT hash FROM core.sketches")) == [5, 6]
    assert value(warehouse, "SELECT sketch FROM core.fingerprints") == [5, 6]


def test_the_most_alike_are_kept_when_there_are_many(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "MOST_PER_ARTICLE", 2)
    for key, sketch in {"two": (1, 2), "three": (1, 2, 3), "four": (1, 2, 3, 4)}.items():
        stored(warehouse, key, 20, sketch)
    assert found(warehouse, Sketches({"a-new": (1, 2, 3, 4)})) == ["a-four", "a-three"]


def test_a_hash_that_very_many_articles_share_tells_nothing(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "COMMON_COUNT", 2)
    for key, sketch in {"one": (1, 2, 3), "two": (1, 2), "three": (1, 3)}.items():
        stored(warehouse, key, 20, sketch)
    assert found(warehouse, Sketches({"a-new": (1, 2, 3)})) == ["a-one"]
