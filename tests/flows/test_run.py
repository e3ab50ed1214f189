"""One run around the path: its network, its gate, its name, its books."""

from datetime import UTC, datetime, timedelta

import pytest

from extractors.errors import LockedError, UsageMistake
from extractors.records import Feed, FeedState
from flows.home import Home
from flows.rules import load_rules
from flows.run import (
    RunOptions,
    dry_run_of,
    gate_of,
    new_run_id,
    newsroom_network,
    publish_home,
    require_known,
    run_monitor,
    utc_now,
)
from flows.settings import Config, Settings
from tests.conftest import NOW
from warehouse.connection import open_published
from warehouse.readers import one
from warehouse.store import Warehouse

FEEDS = (Feed("old", "https://old.example/feed"), Feed("new", "https://new.example/feed"))


def test_the_clock_has_a_zone() -> None:
    assert utc_now().tzinfo is UTC


def test_run_ids_sort_by_time_and_never_repeat() -> None:
    ids = [new_run_id(NOW) for _ in range(50)]
    assert len(set(ids)) == 50
    assert all(run_id.startswith("20261125T120000Z-") for run_id in ids)
    assert new_run_id(NOW + timedelta(hours=1)) > max(ids)


def test_unknown_feeds_are_named_all_at_once() -> None:
    require_known(("old", "new"), FEEDS)
    with pytest.raises(UsageMistake, match="no feed nieuw, odl; `sinoscope feeds list` shows them"):
        require_known(("odl", "new", "nieuw"), FEEDS)


def test_an_own_home_has_the_network_of_its_settings() -> None:
    settings = Settings()
    with newsroom_network(settings) as network:
        assert network is settings.network


def test_a_demo_home_s_network_leads_to_the_newsroom_only_meanwhile() -> None:
    settings = Settings(demo_on=NOW)
    with newsroom_network(settings) as network:
        assert "127.0.0.1" in network.allow_private
        assert set(network.resolve.values()) >= {next(iter(network.resolve.values()))}
        assert all(address.startswith("127.0.0.1:") for address in network.resolve.values())
    assert settings.network.allow_private == ()


def test_a_feed_without_a_poll_is_at_its_first_one(finished_home: Home) -> None:
    states = {"old": FeedState("old", polled_at=NOW, last_new_at=NOW), "new": FeedState("new")}
    rules = load_rules(finished_home.root)
    config = Config(Settings(), FEEDS)
    gate = gate_of(config, rules, states, RunOptions(), NOW)
    assert gate.first_polled == {"new"}
    assert gate.oldest_at == NOW - timedelta(days=14)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert gate_of(config, rules, {}, RunOptions(since=since), NOW).oldest_at == since
    assert gate_of(config, rules, {}, RunOptions(), NOW).first_polled == {"old", "new"}


def test_a_feed_whose_polls_all_failed_is_still_at_its_first_one(finished_home: Home) -> None:
    states = {"old": FeedState("old", polled_at=NOW, failures=3)}
    gate = gate_of(Config(Settings(), FEEDS[:1]), load_rules(finished_home.root), states, RunOptions(), NOW)
    assert gate.first_polled == {"old"}


def test_a_dry_run_after_a_run_knows_what_is_due_when(finished_home: Home) -> None:
    soon = dry_run_of(finished_home, RunOptions(now=NOW + timedelta(minutes=1)))
    later = dry_run_of(finished_home, RunOptions(now=NOW + timedelta(hours=3)))
    assert soon["due"] == []
    assert len(later["due"]) >= 30
    assert dry_run_of(finished_home, RunOptions(now=NOW + timedelta(hours=3), only=("harbour-post",)))["due"] == [
        "harbour-post"
    ]


def test_a_dry_run_takes_no_lock(own_home: Home) -> None:
    with Warehouse.open_live(own_home.data, NOW):
        assert dry_run_of(own_home, RunOptions(now=NOW))["schema"] == 1


def test_a_run_beside_another_is_refused_with_the_holder_and_writes_nothing(own_home: Home) -> None:
    before = own_home.published.stat().st_mtime_ns
    with Warehouse.open_live(own_home.data, NOW), pytest.raises(LockedError, match="pid"):
        run_monitor(own_home, RunOptions(now=NOW + timedelta(hours=3)))
    assert own_home.published.stat().st_mtime_ns == before


def test_publishing_by_hand_makes_a_snapshot_of_the_live_file(own_home: Home) -> None:
    own_home.published.unlink()
    assert publish_home(own_home, NOW) == "data/published.duckdb"
    connection = open_published(own_home.published)
    assert one(connection, "SELECT count(*) FROM core.runs") == 1
    connection.close()


def test_the_whole_run_lives_at_its_time(own_home: Home) -> None:
    later = NOW + timedelta(hours=3)
    run_monitor(own_home, RunOptions(now=later))
    connection = open_published(own_home.published)
    newest = one(connection, "SELECT max(polled_at) FROM core.polls")
    started, finished = connection.execute(
        "SELECT started_at, finished_at FROM core.runs ORDER BY started_at DESC LIMIT 1"
    ).fetchall()[0]
    latest_poll = one(connection, "SELECT min(next_poll_at) FROM core.feeds WHERE enabled AND next_poll_at IS NOT NULL")
    connection.close()
    assert (newest, started, finished) == (later, later, later)
    assert latest_poll >= later


def test_a_run_in_the_past_of_the_last_one_polls_nothing(own_home: Home) -> None:
    report = run_monitor(own_home, RunOptions(now=NOW - timedelta(days=1)))
    assert report.to_json()["polls"]["due"] == 0


def test_the_books_of_every_run_are_kept(own_home: Home) -> None:
    report = run_monitor(own_home, RunOptions(now=NOW + timedelta(hours=3)))
    connection = open_published(own_home.published)
    told = connection.execute(
        "SELECT stage, sum(count) FROM core.outcomes WHERE run_id = ? GROUP BY stage", [report.run_id]
    ).fetchall()
    connection.close()
    counted = {str(stage): count.total_in for stage, count in report.ledger.stages.items() if count.total_in}
    assert dict(told) == counted


def test_forcing_polls_before_the_time_and_stays_conditional(own_home: Home) -> None:
    report = run_monitor(own_home, RunOptions(only=("harbour-post",), force=True, now=NOW + timedelta(minutes=2)))
    polls = report.to_json()["polls"]
    assert (polls["due"], polls["not_modified"]) == (1, 1)
