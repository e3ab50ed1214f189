"""The data dictionary is the schema's own comments, and is up to date."""

from pathlib import Path

import duckdb
import pytest

from warehouse.dictionary import dictionary, main
from warehouse.migrations import migrate

DICTIONARY = Path(__file__).parents[2] / "docs/data-dictionary.md"


def test_the_dictionary_in_docs_is_up_to_date() -> None:
    assert main([str(DICTIONARY), "--check"]) == 0, "run `make docs`"


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


def test_a_dictionary_out_of_date_is_said_and_written_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "dictionary.md"
    path.write_text("old", encoding="utf-8")
    assert main([str(path), "--check"]) == 1
    assert "out of date; run `make docs`" in capsys.readouterr().err
    assert main([str(path)]) == 0
    assert main([str(path), "--check"]) == 0
    assert path.read_text(encoding="utf-8").startswith("# Data dictionary\n")
