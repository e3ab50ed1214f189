"""Data checks and housekeeping: every promise of the warehouse looked at, in one flow."""

from datetime import datetime
from typing import Any

from flows.home import Home
from warehouse.checks import run_checks
from warehouse.publish import publish
from warehouse.store import Warehouse


def maintain_home(home: Home, now: datetime) -> dict[str, Any]:
    """Run every check on the live file and publish; answers with the rows that break a promise, by check."""
    with Warehouse.open_live(home.data, now) as warehouse:
        broken = run_checks(warehouse.connection)
        publish(warehouse)
    return {"schema": 1, "checks": dict(broken.items())}
