"""Opens the two files: the live one, by one writer behind a lock, and the published one, by anybody.

DuckDB refuses a reader while a writer is open and the other way round; so nobody but the pipeline opens the live file.
"""

import errno
import fcntl
import json
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from extractors.errors import LockedError, SchemaError, SinoscopeError, StorageError
from warehouse.migrations import migrate, newest_version, version_of

STORAGE_VERSION = "v1.0.0"  # what DuckDB 1.5 and 2.0 both open; the default of 2.0 is unreadable to 1.5
# A checkpoint writes whole row groups over: with a twelfth of the default it takes a third of the memory and .7 of the time.
ROW_GROUP = 10_240
# What does not fit goes to the folder data/spill. It must hold 2,048 of the longest texts (extractors/articles/extractor.py).
MEMORY_LIMIT = "640MB"
SPILL = "spill"
MOST_THREADS = 4  # each needs its share of the memory
DISK_FULL = "the disk is full. Data is intact up to the last run; make room and run again"
NOT_WRITABLE = "not writable; change its owner or choose another home with --home"
Connection = duckdb.DuckDBPyConnection


@contextmanager
def writer_lock(data: Path, now: datetime) -> Iterator[None]:
    """Hold the only right to write. Raises LockedError that names the holder; a dead holder's lock is free by itself."""
    path = data / "live.lock"
    try:
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise storage_error(error, data) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LockedError(f"{holder_of(path)} holds the warehouse; wait for it to end, or stop it") from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(holder(now)).encode())
        yield
        os.ftruncate(descriptor, 0)  # who ends well takes the name along: one that stays is of a run that did not
    finally:
        os.close(descriptor)


def holder(now: datetime) -> dict[str, Any]:
    """Who we are, for the one who finds the lock taken."""
    words = " ".join([Path(sys.argv[0]).name, *sys.argv[1:3]])
    return {"pid": os.getpid(), "host": socket.gethostname(), "started_at": now.isoformat(), "program": words}


def abandoned_at(data: Path) -> datetime | None:
    """When the run began that was killed or broke off and left its name in the lock; None when there is none such."""
    try:
        left = json.loads((data / "live.lock").read_text())
        is_ours = left["host"] == socket.gethostname()
        return datetime.fromisoformat(left["started_at"]) if is_ours and not is_alive(left["pid"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_alive(pid: int) -> bool:
    """Whether a process of this machine still runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def holder_of(path: Path) -> str:
    """The lock's holder in words."""
    try:
        known = json.loads(path.read_text())
        return f"Another run (pid {known['pid']} on {known['host']}, {known['program']}, started {known['started_at']})"
    except (OSError, ValueError, KeyError):
        return "Another run"


def open_live(data: Path) -> Connection:
    """Open data/live.duckdb for writing, migrated to the newest schema, a backup first when there was something.

    Call it under `writer_lock`. Raises SchemaError for a file of a newer program, StorageError for one that does not open.
    """
    path = data / "live.duckdb"
    shutil.rmtree(path.with_name(SPILL), ignore_errors=True)  # texts that a killed run left there
    with ExitStack() as undo:
        connection = undo.enter_context(connect(path))
        found = version_of(connection)
        if found > newest_version():
            raise SchemaError(
                f"{path}: schema {found} is newer than this program's {newest_version()}; upgrade sinoscope. Reading works."
            )
        if 0 < found < newest_version():
            connection.execute("CHECKPOINT")
            connection.close()
            back_up(path, found)
            connection = undo.enter_context(connect(path))
        migrate(connection)
        undo.pop_all()
    return connection


def connect(path: Path) -> Connection:
    """A connection to the live file, in the storage format every reader knows."""
    with storage_errors(path):
        threads = min(os.cpu_count() or 1, MOST_THREADS)
        spill = str(path.with_name(SPILL))
        connection = duckdb.connect(":memory:", config={"threads": threads, "temp_directory": spill})
        options = f"STORAGE_VERSION '{STORAGE_VERSION}', ROW_GROUP_SIZE {ROW_GROUP}"
        connection.execute(f"ATTACH '{quoted(path)}' AS live ({options})")
        connection.execute("USE live")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        connection.execute("SET preserve_insertion_order = false")
        return connection


def open_published(path: Path) -> Connection:
    """Open a published file to read. Raises StorageError when there is none yet or it does not open."""
    if not path.is_file():
        raise StorageError(f"{path}: nothing is published yet; `sinoscope run` makes the first snapshot")
    with storage_errors(path):
        connection = duckdb.connect(str(path), read_only=True)
        connection.execute("SET TimeZone = 'UTC'")
        return connection


def back_up(path: Path, version: int) -> Path:
    """Copy the live file beside itself before a migration."""
    copy = path.with_name(f"{path.stem}.schema{version}.bak{path.suffix}")
    with storage_errors(path):
        shutil.copyfile(path, copy)  # in pieces: the file may be larger than the memory
    return copy


def quoted(path: Path) -> str:
    """A path inside a SQL string."""
    return str(path).replace("'", "''")


@contextmanager
def storage_errors(subject: Path) -> Iterator[None]:
    """Turn what the disk and DuckDB say into StorageError or LockedError, with the remedy."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, subject) from error
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except duckdb.Error as error:
        raise duckdb_error(error, subject) from error


def storage_error(error: OSError, subject: Path) -> StorageError:
    """An operating system's error as a sentence with a remedy."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(f"{subject}: {DISK_FULL}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(f"{subject}: {NOT_WRITABLE}")
    return StorageError(f"{subject}: {error.strerror or error}; check the disk and the path")


def duckdb_error(error: duckdb.Error, subject: Path) -> SinoscopeError:
    """DuckDB's error as a sentence with a remedy."""
    words = str(error)
    if "lock" in words.lower() and "conflict" in words.lower():
        return LockedError(
            f"{subject}: {first_line(words)}; close the program that has it open, readers use published.duckdb"
        )
    if os.strerror(errno.ENOSPC) in words:
        return StorageError(f"{subject}: {DISK_FULL}")
    if os.strerror(errno.EACCES) in words:
        return StorageError(f"{subject}: {NOT_WRITABLE}")
    if isinstance(error, duckdb.OutOfMemoryException):
        return StorageError(
            f"{subject}: needs more memory than the {MEMORY_LIMIT} it may take ({first_line(words)}); nothing was changed:"
            " run again, and if it comes back restore the last backup and report it"
        )
    if isinstance(error, duckdb.IOException | duckdb.SerializationException | duckdb.FatalException):
        return StorageError(
            f"{subject}: does not open ({first_line(words)}); restore a backup, or move it away to start empty"
        )
    return StorageError(f"{subject}: {first_line(words)}")


def first_line(words: str) -> str:
    """The first line of a longer message."""
    return words.splitlines()[0] if words else ""
