"""One monitoring cycle, from the feeds that are due to the loaded warehouse: read this first.

poll -> parse -> seen? -> gate -> [remember] -> fetch -> [archive] -> extract -> relevance -> duplicates -> tag -> [load]

Two durable stops make a kill cheap. `remember` writes polls, validators and entries in one transaction: from here on no
entry is lost. `archive` writes the pages as they came: from here on a crash costs CPU, never a second visit to a site.
"""

from collections.abc import Sequence

from extractors.feeds import entries_of, parse_feed
from extractors.records import Article, DueFeed, Page, Stage, WaitingEntry
from extractors.stories import Placement, in_time_order
from flows.gate import Gate
from flows.ledger import Ledger, Map
from flows.rules import Rules
from flows.web import Web
from flows.web.pace import hosts_in_turn, in_turns
from flows.web.polling import polls_of
from warehouse.store import Warehouse

FEEDS_PER_BATCH = 100  # their bodies are held until parsed: 100 x 10 MB is the worst case
PAGES_PER_BATCH = 200  # what a kill may cost in CPU


def run_cycle(due: Sequence[DueFeed], web: Web, rules: Rules, gate: Gate, warehouse: Warehouse, map: Map) -> Ledger:
    """Poll the feeds that are due, then fetch and load every page that waits; answer with what became of each record."""
    ledger, due = Ledger(), hosts_in_turn(due)
    for start in range(0, len(due), FEEDS_PER_BATCH):
        read_feeds(due[start : start + FEEDS_PER_BATCH], web, gate, warehouse, ledger, map)
    for pages in warehouse.archived_pages(PAGES_PER_BATCH):  # left behind by a run that was killed
        read_pages(pages, rules, warehouse, ledger, map)
    for waiting in in_turns(warehouse.waiting_entries(), PAGES_PER_BATCH, web.pages_per_host):
        read_pages(fetch_pages(waiting, web, warehouse, ledger, map), rules, warehouse, ledger, map)
    return ledger


def read_feeds(due: Sequence[DueFeed], web: Web, gate: Gate, warehouse: Warehouse, ledger: Ledger, map: Map) -> None:
    """Poll a batch of feeds; write down each poll, and each entry as waiting for its page or dropped and why."""
    fetched = ledger.each(Stage.POLL, web.poll, due, map)
    documents = ledger.each(Stage.PARSE, parse_feed, fetched, map)
    del fetched  # the bodies of a hundred feeds
    known = warehouse.known(entries_of(documents))
    entries = known.under_first_ids(entries_of(documents))
    fresh = ledger.each(Stage.SEEN, known.unseen, entries)
    likely = ledger.each(Stage.GATE, known.once(gate.worth_fetching), fresh)
    left = ledger.take_left()
    warehouse.remember(polls_of(documents, known.new_among(entries), left, web.now), likely, left)
    warehouse.keep_site_files(web.take_site_files())


def fetch_pages(
    waiting: Sequence[WaitingEntry], web: Web, warehouse: Warehouse, ledger: Ledger, map: Map
) -> list[Page]:
    """Fetch a batch of pages and archive them as they came; a failed try is written down with its cause."""
    pages = ledger.each(Stage.FETCH, web.fetch, waiting, map)
    warehouse.archive(pages, ledger.take_left())
    warehouse.keep_site_files(web.take_site_files())
    return pages


def read_pages(pages: Sequence[Page], rules: Rules, warehouse: Warehouse, ledger: Ledger, map: Map) -> None:
    """Turn a batch of archived pages into tagged articles and load them in one transaction."""
    articles = ledger.each(Stage.EXTRACT, rules.extractor.extract, pages, map)
    items = rules.relevance.split_digests(articles)
    relevant = sorted(ledger.each(Stage.RELEVANCE, rules.relevance.judge, items), key=in_time_order)
    placement = placement_of([judged.article for judged in relevant], rules, warehouse)
    placed = ledger.each(Stage.DUPLICATES, placement.place, relevant)
    tagged = ledger.each(Stage.TAG, rules.vocabulary.tag, placed)
    warehouse.load(tagged, ledger)


def placement_of(arriving: Sequence[Article], rules: Rules, warehouse: Warehouse) -> Placement:
    """What places these articles: rules, stored articles they may belong to, and how rare their terms are."""
    candidates = warehouse.candidates(arriving, rules.duplicates)
    tellers = [candidate for candidate in candidates if candidate.tells]
    rarity = rules.duplicates.rarity(warehouse.term_counts(rules.duplicates.terms_of([*arriving, *tellers])))
    return Placement(rules.duplicates, candidates, rarity)
