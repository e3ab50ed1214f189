"""Polls and entries: what was seen before, what waits for its page, and the transaction that remembers a batch."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from extractors.records import (
    Entry,
    Feed,
    FeedKind,
    FeedState,
    FetchPolicy,
    Left,
    PolledFeed,
    Quarantined,
    Reason,
    Scope,
    SourceKind,
    WaitingEntry,
)
from warehouse.connection import Connection
from warehouse.rows import Row, encodable, given_rows, insert, to_json, types_of

MOST_VERSIONS = 24  # of one entry that are kept: a counter in a summary would fill the disk
GONE_FAILURES = 2  # as when polling gives a feed up


def remember(
    connection: Connection,
    run_id: str,
    polls: Sequence[PolledFeed],
    likely: Sequence[WaitingEntry],
    left: Iterable[Left],
) -> None:
    """Write a batch of polls, the feeds' next states and all entries in one transaction: the first durable stop."""
    insert(connection, "core.polls", [poll_row(run_id, polled) for polled in polls])
    update_states(connection, [state_row(polled) for polled in polls])
    new: list[tuple[WaitingEntry, str, str | None]] = [(waiting, "waiting", None) for waiting in likely]
    seen, edited = list[Entry](), list[Entry]()
    for each in left:
        if not isinstance(each.record, WaitingEntry):
            continue
        if isinstance(each.verdict, Quarantined):
            new.append((each.record, "quarantined", None))
        elif each.verdict.reason is Reason.SEEN:
            seen.append(each.record.entry)
        elif each.verdict.reason is Reason.EDITED:
            edited.append(each.record.entry)
        else:
            new.append((each.record, "dropped", str(each.verdict.reason)))
    add_entries(connection, [entry_row(*row) for row in new])
    see_again(connection, seen)
    take_edits(connection, edited)


def poll_row(run_id: str, polled: PolledFeed) -> Row:
    """A row of core.polls."""
    poll = polled.poll
    return {
        "run_id": run_id,
        "feed_id": poll.feed_id,
        "polled_at": poll.polled_at,
        "url": poll.url,
        "final_url": poll.final_url,
        "status": poll.status,
        "bytes": poll.bytes,
        "ms": poll.ms,
        "entries": polled.entry_count,
        "new": polled.new_count,
        "cause": poll.cause,
        "next_poll_at": polled.next_poll_at,
        "why": polled.why,
    }


def state_row(polled: PolledFeed) -> dict[str, Any]:
    """What core.feeds keeps of a feed's state."""
    state = polled.state
    return {
        "feed_id": state.feed_id,
        "current_url": state.url or None,
        "state": health_of(state),
        "cause": state.cause,
        "failing_since_at": state.failing_since_at,
        "next_poll_at": state.next_poll_at,
        "polled_at": state.polled_at,
        "failures": state.failures,
        "last_new_at": state.last_new_at,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "body_sha256": state.body_sha256,
        "hints": json.dumps(dict(state.hints)),
    }


def health_of(state: FeedState) -> str:
    """ok, failing, or gone: a 410 may be a slip, a second failure that ends in one is not."""
    if state.cause is Reason.GONE and state.failures >= GONE_FAILURES:
        return "gone"
    return "failing" if state.failures else "ok"


def update_states(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what the polls taught, all in one statement: row by row, two thousand feeds take half a minute."""
    if not rows:
        return
    learned = [name for name in rows[0] if name not in ("feed_id", "current_url")]
    types = types_of(connection, "core.feeds", ["feed_id", *learned]) | {"current_url": "VARCHAR", "hints": "VARCHAR"}
    values = ", ".join(f"{name} = s.{name}" for name in learned)
    connection.execute(
        f"UPDATE core.feeds AS f SET url = coalesce(s.current_url, f.configured_url), {values}"  # noqa: S608 - names are ours
        f" FROM {given_rows(types)} AS s WHERE f.feed_id = s.feed_id",
        {"rows": to_json(rows)},
    )


def entry_row(waiting: WaitingEntry, outcome: str, reason: str | None) -> Row:
    """A row of core.entries."""
    entry = waiting.entry
    return {
        "entry_id": entry.entry_id,
        "feed_id": entry.feed_id,
        "guid": entry.guid,
        "url": entry.url,
        "link": entry.link,
        "title": entry.title,
        "summary": entry.summary,
        "published_at": entry.published_at,
        "published_from": entry.published_from,
        "published_claim": entry.published_claim,
        "first_seen_at": entry.first_seen_at,
        "last_seen_at": entry.first_seen_at,
        "outcome": outcome,
        "reason": reason,
        "page_id": waiting.page_id or None,
        "authors": list(entry.authors),
        "section": entry.section,
    }


def add_entries(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert new entries; one that was dropped as unlikely and now passes takes its new title and outcome."""
    ids = [row["entry_id"] for row in rows]
    stored = connection.execute(
        "SELECT entry_id, versions, first_seen_at FROM core.entries WHERE entry_id IN (SELECT unnest($ids::VARCHAR[]))",
        {"ids": ids},
    ).fetchall()
    before = {entry_id: (versions, first_seen_at) for entry_id, versions, first_seen_at in stored}
    merged = [
        {**row, "versions": before[row["entry_id"]][0] + 1, "first_seen_at": before[row["entry_id"]][1]}
        if row["entry_id"] in before
        else {**row, "versions": 1}
        for row in rows
    ]
    insert(connection, "core.entries", merged, replace=True)
    insert(connection, "raw.entry_versions", [version_row(row) for row in merged if row["versions"] <= MOST_VERSIONS])


def version_row(row: Row) -> Row:
    """The title an entry was seen with."""
    return {
        "entry_id": row["entry_id"],
        "version": row["versions"],
        "seen_at": row["last_seen_at"],
        "title": row["title"],
        "summary": row["summary"],
    }


def see_again(connection: Connection, entries: Sequence[Entry]) -> None:
    """Note when entries were seen last."""
    if entries:
        connection.execute(
            "UPDATE core.entries SET last_seen_at = $at WHERE entry_id IN (SELECT unnest($ids::VARCHAR[]))",
            {"at": entries[0].first_seen_at, "ids": [entry.entry_id for entry in entries]},
        )


def take_edits(connection: Connection, entries: Sequence[Entry]) -> None:
    """Take the newest title and summary of edited entries and count the version; the first 24 are kept."""
    for entry in entries:
        title, summary = encodable(entry.title), encodable(entry.summary)
        values = {"id": entry.entry_id, "title": title, "summary": summary, "at": entry.first_seen_at}
        connection.execute(
            "UPDATE core.entries SET title = $title, summary = $summary, last_seen_at = $at, versions = versions + 1"
            " WHERE entry_id = $id",
            values,
        )
        connection.execute(
            "INSERT INTO raw.entry_versions SELECT $id, versions, $at, $title, $summary FROM core.entries"
            " WHERE entry_id = $id AND versions <= $most",
            values | {"most": MOST_VERSIONS},
        )


WAITING = """
SELECT e.entry_id, e.feed_id, e.guid, e.url, e.link, e.title, e.summary, e.published_at, e.published_from,
       e.published_claim, e.first_seen_at, e.authors, e.section, e.page_id, coalesce(p.tries, 0) AS tries,
       f.configured_url, f.title AS feed_title, f.publisher, f.language, f.home, f.scope, f.kind, f.source_kind,
       f.fetch_policy
FROM core.entries AS e
JOIN core.feeds AS f USING (feed_id)
LEFT JOIN core.pages AS p USING (page_id)
"""


def waiting_entries(connection: Connection, now: datetime) -> list[WaitingEntry]:
    """Entries whose page is due to be fetched, oldest first, one per page."""
    found = connection.execute(
        WAITING
        + """
        WHERE e.outcome = 'waiting' AND p.warc_file IS NULL AND (p.page_id IS NULL OR p.next_try_at <= $now)
        QUALIFY row_number() OVER (PARTITION BY e.page_id ORDER BY e.first_seen_at, e.entry_id) = 1
        ORDER BY coalesce(e.published_at, e.first_seen_at), e.entry_id
        """,
        {"now": now},
    )
    return [waiting_from(row) for row in as_dicts(found)]


LOST = """
UPDATE core.entries SET outcome = 'dropped', reason = lost.reason
FROM (SELECT unnest($ids::VARCHAR[]) AS entry_id, unnest($reasons::VARCHAR[]) AS reason) AS lost
WHERE entries.entry_id = lost.entry_id
  AND NOT EXISTS (SELECT 1 FROM core.articles AS a WHERE a.entry_id = lost.entry_id AND a.grade <> 'not')
"""


def settle_lost(connection: Connection, reasons: Mapping[str, str]) -> None:
    """Entries whose articles are relevant no longer, with the reasons; not those of which another item still is."""
    connection.execute(LOST, {"ids": list(reasons), "reasons": list(reasons.values())})


def as_dicts(found: Connection) -> list[dict[str, Any]]:
    """The rows of an executed query by column name."""
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def waiting_from(row: dict[str, Any]) -> WaitingEntry:
    """A row of WAITING as the record it was."""
    entry = Entry(
        entry_id=row["entry_id"],
        feed_id=row["feed_id"],
        guid=row["guid"] or "",
        url=row["url"] or "",
        link=row["link"] or "",
        title=row["title"] or "",
        summary=row["summary"] or "",
        published_at=row["published_at"],
        published_from=row["published_from"] or "",
        published_claim=row["published_claim"] or "",
        first_seen_at=row["first_seen_at"],
        authors=tuple(row["authors"] or ()),
        section=row["section"] or "",
    )
    return WaitingEntry(entry, feed_from(row), row["page_id"] or "", row["tries"])


def feed_from(row: dict[str, Any]) -> Feed:
    """The feed of a row of WAITING, as far as later stages ask."""
    return Feed(
        feed_id=row["feed_id"],
        url=row["configured_url"],
        title=row["feed_title"] or "",
        publisher=row["publisher"] or "",
        language=row["language"] or "",
        home=row["home"] or "",
        scope=Scope(row["scope"]),
        kind=FeedKind(row["kind"]),
        source_kind=SourceKind(row["source_kind"]),
        fetch=FetchPolicy(row["fetch_policy"]),
    )


def feed_states(connection: Connection) -> dict[str, FeedState]:
    """What the last polls of each feed taught."""
    found = connection.execute(
        "SELECT feed_id, CASE WHEN url <> configured_url THEN url ELSE '' END AS url, etag, last_modified, body_sha256,"
        " next_poll_at, polled_at, failures, failing_since_at, cause, last_new_at, hints FROM core.feeds"
    )
    return {row["feed_id"]: state_from(row) for row in as_dicts(found)}


def state_from(row: dict[str, Any]) -> FeedState:
    """A feed's state as the record it was."""
    return FeedState(
        feed_id=row["feed_id"],
        url=row["url"] or "",
        etag=row["etag"] or "",
        last_modified=row["last_modified"] or "",
        body_sha256=row["body_sha256"] or "",
        next_poll_at=row["next_poll_at"],
        polled_at=row["polled_at"],
        failures=row["failures"] or 0,
        failing_since_at=row["failing_since_at"],
        cause=Reason(row["cause"]) if row["cause"] else None,
        last_new_at=row["last_new_at"],
        hints=json.loads(row["hints"] or "{}"),
    )


def sync_feeds(connection: Connection, feeds: Sequence[Feed]) -> None:
    """Bring core.feeds to what config/feeds.yaml says; what polls taught stays, unless the address was changed."""
    rows = [feed_row(feed) for feed in feeds]
    if rows:
        given = given_rows(types_of(connection, "core.feeds", list(rows[0])))
        connection.execute(SYNC_FEEDS.format(given=given), {"rows": to_json(rows)})
    connection.execute(
        "UPDATE core.feeds SET enabled = false, state = 'paused' WHERE feed_id NOT IN (SELECT unnest($ids::VARCHAR[]))",
        {"ids": [feed.feed_id for feed in feeds]},
    )


SYNC_FEEDS = """
INSERT INTO core.feeds (feed_id, url, configured_url, title, publisher, language, home, scope, kind, source_kind,
                        fetch_policy, enabled, note, state)
SELECT feed_id, url, url, title, publisher, language, home, scope, kind, source_kind, fetch_policy, enabled, note,
       CASE WHEN enabled THEN 'ok' ELSE 'paused' END
FROM {given}
ON CONFLICT (feed_id) DO UPDATE SET
    url = CASE WHEN configured_url <> excluded.configured_url THEN excluded.url ELSE url END,
    etag = CASE WHEN configured_url <> excluded.configured_url THEN NULL ELSE etag END,
    last_modified = CASE WHEN configured_url <> excluded.configured_url THEN NULL ELSE last_modified END,
    body_sha256 = CASE WHEN configured_url <> excluded.configured_url THEN NULL ELSE body_sha256 END,
    next_poll_at = CASE WHEN configured_url <> excluded.configured_url THEN NULL ELSE next_poll_at END,
    configured_url = excluded.configured_url,
    title = excluded.title, publisher = excluded.publisher, language = excluded.language, home = excluded.home,
    scope = excluded.scope, kind = excluded.kind, source_kind = excluded.source_kind,
    fetch_policy = excluded.fetch_policy, enabled = excluded.enabled, note = excluded.note,
    state = CASE WHEN NOT excluded.enabled THEN 'paused' WHEN state = 'paused' THEN 'ok' ELSE state END
"""


def feed_row(feed: Feed) -> dict[str, Any]:
    """A feed as a row of SYNC_FEEDS."""
    return {
        "feed_id": feed.feed_id,
        "url": feed.url,
        "title": feed.title,
        "publisher": feed.publisher,
        "language": feed.language,
        "home": feed.home,
        "scope": feed.scope,
        "kind": feed.kind,
        "source_kind": feed.source_kind,
        "fetch_policy": feed.fetch,
        "enabled": feed.enabled,
        "note": feed.note,
    }


SETTLE = """
UPDATE core.entries SET outcome = settled.outcome, reason = settled.reason
FROM (SELECT unnest($ids::VARCHAR[]) AS entry_id, $outcome AS outcome, unnest($reasons::VARCHAR[]) AS reason) AS settled
WHERE entries.entry_id = settled.entry_id
"""


def settle(connection: Connection, outcome: str, reasons: Mapping[str, str | None]) -> None:
    """Write down what became of these entries, each with its reason."""
    connection.execute(SETTLE, {"ids": list(reasons), "outcome": outcome, "reasons": list(reasons.values())})
