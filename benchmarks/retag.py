"""Tags a stored archive again, writes included, and says how long it takes: `python -m benchmarks.retag [ARTICLES]`.

The articles are the sample newsroom's, cut to 1,000 characters and stored under other ids with the tags they have today;
then a rule changes and all of them are tagged anew on all cores. The aim is 100,000 in 60 s on two.
"""

import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from benchmarks.fit_logistic import labelled
from extractors.records import Dropped, Fingerprint, PlacedArticle, TaggedArticle
from flows.cli.tag import article_from
from flows.home import Home
from flows.ledger import Ledger
from flows.new_home import make_home
from flows.retag import apply
from flows.rules import load_rules
from warehouse.publish import publish
from warehouse.store import Warehouse

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
CHARS, BATCH = 1_000, 2_000
RULE = "topics:\n  - {id: rain, name: Rain, group: business, definition: Rain., strong: {en: [rain], zh: [雨]}}\n"


def stored_samples(home: Home, count: int) -> int:
    """Fill the warehouse; answers with the number of relevant articles in it."""
    rules, kept = load_rules(home.root), list[TaggedArticle]()
    for number, record in enumerate(islice(cycle(labelled([])), 0, min(count, 148))):
        article = article_from(record | {"text": (record["text"] * 3)[:CHARS]})
        article = replace(
            article, feed=replace(article.feed, feed_id=article.article_id)
        )  # its home counts in the verdict
        judged = rules.relevance.judge(article)
        if not isinstance(judged, Dropped):
            placed = PlacedArticle(judged, Fingerprint(str(number), (number,)), f"s{number}")
            kept.append(rules.vocabulary.tag(placed))
    with Warehouse.open_live(home.data, NOW) as warehouse:
        warehouse.sync([each.placed.judged.article.feed for each in kept], rules.vocabulary)
        for start in range(0, count, BATCH):
            warehouse.load([renamed(kept[n % len(kept)], n) for n in range(start, min(count, start + BATCH))], Ledger())
        publish(warehouse)
    return count


def renamed(tagged: TaggedArticle, number: int) -> TaggedArticle:
    """The same article under an id of its own, in a story of its own."""
    placed = tagged.placed
    article = replace(placed.judged.article, article_id=f"a{number}", entry_id=f"e{number}")
    judged, own = replace(placed.judged, article=article), Fingerprint(str(number), ())
    return replace(tagged, placed=replace(placed, judged=judged, story_id=f"s{number}", fingerprint=own))


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        make_home(home.root, demo_at=NOW)
        stored = stored_samples(home, count)
        (home.root / "config" / "topics.yaml").write_text(RULE, encoding="utf-8")
        began = time.monotonic()
        changes = apply(home)
        seconds = time.monotonic() - began
        again = time.monotonic()
        assert apply(home).articles == 0
        each = f"{seconds:.1f} s: {changes.articles / seconds:.0f}/s"
        print(f"{stored} stored articles of {CHARS} characters, tagged again and written in {each}")
        print(f"without a rule change: {time.monotonic() - again:.1f} s, no row touched")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
