"""One HTTP request as we make it: guarded at connect, capped in size and time, redirects followed by hand.

aiohttp because its socket factory sees the final address of every connection, literal ones and redirects included.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from extractors.errors import FetchError
from extractors.records import Reason
from extractors.urls import absolute_url, host_of
from flows.web.bodies import Body
from flows.web.guard import Guard, guard_for
from flows.web.network import Network
from flows.web.pace import OutOfTime
from flows.web.server_words import retry_after_seconds

MAX_HOPS = 5
PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)
CAUSES = {
    401: Reason.FORBIDDEN,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    410: Reason.GONE,
    429: Reason.RATE_LIMITED,
    451: Reason.FORBIDDEN,
}
RETRIED_STATUSES = (408, 425, 429)
READ_BYTES = 65_536
ANSWER_SHARE = 0.95  # of the total seconds an answer may take; in the rest the poll is closed and its row written
Hold = Callable[[str], AbstractAsyncContextManager[None]]  # what is held while one address is asked: its host's turn


def freely(url: str) -> AbstractAsyncContextManager[None]:
    """Hold nothing."""
    return nullcontext()


class BlockedAddress(OSError):
    """The guard refused an address at connect time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: decoded from transfer encodings, header names lower case.

    `permanent_url` is the last address when every hop was 301 or 308, else ""; `complete` is False when the body's
    encoding broke off.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    permanent_url: str = ""
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Hop:
    """The answer of one address on the way; redirects and 304 are read without their body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    complete: bool = True


class Transport:
    """One session. `get` answers for 2xx and 304; everything else is a FetchError with its cause.

    `bytes_left` is how much of bodies may still come; beyond it, `get` raises OutOfTime.
    """

    def __init__(self, network: Network, user_agent: str, now: datetime) -> None:
        self.network = network
        self.now = now
        self.bytes_left: float = inf
        self._answer_seconds = ANSWER_SHARE * network.total_seconds
        self._asked = ContextVar("asked", default="")  # the host this very request is for
        connector = aiohttp.TCPConnector(
            limit=network.at_once,
            resolver=Names(network.resolve),
            socket_factory=guarded(guard_for(network.allow_private), self._asked.get),
            use_dns_cache=False,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            headers={"user-agent": user_agent, "accept-encoding": "gzip, br"},
            timeout=aiohttp.ClientTimeout(
                total=network.total_seconds, sock_connect=network.connect_seconds, sock_read=network.read_seconds
            ),
        )

    async def close(self) -> None:
        """End the session and its connections."""
        await self._session.close()

    async def get(self, url: str, headers: Mapping[str, str], hold: Hold = freely) -> Answer:
        """Follow up to five redirects; the hosts have the total time together, waiting for `hold` does not count.

        Raises FetchError, and whatever `hold` raises for an address that must not be asked.
        """
        permanent, target, seconds_left = True, url, self._answer_seconds
        for _ in range(MAX_HOPS + 1):
            async with hold(target):
                started = asyncio.get_running_loop().time()
                hop = await self._in_time(target, headers, seconds_left)
                seconds_left -= asyncio.get_running_loop().time() - started
            if hop.status not in REDIRECTS:
                moved_to = target if permanent and target != url else ""
                return Answer(url, target, hop.status, hop.headers, hop.body, moved_to, hop.complete)
            permanent = permanent and hop.status in PERMANENT
            target = next_hop(target, hop.headers.get("location", ""))
        raise FetchError(url, Reason.REDIRECT, f"more than {MAX_HOPS} redirects", temporary=True)

    async def _in_time(self, url: str, headers: Mapping[str, str], seconds_left: float) -> Hop:
        try:
            async with asyncio.timeout(seconds_left):
                return await self._once(url, headers)
        except TimeoutError as error:
            raise FetchError(url, Reason.TIMEOUT, f"no complete answer in {self._answer_seconds:g} s") from error

    async def _once(self, url: str, headers: Mapping[str, str]) -> Hop:
        try:
            return await self._request(url, headers)
        except aiohttp.ClientConnectorError as error:
            if cause_of(error) is not Reason.REFUSED:
                raise as_fetch_error(url, error) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise as_fetch_error(url, error) from error
        try:  # a connect error is tried once more, nothing else inside a run
            return await self._request(url, headers)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise as_fetch_error(url, error) from error

    async def _request(self, url: str, headers: Mapping[str, str]) -> Hop:
        require_canonical(url)
        self._asked.set(host_of(url))
        async with self._session.get(url, headers=headers, allow_redirects=False) as response:
            answered = {name.lower(): value for name, value in response.headers.items()}
            if response.status in REDIRECTS or (response.status == 304 and headers):
                return Hop(response.status, answered)
            refuse_status(url, response.status, answered, self.now)
            body, complete = await self._body(url, response)
            return Hop(response.status, answered, body, complete)

    async def _body(self, url: str, response: aiohttp.ClientResponse) -> tuple[bytes, bool]:
        """The decoded body and whether its encoding ended; FetchError when it is too large on the wire or decoded."""
        wire_limit, limit = self.network.wire_bytes, self.network.body_bytes
        if (response.content_length or 0) > wire_limit:
            raise FetchError(url, Reason.TOO_BIG, f"{response.content_length} bytes announced", temporary=False)
        body, pieces, wire_size, size = Body(response.headers.get("content-encoding", "")), list[bytes](), 0, 0
        with self._room() as take:
            async for chunk in response.content.iter_chunked(READ_BYTES):
                wire_size += len(chunk)
                if wire_size > wire_limit:
                    raise FetchError(url, Reason.TOO_BIG, f"more than {wire_limit} bytes on the wire", temporary=False)
                for piece in body.pieces(chunk):
                    size += len(piece)
                    if size > limit:
                        raise FetchError(url, Reason.TOO_BIG, f"more than {limit} bytes", temporary=False)
                    take(len(piece))
                    pieces.append(piece)
        return b"".join(pieces), body.complete

    @contextmanager
    def _room(self) -> Iterator[Callable[[int], None]]:
        """Takes room for a body, piece by piece. One that does not come to its end gives it back, so that others do."""
        taken, is_whole = 0, False

        def take(size: int) -> None:
            nonlocal taken
            if size > self.bytes_left:
                raise OutOfTime("the bodies of this batch are as much as may be held at once")
            taken += size
            self.bytes_left -= size

        try:
            yield take
            is_whole = True
        finally:
            if not is_whole:
                self.bytes_left += taken


class Names(AbstractResolver):
    """Resolves names as curl's --resolve does."""

    def __init__(self, resolve: Mapping[str, str]) -> None:
        self._fixed = resolve
        self._system = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name; a fixed one wins."""
        fixed = self._fixed.get(f"{host}:{port}".lower()) or self._fixed.get(host.lower())
        found = [fixed_result(host, fixed)] if fixed else await self._system.resolve(host, port, family)
        if not found:
            raise OSError(f"{host} has no address that can be used here")
        return found

    async def close(self) -> None:
        """End the system resolver."""
        await self._system.close()


def fixed_result(host: str, ip_port: str) -> ResolveResult:
    """One entry of network.resolve as aiohttp wants it."""
    ip, _, port = ip_port.rpartition(":")
    address = ip.strip("[]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(
        hostname=host, host=address, port=int(port), family=family, proto=0, flags=socket.AI_NUMERICHOST
    )


def guarded(guard: Guard, asked: Callable[[], str]) -> Any:
    """A socket factory that opens no socket to an address the guard refuses for the host asked."""

    def open_socket(info: Any) -> socket.socket:
        family, kind, proto, _, address = info
        if not guard.allows(address[0], asked()):
            raise BlockedAddress(f"{address[0]} is no public address; see network.allow_private")
        opened = socket.socket(family, kind, proto)
        opened.setblocking(False)
        return opened

    return open_socket


def require_canonical(url: str) -> None:
    """Refuse hosts that only look like names: 0x7f.1, 2130706433, 017700000001 and full-width digits all mean loopback."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        label = host.rstrip(".").rsplit(".", 1)[-1]
        if (not host.isascii() and any(char.isdigit() for char in label)) or label[:1].isdigit():
            raise FetchError(url, Reason.BLOCKED_ADDRESS, f"{host} is a number in disguise", temporary=False) from None


def next_hop(url: str, location: str) -> str:
    """Where a redirect leads. Raises FetchError when it leads nowhere we go."""
    target = absolute_url(location, url) if location.strip() else ""
    if not target:
        raise FetchError(url, Reason.REDIRECT, f"redirect to {location[:100]!r}", temporary=False)
    return target


def refuse_status(url: str, status: int, headers: Mapping[str, str], now: datetime) -> None:
    """Raise FetchError for every status that is no success."""
    if 200 <= status < 300 and status not in (204, 206):
        return
    if status in (204, 206):
        raise FetchError(url, Reason.EMPTY, f"HTTP {status}", status=status)
    ours = 400 <= status < 500  # a 304 nobody asked for and odd 3xx are the server's confusion
    cause = CAUSES.get(status, Reason.FORBIDDEN if ours else Reason.SERVER_ERROR)
    temporary = not ours or status in RETRIED_STATUSES
    wait = retry_after_seconds(headers, now)
    raise FetchError(url, cause, f"HTTP {status}", status=status, temporary=temporary, retry_after_seconds=wait)


def as_fetch_error(url: str, error: Exception) -> FetchError:
    """A client's exception in our words."""
    if isinstance(error, FetchError):
        return error
    return FetchError(url, cause_of(error), str(error)[:200] or type(error).__name__)


def cause_of(error: Exception) -> Reason:
    """The closed cause word of an exception raised while connecting or reading."""
    inner = getattr(error, "os_error", None)
    if isinstance(inner, BlockedAddress) or isinstance(error, BlockedAddress):
        return Reason.BLOCKED_ADDRESS
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Reason.DNS
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError | aiohttp.ClientConnectorCertificateError):
        return Reason.TLS
    if isinstance(error, TimeoutError):
        return Reason.TIMEOUT
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionError | aiohttp.ServerDisconnectedError):
        return Reason.REFUSED
    no_address = isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError | ValueError)
    return Reason.UNPARSEABLE if no_address else Reason.SERVER_ERROR
