"""Suggestions: unknown names that come often, in both scripts, and nothing that is known or no name."""

import pytest
from hypothesis import given, strategies as st

from extractors.tags.suggestions import names_in, suggestions, unknown_names
from tests.extractors.rulebook import scan


def found(text: str) -> set[str]:
    return set(unknown_names(scan("News", text)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The model of Glimmerforge is new.", "Glimmerforge"),
        ("A deal with Quillon Robotics was signed.", "Quillon Robotics"),
        ("It was the Bureau of Moonlit Affairs that wrote.", "Bureau of Moonlit Affairs"),
        ("Quillon Robotics’s shares rose.", "Quillon Robotics"),
        ("昨天,星尘灯塔科技发布新模型。", "星尘灯塔科技"),
        ("记者从云海机器人了解到。", "云海机器人"),
        ("新作《灯塔日记》上映。", "灯塔日记"),
    ],
)
def test_an_unknown_name_is_found(text: str, name: str) -> None:
    assert name in found(text)


@pytest.mark.parametrize(
    "text", ["DeepSeek released it.", "She met OpenAI and Baidu.", "昨天,华为发布模型。", "It rained in may."]
)
def test_what_an_entity_stands_for_is_not_suggested(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize("text", ["Yesterday it rained. Nobody came. However, snow fell.", "AND SO IT GOES ON."])
def test_a_capital_that_opens_a_sentence_or_shouts_is_no_name(text: str) -> None:
    assert found(text) == set()


def test_names_are_counted_by_article_and_the_most_frequent_comes_first() -> None:
    texts = ["We met Glimmerforge and Quillon.", "We met Glimmerforge. We saw Glimmerforge.", "We met Tarnwick."]
    entries = suggestions((scan(f"News {number}", text) for number, text in enumerate(texts)), least_articles=1)
    assert (entries[0].name, entries[0].articles, entries[0].mentions) == ("Glimmerforge", 2, 3)
    assert entries[0].titles == ["News 0", "News 1"]


def test_a_name_in_too_few_articles_is_left_out() -> None:
    assert suggestions([scan("News", "We met Glimmerforge.")], least_articles=2) == []


@given(st.text(max_size=200))
def test_every_name_stands_in_the_text_where_it_is_said_to(text: str) -> None:
    for name, _, start in names_in(text):
        assert text[start : start + len(name)] == name


def test_a_long_text_without_names_takes_no_time() -> None:
    assert list(names_in("a" * 200_000 + "A-" * 20_000)) is not None
