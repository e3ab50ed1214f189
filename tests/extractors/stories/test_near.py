"""The verdict on a pair: copies, teasers and rewrites are told from templates and strangers, the same in both directions."""

import pytest
from hypothesis import given, settings, strategies as st

from extractors.records import DuplicateKind
from extractors.stories.near import judge_pair
from extractors.stories.reading import Reading
from tests.extractors.rulebook import rules

TEXT = (
    "Lanternfish Robotics opened a factory in Hefei on Monday that will build 4,200 humanoid robots a year. The company said "
    "the plant cost 310 million yuan and employs 460 people. Half of the robots go to warehouses in Anhui province. Chief "
    "engineer Wen Sample said the first machines had worked 1,900 hours without a fault. A second hall follows in 2028. "
    "Local officials called it a model for the region and promised cheaper land to suppliers who settle nearby."
)
CHINESE = (
    "灯鱼机器人公司周一在合肥启用新工厂,每年可生产4200台人形机器人。公司称,工厂投资3.1亿元,雇用460人。"
    "一半机器人将用于安徽省的仓库。总工程师文样例表示,首批机器已无故障运行1900小时。二期厂房将于2028年建成。"
    "当地官员称其为区域样板,并承诺向落户附近的供应商提供更便宜的土地。"
)
TRADITIONAL = (
    "燈魚機器人公司週一在合肥啟用新工廠,每年可生產4200台人形機器人。公司稱,工廠投資3.1億元,僱用460人。"
    "一半機器人將用於安徽省的倉庫。總工程師文樣例表示,首批機器已無故障運行1900小時。二期廠房將於2028年建成。"
    "當地官員稱其為區域樣板,並承諾向落戶附近的供應商提供更便宜的土地。"
)
OTHER = (
    "The city library of Oslo keeps its reading rooms open until ten in the evening from next week. Readers had asked for longer "
    "hours since spring. Twelve new posts are paid from the city's budget, passed in June by a large majority."
)


def read(title: str, text: str) -> Reading:
    return rules().duplicates.read(title, text)


def kind(a: str, b: str, days: float = 0, titles: tuple[str, str] = ("Robots", "Robots")) -> DuplicateKind | None:
    return judge_pair(rules().duplicates, read(titles[0], a), read(titles[1], b), days).kind


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (TEXT, TEXT),
        (TEXT, TEXT.upper()),
        (TEXT, TEXT.replace(". ", ".\n\n")),
        (TEXT, TEXT.replace(",", "，")),
        (CHINESE, CHINESE.replace(",", "，")),
    ],
)
def test_the_same_words_are_an_exact_copy(a: str, b: str) -> None:
    assert kind(a, b) is DuplicateKind.EXACT


def test_a_copy_with_an_edit_is_near() -> None:
    assert kind(TEXT, TEXT.replace("on Monday", "early on Monday") + " More soon.") is DuplicateKind.NEAR
    assert kind(CHINESE, CHINESE.replace("周一", "星期一")) is DuplicateKind.NEAR
    assert kind(CHINESE, TRADITIONAL) in (DuplicateKind.EXACT, DuplicateKind.NEAR)


def test_a_teaser_is_truncated() -> None:
    assert kind(TEXT, TEXT[:230]) is DuplicateKind.TRUNCATED
    assert kind(CHINESE, CHINESE[:60]) is DuplicateKind.TRUNCATED


def test_strangers_are_no_pair() -> None:
    assert kind(TEXT, OTHER, titles=("Robots", "Library")) is None
    assert kind(TEXT, CHINESE, titles=("Robots", "机器人")) is None
    assert kind("", "", titles=("", "")) is None


def test_a_recurring_report_with_other_figures_is_no_copy() -> None:
    first = "Domestic makers took {} percent of tenders this week, up from {} percent. Huawei led with {} percent of {} units."
    a, b = first.format("61.4", "58.9", "38.2", "21,860"), first.format("57.6", "60.1", "35.9", "12,415")
    assert kind(a * 3, b * 3, 7, ("Weekly watch: share rises", "Weekly watch: share slips")) is None


def test_the_reason_is_in_words() -> None:
    verdict = judge_pair(rules().duplicates, read("Robots", TEXT), read("Robots", TEXT + " More soon."), 0)
    assert "%" in verdict.why
    assert 0 < verdict.score <= 1


PIECES = st.sampled_from([*TEXT.split(". "), *CHINESE.split("。"), *OTHER.split(". "), "", "12", "\n", "😀", "Ａ"])
TEXTS = st.lists(PIECES, max_size=8).map(". ".join)


@settings(max_examples=200, deadline=None)
@given(
    TEXTS, TEXTS, st.floats(0, 400), st.sampled_from(["Robots", "机器人", ""]), st.sampled_from(["Robots", "Library"])
)
def test_the_verdict_is_the_same_in_both_directions(a: str, b: str, days: float, one: str, two: str) -> None:
    first, second = read(one, a), read(two, b)
    there, back = (
        judge_pair(rules().duplicates, first, second, days),
        judge_pair(rules().duplicates, second, first, days),
    )
    assert (there.kind, there.score, there.why) == (back.kind, back.score, back.why)


@given(TEXTS)
def test_a_text_is_an_exact_copy_of_itself(text: str) -> None:
    reading = read("Robots", text)
    assert judge_pair(rules().duplicates, reading, reading, 0).kind is (DuplicateKind.EXACT if reading.tokens else None)
