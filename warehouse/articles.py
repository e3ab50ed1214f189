"""Articles with all their tags, as rows: a batch replaces what was there of the same articles."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from extractors.records import Article, JudgedArticle, Span, TaggedArticle, Tags, TopicTag, is_copy
from warehouse import extractions
from warehouse.connection import Connection
from warehouse.rows import Row, delete, insert

TAG_TABLES = (
    "core.topics",
    "core.mentions",
    "core.attributions",
    "core.takeaways",
    "core.years",
    "core.flags",
    "core.quotes",
    "core.places",
    "core.cues",
    "core.evidence",
)
CHILDREN = ("core.sections", *TAG_TABLES, "core.lineage")
SAMPLE_WORDS = 5


def replace_articles(
    connection: Connection, tagged: Sequence[TaggedArticle], not_relevant: Sequence[JudgedArticle], now: datetime
) -> None:
    """Write articles of every grade. The caller holds the transaction."""
    judged = [each.placed.judged for each in tagged] + list(not_relevant)
    ids = [each.article.article_id for each in judged]
    for table in CHILDREN:
        delete(connection, table, "article_id", ids)
    insert(connection, "core.articles", [*map_tagged(tagged, now), *map_judged(not_relevant, now)], replace=True)
    extractions.remember(connection, [each.article for each in judged])
    insert(connection, "core.sections", [row for each in judged for row in section_rows(each.article)])
    insert(connection, "core.evidence", [row for each in not_relevant for row in relevance_rows(each)])
    tables: dict[str, list[Row]] = {table: [] for table in CHILDREN}
    for each in tagged:
        for table, row in tag_rows(each):
            tables[table].append(row)
    for table, rows in tables.items():
        insert(connection, table, rows)


def stored_of(connection: Connection, entry_ids: Sequence[str]) -> set[str]:
    """The articles that are stored of these entries."""
    found = connection.execute(
        "SELECT article_id FROM core.articles WHERE entry_id IN (SELECT unnest($ids::VARCHAR[]))",
        {"ids": list(entry_ids)},
    )
    return {article_id for (article_id,) in found.fetchall()}


def remove(connection: Connection, article_ids: Sequence[str]) -> None:
    """Delete articles that a page no longer gives, with all that was said of them."""
    for table in (*CHILDREN, "core.extractions", "core.articles"):
        delete(connection, table, "article_id", article_ids)


def map_tagged(tagged: Sequence[TaggedArticle], now: datetime) -> Iterator[Row]:
    """Rows of core.articles of relevant articles."""
    for each in tagged:
        yield article_row(each.placed.judged, now) | {
            "title_is_question": each.tags.title_is_question,
            "story_id": each.placed.story_id,
            "duplicate_of": each.placed.duplicate_of,
        }


def map_judged(judged: Sequence[JudgedArticle], now: datetime) -> Iterator[Row]:
    """Rows of core.articles of the others: no story, no tags."""
    return (article_row(each, now) for each in judged)


def article_row(judged: JudgedArticle, now: datetime) -> dict[str, Any]:
    """A row of core.articles without a story."""
    article = judged.article
    text = article.text
    return {
        "article_id": article.article_id,
        "entry_id": article.entry_id,
        "page_id": article.page_id,
        "parent_article_id": article.parent_article_id,
        "feed_id": article.feed.feed_id,
        "url": article.url,
        "publisher": article.feed.publisher,
        "language": article.language,
        "script": article.script,
        "title": article.title,
        "title_is_question": article.title.rstrip().endswith(("?", "\uff1f")),
        "subtitle": article.subtitle or None,
        "section": article.section or None,
        "authors": list(article.authors),
        "published_at": article.published_at,
        "published_from": article.published_from,
        "first_seen_at": article.first_seen_at,
        "text": text,
        "chars": len(text),
        "grade": judged.grade,
        "reason": judged.reason,
        "score": judged.score,
        "story_id": None,
        "duplicate_of": None,
        "tdm_reserved": article.tdm_reserved,
        "rules_version": judged.rules_version,
        "extractor": article.extractor,
        "loaded_at": now,
    }


def section_rows(article: Article) -> Iterator[Row]:
    """Rows of core.sections."""
    for number, section in enumerate(article.sections):
        yield {
            "article_id": article.article_id,
            "section_no": number,
            "heading": section.heading or None,
            "text": section.text,
        }


def relevance_rows(judged: JudgedArticle) -> Iterator[Row]:
    """The sentences that decided on relevance, as rows of core.evidence."""
    for span in judged.evidence:
        yield span_row(
            judged.article.article_id, "relevance", str(judged.grade), span, judged.score, judged.rules_version
        )


def span_row(article_id: str, facet: str, key: str, span: Span, score: float | None, rules_version: str) -> Row:
    """One proof."""
    return {
        "article_id": article_id,
        "facet": facet,
        "key": key,
        "part": span.part,
        "section_no": span.section_no,
        "start_char": span.start_char,
        "end_char": span.end_char,
        "words": span.words,
        "score": score,
        "rules_version": rules_version,
    }


def tag_rows(tagged: TaggedArticle) -> Iterator[tuple[str, Row]]:
    """Every tag of an article with its proofs, and whom it copies: table and row."""
    yield from rows_of_tags(tagged.placed.judged, tagged.tags)
    yield from lineage_rows(tagged)


def rows_of_tags(judged: JudgedArticle, tags: Tags) -> Iterator[tuple[str, Row]]:
    """The tags with their proofs: table and row."""
    article_id = judged.article.article_id
    for row in relevance_rows(judged):
        yield "core.evidence", row
    yield from value_rows(article_id, tags)
    for facet, key, score, spans in proofs(tags):
        for span in spans:
            yield "core.evidence", span_row(article_id, facet, key, span, score, tags.rules_version)


def value_rows(article_id: str, tags: Tags) -> Iterator[tuple[str, Row]]:
    """The tags themselves."""
    own = {"article_id": article_id}
    for topic in tags.topics:
        words = "; ".join(dict.fromkeys(span.words for span in topic.spans[:SAMPLE_WORDS]))
        yield (
            "core.topics",
            own
            | {
                "section_no": topic.section_no,
                "topic": topic.topic,
                "score": topic.score,
                "evidence": words,
                "rules_version": tags.rules_version,
            },
        )
    for mention in tags.mentions:
        yield (
            "core.mentions",
            own
            | {
                "entity_id": mention.entity_id,
                "mentions": mention.mentions,
                "in_title": mention.in_title,
                "in_lead": mention.in_lead,
                "is_main": mention.is_main,
                "score": mention.score,
            },
        )
    for source in tags.attributions:
        yield (
            "core.attributions",
            own
            | {
                "source_id": source.source_id,
                "source_name": source.source_name,
                "kind": source.kind,
                "count": source.count,
                "linked": source.linked,
            },
        )
    yield from small_rows(own, tags)


def small_rows(own: dict[str, str], tags: Tags) -> Iterator[tuple[str, Row]]:
    """Tags of one value each."""
    for number, takeaway in enumerate(tags.takeaways, start=1):
        yield "core.takeaways", own | {"takeaway_no": number, "text": takeaway.text}
    for year, kind, section_no in sorted(
        {(year.year, year.kind, year.span.section_no) for year in tags.years},
        key=lambda key: (key[0], key[1], key[2] or 0),
    ):
        yield "core.years", own | {"year": year, "kind": kind, "section_no": section_no}
    for flag in tags.flags:
        yield "core.flags", own | {"flag": flag.flag, "evidence": flag.evidence}
    for number, quote in enumerate(tags.quotes, start=1):
        yield (
            "core.quotes",
            own | {"quote_no": number, "text": quote.text, "speaker": quote.speaker, "verb": quote.verb},
        )
    for place in tags.places:
        yield "core.places", own | {"place_id": place.place_id, "side": place.side}
    for cue in tags.cues:
        yield "core.cues", own | {"cue": cue.cue, "count": cue.count}


def proofs(tags: Tags) -> Iterator[tuple[str, str, float | None, Sequence[Span]]]:
    """Facet, key, score and places of every tag."""
    for topic in tags.topics:
        yield "topic", topic.topic, topic.score, topic.spans if topic.section_no is not None else own_spans(topic, tags)
    for mention in tags.mentions:
        yield "entity", mention.entity_id, mention.score, mention.spans
    for source in tags.attributions:
        yield "attribution", source.source_id, None, source.spans
    for number, takeaway in enumerate(tags.takeaways, start=1):
        yield "takeaway", str(number), None, (takeaway.span,)
    for year in tags.years:
        yield "year", str(year.year), None, (year.span,)
    for flag in tags.flags:
        yield "flag", flag.flag, None, (flag.span,) if flag.span else ()
    for number, quote in enumerate(tags.quotes, start=1):
        yield "quote", str(number), None, (quote.span,)
    for place in tags.places:
        yield "place", place.place_id, None, place.spans
    for cue in tags.cues:
        yield "cue", cue.cue, None, cue.spans


def own_spans(topic: TopicTag, tags: Tags) -> Sequence[Span]:
    """Of an article's topic: the proofs its sections do not already have."""
    in_sections = {
        span
        for other in tags.topics
        if other.topic == topic.topic and other.section_no is not None
        for span in other.spans
    }
    return tuple(span for span in topic.spans if span not in in_sections)


def lineage_rows(tagged: TaggedArticle) -> Iterator[tuple[str, Row]]:
    """Who rewrote whom, where the pair is a copy or rewrite and not merely the same event."""
    placed = tagged.placed
    if placed.duplicate_of and is_copy(placed.kind):
        yield (
            "core.lineage",
            {
                "article_id": placed.judged.article.article_id,
                "origin_article_id": placed.duplicate_of,
                "kind": placed.kind,
                "confidence": placed.score,
                "hours": None,
            },
        )
