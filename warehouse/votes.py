"""Readers' votes on relevance, kept with what the rules said, so that rules can be measured by them later."""

from datetime import datetime
from typing import Any

from warehouse.connection import Connection
from warehouse.entries import as_dicts

CAST = """
INSERT OR REPLACE INTO core.votes (url, is_relevant, voted_at, article_id, grade, score, rules_version)
SELECT v.url, $is_relevant, $now::TIMESTAMPTZ, a.article_id, a.grade, a.score, a.rules_version
FROM (SELECT $url AS url) AS v
LEFT JOIN core.articles AS a ON a.url = v.url AND a.parent_article_id IS NULL
LIMIT 1
"""
TALLY = """
SELECT count(*) AS votes,
       count(*) FILTER (WHERE is_relevant = (grade IN ('core', 'secondary'))) AS agreed,
       count(*) FILTER (WHERE is_relevant AND grade IS DISTINCT FROM 'core' AND grade IS DISTINCT FROM 'secondary') AS missed,
       count(*) FILTER (WHERE NOT is_relevant AND grade IN ('core', 'secondary')) AS false_alarms
FROM core.votes
"""


def is_known(connection: Connection, url: str) -> bool:
    """Whether any polled feed listed the address."""
    return bool(connection.execute("SELECT 1 FROM core.entries WHERE url = $url", {"url": url}).fetchone())


def cast(connection: Connection, url: str, is_relevant: bool, now: datetime) -> None:
    """Keep a vote in place of an older one on the same address. The caller holds the transaction."""
    connection.execute(CAST, {"url": url, "is_relevant": is_relevant, "now": now})


def vote_on(connection: Connection, url: str) -> dict[str, Any] | None:
    """The vote on an address."""
    rows = as_dicts(connection.execute("SELECT * FROM core.votes WHERE url = $url", {"url": url}))
    return rows[0] if rows else None


def tally(connection: Connection) -> dict[str, int]:
    """Votes, how many agreed with the rules of their time, and the two ways of not agreeing."""
    return as_dicts(connection.execute(TALLY))[0]
