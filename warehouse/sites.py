"""Rows of raw.site_files: what sites say to robots, from run to run."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from extractors.site_files import KEPT, SiteFiles
from warehouse.connection import Connection

FORGOTTEN = timedelta(days=30)


def site_files(connection: Connection, now: datetime) -> list[SiteFiles]:
    """What was read within the last day, or asked for so lately that a Crawl-delay may still run."""
    found = connection.execute(
        "SELECT site, read_at, status, robots, tdmrep, asked_at FROM raw.site_files"
        " WHERE greatest(read_at, asked_at) > $since ORDER BY site",
        {"since": now - KEPT},
    )
    return [SiteFiles(*row) for row in found.fetchall()]


def keep_site_files(connection: Connection, learned: Sequence[SiteFiles]) -> None:
    """Write what a run learned of sites; what nobody asked for in a month goes."""
    for files in learned:
        connection.execute(
            "INSERT OR REPLACE INTO raw.site_files VALUES ($site, $read_at, $status, $robots, $tdmrep, $asked_at)",
            {
                "site": files.site,
                "read_at": files.read_at,
                "status": files.status,
                "robots": files.robots,
                "tdmrep": files.tdmrep,
                "asked_at": files.asked_at,
            },
        )
    connection.execute(
        "DELETE FROM raw.site_files WHERE greatest(read_at, asked_at) < $since",
        {"since": max(files.read_at for files in learned) - FORGOTTEN},
    )
