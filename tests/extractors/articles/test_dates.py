"""When a page was published: where it says so, in which zone, and what is no date of it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from htmldate.extractors import get_external_parser
from hypothesis import given, strategies as st

from extractors.articles.dates import (
    GUESSED_IN,
    as_printed,
    dates_in,
    guessed_day,
    printed_moment,
    published_of,
    updated_of,
    zone_of,
)
from extractors.articles.lines import Line
from extractors.articles.marks import Marks
from extractors.articles.reading import tree_of

BEIJING = timezone(timedelta(hours=8))
TREE = tree_of("<html><body><p>words</p></body></html>")


def published(
    marks: Marks, *lines: str, url: str = "https://e.example/", language: str = "en"
) -> tuple[datetime | None, str]:
    structured = marks.structured()
    return published_of(marks, structured, [Line(text, key=text) for text in lines], TREE, url, language)


def json_ld(**words: str) -> Marks:
    pairs = ", ".join(f'"{name}": "{value}"' for name, value in words.items())
    return Marks(scripts=[f'{{"@type": "NewsArticle", {pairs}}}'])


def test_structured_data_come_before_everything() -> None:
    marks = json_ld(datePublished="2026-11-02T08:00:00Z")
    marks.metas["date"] = ["2026-11-03"]
    assert published(marks, "2026-11-04") == (datetime(2026, 11, 2, 8, tzinfo=UTC), "structured")


def test_meta_comes_before_the_visible_page() -> None:
    assert published(Marks(metas={"pubdate": ["2026-11-03"]}), "2026-11-04")[1] == "meta"


def test_a_time_element_comes_before_the_address() -> None:
    found = published(Marks(times=["2026-11-03T10:00:00Z"]), url="https://e.example/2026/11/02/x")
    assert found == (datetime(2026, 11, 3, 10, tzinfo=UTC), "text")


def test_the_day_in_the_address_comes_before_printed_dates_of_english_pages() -> None:
    assert published(Marks(), "Nov 9, 2026", url="https://e.example/2026/11/02/x") == (
        datetime(2026, 11, 2, tzinfo=UTC),
        "url",
    )


def test_a_chinese_clock_of_the_same_day_makes_the_address_a_moment() -> None:
    found = published(Marks(), "2026-11-02 05:30 来源:示例网", url="https://e.example/20261102/x.html", language="zh")
    assert found == (datetime(2026, 11, 1, 21, 30, tzinfo=UTC), "text")


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("2026-11-02 05:30", datetime(2026, 11, 2, 5, 30, tzinfo=BEIJING)),
        ("2026年11月2日 05:30:10 来源:示例网", datetime(2026, 11, 2, 5, 30, 10, tzinfo=BEIJING)),
        ("发布时间:2026/11/02 17:05", datetime(2026, 11, 2, 17, 5, tzinfo=BEIJING)),
        ("2026年11月02日", datetime(2026, 11, 2, tzinfo=UTC)),
    ],
)
def test_a_bare_chinese_clock_is_beijing_time(line: str, moment: datetime) -> None:
    found, source = published(Marks(), line, language="zh")
    assert (found, source) == (moment, "text")
    assert found is not None
    assert found.date() == datetime(2026, 11, 2).date()  # noqa: DTZ001 - the day that readers see


@pytest.mark.parametrize(
    "line", ["November 2, 2026", "Nov. 2nd, 2026", "2 November 2026", "Monday, 2 Nov 2026", "2026-11-02"]
)
def test_english_days_are_read(line: str) -> None:
    assert next(dates_in(line, UTC)).date() == datetime(2026, 11, 2, tzinfo=UTC).date()


@pytest.mark.parametrize("line", ["Updated November 2, 2026", "Last modified 2026-11-02", "更新时间:2026-11-02"])
def test_the_day_of_a_change_is_not_the_day_of_publication(line: str) -> None:
    assert list(dates_in(line, UTC)) == []


@pytest.mark.parametrize("line", ["2026-13-45", "31 February 2026", "12345-11-02", "call 2026 11 02", "no date"])
def test_what_no_calendar_has_is_no_date(line: str) -> None:
    assert list(dates_in(line, UTC)) == []


def test_the_date_near_the_headline_is_taken_not_the_first_of_the_page() -> None:
    lines = [
        Line(text, key=text.casefold()) for text in ("2020-01-01", *["menu"] * 40, "headline", "2026-11-02", "text")
    ]
    assert printed_moment(lines, "Headline", UTC) == datetime(2026, 11, 2, tzinfo=UTC)


def test_a_date_inside_a_long_line_is_what_the_text_speaks_of() -> None:
    line = f"In its report of 2 November 2026 the council {'said many things ' * 10}"
    assert printed_moment([Line(line)], "", UTC) is None


def test_an_offset_is_kept_so_that_the_day_is_the_readers() -> None:
    found = as_printed("2026-11-02T01:00:00+08:00", UTC)
    assert found is not None
    assert (found, found.date().isoformat()) == (datetime(2026, 11, 1, 17, tzinfo=UTC), "2026-11-02")


def test_chinese_pages_alone_have_a_zone_of_their_own() -> None:
    assert zone_of("zh").utcoffset(None) == timedelta(hours=8)
    assert zone_of("en") is UTC
    assert zone_of("ja") is UTC


def test_the_change_of_a_page_is_read_with_its_origin() -> None:
    assert updated_of(Marks(metas={"article:modified_time": ["2026-11-05"]}), [], "en")[1] == "meta"
    marks = json_ld(dateModified="2026-11-05T00:00:00Z")
    assert updated_of(marks, marks.structured(), "en") == (datetime(2026, 11, 5, tzinfo=UTC), "structured")
    assert updated_of(Marks(), [], "en") == (None, "")


@given(st.text(max_size=100))
def test_any_line_is_survived(line: str) -> None:
    assert all(moment.tzinfo is not None for moment in dates_in(line, BEIJING))


def guess(line: str) -> datetime | None:
    return guessed_day(tree_of(f"<html><body><p class='date'>{line}</p></body></html>"), extensive=True)[0]


def test_a_day_in_words_of_another_language_is_guessed() -> None:
    assert guess("Jueves 28 de Abril de 2022 5:03 PM") == datetime(2022, 4, 28, tzinfo=UTC)


def test_few_languages_are_asked_for_a_line_that_is_no_date() -> None:
    guess("40-jähriges Jubiläum 2008")
    assert len(get_external_parser().languages or ()) == len(GUESSED_IN)
