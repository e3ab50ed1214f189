"""How articles were extracted, as rows: the way chosen and its runners-up, what was cut, where each value was read."""

from collections.abc import Sequence

from extractors.provenance import StoredText
from extractors.records import Article
from warehouse.connection import Connection
from warehouse.rows import Row, insert

REMOVED_CHARS = 200


def remember(connection: Connection, articles: Sequence[Article]) -> None:
    """Write one row per article that comes from its page; one that was rebuilt from rows says nothing of it."""
    rows = [extraction_row(article) for article in articles if article.choice.chosen]
    insert(connection, "core.extractions", rows, replace=True)


def extraction_row(article: Article) -> Row:
    """A row of core.extractions."""
    return {
        "article_id": article.article_id,
        "chosen": article.choice.chosen,
        "runners_up": list(article.choice.runners_up),
        "why": article.choice.why,
        "removed": [f"{each.why}: {each.words[:REMOVED_CHARS]}" for each in article.removed],
        "origins": dict(article.origins),
        "variants": dict(article.variants),
        "updated_at": article.updated_at,
    }


def stored_texts(connection: Connection, page_ids: Sequence[str]) -> dict[str, StoredText]:
    """What is stored of the articles of these pages, by page; an item of a digest belongs to its parent's page."""
    found = connection.execute(
        "SELECT page_id, article_id, title, subtitle, authors, published_at, text FROM core.articles"
        " WHERE parent_article_id IS NULL AND page_id IN (SELECT unnest($ids::VARCHAR[]))",
        {"ids": list(page_ids)},
    )
    return {
        page_id: StoredText(article_id, title or "", subtitle or "", tuple(authors or ()), published_at, text or "")
        for page_id, article_id, title, subtitle, authors, published_at, text in found.fetchall()
    }
