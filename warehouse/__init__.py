"""The only room that knows DuckDB: what was seen, archived, loaded and published."""

from warehouse.store import Warehouse

__all__ = ["Warehouse"]
