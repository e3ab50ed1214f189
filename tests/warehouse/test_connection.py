"""Who may open the live file, and what a person reads when it does not open."""

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from extractors.errors import LockedError, SchemaError, StorageError
from tests.warehouse.builders import NOW, loaded, page, rows, seen_and_archived, tagged, value, waiting
from warehouse import migrations
from warehouse.connection import (
    connect,
    duckdb_error,
    open_live,
    open_published,
    storage_error,
    storage_errors,
    writer_lock,
)
from warehouse.migrations import migrate, migration_files, newest_version, version_of
from warehouse.publish import publish
from warehouse.readers import status_of
from warehouse.store import Warehouse
from warehouse.transactions import transaction

HOLD = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from warehouse.store import Warehouse
from warehouse.transactions import transaction
with Warehouse.open_live(Path(sys.argv[1]), datetime(2026, 11, 20, 7, 30, tzinfo=timezone.utc)):
    print("ready", flush=True)
    sys.stdin.read()
"""
PEEK = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
"""
Process = subprocess.Popen[str]


@contextmanager
def another_program(script: str, argument: Path) -> Iterator[Process]:
    """A real process that has said it is ready."""
    command = [sys.executable, "-c", script, str(argument)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@contextmanager
def without_rights() -> Iterator[None]:
    """Not as root, whom no permission stops."""
    user = os.geteuid()
    os.seteuid(user or 65_534)
    try:
        yield
    finally:
        os.seteuid(user)


def live_file(data: Path) -> Path:
    return data / "live.duckdb"


# --- one writer ------------------------------------------------------------------------------------------------------


def test_a_second_run_is_told_who_holds_the_warehouse(data: Path) -> None:
    with another_program(HOLD, data) as holder:
        words = (
            rf"Another run \(pid {holder.pid} on \S+, -c .*, started 2026-11-20T07:30:00\+00:00\) holds the warehouse"
        )
        with pytest.raises(LockedError, match=words), Warehouse.open_live(data, NOW):
            pass


def test_the_lock_of_a_run_that_was_killed_is_free(data: Path) -> None:
    with another_program(HOLD, data) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with Warehouse.open_live(data, NOW) as opened:
            assert value(opened, "SELECT count(*) FROM core.feeds") == 3


def test_the_lock_is_free_after_a_run_and_after_one_that_failed(data: Path) -> None:
    with Warehouse.open_live(data, NOW):
        pass
    with pytest.raises(ZeroDivisionError), Warehouse.open_live(data, NOW):
        raise ZeroDivisionError
    with Warehouse.open_live(data, NOW):
        pass


def test_one_program_cannot_take_the_lock_twice(data: Path) -> None:
    with writer_lock(data, NOW), pytest.raises(LockedError, match=f"pid {os.getpid()} "), writer_lock(data, NOW):
        pass


def test_a_lock_without_a_name_is_still_a_lock(data: Path) -> None:
    with writer_lock(data, NOW):
        (data / "live.lock").write_text("{")
        with pytest.raises(LockedError, match=r"^Another run holds the warehouse; wait for it to end, or stop it$"):
            writer_lock(data, NOW).__enter__()


def test_a_longer_name_of_an_earlier_holder_leaves_no_rest(data: Path) -> None:
    (data / "live.lock").write_text("x" * 5_000)
    with writer_lock(data, NOW), pytest.raises(LockedError, match=f"pid {os.getpid()} "), writer_lock(data, NOW):
        pass


def test_a_program_that_opened_the_live_file_itself_is_named_and_the_readers_file_too(data: Path) -> None:
    with (
        another_program(PEEK, live_file(data)) as other,
        pytest.raises(LockedError, match=rf"{other.pid}.*readers use published\.duckdb"),
        Warehouse.open_live(data, NOW),
    ):
        pass


# --- what does not open ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"no database", bytes(range(256)) * 64, b"\x00" * 20_000])
def test_a_file_that_is_no_database_is_a_storage_error_and_stays_as_it_is(data: Path, content: bytes) -> None:
    live_file(data).write_bytes(content)
    with pytest.raises(StorageError, match=r"live\.duckdb: does not open .*; restore a backup"):
        open_live(data)
    assert live_file(data).read_bytes() == content
    with writer_lock(data, NOW):
        pass


@pytest.mark.parametrize("keep", [2_000, 20_000, 300_000])
def test_a_database_cut_short_is_a_storage_error(data: Path, keep: int) -> None:
    content = live_file(data).read_bytes()
    assert len(content) > keep
    live_file(data).write_bytes(content[:keep])
    with pytest.raises(StorageError, match=r"live\.duckdb"), Warehouse.open_live(data, NOW):
        pass


def test_a_broken_snapshot_is_a_storage_error(data: Path) -> None:
    (data / "published.duckdb").write_bytes(b"no database")
    with pytest.raises(StorageError, match=r"published\.duckdb: does not open"):
        open_published(data / "published.duckdb")


def test_before_the_first_run_nothing_is_published_and_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nothing is published yet; `sinoscope run` makes the first snapshot"):
        open_published(tmp_path / "published.duckdb")


def test_a_data_folder_that_is_a_file_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StorageError, match="data: File exists; check the disk and the path"):
        writer_lock(tmp_path / "data", NOW).__enter__()


def test_a_folder_that_may_not_be_written_is_a_storage_error_with_the_remedy(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    words = "/data: not writable; change its owner or choose another home"
    with without_rights(), pytest.raises(StorageError, match=words), Warehouse.open_live(tmp_path / "data", NOW):
        pass


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("IO Error: Could not write: No space left on device", "the disk is full"),
        ('IO Error: Cannot open file "live.duckdb": Permission denied', "not writable"),
        ("IO Error: Cannot read: Input/output error", "does not open .*; restore a backup"),
    ],
)
def test_what_duckdb_says_of_the_disk_becomes_the_same_sentences(said: str, words: str) -> None:
    found = duckdb_error(duckdb.IOException(said), Path("data"))
    assert isinstance(found, StorageError)
    assert re.match(f"data: .*{words}", str(found))


def test_too_little_memory_says_so_and_what_to_do() -> None:
    said = (
        "Out of Memory Error: failed to allocate data of size 16.0 MiB (610.2 MiB/610.3 MiB used)\nPossible solutions"
    )
    found = duckdb_error(duckdb.OutOfMemoryException(said), Path("data"))
    assert isinstance(found, StorageError)
    assert "needs more memory than the 640MB it may take" in str(found)
    assert "run again" in str(found)
    assert "Possible" not in str(found)


def test_what_a_killed_run_left_in_the_spill_folder_goes_with_the_next_run(data: Path) -> None:
    (data / "spill").mkdir(parents=True)
    (data / "spill/duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"texts")
    with Warehouse.open_live(data, NOW):
        pass
    assert not list(data.glob("spill/*"))


def test_the_live_file_has_bounded_memory_and_spills_beside_itself(warehouse: Warehouse) -> None:
    settings = dict(
        rows(warehouse, "SELECT name, value FROM duckdb_settings() WHERE name IN ('memory_limit', 'temp_directory')")
    )
    assert settings == {"memory_limit": "610.3 MiB", "temp_directory": str(warehouse.data / "spill")}


def test_a_full_disk_while_archiving_leaves_the_entry_waiting(warehouse: Warehouse) -> None:
    (warehouse.data / "archive/pages-000000-20261120.warc.gz").symlink_to("/dev/full")
    warehouse.remember([], [waiting("one")], [])
    with pytest.raises(
        StorageError, match=r"the disk is full\. Data is intact up to the last run; make room and run again"
    ):
        warehouse.archive([page(waiting("one"))], [])
    assert rows(warehouse, "SELECT outcome FROM core.entries") == [("waiting",)]
    assert rows(warehouse, "FROM core.pages") == []


def test_a_full_disk_while_publishing_leaves_the_snapshot_as_it_was(warehouse: Warehouse) -> None:
    before = publish(warehouse).read_bytes()
    seen_and_archived(warehouse, waiting("one"))
    (warehouse.data / ".published.duckdb.new").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="the disk is full"):
        publish(warehouse)
    assert (warehouse.data / "published.duckdb").read_bytes() == before


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EACCES, "not writable"),
        (errno.EROFS, "not writable"),
        (errno.EIO, "Input/output error; check the disk"),
    ],
)
def test_what_the_system_says_becomes_a_sentence_with_a_remedy(number: int, words: str) -> None:
    found = storage_error(OSError(number, os.strerror(number)), Path("data"))
    assert str(found).startswith("data: ")
    assert words in str(found)


def test_an_error_of_our_own_passes_unchanged() -> None:
    with pytest.raises(SchemaError, match="newer"), storage_errors(Path("data")):
        raise SchemaError("newer")


# --- all or nothing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_transaction_that_is_broken_off_leaves_nothing(warehouse: Warehouse, error: type[BaseException]) -> None:
    def broken_off() -> None:
        with transaction(warehouse.connection):
            warehouse.connection.execute("DELETE FROM core.feeds")
            raise error

    with pytest.raises(error):
        broken_off()
    assert value(warehouse, "SELECT count(*) FROM core.feeds") == 3


def test_a_run_that_is_killed_keeps_what_was_committed(tmp_path: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from tests.warehouse.builders import *
with Warehouse.open_live(Path(sys.argv[1]), NOW) as warehouse:
    warehouse.sync(FEEDS, Names())
    warehouse.start_run("run-1")
    seen_and_archived(warehouse, waiting("one"), waiting("two"))
    loaded(warehouse, tagged(waiting("one")))
    warehouse.connection.execute("BEGIN")
    warehouse.connection.execute("DELETE FROM core.articles")
    os.kill(os.getpid(), 9)
"""
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    with Warehouse.open_live(tmp_path, NOW) as after:
        assert rows(after, "SELECT entry_id, outcome FROM core.entries ORDER BY 1") == [
            ("e-one", "loaded"),
            ("e-two", "waiting"),
        ]
        assert value(after, "SELECT count(*) FROM core.articles") == 1
        assert [len(pages) for pages in after.archived_pages(10)] == [1]


# --- schemas ---------------------------------------------------------------------------------------------------------


def at_version(path: Path, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a file as the program of that version left it, with a feed in it."""
    with monkeypatch.context() as older:
        older.setattr(migrations, "migration_files", lambda: migration_files()[:version])
        connection = connect(path)
        migrate(connection)
        connection.execute("INSERT INTO core.feeds (feed_id, url) VALUES ('kept', 'https://kept.example/')")
        connection.close()


@pytest.mark.parametrize("version", range(1, newest_version()))
def test_every_released_schema_is_brought_to_the_newest_and_backed_up_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    at_version(live_file(tmp_path), version, monkeypatch)
    connection = open_live(tmp_path)
    assert version_of(connection) == newest_version()
    assert connection.execute("SELECT feed_id FROM core.feeds").fetchall() == [("kept",)]
    connection.close()
    backup = duckdb.connect(str(tmp_path / f"live.schema{version}.bak.duckdb"), read_only=True)
    assert version_of(backup) == version
    assert backup.execute("SELECT feed_id FROM core.feeds").fetchall() == [("kept",)]
    backup.close()


def test_a_file_of_the_newest_schema_is_neither_changed_nor_backed_up(data: Path) -> None:
    with Warehouse.open_live(data, NOW) as opened:
        assert migrate(opened.connection) == []
    assert list(data.glob("*.bak.*")) == []


def test_a_migration_that_fails_leaves_the_schema_as_it_was(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / f"{newest_version() + 1:04d}_bad.sql"
    bad.write_text("CREATE TABLE core.half (a INTEGER); SELECT nonsense;")
    monkeypatch.setattr(migrations, "migration_files", lambda: (*migration_files(), bad))
    with pytest.raises(StorageError, match="nonsense"), Warehouse.open_live(data, NOW):
        pass
    monkeypatch.undo()
    with Warehouse.open_live(data, NOW) as opened:
        assert version_of(opened.connection) == newest_version()
        assert rows(opened, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'half'") == []
    assert (data / f"live.schema{newest_version()}.bak.duckdb").is_file()


def made_newer(data: Path) -> None:
    """A live file and a snapshot of a program that does not exist yet."""
    with Warehouse.open_live(data, NOW) as opened:
        opened.start_run("run-1")
        seen_and_archived(opened, waiting("one"))
        loaded(opened, tagged(waiting("one")))
        opened.connection.execute("INSERT INTO main.migrations (version, name) VALUES (9999, 'later')")
        publish(opened)


def test_a_newer_schema_is_not_written_to(data: Path) -> None:
    made_newer(data)
    before = live_file(data).read_bytes()
    with (
        pytest.raises(
            SchemaError, match=r"schema 9999 is newer than this program's \d+; upgrade sinoscope. Reading works"
        ),
        Warehouse.open_live(data, NOW),
    ):
        pass
    assert live_file(data).read_bytes() == before
    assert list(data.glob("*.bak.*")) == []


def test_a_snapshot_of_a_newer_schema_is_read(data: Path) -> None:
    made_newer(data)
    connection = open_published(data / "published.duckdb")
    status = status_of(connection, data / "published.duckdb", NOW)
    connection.close()
    assert status["warehouse"]["articles"] == 1


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in migration_files()] == list(range(1, newest_version() + 1))


def test_an_empty_file_has_no_version() -> None:
    connection = duckdb.connect()
    assert version_of(connection) == 0
    connection.close()


@pytest.mark.parametrize(
    "opener", [lambda data: connect(live_file(data)), lambda data: duckdb.connect(live_file(data))]
)
def test_the_live_file_keeps_the_storage_format_that_older_readers_open(
    data: Path, opener: Callable[[Path], duckdb.DuckDBPyConnection]
) -> None:
    with Warehouse.open_live(data, NOW) as opened:
        opened.start_run("run-1")
    connection = opener(data)
    (tags,) = connection.execute("SELECT tags FROM duckdb_databases() WHERE path LIKE '%live.duckdb'").fetchall()
    connection.close()
    assert "v1.0.0" in str(tags)
