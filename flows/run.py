"""One run from start to published: loads the rules, takes the warehouse, walks the path, closes the books."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from extractors.errors import UsageMistake
from extractors.records import Feed, FeedState, Stage
from flows.gate import Gate
from flows.home import Home
from flows.ledger import Ledger
from flows.monitor import run_cycle
from flows.report import RunReport, exit_of
from flows.rules import Rules, load_rules
from flows.settings import Config, Settings, load_config
from flows.tasks import Wrap, plainly, spread, told
from flows.web import Network, Web
from flows.web.polling import due_feeds
from flows.workers import Workers
from warehouse.publish import is_due, publish
from warehouse.readers import due_page_count, published_states
from warehouse.store import Warehouse

Tell = Callable[[Stage, int, int], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a person may choose. `now` None is the clock; `since` overrides run.first_days."""

    only: tuple[str, ...] = ()
    since: datetime | None = None
    now: datetime | None = None
    force: bool = False
    strict: bool = False


def utc_now() -> datetime:
    """The clock. The only place that reads it for a run."""
    return datetime.now(UTC)


def parse_time(text: str) -> datetime:
    """ISO 8601 with a zone, as UTC. Raises UsageMistake when the zone is missing or the text is no time."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise UsageMistake(f"{text!r} is not a time with a zone; write it like 2026-11-02T08:00:00Z")
    return time.astimezone(UTC)


def silently(stage: Stage, size: int, done: int) -> None:
    """Tell nobody."""


def run_monitor(home: Home, options: RunOptions, wrap: Wrap = plainly, tell: Tell = silently) -> RunReport:
    """One cycle on a home: poll what is due, load what waits, publish. `wrap` says how batches are shown (`as_tasks`).

    Raises ConfigError, LockedError, StorageError or SchemaError; failing feeds and pages are in the report instead.
    """
    now = options.now or utc_now()
    config = load_config(home.root).at(now)
    rules = load_rules(home.root)
    require_known(options.only, config.feeds)
    with ExitStack() as stack:
        warehouse = stack.enter_context(Warehouse.open_live(home.data, now))
        network = stack.enter_context(newsroom_network(config.settings))
        workers = stack.enter_context(Workers())
        web = stack.enter_context(Web(network, now, known_sites=warehouse.site_files()))
        run_id = new_run_id(now)
        warehouse.sync(config.feeds, rules.vocabulary)
        states = warehouse.feed_states()
        due = due_feeds(config.feeds, states, now, options.only, force=options.force)
        warehouse.start_run(run_id)
        gate = gate_of(config, rules, states, options, now)
        ledger = run_cycle(due, web, rules, gate, warehouse, told(wrap(spread(web, workers)), tell))
        is_published = is_due(home.published, now, config.settings.run.publish_minutes)
        report = report_of(run_id, now, ledger, config, warehouse, options, is_published=is_published)
        warehouse.finish_run(options.now or utc_now(), report.exit, ledger)
        if is_published:
            publish(warehouse)
    return report


@contextmanager
def newsroom_network(settings: Settings) -> Iterator[Network]:
    """The network of this run; a demo home's leads to the embedded newsroom, which runs meanwhile."""
    if settings.demo_on is None:
        yield settings.network
        return
    from flows.demo.newsroom import Newsroom

    with Newsroom(settings.demo_on) as newsroom:
        yield settings.network.model_copy(
            update={
                "resolve": newsroom.resolve(),
                "allow_private": (*settings.network.allow_private, *newsroom.allow_private),
            }
        )


def dry_run_of(home: Home, options: RunOptions) -> dict[str, Any]:
    """What a run would do now: nothing is requested, written or locked."""
    now = options.now or utc_now()
    config = load_config(home.root).at(now)
    require_known(options.only, config.feeds)
    states, waiting = published_states(home.published), due_page_count(home.published, now)
    due = due_feeds(config.feeds, states, now, options.only, force=options.force)
    return {"schema": 1, "now": now.isoformat(), "due": [each.feed.feed_id for each in due], "waiting": waiting}


def publish_home(home: Home, now: datetime) -> str:
    """Publish what the live file holds. Raises LockedError, SchemaError or StorageError."""
    with Warehouse.open_live(home.data, now) as warehouse:
        publish(warehouse)
    return "data/published.duckdb"


def require_known(only: tuple[str, ...], feeds: tuple[Feed, ...]) -> None:
    """Raise UsageMistake when a feed is asked for that config/feeds.yaml does not have."""
    unknown = sorted(set(only) - {feed.feed_id for feed in feeds})
    if unknown:
        raise UsageMistake(f"config/feeds.yaml: no feed {', '.join(unknown)}; `sinoscope feeds list` shows them")


def new_run_id(now: datetime) -> str:
    """Sorts by time, and is new even when the same moment is replayed."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def gate_of(config: Config, rules: Rules, states: dict[str, FeedState], options: RunOptions, now: datetime) -> Gate:
    """The gate of this run: a feed that never brought an entry is at its first poll, however often it failed before."""
    first = {
        feed.feed_id for feed in config.feeds if feed.feed_id not in states or not states[feed.feed_id].last_new_at
    }
    return Gate(rules.relevance, first, options.since or now - timedelta(days=config.settings.run.first_days))


def report_of(
    run_id: str,
    now: datetime,
    ledger: Ledger,
    config: Config,
    warehouse: Warehouse,
    options: RunOptions,
    *,
    is_published: bool,
) -> RunReport:
    """Put the run's figures together: what the ledger counted, and what the warehouse now says of feeds and stories."""
    enabled = [feed.feed_id for feed in config.feeds if feed.enabled]
    failing = warehouse.failing_feeds()
    stories_new, stories_updated = warehouse.story_counts()
    return RunReport(
        run_id=run_id,
        now=now,
        exit=exit_of(ledger, len(failing), len(enabled), config.settings.run.failed_share, strict=options.strict),
        ledger=ledger,
        poll_failures=warehouse.poll_failures(),
        enabled_count=len(enabled),
        failing=failing,
        new_count=warehouse.new_entry_count(),
        waiting_count=warehouse.waiting_count(),
        loaded_count=warehouse.loaded_count,
        relevant_count=ledger.stages[Stage.TAG].passed,
        stories_new=stories_new,
        stories_updated=stories_updated,
        published="data/published.duckdb" if is_published else None,
    )
