"""Rows written at once: every value comes back as it was."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from warehouse.connection import Connection
from warehouse.rows import CHARACTERS_AT_ONCE, delete, encodable, insert, json_type, texts_of, to_json, types_of

TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "words": st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
            "number": st.none() | st.integers(-(2**62), 2**62),
            "share": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "moment_at": st.none() | TIMES,
            "is_so": st.none() | st.booleans(),
            "names": st.none()
            | st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=3),
        }
    ),
    max_size=8,
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    made = duckdb.connect()
    made.execute("SET TimeZone = 'UTC'")
    made.execute("CREATE SCHEMA core")
    made.execute(
        "CREATE TABLE core.things (id INTEGER PRIMARY KEY, words VARCHAR, number BIGINT, share DOUBLE,"
        " moment_at TIMESTAMPTZ, is_so BOOLEAN, names VARCHAR[], day_on DATE, ledger JSON)"
    )
    yield made
    made.close()


def stored(connection: Connection, columns: str) -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT {columns} FROM core.things ORDER BY id").fetchall()  # noqa: S608 - names are ours


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_every_value_comes_back(connection: Connection, rows: list[dict[str, object]]) -> None:
    connection.execute("DELETE FROM core.things")
    insert(connection, "core.things", [{"id": number, **row} for number, row in enumerate(rows)])
    columns = ("words", "number", "share", "moment_at", "is_so", "names")
    assert stored(connection, ", ".join(columns)) == [tuple(row[name] for name in columns) for row in rows]


def test_no_rows_is_no_statement(connection: Connection) -> None:
    insert(connection, "core.nothing", [])
    delete(connection, "core.nothing", "id", [])


def test_rows_go_in_statements_of_a_bearable_length_and_none_is_lost(connection: Connection) -> None:
    rows = [{"id": number, "words": "x" * 900_000} for number in range(7)] + [{"id": 7, "words": "y" * 5_000_000}]
    texts = list(texts_of(rows))
    assert [row["id"] for text in texts for row in json.loads(text)] == list(range(8))
    assert max(len(text) for text in texts[:-1]) <= CHARACTERS_AT_ONCE
    insert(connection, "core.things", rows)
    assert stored(connection, "id, length(words)") == [(number, 900_000) for number in range(7)] + [(7, 5_000_000)]


def test_a_day_and_a_document_come_back(connection: Connection) -> None:
    insert(connection, "core.things", [{"id": 1, "day_on": date(2026, 11, 2), "ledger": {"in": 3}}])
    ((day_on, ledger),) = stored(connection, "day_on, ledger")
    assert day_on == date(2026, 11, 2)
    assert json.loads(str(ledger)) == {"in": 3}


def test_text_that_looks_like_sql_or_json_stays_text(connection: Connection) -> None:
    evil = ["'); DROP TABLE core.things; --", '"}]', "$rows", "\\", "\\u0041", "{{", "null", "\u2028"]
    insert(connection, "core.things", [{"id": number, "words": words} for number, words in enumerate(evil)])
    assert [words for (words,) in stored(connection, "words")] == evil


def test_a_lone_surrogate_becomes_a_question_mark(connection: Connection) -> None:
    insert(connection, "core.things", [{"id": 1, "words": "a\ud800b"}])
    assert stored(connection, "words") == [("a?b",)]
    assert encodable("大模型") == "大模型"


def test_the_same_key_twice_is_refused_and_nothing_is_written(connection: Connection) -> None:
    with pytest.raises(duckdb.ConstraintException):
        insert(connection, "core.things", [{"id": 1, "words": "a"}, {"id": 1, "words": "b"}])
    assert stored(connection, "id") == []


def test_replacing_overwrites_the_row_of_the_same_key(connection: Connection) -> None:
    insert(connection, "core.things", [{"id": 1, "words": "old"}, {"id": 2, "words": "stays"}])
    insert(connection, "core.things", [{"id": 1, "words": "new"}], replace=True)
    assert stored(connection, "id, words") == [(1, "new"), (2, "stays")]


def test_columns_that_are_not_named_are_empty(connection: Connection) -> None:
    insert(connection, "core.things", [{"id": 1}])
    assert stored(connection, "words, number, names") == [(None, None, None)]


def test_an_unknown_column_is_a_mistake_of_ours(connection: Connection) -> None:
    with pytest.raises(duckdb.BinderException, match="wrods"):
        insert(connection, "core.things", [{"id": 1, "wrods": "x"}])


def test_only_the_named_keys_are_deleted(connection: Connection) -> None:
    insert(connection, "core.things", [{"id": n, "words": w} for n, w in enumerate(["a", "b", "c'; --"])])
    delete(connection, "core.things", "words", ["a", "c'; --", "not there"])
    assert stored(connection, "words") == [("b",)]


def test_types_are_those_of_the_table_and_lists_are_lists(connection: Connection) -> None:
    assert types_of(connection, "core.things", ["names", "id"]) == {"names": "VARCHAR[]", "id": "INTEGER"}
    assert json_type("VARCHAR[]") == ["VARCHAR"]
    assert json_type("INTEGER") == "INTEGER"


def test_times_are_written_in_iso_form() -> None:
    assert to_json({"at": datetime(2026, 11, 2, 8, tzinfo=UTC)}) == '{"at":"2026-11-02T08:00:00+00:00"}'


def test_a_batch_of_thousands_is_one_statement(connection: Connection) -> None:
    insert(connection, "core.things", [{"id": number, "words": "x" * 100} for number in range(5_000)])
    assert connection.execute("SELECT count(*), sum(length(words)) FROM core.things").fetchone() == (5_000, 500_000)
