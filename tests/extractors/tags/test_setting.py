"""The setting: who is named, on which side, and how the text is printed, as numbers that each topic weighs in its own way."""

import pytest

from extractors.tags.setting import SETTING, setting_of
from extractors.tags.topic_weights import SETTING_WEIGHTS
from tests.extractors.rulebook import rules, scan


def setting(title: str, text: str = "Rain fell in Oslo.") -> dict[str, float]:
    found = setting_of(scan(title, text), rules().vocabulary.lexicon.entities)
    return dict(zip(SETTING, found, strict=True))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Alibaba opens an office", "title_company"),
        ("Alibaba opens an office", "title_china"),
        ("Microsoft opens an office", "title_us"),
        ("Is anyone there?", "title_question"),
        ("真的吗\uff1f", "title_question"),  # full width
        ("Office opens with 12 desks", "title_figure"),
        ("Prices up 12%", "title_percent"),
        ("Firm gets $12 million", "title_money"),
        ("公司获3亿元融资", "title_money"),
    ],
)
def test_what_the_headline_shows_is_1_and_in_another_headline_0(title: str, name: str) -> None:
    assert setting(title)[name] == 1
    assert setting("Nothing to see")[name] == 0


def test_a_name_counts_in_the_text_too_and_more_names_count_more() -> None:
    once, twice = setting("News", "Alibaba met."), setting("News", "Alibaba met. Tencent met.")
    assert 0 < once["company"] < twice["company"]
    assert once["title_company"] == 0


def test_figures_are_counted_by_the_length_of_the_text() -> None:
    assert setting("News", "12 34 56 78.")["figures"] > setting("News", "12 34 56 78. " + "Rain fell. " * 50)["figures"]


def test_quoted_words_and_sentences_are_counted() -> None:
    plain, quoted = setting("News", "He came."), setting("News", "“He came,” she said. “Then he left.”")
    assert quoted["quotes"] > plain["quotes"] == 0
    assert quoted["sentences"] > plain["sentences"]


def test_an_empty_article_has_a_setting() -> None:
    assert len(setting_of(scan("", ""), rules().vocabulary.lexicon.entities)) == len(SETTING)


def test_every_topic_weighs_all_of_it() -> None:
    assert set(SETTING_WEIGHTS) == {topic.id for topic in rules().vocabulary.topics}
    assert {len(weights) for weights in SETTING_WEIGHTS.values()} == {len(SETTING)}
