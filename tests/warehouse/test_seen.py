"""What was seen before: the same words, other words, another guid; and the site files kept beside."""

from datetime import timedelta

import pytest

from extractors.records import Dropped, Entry, Reason, WaitingEntry
from extractors.site_files import SiteFiles
from tests.warehouse.builders import BETA, DAY, HOUR, NOW, dropped, rows, value, waiting
from warehouse.store import Warehouse


def verdict(warehouse: Warehouse, entry: WaitingEntry, *others: WaitingEntry) -> Reason | None:
    """What the next run says of an entry that comes with others."""
    known = warehouse.known([entry, *others])
    first = known.under_first_ids([entry, *others])[0]
    result = known.unseen(first)
    return result.reason if isinstance(result, Dropped) else None


def called(key: str, entry_id: str, **words: object) -> WaitingEntry:
    """The entry `key` as it would be under another id."""
    made = waiting(key, **words)  # type: ignore[arg-type]
    return WaitingEntry(_with(made.entry, entry_id), made.feed, made.page_id)


def _with(entry: Entry, entry_id: str) -> Entry:
    from dataclasses import replace

    return replace(entry, entry_id=entry_id, guid=entry_id)


def test_the_same_words_are_seen_and_other_words_an_edit(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    assert verdict(warehouse, waiting("one")) is Reason.SEEN
    assert verdict(warehouse, waiting("one", title="Other")) is Reason.EDITED
    assert verdict(warehouse, waiting("one", summary="Other")) is Reason.EDITED


@pytest.mark.parametrize("words", ["人工智能", "half \ud83d", "\U0001f600 emoji", "", "line\nbreak", 'it\'s; -- "sql"'])
def test_any_words_are_recognised_as_the_same(warehouse: Warehouse, words: str) -> None:
    entry = waiting("one", title=words, summary=words)
    warehouse.remember([], [entry], [])
    assert verdict(warehouse, entry) is Reason.SEEN


def test_an_unlikely_entry_with_another_summary_is_looked_at_again_and_is_not_new(warehouse: Warehouse) -> None:
    warehouse.remember([], [], [dropped(waiting("one"), Reason.UNLIKELY)])
    again = waiting("one", summary="China and AI")
    known = warehouse.known([again])
    assert known.unseen(again) == again
    assert known.new_among([again, waiting("two")]) == [waiting("two")]


def test_an_entry_under_a_new_guid_is_the_one_it_was(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    known = warehouse.known([called("one", "e-new")])
    (first,) = known.under_first_ids([called("one", "e-new")])
    assert first.entry_id == "e-one"
    assert known.unseen(first) == Dropped(Reason.SEEN)


def test_while_the_old_guid_is_still_listed_the_new_one_is_another_entry(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    assert verdict(warehouse, called("one", "e-new"), waiting("one")) is Reason.SAME_PAGE


@pytest.mark.parametrize(
    "other", [{"title": "Another title"}, {"page": "p-other"}, {"page": ""}], ids=["title", "page", "no page"]
)
def test_another_title_or_page_makes_another_entry(warehouse: Warehouse, other: dict[str, str]) -> None:
    warehouse.remember([], [waiting("one")], [])
    assert verdict(warehouse, called("one", "e-new", **other)) is not Reason.SEEN


def test_the_same_story_in_another_feed_is_another_entry(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one", page="p-1")], [])
    assert verdict(warehouse, waiting("two", BETA, page="p-1", title="Title of one")) is Reason.SAME_PAGE


def test_of_two_new_guids_for_one_story_one_takes_its_place(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    pair = [called("one", "e-new"), called("one", "e-newer")]
    known = warehouse.known(pair)
    assert [each.entry_id for each in known.under_first_ids(pair)] == ["e-one", "e-newer"]


def test_versions_beyond_two_dozen_are_counted_and_not_kept(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one", title="0")], [])
    for number in range(1, 40):
        edited = waiting("one", title=str(number), at=NOW + number * HOUR)
        warehouse.remember([], [], [dropped(edited, Reason.EDITED)])
    assert rows(warehouse, "SELECT title, versions FROM core.entries") == [("39", 40)]
    assert value(warehouse, "SELECT count(*) FROM raw.entry_versions") == 24
    assert value(warehouse, "SELECT max(version) FROM raw.entry_versions") == 24


# --- site files ------------------------------------------------------------------------------------------------------

FILES = SiteFiles("https://news.example", NOW, 200, b"User-agent: *\n\xff\x00", b"[]", NOW - HOUR)


def test_site_files_come_back_byte_for_byte(warehouse: Warehouse) -> None:
    warehouse.keep_site_files([FILES])
    assert warehouse.site_files() == [FILES]


def test_the_latest_copy_of_a_site_replaces_the_one_before(warehouse: Warehouse) -> None:
    newer = SiteFiles(FILES.site, NOW + HOUR, 404)
    warehouse.keep_site_files([FILES])
    warehouse.keep_site_files([newer])
    assert warehouse.site_files() == [newer]


@pytest.mark.parametrize(("later", "count"), [(timedelta(hours=23), 1), (DAY, 0)])
def test_a_copy_older_than_a_day_is_not_brought(warehouse: Warehouse, later: timedelta, count: int) -> None:
    warehouse.keep_site_files([SiteFiles("https://a.example", NOW, 200)])
    warehouse.now = NOW + later
    assert len(warehouse.site_files()) == count


def test_a_site_that_was_asked_lately_is_brought_although_its_copy_is_old(warehouse: Warehouse) -> None:
    asked = SiteFiles("https://a.example", NOW - 3 * DAY, 200, b"", b"", NOW - HOUR)
    warehouse.keep_site_files([asked])
    assert warehouse.site_files() == [asked]


def test_nothing_learned_is_nothing_written(warehouse: Warehouse) -> None:
    warehouse.keep_site_files([])
    assert warehouse.site_files() == []


def test_what_nobody_asked_for_in_a_month_goes(warehouse: Warehouse) -> None:
    old, asked = (
        SiteFiles("https://old.example", NOW, 200),
        SiteFiles("https://asked.example", NOW, 200, asked_at=NOW + 20 * DAY),
    )
    warehouse.keep_site_files([old, asked])
    warehouse.keep_site_files([SiteFiles("https://new.example", NOW + 31 * DAY, 200)])
    kept = rows(warehouse, "SELECT site FROM raw.site_files ORDER BY site")
    assert kept == [("https://asked.example",), ("https://new.example",)]
