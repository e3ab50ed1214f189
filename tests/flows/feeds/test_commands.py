"""The `feeds` commands as a person calls them, on the newsroom with its faults."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.home import Home
from flows.settings import load_config
from tests.conftest import Ended

Sinoscope = Callable[..., Ended]
COLUMNS = (
    "id url verdict status format entries newest_at robots tdm_reserved final_url moved_to ms detail remedy".split()
)
AT_FAULT = {
    "dead-gazette": "refused",
    "silent-weekly": "silent",
    "missing-mail": "not_found",
    "gone-bulletin": "gone",
    "busy-ticker": "rate_limited",
    "html-herald": "not_a_feed",
}


@pytest.fixture
def call(fresh_home: Home, sinoscope: Sinoscope) -> Callable[..., Ended]:
    return lambda *words: sinoscope("--home", fresh_home.root, "feeds", *words)


def entry_of(home: Home, feed_id: str) -> Any:
    return next(feed for feed in load_config(home.root).feeds if feed.feed_id == feed_id)


def test_check_names_what_each_feed_died_of_with_progress(call: Callable[..., Ended]) -> None:
    ended = call("check", "--json")
    rows = ended.json()["feeds"]
    assert {row["id"]: row["verdict"] for row in rows if row["verdict"] != "ok"} == AT_FAULT
    assert all(list(row) == COLUMNS for row in rows)
    told = [json.loads(line) for line in ended.err.splitlines()]
    assert told[-1] == {"event": "feeds asked", "done": 35, "of": 35}


def test_check_for_a_person_says_what_helps(call: Callable[..., Ended]) -> None:
    ended = call("check", "missing-mail", "harbour-post")
    assert "1 of 2 feeds are well" in ended.err
    assert "missing-mail: not_found: `sinoscope feeds fix` looks for where it went" in ended.err
    assert "harbour-post" in ended.out


@pytest.mark.parametrize(("feed_id", "code"), [("dead-gazette", 5), ("silent-weekly", 0), ("harbour-post", 0)])
def test_check_ends_with_5_when_no_feed_answers(call: Callable[..., Ended], feed_id: str, code: int) -> None:
    assert call("check", feed_id).code == code


def test_fix_proposes_and_writes_only_when_told_to(call: Callable[..., Ended], fresh_home: Home) -> None:
    before = (fresh_home.config / "feeds.yaml").read_bytes()
    ended = call("fix", "moved-journal", "--json")
    (proposal,) = ended.json()["proposals"]
    assert (proposal["action"], ended.json()["applied"]) == ("switch_off", 0)
    assert (fresh_home.config / "feeds.yaml").read_bytes() == before
    assert call("fix", "moved-journal", "--apply").err.endswith("1 feeds changed in config/feeds.yaml\n")
    assert not entry_of(fresh_home, "moved-journal").enabled
    assert "island-times polls already" in (fresh_home.config / "feeds.yaml").read_text(encoding="utf-8")


def test_fix_has_nothing_to_do_where_all_is_well(call: Callable[..., Ended]) -> None:
    ended = call("fix", "harbour-post")
    assert ended.code == 0
    assert ended.err.endswith("0 changes proposed; `sinoscope feeds fix --apply` writes them\n")


def test_add_finds_the_feed_of_a_front_page(call: Callable[..., Ended], fresh_home: Home) -> None:
    path = fresh_home.config / "feeds.yaml"
    feeds = path.read_text(encoding="utf-8")
    start = feeds.index("- id: bay-ledger")
    end = feeds.index("- id:", start + 1)
    path.write_text(feeds[:start] + feeds[end:], encoding="utf-8")
    ended = call("add", "http://bay-ledger.newsroom.example/", "--language", "en")
    assert ended.out == "Added bay-ledger-newsroom-example: http://bay-ledger.newsroom.example/rss.xml\n"
    assert "is no feed; its site has one" in ended.err
    added = entry_of(fresh_home, "bay-ledger-newsroom-example")
    assert (added.title != "", added.language) == (True, "en")


def test_add_shows_and_writes_nothing_in_a_dry_run(call: Callable[..., Ended], fresh_home: Home) -> None:
    before = (fresh_home.config / "feeds.yaml").read_bytes()
    ended = call("add", "https://new.example/feed", "--unseen", "--dry-run", "--id", "new")
    assert ended.out == "Would add new: https://new.example/feed\n"
    assert (fresh_home.config / "feeds.yaml").read_bytes() == before


def test_a_paused_feed_is_listed_as_paused(call: Callable[..., Ended]) -> None:
    call("pause", "harbour-post")
    call("pause", "bay-ledger", "--until", "2999-01-01")
    states = {feed["id"]: (feed["state"], feed["enabled"]) for feed in call("list", "--json").json()["feeds"]}
    assert states["harbour-post"] == states["bay-ledger"] == ("paused", False)
    assert states["northern-wire"] == ("not polled", True)


def test_the_written_file_is_still_a_configuration(
    call: Callable[..., Ended], fresh_home: Home, tmp_path: Path
) -> None:
    for words in (["pause", "harbour-post"], ["resume", "harbour-post"], ["fix", "moved-journal", "--apply"]):
        assert call(*words).code == 0
    assert len(load_config(fresh_home.root).feeds) == 35
