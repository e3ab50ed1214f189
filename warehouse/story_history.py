"""A story as people ask for it: its versions in time order, who rewrote whom, whom they credit."""

from typing import Any

from warehouse.connection import Connection
from warehouse.decisions import current_id
from warehouse.entries import as_dicts

VERSIONS = """
SELECT a.article_id, a.title, a.url, a.publisher, a.language, a.published_at, a.first_seen_at, a.chars, a.tdm_reserved,
       m.kind, m.duplicate_of, m.score, m.why,
       round(epoch(coalesce(a.published_at, a.first_seen_at)
                   - min(coalesce(a.published_at, a.first_seen_at)) OVER ()) / 3600, 2) AS hours,
       p.why AS pinned, a.text
FROM core.story_members AS m
JOIN core.articles AS a USING (article_id)
LEFT JOIN core.story_pins AS p USING (article_id)
WHERE m.story_id = $story
ORDER BY coalesce(a.published_at, a.first_seen_at), a.article_id
"""
CREDITS = """
SELECT c.article_id, c.source_id, c.source_name, c.kind, c.count, c.linked
FROM core.attributions AS c
JOIN core.story_members AS m USING (article_id)
WHERE m.story_id = $story
ORDER BY c.article_id, c.count DESC, c.source_id
"""
LINEAGE = """
SELECT l.article_id, l.origin_article_id, l.kind, l.confidence, round(l.hours, 2) AS hours
FROM core.lineage AS l
JOIN core.story_members AS m USING (article_id)
WHERE m.story_id = $story
ORDER BY l.hours, l.article_id
"""
NAMED = """
SELECT story_id FROM core.articles
WHERE (article_id = $key OR url IN ($key, $canonical)) AND story_id IS NOT NULL
ORDER BY article_id
LIMIT 1
"""


def story_of(connection: Connection, key: str, canonical: str) -> dict[str, Any]:
    """A story by its id (old ones too), or by the id or address of one of its articles; versions with their text.

    Raises UsageMistake when nothing has this name.
    """
    row = connection.execute(NAMED, {"key": key, "canonical": canonical}).fetchone()
    story_id = row[0] if row else current_id(connection, key)
    values = {"story": story_id}
    story = as_dicts(connection.execute("SELECT * FROM core.stories WHERE story_id = $story", values))[0]
    return {
        "schema": 1,
        "story": story,
        "redirected_from": key if not row and key != story_id else None,
        "versions": as_dicts(connection.execute(VERSIONS, values)),
        "attributions": as_dicts(connection.execute(CREDITS, values)),
        "lineage": as_dicts(connection.execute(LINEAGE, values)),
    }
