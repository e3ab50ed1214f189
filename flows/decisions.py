"""Writes down what a person decides about stories, and publishes it."""

from collections.abc import Sequence

from extractors.urls import digest
from flows.home import Home
from flows.run import utc_now
from warehouse import decisions
from warehouse.publish import publish
from warehouse.store import Warehouse


def merge_stories(home: Home, into_id: str, story_id: str, why: str) -> str:
    """Two stories become one. Answers with the id that stays. Raises UsageMistake, LockedError or StorageError."""
    now = utc_now()
    with Warehouse.open_live(home.data, now) as warehouse:
        with warehouse.deciding() as connection:
            stays = decisions.merge(connection, into_id, story_id, now, why)
        publish(warehouse)
    return stays


def split_articles(home: Home, article_ids: Sequence[str], why: str) -> tuple[str, list[str]]:
    """Articles leave their story with their copies. Answers with the new story's id and all that went."""
    now = utc_now()
    new_id = digest("split", now.isoformat(), *sorted(article_ids))
    with Warehouse.open_live(home.data, now) as warehouse:
        with warehouse.deciding() as connection:
            going = decisions.split(connection, article_ids, new_id, now, why)
        publish(warehouse)
    return new_id, going
