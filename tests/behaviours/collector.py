"""The collector as it lives: every run reads the warehouse, polls the fake web at the time it is told, and writes it down.

`restart` lets go of the warehouse, so that the next run opens it anew. Nothing is replaced but the clock and the way to the
sites: parsing, planning, storing and fetching are the product's own.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from extractors.records import Feed, FeedState, FetchPolicy, Stage
from extractors.relevance import Relevance
from extractors.urls import host_of
from flows.gate import Gate
from flows.ledger import Ledger, in_process
from flows.monitor import fetch_pages, read_feeds
from flows.web import Web
from flows.web.pace import in_turns
from flows.web.polling import due_feeds
from tests.flows.web.fakeweb import FakeWeb, Reply, Request, Watch
from tests.warehouse.builders import Names
from warehouse.entries import as_dicts
from warehouse.store import Warehouse

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = "news.example/feed.xml"
HTML = {"content-type": "text/html; charset=utf-8"}
EVERYTHING: Any = None  # the gate asks the rules about `fetch: likely` only, and no feed here says that
Parse = Callable[[Stage, Callable[[Any], Any], Sequence[Any]], Sequence[Any]]


def feed(feed_id: str = "news", address: str = FEED, **fields: Any) -> Feed:
    """A feed polled hourly whose pages are not asked for, unless fields say otherwise."""
    return Feed(feed_id, f"http://{address}", **({"every_minutes": 60, "fetch": FetchPolicy.NONE} | fields))


def item(
    key: object, *, link: str = "", guid: str | None = None, title: str = "", date: str = "", more: str = ""
) -> str:
    """An RSS item; `guid` None makes one from the key, "" leaves it out."""
    named = f"<guid isPermaLink='false'>{key if guid is None else guid}</guid>" if guid != "" else ""
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    where = f"<link>{link or f'http://news.example/{key}'}</link>"
    return f"<item><title>{title or f'Story {key}'}</title>{where}{named}{dated}{more}</item>"


def rss(*items: str, channel: str = "") -> bytes:
    """An RSS feed of these items; without any, of one."""
    return f"<rss version='2.0'><channel><title>News</title>{channel}{''.join(items or [item(1)])}</channel></rss>".encode()


def validators(etag: str = '"v1"', date: str = "Sun, 01 Nov 2026 00:00:00 GMT", **more: str) -> dict[str, str]:
    """Headers with both validators."""
    return {"etag": etag, "last-modified": date} | more


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did: the feeds that were due, its poll rows, the states after it, and all entries and pages so far."""

    due: list[str]
    polls: dict[str, dict[str, Any]]
    states: dict[str, FeedState]
    health: dict[str, str]
    entries: list[dict[str, Any]]
    pages: list[dict[str, Any]]
    ledger: Ledger

    @property
    def poll(self) -> dict[str, Any]:
        """The row of the only poll."""
        (only,) = self.polls.values()
        return only

    @property
    def state(self) -> FeedState:
        """The state of the only feed."""
        (only,) = self.states.values()
        return only

    @property
    def titles(self) -> list[str]:
        """Titles of all entries so far, sorted."""
        return sorted(entry["title"] for entry in self.entries)


class Collector:
    """`now` is the time of the next run; `run` moves it."""

    def __init__(self, data: Path, web: FakeWeb, feeds: Sequence[Feed], network: dict[str, Any]) -> None:
        self.data = data
        self.web = web
        self.feeds = list(feeds) or [feed()]
        self.network = network
        self.now = NOW
        self.runs = 0
        self.watch = Watch()
        self.fetches = True
        self.parse: Parse = in_process
        self.relevance: Relevance = EVERYTHING
        self._opened = ExitStack()
        self._warehouse: Warehouse | None = None

    @property
    def warehouse(self) -> Warehouse:
        """The live warehouse at the time of the next run, open until `restart`."""
        if self._warehouse is None:
            self._warehouse = self._opened.enter_context(Warehouse.open_live(self.data, self.now))
        self._warehouse.now = self.now
        return self._warehouse

    def restart(self) -> None:
        """Close everything that is open."""
        self._warehouse = None
        self._opened.close()

    def run(self, later: timedelta = timedelta(), **options: Any) -> Run:
        """Let time pass, then run; `force` and `only` as a person gives them."""
        self.now += later
        self.runs += 1
        network = self.web.network(**({"resolve": self._names()} | self.network))
        warehouse = self.warehouse
        with Web(network, self.now, self.watch.clock(), warehouse.site_files()) as out:
            return self._run(warehouse, out, **options)

    def serve(self, *replies: Reply | bytes, at: str = FEED) -> None:
        """Answer an address so from now on; bytes are a feed without validators."""
        self.web.serve(at, *(Reply(reply) if isinstance(reply, bytes) else reply for reply in replies))

    def asked(self, at: str = FEED) -> list[Request]:
        """The requests for an address so far."""
        return self.web.asked(at)

    def count(self, table: str) -> int:
        """How many rows a table of the live file has."""
        found = self.warehouse.connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - ours
        return int(found[0]) if found else 0

    @property
    def conditions(self) -> list[tuple[str | None, str | None]]:
        """The validators each request for the feed carried."""
        return [(one.headers.get("if-none-match"), one.headers.get("if-modified-since")) for one in self.asked()]

    def _names(self) -> dict[str, str]:
        hosts = {host_of(each.url) for each in self.feeds}
        return self.web.network().resolve | dict.fromkeys(hosts, f"127.0.0.1:{self.web.port}")

    def _map(self, out: Web) -> Parse:
        def run(stage: Stage, step: Callable[[Any], Any], records: Sequence[Any]) -> Sequence[Any]:
            if stage in (Stage.POLL, Stage.FETCH):
                return out.gather(step, records)
            return (self.parse if stage is Stage.PARSE else in_process)(stage, step, records)

        return run

    def _run(self, warehouse: Warehouse, out: Web, **options: Any) -> Run:
        warehouse.sync(self.feeds, Names())
        due = due_feeds(self.feeds, warehouse.feed_states(), self.now, **options)
        run_id, ledger, map = f"{self.now:%d%H%M}-{self.runs}", Ledger(), self._map(out)
        warehouse.start_run(run_id)
        read_feeds(
            due, out, Gate(self.relevance, frozenset(), datetime.min.replace(tzinfo=UTC)), warehouse, ledger, map
        )
        entries = warehouse.waiting_entries() if self.fetches else []
        for waiting in in_turns(entries, 100, out.pages_per_host):
            fetch_pages(waiting, out, warehouse, ledger, map)
        polls = as_dicts(warehouse.connection.execute("FROM core.polls WHERE run_id = ?", [run_id]))
        health = dict(warehouse.connection.execute("SELECT feed_id, state FROM core.feeds").fetchall())
        return Run(
            due=[each.feed.feed_id for each in due],
            polls={poll["feed_id"]: poll for poll in polls},
            states={name: state for name, state in warehouse.feed_states().items() if health[name] != "paused"},
            health=health,
            entries=as_dicts(warehouse.connection.execute("FROM core.entries ORDER BY first_seen_at, entry_id")),
            pages=as_dicts(warehouse.connection.execute("FROM core.pages ORDER BY url")),
            ledger=ledger,
        )
