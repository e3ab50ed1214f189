"""A whole cycle on the embedded newsroom: every record accounted for, nothing loaded twice."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.errors import UsageMistake
from extractors.records import Stage
from flows.home import Home
from flows.run import RunOptions, dry_run_of, parse_time, run_monitor
from tests.conftest import NOW
from warehouse.checks import run_checks
from warehouse.connection import open_published
from warehouse.readers import one


def count(home: Home, query: str) -> int:
    connection = open_published(home.published)
    try:
        return int(one(connection, query))
    finally:
        connection.close()


def test_every_entry_has_an_outcome_and_each_page_came_once(finished_home: Home) -> None:
    entries = count(finished_home, "SELECT count(*) FROM core.entries")
    assert entries > 200
    assert count(finished_home, "SELECT count(*) FROM core.entries WHERE outcome IN ('loaded', 'dropped')") == entries
    assert count(finished_home, "SELECT max(tries) FROM core.pages") == 1


def test_every_promise_of_the_warehouse_holds(finished_home: Home) -> None:
    connection = open_published(finished_home.published)
    assert {name: rows for name, rows in run_checks(connection).items() if rows} == {}
    connection.close()


def test_each_faulty_outlet_is_named_with_its_true_cause(finished_home: Home) -> None:
    connection = open_published(finished_home.published)
    causes = dict(connection.execute("SELECT feed_id, cause FROM core.feeds WHERE cause IS NOT NULL").fetchall())
    connection.close()
    assert causes == {
        "dead-gazette": "refused",
        "missing-mail": "not_found",
        "gone-bulletin": "gone",
        "busy-ticker": "rate_limited",
        "html-herald": "not_a_feed",
    }


def test_bozo_slow_and_moved_feeds_are_read(finished_home: Home) -> None:
    connection = open_published(finished_home.published)
    polls = dict(
        connection.execute(
            "SELECT feed_id, final_url FROM core.polls"
            " WHERE feed_id IN ('bozo-courier', 'slow-post', 'moved-journal') AND cause IS NULL"
        ).fetchall()
    )
    connection.close()
    assert set(polls) == {"bozo-courier", "slow-post", "moved-journal"}
    assert polls["moved-journal"] == "http://island-times.newsroom.example/rss.xml"


def test_a_second_run_polls_nothing_before_its_time_and_loads_nothing(own_home: Home) -> None:
    before = count(own_home, "SELECT count(*) FROM core.articles")
    report = run_monitor(own_home, RunOptions(now=NOW + timedelta(minutes=1)))
    assert report.to_json()["polls"]["due"] == 0
    assert report.to_json()["articles"] == {"loaded": 0, "relevant": 0}
    assert "Nothing was due" in report.headline()
    assert count(own_home, "SELECT count(*) FROM core.articles") == before


def test_loaded_counts_articles_of_every_grade_and_relevant_those_with_tags(fresh_home: Home) -> None:
    articles = run_monitor(fresh_home, RunOptions(now=NOW)).to_json()["articles"]
    assert articles["loaded"] == count(fresh_home, "SELECT count(*) FROM core.articles")
    assert articles["relevant"] == count(fresh_home, "SELECT count(*) FROM core.articles WHERE story_id IS NOT NULL")
    assert articles["loaded"] > articles["relevant"]


def test_the_next_poll_is_conditional_and_brings_nothing_new(own_home: Home) -> None:
    report = run_monitor(own_home, RunOptions(now=NOW + timedelta(hours=3)))
    polls, entries = report.to_json()["polls"], report.to_json()["entries"]
    assert polls["not_modified"] >= 25
    assert entries["new"] == 0
    assert polls["due"] == polls["polled"] == polls["ok"] + polls["not_modified"] + polls["failed"]


def test_retry_after_holds_even_against_force(own_home: Home) -> None:
    report = run_monitor(own_home, RunOptions(only=("busy-ticker",), force=True, now=NOW + timedelta(minutes=30)))
    assert report.to_json()["polls"]["due"] == 0


def test_only_selects_and_does_not_force(fresh_home: Home) -> None:
    report = run_monitor(fresh_home, RunOptions(only=("harbour-post",), now=NOW))
    assert report.to_json()["polls"]["due"] == 1
    again = run_monitor(fresh_home, RunOptions(only=("harbour-post",), now=NOW + timedelta(minutes=1)))
    assert again.to_json()["polls"]["due"] == 0


def test_an_unknown_feed_is_a_mistake_of_the_caller(fresh_home: Home) -> None:
    with pytest.raises(UsageMistake, match="no feed harbor-post"):
        run_monitor(fresh_home, RunOptions(only=("harbor-post",), now=NOW))


def test_old_entries_stay_rows_at_a_first_poll(fresh_home: Home) -> None:
    settings = fresh_home.config / "settings.yaml"
    settings.write_text(settings.read_text().replace("first_days: 120", "first_days: 10"))
    report = run_monitor(fresh_home, RunOptions(only=("harbour-post",), now=NOW))
    old = report.ledger.stages[Stage.GATE].reasons["old"]
    assert old > 0
    assert count(fresh_home, "SELECT count(*) FROM core.entries WHERE reason = 'old'") == old
    assert count(fresh_home, "SELECT count(*) FROM core.entries") == report.ledger.stages[Stage.GATE].total_in


def test_since_overrides_first_days(fresh_home: Home) -> None:
    report = run_monitor(fresh_home, RunOptions(only=("harbour-post",), now=NOW, since=NOW - timedelta(days=5)))
    assert report.ledger.stages[Stage.GATE].reasons["old"] > 0


def test_a_dry_run_names_what_is_due_and_writes_nothing(fresh_home: Home) -> None:
    plan = dry_run_of(fresh_home, RunOptions(now=NOW))
    assert len(plan["due"]) == 35
    assert list(fresh_home.data.iterdir()) == []


def test_copies_are_folded_and_templates_are_not(finished_home: Home) -> None:
    connection = open_published(finished_home.published)
    story = {
        url.rsplit("/", 1)[-1].removesuffix(".html"): story_id
        for url, story_id in connection.execute("SELECT url, story_id FROM core.articles").fetchall()
    }
    connection.close()
    syndicated = [key for key in story if key.endswith("-syndicated-island-times")]
    assert syndicated
    for copy in syndicated:
        assert story[copy] == story[copy.split("-syndicated-")[0]], copy
    assert story["en-chip-share-week-1"] != story["en-chip-share-week-2"]


def test_the_reference_shape_is_all_rows_in_sql(finished_home: Home) -> None:
    connection = open_published(finished_home.published)
    article = connection.execute(
        "SELECT article_id, title, title_is_question, subtitle, authors, section, text FROM core.articles"
        " WHERE url LIKE '%reference-shape'"
    ).fetchone()
    assert article is not None
    article_id, title, is_question, subtitle, authors, section, text = article
    assert is_question
    assert title.endswith("?")
    assert subtitle
    assert authors == ["Sample Writer"]
    assert section == "Technology"
    headings = connection.execute(
        "SELECT heading FROM core.sections WHERE article_id = ? AND heading IS NOT NULL", [article_id]
    ).fetchall()
    assert len(headings) == 8  # seven and the key takeaways
    assert connection.execute("SELECT count(*) FROM core.takeaways WHERE article_id = ?", [article_id]).fetchone() == (
        4,
    )
    credit = connection.execute(
        "SELECT kind, count, linked FROM core.attributions WHERE article_id = ? AND source_name = 'TechXplore'",
        [article_id],
    ).fetchone()
    assert credit == ("publication", 8, False)
    kinds = "SELECT year, any_value(kind) FROM core.years WHERE article_id = ? GROUP BY year"
    years = dict(connection.execute(kinds, [article_id]).fetchall())
    assert years == {2017: "past", 2022: "past", 2030: "target"}
    for furniture in ("0 comments", "Related Posts", "Leave a Comment"):
        assert furniture not in text
    connection.close()


def test_a_digest_stands_as_its_items(finished_home: Home) -> None:
    parents = count(finished_home, "SELECT count(*) FROM core.articles WHERE reason = 'digest'")
    placed = "SELECT count(*) FROM core.articles WHERE parent_article_id IS NOT NULL AND story_id IS NOT NULL"
    items = count(finished_home, placed)
    assert parents == 2
    assert items >= 2
    assert (
        count(finished_home, "SELECT count(*) FROM core.articles WHERE reason = 'digest' AND story_id IS NOT NULL") == 0
    )


def test_both_charsets_of_china_arrive_whole(finished_home: Home) -> None:
    damaged = "SELECT count(*) FROM core.articles WHERE text LIKE '%' || chr(65533) || '%' OR title LIKE '%' || chr(65533) || '%'"
    assert count(finished_home, damaged) == 0
    assert count(finished_home, "SELECT count(*) FROM core.articles WHERE script = 'hant'") >= 10
    assert count(finished_home, "SELECT count(*) FROM core.articles WHERE script = 'hans'") >= 30


def test_the_live_file_and_the_snapshot_agree(own_home: Home) -> None:
    live = duckdb.connect(str(own_home.data / "live.duckdb"), read_only=True)
    stored = live.execute("SELECT count(*) FROM core.articles").fetchone()
    live.close()
    assert stored == (count(own_home, "SELECT count(*) FROM core.articles"),)


@pytest.mark.parametrize("text", ["yesterday", "2026-11-02", "2026-11-02T08:00:00", ""])
def test_a_time_without_a_zone_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageMistake, match="write it like 2026-11-02T08:00:00Z"):
        parse_time(text)


def test_a_time_with_a_zone_becomes_utc() -> None:
    assert parse_time("2026-11-02T16:00:00+08:00").isoformat() == "2026-11-02T08:00:00+00:00"


def test_a_run_leaves_no_file_but_its_own(own_home: Home) -> None:
    names = {path.name for path in own_home.data.iterdir()}
    assert names == {"live.duckdb", "live.lock", "published.duckdb", "parquet", "archive"}
    assert not list(Path(own_home.root).glob(".config-*"))


def test_a_large_warehouse_is_published_at_most_every_so_many_minutes(own_home: Home) -> None:
    settings = own_home.config / "settings.yaml"
    settings.write_text(settings.read_text().replace("run:\n", "run:\n  publish_minutes: 60\n"))
    before = own_home.published.stat().st_ino
    early = run_monitor(own_home, RunOptions(now=NOW + timedelta(minutes=59)))
    assert (early.to_json()["published"], own_home.published.stat().st_ino) == (None, before)
    in_time = run_monitor(own_home, RunOptions(now=NOW + timedelta(minutes=60)))
    assert in_time.to_json()["published"] == "data/published.duckdb"
    assert own_home.published.stat().st_ino != before
    assert count(own_home, "SELECT count(*) FROM core.runs") == 3


def test_a_broken_snapshot_is_replaced_whatever_the_minutes(own_home: Home) -> None:
    settings = own_home.config / "settings.yaml"
    settings.write_text(settings.read_text().replace("run:\n", "run:\n  publish_minutes: 60\n"))
    own_home.published.write_bytes(b"no database")
    run_monitor(own_home, RunOptions(now=NOW + timedelta(minutes=1)))
    assert count(own_home, "SELECT count(*) FROM core.runs") == 2
