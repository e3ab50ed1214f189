"""Reads archived pages again under today's rules: after a rule change, or the pages that were quarantined."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from extractors.articles.differences import Difference, counts_of, difference_of
from extractors.records import Stage
from flows.home import Home
from flows.ledger import Ledger
from flows.monitor import PAGES_PER_BATCH, read_pages
from flows.rules import load_rules
from flows.run import new_run_id, utc_now
from flows.settings import load_config
from flows.tasks import Wrap, plainly
from flows.workers import Workers
from warehouse.extractions import stored_texts
from warehouse.publish import publish
from warehouse.store import Warehouse


def reprocess_archive(
    home: Home, since: datetime | None, *, only_quarantine: bool = False, wrap: Wrap = plainly
) -> dict[str, Any]:
    """Extract, judge, place, tag and load archived pages again; answers with the ledger. No site is visited.

    Raises ConfigError, LockedError, StorageError or SchemaError.
    """
    now = utc_now()
    config, rules, ledger = load_config(home.root), load_rules(home.root), Ledger()
    with Warehouse.open_live(home.data, now) as warehouse, Workers() as workers:
        run_id = new_run_id(now)
        warehouse.sync(config.feeds, rules.vocabulary)
        warehouse.start_run(run_id)
        for pages in warehouse.read_again(PAGES_PER_BATCH, since, only_quarantine=only_quarantine):
            read_pages(pages, rules, warehouse, ledger, wrap(workers.map))
        warehouse.finish_run(utc_now(), 0, ledger)
        publish(warehouse)
    return {"schema": 1, "run_id": run_id, "pages": ledger.stages[Stage.EXTRACT].total_in, "stages": ledger.to_json()}


def diff_archive(home: Home, since: datetime | None, *, only_quarantine: bool = False) -> list[Difference]:
    """What reading archived pages again would change in the articles, page by page; nothing is written.

    Raises ConfigError, LockedError, StorageError or SchemaError: the archive is read under the writer's lock.
    """
    rules, found = load_rules(home.root), list[Difference]()
    with Warehouse.open_live(home.data, utc_now()) as warehouse, Workers() as workers:
        for pages in warehouse.read_again(PAGES_PER_BATCH, since, only_quarantine=only_quarantine):
            stored = stored_texts(warehouse.connection, [page.fetch.page_id for page in pages])
            answers = workers.map(Stage.EXTRACT, rules.extractor.extract, pages)
            found += [
                difference_of(page.fetch.page_id, page.fetch.url, stored.get(page.fetch.page_id), answer)
                for page, answer in zip(pages, answers, strict=True)
            ]
    return found


def diff_json(differences: Sequence[Difference]) -> dict[str, Any]:
    """The object of `reprocess --diff --json`: pages by kind, and each page that differs."""
    told = [asdict(each) for each in differences if each.kind not in ("unchanged", "none")]
    return {"schema": 1, "pages": len(differences), **counts_of(differences), "differences": told}
