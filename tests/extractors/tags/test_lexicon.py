"""The one scan: words stand by themselves, scripts and widths fold, rules decide, and every span shows the text there."""

import pickle
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings, strategies as st

from extractors.records import Article, Section, Span, Tags
from extractors.tags.files import Entity, Rule, Words
from extractors.tags.folding import fold
from extractors.tags.lexicon import Lexicon, Scan, joined, sentences_in, stands_in
from extractors.tags.meaning import Meaning
from tests.extractors.rulebook import article, rules


def entity(name: str, *aliases: str, ambiguous: Iterable[Rule] = (), kind: str = "company", **more: object) -> Entity:
    words = Words(en=(name, *(a for a in aliases if a.isascii())), zh=tuple(a for a in aliases if not a.isascii()))
    rows = {
        "id": name.lower().replace(" ", "-"),
        "name": name,
        "type": kind,
        "aliases": words,
        "ambiguous": tuple(ambiguous),
    }
    return Entity.model_validate(rows | more)


def found(entities: Iterable[Entity], title: str, text: str = "") -> list[str]:
    scan = Lexicon((), tuple(entities)).scan(article(title, text))
    return [scan.text[hit.start : hit.end] for hit in scan.of_kind("entity")]


QWEN = entity("Qwen", "通义千问", "千问")


@pytest.mark.parametrize(
    "text",
    [
        "用Qwen的人",
        "Qwen",
        "(Qwen)",
        "Qwen's price",
        "Qwen’s price",
        "“Qwen”",
        "新Qwen模型",
        "Qwen/Llama",
        "＃Qwen",
        "Qwen。",
        "-Qwen-",
        "QWEN",
    ],
)
def test_a_latin_name_is_found_beside_anything_but_latin_letters_and_digits(text: str) -> None:
    assert len(found([QWEN], text)) == 1


@pytest.mark.parametrize("text", ["Qwen2", "aQwen", "Qwenlike", "3Qwen", "ＱｗｅｎＸ", "qwen"])
def test_a_latin_name_inside_a_longer_word_or_in_small_letters_is_another_word(text: str) -> None:
    assert found([QWEN], text) == []


@pytest.mark.parametrize("text", ["Ｑｗｅｎ发布", "通義千問發布", "通义千问发布", "ＱＷＥＮ"])
def test_full_width_and_traditional_forms_are_the_same_name(text: str) -> None:
    assert len(found([QWEN], text)) == 1


def test_the_longest_name_wins() -> None:
    both = [entity("Alibaba", "阿里"), entity("Alibaba Cloud", "阿里云")]
    assert found(both, "Alibaba Cloud, not Alibaba", "阿里云不是阿里") == ["Alibaba Cloud", "Alibaba", "阿里云", "阿里"]


def test_names_of_one_letter_case_with_an_inner_capital_may_be_printed_lower() -> None:
    assert found([entity("DeepSeek")], "Deepseek and DEEPSEEK and deepseek") == ["Deepseek", "DEEPSEEK"]


def test_an_alias_waits_for_what_it_needs_in_the_same_article() -> None:
    rule = Rule(alias="字节", needs=("抖音", "AI"))
    bytedance = entity("ByteDance", "字节", ambiguous=[rule])
    assert found([bytedance], "字节扩招", "抖音的母公司") == ["字节"]
    assert found([bytedance], "字节扩招", "一段文字") == []


@pytest.mark.parametrize(
    ("text", "is_met"), [("he said so", False), ("an AI firm", True), ("AI公司", True), ("maize", False)]
)
def test_a_short_word_that_is_needed_must_stand_whole(text: str, is_met: bool) -> None:
    manus = entity("Manus", ambiguous=[Rule(alias="Manus", needs=("AI",))])
    assert found([manus], "Manus", text) == (["Manus"] if is_met else [])


@pytest.mark.parametrize(
    ("text", "word", "is_there"),
    [("chips", "chip", True), ("microchip", "chip", False), ("", "ai", False), ("rain ai", "ai", True)],
)
def test_a_longer_word_that_is_needed_may_begin_another(text: str, word: str, is_there: bool) -> None:
    assert stands_in(text, word) is is_there


@pytest.mark.parametrize(("text", "count"), [("Kimi Onoda", 0), ("Kimi answers", 1), ("the Kimi", 1), ("not Kimi", 0)])
def test_a_neighbour_can_rule_a_name_out(text: str, count: int) -> None:
    rule = Rule(alias="Kimi", not_before=(" Onoda",), not_after=("not ",))
    assert len(found([entity("Kimi", ambiguous=[rule])], text)) == count


def test_a_name_inside_a_trap_is_none_but_stands_elsewhere() -> None:
    lexicon = Lexicon([("kimi onoda", Meaning("trap", "trap"))], (entity("Kimi"),))
    scan = lexicon.scan(article("Kimi Onoda met Kimi", ""))
    assert [hit.start for hit in scan.of_kind("entity")] == [15]


def test_a_word_inside_a_medium_s_name_says_nothing() -> None:
    paper = entity("South China Morning Post", kind="media")
    scan = Lexicon([("china", Meaning("china", "china"))], (paper,)).scan(
        article("South China Morning Post on China", "")
    )
    assert [hit.start for hit in scan.of_kind("china")] == [28]


def test_a_star_opens_the_end_of_a_word() -> None:
    lexicon = Lexicon([("robot*", Meaning("ai", "ai")), ("chip", Meaning("ai", "ai"))], ())
    scan = lexicon.scan(article("robotics robots microrobot chips chip", ""))
    assert [scan.text[hit.start : hit.end] for hit in scan.of_kind("ai")] == ["robot", "robot", "chip"]


def test_one_topic_s_cue_does_not_hide_another_s() -> None:
    lexicon = Lexicon([("ai chip", Meaning("topic", "chips")), ("ai", Meaning("topic", "other"))], ())
    assert {hit.key for hit in lexicon.scan(article("ai chip", "")).of_kind("topic")} == {"chips", "other"}


def test_an_entity_that_is_switched_off_is_not_found() -> None:
    assert found([entity("Qwen", enabled=False)], "Qwen") == []


def test_a_lexicon_survives_pickling() -> None:
    lexicon = rules().vocabulary.lexicon
    copy = pickle.loads(pickle.dumps(lexicon))  # noqa: S301 - our own bytes
    page = article("DeepSeek发布新模型", "华为的昇腾芯片。Alibaba's Qwen.")
    assert copy.scan(page).hits == lexicon.scan(page).hits


def test_a_vocabulary_and_a_judge_survive_pickling() -> None:
    page = article("DeepSeek发布新模型", "华为的昇腾芯片支持人工智能。")
    copies = pickle.loads(pickle.dumps((rules().vocabulary, rules().relevance)))  # noqa: S301 - our own bytes
    assert copies[0].tags_of(page) == rules().vocabulary.tags_of(page)
    assert copies[1].judge(page) == rules().relevance.judge(page)


def test_sentences_cover_the_text_without_gap() -> None:
    text = "One. Two! “Three?” 四。五;六\nSeven at 3.5 percent"
    spans = sentences_in(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert [text[start:end].strip() for start, end in spans][-1] == "Seven at 3.5 percent"


def test_of_names_that_overlap_the_longest_is_meant() -> None:
    firms = [entity("Huawei", "华为"), entity("Huawei Cloud", "华为云")]
    assert found(firms, "News", "Huawei Cloud met Huawei. 华为云来了。") == ["Huawei Cloud", "Huawei", "华为云"]


def test_spans_that_overlap_are_joined() -> None:
    assert joined([(5, 7), (0, 3), (2, 4)]) == [(0, 4), (5, 7)]


@given(st.text(max_size=60))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


# --- every proof shows the text at its place ---------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        "DeepSeek",
        "字节",
        "跳动",
        "據",
        "据新华社报道",
        "Source: ",
        "according to ",
        "Reuters",
        " 2030",
        "到2027年",
        "年",
        "“two words”",
        "。",
        "\n",
        "\n\n",
        ". ",
        "## ",
        "• ",
        "Key Takeaways\n",
        "要点\n",
        "AI",
        "人工智能",
        "China",
        "中国",
        "said",
        "「四個字呢」",
        "Alibaba's",
        "H20",
        "1.5",
        "Ａ",
        "、",
        "(",
        ")",
        "ﬁ",
        "İ",
        "ß",
        "😀",
        "\u200b",
        "\u202e",
        "عربي",
        "\x00",
        "\ud800",
        "https://www.reuters.com/x",
        " feel-tank ",
        "risk",
        "报名",
        "chip",
        " Research ",
        "analyst ",
    ]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=40).map("".join)


def part_text(page: Article, span: Span) -> str:
    if span.part == "title":
        return page.title
    if span.part == "subtitle":
        return page.subtitle
    assert span.section_no is not None
    section = page.sections[span.section_no]
    return section.heading if span.part == "heading" else section.text


def spans_of(tags: Tags) -> Iterator[Span]:
    for rows in (tags.topics, tags.mentions, tags.attributions, tags.places, tags.cues):
        for row in rows:
            yield from row.spans
    for row in (*tags.takeaways, *tags.years, *tags.quotes, *tags.flags):
        if row.span is not None:
            yield row.span


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS, st.lists(st.tuples(TEXTS, TEXTS), max_size=4), st.sampled_from(["en", "zh", ""]))
def test_no_text_breaks_the_tagger_and_every_proof_stands_where_it_says(
    title: str, subtitle: str, body: list[tuple[str, str]], language: str
) -> None:
    page = article(title, "", subtitle=subtitle, sections=tuple(Section(*pair) for pair in body), language=language)
    tags = rules().vocabulary.tags_of(page)
    evidence = rules().relevance.verdict(rules().vocabulary.lexicon.scan(page)).evidence
    for span in (*spans_of(tags), *evidence):
        assert span.words
        assert part_text(page, span)[span.start_char : span.end_char] == span.words


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_tagging_twice_says_the_same(text: str) -> None:
    page = article("DeepSeek", text)
    assert rules().vocabulary.tags_of(page) == rules().vocabulary.tags_of(page)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "word",
        "😀" * 500,
        "\x00" * 100,
        "\ud800 lone",
        "مرحبا بالعالم " * 50,
        "DeepSeek " * 10_000,
        "“" * 5_000,
        "据" * 5_000,
    ],
)
def test_odd_texts_are_tagged(text: str) -> None:
    tags = rules().vocabulary.tags_of(article("", text))
    assert all(mention.mentions <= 10_000 for mention in tags.mentions)


def test_the_parts_of_a_scan_are_the_parts_of_the_article() -> None:
    page = article("Title", "Lead.\n## Heading\nBody.", subtitle="Second title")
    scan: Scan = rules().vocabulary.lexicon.scan(page)
    assert [(part.part, scan.text[part.start : part.end]) for part in scan.parts] == [
        ("title", "Title"),
        ("subtitle", "Second title"),
        ("text", "Lead."),
        ("heading", "Heading"),
        ("text", "Body."),
    ]


def test_the_patterns_are_what_is_looked_for_once_each_and_folded() -> None:
    patterns = rules().vocabulary.lexicon.patterns()
    assert {"deepseek", "人工智能", "export control"} <= set(patterns)
    assert len(patterns) == len(set(patterns))
    assert all(pattern == fold(pattern) for pattern in patterns)
