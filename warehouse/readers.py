"""What the command line asks of a published snapshot: status, the history of a feed, what became of a URL."""

from datetime import datetime
from pathlib import Path
from typing import Any

from extractors.records import FeedState, SourceKind
from extractors.silence import alarm_window, usual_gap
from warehouse.connection import Connection, open_published
from warehouse.entries import as_dicts, feed_states, waiting_entries

ENTRIES_JUDGED = 200  # the newest of a feed, by whose gaps silence is judged


def published_states(path: Path) -> dict[str, FeedState]:
    """Feed states from a snapshot; none when there is none yet."""
    if not path.is_file():
        return {}
    connection = open_published(path)
    try:
        return feed_states(connection)
    finally:
        connection.close()


def due_page_count(path: Path, now: datetime) -> int:
    """How many pages of a snapshot's waiting entries may be fetched now."""
    if not path.is_file():
        return 0
    connection = open_published(path)
    try:
        return len(waiting_entries(connection, now))
    finally:
        connection.close()


def one(connection: Connection, query: str, values: dict[str, Any] | None = None) -> Any:
    """The first value of the first row, or None."""
    row = connection.execute(query, values or {}).fetchone()
    return row[0] if row else None


def status_of(connection: Connection, published: Path, now: datetime) -> dict[str, Any]:
    """The object of `status --json`."""
    last = as_dicts(connection.execute("SELECT * EXCLUDE (ledger) FROM core.runs ORDER BY started_at DESC LIMIT 1"))
    return {
        "schema": 1,
        "last_run": last[0] if last else None,
        "next_run": one(connection, "SELECT min(next_poll_at) FROM core.feeds WHERE enabled"),
        "feeds": feeds_of(connection, now),
        "warehouse": {
            "articles": one(connection, "SELECT count(*) FROM core.articles WHERE story_id IS NOT NULL"),
            "stories": one(connection, "SELECT count(*) FROM core.stories"),
            "bytes": published.stat().st_size,
        },
        "coverage": coverage_of(connection),
    }


def feeds_of(connection: Connection, now: datetime) -> dict[str, Any]:
    """Feeds by health: failing with cause, silent with what is usual."""
    failing = as_dicts(
        connection.execute(
            "SELECT feed_id, cause, failing_since_at AS since_at FROM core.feeds WHERE enabled AND cause IS NOT NULL"
            " ORDER BY failing_since_at, feed_id"
        )
    )
    silent = silent_feeds(connection, now)
    total = one(connection, "SELECT count(*) FROM core.feeds WHERE enabled")
    polled = one(connection, "SELECT count(*) FROM core.feeds WHERE enabled AND polled_at IS NOT NULL")
    return {
        "total": total,
        "ok": polled - len(failing) - len(silent),
        "not_polled": total - polled,
        "failing": failing,
        "silent": silent,
    }


SILENT = """
WITH newest AS (
    SELECT feed_id, coalesce(published_at, first_seen_at) AS moment
    FROM core.entries
    QUALIFY row_number() OVER (PARTITION BY feed_id ORDER BY moment DESC) <= $entries
)
SELECT n.feed_id, list(n.moment) AS moments, any_value(f.source_kind) AS kind
FROM newest AS n
JOIN core.feeds AS f USING (feed_id)
WHERE f.enabled AND f.cause IS NULL
GROUP BY n.feed_id
"""


def silent_feeds(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Feeds that answer well and bring nothing new for three times their usual gap, and some days at least."""
    silent = []
    for row in as_dicts(connection.execute(SILENT, {"entries": ENTRIES_JUDGED})):
        since = max(row["moments"])
        if now - since > alarm_window(row["moments"], SourceKind(row["kind"] or SourceKind.MEDIA)):
            usual = round(usual_gap(row["moments"]).total_seconds() / 3_600, 1)
            silent.append({"feed_id": row["feed_id"], "since_at": since, "usual_gap_hours": usual})
    return sorted(silent, key=lambda row: (row["since_at"], row["feed_id"]))


def coverage_of(connection: Connection) -> dict[str, Any]:
    """What became of every entry ever seen, and the days the data spans."""
    outcomes = dict(
        connection.execute("SELECT outcome, count(*) FROM core.entries GROUP BY outcome ORDER BY outcome").fetchall()
    )
    days = as_dicts(connection.execute("SELECT min(day_on) AS first_on, max(day_on) AS last_on FROM trends.calendar"))
    return {"entries": outcomes, **days[0]}


def feed_history(connection: Connection, feed_id: str, count: int = 20) -> dict[str, Any] | None:
    """A feed with its latest polls, newest first; None for an unknown one."""
    feeds = as_dicts(connection.execute("SELECT * FROM core.feeds WHERE feed_id = ?", [feed_id]))
    if not feeds:
        return None
    polls = as_dicts(
        connection.execute(
            "SELECT * FROM core.polls WHERE feed_id = ? ORDER BY polled_at DESC LIMIT ?", [feed_id, count]
        )
    )
    return {"feed": feeds[0], "polls": polls}


def why_of(connection: Connection, url: str, canonical: str) -> dict[str, Any] | None:
    """What became of an address (as given, and canonical) and what decided it: entries, page, article, evidence, tags, story.

    None when it was never seen.
    """
    entries = as_dicts(
        connection.execute(
            "SELECT entry_id, feed_id, title, link, outcome, reason, published_at, first_seen_at, page_id FROM core.entries"
            " WHERE url = ? OR link = ? ORDER BY first_seen_at",
            [canonical, url],
        )
    )
    if not entries:
        return None
    pages = as_dicts(connection.execute("SELECT * FROM core.pages WHERE page_id = ?", [entries[0]["page_id"]]))
    articles = as_dicts(
        connection.execute(
            "SELECT * EXCLUDE (text) FROM core.articles WHERE page_id = ?"
            " ORDER BY parent_article_id NULLS FIRST, article_id",  # the digest before its items
            [entries[0]["page_id"]],
        )
    )
    article = articles[0] if articles else None
    return {
        "schema": 1,
        "url": canonical,
        "entries": entries,
        "page": pages[0] if pages else None,
        "article": article,
        **(
            proofs_of(connection, article) if article else {"evidence": [], "topics": [], "entities": [], "story": None}
        ),
    }


def proofs_of(connection: Connection, article: dict[str, Any]) -> dict[str, Any]:
    """The sentences that decided, the tags, and the place in a story."""
    key = [article["article_id"]]
    story = as_dicts(
        connection.execute(
            "SELECT s.story_id, s.title, s.articles, m.duplicate_of, m.kind, m.score, m.why"
            " FROM core.story_members AS m JOIN core.stories AS s USING (story_id) WHERE m.article_id = ?",
            key,
        )
    )
    return {
        "evidence": as_dicts(
            connection.execute(
                "SELECT part, section_no, words FROM core.evidence WHERE article_id = ? AND facet = 'relevance'"
                " ORDER BY section_no NULLS FIRST, start_char",
                key,
            )
        ),
        "topics": as_dicts(
            connection.execute(
                "SELECT topic, section_no, score, evidence FROM core.topics WHERE article_id = ? ORDER BY ALL", key
            )
        ),
        "entities": as_dicts(
            connection.execute(
                "SELECT entity_id, mentions, is_main, score FROM core.mentions WHERE article_id = ? ORDER BY score DESC",
                key,
            )
        ),
        "story": {**story[0], "match": match_of(connection, key[0], story[0]["duplicate_of"])} if story else None,
    }


MATCH = """
SELECT o.article_id, o.title, o.publisher, o.url, o.language, o.text, a.text AS own_text,
       epoch(coalesce(a.published_at, a.first_seen_at) - coalesce(o.published_at, o.first_seen_at)) / 3600 AS hours,
       (
           SELECT coalesce(list(e.name ORDER BY least(x.mentions, y.mentions) DESC, e.name), [])
           FROM core.mentions AS x
           JOIN core.mentions AS y USING (entity_id)
           JOIN core.entities AS e USING (entity_id)
           WHERE x.article_id = a.article_id AND y.article_id = o.article_id
       ) AS entities
FROM core.articles AS a
JOIN core.articles AS o ON o.article_id = $other
WHERE a.article_id = $article
"""


def match_of(connection: Connection, article_id: str, other_id: str | None) -> dict[str, Any] | None:
    """The article it was matched with, how many hours before it came, whom both name, and both texts."""
    found = as_dicts(connection.execute(MATCH, {"article": article_id, "other": other_id}))
    return found[0] if found else None
