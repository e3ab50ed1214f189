"""Hostile text: whatever comes is judged and tagged within a second, the same each time, and every proof stands."""

import time
from collections.abc import Iterator

import pytest

from extractors.records import Article, Span, Tags
from extractors.tags.lexicon import READ_CHARS
from tests.extractors.rulebook import article, named, rules, scan, tags

SECOND = 1.0
NEWS = "China's DeepSeek released an AI model in Hangzhou, Reuters reported. Rain fell in Oslo and nobody minded. "
CHINESE = "中国公司深度求索今天发布人工智能大模型,路透社报道。奥斯陆下雨了,没有人在意。"
TEXTS = {
    "nothing": "",
    "one word": "AI",
    "5 MB of news": NEWS * (5_000_000 // len(NEWS)),
    "5 MB of Chinese news": CHINESE * (5_000_000 // len(CHINESE.encode())),
    "5 MB without a space": "a" * 5_000_000,
    "5 MB without a full stop": "DeepSeek und China " * 260_000,
    "10,000 mentions of one alias": "DeepSeek " * 10_000,
    "10,000 mentions in Chinese": "深度求索" * 10_000,
    "emoji": "\U0001f916\U0001f1e8\U0001f1f3" * 50_000,
    "emoji between the words": "China \U0001f916 AI \U0001f680 DeepSeek\u200d\U0001f4a1." * 500,
    "right to left": "\u202eالصين والذكاء الاصطناعي DeepSeek\u202c. " * 500,
    "Hebrew and Chinese mixed": "סין 中国 AI DeepSeek בינה. " * 500,
    "NUL": "China\0AI\0DeepSeek. " * 500,
    "lone surrogates": "China \ud800 AI \udfff DeepSeek. " * 500,
    "combining marks": "C\u0301h\u0301ina's AI" + "\u0301" * 10_000,
    "full width": "\uff24\uff45\uff45\uff30\uff53\uff45\uff45\uff4b " * 2_000,
    "quotation marks only": '"' * 20_000 + "“" * 20_000,
    "brackets and colons": "Source: (" * 20_000,
    "years only": "by 2030 " * 20_000,
    "headings only": "## China\n## AI\n" * 2_000,
    "list marks only": "- \n1. \n• " * 5_000,
}
IDS = list(TEXTS)


def made(name: str) -> Article:
    return article("China's AI", TEXTS[name])


def spans_of(found: Tags) -> Iterator[Span]:
    """Every proof of an article's tags."""
    for row in (*found.topics, *found.mentions, *found.attributions, *found.places, *found.cues):
        yield from row.spans
    for one in (*found.takeaways, *found.years, *found.quotes):
        yield one.span
    yield from (flag.span for flag in found.flags if flag.span)


def stored_text(of: Article, span: Span) -> str:
    """What the warehouse stores of the part that a proof stands in."""
    if span.section_no is None:
        return {"title": of.title, "subtitle": of.subtitle}[span.part]
    section = of.sections[span.section_no]
    return section.heading if span.part == "heading" else section.text


def seconds_for(one: Article) -> float:
    """How long an article takes, of this thread's own time: other tests share the machine."""
    began = time.thread_time()
    read = rules().vocabulary.lexicon.scan(one)
    rules().relevance.judge_scan(read)
    rules().vocabulary.tags_from(read)
    return time.thread_time() - began


@pytest.mark.parametrize("name", IDS)
def test_it_is_judged_and_tagged_within_a_second(name: str) -> None:
    one = made(name)
    rules()
    assert seconds_for(one) < SECOND or seconds_for(one) < SECOND  # once more, for a machine at work


@pytest.mark.parametrize("name", IDS)
def test_every_proof_is_the_stored_text_at_its_place(name: str) -> None:
    one = made(name)
    for span in spans_of(rules().vocabulary.tags_of(one)):
        assert stored_text(one, span)[span.start_char : span.end_char] == span.words


@pytest.mark.parametrize("name", [name for name in IDS if not name.startswith("5 MB")])
def test_tagging_twice_says_the_same(name: str) -> None:
    assert rules().vocabulary.tags_of(made(name)) == rules().vocabulary.tags_of(made(name))


def test_all_ten_thousand_mentions_are_counted() -> None:
    (found,) = (m for m in tags("News", TEXTS["10,000 mentions of one alias"]).mentions if m.entity_id == "deepseek")
    assert found.mentions == 10_000


@pytest.mark.parametrize("name", ["emoji between the words", "right to left", "NUL", "lone surrogates", "full width"])
def test_a_name_among_odd_characters_is_found(name: str) -> None:
    assert "deepseek" in {mention.entity_id for mention in tags("News", TEXTS[name]).mentions}


def test_a_text_beyond_all_measure_is_read_in_part_and_says_so() -> None:
    flags = {flag.flag: flag.evidence for flag in tags("News", TEXTS["5 MB of news"]).flags}
    assert f"{READ_CHARS:,}" in flags["read-in-part"]
    assert "read-in-part" not in {flag.flag for flag in tags("News", NEWS).flags}


def test_the_parts_read_are_a_beginning_of_the_text() -> None:
    read = scan("News", TEXTS["5 MB of news"])
    assert len(read.text) <= READ_CHARS
    assert made("5 MB of news").sections[0].text.startswith(read.text.removeprefix("News\n"))


def test_the_headline_is_read_however_much_follows() -> None:
    assert "openai" in named("OpenAI and China's AI", NEWS * 50_000)
