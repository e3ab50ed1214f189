"""Stored articles come back as they were, and their tags are replaced as a whole."""

from dataclasses import replace
from datetime import timedelta

from extractors.records import Flag, Grade, JudgedArticle, Mention, Reason, Span, Tags, TopicTag
from tests.warehouse.builders import NOW, article, loaded, tagged, waiting
from warehouse.articles import own_spans
from warehouse.retagging import KEPT_FLAG, as_texts, rows_again, stale_articles, stored_articles
from warehouse.store import Warehouse

VERSION = "rules-2"
SPAN = Span("text", 0, 0, 7, "Beijing")


def judged_again(warehouse: Warehouse, article_id: str) -> JudgedArticle:
    """The stored article as today's rules would judge it."""
    stored = stored_articles(warehouse.connection, [article_id])[0]
    return JudgedArticle(stored.article, Grade.SECONDARY, 0.6, Reason.JOIN, (SPAN,), VERSION)


def column(warehouse: Warehouse, query: str) -> list[object]:
    return [row[0] for row in warehouse.connection.execute(query).fetchall()]


def test_a_stored_article_is_what_was_loaded(warehouse: Warehouse) -> None:
    one = article(waiting("1"))
    loaded(warehouse, tagged(one))
    back = stored_articles(warehouse.connection, ["a-1"])[0]
    assert back.is_relevant
    names = "article_id entry_id page_id url title subtitle sections language published_at first_seen_at authors"
    assert {name: getattr(back.article, name) for name in names.split()} == {
        name: getattr(one, name) for name in names.split()
    }
    assert back.article.feed.feed_id == one.feed.feed_id
    assert back.article.feed.home == one.feed.home


def test_only_articles_of_other_rules_are_stale(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(article(waiting("1"))))
    version = str(column(warehouse, "SELECT rules_version FROM core.articles")[0])
    assert stale_articles(warehouse.connection, version, None) == []
    assert stale_articles(warehouse.connection, VERSION, None) == ["a-1"]


def test_older_articles_can_be_left_out(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(article(waiting("1"))))
    assert stale_articles(warehouse.connection, VERSION, NOW + timedelta(days=400)) == []


def test_new_tags_replace_the_old_ones_and_the_verdict(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(article(waiting("1"))))
    tags = Tags(
        topics=(TopicTag("chips", None, 0.9, (SPAN,)),),
        mentions=(Mention("huawei", "Huawei", 1, True, True, True, 0.8, (SPAN,)),),
        rules_version=VERSION,
    )
    rows = rows_again(judged_again(warehouse, "a-1"), tags, "")
    warehouse.replace_tags(["a-1"], as_texts(rows))
    assert column(warehouse, "SELECT topic FROM core.topics") == ["chips"]
    assert column(warehouse, "SELECT entity_id FROM core.mentions") == ["huawei"]
    assert column(warehouse, "SELECT rules_version FROM core.articles") == [VERSION]
    assert column(warehouse, "SELECT grade FROM core.articles") == ["secondary"]
    assert set(column(warehouse, "SELECT rules_version FROM core.evidence")) == {VERSION}


def test_text_story_and_sections_stay_as_they_are(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(article(waiting("1"))))
    queries = ("SELECT text FROM core.articles", "SELECT story_id FROM core.articles", "SELECT text FROM core.sections")
    before = [column(warehouse, query) for query in queries]
    warehouse.replace_tags(["a-1"], as_texts(rows_again(judged_again(warehouse, "a-1"), Tags(), "")))
    assert [column(warehouse, query) for query in queries] == before


def test_other_articles_keep_their_tags(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(article(waiting("1"))), tagged(article(waiting("2"))))
    before = column(warehouse, "SELECT topic FROM core.topics WHERE article_id = 'a-2'")
    warehouse.replace_tags(["a-1"], as_texts(rows_again(judged_again(warehouse, "a-1"), Tags(), "")))
    assert column(warehouse, "SELECT topic FROM core.topics WHERE article_id = 'a-2'") == before
    assert column(warehouse, "SELECT topic FROM core.topics WHERE article_id = 'a-1'") == []


def test_what_was_cut_from_the_page_stays_flagged(warehouse: Warehouse) -> None:
    one = tagged(article(waiting("1")))
    loaded(warehouse, replace(one, tags=replace(one.tags, flags=(Flag(KEPT_FLAG, "Read more"),))))
    stored = stored_articles(warehouse.connection, ["a-1"])[0]
    assert stored.removed == "Read more"
    warehouse.replace_tags(["a-1"], as_texts(rows_again(judged_again(warehouse, "a-1"), Tags(), stored.removed)))
    assert column(warehouse, "SELECT evidence FROM core.flags") == ["Read more"]


def test_an_article_that_is_not_relevant_keeps_only_why(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(article(waiting("1"))))
    judged = replace(judged_again(warehouse, "a-1"), grade=Grade.NOT, reason=Reason.AI_ONLY)
    tables = as_texts(rows_again(judged, None, "Read more"))
    assert set(tables) == {"core.articles", "core.evidence"}


def test_a_topic_of_the_article_is_proved_by_places_that_no_section_of_it_has() -> None:
    heading, text = Span("heading", 1, 0, 4, "Chip"), Span("text", 1, 0, 4, "chip")
    whole = TopicTag("chips", None, 0.9, (SPAN, text))
    section = TopicTag("chips", 1, 0.8, (heading, text))
    assert own_spans(whole, Tags(topics=(whole, section))) == (SPAN,)
    assert own_spans(whole, Tags(topics=(whole,))) == (SPAN, text)
