"""What the command line asks of a snapshot: the shapes are contracts, the words are for people."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.records import Feed, Grade, Mention, Reason, SourceKind, Tags, TopicTag
from tests.warehouse.builders import (
    ALPHA,
    BETA,
    DAY,
    FEEDS,
    GAMMA,
    HOUR,
    NOW,
    Names,
    copy_of,
    digest_of,
    dropped,
    failed,
    loaded,
    not_relevant,
    polled,
    seen_and_archived,
    tagged,
    waiting,
)
from warehouse.connection import open_published
from warehouse.publish import publish
from warehouse.readers import due_page_count, feed_history, feeds_of, published_states, status_of, why_of
from warehouse.store import Warehouse


@pytest.fixture
def read(warehouse: Warehouse) -> Iterator[Any]:
    """Publishes what the test wrote, and opens it as a reader does."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def publish_and_open() -> duckdb.DuckDBPyConnection:
        opened.append(open_published(publish(warehouse)))
        return opened[-1]

    yield publish_and_open
    for connection in opened:
        connection.close()


def url_of(key: str) -> str:
    return f"https://alpha.example/{key}"


# --- status ----------------------------------------------------------------------------------------------------------


def test_status_has_the_fields_others_rely_on(warehouse: Warehouse, read: Any) -> None:
    seen_and_archived(warehouse, waiting("one"), waiting("off"))
    loaded(warehouse, tagged(waiting("one")), left=[not_relevant(waiting("off"))])
    warehouse.remember([polled(ALPHA), polled(BETA, cause=Reason.TLS)], [waiting("later")], [])
    warehouse.finish_run(NOW + HOUR, 0, loaded(warehouse))
    path = warehouse.data / "published.duckdb"
    assert status_of(read(), path, NOW) == {
        "schema": 1,
        "last_run": {"run_id": "run-1", "started_at": NOW, "finished_at": NOW + HOUR, "exit_code": 0},
        "next_run": NOW + HOUR,
        "feeds": {
            "total": 3,
            "ok": 1,
            "not_polled": 1,
            "failing": [{"feed_id": "beta", "cause": "tls", "since_at": NOW}],
            "silent": [],
        },
        "warehouse": {"articles": 1, "stories": 1, "bytes": path.stat().st_size},
        "coverage": {
            "entries": {"dropped": 1, "loaded": 1, "waiting": 1},
            "first_on": date(2026, 11, 20),
            "last_on": date(2026, 11, 20),
        },
    }


def test_status_of_a_warehouse_that_never_ran_has_the_same_fields(data: Path) -> None:
    with Warehouse.open_live(data, NOW) as warehouse:
        path = publish(warehouse)
    connection = open_published(path)
    status = status_of(connection, path, NOW)
    connection.close()
    assert (status["last_run"], status["next_run"]) == (None, None)
    assert status["feeds"] == {"total": 3, "ok": 0, "not_polled": 3, "failing": [], "silent": []}
    assert status["coverage"]["entries"] == {}


def test_the_last_run_is_the_latest_even_when_it_was_killed(warehouse: Warehouse, read: Any) -> None:
    warehouse.now = NOW + DAY
    warehouse.start_run("run-2")
    status = status_of(read(), warehouse.data / "published.duckdb", NOW)
    assert status["last_run"] == {"run_id": "run-2", "started_at": NOW + DAY, "finished_at": None, "exit_code": None}


def steady(warehouse: Warehouse, feed: Feed, every: timedelta, until: timedelta) -> None:
    """Twenty entries, one every so often, the last one so long ago."""
    warehouse.remember(
        [polled(feed)],
        [waiting(f"{feed.feed_id}{n}", feed, published_at=NOW - until - n * every) for n in range(20)],
        [],
    )


@pytest.mark.parametrize(
    ("every", "until", "silent"),
    [
        (2 * HOUR, 71 * HOUR, False),  # three days at least
        (2 * HOUR, 73 * HOUR, True),
        (2 * DAY, 5 * DAY, False),  # three times the usual gap
        (2 * DAY, 7 * DAY, True),
    ],
)
def test_a_feed_is_silent_after_three_usual_gaps_and_three_days(
    warehouse: Warehouse, every: timedelta, until: timedelta, silent: bool
) -> None:
    steady(warehouse, ALPHA, every, until)
    usual = {"feed_id": "alpha", "since_at": NOW - until, "usual_gap_hours": every / HOUR}
    assert feeds_of(warehouse.connection, NOW)["silent"] == ([usual] if silent else [])


def test_a_think_tank_may_be_silent_for_two_weeks(warehouse: Warehouse) -> None:
    tank = Feed("tank", "https://tank.example/", publisher="tank.example", source_kind=SourceKind.THINK_TANK)
    warehouse.sync([tank], Names())
    steady(warehouse, tank, HOUR, 13 * DAY)
    assert feeds_of(warehouse.connection, NOW)["silent"] == []
    assert feeds_of(warehouse.connection, NOW + 2 * DAY)["silent"][0]["feed_id"] == "tank"


def test_a_feed_that_fails_or_is_switched_off_is_not_silent(warehouse: Warehouse) -> None:
    steady(warehouse, ALPHA, HOUR, 30 * DAY)
    steady(warehouse, BETA, HOUR, 30 * DAY)
    warehouse.remember([polled(ALPHA, cause=Reason.TIMEOUT)], [], [])
    warehouse.sync([ALPHA, GAMMA], Names())
    found = feeds_of(warehouse.connection, NOW)
    assert found["silent"] == []
    assert [row["feed_id"] for row in found["failing"]] == ["alpha"]
    assert (found["total"], found["ok"], found["not_polled"]) == (2, 0, 1)


# --- states before a run ---------------------------------------------------------------------------------------------


def test_before_the_first_snapshot_nothing_is_known(tmp_path: Path) -> None:
    assert published_states(tmp_path / "published.duckdb") == {}
    assert due_page_count(tmp_path / "published.duckdb", NOW) == 0


def test_a_snapshot_tells_the_states_and_how_many_wait(warehouse: Warehouse) -> None:
    warehouse.remember([polled(ALPHA, etag="v1")], [waiting("one"), waiting("two")], [])
    states = published_states(publish(warehouse))
    assert (states["alpha"].etag, sorted(states)) == ("v1", ["alpha", "beta", "gamma"])
    assert due_page_count(publish(warehouse), NOW) == 2


def test_a_page_that_waits_for_a_later_try_is_not_due(warehouse: Warehouse) -> None:
    first = waiting("one")
    warehouse.remember([polled(ALPHA)], [first], [])
    warehouse.archive([], [failed(first, Reason.SERVER_ERROR)])
    snapshot = publish(warehouse)
    assert due_page_count(snapshot, NOW + HOUR) == 0
    assert due_page_count(snapshot, NOW + 7 * HOUR) == 1


# --- the history of a feed -------------------------------------------------------------------------------------------


def test_a_feeds_history_is_its_row_and_its_latest_polls_newest_first(warehouse: Warehouse, read: Any) -> None:
    for hours in range(4):
        warehouse.remember([polled(ALPHA, at=NOW + hours * HOUR), polled(BETA)], [], [])
    found = feed_history(read(), "alpha", count=3)
    assert found is not None
    assert found["feed"]["title"] == "Alpha"
    assert [poll["polled_at"] for poll in found["polls"]] == [NOW + 3 * HOUR, NOW + 2 * HOUR, NOW + HOUR]
    expected = "run_id feed_id polled_at url final_url status bytes ms entries new cause next_poll_at why"
    assert list(found["polls"][0]) == expected.split()


def test_a_feed_never_polled_has_no_polls_and_an_unknown_one_no_history(warehouse: Warehouse, read: Any) -> None:
    connection = read()
    found = feed_history(connection, "gamma")
    assert found is not None
    assert found["polls"] == []
    assert feed_history(connection, "nobody") is None


# --- why -------------------------------------------------------------------------------------------------------------


def why(connection: duckdb.DuckDBPyConnection, key: str) -> dict[str, Any]:
    found = why_of(connection, url_of(key), url_of(key))
    json.dumps(found, default=str)  # the contract is JSON
    assert list(found) == ["schema", "url", "entries", "page", "article", "evidence", "topics", "entities", "story"]
    return found


def test_why_tells_everything_that_decided_about_a_loaded_article(warehouse: Warehouse, read: Any) -> None:
    seen_and_archived(warehouse, waiting("one"), waiting("two"))
    mention = Mention("huawei", "Huawei", 2, True, False, True, 0.8, ())
    first = tagged(waiting("one"), tags=Tags(topics=(TopicTag("models", None, 2.0, ()),), mentions=(mention,)))
    loaded(warehouse, first, copy_of(waiting("two"), first))
    found = why(read(), "one")
    assert [(entry["feed_id"], entry["outcome"], entry["reason"]) for entry in found["entries"]] == [
        ("alpha", "loaded", None)
    ]
    assert (found["page"]["status"], found["page"]["robots_state"]) == (200, "allowed")
    assert (found["article"]["grade"], found["article"]["reason"]) == (Grade.CORE, "join")
    assert found["evidence"] == [{"part": "text", "section_no": 0, "words": "Beijing"}]
    assert found["topics"] == [{"topic": "models", "section_no": None, "score": 2.0, "evidence": ""}]
    assert found["entities"] == [{"entity_id": "huawei", "mentions": 2, "is_main": True, "score": 0.8}]
    assert (found["story"]["story_id"], found["story"]["articles"], found["story"]["kind"]) == ("s-a-one", 2, None)


def test_why_of_a_copy_names_what_it_copies(warehouse: Warehouse, read: Any) -> None:
    first = tagged(waiting("one"))
    seen_and_archived(warehouse, waiting("one"), waiting("two"))
    loaded(warehouse, first, copy_of(waiting("two"), first))
    story = why(read(), "two")["story"]
    assert (story["duplicate_of"], story["kind"], story["score"], story["why"]) == (
        "a-one",
        "near",
        0.97,
        "97 % of the words",
    )


def test_why_does_not_print_the_text(warehouse: Warehouse, read: Any) -> None:
    seen_and_archived(warehouse, waiting("one"))
    loaded(warehouse, tagged(waiting("one")))
    assert "text" not in why(read(), "one")["article"]


def test_why_of_an_entry_the_gate_dropped_has_no_page_and_no_article(warehouse: Warehouse, read: Any) -> None:
    warehouse.remember([], [], [dropped(waiting("one"), Reason.UNLIKELY)])
    found = why(read(), "one")
    assert [(entry["outcome"], entry["reason"]) for entry in found["entries"]] == [("dropped", "unlikely")]
    assert (found["page"], found["article"], found["story"]) == (None, None, None)
    assert (found["evidence"], found["topics"], found["entities"]) == ([], [], [])


def test_why_of_a_page_that_did_not_come_has_the_cause(warehouse: Warehouse, read: Any) -> None:
    warehouse.remember([], [waiting("one")], [])
    warehouse.archive([], [failed(waiting("one"), Reason.FORBIDDEN, final=True, status=403)])
    found = why(read(), "one")
    assert (found["page"]["cause"], found["page"]["status"]) == ("forbidden", 403)
    assert found["entries"][0]["reason"] == "forbidden"


def test_why_of_a_refused_article_has_the_sentence_that_decided(warehouse: Warehouse, read: Any) -> None:
    seen_and_archived(warehouse, waiting("one"))
    loaded(warehouse, left=[not_relevant(waiting("one"), Reason.CHINA_ONLY)])
    found = why(read(), "one")
    assert (found["article"]["grade"], found["article"]["reason"]) == ("not", "china-only")
    assert [proof["words"] for proof in found["evidence"]] == ["Beijing"]
    assert found["story"] is None


def test_why_of_a_digest_is_about_the_digest_and_not_one_of_its_items(warehouse: Warehouse, read: Any) -> None:
    seen_and_archived(warehouse, waiting("daily"))
    parent, items = digest_of(waiting("daily"), [f"Item {n}" for n in range(12)])
    loaded(warehouse, *items, left=[parent])
    found = why(read(), "daily")
    assert (found["article"]["article_id"], found["article"]["reason"]) == ("a-daily", "digest")


def test_why_finds_an_entry_by_the_link_as_it_was_given(warehouse: Warehouse, read: Any) -> None:
    warehouse.remember([], [waiting("one")], [])
    assert why_of(read(), url_of("one"), "https://other.example/")["entries"][0]["title"] == "Title of one"


def test_why_lists_every_feed_that_had_the_page(warehouse: Warehouse, read: Any) -> None:
    one = waiting("one")
    warehouse.remember([], [one], [])
    same = waiting("one", Feed("delta", "https://delta.example/feed", publisher="alpha.example"), at=NOW + HOUR)
    warehouse.sync([*FEEDS, same.feed], Names())
    entry = type(same.entry)(
        **{name: getattr(same.entry, name) for name in same.entry.__slots__} | {"entry_id": "e-same"}
    )
    warehouse.remember([], [], [dropped(type(same)(entry, same.feed, same.page_id), Reason.SAME_PAGE)])
    assert [(row["feed_id"], row["reason"]) for row in why(read(), "one")["entries"]] == [
        ("alpha", None),
        ("delta", "same_page"),
    ]


def test_why_of_an_address_nobody_listed_is_nothing(read: Any) -> None:
    assert why_of(read(), "https://nobody.example/", "https://nobody.example/") is None
