"""Rows of core.pages, and the pages that were archived but not loaded yet."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from extractors.records import Fetch, Left, Page, Quarantined, RobotsState, WaitingEntry
from warehouse.archive import Archive, Place
from warehouse.connection import Connection
from warehouse.entries import WAITING, as_dicts, waiting_from
from warehouse.rows import Row, insert
from warehouse.seen import GATE_REASONS

FIRST_RETRY_HOURS = 6
MAX_TRIES = 5  # 6 + 12 + 24 + 48 hours between them: 90 hours in all


def remember_pages(connection: Connection, pages: Sequence[Page], places: Sequence[Place]) -> None:
    """Write where archived pages stand."""
    rows = [page_row(page, place) for page, place in zip(pages, places, strict=True)]
    insert(connection, "core.pages", rows, replace=True)


def known_ends(connection: Connection) -> dict[str, int]:
    """Per file of the archive, the byte after the last page that a row refers to."""
    found = connection.execute(
        "SELECT warc_file, max(warc_offset + warc_length) FROM core.pages WHERE warc_file IS NOT NULL GROUP BY warc_file"
    )
    return dict(found.fetchall())


def page_row(page: Page, place: Place) -> Row:
    """A page that came."""
    return fetch_row(page.fetch) | {
        "warc_file": place.warc_file,
        "warc_offset": place.warc_offset,
        "warc_length": place.warc_length,
        "body_sha256": sha256_of(page.body),
        "next_try_at": None,
    }


def fetch_row(fetch: Fetch) -> dict[str, Any]:
    """A try, with nothing archived."""
    return {
        "page_id": fetch.page_id,
        "url": fetch.url,
        "final_url": fetch.final_url,
        "status": fetch.status,
        "fetched_at": fetch.fetched_at,
        "cause": fetch.cause,
        "warc_file": None,
        "warc_offset": None,
        "warc_length": None,
        "body_sha256": None,
        "robots_state": fetch.robots_state,
        "tdm_reserved": fetch.tdm_reserved,
        "tries": fetch.tries,
        "next_try_at": next_try_at(fetch),
    }


def next_try_at(fetch: Fetch) -> datetime | None:
    """When a failed page is tried again: after 6 h x 2^n, never before the server's Retry-After; None after 5 tries."""
    if fetch.final or fetch.tries >= MAX_TRIES:
        return None
    wait = timedelta(hours=FIRST_RETRY_HOURS * 2 ** (fetch.tries - 1))
    return fetch.fetched_at + max(wait, timedelta(seconds=fetch.retry_after_seconds or 0))


def sha256_of(body: bytes) -> str:
    """Of the body as it came."""

    return hashlib.sha256(body).hexdigest()


def remember_failures(connection: Connection, run_id: str, left: Iterable[Left]) -> None:
    """Write failed tries; entries of pages that will never come are dropped with the cause."""
    rows, lost, quarantined = [], [], []
    for each in left:
        if isinstance(each.verdict, Quarantined):
            quarantined.append(each)
        elif isinstance(each.verdict.record, Fetch):
            fetch = each.verdict.record
            rows.append(fetch_row(fetch))
            if next_try_at(fetch) is None:
                lost.append((fetch.page_id, str(fetch.cause)))
    insert(connection, "core.pages", rows, replace=True)
    for page_id, cause in lost:
        drop_page(connection, page_id, cause)
    for each in quarantined:
        quarantine_entry(connection, run_id, each)


def drop_page(connection: Connection, page_id: str, reason: str) -> None:
    """Drop the entries that waited for a page."""
    connection.execute(
        "UPDATE core.entries SET outcome = 'dropped', reason = $reason WHERE page_id = $page AND outcome = 'waiting'",
        {"page": page_id, "reason": reason},
    )


def quarantine_entry(connection: Connection, run_id: str, left: Left) -> None:
    """Keep a surprise with its traceback, and take its entry out of the queue."""
    entry_id = getattr(left.record, "entry_id", None)
    page_id = page_id_of(left.record)
    verdict: Quarantined = left.verdict  # type: ignore[assignment]
    connection.execute(
        "INSERT INTO core.quarantine VALUES (?, ?, ?, ?, ?)",
        [run_id, str(left.stage), entry_id or subject_of(left.record), verdict.traceback, page_id],
    )
    if entry_id:
        connection.execute(
            "UPDATE core.entries SET outcome = 'quarantined', reason = NULL WHERE entry_id = ?", [entry_id]
        )


def page_id_of(record: Any) -> str | None:
    """The page a record stands on, if it has one."""
    if isinstance(record, WaitingEntry):
        return record.page_id or None
    if isinstance(record, Page):
        return record.fetch.page_id
    judged = getattr(getattr(record, "placed", record), "judged", record)
    article = getattr(judged, "article", judged)
    return getattr(article, "page_id", None)


def subject_of(record: Any) -> str:
    """The feed a record before the entries is about."""
    due = getattr(record, "due", record)
    return str(due.feed.feed_id) if hasattr(due, "feed") else type(record).__name__


ARCHIVED = WAITING.replace(
    "f.fetch_policy\n",
    "f.fetch_policy, p.url AS asked_url, p.final_url, p.status, p.fetched_at, p.robots_state, p.tdm_reserved,\n"
    "       p.warc_file, p.warc_offset, p.warc_length\n",
).replace("LEFT JOIN core.pages", "JOIN core.pages")


def archived_pages(connection: Connection, archive: Archive, size: int) -> Iterator[list[Page]]:
    """Pages that came but were not loaded, in batches: what a killed run left behind."""
    yield from pages_where(connection, archive, size, "e.outcome = 'waiting'", {})


def pages_again(
    connection: Connection, archive: Archive, size: int, since: datetime | None, *, only_quarantine: bool
) -> Iterator[list[Page]]:
    """Archived pages to be read again, for the entries that asked for them: fetched since a time, or in quarantine."""
    chosen = IN_QUARANTINE if only_quarantine else "coalesce(e.reason, '') NOT IN (SELECT unnest($gate))"
    values = {"since": since or EVER} | ({} if only_quarantine else {"gate": list(GATE_REASONS)})
    yield from pages_where(connection, archive, size, f"{chosen} AND p.fetched_at >= $since", values)


# a digest of which one item met a surprise is loaded; its surprise is open until the page was read again
IN_QUARANTINE = """(
    e.outcome = 'quarantined'
    OR EXISTS (
        SELECT 1
        FROM core.quarantine AS q
        JOIN core.runs AS r USING (run_id)
        WHERE q.subject = e.entry_id
          AND r.started_at >= (SELECT max(a.loaded_at) FROM core.articles AS a WHERE a.entry_id = e.entry_id)
    )
)"""
EVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def pages_where(
    connection: Connection, archive: Archive, size: int, condition: str, values: dict[str, Any]
) -> Iterator[list[Page]]:
    """Archived pages whose row meets a condition, oldest first; the list of rows is taken before the first is loaded."""
    rows = as_dicts(
        connection.execute(
            f"{ARCHIVED} WHERE p.warc_file IS NOT NULL AND {condition}"
            " QUALIFY row_number() OVER (PARTITION BY e.page_id ORDER BY e.first_seen_at, e.entry_id) = 1"
            " ORDER BY coalesce(e.published_at, e.first_seen_at), e.entry_id",
            values,
        )
    )
    for start in range(0, len(rows), size):
        yield [page_from(row, archive) for row in rows[start : start + size]]


def page_from(row: dict[str, Any], archive: Archive) -> Page:
    """A page as it was when it came."""
    waiting = waiting_from(row)
    body, headers = archive.read(Place(row["warc_file"], row["warc_offset"], row["warc_length"]))
    fetch = Fetch(
        page_id=row["page_id"],
        url=row["asked_url"],
        final_url=row["final_url"] or "",
        fetched_at=row["fetched_at"],
        status=row["status"],
        robots_state=RobotsState(row["robots_state"]),
        tdm_reserved=bool(row["tdm_reserved"]),
        tries=row["tries"],
    )
    return Page(waiting.entry, waiting.feed, fetch, body, headers)
