"""Placing: an article joins the story of its best earlier match, whatever the order a batch arrives in."""

import pickle
import random
from dataclasses import replace
from datetime import timedelta

from extractors.records import Article, DuplicateKind, Grade, JudgedArticle, PlacedArticle, Reason
from extractors.stories import Placement, in_time_order
from extractors.stories.reading import MARKS
from tests.extractors.rulebook import TODAY, article, rules
from tests.extractors.stories.test_near import CHINESE, OTHER, TEXT


def judged(name: str, title: str, text: str, hours: float = 0) -> JudgedArticle:
    page: Article = article(title, text)
    page = replace(page, article_id=name, url=f"https://{name}.example/", published_at=TODAY + timedelta(hours=hours))
    return JudgedArticle(page, Grade.CORE, 1.0, Reason.JOIN, (), "v")


def placed(articles: list[JudgedArticle]) -> dict[str, PlacedArticle]:
    placement = Placement(rules().duplicates, ())
    return {each.article.article_id: placement.place(each) for each in sorted(articles, key=in_time_order)}


BATCH = [
    judged("first", "Lanternfish opens robot factory in Hefei", TEXT),
    judged("copy", "Robot factory opens in Hefei", TEXT, 1),
    judged("near", "Lanternfish opens robot factory", TEXT + " More soon.", 2),
    judged("teaser", "Lanternfish opens robot factory in Hefei", TEXT[:230], 3),
    judged("zh", "灯鱼机器人合肥工厂启用", CHINESE, 4),
    judged("other", "Oslo library opens longer", OTHER, 5),
]


def test_copies_join_the_first_and_say_what_they_are() -> None:
    rows = placed(BATCH)
    assert rows["first"].duplicate_of is None
    assert (rows["copy"].duplicate_of, rows["copy"].kind) == ("first", DuplicateKind.EXACT)
    assert rows["near"].kind is DuplicateKind.NEAR
    assert rows["teaser"].kind is DuplicateKind.TRUNCATED
    assert len({rows[name].story_id for name in ("first", "copy", "near", "teaser")}) == 1


def test_strangers_have_stories_of_their_own() -> None:
    rows = placed(BATCH)
    assert rows["other"].story_id != rows["first"].story_id
    assert rows["other"].kind is None


def test_the_report_in_the_other_language_joins_the_story_and_is_no_copy() -> None:
    rows = placed(BATCH)
    assert rows["zh"].story_id == rows["first"].story_id
    assert rows["zh"].kind is DuplicateKind.SAME_STORY
    assert "in the other language" in rows["zh"].why


def test_the_order_of_arrival_changes_nothing() -> None:
    expected = placed(BATCH)
    for seed in range(5):
        shuffled = BATCH[:]
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - a shuffle, no secret
        assert placed(shuffled) == expected


def test_placing_again_keeps_the_story() -> None:
    placement = Placement(rules().duplicates, ())
    first = placement.place(BATCH[0])
    assert placement.place(BATCH[0]).story_id == first.story_id


def test_an_article_that_is_placed_again_is_counted_once_among_the_terms() -> None:
    rarity = rules().duplicates.rarity({})
    before = rarity.articles(MARKS[False])
    placement = Placement(rules().duplicates, (), rarity)
    placement.place(BATCH[0])
    counted = rarity.articles(MARKS[False])
    placement.place(BATCH[0])
    assert rarity.articles(MARKS[False]) == counted == before + 1


def test_the_rules_of_duplicates_survive_pickling() -> None:
    copy = pickle.loads(pickle.dumps(rules().duplicates))  # noqa: S301 - our own bytes
    assert copy.fingerprint(BATCH[0].article) == rules().duplicates.fingerprint(BATCH[0].article)
