"""What people decide about stories: which go together and which do not, remembered against every later run."""

from collections.abc import Sequence
from datetime import datetime

from extractors.errors import UsageMistake
from warehouse.candidates import find_by_themselves
from warehouse.connection import Connection
from warehouse.stories import ids, refresh

MEMBERS = (
    "SELECT article_id FROM core.story_members WHERE story_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY article_id"
)
FOLLOWERS = """
WITH RECURSIVE going AS (
    SELECT unnest($ids::VARCHAR[]) AS article_id
    UNION
    SELECT m.article_id
    FROM core.story_members AS m
    JOIN going AS g ON m.duplicate_of = g.article_id
    WHERE m.kind <> 'same_story'
)
SELECT article_id FROM going ORDER BY article_id
"""


def current_id(connection: Connection, story_id: str) -> str:
    """Where a story's id leads today: itself, or the story it went into. Raises UsageMistake for an id never used."""
    asked, seen = story_id, set[str]()
    while story_id not in seen:
        seen.add(story_id)
        row = connection.execute("SELECT into_id FROM core.story_redirects WHERE story_id = ?", [story_id]).fetchone()
        story_id = row[0] if row else story_id
    if connection.execute("SELECT 1 FROM core.stories WHERE story_id = ?", [story_id]).fetchone() is None:
        raise UsageMistake(f"there is no story {asked}; `sinoscope why URL` names the story of an address")
    return story_id


def merge(connection: Connection, into_id: str, story_id: str, now: datetime, why: str) -> str:
    """Put one story into another for good; its id leads there from now on. Answers with the id that stays.

    Raises UsageMistake when both are one already.
    """
    into_id, story_id = current_id(connection, into_id), current_id(connection, story_id)
    if into_id == story_id:
        raise UsageMistake(f"{into_id} is one story already")
    both = sorted(ids(connection, MEMBERS, [into_id, story_id]))
    reason = f"merged by hand{': ' + why if why else ''}"
    move(connection, sorted(ids(connection, MEMBERS, [story_id])), into_id)
    pin(connection, both, now, reason)
    redirect(connection, {story_id: into_id}, now, reason)
    refresh(connection, [into_id, story_id])
    return into_id


def split(connection: Connection, article_ids: Sequence[str], new_id: str, now: datetime, why: str) -> list[str]:
    """Take articles out of their story into one of their own, with their copies. Answers with all that went.

    Raises UsageMistake when they are of different stories or are all of it.
    """
    stories = ids(
        connection,
        "SELECT story_id FROM core.story_members WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))",
        article_ids,
    )
    if len(stories) != 1:
        raise UsageMistake(f"these articles are in {len(stories)} stories; split one story at a time")
    going = sorted(ids(connection, FOLLOWERS, article_ids))
    staying = sorted(ids(connection, MEMBERS, list(stories)) - set(going))
    if not staying:
        raise UsageMistake("with their copies these articles are the whole story: there is nothing to split them from")
    reason = f"split by hand{': ' + why if why else ''}"
    move(connection, going, new_id)
    for side in (going, staying):
        stand_alone(connection, side, reason)
        pin(connection, side, now, reason)
    refresh(connection, [*stories, new_id])
    find_by_themselves(connection, [*stories, new_id])
    return going


def move(connection: Connection, article_ids: Sequence[str], story_id: str) -> None:
    """Write another story into the rows of articles."""
    for table in ("core.story_members", "core.articles"):
        connection.execute(
            f"UPDATE {table} SET story_id = $story WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))",  # noqa: S608
            {"story": story_id, "ids": list(article_ids)},
        )


def stand_alone(connection: Connection, side: Sequence[str], reason: str) -> None:
    """Matches that lead to the other side of a split go, with their lineage."""
    values = {"ids": list(side)}
    apart = "article_id IN (SELECT unnest($ids::VARCHAR[])) AND {} NOT IN (SELECT unnest($ids::VARCHAR[]))"
    connection.execute(
        "UPDATE core.story_members SET duplicate_of = NULL, kind = NULL, score = 0, why = $why WHERE "  # noqa: S608
        + apart.format("duplicate_of"),
        values | {"why": reason},
    )
    connection.execute("UPDATE core.articles SET duplicate_of = NULL WHERE " + apart.format("duplicate_of"), values)  # noqa: S608
    connection.execute("DELETE FROM core.lineage WHERE " + apart.format("origin_article_id"), values)  # noqa: S608


def pin(connection: Connection, article_ids: Sequence[str], now: datetime, reason: str) -> None:
    """No run and no rule moves these articles from where they are now."""
    connection.execute(
        "INSERT OR REPLACE INTO core.story_pins SELECT article_id, story_id, $now, $why FROM core.story_members"
        " WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))",
        {"now": now, "why": reason, "ids": list(article_ids)},
    )


def redirect(connection: Connection, moved: dict[str, str], now: datetime, reason: str) -> None:
    """Old story ids lead to the stories their articles went into."""
    for story_id, into_id in sorted(moved.items()):
        connection.execute(
            "INSERT OR REPLACE INTO core.story_redirects VALUES (?, ?, ?, ?)", [story_id, into_id, now, reason]
        )
