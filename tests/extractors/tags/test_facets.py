"""Topics, main entities, years, takeaways, quotations, sources and flags, each on texts of our own."""

import pytest

from extractors.records import Removed
from tests.extractors.rulebook import tags


def topics(title: str, text: str, section: int | None = None) -> list[str]:
    return [tag.topic for tag in tags(title, text).topics if tag.section_no == section]


@pytest.mark.parametrize(
    ("title", "text", "topic"),
    [
        (
            "Washington tightens export controls on AI chips",
            "The export controls add firms to the entity list.",
            "export-controls",
        ),
        ("美国收紧对华芯片出口管制", "新规将多家企业列入实体清单,英伟达需要许可证。", "export-controls"),
        ("DeepSeek starts a price war", "Price cuts of half follow; inference costs fall.", "low-cost-pricing"),
        ("大模型价格战升级", "多家公司宣布降价,推理成本下降。", "low-cost-pricing"),
        ("Unitree shows a humanoid robot", "The humanoid robot walks. Robots follow.", "robotics-autonomy"),
        ("宇树发布人形机器人", "人形机器人可以跑步,机器人售价公布。", "robotics-autonomy"),
        ("Alibaba makes its model open source", "The open weights are under the MIT license.", "open-weights"),
        ("阿里宣布开源大模型", "开源模型下载量增长,采用MIT协议。", "open-weights"),
        (
            "Chinese hackers used AI in a cyberattack",
            "The malware and phishing came from a state-sponsored threat actor.",
            "military-cyber",
        ),
    ],
)
def test_an_article_is_filed_where_a_reader_would_file_it(title: str, text: str, topic: str) -> None:
    assert topic in topics(title, text)


def test_a_section_is_filed_by_itself() -> None:
    text = (
        "Lead.\n## Robots\nThe humanoid robot walks.\n## Export controls\nThe entity list grows. Export controls bite."
    )
    assert topics("Two subjects", text, 1) == ["robotics-autonomy"]
    assert topics("Two subjects", text, 2) == ["export-controls"]


def test_a_word_in_passing_is_no_topic() -> None:
    text = "DeepSeek cut prices again. The price war goes on. " * 20 + "A drone was seen."
    assert "robotics-autonomy" not in topics("Price war: DeepSeek cuts prices", text)


def test_who_stands_in_the_headline_is_main_and_who_is_named_once_at_the_end_is_passing() -> None:
    text = "Huawei showed its chip. Huawei says it is fast. " * 10 + "Rivals include Tesla."
    found = {mention.entity_id: mention for mention in tags("Huawei shows a chip", text).mentions}
    assert found["huawei"].is_main
    assert (found["huawei"].mentions, found["huawei"].in_title, found["huawei"].in_lead) == (21, True, True)
    assert not found["tesla"].is_main


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("By 2030 China wants to lead.", [(2030, "target")]),
        ("The plan of 2017 runs until 2030.", [(2017, "past"), (2030, "target")]),
        ("In 2026 sales rose.", [(2026, "present")]),
        ("到2027年建成。", [(2027, "target")]),
        ("2024年发布,2026年更新。", [(2024, "past"), (2026, "present")]),
        ("力争到２０３５年实现。", [(2035, "target")]),
        ("在2026年的开局,硅谷与中国竞速。", [(2026, "present")]),
        ("截至2026年,共有百家企业。", [(2026, "present")]),
        ("争取到2026年完成。", [(2026, "target")]),
        ("2027财年第二季度的文件。", [(2027, "present")]),
        ("2027财年增长11%。", [(2027, "target")]),
    ],
)
def test_a_year_is_past_present_or_a_target(text: str, kinds: list[tuple[int, str]]) -> None:
    title = "目标" if any(char >= "\u4e00" for char in text) else "Goals"
    assert [(tag.year, tag.kind) for tag in tags(title, text).years] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "Body.\n## Key Takeaways\n- One thing.\n- Another thing.\n-",
        "Body.\nKey points:\n• One thing.\n• Another thing.\nThen prose.",
        "Body.\n## Key takeaways\nOne thing.\nAnother thing.",
    ],
)
def test_a_printed_list_of_takeaways_is_taken_in_order(text: str) -> None:
    assert [line.text for line in tags("Story", text).takeaways] == ["One thing.", "Another thing."]


def test_chinese_takeaways_are_taken_and_none_is_invented() -> None:
    assert [line.text for line in tags("新闻", "正文。\n## 要点\n1. 第一点\n2. 第二点").takeaways] == [
        "第一点",
        "第二点",
    ]
    assert tags("新闻", "- 第一点\n- 第二点").takeaways == ()


@pytest.mark.parametrize(
    ("text", "words", "speaker", "verb"),
    [
        ("“The race is open,” Jensen Huang said.", "The race is open,", "Jensen Huang", "said"),
        ("华为表示:“我们会继续投入研发”。", "我们会继续投入研发", "Huawei", "表示"),
        ("華為表示:「我們會繼續投入」。", "我們會繼續投入", "Huawei", "表示"),
    ],
)
def test_a_quotation_has_its_nearest_speaker_and_verb(text: str, words: str, speaker: str, verb: str) -> None:
    (quote,) = tags("Talk", text).quotes
    assert (quote.text, quote.speaker, quote.verb) == (words, speaker, verb)


def test_a_single_quoted_word_is_emphasis() -> None:
    assert tags("Talk", "It is “cheap” they said.").quotes == ()


def test_sources_are_counted_and_linked_only_where_linked() -> None:
    text = "Prices fall. Source: TechXplore\nSales rise. Source: TechXplore"
    (row,) = tags("Story", text).attributions
    assert (row.source_name, row.kind, row.count, row.linked) == ("TechXplore", "publication", 2, False)
    assert tags("Story", text, linked_names=("TechXplore",)).attributions[0].linked


def test_unknown_names_count_when_printed_like_one_who_studies() -> None:
    names = {
        row.source_name
        for row in tags("Story", "According to Lanternfish Research, sales rose. Mary Miller said so.").attributions
    }
    assert names == {"Lanternfish Research"}


def test_a_firm_that_speaks_of_itself_is_no_source_but_one_that_reports_on_others_is() -> None:
    assert tags("Story", "Huawei said its sales rose.").attributions == ()
    assert [
        row.source_name for row in tags("Story", "Anthropic reported that labs used fake accounts.").attributions
    ] == ["Anthropic"]


def flags(text: str, **more: object) -> set[str]:
    return {flag.flag for flag in tags("Story", text, **more).flags}


def test_flags_say_what_the_page_shows() -> None:
    assert {"single-source", "attribution-without-link"} <= flags(
        "A. Source: TechXplore\nB. Source: TechXplore\nC. Source: TechXplore"
    )
    assert "spun-wording" in flags("The US feel-tank warned of risks.")
    assert "spun-wording" in flags("该公司的人造智能技术领先。")
    assert "boilerplate-removed" in flags("Body.", removed=(Removed("0 comments", "comment line"),))
    assert "paywall-stub" in flags("Subscribe to read the rest.")
    assert "teaser-only" in flags("The first lines. Continue reading …")
    assert flags("An ordinary text about a think-tank in Oslo.") == set()


def test_framing_words_are_counted_and_no_stance_is_claimed() -> None:
    cues = {cue.cue: cue.count for cue in tags("Story", "A risk, a threat and an opportunity. 风险与机遇。").cues}
    assert cues == {"threat": 3, "opportunity": 2}


def test_a_question_as_headline_is_marked() -> None:
    assert tags("Who wins?", "").title_is_question
    assert tags("谁会赢？", "").title_is_question
    assert not tags("Who wins", "").title_is_question


@pytest.mark.parametrize(
    "text", ["Industry analysts anticipate cheap models.", "知情人士透露,价格下调。", "知情人士透露,價格下調。"]
)
def test_nobody_in_particular_is_an_anonymous_source(text: str) -> None:
    assert [row.kind for row in tags("新闻" if "士" in text else "News", text).attributions] == ["anonymous"]
