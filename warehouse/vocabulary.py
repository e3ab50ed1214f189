"""Names of topics and entities as rows, so that people can join them."""

from collections.abc import Sequence
from typing import Protocol

from warehouse.connection import Connection
from warehouse.rows import Row, insert


class Named(Protocol):
    """What the warehouse asks of a vocabulary."""

    def topic_rows(self) -> Sequence[Row]:
        """topic, name, name_zh, topic_group, definition."""
        ...

    def entity_rows(self) -> Sequence[Row]:
        """entity_id, name, name_zh, type, parent_id, country."""
        ...


def sync(connection: Connection, vocabulary: Named) -> None:
    """Replace both lists. The caller holds the transaction."""
    for table, rows in (("core.topic_list", vocabulary.topic_rows()), ("core.entities", vocabulary.entity_rows())):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names are ours
        insert(connection, table, rows)
