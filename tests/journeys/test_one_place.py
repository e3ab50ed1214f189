"""A new feed, topic, entity or query is one entry or one file: nothing else is touched, and it works at once."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from flows.home import Home
from flows.run import RunOptions, run_monitor
from tests.conftest import NOW, Ended
from warehouse.connection import open_published
from warehouse.readers import one

Sinoscope = Callable[..., Ended]


def hashes(home: Home) -> dict[str, str]:
    return {
        str(path.relative_to(home.config)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.config.rglob("*"))
        if path.is_file()
    }


def touched(home: Home, before: dict[str, str]) -> list[str]:
    after = hashes(home)
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def value(home: Home, query: str) -> object:
    connection = open_published(home.published)
    try:
        return one(connection, query)
    finally:
        connection.close()


def appended(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + text, encoding="utf-8")


def test_a_topic_is_one_entry_and_stands_in_sql_and_trends(fresh_home: Home, sinoscope: Sinoscope) -> None:
    before = hashes(fresh_home)
    appended(
        fresh_home.config / "topics.yaml",
        "  - id: taxis\n    name: Driverless taxis\n    name_zh: 无人出租车\n    group: technology\n"
        "    definition: Cars that carry passengers without a driver.\n"
        "    cues:\n      en: [driverless taxi, driverless taxis]\n      zh: [无人出租车]\n",
    )
    assert touched(fresh_home, before) == ["topics.yaml"]
    assert sinoscope("--home", fresh_home.root, "config", "check").code == 0
    assert run_monitor(fresh_home, RunOptions(now=NOW)).exit == 0
    tagged = "SELECT count(*) FROM core.topics WHERE topic = 'taxis' AND section_no IS NULL"
    assert int(str(value(fresh_home, tagged))) >= 1
    assert value(fresh_home, "SELECT sum(stories) FROM trends.daily_topic WHERE topic = 'taxis'")
    assert "Driverless taxis" in sinoscope("--home", fresh_home.root, "trends", "--days", "90").out


def test_an_entity_is_one_entry_and_is_mentioned(fresh_home: Home, sinoscope: Sinoscope) -> None:
    before = hashes(fresh_home)
    appended(
        fresh_home.config / "entities.yaml",
        "  - id: sample-tender-tracker\n    name: Sample Tender Tracker\n    type: organisation\n    country: CN\n"
        "    aliases:\n      en: [Sample Tender Tracker]\n",
    )
    assert touched(fresh_home, before) == ["entities.yaml"]
    assert sinoscope("--home", fresh_home.root, "config", "check").code == 0
    run_monitor(fresh_home, RunOptions(now=NOW))
    assert value(fresh_home, "SELECT count(*) FROM core.mentions WHERE entity_id = 'sample-tender-tracker'")


def test_a_feed_is_one_entry_and_is_polled(own_home: Home, sinoscope: Sinoscope) -> None:
    before = hashes(own_home)
    url = "http://island-times.newsroom.example/rss.xml"
    feeds = own_home.config / "feeds.yaml"
    listed = feeds.read_text(encoding="utf-8")
    assert url in listed
    appended(feeds, f"- id: once-more\n  url: {url}?edition=2\n")
    assert touched(own_home, before) == ["feeds.yaml"]
    report = run_monitor(own_home, RunOptions(now=NOW + timedelta(minutes=1)))
    assert report.to_json()["polls"]["due"] == 1
    assert value(own_home, "SELECT count(*) FROM core.polls WHERE feed_id = 'once-more'") == 1


@pytest.mark.parametrize("answer", ["csv", "json", "sql"])
def test_a_query_is_one_file_and_answers_at_once(own_home: Home, sinoscope: Sinoscope, answer: str) -> None:
    before = hashes(own_home)
    queries = own_home.config / "queries"
    queries.mkdir(exist_ok=True)
    (queries / "stories_of_day.sql").write_text(
        "-- How many stories began in the last days?\n-- unit: distinct stories\n-- caveat: the last day is not over\n"
        "-- example: sinoscope query stories_of_day --days 7\n-- $days: how many days back (7)\n"
        "SELECT count(*) AS stories FROM core.stories"
        " WHERE first_at > (SELECT max(first_at) FROM core.stories) - to_days($days::INTEGER)\n"
    )
    assert touched(own_home, before) == ["queries/stories_of_day.sql"]
    ended = sinoscope("--home", own_home.root, "query", "stories_of_day", "--days", "30", f"--{answer}")
    assert ended.code == 0, ended.err
    assert "stories" in ended.out
    assert "stories_of_day" in sinoscope("--home", own_home.root, "query", "--list").out


def test_a_query_of_ones_own_may_not_take_the_name_of_a_shipped_one_unseen(
    own_home: Home, sinoscope: Sinoscope
) -> None:
    queries = own_home.config / "queries"
    queries.mkdir(exist_ok=True)
    (queries / "attention.sql").write_text("-- What is one?\n-- unit: one\n-- caveat: none\nSELECT 1 AS mine\n")
    ended = sinoscope("--home", own_home.root, "query", "attention")
    assert "mine" in ended.out or ended.code == 3


def test_switching_a_feed_off_keeps_its_days_and_polls_it_no_more(own_home: Home) -> None:
    feeds = own_home.config / "feeds.yaml"
    text = feeds.read_text(encoding="utf-8")
    feeds.write_text(text.replace("- id: harbour-post\n", "- id: harbour-post\n  enabled: false\n"), encoding="utf-8")
    stories = "SELECT sum(stories) FROM trends.daily_source WHERE feed_id = 'harbour-post'"
    before = value(own_home, stories)
    run_monitor(own_home, RunOptions(now=NOW + timedelta(hours=3)))
    assert value(own_home, "SELECT count(*) FROM core.polls WHERE feed_id = 'harbour-post'") == 1
    assert value(own_home, stories) == before
