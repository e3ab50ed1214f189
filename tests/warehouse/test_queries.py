"""Saved queries: found, explained, bound, run; and the checks, each with the violation it finds."""

import shlex
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, strategies as st

from extractors.errors import ConfigError, UsageMistake
from extractors.records import Mention, Reason, Span, Stage, Tags, TopicTag
from tests.warehouse.builders import (
    BETA,
    DAY,
    NOW,
    copy_of,
    loaded,
    not_relevant,
    polled,
    seen_and_archived,
    surprised,
    tagged,
    waiting,
)
from warehouse.checks import FOLDER, check_names, run_check, run_checks
from warehouse.connection import open_published
from warehouse.publish import publish
from warehouse.queries import SHIPPED, Query, bind, find_queries, read_query, run_query, run_sql, schema_rows
from warehouse.store import Warehouse

NAMES = sorted(path.stem for path in SHIPPED.glob("*.sql"))
PROOF = (Span("text", 0, 0, 7, "Beijing"),)
TAGS = Tags(
    topics=(TopicTag("models", None, 2.0, PROOF),),
    mentions=(
        Mention("huawei", "Huawei", 1, True, True, True, 0.9, PROOF),
        Mention("deepseek", "DeepSeek", 1, False, False, False, 0.2, PROOF),
    ),
)
HEADER = "-- How many?\n-- unit: rows\n-- caveat: none\n-- example: sinoscope query mine --days 3\n"


def fill(warehouse: Warehouse) -> None:
    """Some weeks of news: a story told twice, one refused, one surprise, a failing feed."""
    for week in range(6):
        entry = waiting(f"w{week}", published_at=NOW - (7 * week + 1) * DAY)
        seen_and_archived(warehouse, entry)
        loaded(warehouse, tagged(entry, tags=TAGS))
    origin = tagged(waiting("w0", published_at=NOW - DAY), tags=TAGS)
    told_again = waiting("again", BETA, published_at=NOW - DAY / 2)
    seen_and_archived(warehouse, told_again, waiting("off"), waiting("odd"))
    left = [not_relevant(waiting("off")), surprised(tagged(waiting("odd")).placed, Stage.TAG)]
    ledger = loaded(warehouse, copy_of(told_again, origin), left=left)
    warehouse.remember([polled(BETA, cause=Reason.DNS)], [], [])
    warehouse.finish_run(NOW, 0, ledger)


@pytest.fixture(scope="module")
def filled_data(tmp_path_factory: pytest.TempPathFactory, empty_data: Path) -> Path:
    """A data folder with something of everything, published."""
    data = Path(shutil.copytree(empty_data, tmp_path_factory.mktemp("queries") / "data"))
    with Warehouse.open_live(data, NOW) as warehouse:
        warehouse.start_run("run-1")
        fill(warehouse)
        publish(warehouse)
    return data


@pytest.fixture(scope="module")
def snapshot(filled_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published snapshot with something of everything."""
    connection = open_published(filled_data / "published.duckdb")
    yield connection
    connection.close()


@pytest.fixture
def filled(filled_data: Path, tmp_path: Path) -> Iterator[Warehouse]:
    """The same, to be changed."""
    with Warehouse.open_live(Path(shutil.copytree(filled_data, tmp_path / "filled")), NOW) as opened:
        yield opened


def written(folder: Path, content: str | bytes, name: str = "mine") -> Path:
    """A query file of one's own."""
    path = folder / f"{name}.sql"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# --- the shipped ones ------------------------------------------------------------------------------------------------


@pytest.fixture(params=NAMES)
def shipped(request: pytest.FixtureRequest) -> Query:
    return find_queries(None)[request.param]


def test_a_shipped_query_says_what_it_asks_and_counts(shipped: Query) -> None:
    assert shipped.question.endswith("?")
    assert shipped.unit
    assert shipped.caveat
    assert all(parameter.about for parameter in shipped.parameters)


def test_a_shipped_query_runs_with_its_defaults(shipped: Query, snapshot: duckdb.DuckDBPyConnection) -> None:
    columns, found = run_query(snapshot, shipped, bind(shipped, {}))
    assert len(columns) > 1
    assert all(list(row) == columns for row in found)


def test_the_example_of_a_shipped_query_is_a_call_of_it(shipped: Query, snapshot: duckdb.DuckDBPyConnection) -> None:
    program, command, name, *words = shlex.split(shipped.example)
    assert (program, command, name) == ("sinoscope", "query", shipped.name)
    given_words = {option.removeprefix("--"): words[2 * n + 1] for n, option in enumerate(words[::2])}
    run_query(snapshot, shipped, bind(shipped, given_words))


def test_a_shipped_query_runs_on_an_empty_warehouse(shipped: Query, warehouse: Warehouse) -> None:
    publish(warehouse)
    run_query(warehouse.connection, shipped, bind(shipped, {}))


def answer(snapshot: duckdb.DuckDBPyConnection, name: str, **given_words: str) -> list[dict[str, Any]]:
    query = find_queries(None)[name]
    return run_query(snapshot, query, bind(query, given_words))[1]


def test_who_reported_first_is_told_with_the_hours_of_the_others(snapshot: duckdb.DuckDBPyConnection) -> None:
    (story,) = answer(snapshot, "first_mover")
    assert (story["first_publisher"], story["later_articles"], story["median_hours_later"]) == (
        "alpha.example",
        1,
        12.0,
    )
    assert answer(snapshot, "first_mover", topic="chips") == []


def test_what_became_of_every_entry_adds_up(snapshot: duckdb.DuckDBPyConnection) -> None:
    found = {(row["outcome"], row["reason"]): row["entries"] for row in answer(snapshot, "what_became")}
    assert found == {("loaded", ""): 7, ("dropped", "ai-only"): 1, ("quarantined", ""): 1}


def test_a_failing_feed_stands_first_with_its_cause(snapshot: duckdb.DuckDBPyConnection) -> None:
    first = answer(snapshot, "feed_health")[0]
    assert (first["feed_id"], first["state"], first["cause"], first["failures"]) == ("beta", "failing", "dns", 1)


def test_names_in_the_same_story_are_counted_as_a_pair_once(snapshot: duckdb.DuckDBPyConnection) -> None:
    (pair,) = answer(snapshot, "co_mentions", days="100")
    assert (pair["one"], pair["other"], pair["stories"]) == ("Deepseek", "Huawei", 6)


def test_copies_are_counted_by_kind(snapshot: duckdb.DuckDBPyConnection) -> None:
    found = {row["kind"]: row["articles"] for row in answer(snapshot, "duplicates_by_kind")}
    assert found == {"first report": 6, "near": 1}


def test_the_first_language_of_a_story_is_named_with_the_lag(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert answer(snapshot, "language_lag") == [{"first_language": "en", "stories": 1, "median_hours": 12.0}]


def test_near_misses_are_articles_that_were_refused(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert [(row["title"], row["reason"]) for row in answer(snapshot, "near_misses")] == [("Title of off", "ai-only")]


def test_a_surprise_is_shown_with_its_last_line(snapshot: duckdb.DuckDBPyConnection) -> None:
    (found,) = answer(snapshot, "quarantine")
    assert (found["stage"], found["title"], found["error"]) == ("tag", "Title of odd", "ValueError: odd")


def test_a_usual_week_is_as_usual(snapshot: duckdb.DuckDBPyConnection) -> None:
    found = {
        row["topic"]: (row["this_week"], row["usual"], row["verdict"]) for row in answer(snapshot, "week_vs_usual")
    }
    assert found["models"] == (1, 1.0, "as usual")


def test_a_name_in_every_week_has_not_moved(snapshot: duckdb.DuckDBPyConnection) -> None:
    found = {row["name"]: (row["this_week"], row["usual"], row["change"]) for row in answer(snapshot, "entity_movers")}
    assert found["Huawei"] == (1, 1.0, 0.0)


def test_days_are_counted_with_today(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert len(answer(snapshot, "attention", days="1")) == 1
    assert answer(snapshot, "first_mover", days="0") == []


def test_a_week_without_a_usual_one_is_told_as_too_little_history(filled: Warehouse) -> None:
    filled.connection.execute(
        "DELETE FROM trends.daily_topic WHERE day_on < current_date - 30000 OR day_on < DATE '2026-11-15'"
    )
    query = find_queries(None)["week_vs_usual"]
    _, found = run_query(filled.connection, query, bind(query, {}))
    assert {row["verdict"] for row in found} == {"too little history"}


def test_a_surprise_that_went_well_since_is_listed_only_when_all_are_asked_for(filled: Warehouse) -> None:
    filled.connection.execute(
        "UPDATE core.entries SET outcome = 'dropped', reason = 'too_short' WHERE outcome = 'quarantined'"
    )
    query = find_queries(None)["quarantine"]
    assert run_query(filled.connection, query, bind(query, {}))[1] == []
    assert len(run_query(filled.connection, query, bind(query, {"all": "yes"}))[1]) == 1


@pytest.mark.parametrize(
    ("statement", "columns"),
    [
        ("SELECT 1 AS a, 2 AS a, 3 AS b, 4 AS a", ["a", "a_1", "b", "a_2"]),
        ("SELECT 1 AS a, 2 AS a, 3 AS a_1", ["a", "a_1", "a_1_1"]),
        ("SELECT * FROM core.stories AS s JOIN core.story_members AS m ON s.story_id = m.story_id LIMIT 1", None),
    ],
)
def test_columns_of_the_same_name_are_told_apart(
    snapshot: duckdb.DuckDBPyConnection, statement: str, columns: list[str] | None
) -> None:
    found, (row,) = run_sql(snapshot, statement)
    assert len(set(found)) == len(found) == len(row)
    assert columns in (None, found)


# --- one's own -------------------------------------------------------------------------------------------------------


def test_a_query_of_ones_own_is_found_and_wins_over_a_shipped_one(tmp_path: Path) -> None:
    written(tmp_path, HEADER + "-- $days: how many days back (28)\nSELECT $days AS days")
    written(tmp_path, "-- Mine?\nSELECT 1 AS one", "attention")
    found = find_queries(tmp_path)
    assert found["attention"].question == "Mine?"
    assert found["mine"].to_json() == {
        "name": "mine",
        "question": "How many?",
        "unit": "rows",
        "parameters": [{"name": "days", "about": "how many days back", "default": "28"}],
    }
    assert set(NAMES) < set(found)


def test_a_folder_that_does_not_exist_has_no_queries(tmp_path: Path) -> None:
    assert set(find_queries(tmp_path / "none")) == set(NAMES)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("-- Q?\nSELECT $days", r"header declares none, the SQL uses \['days'\]; make them agree"),
        ("-- Q?\n-- $days: back (3)\nSELECT 1", r"header declares \['days'\], the SQL uses none"),
        ("-- Q?\n-- $day: back (3)\nSELECT $days", r"header declares \['day'\], the SQL uses \['days'\]"),
        ("-- Q?\nSELECT 1; SELECT 2", "one statement is wanted"),
        ("-- Q?\n", "one statement is wanted"),
        ("", "one statement is wanted"),
        ("-- Q?\nSELEC 1", "mine.sql:1: no SQL: Parser Error"),
        ("-- Q?\n-- $days: how many\nSELECT $days", r"mine.sql:2: no parameter; write it like `-- \$days: .* \(28\)`"),
        ("-- Q?\n-- $days (28)\nSELECT $days", "mine.sql:2: no parameter"),
        (b"-- \xff\nSELECT 1", r"mine.sql: not UTF-8 \(byte 3\); save it as UTF-8"),
    ],
)
def test_a_mistake_in_a_query_file_is_explained(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_query(written(tmp_path, content))


def test_all_parameter_lines_that_are_wrong_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read_query(written(tmp_path, "-- Q?\n-- $one\n-- $two: a thing\nSELECT $one, $two"))
    assert [mistake.split(": ")[0] for mistake in raised.value.mistakes] == ["mine.sql:2", "mine.sql:3"]


def test_a_query_that_does_not_fit_the_schema_is_named(tmp_path: Path, warehouse: Warehouse) -> None:
    query = read_query(written(tmp_path, "-- Q?\nSELECT nothing FROM core.feeds"))
    with pytest.raises(ConfigError, match=r'mine: Binder Error: .*"nothing" not found'):
        run_query(warehouse.connection, query, {})


@pytest.mark.parametrize(
    ("default", "text", "value"),
    [
        ("28", "7", 7),
        ("28", "0", 0),
        ("28", "1000000", 1_000_000),
        ("2.5", "3", 3.0),
        ("2026-11-01", "2026-12-24", date(2026, 12, 24)),
        ("all", "chips", "chips"),
        ("all", "12", "12"),
    ],
)
def test_a_value_has_the_kind_of_its_default(tmp_path: Path, default: str, text: str, value: object) -> None:
    query = read_query(written(tmp_path, f"-- Q?\n-- $x: a thing ({default})\nSELECT $x"))
    assert bind(query, {"x": text}) == {"x": value}
    assert bind(query, {}) == {"x": type(value)(default) if not isinstance(value, date) else date(2026, 11, 1)}  # type: ignore[call-arg]


@pytest.mark.parametrize("text", ["-1", "1000001", "99999999999", "inf", "-0.5"])
def test_a_number_out_of_bounds_is_refused_with_the_bounds(tmp_path: Path, text: str) -> None:
    query = read_query(written(tmp_path, "-- Q?\n-- $x: a thing (2.5)\nSELECT $x"))
    with pytest.raises(UsageMistake, match=r"out of bounds; give a number from 0 to 1,000,000"):
        bind(query, {"x": text})


@pytest.mark.parametrize(
    ("default", "text"), [("28", "many"), ("28", "1.5"), ("2.5", "x"), ("2026-11-01", "yesterday")]
)
def test_a_value_of_another_kind_is_explained(tmp_path: Path, default: str, text: str) -> None:
    query = read_query(written(tmp_path, f"-- Q?\n-- $x: a thing ({default})\nSELECT $x"))
    with pytest.raises(UsageMistake, match=f"--x: '{text}' is no value like '{default}'"):
        bind(query, {"x": text})


def test_an_unknown_parameter_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageMistake, match="attention: no parameter day, week; it has days"):
        bind(find_queries(None)["attention"], {"week": "1", "day": "2"})


@given(st.text(max_size=30))
def test_no_value_can_become_sql(text: str) -> None:
    query = Query("mine", "", "", "", "", (), "SELECT $x::VARCHAR AS x")
    connection = duckdb.connect()
    assert run_query(connection, query, {"x": text}) == (["x"], [{"x": text}])
    connection.close()


# --- SQL and schema --------------------------------------------------------------------------------------------------


def test_any_statement_answers_with_columns_and_rows(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert run_sql(snapshot, "SELECT 1 AS a, 'x' AS b") == (["a", "b"], [{"a": 1, "b": "x"}])


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT * FROM nowhere", "DELETE FROM core.feeds"])
def test_a_statement_that_does_not_work_is_explained_in_duckdbs_words(
    snapshot: duckdb.DuckDBPyConnection, sql: str
) -> None:
    with pytest.raises(UsageMistake, match="Error"):
        run_sql(snapshot, sql)


def test_every_table_and_column_people_may_use_has_a_comment(snapshot: duckdb.DuckDBPyConnection) -> None:
    found = schema_rows(snapshot)
    assert len({row["table"] for row in found}) > 30
    assert [row for row in found if not row["about"] or not row["meaning"]] == []


def test_every_table_says_its_grain(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert {row["table"] for row in schema_rows(snapshot) if "Grain: " not in row["about"]} == set()


@pytest.mark.parametrize(
    ("ending", "types"),
    [("_at", {"TIMESTAMP WITH TIME ZONE"}), ("_on", {"DATE"}), ("_sha256", {"VARCHAR"}), ("_id", {"VARCHAR"})],
)
def test_the_end_of_a_columns_name_says_its_type(
    snapshot: duckdb.DuckDBPyConnection, ending: str, types: set[str]
) -> None:
    assert {row["type"] for row in schema_rows(snapshot) if row["column"].endswith(ending)} == types


# --- checks ----------------------------------------------------------------------------------------------------------

PLANTED = {
    "copies_stand_with_their_origin": "UPDATE core.story_members SET duplicate_of = 'a-off' WHERE article_id = 'a-w1'",
    "dropped_entries_have_a_reason": "UPDATE core.entries SET reason = NULL WHERE outcome = 'dropped'",
    "ledgers_add_up": """UPDATE core.runs SET ledger = '{"poll": {"in": 3, "passed": 1, "dropped": 1, "quarantined": 0}}'""",
    "loaded_entries_have_an_article": "UPDATE core.entries SET outcome = 'loaded' WHERE entry_id = 'e-off'",
    "marts_have_no_gaps": "DELETE FROM trends.daily_topic WHERE topic = 'chips' AND day_on = '2026-11-18'",
    "pages_in_the_archive_have_a_place": "UPDATE core.pages SET warc_offset = NULL WHERE page_id = 'p-w1'",
    "relevant_articles_have_a_story": "UPDATE core.articles SET story_id = 'elsewhere' WHERE article_id = 'a-w1'",
    "spans_match_text": "UPDATE core.evidence SET start_char = start_char + 1, end_char = end_char + 1",
    "stories_count_their_members": "UPDATE core.stories SET representative_id = 'a-off' WHERE story_id = 's-a-w1'",
    "tags_have_a_proof": "DELETE FROM core.evidence WHERE facet = 'topic'",
    "tags_belong_to_relevant_articles": "INSERT INTO core.topics (article_id, topic) VALUES ('a-off', 'models')",
}
MORE = [
    ("dropped_entries_have_a_reason", "UPDATE core.entries SET outcome = 'lost' WHERE entry_id = 'e-w1'"),
    ("dropped_entries_have_a_reason", "UPDATE core.entries SET outcome = NULL WHERE entry_id = 'e-w1'"),
    ("pages_in_the_archive_have_a_place", "UPDATE core.pages SET warc_file = NULL WHERE page_id = 'p-w1'"),
    ("pages_in_the_archive_have_a_place", "UPDATE core.pages SET cause = 'dns' WHERE page_id = 'p-w1'"),
    ("relevant_articles_have_a_story", "DELETE FROM core.story_members WHERE article_id = 'a-w1'"),
    ("relevant_articles_have_a_story", "UPDATE core.articles SET story_id = 's-a-w1' WHERE article_id = 'a-off'"),
    ("stories_count_their_members", "UPDATE core.stories SET articles = 5 WHERE story_id = 's-a-w1'"),
    ("stories_count_their_members", "DELETE FROM core.story_members WHERE article_id = 'a-w1'"),
    ("stories_count_their_members", "DELETE FROM core.stories WHERE story_id = 's-a-w1'"),
    ("tags_belong_to_relevant_articles", "INSERT INTO core.topics (article_id, topic) VALUES ('a-lost', 'models')"),
    ("tags_have_a_proof", "INSERT INTO core.mentions (article_id, entity_id) VALUES ('a-w1', 'unheard-of')"),
    ("tags_have_a_proof", "INSERT INTO core.years (article_id, year, kind) VALUES ('a-w1', 1999, 'past')"),
    ("spans_match_text", "UPDATE core.sections SET text = '' WHERE article_id = 'a-w1'"),
    ("stories_count_their_members", "UPDATE core.stories SET publishers = 9 WHERE story_id = 's-a-w1'"),
    ("marts_have_no_gaps", "DELETE FROM trends.daily_topic"),
    ("marts_have_no_gaps", "DELETE FROM trends.daily_total"),
    ("marts_have_no_gaps", "DELETE FROM trends.daily_entity WHERE entity_id = 'huawei' AND day_on = '2026-11-18'"),
    ("marts_have_no_gaps", "DELETE FROM trends.daily_source WHERE feed_id = 'beta' AND day_on = '2026-11-18'"),
]


@pytest.mark.parametrize(("name", "violation"), [*PLANTED.items(), *MORE])
def test_a_check_finds_what_breaks_its_promise(filled: Warehouse, name: str, violation: str) -> None:
    assert run_check(filled.connection, name) == []
    filled.connection.execute(violation)
    assert run_check(filled.connection, name) != []


def test_a_warehouse_that_was_filled_as_runs_fill_it_breaks_no_promise(filled: Warehouse) -> None:
    assert run_checks(filled.connection) == {check: [] for check in check_names()}


def test_every_check_has_a_violation_that_it_finds_and_a_sentence() -> None:
    assert sorted(PLANTED) == check_names()
    for path in FOLDER.glob("*.sql"):
        assert path.read_text(encoding="utf-8").startswith("-- "), path.name


def test_a_check_shows_only_the_first_rows(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting(f"{n}") for n in range(30)], [])
    warehouse.connection.execute("UPDATE core.entries SET outcome = NULL")
    assert len(run_check(warehouse.connection, "dropped_entries_have_a_reason")) == 20
