"""Numbers that mean the same in English and Chinese read the same."""

import pytest
from hypothesis import given, strategies as st

from extractors.stories.amounts import SMALL, amounts_of, spelled


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("310 million yuan", "3.1亿元"),
        ("1.2 billion dollars", "12亿美元"),
        ("a fund of 50,000 yuan", "5万元"),
        ("4,200 robots", "4200台"),
        ("4.2 thousand robots", "4200台"),
        ("two million users", "200万用户"),
        ("thirty people", "三十人"),
        ("320 metres", "三百二十米"),
        ("$40bn", "400亿美元"),
        ("500k users", "50万用户"),
        ("17.5 percent", "17.5%"),
        ("1.5 trillion parameters", "1.5兆参数"),
        ("2 trillion yuan", "2万亿元"),
    ],
)
def test_an_amount_reads_the_same_in_both_languages(english: str, chinese: str) -> None:
    assert amounts_of(english, False) & amounts_of(chinese, True)


@pytest.mark.parametrize("english", ["on March 5 it", "on Mar. 5 it", "on 5 March it"])
def test_a_day_reads_the_same_in_both_languages(english: str) -> None:
    assert "3-5" in amounts_of(english, False) & amounts_of("3月5日发布", True)


def test_small_bare_numbers_say_nothing() -> None:
    assert amounts_of("Three of 12 people, 7 days", False) == frozenset()
    assert amounts_of("三人、7天、十二家", True) == frozenset()


def test_other_amounts_stay_different() -> None:
    assert not amounts_of("310 million yuan", False) & amounts_of("3.1万元", True)
    assert not amounts_of("March 5", False) & amounts_of("5月3日", True)


@pytest.mark.parametrize(
    ("characters", "value"), [("三", 3), ("十", 10), ("十五", 15), ("两百", 200), ("一千零二十", 1020), ("二〇", 0)]
)
def test_spelled_numbers_are_read(characters: str, value: float) -> None:
    assert spelled(characters) == value


@given(st.integers(SMALL + 1, 10**9))
def test_grouping_commas_change_nothing(number: int) -> None:
    assert amounts_of(f"it has {number:,} of them", False) == amounts_of(f"it has {number} of them", False)
    assert amounts_of(f"it has {number} of them", False) == amounts_of(f"共有{number}个", True)


@given(st.text(max_size=200))
def test_any_text_is_read_without_a_surprise(text: str) -> None:
    for chinese in (False, True):
        assert all(amount and " " not in amount for amount in amounts_of(text, chinese))
