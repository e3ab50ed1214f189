"""The newsroom's own pages, read back: what is extracted against what was written. Floors are in floors.json."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

import pytest

from extractors.articles import ExtractedPage, read_page
from extractors.records import sections_to_text
from flows.demo.pages import article_page, blocks_of
from flows.demo.samples import ARTICLES, Sample, load_samples

FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))["extraction"]
TOKEN = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+")
TAIL = re.compile(
    r"相关阅读|延伸阅读|热门推荐|责任编辑|版权声明|Related stories|Leave a comment|All rights reserved|Sample text written"
)


def words(text: str) -> Counter[str]:
    return Counter(TOKEN.findall(text.lower()))


def scores(sample: Sample, all_of_outlet: list[Sample]) -> dict[str, float]:
    page = read_page(article_page(sample, all_of_outlet), sample.url, {})
    assert isinstance(page, ExtractedPage), (sample.id, page)
    text = sections_to_text(page.sections)
    written, found = words(sample.text), words(text)
    headings = [block.lines[0] for block in blocks_of(sample.text) if block.kind == "heading"]
    kept = {section.heading for section in page.sections}
    return {
        "f1": 2 * (written & found).total() / (written.total() + found.total()),
        "headings": mean(heading in kept for heading in headings) if headings else 1.0,
        "title": float(page.title == sample.title),
        "byline": float(set(page.authors) == set(sample.byline)),
        "date": float(
            page.published_at is not None and page.published_at.astimezone(UTC).date() == sample.published_at.date()
        ),
        "clean": float(not TAIL.search(text)),
    }


@pytest.mark.quality
def test_the_newsroom_s_pages_are_read_as_they_were_written() -> None:
    samples = load_samples(ARTICLES, datetime(2026, 11, 2, 20, tzinfo=UTC))
    outlets: dict[str, list[Sample]] = {}
    for sample in samples:
        outlets.setdefault(sample.outlet.id, []).append(sample)
    found = [scores(sample, outlets[sample.outlet.id]) for sample in samples]
    measured = {name: round(mean(each[name] for each in found), 3) for name in FLOORS}
    assert {name: value for name, value in measured.items() if value < FLOORS[name]} == {}, measured
