"""Gate: 600 pairs of our own making and more, both languages: copies are found by kind, recurring reports are left alone."""

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from extractors.stories.near import Verdict, judge_pair
from tests.extractors.rulebook import rules
from tests.quality.made_pairs import MadePair, made_pairs

pytestmark = pytest.mark.quality
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))["made_pairs"]


def verdict_on(pair: MadePair) -> Verdict:
    known = rules().duplicates
    one, other = known.read(pair.one.title, pair.one.text), known.read(pair.other.title, pair.other.text)
    return judge_pair(known, one, other, pair.days)


@cache
def measured() -> dict[str, float]:
    """Share of right verdicts by language and kind; `false_merges` and `found` over all."""
    right: dict[str, list[bool]] = defaultdict(list)
    for pair in made_pairs():
        is_right = (verdict_on(pair).kind is not None) == pair.is_copy
        right[f"{pair.language} {pair.kind}"].append(is_right)
        right["found" if pair.is_copy else "left_alone"].append(is_right)
    return {name: sum(each) / len(each) for name, each in right.items()}


def test_there_are_six_hundred_pairs_in_both_languages_and_many_are_no_copies() -> None:
    pairs = made_pairs()
    assert len(pairs) >= 600
    assert sum(not pair.is_copy for pair in pairs) >= 250
    assert min(sum(pair.language == language for pair in pairs) for language in ("en", "zh")) >= 150


@pytest.mark.parametrize("figure", FLOORS)
def test_the_figure_is_no_lower_than_its_floor(figure: str) -> None:
    assert measured()[figure] >= FLOORS[figure]


def test_every_kind_has_a_floor() -> None:
    assert set(measured()) == set(FLOORS)


def test_the_pairs_are_the_same_each_time() -> None:
    made_pairs.cache_clear()
    first = made_pairs()
    made_pairs.cache_clear()
    assert made_pairs() == first


def test_each_verdict_is_the_same_in_both_directions() -> None:
    for pair in made_pairs()[::7]:
        turned = MadePair(pair.kind, pair.language, pair.is_copy, pair.other, pair.one, pair.days)
        assert verdict_on(turned) == verdict_on(pair)
