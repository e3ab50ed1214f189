"""Entities: names however they are printed, main ones apart from passing ones, and places with their side."""

import pytest
from hypothesis import given, strategies as st

from extractors.tags.entities import FEATURES, MAX_MAIN, features_of, salience, subjects_of
from extractors.tags.lexicon import same_case
from extractors.tags.signs import Marks
from tests.extractors.rulebook import named, rules, scan, tags

ENTITIES = rules().vocabulary.lexicon.entities
NAMES = ["DeepSeek", "OpenAI", "Nvidia", "Baidu", "Reuters", "Beijing", "华为", "rain", "AI", "China"]


def main_ones(title: str, text: str) -> set[str]:
    return {mention.entity_id for mention in tags(title, text).mentions if mention.is_main}


def features(title: str, text: str) -> dict[str, dict[str, float]]:
    read = scan(title, text)
    return features_of(read, ENTITIES, Marks(read, ENTITIES).about())


def test_who_the_headline_is_about_is_main_and_who_is_asked_is_not() -> None:
    text = (
        "DeepSeek released a model in Hangzhou. DeepSeek's model is cheap. The Chinese firm DeepSeek has few staff. "
        "It was a long day in China for AI. " * 4 + "An analyst once met somebody of Broadcom."
    )
    assert "deepseek" in main_ones("DeepSeek releases an AI model", text)
    assert "broadcom" not in main_ones("DeepSeek releases an AI model", text)


def test_a_newspaper_and_a_country_are_never_main() -> None:
    text = "Reuters reported it. Reuters asked China. China told Reuters. China and Reuters. AI."
    assert main_ones("Reuters and China on AI", text) == set()


def test_at_most_six_are_main() -> None:
    firms = "DeepSeek, Alibaba, Baidu, Tencent, Huawei, ByteDance, SenseTime, Xiaomi and MiniMax"
    assert len(main_ones(f"Chinese AI: {firms}", f"{firms} met. China's AI firms {firms} met again.")) <= MAX_MAIN


def test_the_first_name_of_a_sentence_is_its_subject() -> None:
    read = scan("News", "Reuters: DeepSeek sued Baidu. Baidu met DeepSeek. Baidu slept.")
    assert subjects_of(read, {"deepseek", "baidu"}) == {"deepseek": 1, "baidu": 2}


def test_a_name_where_ai_meets_china_counts_for_more() -> None:
    together = features("News", "Baidu's AI is Chinese. Rain fell. Snow fell. Hail fell.")
    apart = features("News", "Rain fell. AI grew in Paris. Snow fell. Hail fell. Baidu slept.")
    assert together["baidu"]["about"] > apart["baidu"]["about"]


def test_who_is_not_in_a_headline_with_other_names_is_told_apart() -> None:
    found = features("DeepSeek grows", "Baidu sleeps. DeepSeek grows.")
    assert (found["deepseek"]["title_others"], found["baidu"]["title_others"]) == (0, 1)


@pytest.mark.parametrize(
    ("printed", "alias", "same"),
    [
        ("DeepSeek", "DeepSeek", True),
        ("Deepseek", "DeepSeek", True),
        ("DEEPSEEK", "DeepSeek", True),
        ("XPeng", "Xpeng", True),
        ("deepseek", "DeepSeek", False),
        ("xpeng", "Xpeng", False),
        ("mEta", "Meta", False),
        ("MeTa", "Meta", False),
        ("apple", "Apple", False),
        ("Ascend", "ASCEND", False),
        ("DeepSeek’s", "DeepSeek's", True),
    ],
)
def test_how_a_latin_name_may_be_printed(printed: str, alias: str, same: bool) -> None:
    assert same_case(printed, alias) is same


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [
        ("The Chinese AI start-up Moonshot trains Kimi.", True),
        ("Alphabet's Moonshot unit in China met DeepSeek.", False),
        ("A moonshot for Chinese AI, says DeepSeek.", False),
        ("The Moonshot factory is closed; DeepSeek is not.", False),
        ("Moonshot opened a shop in Leeds.", False),
    ],
)
def test_moonshot_is_the_firm_only_beside_chinese_ai(text: str, is_meant: bool) -> None:
    assert ("moonshot-ai" in named("News", text)) is is_meant


@pytest.mark.parametrize(
    ("text", "is_meant"), [("Kimi, a chatbot, answers.", True), ("Kimi won the race in Monza.", False)]
)
def test_kimi_is_the_chatbot_only_where_the_article_says_so(text: str, is_meant: bool) -> None:
    assert ("kimi" in named("News", text)) is is_meant


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("中国网友都在用人工智能写诗。", "china-internet-information-center"),
        ("中國網民超過十億,AI用戶大增。", "china-internet-information-center"),
        ("蘋果日報案今日開審,AI股上升。", "apple"),
        ("美国最高法院驳回上诉,AI公司松一口气。", "supreme-people-s-court"),
        ("标普500指数上涨,AI股领涨。", "s-p-global"),
        ("香港报告调研全球中大型组织,AI时代到来。", "chinese-university-of-hong-kong"),
    ],
)
def test_a_name_inside_another_word_is_not_meant(text: str, entity: str) -> None:
    assert entity not in named("消息", text)


def test_a_short_name_is_meant_where_its_place_is_named() -> None:
    assert "chinese-university-of-hong-kong" in named("消息", "香港中大的AI团队发表论文。")


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("据中国网报道,人工智能发展迅速。", "china-internet-information-center"),
        ("蘋果公司發布AI手機。", "apple"),
        ("最高法发布人工智能司法意见。", "supreme-people-s-court"),
    ],
)
def test_the_same_name_by_itself_is(text: str, entity: str) -> None:
    assert entity in named("消息", text)


@pytest.mark.parametrize(
    ("text", "place", "side"),
    [
        ("Rules of the U.S. on chips", "place-united-states", "United States"),
        ("The EU and China met", "european-union", "European Union"),
        ("香港的人工智能", "place-hong-kong", "China"),
        ("荷兰的光刻机", "place-netherlands", "NL"),
        ("Taiwan's chips", "place-taiwan", "Taiwan"),
    ],
)
def test_a_place_acts_for_a_side(text: str, place: str, side: str) -> None:
    assert (place, side) in {(found.place_id, found.side) for found in tags("News", text).places}


@pytest.mark.parametrize("text", ["It costs US$5.", "Tell us more.", "The bus stops."])
def test_dollars_and_pronouns_are_no_country(text: str) -> None:
    assert tags("News", text).places == ()


def test_every_feature_is_weighed() -> None:
    assert set(next(iter(features("DeepSeek", "It grows.").values()))) <= set(FEATURES)


@given(st.lists(st.sampled_from(NAMES), max_size=40), st.lists(st.sampled_from(NAMES), max_size=6))
def test_salience_is_a_probability_and_mentions_are_all_hits(words: list[str], title: list[str]) -> None:
    read = scan(" ".join(title), ". ".join(words))
    found = tags(" ".join(title), ". ".join(words)).mentions
    assert sum(mention.mentions for mention in found) == len(read.of_kind("entity"))
    assert all(0 <= mention.score <= 1 for mention in found)
    assert [mention.score for mention in found] == sorted((mention.score for mention in found), reverse=True)


def test_nothing_known_is_no_evidence() -> None:
    assert 0 < salience({}) < 1
