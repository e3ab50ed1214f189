"""Names in English and Chinese lead to the same entity."""

import pickle

from extractors.stories.names import latin_of, names_from

NAMES = names_from([("nvidia", ["Nvidia", "NVIDIA", "英伟达", "輝達"]), ("ai", ["AI"]), ("one", ["x", "华"])])


def test_both_names_mean_the_same_entity() -> None:
    assert NAMES.find("Nvidia sells chips") == NAMES.find("英伟达出售芯片") == {"e:nvidia"}


def test_a_traditional_alias_is_found_in_simplified_text() -> None:
    assert NAMES.find("辉达出售芯片") == {"e:nvidia"}


def test_countries_are_known_in_both_languages() -> None:
    assert NAMES.find("a plant in Germany") == NAMES.find("在德国建厂") == {"c:DE"}


def test_a_latin_name_stands_by_itself_even_beside_chinese() -> None:
    assert NAMES.find("PAIN and AIM") == frozenset()
    assert NAMES.find("用AI写作") == {"e:ai"}


def test_the_case_of_a_latin_name_counts() -> None:
    assert NAMES.find("nvidia") == frozenset()


def test_one_letter_or_character_is_no_name() -> None:
    assert NAMES.find("x 华") == frozenset()


def test_names_survive_pickling() -> None:
    assert pickle.loads(pickle.dumps(NAMES)).find("英伟达") == {"e:nvidia"}  # noqa: S301 - our own bytes


def test_latin_words_of_chinese_meet_capitalised_words_of_english() -> None:
    assert latin_of("Qwen3 from the Alibaba lab", False) == {"qwen3", "alibaba"}
    assert latin_of("阿里的qwen3和GPU", True) == {"qwen3", "gpu"}


def test_a_run_of_letters_without_end_is_no_name() -> None:
    assert latin_of("A" * 100, False) == frozenset()
