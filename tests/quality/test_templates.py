"""Sixty pages in the clothes of real templates: the text comes out whole and clean. Floors are in floors.json."""

import json
import re
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest

from extractors.articles import ExtractedPage, read_page
from extractors.records import sections_to_text
from tests.extractors.articles.templates import EN, FURNITURE, PAGES, ZH, Words

FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))["templates"]
TOKEN = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+")


def words_of(name: str) -> Words:
    return ZH if name.startswith("zh") else EN


def read(name: str) -> ExtractedPage:
    page = read_page(PAGES[name].encode(), "https://news.example/story", {})
    assert isinstance(page, ExtractedPage), page
    return page


def counted(text: str) -> Counter[str]:
    return Counter(TOKEN.findall(text.lower()))


def f1(name: str) -> float:
    """Token F1 of what was read against what was written; headings count where the template prints them."""
    words = words_of(name)
    headings = [line for line in words.headings if line in PAGES[name]]
    written, found = counted("\n".join([*words.text, *headings])), counted(sections_to_text(read(name).sections))
    return 2 * (written & found).total() / (written.total() + found.total())


def measured(language: str) -> dict[str, float]:
    names = [name for name in PAGES if name.startswith(language)]
    with_headings = [name for name in names if words_of(name).headings[0] in PAGES[name]]
    return {
        "f1": round(mean(f1(name) for name in names), 3),
        "headings": round(
            mean(read(name).sections[-1].heading == words_of(name).headings[1] for name in with_headings), 3
        ),
        "title": round(mean(read(name).title == words_of(name).title for name in names), 3),
        "language": round(mean(read(name).language == language for name in names), 3),
    }


def test_there_are_sixty_pages_and_thirty_of_them_are_chinese() -> None:
    assert len(PAGES) >= 60
    assert sum(name.startswith("zh") for name in PAGES) >= 25


@pytest.mark.quality
@pytest.mark.parametrize("language", ["en", "zh"])
def test_templates_are_read_as_well_as_their_floors_say(language: str) -> None:
    found = measured(language)
    assert {name: value for name, value in found.items() if value < FLOORS[language][name]} == {}, found


@pytest.mark.parametrize("name", PAGES)
def test_no_sentence_of_the_text_is_lost(name: str) -> None:
    text = sections_to_text(read(name).sections)
    assert [line for line in words_of(name).text if line not in text] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_around_the_text_is_in_it(name: str) -> None:
    lines = sections_to_text(read(name).sections).splitlines()
    assert [line for line in lines if line in FURNITURE or "sample headline" in line or "又一条" in line] == []
