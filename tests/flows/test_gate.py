"""The gate: which entries are worth a request, by title and summary alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from extractors.records import Dropped, Entry, Feed, FetchPolicy, Reason, Scope, WaitingEntry
from flows.gate import Gate
from tests.extractors.rulebook import rules

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FEED = Feed("alpha", "https://alpha.example/feed", language="en", home="US")


def entry(title: str = "", summary: str = "", *, feed: Feed = FEED, **changes: object) -> WaitingEntry:
    url = "https://alpha.example/one"
    made = Entry("e1", feed.feed_id, "g1", url, url, title, summary, NOW, "published", "", NOW)
    return WaitingEntry(replace(made, **changes), feed, "p1")  # type: ignore[arg-type]


def gate(*, first: frozenset[str] = frozenset(), oldest_at: datetime = NOW - timedelta(days=14)) -> Gate:
    return Gate(rules().relevance, first, oldest_at)


def reason(waiting: WaitingEntry, of: Gate | None = None) -> Reason | None:
    verdict = (of or gate()).worth_fetching(waiting)
    return verdict.reason if isinstance(verdict, Dropped) else None


@pytest.mark.parametrize(
    "title",
    [
        "DeepSeek releases a reasoning model",
        "China tightens chip rules",
        "OpenAI raises prices",
        "Machine learning finds a new antibiotic",
        "Huawei reports record sales",
        "大模型价格战升温",
        "中国经济第三季度增长",
        "華為發表新晶片",
        "Beijing and Washington talk",
    ],
)
def test_a_title_with_either_signal_passes(title: str) -> None:
    assert reason(entry(title)) is None


@pytest.mark.parametrize(
    "title",
    ["Rain at the weekend", "Local team wins the cup", "How to bake bread", "周末有雨", "欧冠决赛今晚开打", "-"],
)
def test_a_title_with_neither_is_unlikely(title: str) -> None:
    assert reason(entry(title)) is Reason.UNLIKELY


def test_the_summary_counts_too() -> None:
    assert reason(entry("Weekly notes", "This week: a language model from Hangzhou.")) is None


def test_a_bare_link_is_fetched_since_nothing_speaks_against_it() -> None:
    assert reason(entry()) is None


def test_all_lets_everything_pass_and_none_nothing() -> None:
    assert reason(entry("How to bake bread", feed=replace(FEED, fetch=FetchPolicy.ALL))) is None
    assert reason(entry("DeepSeek", feed=replace(FEED, fetch=FetchPolicy.NONE))) is Reason.NOT_WANTED


def test_an_entry_without_a_link_cannot_be_fetched_whatever_it_says() -> None:
    assert reason(entry("DeepSeek releases a model", url="")) is Reason.NO_LINK
    assert reason(entry("DeepSeek", url="", feed=replace(FEED, fetch=FetchPolicy.NONE))) is Reason.NO_LINK


@pytest.mark.parametrize(
    ("published_at", "first_poll", "is_old"),
    [
        (NOW - timedelta(days=15), True, True),
        (NOW - timedelta(days=14), True, False),
        (NOW - timedelta(days=13), True, False),
        (NOW - timedelta(days=400), False, False),
        (None, True, False),
    ],
)
def test_only_at_a_first_poll_is_an_entry_too_old(
    published_at: datetime | None, first_poll: bool, is_old: bool
) -> None:
    of = gate(first=frozenset({"alpha"}) if first_poll else frozenset({"beta"}))
    assert (reason(entry("DeepSeek", published_at=published_at), of) is Reason.OLD) == is_old


def test_old_says_since_when() -> None:
    verdict = gate(first=frozenset({"alpha"})).worth_fetching(entry("DeepSeek", published_at=NOW - timedelta(days=90)))
    assert isinstance(verdict, Dropped)
    assert verdict.detail == "published before 2026-11-06"


def test_a_domestic_chinese_outlet_needs_only_the_ai() -> None:
    domestic = replace(FEED, language="zh", home="CN", scope=Scope.DOMESTIC)
    assert reason(entry("智能体标准发布", feed=domestic)) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_gate_answers_for_any_text_and_keeps_the_entry_as_it_is(title: str, summary: str) -> None:
    waiting = entry(title, summary)
    verdict = gate().worth_fetching(waiting)
    assert verdict is waiting or (isinstance(verdict, Dropped) and verdict.reason is Reason.UNLIKELY)
