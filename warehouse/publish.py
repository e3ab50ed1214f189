"""Makes the snapshot current: marts refreshed, the live file checkpointed, copied and renamed into place; Parquet likewise.

Nobody meets a lock: open readers keep the file they opened, new ones see the new rows.
"""

import fcntl
import os
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

from extractors.errors import StorageError
from warehouse.connection import open_published, quoted, storage_errors
from warehouse.readers import one, silent_feeds
from warehouse.store import Warehouse
from warehouse.transactions import transaction

MARTS = Path(__file__).with_name("marts.sql")
LONGEST_DAYS = 1_100  # of a trend; older items are kept, not charted
FICLONE = 0x40049409  # ioctl of Linux that shares blocks where the file system can (btrfs, xfs)
PARQUET_TABLES = (
    "core.articles",
    "core.stories",
    "core.topics",
    "core.mentions",
    "trends.daily_topic",
    "trends.daily_total",
)
LOCAL_ONLY = "EXCLUDE (text)"  # full text stays in the local files
MONTHS = {
    "core.articles": "strftime(coalesce(published_at, first_seen_at), '%Y-%m')",
    "core.stories": "strftime(first_at, '%Y-%m')",
    "core.topics": None,
    "core.mentions": None,
    "trends.daily_topic": "strftime(day_on, '%Y-%m')",
    "trends.daily_total": "strftime(day_on, '%Y-%m')",
}


def publish(warehouse: Warehouse) -> Path:
    """Publish what the warehouse holds; answers with the snapshot's path. Raises StorageError; nothing is half done."""
    target = warehouse.data / "published.duckdb"
    with storage_errors(target):
        mark_silent(warehouse)
        refresh_marts(warehouse, warehouse.now.date())
        warehouse.connection.execute("CHECKPOINT live")
        replace_file(warehouse.data / "live.duckdb", target)
        write_parquet(warehouse, warehouse.data / "parquet")
    return target


def is_due(snapshot: Path, now: datetime, minutes: float) -> bool:
    """Whether the snapshot's newest run began `minutes` ago or longer; a missing or broken one is due at once."""
    if minutes <= 0:
        return True
    try:
        connection = open_published(snapshot)
    except StorageError:
        return True
    newest_at = one(connection, "SELECT max(started_at) FROM core.runs")
    connection.close()
    return newest_at is None or now - newest_at >= timedelta(minutes=minutes)


def mark_silent(warehouse: Warehouse) -> None:
    """Write down which feeds answer well and bring nothing: `state` silent, and ok again when they do."""
    silent = [row["feed_id"] for row in silent_feeds(warehouse.connection, warehouse.now)]
    warehouse.connection.execute(
        "UPDATE core.feeds SET state = CASE WHEN feed_id IN (SELECT unnest($ids::VARCHAR[])) THEN 'silent' ELSE 'ok' END"
        " WHERE state IN ('ok', 'silent')",
        {"ids": silent},
    )


def refresh_marts(warehouse: Warehouse, today: date) -> None:
    """Refill trends.* in one transaction."""
    values = {"today": today.isoformat(), "first": (today - timedelta(days=LONGEST_DAYS)).isoformat()}
    with transaction(warehouse.connection):
        for statement in warehouse.connection.extract_statements(MARTS.read_text(encoding="utf-8")):
            wanted = {name: values[name] for name in statement.named_parameters}
            warehouse.connection.execute(statement, wanted)


def replace_file(source: Path, target: Path) -> None:
    """Copy beside the target, make durable, rename: a reader sees the old file or the new one, never a part."""
    fresh = target.with_name(f".{target.name}.new")
    copy_file(source, fresh)
    os.replace(fresh, target)  # noqa: PTH105 - the atomic call, by its name
    sync_folder(target.parent)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, sharing its blocks where the file system can."""
    with source.open("rb") as reading, target.open("wb") as writing:
        try:
            fcntl.ioctl(writing.fileno(), FICLONE, reading.fileno())
        except OSError:  # most file systems: copy the bytes
            shutil.copyfileobj(reading, writing, 1024**2)
        writing.flush()
        os.fsync(writing.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_parquet(warehouse: Warehouse, folder: Path) -> None:
    """The tables people take away, without full text: by month where a table has one; written whole, then renamed."""
    fresh = folder.with_name(".parquet.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for table in PARQUET_TABLES:
        write_table(warehouse, table, fresh)
    old = folder.with_name(".parquet.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def write_table(warehouse: Warehouse, table: str, folder: Path) -> None:
    """One table as Parquet."""
    columns = f"* {LOCAL_ONLY}" if table == "core.articles" else "*"
    month, name = MONTHS[table], table.split(".")[1]
    path = quoted(folder / name)
    partition = f", {month} AS month" if month else ""
    source = f"SELECT {columns}{partition} FROM {table}"  # noqa: S608 - our own names
    target, options = path, "FORMAT parquet, PARTITION_BY (month), OVERWRITE_OR_IGNORE"
    if month is None:
        (folder / name).mkdir()
        target, options = f"{path}/{name}.parquet", "FORMAT parquet"
    warehouse.connection.execute(f"COPY ({source}) TO '{target}' ({options})")
