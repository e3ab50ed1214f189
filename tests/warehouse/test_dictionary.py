"""The data dictionary is the schema's own comments."""

import duckdb

from warehouse.dictionary import dictionary
from warehouse.migrations import migrate


def test_every_table_of_the_contract_has_a_chapter_and_every_column_a_line() -> None:
    text = dictionary()
    connection = duckdb.connect()
    migrate(connection)
    columns = connection.execute(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns()"
        " WHERE schema_name IN ('raw', 'core', 'trends')"
    ).fetchall()
    connection.close()
    chapters = {part.split("\n", 1)[0]: part for part in text.split("\n## ")[1:]}
    assert set(chapters) == {table for table, _ in columns}
    assert [(table, name) for table, name in columns if f"| `{name}` |" not in chapters[table]] == []


def test_every_table_and_column_has_a_comment() -> None:
    connection = duckdb.connect()
    migrate(connection)
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL").fetchall()
    columns = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
    ).fetchall()
    connection.close()
    assert (tables, columns) == ([], [])
