"""Finds stored articles that new ones may copy, rewrite or continue: by the hash of the text, by shared sketch hashes
within a window of days, and the recent ones that share telling terms of the title.

Rows are sorted by day, so a window costs a few row groups however large the archive is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from extractors.records import Article, Candidate, Fingerprint, JudgedArticle, TaggedArticle
from warehouse.connection import Connection
from warehouse.entries import as_dicts
from warehouse.rows import delete, insert

SHARED_HASHES = 2
MOST_PER_ARTICLE = 40
COMMON_COUNT = 2_000  # a hash in more stored articles than this tells nothing


class Rules(Protocol):
    """What the warehouse asks of the rules of duplicates."""

    story_days: float
    copy_days: float

    def fingerprint(self, article: Article) -> Fingerprint:
        """Hash and sketch of an article."""
        ...


FIND = """
WITH wanted AS (SELECT unnest($texts::VARCHAR[]) AS text_sha256),
hashes AS (SELECT unnest($holders::VARCHAR[]) AS wanted_id, unnest($hashes::BIGINT[]) AS hash),
telling AS (
    SELECT hash, article_id
    FROM core.sketches
    WHERE day_on >= $first_day AND hash IN (SELECT hash FROM hashes)
    QUALIFY count(*) OVER (PARTITION BY hash) <= $common
),
shared AS (
    SELECT h.wanted_id, t.article_id
    FROM hashes AS h
    JOIN telling AS t USING (hash)
    GROUP BY h.wanted_id, t.article_id
    HAVING count(*) >= $least
    QUALIFY row_number() OVER (PARTITION BY h.wanted_id ORDER BY count(*) DESC, t.article_id) <= $most
),
recent AS (
    SELECT article_id
    FROM core.fingerprints
    WHERE day_on BETWEEN $first_story_day AND $last_day
    ORDER BY day_on DESC, article_id
    LIMIT $recent
),
found AS (
    SELECT article_id FROM core.fingerprints JOIN wanted USING (text_sha256)
    UNION
    SELECT article_id FROM shared
    UNION
    SELECT article_id FROM recent
    UNION
    SELECT unnest($articles::VARCHAR[])
)
SELECT a.article_id, a.story_id, a.duplicate_of, a.url, a.publisher, a.language, a.title, a.text, a.published_at,
       a.first_seen_at, f.text_sha256, f.sketch
FROM found
JOIN core.fingerprints AS f USING (article_id)
JOIN core.articles AS a USING (article_id)
WHERE a.story_id IS NOT NULL
"""
RECENT = 3_000


def candidates_for(connection: Connection, relevant: Sequence[JudgedArticle], rules: Rules) -> list[Candidate]:
    """Stored articles worth comparing with these, each once; the articles themselves when they are stored already."""
    if not relevant:
        return []
    prints = [(judged.article, rules.fingerprint(judged.article)) for judged in relevant]
    moments = [article.published_at or article.first_seen_at for article, _ in prints]
    pairs = [(article.article_id, value) for article, each in prints for value in each.sketch]
    found = connection.execute(
        FIND,
        {
            "texts": [each.text_sha256 for _, each in prints],
            "articles": [article.article_id for article, _ in prints],
            "holders": [article_id for article_id, _ in pairs],
            "hashes": [value for _, value in pairs],
            "first_day": (min(moments) - timedelta(days=min(rules.copy_days, 3_650))).date(),
            "first_story_day": (min(moments) - timedelta(days=rules.story_days)).date(),
            "last_day": (max(moments) + timedelta(days=rules.story_days)).date(),
            "least": SHARED_HASHES,
            "most": MOST_PER_ARTICLE,
            "common": COMMON_COUNT,
            "recent": RECENT,
        },
    )
    return [candidate_from(row) for row in as_dicts(found)]


def candidate_from(row: dict[str, object]) -> Candidate:
    """A row of FIND as a record."""
    sketch = tuple(row.pop("sketch") or ())  # type: ignore[arg-type,var-annotated]
    fingerprint = Fingerprint(str(row.pop("text_sha256")), sketch)
    return Candidate(fingerprint=fingerprint, **row)  # type: ignore[arg-type]


def remember(connection: Connection, tagged: Sequence[TaggedArticle]) -> None:
    """Store the fingerprints of placed articles, in place of older ones."""
    ids = [each.placed.judged.article.article_id for each in tagged]
    delete(connection, "core.sketches", "article_id", ids)
    insert(connection, "core.fingerprints", [print_row(each) for each in tagged], replace=True)
    rows = [
        {"day_on": day_of(each), "article_id": each.placed.judged.article.article_id, "hash": value}
        for each in sorted(tagged, key=day_of)
        for value in each.placed.fingerprint.sketch
    ]
    insert(connection, "core.sketches", rows)


def forget(connection: Connection, article_ids: Sequence[str]) -> None:
    """Delete the fingerprints of articles that left their stories."""
    for table in ("core.sketches", "core.fingerprints"):
        delete(connection, table, "article_id", article_ids)


def print_row(tagged: TaggedArticle) -> dict[str, object]:
    """A row of core.fingerprints."""
    placed = tagged.placed
    return {
        "article_id": placed.judged.article.article_id,
        "day_on": day_of(tagged),
        "text_sha256": placed.fingerprint.text_sha256,
        "sketch": list(placed.fingerprint.sketch),
    }


def day_of(tagged: TaggedArticle) -> str:
    """The UTC day an article belongs to."""
    article = tagged.placed.judged.article
    moment: datetime = article.published_at or article.first_seen_at
    return moment.date().isoformat()
