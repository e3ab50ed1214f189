"""`retag`, `topics`, `entities` and `vote` as a person calls them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from flows.home import Home
from warehouse.connection import open_published

RAIN = "topics:\n  - {id: rain, name: Rain, group: business, definition: Rain., strong: {en: [DeepSeek, model], zh: [模型]}}\n"


def call(home: Home, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--home", str(home.root), *words])


def payload(home: Home, *words: str) -> dict[str, Any]:
    """The one JSON object a command prints."""
    ended = call(home, *words, "--json")
    assert ended.exit_code == 0, ended.output
    found: dict[str, Any] = json.loads(ended.stdout)
    assert found["schema"] == 1
    return found


def some_url(home: Home, grade: str) -> str:
    connection = open_published(home.published)
    row = connection.execute(
        "SELECT min(url) FROM core.articles WHERE grade = ? AND reason <> 'digest'", [grade]
    ).fetchone()
    connection.close()
    assert row
    return str(row[0])


@pytest.mark.parametrize("options", [[], ["--diff", "--apply"]])
def test_retag_wants_to_know_whether_to_look_or_to_write(finished_home: Home, options: list[str]) -> None:
    ended = call(finished_home, "retag", *options)
    assert ended.exit_code == 2
    assert "--diff" in ended.output


def test_retag_without_a_rule_change_says_so(finished_home: Home) -> None:
    assert "nothing to do" in call(finished_home, "retag", "--diff").output
    assert payload(finished_home, "retag", "--diff")["articles"] == 0


def test_a_new_topic_is_tested_listed_looked_at_and_written(own_home: Home) -> None:
    (own_home.root / "config" / "topics.yaml").write_text(RAIN, encoding="utf-8")
    tested = payload(own_home, "topics", "test", "rain", "--since", "4000d")
    assert tested["gained"] == len(tested["changes"]) > 0
    assert tested["lost"] == tested["unchanged"] == 0
    looked = payload(own_home, "retag", "--diff")
    assert looked["topics"]["rain"]["gained"] == tested["gained"]
    assert "rain" in {row["topic"] for row in payload(own_home, "topics", "list")["topics"]}
    assert payload(own_home, "retag", "--apply")["topics"] == looked["topics"]
    assert payload(own_home, "topics", "test", "rain", "--since", "4000d")["articles"] == 0


def test_a_draft_is_tested_in_words_and_nothing_is_written(finished_home: Home, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(RAIN, encoding="utf-8")
    said = call(finished_home, "topics", "test", "rain", "--since", "4000d", "--with", str(draft)).output
    assert "Nothing was written" in said
    assert "  + " in said


def test_recent_articles_alone_can_be_tested(finished_home: Home, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(RAIN, encoding="utf-8")
    words = ("topics", "test", "rain", "--with", str(draft), "--since")
    assert payload(finished_home, *words, "2100-01-01T00:00:00Z")["articles"] == 0


def test_a_misspelt_topic_is_met_with_a_suggestion(finished_home: Home) -> None:
    ended = call(finished_home, "topics", "test", "open-weight")
    assert ended.exit_code == 2
    assert "open-weights" in ended.output


def test_the_nineteen_topics_are_listed_with_both_names(finished_home: Home) -> None:
    rows = payload(finished_home, "topics", "list")["topics"]
    assert len(rows) == 19
    assert all(row["name"] and row["name_zh"] and row["definition"] and row["strong"] for row in rows)


def test_names_that_no_entity_stands_for_are_suggested_in_both_scripts(finished_home: Home) -> None:
    names = payload(finished_home, "entities", "suggest", "--since", "4000d", "--least", "2", "--limit", "500")["names"]
    assert {row["script"] for row in names} == {"latin", "chinese"}
    assert all(row["articles"] >= 2 for row in names)
    assert not {"DeepSeek", "OpenAI"} & {row["name"] for row in names}


def test_no_name_comes_in_a_thousand_articles(finished_home: Home) -> None:
    assert "No unknown name" in call(finished_home, "entities", "suggest", "--least", "1000").output


def test_votes_are_kept_and_counted_by_whether_the_rules_agree(own_home: Home) -> None:
    core, off = some_url(own_home, "core"), some_url(own_home, "not")
    first = payload(own_home, "vote", core, "+")
    assert first["vote"]["grade"] == "core"
    assert payload(own_home, "vote", off, "+")["tally"] == {"votes": 2, "agreed": 1, "missed": 1, "false_alarms": 0}
    assert payload(own_home, "vote", core, "-")["tally"] == {"votes": 2, "agreed": 0, "missed": 1, "false_alarms": 1}


def test_a_vote_is_answered_in_a_sentence(own_home: Home) -> None:
    assert "the rules said core" in call(own_home, "vote", some_url(own_home, "core"), "+").output


def test_an_address_that_no_feed_listed_takes_no_vote(own_home: Home) -> None:
    ended = call(own_home, "vote", "https://nowhere.example/a", "+")
    assert ended.exit_code == 2
    assert "never seen" in ended.output


def test_a_vote_is_plus_or_minus(own_home: Home) -> None:
    assert call(own_home, "vote", "https://nowhere.example/a", "maybe").exit_code == 2
