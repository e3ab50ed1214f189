"""Gate: copies, teasers and rewrites among the sample articles are found, templates and follow-ups are not taken for copies."""

import json
from functools import cache
from pathlib import Path

import pytest

from extractors.records import Grade, JudgedArticle, PlacedArticle, Reason, is_copy
from extractors.stories import Placement, Rarity, in_time_order
from flows.demo.samples import ARTICLES, Sample, article_files, load_samples, read_articles
from tests.extractors.rulebook import rules
from tests.quality.test_tagging import TODAY, article_of

pytestmark = pytest.mark.quality
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))["duplicates"]
COPIES = ("syndicated", "edited-headline", "truncated", "spun")


@cache
def placed() -> tuple[dict[str, Sample], dict[str, PlacedArticle]]:
    """Every sample with a label, in its story."""
    samples = {
        sample.id: sample for sample in load_samples(ARTICLES, TODAY) if sample.labels.get("relevant") or sample.of
    }
    placement = Placement(rules().duplicates, ())
    articles = [JudgedArticle(article_of(sample), Grade.CORE, 1.0, Reason.JOIN, (), "") for sample in samples.values()]
    return samples, {each.article.article_id: placement.place(each) for each in sorted(articles, key=in_time_order)}


@cache
def measured() -> dict[str, float]:
    """Recall of copies by kind, and how often what is no copy was left alone."""
    samples, rows = placed()
    figures = {}
    for change in COPIES:
        pairs = [(sample.id, sample.of) for sample in samples.values() if sample.change == change and sample.of in rows]
        figures[change] = sum(rows[a].story_id == rows[str(b)].story_id for a, b in pairs) / len(pairs)
    others = [
        row for key, row in rows.items() if samples[key].of is None and not any(s.of == key for s in samples.values())
    ]
    figures["left_alone"] = sum(not is_copy(row.kind) for row in others) / len(others)
    return figures


@pytest.mark.parametrize("figure", FLOORS)
def test_the_figure_is_no_lower_than_its_floor(figure: str) -> None:
    assert measured()[figure] >= FLOORS[figure]


def test_no_recurring_report_is_taken_for_a_copy_of_another() -> None:
    templates = [each.id for path in article_files(ARTICLES) for each in read_articles(path) if each.template]
    _, rows = placed()
    stories = [rows[key].story_id for key in templates if key in rows]
    assert len(stories) >= 4
    assert len(set(stories)) == len(stories)


STRANGERS = (
    "hospital-models",
    "price-war-timeline",
    "kimi-k2-agents",
    "cyber-espionage-agents",
    "labelling-rules-year",
)


def test_the_first_articles_of_a_new_archive_are_no_story_because_they_share_common_words() -> None:
    samples = {each.id: each for each in load_samples(ARTICLES, TODAY)}
    judged = [JudgedArticle(article_of(samples[key]), Grade.CORE, 1.0, Reason.JOIN, (), "") for key in STRANGERS]
    ordered = sorted(judged, key=in_time_order)
    stories = {}
    for expecting in (True, False):
        rarity = rules().duplicates.rarity({}) if expecting else Rarity({})
        placement = Placement(rules().duplicates, (), rarity)
        stories[expecting] = len({placement.place(each).story_id for each in ordered})
    assert stories[True] == len(STRANGERS)
    assert stories[False] < len(STRANGERS), (
        "without config/common_terms.yaml strangers would meet: the test means something"
    )
