"""Pairs of our own making: copies of the sample articles under other clothes, and recurring reports that are no copies.

Everything is made by code from our own texts, the same in every process.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from flows.demo.samples import ARTICLES, article_files, read_articles
from tests.extractors.rulebook import is_chinese

LEAST_CHARS = {"en": 700, "zh": 180}
REPORTS = 9  # of each form: every two of them are a pair


@dataclass(frozen=True)
class Text:
    title: str
    text: str


@dataclass(frozen=True)
class MadePair:
    kind: str
    language: str
    is_copy: bool
    one: Text
    other: Text
    days: float


FOOTERS = {
    "en": "\n\nThis report first appeared in Sample Outlet. Subscribe to our newsletter. All rights reserved.",
    "zh": "\n\n本文来源：样例日报。未经授权不得转载。欢迎订阅我们的电子报，扫码关注样例客户端。",
}
HEADLINES = {"en": "Explained: what you need to know about it", "zh": "一文读懂：你需要知道的几件事"}
WIDTHS = str.maketrans("，。：；！？（）“”", ',.:;!?()""')


def syndicated(own: Text, language: str) -> Text:
    return Text(own.title, own.text + FOOTERS[language])


def headline(own: Text, language: str) -> Text:
    return Text(HEADLINES[language], own.text)


def punctuation(own: Text, language: str) -> Text:
    changed = own.text.translate(WIDTHS) if language == "zh" else own.text.replace('"', "”").replace("'", "’")
    return Text(own.title, changed.replace(", ", " , "))


def truncated(own: Text, language: str) -> Text:
    return Text(
        own.title, own.text[: int(len(own.text) * 0.35)] + (" … Read more" if language == "en" else "……阅读全文")
    )


def shortened(own: Text, language: str) -> Text:
    paragraphs = own.text.split("\n")
    return Text(own.title, "\n".join(paragraphs[:-1]) if len(paragraphs) > 3 else own.text[: int(len(own.text) * 0.8)])


CHANGES: tuple[Callable[[Text, str], Text], ...] = (syndicated, headline, punctuation, truncated, shortened)

COMPANIES = {
    "en": ["Lanternfish", "Kitehill", "Plumbay", "Stonebridge", "Willowtech", "Copperleaf"],
    "zh": ["灯鱼科技", "鸢山智能", "梅湾数据", "石桥半导体", "柳林机器人", "铜叶云"],
}
CITIES = {
    "en": ["Hefei", "Chengdu", "Xiamen", "Dalian", "Ningbo", "Kunming"],
    "zh": ["合肥", "成都", "厦门", "大连", "宁波", "昆明"],
}
FORMS = yaml.safe_load((Path(__file__).parent / "report_forms.yaml").read_text(encoding="utf-8"))


@cache
def made_pairs() -> tuple[MadePair, ...]:
    return (*copies(), *strangers(), *reports())


def sample_texts() -> Iterator[tuple[str, Text]]:
    for path in article_files(ARTICLES):
        for sample in read_articles(path):
            language = "zh" if is_chinese(sample.text) else "en"
            if not sample.template and sample.of is None and len(sample.text) >= LEAST_CHARS[language]:
                yield language, Text(sample.title, sample.text)


def copies() -> Iterator[MadePair]:
    for number, (language, own) in enumerate(sample_texts()):
        for change in CHANGES:
            yield MadePair(change.__name__, language, True, own, change(own, language), (number % 5) / 2)


def strangers() -> Iterator[MadePair]:
    for wanted in ("en", "zh"):
        texts = [own for language, own in sample_texts() if language == wanted]
        for number, own in enumerate(texts):
            yield MadePair("stranger", wanted, False, own, texts[(number + 1) % len(texts)], number % 3)


def reports() -> Iterator[MadePair]:
    for each in FORMS:
        form, language = each["form"], each["language"]
        made = [report(form, language, number, each["title"], each["text"]) for number in range(REPORTS)]
        for number, own in enumerate(made):
            for distance, other in enumerate(made[number + 1 :], start=1):
                yield MadePair(f"report_{form}", language, False, own, other, 7.0 * distance)


def report(form: str, language: str, number: int, title: str, text: str) -> Text:
    chance = random.Random(f"{form} {language} {number}")  # noqa: S311 - figures, no secret
    values = {letter: chance.randrange(13, 9_999) for letter in "abcdefg"}
    words = {"company": chance.choice(COMPANIES[language]), "city": chance.choice(CITIES[language])}
    return Text(title.format(**values, **words), text.format(**values, **words))
