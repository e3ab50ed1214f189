"""The snapshot people read, its daily marts, and the Parquet files beside it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from extractors.records import Mention, Reason, Span, Tags, TopicTag
from tests.warehouse.builders import (
    ALPHA,
    BETA,
    DAY,
    FEEDS,
    GAMMA,
    NOW,
    Names,
    article,
    copy_of,
    digest_of,
    dropped,
    loaded,
    rows,
    seen_and_archived,
    tagged,
    value,
    waiting,
)
from warehouse.connection import open_published
from warehouse.publish import LONGEST_DAYS, publish, refresh_marts
from warehouse.store import Warehouse

TODAY = NOW.date()


def days_ago(count: int) -> datetime:
    return NOW - count * DAY


def told(warehouse: Warehouse, key: str, days: int, **words: Any) -> None:
    """An article published some days ago, through the whole path."""
    entry = waiting(key, words.pop("feed", ALPHA), published_at=days_ago(days))
    seen_and_archived(warehouse, entry)
    loaded(warehouse, tagged(entry, words.pop("story", ""), **words))


def mart(warehouse: Warehouse, table: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    """Rows of a mart by day, after a refresh."""
    refresh_marts(warehouse, TODAY)
    return rows(warehouse, f"SELECT {columns} FROM trends.{table} WHERE {where} ORDER BY ALL")  # noqa: S608 - ours


# --- the snapshot ----------------------------------------------------------------------------------------------------


def articles_in(connection: duckdb.DuckDBPyConnection) -> int:
    (found,) = connection.execute("SELECT count(*) FROM core.articles").fetchall()
    return int(found[0])


def test_a_reader_keeps_its_view_and_a_new_one_sees_the_new_rows(warehouse: Warehouse) -> None:
    told(warehouse, "one", 1)
    path = publish(warehouse)
    before = open_published(path)
    assert articles_in(before) == 1
    told(warehouse, "two", 0)
    publish(warehouse)
    assert articles_in(before) == 1
    before.close()
    after = open_published(path)
    assert articles_in(after) == 2
    after.close()


def test_a_reader_meets_no_lock_while_the_warehouse_is_written(warehouse: Warehouse) -> None:
    told(warehouse, "one", 1)
    path = publish(warehouse)
    warehouse.connection.execute("BEGIN")
    warehouse.connection.execute("DELETE FROM core.articles")
    readers = [open_published(path) for _ in range(2)]
    assert [articles_in(reader) for reader in readers] == [1, 1]
    warehouse.connection.execute("ROLLBACK")
    for reader in readers:
        reader.close()


def test_a_snapshot_cannot_be_written_to(warehouse: Warehouse) -> None:
    reader = open_published(publish(warehouse))
    with pytest.raises(duckdb.Error, match="read-only"):
        reader.execute("DELETE FROM core.feeds")
    reader.close()


def test_a_snapshot_tells_times_in_utc(warehouse: Warehouse) -> None:
    told(warehouse, "one", 0)
    reader = open_published(publish(warehouse))
    assert reader.execute("SELECT first_seen_at::VARCHAR FROM core.articles").fetchall() == [
        ("2026-11-20 08:00:00+00",)
    ]
    reader.close()


def test_publishing_leaves_nothing_half_done_behind(warehouse: Warehouse) -> None:
    (warehouse.data / ".published.duckdb.new").write_bytes(b"left by a kill")
    (warehouse.data / ".parquet.new").mkdir()
    (warehouse.data / ".parquet.new" / "left-by-a-kill").touch()
    publish(warehouse)
    publish(warehouse)
    names = {path.name for path in warehouse.data.iterdir()}
    assert names == {"archive", "live.duckdb", "live.lock", "parquet", "published.duckdb"}
    assert not list((warehouse.data / "parquet").glob("left*"))


def test_an_empty_warehouse_can_be_published(warehouse: Warehouse) -> None:
    publish(warehouse)
    assert mart(warehouse, "calendar", "*") == [(TODAY, False)]
    assert mart(warehouse, "daily_total", "*") == [(TODAY, 0, 0, 0, 0.0, False)]


# --- Parquet ---------------------------------------------------------------------------------------------------------


def parquet(folder: Path, table: str) -> duckdb.DuckDBPyRelation:
    return duckdb.sql(f"FROM read_parquet('{folder}/parquet/{table}/**/*.parquet', hive_partitioning = true)")


def test_parquet_has_the_rows_of_every_month(warehouse: Warehouse) -> None:
    told(warehouse, "one", 0)
    told(warehouse, "two", 30)
    publish(warehouse)
    articles = parquet(warehouse.data, "articles")
    assert sorted(articles.project("article_id, month").fetchall()) == [("a-one", "2026-11"), ("a-two", "2026-10")]
    assert sorted(path.name for path in (warehouse.data / "parquet/articles").iterdir()) == [
        "month=2026-10",
        "month=2026-11",
    ]
    assert sorted(parquet(warehouse.data, "topics").project("article_id, topic").fetchall()) == [
        ("a-one", "models"),
        ("a-two", "models"),
    ]


def test_a_story_that_moved_to_another_month_is_not_told_twice(warehouse: Warehouse) -> None:
    told(warehouse, "one", 0)
    publish(warehouse)
    told(warehouse, "one", 30)
    publish(warehouse)
    assert parquet(warehouse.data, "stories").project("story_id, month").fetchall() == [("s-a-one", "2026-10")]


def test_no_text_leaves_the_local_files(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, waiting("one"))
    loaded(warehouse, tagged(article(waiting("one"), "A secretsentence stands here. " * 40)))
    publish(warehouse)
    files = list((warehouse.data / "parquet").rglob("*.parquet"))
    assert len(files) >= 6
    for path in files:
        columns = duckdb.sql(f"FROM '{path}'").columns
        assert "text" not in columns
        words = str(duckdb.sql(f"FROM '{path}'").fetchall())
        assert "secretsentence" not in words, path


# --- daily marts -----------------------------------------------------------------------------------------------------


def test_the_calendar_has_every_day_and_only_today_is_not_over(warehouse: Warehouse) -> None:
    told(warehouse, "one", 4)
    expected = [(TODAY - timedelta(days=count), count > 0) for count in (4, 3, 2, 1, 0)]
    assert mart(warehouse, "calendar", "*") == expected


def test_a_day_without_news_is_a_zero_in_every_mart(warehouse: Warehouse) -> None:
    mention = Mention("huawei", "Huawei", 1, True, True, True, 0.9, ())
    topic = TopicTag("models", None, 1.0, ())
    told(warehouse, "one", 2, tags=Tags(topics=(topic,), mentions=(mention,)))
    told(warehouse, "two", 0)
    by_day = [(date(2026, 11, 18), 1), (date(2026, 11, 19), 0), (date(2026, 11, 20), 1)]
    assert mart(warehouse, "daily_total", "day_on, stories") == by_day
    assert mart(warehouse, "daily_topic", "day_on, stories", "topic = 'models'") == by_day
    assert mart(warehouse, "daily_source", "day_on, stories", "feed_id = 'alpha'") == by_day
    assert mart(warehouse, "daily_entity", "day_on, stories", "entity_id = 'huawei'") == [*by_day[:2], (TODAY, 0)]
    assert mart(warehouse, "daily_topic", "sum(stories), count(*)", "topic = 'chips'") == [(0, 3)]
    assert mart(warehouse, "daily_source", "sum(stories), count(*)", "feed_id = 'gamma'") == [(0, 3)]
    assert mart(warehouse, "daily_entity", "count(*)", "entity_id = 'deepseek'") == [(0,)]


@pytest.mark.parametrize("table", ["calendar", "daily_total", "daily_topic", "daily_entity", "daily_source"])
def test_the_unfinished_day_is_flagged_and_no_other(warehouse: Warehouse, table: str) -> None:
    told(warehouse, "one", 2, tags=Tags(mentions=(Mention("huawei", "Huawei", 1, True, True, True, 0.9, ()),)))
    assert mart(warehouse, table, "DISTINCT day_on", "NOT is_complete") == [(TODAY,)]


def test_the_counting_unit_is_the_story_on_the_day_it_began(warehouse: Warehouse) -> None:
    first = tagged(waiting("one", published_at=days_ago(2)))
    second = copy_of(waiting("two", BETA, published_at=days_ago(1)), first)
    seen_and_archived(
        warehouse, waiting("one", published_at=days_ago(2)), waiting("two", BETA, published_at=days_ago(1))
    )
    loaded(warehouse, first, second)
    assert mart(warehouse, "daily_total", "stories, articles, entries") == [(0, 0, 0), (0, 1, 1), (1, 1, 1)]
    assert mart(warehouse, "daily_total", "sum(stories), sum(articles)") == [(1, 2)]


def test_the_share_is_of_all_entries_of_the_day_loaded_or_not(warehouse: Warehouse) -> None:
    told(warehouse, "one", 1)
    off_topic = [dropped(waiting(f"off-{n}", published_at=days_ago(1)), Reason.UNLIKELY) for n in range(3)]
    warehouse.remember([], [], off_topic)
    yesterday = f"day_on = '{days_ago(1):%Y-%m-%d}'"
    assert mart(warehouse, "daily_total", "articles, entries, share", yesterday) == [(1, 4, 0.25)]
    assert mart(warehouse, "daily_topic", "share", f"{yesterday} AND topic = 'models'") == [(0.25,)]
    assert mart(warehouse, "daily_source", "share", f"{yesterday} AND feed_id = 'alpha'") == [(0.25,)]


def test_a_digest_of_many_items_is_not_more_than_all_the_news_of_the_day(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, waiting("daily"))
    parent, items = digest_of(waiting("daily"), ["One", "Two", "Three"])
    loaded(warehouse, *items, left=[parent])
    assert mart(warehouse, "daily_total", "stories, articles, entries, share", "articles > 0") == [(3, 3, 1, 1.0)]
    assert mart(warehouse, "daily_topic", "articles, share", "articles > 0") == [(3, 1.0)]
    assert mart(warehouse, "daily_source", "articles, share", "articles > 0") == [(3, 1.0)]


def test_a_topic_of_one_section_is_not_a_topic_of_the_day(warehouse: Warehouse) -> None:
    told(warehouse, "one", 0, tags=Tags(topics=(TopicTag("chips", 0, 1.0, (Span("text", 0, 0, 7, "Beijing"),)),)))
    assert mart(warehouse, "daily_topic", "sum(stories), sum(articles)") == [(0, 0)]


def test_items_older_than_a_trend_goes_back_are_kept_and_not_charted(warehouse: Warehouse) -> None:
    told(warehouse, "old", LONGEST_DAYS + 50)
    found = mart(warehouse, "daily_total", "count(*), min(day_on), sum(articles)")
    assert found == [(LONGEST_DAYS + 1, TODAY - timedelta(days=LONGEST_DAYS), 0)]
    assert value(warehouse, "SELECT count(*) FROM core.articles") == 1


def test_entries_too_old_to_be_fetched_are_no_news_days(warehouse: Warehouse) -> None:
    told(warehouse, "one", 3)
    ancient = waiting("ancient", published_at=NOW - timedelta(days=400))
    same_day = waiting("same", published_at=NOW - timedelta(days=3))
    warehouse.remember([], [], [dropped(ancient, Reason.OLD), dropped(same_day, Reason.OLD)])
    assert mart(warehouse, "calendar", "count(*), min(day_on)") == [(4, TODAY - timedelta(days=3))]
    assert mart(warehouse, "daily_total", "sum(entries)") == [(1,)]


def test_a_feed_taken_out_keeps_its_days_without_a_gap(warehouse: Warehouse) -> None:
    told(warehouse, "one", 3, feed=GAMMA)
    told(warehouse, "two", 1, feed=GAMMA)
    warehouse.sync([ALPHA, replace(GAMMA, enabled=False)], Names())
    found = mart(warehouse, "daily_source", "day_on, articles", "feed_id = 'gamma'")
    assert [articles for _, articles in found] == [1, 0, 1, 0]
    assert mart(warehouse, "daily_source", "*", "feed_id = 'beta'") == []


def test_refreshing_twice_is_refreshing_once_and_leaves_no_table_behind(warehouse: Warehouse) -> None:
    told(warehouse, "one", 2)
    first = mart(warehouse, "daily_total", "*")
    assert mart(warehouse, "daily_total", "*") == first
    assert rows(warehouse, "SELECT table_name FROM duckdb_tables() WHERE temporary") == []


@given(st.lists(st.tuples(st.sampled_from(FEEDS), st.integers(0, 6), st.booleans()), max_size=8))
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_marts_add_up_and_have_no_gap(warehouse: Warehouse, items: list[tuple[Any, int, bool]]) -> None:
    for table in ("entries", "articles", "stories", "story_members", "topics", "pages"):
        warehouse.connection.execute(f"DELETE FROM core.{table}")  # noqa: S608 - ours
    for number, (feed, days, relevant) in enumerate(items):
        entry = waiting(f"{number}", feed, published_at=days_ago(days))
        warehouse.remember([], [entry], [])
        loaded(warehouse, *([tagged(entry)] if relevant else []))
    length = max((days for _, days, _ in items), default=0) + 1
    count = sum(relevant for _, _, relevant in items)
    assert mart(warehouse, "daily_total", "count(*), sum(stories), sum(articles), sum(entries)") == [
        (length, count, count, len(items))
    ]
    assert mart(warehouse, "daily_topic", "count(*), sum(articles)") == [(2 * length, count)]
    assert mart(warehouse, "daily_source", "count(*), sum(articles), sum(entries)") == [(3 * length, count, len(items))]
    assert mart(warehouse, "daily_total", "share", "share NOT BETWEEN 0 AND 1") == []
