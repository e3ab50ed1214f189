"""Signs: which sentences show AI and China, strong or weak, and what that amounts to."""

import pytest
from hypothesis import given, strategies as st

from extractors.records import Feed
from extractors.tags.signs import FEATURES, Marks, beside, headline_sentences, is_given
from tests.extractors.rulebook import CHINESE_OUTLET, rules, scan

WORDS = ["China", "AI", "robot", "TikTok", "Paris", "rain", "shares", "DeepSeek", "Nvidia", "OpenAI"]


def marks(title: str, text: str = "", feed: Feed | None = None) -> Marks:
    return Marks(scan(title, text, feed), rules().vocabulary.lexicon.entities)


@pytest.mark.parametrize(
    "word",
    ["AI", "DeepSeek", "large language models", "Nvidia", "driver-assistance", "humanoids", "大模型", "深度合成"],
)
def test_a_word_that_means_ai_is_a_strong_sign(word: str) -> None:
    assert marks(f"News of {word} today").strong_ai == {0}


@pytest.mark.parametrize("word", ["robots", "an algorithm", "supercomputers", "facial recognition", "机器人", "算法"])
def test_a_word_that_often_means_no_ai_is_a_weak_sign(word: str) -> None:
    found = marks(f"News of {word} today")
    assert found.ai == {0}
    assert found.strong_ai == set()


@pytest.mark.parametrize("word", ["China", "Chongqing", "Guizhou's", "Huawei", "BYD", "国务院", "贵州", "网信办"])
def test_a_word_that_means_china_is_a_strong_sign(word: str) -> None:
    assert marks(f"News of {word} today").strong_china == {0}


@pytest.mark.parametrize("word", ["TikTok", "Lenovo", "Honor", "OnePlus"])
def test_a_brand_of_consumer_goods_is_a_weak_sign_of_china(word: str) -> None:
    found = marks(f"{word} shows a phone", f"The {word} phone from Shenzhen is blue. {word} sells it.")
    assert 0 in found.china
    assert 0 not in found.strong_china


def test_the_name_of_a_chinese_newspaper_is_no_sign() -> None:
    assert marks("Rain in Oslo, says the South China Morning Post").china == set()


def test_sentences_side_by_side_are_joined_and_those_apart_are_not() -> None:
    text = "China spoke. AI grew. Rain fell. Snow fell. AI slept."
    assert marks("", text).joined() == {0, 1}


def test_a_domestic_outlet_means_home_unless_a_sentence_is_about_somebody_foreign() -> None:
    found = marks("新模型", "人工智能模型今天发布。OpenAI也发布了模型。", CHINESE_OUTLET)
    assert is_given(CHINESE_OUTLET)
    assert found.china == {0, 1}
    assert found.foreign == {2}


def test_the_headline_is_title_and_subtitle() -> None:
    assert headline_sentences(scan("One. Two", "Three. Four.")) == {0, 1}


def test_the_evidence_shows_both_signs_before_either_alone() -> None:
    found = marks("", "AI grew. Snow. Rain. China's AI grew. China spoke.")
    assert [span.words for span in found.evidence()] == ["China's AI grew."]


def test_the_evidence_of_an_article_with_one_sign_is_the_sentence_with_it() -> None:
    assert [span.words for span in marks("", "Rain fell. AI grew.").evidence()] == ["AI grew."]


def test_an_article_without_a_sign_has_no_evidence() -> None:
    assert marks("Rain", "Rain fell.").evidence() == ()


@pytest.mark.parametrize(
    ("title", "feature"),
    [
        ("AI grows in China", "title_ai"),
        ("TikTok tries AI", "title_weak_join"),
        ("Robots for China", "title_weak_join"),
        ("China's data centres in the desert", "title_context"),
        ("Rain in Oslo", "title_neither"),
    ],
)
def test_what_a_headline_shows_is_a_feature(title: str, feature: str) -> None:
    assert marks(title, "Text on AI follows.").features()[feature] == 1


def test_the_opening_counts_when_its_first_sentence_is_joined() -> None:
    assert marks("News", "China's AI grew. Rain fell.").features()["opening_join"] == 1
    assert marks("News", "Rain fell. Snow fell. Hail fell. China's AI grew.").features()["opening_join"] == 0


def test_a_tiktok_story_without_china_is_brand_only() -> None:
    assert marks("TikTok tries AI", "Its app has AI filters.").features()["brand_only"] == 1
    assert marks("TikTok tries AI", "Its Chinese owner uses AI.").features()["brand_only"] == 0


def test_a_market_report_is_told_by_its_share_of_market_sentences() -> None:
    report = marks("Stocks", "Shares rose. Shares fell. Investors bought stocks.").features()
    story = marks("Stocks", "China's AI grew. A lab opened. A model came out.").features()
    assert report["market_share"] > story["market_share"]


def test_the_features_are_those_that_are_weighed() -> None:
    assert set(marks("AI in China", "Text.").features()) == set(FEATURES)
    assert set(rules().relevance.rules.verdict.weights) == set(FEATURES)


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from([None, CHINESE_OUTLET]))
def test_features_are_bounded_and_shares_are_shares(words: list[str], feed: Feed | None) -> None:
    features = marks(" ".join(words[:5]), ". ".join(words[5:]), feed).features()
    assert all(0 <= value <= 3 for value in features.values())
    assert all(value <= 1 for name, value in features.items() if name.endswith("_share"))


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_being_beside_is_mutual(some: set[int], others: set[int]) -> None:
    assert beside(some, others) == beside(others, some)
    assert beside(some, others) <= some | others


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
def test_adding_a_sentence_that_joins_never_lowers_what_is_joined(words: list[str]) -> None:
    text = ". ".join(words)
    before, after = marks("News", text), marks("News", f"{text}. China's AI grew.")
    assert after.features()["join_chars"] >= before.features()["join_chars"]


@pytest.mark.parametrize("word", ["model", "chips", "data centre", "模型", "芯片", "数据中心"])
def test_a_word_of_the_trade_is_a_sign_only_where_the_article_shows_ai(word: str) -> None:
    with_ai = marks(f"China and its {word} again", "AI is what it is about.").features()
    without = marks(f"China and its {word} again", "Rain is what it is about.").features()
    assert with_ai["context_share"] > without["context_share"] == 0
    assert (with_ai["title_context"], without["title_context"]) == (1, 0)


@pytest.mark.parametrize("name", ["Ireland", "the European Union", "OpenAI", "爱尔兰", "欧盟"])
def test_a_sentence_about_others_is_foreign_unless_china_is_in_it(name: str) -> None:
    assert marks("", f"News of {name} today.").foreign == {0}
    assert marks("", f"News of {name} and China today.").foreign == set()
