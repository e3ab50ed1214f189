"""Gate: relevance, topics, main entities, cited sources and targets on the sample newsroom's labelled articles."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from extractors.records import Article, Feed, Grade, text_to_sections
from flows.demo.samples import ARTICLES, Sample, load_samples
from tests.extractors.rulebook import rules

pytestmark = pytest.mark.quality
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))["tagging"]
TODAY = datetime(2026, 11, 25, 12, tzinfo=UTC)


def article_of(sample: Sample) -> Article:
    """A sample as the article its page gives."""
    outlet = sample.outlet
    feed = Feed(
        outlet.id,
        f"http://{outlet.host}/",
        title=outlet.name,
        publisher=outlet.host,
        home=outlet.home,
        scope=outlet.scope,
    )
    return Article(
        sample.id,
        sample.id,
        "",
        sample.url,
        feed,
        sample.title,
        text_to_sections(sample.text),
        sample.published_at,
        subtitle=sample.subtitle,
        published_at=sample.published_at,
        language=sample.language.split("-")[0],
    )


@cache
def measured() -> dict[str, float]:
    """Every figure of the gate."""
    pairs: dict[str, list[tuple[set[object], set[object]]]] = {
        "relevance": [],
        "topics": [],
        "main_entities": [],
        "sources": [],
        "targets": [],
    }
    known = {
        name.casefold(): entity.name
        for entity in rules().vocabulary.lexicon.entities.values()
        for name in (entity.name, *entity.aliases)
    }
    for sample in load_samples(ARTICLES, TODAY):
        labels = sample.labels
        if "relevant" not in labels:
            continue
        scan = rules().vocabulary.lexicon.scan(article_of(sample))
        is_relevant = rules().relevance.verdict(scan).grade is not Grade.NOT
        pairs["relevance"].append(({sample.id} if labels["relevant"] else set(), {sample.id} if is_relevant else set()))
        if labels["relevant"] and "topics" in labels:
            tags = rules().vocabulary.tags_from(scan)
            named = {known.get(str(name).casefold(), name) for name in labels["main_entities"]}
            cited = {known.get(str(name).casefold(), name) for name in labels["cited_sources"]}
            pairs["topics"].append(
                (set(labels["topics"]), {tag.topic for tag in tags.topics if tag.section_no is None})
            )
            pairs["main_entities"].append((named, {row.name for row in tags.mentions if row.is_main}))
            pairs["sources"].append((cited, {row.source_name for row in tags.attributions if row.kind != "anonymous"}))
            pairs["targets"].append((set(labels["targets"]), {row.year for row in tags.years if row.kind == "target"}))
    return {f"{name}_f1": f1(rows) for name, rows in pairs.items()} | {"articles": len(pairs["relevance"])}


def f1(pairs: Iterable[tuple[set[object], set[object]]]) -> float:
    rows = list(pairs)
    right = sum(len(wanted & got) for wanted, got in rows)
    return 2 * right / sum(len(wanted) + len(got) for wanted, got in rows)


@pytest.mark.parametrize("figure", FLOORS)
def test_the_figure_is_no_lower_than_its_floor(figure: str) -> None:
    assert measured()[figure] >= FLOORS[figure]
