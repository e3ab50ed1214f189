"""Bylines: authors are people, and a desk is where the byline names it."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from extractors.articles.bylines import Byline, author_names, byline_of, names_in
from extractors.articles.lines import Line
from extractors.articles.marks import Marks


def printed(*texts: str) -> Byline:
    """The byline of a page whose visible lines are these, none of them marked."""
    return byline_of(Marks(), [], [Line(text) for text in texts])


def marked(*texts: str, **metas: list[str]) -> Byline:
    """The byline of a page whose byline elements hold these."""
    return byline_of(Marks(bylines=list(texts), metas=metas), [], [])


@pytest.mark.parametrize(
    ("line", "authors", "desk"),
    [
        ("by Ada Sample - Technology", ("Ada Sample",), "Technology"),
        ("By Ada Sample | World News", ("Ada Sample",), "World News"),
        ("BY Ada B. Sample — Business & Markets", ("Ada B. Sample",), "Business & Markets"),
    ],
)
def test_a_desk_behind_the_byline_is_read_marked_or_not(line: str, authors: tuple[str, ...], desk: str) -> None:
    assert printed("A title", line, "0 comments") == Byline(authors, desk, "text")
    assert marked(line) == Byline(authors, desk, "text")


@pytest.mark.parametrize(
    "line",
    [
        "by the end of the year - Markets",
        "by 2030 - Technology",
        "Powered by our partners | Advertising",
        "by Ada Sample and " + "a very long sentence that goes on " * 4 + "- Technology",
    ],
)
def test_a_sentence_that_only_looks_like_one_names_no_desk(line: str) -> None:
    assert printed(line).desk == ""


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ada Sample", ("Ada Sample",)),
        ("Written by Ada Sample and Bo Muster", ("Ada Sample", "Bo Muster")),
        ("By Ada van Sample · 3 min read", ("Ada van Sample",)),
        ("作者:王示例", ("王示例",)),
        ("文/王示例", ("王示例",)),
        ("本报记者 张示例 李样本", ("张示例", "李样本")),
        ("撰文:李样本", ("李样本",)),
        ("記者 陳樣本/台北報導", ("陳樣本",)),
    ],
)
def test_names_are_read_where_they_are_printed(line: str, authors: tuple[str, ...]) -> None:
    assert printed("Title", line).authors == authors
    assert printed("Title", line).source == "text"


@pytest.mark.parametrize(
    "line",
    ["By the time it was over, nobody was left", "记者近日从该委员会了解到,目录已经编好", "中文/英文", "By admin", ""],
)
def test_running_text_is_no_byline(line: str) -> None:
    assert printed(line) == Byline()


def test_structured_data_is_believed_before_meta_and_meta_before_print() -> None:
    structured = [{"author": [{"@type": "Person", "name": "Ada Sample"}, {"name": "Bo Muster"}]}]
    marks = Marks(metas={"author": ["Cy Probe"]}, bylines=["By Di Exempel"])
    assert byline_of(marks, structured, []) == Byline(("Ada Sample", "Bo Muster"), source="structured")
    assert byline_of(marks, [], []) == Byline(("Cy Probe",), source="meta")
    assert byline_of(Marks(bylines=marks.bylines), [], []) == Byline(("Di Exempel",), source="text")


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Ada Sample", ["Ada Sample"]),
        (["Ada Sample", {"name": "Bo Muster"}], ["Ada Sample", "Bo Muster"]),
        ({"name": ["Ada Sample", "Bo Muster"]}, ["Ada Sample", "Bo Muster"]),
        ({"@id": "#x"}, []),
        (None, []),
        (7, []),
        ([[["Ada Sample"]]], ["Ada Sample"]),
    ],
)
def test_an_author_of_json_ld_has_many_shapes(value: Any, names: list[str]) -> None:
    assert list(author_names(value)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Sample and Bo Muster", ("Ada Sample", "Bo Muster")),
        ("Ada Sample & Bo Muster", ("Ada Sample", "Bo Muster")),
        ("https://example.com/authors/ada", ()),
        ("Editorial Team", ()),
        ("Staff", ()),
        ("12", ()),
        ("张示例、李样本", ("张示例", "李样本")),
        ("张示例 李样本", ("张示例", "李样本")),
    ],
)
def test_addresses_roles_and_numbers_are_no_names(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


def test_a_name_is_given_once() -> None:
    assert marked(author=["Ada Sample", "Ada Sample and Bo Muster"]).authors == ("Ada Sample", "Bo Muster")


@given(st.lists(st.text(max_size=120), max_size=4))
def test_any_lines_are_read_without_a_surprise(lines: list[str]) -> None:
    found = printed(*lines)
    assert bool(found.authors) == (found.source == "text") or found.desk
    assert all(1 < len(name) <= 60 for name in found.authors)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ada Sample, Bo Muster", ("Ada Sample", "Bo Muster")),
        ("By Ada Sample, Bo Muster and Cy Jones, Reuters", ("Ada Sample", "Bo Muster", "Cy Jones")),
        ("By Ada Sample, B Muster", ("Ada Sample", "B Muster")),
        ("By Ada Sample, Ada Sample and Bo Muster", ("Ada Sample", "Bo Muster")),
        ("By Ada Sample and Bo Muster, Associated Press", ("Ada Sample", "Bo Muster")),
        ("By Ada Sample, Senior Editor", ("Ada Sample",)),
        ("By Ada Sample, Science Correspondent", ("Ada Sample",)),
        ("By Ada Sample, March 3, 2026", ("Ada Sample",)),
        ("By Ada Sample, in Shanghai", ("Ada Sample",)),
        ("By Ada Sample, Hong Kong", ("Ada Sample",)),
        ("By Ada Sample-Jones", ("Ada Sample-Jones",)),
        ("By Ada Sample-Jones ⋅ Review Editor", ("Ada Sample-Jones",)),
        ("By Ada Sample - 3 min read", ("Ada Sample",)),
    ],
)
def test_colleagues_behind_a_comma_are_authors_and_roles_employers_and_places_are_not(
    line: str, authors: tuple[str, ...]
) -> None:
    assert printed("A title", line).authors == authors
    assert marked(line).authors == authors
