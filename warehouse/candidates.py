"""Finds stored articles that new ones may copy, rewrite or continue: by the hash of the text and by shared sketch hashes at
any age, and by shared telling terms among the stories of the days around each.

Rows are sorted by day, so the days around an article cost a few row groups however large the archive is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, Protocol

from extractors.records import Article, Candidate, DuplicateKind, Fingerprint, PlacedArticle, TaggedArticle, is_copy
from warehouse.connection import Connection
from warehouse.entries import as_dicts
from warehouse.rows import delete, given_list, given_rows, insert, to_json

SHARED_HASHES = 2  # of the sketches, between texts of one month
FAR_DAYS, FAR_SHARED, RARE_COUNT = (
    30,
    3,
    20,
)  # further apart three, or two that few hold: of a whole archive many share two by chance
MOST_PER_ARTICLE = 40
FEWEST_HASHES, MOST_PAIRS = 16, 500  # of an article, the rarest first: a copy shares those, and chance the common ones
COMMON_COUNT = 500  # a hash in more stored articles than this tells nothing
SHARED_TERMS = 2
MOST_STORIES = 12  # per new article, those that share most rare terms
MOST_MEMBERS = 20  # of a story: its centroid is made of the latest
COMMON_TERM = 500  # a term in more articles of the days around than this finds too many
IN_OWN_WORDS = "(m.kind IS NULL OR m.kind = 'same_story')"  # `extractors.words.is_copy` of a member, denied
INDEXED_COUNT = 1_000  # ids listed in one query; of more than 2,048 DuckDB would not ask the index
SHADOW_SHARE = 0.7  # a copy with so much of its sketch from its origin is found through that


class Rules(Protocol):
    """What the warehouse asks of the rules of duplicates."""

    story_days: float
    copy_days: float

    def fingerprint(self, article: Article) -> Fingerprint:
        """Hash and sketch of an article."""
        ...


FIND = f"""
WITH wanted AS (SELECT unnest($texts::VARCHAR[]) AS text_sha256),
hashes AS (
    SELECT {given_list("hash_nos", "INTEGER")} AS wanted_no, {given_list("hash_days", "DATE")} AS day_on,
           {given_list("hashes", "BIGINT")} AS hash
),
holders AS MATERIALIZED (
    SELECT day_on, article_id, hash FROM core.sketches WHERE day_on >= $first_day AND hash IN (SELECT hash FROM hashes)
),
counted AS (SELECT hash, count(*) AS held FROM holders GROUP BY hash HAVING held <= $common),
rarest AS (
    SELECT wanted_no, day_on, hash, held
    FROM hashes
    JOIN counted USING (hash)
    WINDOW by_rarity AS (PARTITION BY wanted_no ORDER BY held, hash ROWS UNBOUNDED PRECEDING)
    QUALIFY row_number() OVER by_rarity <= $fewest OR sum(held) OVER by_rarity <= $most_pairs
),
shared AS (
    SELECT w.wanted_no, h.article_id
    FROM rarest AS w
    JOIN holders AS h USING (hash)
    GROUP BY w.wanted_no, h.article_id
    HAVING count(*) >= $shared
       AND (max(abs(w.day_on - h.day_on)) <= $far_days OR count(*) >= $far_shared OR max(w.held) <= $rare)
    QUALIFY row_number() OVER (PARTITION BY w.wanted_no ORDER BY count(*) DESC, h.article_id) <= $most
),
terms AS (
    SELECT {given_list("term_nos", "INTEGER")} AS wanted_no, {given_list("term_days", "DATE")} AS day_on,
           {given_list("terms", "BIGINT")} AS hash
),
window_days AS MATERIALIZED (SELECT unnest($window_days::DATE[]) AS day_on),
term_rows AS MATERIALIZED (
    SELECT day_on, article_id, hash
    FROM core.story_terms
    WHERE day_on IN (SELECT day_on FROM window_days) AND hash IN (SELECT hash FROM terms)
),
held_on AS (SELECT hash, day_on, count(*) AS held FROM term_rows GROUP BY hash, day_on),
rare_terms AS (
    SELECT t.wanted_no, t.day_on, t.hash, ln(1 + $common_term / sum(o.held)) AS weight
    FROM terms AS t
    JOIN held_on AS o ON o.hash = t.hash AND abs(o.day_on - t.day_on) <= $story_days
    GROUP BY t.wanted_no, t.day_on, t.hash
    HAVING sum(o.held) <= $common_term
),
alike AS (
    SELECT t.wanted_no, r.article_id, sum(t.weight) AS weight
    FROM rare_terms AS t
    JOIN term_rows AS r ON r.hash = t.hash AND abs(r.day_on - t.day_on) <= $story_days
    GROUP BY t.wanted_no, r.article_id
    HAVING count(*) >= $least_terms
),
events AS (
    SELECT a.wanted_no, m.story_id
    FROM alike AS a
    JOIN core.story_members AS m USING (article_id)
    GROUP BY a.wanted_no, m.story_id
    QUALIFY row_number() OVER (PARTITION BY a.wanted_no ORDER BY max(a.weight) DESC, m.story_id) <= $most_stories
),
tellers AS (
    SELECT m.article_id
    FROM core.story_members AS m
    JOIN core.fingerprints AS f USING (article_id)
    WHERE m.story_id IN (SELECT story_id FROM events) AND {IN_OWN_WORDS}
    QUALIFY row_number() OVER (PARTITION BY m.story_id ORDER BY f.day_on DESC, m.article_id) <= $most_members
),
found AS (
    SELECT article_id FROM core.fingerprints JOIN wanted USING (text_sha256)
    UNION
    SELECT article_id FROM shared
    UNION
    SELECT article_id FROM tellers
    UNION
    SELECT unnest($articles::VARCHAR[])
)
SELECT found.article_id, tellers.article_id IS NOT NULL AS tells
FROM found
LEFT JOIN tellers USING (article_id)
"""  # noqa: S608 - words are ours

THOSE = f"""
SELECT a.article_id, a.story_id, a.duplicate_of, a.url, a.publisher, a.language, a.title, a.text, a.published_at,
       a.first_seen_at, f.text_sha256, f.sketch, m.kind, m.score, m.why, p.article_id IS NOT NULL AS is_pinned,
       {IN_OWN_WORDS} AND f.day_on IN (SELECT unnest($window_days::DATE[])) AS tells
FROM core.articles AS a
JOIN core.fingerprints AS f ON f.article_id = a.article_id
JOIN core.story_members AS m ON m.article_id = a.article_id
LEFT JOIN core.story_pins AS p ON p.article_id = a.article_id
WHERE a.article_id IN (IDS) AND f.article_id IN (IDS) AND m.article_id IN (IDS)
"""  # noqa: S608 - words are ours


SIZES = "SELECT story_id, articles FROM core.stories WHERE story_id IN (IDS)"


def candidates_for(connection: Connection, arriving: Sequence[Article], rules: Rules) -> list[Candidate]:
    """Stored articles worth comparing with these, each once; the articles themselves when they are stored already."""
    if not arriving:
        return []
    prints = [rules.fingerprint(article) for article in arriving]
    days = [(article.published_at or article.first_seen_at).astimezone(UTC).date() for article in arriving]
    hashes = [(number, value) for number, each in enumerate(prints) for value in each.sketch]
    terms = [(number, value) for number, each in enumerate(prints) for value in each.telling]
    story_days = ceil(rules.story_days)
    window_days = sorted({day + timedelta(step) for day in days for step in range(-story_days, story_days + 1)})
    found = connection.execute(
        FIND,
        {
            "texts": [each.text_sha256 for each in prints],
            "articles": [article.article_id for article in arriving],
            "hash_nos": to_json([number for number, _ in hashes]),
            "hash_days": to_json([days[number] for number, _ in hashes]),
            "hashes": to_json([value for _, value in hashes]),
            "term_nos": to_json([number for number, _ in terms]),
            "term_days": to_json([days[number] for number, _ in terms]),
            "terms": to_json([value for _, value in terms]),
            "first_day": min(days) - timedelta(days=min(ceil(rules.copy_days), 3_650)),
            "window_days": window_days,
            "story_days": story_days,
            "shared": SHARED_HASHES,
            "far_days": FAR_DAYS,
            "far_shared": FAR_SHARED,
            "rare": RARE_COUNT,
            "fewest": FEWEST_HASHES,
            "most_pairs": MOST_PAIRS,
            "most": MOST_PER_ARTICLE,
            "common": COMMON_COUNT,
            "least_terms": SHARED_TERMS,
            "most_stories": MOST_STORIES,
            "most_members": MOST_MEMBERS,
            "common_term": COMMON_TERM,
        },
    )
    tells = dict(found.fetchall())
    rows = by_ids(connection, THOSE, sorted(tells), window_days=window_days)
    stories = by_ids(connection, SIZES, sorted({row["story_id"] for row in rows}))
    sizes = {row["story_id"]: row["articles"] for row in stories}
    return [
        candidate_from(
            row | {"tells": row["tells"] or tells[row["article_id"]], "story_articles": sizes[row["story_id"]]}
        )
        for row in rows
    ]


def by_ids(connection: Connection, query: str, ids: Sequence[str], **values: object) -> list[dict[str, Any]]:
    """Rows of a query over IDS. Ids that are listed are looked up in the index; for those in a joined list the whole table
    would be read."""
    rows = []
    for start in range(0, len(ids), INDEXED_COUNT):
        listed = {f"id{number}": value for number, value in enumerate(ids[start : start + INDEXED_COUNT])}
        names = ", ".join(f"${name}" for name in listed)
        rows += as_dicts(connection.execute(query.replace("IDS", names), {**values, **listed}))
    return rows


def candidate_from(row: dict[str, Any]) -> Candidate:
    """A row of FIND as a record."""
    fingerprint = Fingerprint(row.pop("text_sha256"), tuple(row.pop("sketch") or ()))
    kind = row.pop("kind")
    return Candidate(fingerprint=fingerprint, kind=DuplicateKind(kind) if kind else None, **row)


def term_counts(connection: Connection, terms: Iterable[int]) -> dict[int, int]:
    """How many stored articles hold each of these terms; those that none holds are left out."""
    query = f"SELECT hash, articles FROM core.term_counts WHERE hash IN (SELECT {given_list('terms', 'BIGINT')})"  # noqa: S608 - names are ours
    return dict(connection.execute(query, {"terms": to_json(sorted(terms))}).fetchall())


def remember(connection: Connection, tagged: Sequence[TaggedArticle]) -> None:
    """Store the fingerprints of placed articles, in place of older ones."""
    placed = [each.placed for each in tagged]
    ids = [each.judged.article.article_id for each in placed]
    count_terms(connection, [each for each in placed if not is_copy(each.kind)])
    for table in ("core.sketches", "core.story_terms"):
        delete(connection, table, "article_id", ids)
    insert(connection, "core.fingerprints", [print_row(each) for each in placed], replace=True)
    in_order = sorted(placed, key=day_of)
    insert(
        connection, "core.story_terms", [row for each in in_order if not is_copy(each.kind) for row in term_rows(each)]
    )
    insert(connection, "core.sketches", [row for each in in_order for row in sketch_rows(each)])
    connection.execute(DROP_SHADOWS, {"ids": ids, "share": SHADOW_SHARE})


DROP_SHADOWS = """
DELETE FROM core.sketches
WHERE article_id IN (
    SELECT m.article_id
    FROM core.story_members AS m
    JOIN core.fingerprints AS own ON own.article_id = m.article_id
    JOIN core.fingerprints AS origin ON origin.article_id = m.duplicate_of
    WHERE m.article_id IN (SELECT unnest($ids::VARCHAR[])) AND m.kind <> 'same_story'
      AND len(list_intersect(own.sketch, origin.sketch)) >= $share * len(own.sketch)
)
"""


def count_terms(connection: Connection, placed: Sequence[PlacedArticle]) -> None:
    """Count the terms of articles that were not stored before, or only as copies: those keep their terms to themselves."""
    ids = [each.judged.article.article_id for each in placed]
    known = connection.execute(
        "SELECT article_id FROM core.fingerprints WHERE telling IS NULL AND article_id IN (SELECT unnest($ids::VARCHAR[]))",
        {"ids": ids},
    ).fetchall()
    stored = {article_id for (article_id,) in known}
    counts = Counter(
        term for each in placed if each.judged.article.article_id not in stored for term in each.fingerprint.terms
    )
    if not counts:
        return
    given = given_rows({"hash": "BIGINT", "articles": "INTEGER"})
    rows = {"rows": to_json([{"hash": term, "articles": count} for term, count in sorted(counts.items())])}
    connection.execute(
        "UPDATE core.term_counts SET articles = term_counts.articles + given.articles"  # noqa: S608 - names are ours
        f" FROM {given} AS given WHERE given.hash = term_counts.hash",
        rows,
    )
    connection.execute(
        f"INSERT INTO core.term_counts SELECT hash, articles FROM {given} AS given"  # noqa: S608 - names are ours
        " WHERE hash NOT IN (SELECT hash FROM core.term_counts)",
        rows,
    )


def forget(connection: Connection, article_ids: Sequence[str]) -> None:
    """Delete the fingerprints of articles that left their stories."""
    for table in ("core.sketches", "core.story_terms", "core.fingerprints"):
        delete(connection, table, "article_id", article_ids)


SKETCH_AGAIN = """
INSERT INTO core.sketches
SELECT f.day_on, f.article_id, unnest(f.sketch)
FROM core.fingerprints AS f
WHERE f.article_id IN (SELECT unnest($ids::VARCHAR[]))
  AND f.article_id NOT IN (SELECT article_id FROM core.sketches WHERE article_id IN (SELECT unnest($ids::VARCHAR[])))
"""
TELL_AGAIN = f"""
INSERT INTO core.story_terms
SELECT f.day_on, f.article_id, unnest(f.telling)
FROM core.fingerprints AS f
JOIN core.story_members AS m USING (article_id)
WHERE f.article_id IN (SELECT unnest($ids::VARCHAR[])) AND {IN_OWN_WORDS}
  AND f.article_id NOT IN (SELECT article_id FROM core.story_terms WHERE article_id IN (SELECT unnest($ids::VARCHAR[])))
"""  # noqa: S608 - words are ours


def find_by_themselves(connection: Connection, story_ids: Iterable[str]) -> None:
    """Give the members of stories that were split or left the rows that find them: no origin may lead to them any more."""
    query = "SELECT article_id FROM core.story_members WHERE story_id IN (SELECT unnest($ids::VARCHAR[]))"
    members = [row[0] for row in connection.execute(query, {"ids": sorted(story_ids)}).fetchall()]
    if members:
        for statement in (SKETCH_AGAIN, TELL_AGAIN):
            connection.execute(statement, {"ids": members})
        connection.execute(DROP_SHADOWS, {"ids": members, "share": SHADOW_SHARE})


def term_rows(placed: PlacedArticle) -> Iterator[dict[str, object]]:
    """Rows of core.story_terms."""
    day_on, article_id = day_of(placed), placed.judged.article.article_id
    return ({"day_on": day_on, "article_id": article_id, "hash": value} for value in placed.fingerprint.telling)


def sketch_rows(placed: PlacedArticle) -> Iterator[dict[str, object]]:
    """Rows of core.sketches."""
    day_on, article_id = day_of(placed), placed.judged.article.article_id
    return ({"day_on": day_on, "article_id": article_id, "hash": value} for value in placed.fingerprint.sketch)


def print_row(placed: PlacedArticle) -> dict[str, object]:
    """A row of core.fingerprints."""
    return {
        "article_id": placed.judged.article.article_id,
        "day_on": day_of(placed),
        "text_sha256": placed.fingerprint.text_sha256,
        "sketch": list(placed.fingerprint.sketch),
        "telling": list(placed.fingerprint.telling) if is_copy(placed.kind) else None,
    }


def day_of(placed: PlacedArticle) -> str:
    """The UTC day an article belongs to."""
    article = placed.judged.article
    moment: datetime = article.published_at or article.first_seen_at
    return moment.astimezone(UTC).date().isoformat()
