"""Serves the sample articles on loopback: every outlet under its own host name, all of them on one port.

with Newsroom(today) as newsroom:
    ...  # poll newsroom.feeds() with network.resolve = newsroom.resolve(), allow_private = newsroom.allow_private
"""

import asyncio
import gzip
import socket
import threading
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from extractors.errors import ConfigError
from flows.demo.outlets import OUTLETS, Fault, Outlet
from flows.demo.samples import ARTICLES, Sample, load_samples
from flows.demo.sites import Address, Answer, build_sites, not_found

LOOPBACK = "127.0.0.1"
GZIP_FROM_BYTES = 500
FEED_MINUTES = 60


def newsroom_feeds() -> list[dict[str, Any]]:
    """The outlets as entries of config/feeds.yaml, the nine at fault included."""
    return [feed_entry(outlet) for outlet in OUTLETS]


def feed_entry(outlet: Outlet) -> dict[str, Any]:
    """One outlet as an entry of config/feeds.yaml."""
    trouble = f"; its feed is at fault on purpose: {outlet.fault.replace('_', ' ')}" if outlet.fault else ""
    return {
        "id": outlet.id,
        "url": outlet.feed_url,
        "title": outlet.name,
        "publisher": outlet.host,
        "language": outlet.language.split("-")[0],
        "home": outlet.home,
        "scope": str(outlet.scope),
        "source_kind": str(outlet.source_kind),
        "every_minutes": FEED_MINUTES,
        "fetch": "all",
        "note": f"Sample outlet of the embedded newsroom{trouble}.",
    }


class Newsroom:
    """A local web server in its own thread, dated up to `today` (timezone-aware); a context manager.

    `samples` are what it serves, newest first. `port` 0 takes a free one. Raises ConfigError when the port is taken
    or the articles are wrong. The same `today` and articles give the same bytes.
    """

    allow_private = (LOOPBACK,)

    def __init__(self, today: datetime, port: int = 0, articles: Path = ARTICLES) -> None:
        self.samples: tuple[Sample, ...] = load_samples(articles, today.astimezone(UTC))
        self.port = port
        self._answers: dict[Address, Answer] = build_sites(self.samples)
        self._outlets = {outlet.host: outlet for outlet in OUTLETS if outlet.fault is not Fault.DEAD}

    def __enter__(self) -> Self:
        """Start serving; when this returns, requests are answered."""
        self._socket = listening_socket(self.port)
        self._dead_socket = bound_socket(0)  # bound and never listened on: refuses, and nobody else can take it
        self.port = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="newsroom", daemon=True)
        self._thread.start()
        self._runner = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving and give the port back."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._socket.close()
        self._dead_socket.close()

    def feeds(self) -> list[dict[str, Any]]:
        """The outlets as entries of config/feeds.yaml."""
        return newsroom_feeds()

    def resolve(self) -> dict[str, str]:
        """Where each outlet's name leads, for network.resolve; the dead outlet leads to a port that refuses."""
        dead = self._dead_socket.getsockname()[1]
        return {outlet.host: f"{LOOPBACK}:{dead if outlet.fault is Fault.DEAD else self.port}" for outlet in OUTLETS}

    def answer(self, host: str, path: str) -> Answer | None:
        """What stands at an address; None for a host that is no outlet of this newsroom."""
        outlet = self._outlets.get(host)
        if outlet is None:
            return None
        return self._answers.get((host, path)) or not_found(outlet, path)

    async def _start(self) -> web.ServerRunner:
        runner = web.ServerRunner(web.Server(self._respond, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        await web.SockSite(runner, self._socket).start()
        return runner

    async def _respond(self, request: web.BaseRequest) -> web.Response:
        answer = self.answer(request.host.partition(":")[0].lower(), request.path)
        if answer is None:
            return web.Response(status=421, text="No outlet of this name.\n")
        await asyncio.sleep(answer.delay_seconds)
        return respond(request, answer)


def respond(request: web.BaseRequest, answer: Answer) -> web.Response:
    """The answer as HTTP: 304 where the asker has it already, gzip where the asker takes it."""
    headers = {"Vary": "Accept-Encoding", **validators_of(answer), **answer.headers}
    if answer.status == web.HTTPOk.status_code and is_known(request, answer):
        return web.Response(status=304, headers=headers)
    body = answer.body
    if len(body) >= GZIP_FROM_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return web.Response(status=answer.status, body=body, headers={**headers, "Content-Type": answer.content_type})


def validators_of(answer: Answer) -> dict[str, str]:
    """The validators as headers."""
    headers = {"ETag": answer.etag} if answer.etag else {}
    if answer.last_modified is not None:
        headers["Last-Modified"] = format_datetime(answer.last_modified, usegmt=True)
    return headers


def is_known(request: web.BaseRequest, answer: Answer) -> bool:
    """Whether the asker's validators still hold; If-None-Match wins over If-Modified-Since (RFC 9110 §13.2.2)."""
    etags = request.headers.get("If-None-Match")
    if etags is not None:
        return bool(answer.etag) and answer.etag in (etag.strip() for etag in etags.split(","))
    since = request.headers.get("If-Modified-Since")
    if since is None or answer.last_modified is None:
        return False
    try:
        return answer.last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # no date, or one without a zone
        return False


def bound_socket(port: int) -> socket.socket:
    """A loopback TCP socket that holds its port. Raises ConfigError when another program has it."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        held.bind((LOOPBACK, port))
    except OSError as error:
        held.close()
        raise ConfigError([f"port {port}: {error.strerror}; leave the port out and a free one is taken"]) from error
    return held


def listening_socket(port: int) -> socket.socket:
    """A loopback TCP socket that takes connections; the same port can be taken again right after a stop."""
    return bound_socket(port)
