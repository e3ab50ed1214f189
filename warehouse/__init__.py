"""The only room that knows DuckDB: what was seen, archived, loaded and published. Start at store.py."""
