"""Votes: kept with what the rules said, the latest counts, and they are told apart by how they disagree."""

from datetime import timedelta

from tests.warehouse.builders import NOW, loaded, not_relevant, seen_and_archived, tagged, value, waiting
from warehouse.store import Warehouse
from warehouse.votes import cast, is_known, tally, vote_on

ONE, OFF = waiting("1"), waiting("off")


def filled(warehouse: Warehouse) -> None:
    """One relevant article and one that is not."""
    seen_and_archived(warehouse, ONE, OFF)
    loaded(warehouse, tagged(ONE), left=[not_relevant(OFF)])


def test_a_vote_is_kept_with_what_the_rules_said(warehouse: Warehouse) -> None:
    filled(warehouse)
    cast(warehouse.connection, ONE.entry.url, True, NOW)
    kept = vote_on(warehouse.connection, ONE.entry.url)
    assert kept is not None
    assert (kept["is_relevant"], kept["grade"], kept["article_id"]) == (True, "core", "a-1")
    assert kept["rules_version"] == "rules-1"


def test_the_latest_vote_on_an_address_counts(warehouse: Warehouse) -> None:
    filled(warehouse)
    cast(warehouse.connection, ONE.entry.url, True, NOW)
    cast(warehouse.connection, ONE.entry.url, False, NOW + timedelta(days=1))
    assert value(warehouse, "SELECT count(*) FROM core.votes") == 1
    assert value(warehouse, "SELECT is_relevant FROM core.votes") is False


def test_agreeing_missing_and_false_alarms_are_told_apart(warehouse: Warehouse) -> None:
    filled(warehouse)
    cast(warehouse.connection, ONE.entry.url, True, NOW)
    assert tally(warehouse.connection) == {"votes": 1, "agreed": 1, "missed": 0, "false_alarms": 0}
    cast(warehouse.connection, ONE.entry.url, False, NOW)
    cast(warehouse.connection, OFF.entry.url, True, NOW)
    assert tally(warehouse.connection) == {"votes": 2, "agreed": 0, "missed": 1, "false_alarms": 1}


def test_an_address_that_was_never_fetched_has_a_vote_without_a_verdict(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, ONE)
    cast(warehouse.connection, ONE.entry.url, True, NOW)
    kept = vote_on(warehouse.connection, ONE.entry.url)
    assert kept is not None
    assert kept["grade"] is None
    assert tally(warehouse.connection)["missed"] == 1


def test_only_listed_addresses_are_known(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, ONE)
    assert is_known(warehouse.connection, ONE.entry.url)
    assert not is_known(warehouse.connection, "https://nowhere.example/")
    assert vote_on(warehouse.connection, "https://nowhere.example/") is None


def test_a_vote_outlives_new_tags(warehouse: Warehouse) -> None:
    filled(warehouse)
    cast(warehouse.connection, ONE.entry.url, True, NOW)
    loaded(warehouse, tagged(ONE))
    assert vote_on(warehouse.connection, ONE.entry.url) is not None
