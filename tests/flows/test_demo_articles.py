"""The sample news: enough of every kind, labelled by the guide's words, dated and never twice."""

from collections import Counter
from itertools import combinations

import pytest
import yaml

from flows.demo.outlets import OUTLETS, Fault
from flows.demo.samples import ARTICLES, Sample, load_samples
from flows.home import shipped_config
from tests.conftest import NOW

REASONS = set(
    "ai-only china-only china-tech-no-ai chips-no-ai passing-mention brand-only advert name-trap stub unrelated".split()
)
CHANGES = {"syndicated": 12, "edited-headline": 8, "truncated": 6, "spun": 6, "follow-up": 7, "translated": 6}


@pytest.fixture(scope="module")
def samples() -> tuple[Sample, ...]:
    return load_samples(ARTICLES, NOW)


@pytest.fixture(scope="module")
def bases(samples: tuple[Sample, ...]) -> list[Sample]:
    return [sample for sample in samples if sample.of is None]


def test_there_are_at_least_a_hundred_different_articles_forty_of_them_chinese(bases: list[Sample]) -> None:
    languages = Counter(sample.language for sample in bases)
    assert len(bases) >= 120
    assert languages["zh-Hans"] + languages["zh-Hant"] >= 48
    assert languages["zh-Hant"] >= 12


def test_no_two_base_articles_share_a_text(bases: list[Sample]) -> None:
    texts = Counter(sample.text for sample in bases)
    assert [text[:60] for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize(("change", "least"), CHANGES.items())
def test_there_are_enough_of_each_kind_of_copy(samples: tuple[Sample, ...], change: str, least: int) -> None:
    assert sum(sample.change == change for sample in samples) >= least


def test_what_is_not_relevant_says_why_in_the_guide_s_words(bases: list[Sample]) -> None:
    off_topic = [sample for sample in bases if sample.labels and not sample.labels.get("relevant")]
    assert {sample.labels["reason"] for sample in off_topic} <= REASONS
    assert len(off_topic) >= 40


def test_every_topic_occurs_at_least_four_times(bases: list[Sample]) -> None:
    known = {
        topic["id"]
        for topic in yaml.safe_load((shipped_config() / "topics.yaml").read_text(encoding="utf-8"))["topics"]
    }
    counts = Counter(topic for sample in bases for topic in sample.labels.get("topics", ()))
    assert set(counts) <= known
    assert min(counts[topic] for topic in known) >= 4


def test_the_dates_span_ninety_days_and_none_is_in_the_future(samples: tuple[Sample, ...]) -> None:
    assert (samples[0].published_at - samples[-1].published_at).days >= 90
    assert all(sample.published_at <= NOW for sample in samples)


def test_copies_come_after_what_they_copy(samples: tuple[Sample, ...]) -> None:
    by_id = {sample.id: sample for sample in samples}
    copies = [sample for sample in samples if sample.change in ("syndicated", "edited-headline", "truncated", "spun")]
    late = [copy.id for copy in copies if copy.of and copy.published_at < by_id[copy.of].published_at]
    assert late == []


def test_distillation_bursts_in_the_last_days(bases: list[Sample]) -> None:
    days = [
        (NOW - sample.published_at).days for sample in bases if "distillation-ip" in sample.labels.get("topics", ())
    ]
    assert sum(day < 4 for day in days) >= 8


def test_export_controls_stand_high_for_a_week_a_month_ago(bases: list[Sample]) -> None:
    days = [
        (NOW - sample.published_at).days for sample in bases if "export-controls" in sample.labels.get("topics", ())
    ]
    assert sum(23 <= day <= 30 for day in days) >= 7


def test_every_healthy_outlet_publishes_and_every_fault_occurs_once(samples: tuple[Sample, ...]) -> None:
    publishing = {sample.outlet.id for sample in samples}
    healthy = {outlet.id for outlet in OUTLETS if outlet.fault is Fault.NONE}
    assert healthy <= publishing
    faults = Counter(outlet.fault for outlet in OUTLETS if outlet.fault)
    assert len(healthy) >= 24
    assert set(faults.values()) == {1}
    assert len(faults) == len(Fault) - 1


def test_a_truncated_copy_is_the_beginning_of_its_base(samples: tuple[Sample, ...]) -> None:
    by_id = {sample.id: sample for sample in samples}
    for sample in samples:
        if sample.change == "truncated" and sample.of:
            *paragraphs, continue_line = sample.text.split("\n\n")
            assert by_id[sample.of].text.startswith("\n\n".join(paragraphs))
            assert continue_line.endswith("…")


def test_templates_come_in_pairs_with_other_numbers(bases: list[Sample]) -> None:
    pairs = [("en-chip-share-week-1", "en-chip-share-week-2"), ("zh-suanli-zhoubao-1", "zh-suanli-zhoubao-2")]
    by_id = {sample.id: sample for sample in bases}
    for one, other in pairs:
        first, second = by_id[one].text.split(), by_id[other].text.split()
        assert first != second
    assert all(a.title != b.title for a, b in combinations(bases, 2))
