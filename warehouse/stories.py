"""Stories and their members: who is in, who stands for it, and how big it is."""

from collections.abc import Sequence

from extractors.records import TaggedArticle
from warehouse.connection import Connection
from warehouse.rows import Row, delete, insert

FULL_TEXT_SHARE = 0.8  # an article this close to the longest text of its story counts as full


def place_members(
    connection: Connection, tagged: Sequence[TaggedArticle], left_behind: set[str]
) -> tuple[set[str], set[str]]:
    """Write memberships, refresh the stories they touch and those just left; answers with ids of new and updated stories."""
    articles = [each.placed.judged.article.article_id for each in tagged]
    left_behind = left_behind | ids(
        connection,
        "SELECT story_id FROM core.story_members WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))",
        articles,
    )
    insert(connection, "core.story_members", [member_row(each) for each in tagged], replace=True)
    touched = {each.placed.story_id for each in tagged}
    stored = ids(
        connection,
        "SELECT story_id FROM core.stories WHERE story_id IN (SELECT unnest($ids::VARCHAR[]))",
        sorted(touched),
    )
    refresh(connection, sorted(touched | left_behind))
    date_lineage(connection, articles)
    return touched - stored, touched & stored


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


def date_lineage(connection: Connection, article_ids: Sequence[str]) -> None:
    """Fill in the hours between an article and its origin, now that both are rows."""
    connection.execute(
        """
        UPDATE core.lineage
        SET hours = epoch(later.published_at - earlier.published_at) / 3600
        FROM core.articles AS later, core.articles AS earlier
        WHERE later.article_id = lineage.article_id AND earlier.article_id = lineage.origin_article_id
          AND lineage.article_id IN (SELECT unnest($ids::VARCHAR[]))
        """,
        {"ids": list(article_ids)},
    )


def leave(connection: Connection, article_ids: Sequence[str]) -> set[str]:
    """Take articles out of their stories; answers with the stories, for `place_members` to refresh."""
    touched = ids(
        connection,
        "SELECT story_id FROM core.story_members WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))",
        article_ids,
    )
    delete(connection, "core.story_members", "article_id", article_ids)
    return touched
