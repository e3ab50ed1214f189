"""What reading a page again changes: nothing, some fields, an article gained or lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from extractors.articles.differences import Difference, counts_of, difference_of
from extractors.provenance import StoredText
from extractors.records import Article, Dropped, Reason, Section
from tests.warehouse.builders import HOUR, article, waiting

AFTER = article(waiting("1"), "A text of some words.", title="A title", authors=("Ada Sample",))
BEFORE = StoredText("a-1", "A title", "", ("Ada Sample",), AFTER.published_at, "A text of some words.")


def difference(before: StoredText | None, after: Article | Dropped | Exception) -> Difference:
    return difference_of("p-1", "https://news.example/1", before, after)


def test_the_same_is_unchanged() -> None:
    assert difference(BEFORE, AFTER).kind == "unchanged"


@pytest.mark.parametrize(
    ("field", "stored"),
    [
        ("title", replace(BEFORE, title="Another title")),
        ("subtitle", replace(BEFORE, subtitle="A second title")),
        ("authors", replace(BEFORE, authors=())),
        ("published_at", replace(BEFORE, published_at=BEFORE.published_at and BEFORE.published_at + HOUR)),
        ("text", replace(BEFORE, text="Another text.")),
    ],
)
def test_what_differs_is_named(field: str, stored: StoredText) -> None:
    found = difference(stored, AFTER)
    assert (found.kind, found.fields) == ("changed", (field,))


def test_the_same_moment_in_another_zone_is_no_change() -> None:
    assert BEFORE.published_at is not None
    there = BEFORE.published_at.astimezone(tz=None)
    assert there - BEFORE.published_at == timedelta()
    assert difference(replace(BEFORE, published_at=there), AFTER).kind == "unchanged"


def test_a_changed_text_is_counted_before_and_after() -> None:
    found = difference(BEFORE, replace(AFTER, sections=(Section("", "Short."), Section("Heading", "More."))))
    assert (found.chars_before, found.chars_after) == (21, len("Short.\n\n## Heading\n\nMore."))


def test_an_article_that_was_not_there_is_gained() -> None:
    assert difference(None, AFTER).kind == "gained"


def test_an_article_that_is_dropped_now_is_lost_with_the_reason() -> None:
    found = difference(BEFORE, Dropped(Reason.BOT_WALL, "the site asks for a browser"))
    assert (found.kind, found.reason, found.chars_before) == ("lost", "bot_wall", 21)


def test_an_article_that_causes_a_surprise_is_lost_with_its_name() -> None:
    assert difference(BEFORE, ValueError("x")).reason == "ValueError"


def test_no_article_before_and_after_is_none() -> None:
    assert difference(None, Dropped(Reason.TOO_SHORT, "3 characters")).kind == "none"


def test_every_page_is_counted_once() -> None:
    found = [difference(BEFORE, AFTER), difference(None, AFTER), difference(None, ValueError())]
    assert counts_of(found) == {"unchanged": 1, "changed": 0, "gained": 1, "lost": 0, "none": 1}
