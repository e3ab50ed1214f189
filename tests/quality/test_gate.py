"""Gate before fetching: nearly every relevant article passes by title and summary, and pages are saved."""

import json
from functools import cache
from pathlib import Path

import pytest

from benchmarks.fit_logistic import labelled
from benchmarks.gate import SUMMARY_CHARS, passes, records_in
from tests.extractors.rulebook import rules

pytestmark = pytest.mark.quality
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))["gate"]


@cache
def let_through(is_relevant: bool) -> list[bool]:
    """What became of the newsroom's labelled articles, by title and summary."""
    return [
        passes(rules().relevance, record, SUMMARY_CHARS)
        for record in labelled([])
        if record["labels"]["relevance"] is is_relevant
    ]


def test_nearly_every_relevant_article_passes() -> None:
    assert sum(let_through(True)) / len(let_through(True)) >= FLOORS["recall"]


def test_pages_that_are_not_relevant_are_saved() -> None:
    assert let_through(False).count(False) / len(let_through(False)) >= FLOORS["saved"]


def test_a_folder_of_lines_is_read_with_and_without_labels(tmp_path: Path) -> None:
    lines = [{"title": "A", "text": "B", "labels": {"relevance": True}}, {"title": "C", "text": "D"}, {"id": "no text"}]
    (tmp_path / "some.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert [record["title"] for record in records_in(tmp_path)] == ["A", "C"]


@pytest.mark.parametrize(
    ("record", "is_fetched"),
    [
        ({"title": "DeepSeek releases a model", "text": ""}, True),
        ({"title": "Rain again in the south of Norway this week", "text": "It rained a lot."}, False),
        ({"title": "开源模型协议逐条对比", "text": "看许可证。", "home": "CN", "scope": "domestic"}, True),
        ({"title": "全国铁路今天开行列车一万列", "text": "客流平稳。", "home": "CN", "scope": "domestic"}, False),
    ],
)
def test_at_home_ai_decides_and_elsewhere_either_sign(record: dict[str, str], is_fetched: bool) -> None:
    assert passes(rules().relevance, record, SUMMARY_CHARS) is is_fetched
