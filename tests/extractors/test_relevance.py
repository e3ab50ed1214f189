"""Relevance: what joins AI and China is kept with the sentences that decided, and the gate lets it through."""

from datetime import UTC, datetime

import pytest

from extractors.records import Dropped, Entry, Feed, Grade, JudgedArticle, Reason, WaitingEntry
from tests.extractors.rulebook import CHINESE_OUTLET, article, rules, verdict

GLOBAL = Feed("g", "https://wire.example/feed")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "China's DeepSeek releases a new AI model",
            "The Chinese AI firm DeepSeek released a model in Hangzhou. It is cheap.",
        ),
        ("中国发布人工智能行动计划", "国务院印发人工智能行动计划,支持大模型发展。"),
        (
            "Washington tightens AI chip export rules for China",
            "Nvidia may sell fewer AI chips to China under the new rules.",
        ),
        ("香港成立人工智能研究院", "香港特区政府拨款成立人工智能研究院,与内地合作。"),
    ],
)
def test_what_joins_ai_and_china_is_core(title: str, text: str) -> None:
    judged = verdict(title, text)
    assert (judged.grade, judged.reason) == (Grade.CORE, Reason.JOIN)
    assert judged.evidence


def test_the_evidence_is_whole_sentences_with_both() -> None:
    judged = verdict("News", "Rain fell in Oslo. The Chinese AI firm DeepSeek released a model. Cats slept.")
    assert [span.words for span in judged.evidence] == ["The Chinese AI firm DeepSeek released a model."]


def test_what_is_not_relevant_is_dropped_with_its_judgement() -> None:
    dropped = rules().relevance.judge(article("Oslo opens a hall", "It has six lanes."))
    assert isinstance(dropped, Dropped)
    assert dropped.reason is Reason.UNRELATED
    assert isinstance(dropped.record, JudgedArticle)


def test_scores_lie_between_zero_and_one_and_carry_the_version() -> None:
    judged = verdict("China AI " * 20, "中国人工智能。" * 100)
    assert 0 <= judged.score <= 1
    assert judged.rules_version == rules().vocabulary.version


def test_a_digest_is_dropped_as_one_and_its_items_are_judged() -> None:
    text = "【DeepSeek发布人工智能模型】中国公司发布新模型。\n【天气预报】明天有雨,北方降温。\n【体育简讯】主队昨晚取胜三分。"
    parent, *items = rules().relevance.split_digests([article("AI早报", text)])
    dropped = rules().relevance.judge(parent)
    assert isinstance(dropped, Dropped)
    assert dropped.reason is Reason.DIGEST
    assert all(item.parent_article_id == parent.article_id for item in items)


def waiting(title: str, summary: str, feed: Feed) -> WaitingEntry:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return WaitingEntry(
        Entry("e", "f", "", "https://x.example/1", "", title, summary, now, "published", "", now), feed, "p"
    )


@pytest.mark.parametrize(
    ("title", "summary", "feed", "passes"),
    [
        ("DeepSeek cuts prices", "A model gets cheaper, customers are pleased with it.", GLOBAL, True),
        ("Snow in Beijing", "Children build snowmen in the parks of the capital.", GLOBAL, True),
        ("Oslo opens a swimming hall", "It has six lanes, a sauna and a large café.", GLOBAL, False),
        ("市图书馆延长开放时间", "读者周末可停留到晚上十点。", CHINESE_OUTLET, False),
        ("大模型进校园", "百所学校试用。", CHINESE_OUTLET, True),
        ("", "", GLOBAL, True),
    ],
)
def test_the_gate_fetches_what_may_be_relevant(title: str, summary: str, feed: Feed, passes: bool) -> None:
    verdict = rules().relevance.worth_fetching(waiting(title, summary, feed))
    assert isinstance(verdict, WaitingEntry) is passes
