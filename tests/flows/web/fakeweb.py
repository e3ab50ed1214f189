"""A small web that misbehaves on demand: every host name leads here, and every request is kept for the test to look at.

Answers are given per address (`"news.example/feed.xml"`), as one `Reply` or as a list that is used up to its last.
"""

import asyncio
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from flows.web import Network, Web
from flows.web.pace import Clock

HOSTS = ("news.example", "other.example", "third.example")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `raw` replaces everything; `delay_seconds` lies before it, `drip_seconds` between single bytes; `stall`
    sends nothing more after the body (with `status` 0: nothing at all). `lies` says 304 to whoever sends a validator."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    delay_seconds: float = 0
    drip_seconds: float = 0
    stall: bool = False
    endless: bool = False
    lies: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    host: str
    path: str
    headers: Mapping[str, str]


class FakeWeb:
    """Use as a context manager; `network` is the settings by which a collector reaches it."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.open = self.most_open = 0
        self.on_request: Callable[[], None] = lambda: None  # a test may let time pass while a request is open
        self._replies: dict[str, list[Reply]] = defaultdict(list)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fakeweb", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.port: int = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def serve(self, address: str, *replies: Reply) -> None:
        """Answer this address so from now on."""
        self._replies[address] = list(replies)

    def listen_tls(self, context: ssl.SSLContext) -> int:
        """Answer over TLS too; the port where."""
        return asyncio.run_coroutine_threadsafe(self._listen(context), self._loop).result()

    def asked(self, address: str) -> list[Request]:
        """The requests for one address so far."""
        return [each for each in self.requests if f"{each.host}{each.path}" == address]

    def network(self, **changes: Any) -> Network:
        """Settings that lead every name here, without pauses and with short deadlines."""
        settings = {
            "resolve": dict.fromkeys(HOSTS, f"127.0.0.1:{self.port}"),
            "allow_private": ("127.0.0.1",),
            "feed_seconds": 0,
            "page_seconds": 0,
        }
        return Network(**(settings | changes))

    async def _start(self) -> int:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        return await self._listen(None)

    async def _listen(self, context: ssl.SSLContext | None) -> int:
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context).start()
        port: int = self._runner.addresses[-1][1]
        return port

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        host = request.headers["host"].rsplit(":", 1)[0]
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Request(host, request.path_qs, headers))
        replies = self._replies[f"{host}{request.path_qs}"] or [Reply(b"nothing here", 404)]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply.lies and {"if-none-match", "if-modified-since"} & set(headers):
            reply = Reply(status=304)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        self.on_request()
        try:
            return await self._send(request, reply)
        finally:
            self.open -= 1

    async def _send(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        if reply.raw:
            assert request.transport is not None
            request.transport.write(reply.raw)
            request.transport.close()
            return web.Response()
        await asyncio.sleep(reply.delay_seconds)
        if reply.stall and not reply.status:
            await asyncio.Event().wait()
        if not (reply.drip_seconds or reply.stall or reply.endless):
            return web.Response(body=reply.body, status=reply.status, headers=dict(reply.headers))
        return await self._stream(request, reply)

    async def _stream(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        response = web.StreamResponse(status=reply.status, headers=dict(reply.headers))
        await response.prepare(request)
        for byte in chunks_of(reply):
            await response.write(byte)
            await asyncio.sleep(reply.drip_seconds)
        while reply.endless:
            await response.write(reply.body)
        if reply.stall:
            await asyncio.Event().wait()
        return response


def chunks_of(reply: Reply) -> Sequence[bytes]:
    """The body byte by byte when it drips, else at once."""
    return [bytes([byte]) for byte in reply.body] if reply.drip_seconds else [reply.body]


class Watch:
    """A clock that only a pause moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.pause)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def asked(network: Network, verb: str, records: Sequence[Any], now: datetime, clock: Clock | None = None) -> list[Any]:
    """What a collector answers for these records (`verb` is poll or fetch); a surprise is raised."""
    with Web(network, now, clock) as collector:
        results = collector.gather(getattr(collector, verb), records)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results
