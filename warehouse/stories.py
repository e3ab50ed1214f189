"""Stories and their members: who is in, who stands for it, and how big it is."""

from collections.abc import Sequence

from extractors.records import TaggedArticle
from warehouse.connection import Connection
from warehouse.rows import Row, delete, insert

FULL_TEXT_SHARE = 0.8  # an article this close to the longest text of its story counts as full


def place_members(connection: Connection, tagged: Sequence[TaggedArticle]) -> tuple[set[str], set[str]]:
    """Write memberships and refresh the stories they touch; answers with ids of new and updated stories."""
    articles = [each.placed.judged.article.article_id for each in tagged]
    before = story_by_article(connection, articles)
    insert(connection, "core.story_members", [member_row(each) for each in tagged], replace=True)
    obey_pins(connection, articles)
    touched = set(story_by_article(connection, articles).values())
    stored = ids(
        connection,
        "SELECT story_id FROM core.stories WHERE story_id IN (SELECT unnest($ids::VARCHAR[]))",
        sorted(touched),
    )
    refresh(connection, sorted(touched | set(before.values())))
    redirect_emptied(connection, before)
    date_lineage(connection, articles)
    return touched - stored, touched & stored


def story_by_article(connection: Connection, article_ids: Sequence[str]) -> dict[str, str]:
    """The stories these articles are in."""
    query = "SELECT article_id, story_id FROM core.story_members WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))"
    return dict(connection.execute(query, {"ids": list(article_ids)}).fetchall())


PINNED = """
UPDATE {table} SET story_id = p.story_id
FROM core.story_pins AS p
WHERE p.article_id = {table}.article_id AND p.story_id <> {table}.story_id
  AND {table}.article_id IN (SELECT unnest($ids::VARCHAR[]))
"""
ACROSS = """
SELECT m.article_id
FROM core.story_members AS m
JOIN core.story_pins AS p USING (article_id)
JOIN core.story_members AS o ON o.article_id = m.duplicate_of
WHERE o.story_id <> m.story_id AND m.article_id IN (SELECT unnest($ids::VARCHAR[]))
"""


def obey_pins(connection: Connection, article_ids: Sequence[str]) -> None:
    """Articles that somebody put into a story are there, whatever the rules said; matches across a split go."""
    for table in ("core.story_members", "core.articles"):
        name = table.split(".")[1]
        statement = PINNED.replace("UPDATE {table}", f"UPDATE {table}").replace("{table}", name)
        connection.execute(statement, {"ids": list(article_ids)})
    apart = {"ids": sorted(ids(connection, ACROSS, article_ids))}
    if apart["ids"]:
        connection.execute(
            "UPDATE core.story_members SET duplicate_of = NULL, kind = NULL, score = 0, why = p.why"
            " FROM core.story_pins AS p WHERE p.article_id = story_members.article_id"
            " AND story_members.article_id IN (SELECT unnest($ids::VARCHAR[]))",
            apart,
        )
        of_them = "WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))"
        connection.execute(f"UPDATE core.articles SET duplicate_of = NULL {of_them}", apart)  # noqa: S608 - words are ours
        connection.execute(f"DELETE FROM core.lineage {of_them}", apart)  # noqa: S608 - words are ours


def redirect_emptied(connection: Connection, before: dict[str, str]) -> None:
    """A story whose last article went elsewhere leads there from now on."""
    connection.execute(
        """
        INSERT OR REPLACE INTO core.story_redirects
        SELECT b.story_id, min(m.story_id), any_value(a.loaded_at), 'its last article joined that story'
        FROM (SELECT unnest($articles::VARCHAR[]) AS article_id, unnest($stories::VARCHAR[]) AS story_id) AS b
        JOIN core.story_members AS m USING (article_id)
        JOIN core.articles AS a USING (article_id)
        WHERE b.story_id NOT IN (SELECT story_id FROM core.stories)
        GROUP BY b.story_id
        """,
        {"articles": list(before), "stories": list(before.values())},
    )


def ids(connection: Connection, query: str, values: Sequence[str]) -> set[str]:
    """The first column of a query over a list of ids."""
    return {row[0] for row in connection.execute(query, {"ids": list(values)}).fetchall()}


def member_row(tagged: TaggedArticle) -> Row:
    """A row of core.story_members."""
    placed = tagged.placed
    return {
        "story_id": placed.story_id,
        "article_id": placed.judged.article.article_id,
        "duplicate_of": placed.duplicate_of,
        "kind": placed.kind,
        "score": placed.score,
        "why": placed.why,
    }


REFRESH = """
INSERT OR REPLACE INTO core.stories
WITH members AS (
    SELECT m.story_id, a.article_id, a.title, a.publisher, a.chars,
           coalesce(a.published_at, a.first_seen_at) AS moment,
           max(a.chars) OVER (PARTITION BY m.story_id) AS longest
    FROM core.story_members AS m
    JOIN core.articles AS a USING (article_id)
    WHERE m.story_id IN (SELECT unnest($ids::VARCHAR[]))
),
ranked AS (
    SELECT *,
           row_number() OVER (
               PARTITION BY story_id
               ORDER BY chars >= $full_share * longest DESC, moment, chars DESC, article_id
           ) AS place
    FROM members
)
SELECT story_id,
       min(title) FILTER (place = 1) AS title,
       min(article_id) FILTER (place = 1) AS representative_id,
       min(moment) AS first_at,
       max(moment) AS last_at,
       count(*) AS articles,
       count(DISTINCT publisher) AS publishers
FROM ranked
GROUP BY story_id
"""


def refresh(connection: Connection, story_ids: Sequence[str]) -> None:
    """Recompute stories from their members; a story without members goes. The earliest full text stands for it."""
    connection.execute(
        "DELETE FROM core.stories WHERE story_id IN (SELECT unnest($ids::VARCHAR[]))"
        " AND story_id NOT IN (SELECT story_id FROM core.story_members)",
        {"ids": list(story_ids)},
    )
    connection.execute(REFRESH, {"ids": list(story_ids), "full_share": FULL_TEXT_SHARE})


CREDITED = """
INSERT INTO core.lineage (article_id, origin_article_id, kind, confidence)
SELECT m.article_id, o.article_id, 'rewrite', least(0.95, 0.5 + 0.05 * max(c.count))
FROM core.story_members AS m
JOIN core.articles AS o ON o.article_id = m.duplicate_of
JOIN core.feeds AS f ON f.feed_id = o.feed_id
JOIN core.attributions AS c ON c.article_id = m.article_id AND c.kind = 'publication'
WHERE m.kind = 'same_story' AND m.article_id IN (SELECT unnest($ids::VARCHAR[]))
  AND (lower(c.source_name) = lower(f.title)
       OR replace(lower(c.source_name), ' ', '') = split_part(lower(o.publisher), '.', 1))
GROUP BY m.article_id, o.article_id
"""
DATE_LINEAGE = """
UPDATE core.lineage
SET hours = epoch(later.published_at - earlier.published_at) / 3600
FROM core.articles AS later, core.articles AS earlier
WHERE later.article_id = lineage.article_id AND earlier.article_id = lineage.origin_article_id
  AND lineage.article_id IN (SELECT unnest($ids::VARCHAR[]))
"""
DROP_MIRRORED = """
DELETE FROM core.lineage
WHERE hours >= 0 AND (article_id, origin_article_id) IN (
    SELECT (origin_article_id, article_id) FROM core.lineage
    WHERE hours < 0 AND article_id IN (SELECT unnest($ids::VARCHAR[]))
)
"""
TURN = """
UPDATE core.lineage
SET article_id = origin_article_id, origin_article_id = article_id, hours = -hours
WHERE hours < 0 AND article_id IN (SELECT unnest($ids::VARCHAR[]))
"""


def date_lineage(connection: Connection, article_ids: Sequence[str]) -> None:
    """Fill in the hours between an article and its origin, now that both are rows; who came first is the origin.

    Who tells the same in other words and credits the other's outlet for it has rewritten it.
    An article that arrives late may be older than the copy that was stored before it: that row is turned round.
    """
    for statement in (CREDITED, DATE_LINEAGE, DROP_MIRRORED, TURN):
        connection.execute(statement, {"ids": list(article_ids)})


HEIRS = """
SELECT m.article_id,
       first_value(m.article_id) OVER (
           PARTITION BY m.duplicate_of
           ORDER BY m.kind = 'same_story', coalesce(a.published_at, a.first_seen_at), m.article_id
       ) AS heir_id
FROM core.story_members AS m
JOIN core.articles AS a USING (article_id)
WHERE m.duplicate_of IN (SELECT unnest($ids::VARCHAR[])) AND m.article_id NOT IN (SELECT unnest($ids::VARCHAR[]))
"""
INHERIT = (
    f"""
UPDATE core.articles SET duplicate_of = nullif(h.heir_id, h.article_id)
FROM ({HEIRS}) AS h
WHERE h.article_id = articles.article_id
""",  # noqa: S608 - words are ours
    f"""
UPDATE core.story_members
SET duplicate_of = nullif(h.heir_id, h.article_id),
    kind = CASE WHEN h.heir_id <> h.article_id THEN kind END,
    score = CASE WHEN h.heir_id <> h.article_id THEN score ELSE 0 END,
    why = CASE WHEN h.heir_id <> h.article_id THEN why || ' (with an article that left)'
          ELSE 'what it was matched with left' END
FROM ({HEIRS}) AS h
WHERE h.article_id = story_members.article_id
""",  # noqa: S608 - words are ours
    """
DELETE FROM core.lineage
WHERE article_id IN (SELECT unnest($ids::VARCHAR[])) OR origin_article_id IN (SELECT unnest($ids::VARCHAR[]))
""",
)


def leave(connection: Connection, article_ids: Sequence[str]) -> set[str]:
    """Take articles out of their stories; answers with those stories.

    What was matched with one of them follows its earliest copy, else the earliest that tells the same, which stands alone
    from now on.
    """
    if not article_ids:
        return set()
    touched = ids(
        connection,
        "SELECT story_id FROM core.story_members WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))",
        article_ids,
    )
    for statement in INHERIT:
        connection.execute(statement, {"ids": list(article_ids)})
    delete(connection, "core.story_members", "article_id", article_ids)
    refresh(connection, sorted(touched))
    return touched
