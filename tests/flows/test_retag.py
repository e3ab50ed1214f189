"""Tagging the archive again: nothing where rules are the same, what changed where they are not, relevance both ways."""

from pathlib import Path
from typing import Any

import pytest

from flows.home import Home
from flows.retag import apply, diff
from warehouse.checks import run_checks
from warehouse.connection import open_published

TABLES = ("topics", "mentions", "attributions", "takeaways", "years", "flags", "quotes", "places", "cues", "evidence")


def rows(home: Home, table: str) -> list[tuple[Any, ...]]:
    """Every row of a table without the version of the rules."""
    connection = open_published(home.published)
    names = [row[0] for row in connection.execute(f"DESCRIBE core.{table}").fetchall() if row[0] != "rules_version"]
    found = connection.execute(f"SELECT {', '.join(names)} FROM core.{table}").fetchall()  # noqa: S608 - ours
    connection.close()
    return sorted(found, key=repr)


def stories(home: Home) -> list[tuple[Any, ...]]:
    connection = open_published(home.published)
    found = connection.execute("SELECT story_id, article_id FROM core.story_members ORDER BY ALL").fetchall()
    connection.close()
    return found


def grades(home: Home) -> dict[str, str]:
    connection = open_published(home.published)
    found = dict(connection.execute("SELECT article_id, grade FROM core.articles").fetchall())
    connection.close()
    return found


def set_topics(home: Home, text: str) -> None:
    (home.root / "config" / "topics.yaml").write_text(f"topics:\n{text}", encoding="utf-8")


def set_threshold(home: Home, value: str) -> None:
    """Judge relevance more or less strictly."""
    path = home.root / "config" / "relevance.yaml"
    shipped = Path("config/relevance.yaml").read_text(encoding="utf-8")
    path.write_text(shipped.replace("threshold: 0.5\n", f"threshold: {value}\n"), encoding="utf-8")


RAIN = "  - {id: rain, name: Rain, group: business, definition: Rain., strong: {en: [DeepSeek, model], zh: [模型]}}\n"


def test_without_a_rule_change_nothing_is_read_and_no_row_changes(own_home: Home) -> None:
    before = {table: rows(own_home, table) for table in TABLES}
    assert apply(own_home).articles == 0
    assert {table: rows(own_home, table) for table in TABLES} == before


def test_other_rules_that_say_the_same_write_the_same_rows(own_home: Home) -> None:
    before = {table: rows(own_home, table) for table in TABLES}
    set_topics(own_home, "  - {id: rain, name: Rain, group: business, definition: Rain., strong: {en: [zzyzx]}}\n")
    changes = apply(own_home)
    assert changes.articles == len(grades(own_home))
    assert (changes.gained, changes.lost) == ([], [])
    after = {table: rows(own_home, table) for table in TABLES}
    assert {table: len(found) for table, found in after.items()} == {
        table: len(found) for table, found in before.items()
    }
    assert after == before


def test_a_new_topic_is_shown_before_it_is_written(own_home: Home) -> None:
    set_topics(own_home, RAIN)
    before = rows(own_home, "topics")
    seen = diff(own_home)
    assert seen.topics["rain"]["gained"] > 0
    assert rows(own_home, "topics") == before
    written = apply(own_home)
    assert written.topics == seen.topics
    assert sum(row[2] == "rain" and row[1] is None for row in rows(own_home, "topics")) == seen.topics["rain"]["gained"]


def test_after_it_is_written_there_is_nothing_left_to_change(own_home: Home) -> None:
    set_topics(own_home, RAIN)
    apply(own_home)
    assert diff(own_home).articles == 0


def test_a_draft_is_tried_without_touching_the_home(own_home: Home, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(f"topics:\n{RAIN}", encoding="utf-8")
    assert diff(own_home, topics=draft).topics["rain"]["gained"] > 0
    assert diff(own_home).articles == 0


def test_a_topic_that_is_switched_off_is_lost(own_home: Home) -> None:
    set_topics(own_home, "  - {id: chips-compute, enabled: false}\n")
    counts = apply(own_home).topics["chips-compute"]
    assert counts["lost"] > 0
    assert counts["gained"] == counts["unchanged"] == 0
    assert not any(row[2] == "chips-compute" for row in rows(own_home, "topics"))


@pytest.fixture
def strict_home(own_home: Home) -> Home:
    set_threshold(own_home, "0.97")
    return own_home


def test_stricter_rules_take_articles_out_of_their_stories(strict_home: Home) -> None:
    before = stories(strict_home)
    changes = apply(strict_home)
    lost = {article_id for article_id, _ in changes.lost}
    assert lost
    assert all(grades(strict_home)[article_id] == "not" for article_id in lost)
    assert {article_id for _, article_id in before} - {article_id for _, article_id in stories(strict_home)} == lost


def test_the_old_rules_bring_them_back_with_tags_and_stories(strict_home: Home) -> None:
    relevant = {article_id for _, article_id in stories(strict_home)}
    lost = {article_id for article_id, _ in apply(strict_home).lost}
    set_threshold(strict_home, "0.5")
    assert {article_id for article_id, _ in apply(strict_home).gained} == lost
    assert {article_id for _, article_id in stories(strict_home)} == relevant


def test_no_promise_of_the_warehouse_is_broken_by_it(strict_home: Home) -> None:
    apply(strict_home)
    broken = run_checks(open_published(strict_home.published))
    assert {name: found for name, found in broken.items() if found} == {}
