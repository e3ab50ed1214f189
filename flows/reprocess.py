"""Reads archived pages again under today's rules: after a rule change, or the pages that were quarantined."""

from datetime import datetime
from typing import Any

from extractors.records import Stage
from flows.home import Home
from flows.ledger import Ledger
from flows.monitor import PAGES_PER_BATCH, read_pages
from flows.rules import load_rules
from flows.run import new_run_id, utc_now
from flows.settings import load_config
from flows.tasks import Wrap, plainly
from flows.workers import Workers
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
