"""Stored articles read back to be tagged again, and their tags replaced: no page is fetched or extracted anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from extractors.records import Article, Feed, JudgedArticle, Scope, Section, Tags
from warehouse.articles import TAG_TABLES, rows_of_tags
from warehouse.connection import Connection
from warehouse.entries import as_dicts
from warehouse.rows import Row, delete, given_rows, insert_text, to_json, types_of

KEPT_FLAG = "boilerplate-removed"  # what was cut from a page is not stored with its text
JUDGEMENT = ("article_id", "grade", "score", "reason", "title_is_question", "rules_version")
READ_AT_ONCE = 500
STALE = """
SELECT article_id
FROM core.articles
WHERE rules_version IS DISTINCT FROM $version
  AND ($since::TIMESTAMPTZ IS NULL OR coalesce(published_at, first_seen_at) >= $since::TIMESTAMPTZ)
ORDER BY article_id
"""
RELEVANT = """
SELECT article_id
FROM core.articles
WHERE story_id IS NOT NULL
  AND ($since::TIMESTAMPTZ IS NULL OR coalesce(published_at, first_seen_at) >= $since::TIMESTAMPTZ)
ORDER BY article_id
"""
STORED = """
SELECT a.article_id, a.entry_id, a.page_id, a.parent_article_id, a.url, a.publisher, a.title, a.subtitle, a.section,
       a.authors, a.published_at, a.published_from, a.first_seen_at, a.language, a.script, a.extractor, a.tdm_reserved,
       a.feed_id, a.reason, a.story_id,
       f.url AS feed_url, f.title AS feed_title, f.home, f.scope, f.language AS feed_language,
       (SELECT list({heading: coalesce(s.heading, ''), text: s.text} ORDER BY s.section_no)
        FROM core.sections AS s WHERE s.article_id = a.article_id) AS sections,
       (SELECT list(t.topic) FROM core.topics AS t WHERE t.article_id = a.article_id AND t.section_no IS NULL) AS topics,
       (SELECT list(c.source_name) FROM core.attributions AS c WHERE c.article_id = a.article_id AND c.linked) AS linked,
       (SELECT any_value(g.evidence) FROM core.flags AS g WHERE g.article_id = a.article_id AND g.flag = $kept) AS removed
FROM core.articles AS a
LEFT JOIN core.feeds AS f USING (feed_id)
WHERE a.article_id IN (SELECT unnest($ids::VARCHAR[]))
ORDER BY a.article_id
"""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as stored: whether it counts as relevant (has a story; a digest has none), its topics, and what its flag
    says was cut from the page."""

    article: Article
    is_relevant: bool
    topics: frozenset[str]
    removed: str


def stale_articles(connection: Connection, version: str, since: datetime | None) -> list[str]:
    """Ids of the articles that other rules tagged, of those published (else first seen) since then."""
    found = connection.execute(STALE, {"version": version, "since": since}).fetchall()
    return [article_id for (article_id,) in found]


def stored_articles(connection: Connection, ids: Sequence[str]) -> list[StoredArticle]:
    """These articles, in order of their ids."""
    return [stored_from(row) for row in as_dicts(connection.execute(STORED, {"ids": list(ids), "kept": KEPT_FLAG}))]


def relevant_articles(connection: Connection, since: datetime | None) -> Iterator[StoredArticle]:
    """Relevant articles published (else first seen) since then, a batch in memory at a time."""
    ids = [article_id for (article_id,) in connection.execute(RELEVANT, {"since": since}).fetchall()]
    for start in range(0, len(ids), READ_AT_ONCE):
        yield from stored_articles(connection, ids[start : start + READ_AT_ONCE])


def stored_from(row: Mapping[str, Any]) -> StoredArticle:
    """A row of STORED as the article it was."""
    feed = Feed(
        row["feed_id"] or "",
        row["feed_url"] or "",
        title=row["feed_title"] or "",
        publisher=row["publisher"] or "",
        home=row["home"] or "",
        scope=Scope(row["scope"] or "global"),
        language=row["feed_language"] or "",
    )
    names = "article_id entry_id page_id parent_article_id url title published_at first_seen_at tdm_reserved"
    texts = "subtitle section published_from language script extractor"
    same: dict[str, Any] = {name: row[name] for name in names.split()} | {
        name: row[name] or "" for name in texts.split()
    }
    article = Article(
        **same,
        feed=feed,
        sections=tuple(Section(each["heading"], each["text"]) for each in row["sections"] or ()),
        authors=tuple(row["authors"] or ()),
        is_digest=row["reason"] == "digest",
        linked_names=tuple(row["linked"] or ()),
    )
    return StoredArticle(article, row["story_id"] is not None, frozenset(row["topics"] or ()), row["removed"] or "")


def rows_again(judged: JudgedArticle, tags: Tags | None, removed: str) -> Iterator[tuple[str, Row]]:
    """Table and row of everything that tagging says of an article; `tags` is None where it is not relevant."""
    article = judged.article
    asks = article.title.rstrip().endswith(("?", "\uff1f"))
    values = (article.article_id, str(judged.grade), judged.score, str(judged.reason), asks, judged.rules_version)
    yield "core.articles", dict(zip(JUDGEMENT, values, strict=True))
    yield from rows_of_tags(judged, tags or Tags())
    if tags is not None and removed:
        yield "core.flags", {"article_id": article.article_id, "flag": KEPT_FLAG, "evidence": removed}


def as_texts(rows: Iterable[tuple[str, Row]]) -> dict[str, tuple[list[str], str]]:
    """Rows by table: columns, and the rows as one JSON text."""
    tables: dict[str, list[Row]] = {}
    for table, row in rows:
        tables.setdefault(table, []).append(row)
    return {table: (list(found[0]), to_json(found)) for table, found in tables.items()}


def replace_tags(connection: Connection, ids: Sequence[str], tables: Mapping[str, tuple[Sequence[str], str]]) -> None:
    """Replace all tags of these articles by rows from `as_texts`. The caller holds the transaction."""
    for table in TAG_TABLES:
        delete(connection, table, "article_id", ids)
    for table, (columns, text) in tables.items():
        if table == "core.articles":
            update_judgements(connection, text)
        else:
            insert_text(connection, table, columns, text)


def update_judgements(connection: Connection, text: str) -> None:
    """Write the new verdicts."""
    given = given_rows(types_of(connection, "core.articles", JUDGEMENT))
    values = ", ".join(f"{name} = given.{name}" for name in JUDGEMENT[1:])
    connection.execute(
        f"UPDATE core.articles SET {values} FROM {given} AS given WHERE articles.article_id = given.article_id",  # noqa: S608 - names are ours
        {"rows": text},
    )
