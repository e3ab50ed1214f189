"""One HTTP request as we make it: guarded at connect, capped in size and time, redirects followed by hand.

aiohttp because its socket factory sees the final address of every connection, literal ones and redirects included.
"""

import asyncio
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from extractors.errors import FetchError
from extractors.records import Reason
from extractors.urls import absolute_url
from flows.web.guard import Guard, guard_for
from flows.web.network import Network
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


class BlockedAddress(OSError):
    """The guard refused an address at connect time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: decoded from transfer encodings, header names lower case.

    `permanent_url` is the last address when every hop was 301 or 308, else "".
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    permanent_url: str = ""


class Transport:
    """One session. `get` answers for 2xx and 304; everything else is a FetchError with its cause."""

    def __init__(self, network: Network, user_agent: str, now: datetime) -> None:
        self.network = network
        self.now = now
        self._guard = guard_for(network.allow_private)
        self._names = Names(network.resolve)
        connector = aiohttp.TCPConnector(
            limit=network.at_once,
            resolver=self._names,
            socket_factory=guarded(self._guard, self._names),
            use_dns_cache=False,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=True,
            headers={"user-agent": user_agent, "accept-encoding": "gzip, br"},
            timeout=aiohttp.ClientTimeout(
                total=network.total_seconds, sock_connect=network.connect_seconds, sock_read=network.read_seconds
            ),
        )

    async def close(self) -> None:
        """End the session and its connections."""
        await self._session.close()

    async def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Follow up to five redirects within the total time. Raises FetchError."""
        try:
            async with asyncio.timeout(self.network.total_seconds):
                return await self._follow(url, headers)
        except TimeoutError as error:
            raise FetchError(url, Reason.TIMEOUT, f"no complete answer in {self.network.total_seconds:g} s") from error

    async def _follow(self, url: str, headers: Mapping[str, str]) -> Answer:
        permanent, target = True, url
        for _ in range(MAX_HOPS + 1):
            status, answered, body = await self._once(target, headers)
            if status not in REDIRECTS:
                return Answer(url, target, status, answered, body, target if permanent and target != url else "")
            permanent = permanent and status in PERMANENT
            target = next_hop(target, answered.get("location", ""))
        raise FetchError(url, Reason.REDIRECT, f"more than {MAX_HOPS} redirects", temporary=True)

    async def _once(self, url: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        try:
            return await self._request(url, headers)
        except aiohttp.ClientConnectorError as error:
            if cause_of(error) is not Reason.REFUSED:
                raise as_fetch_error(url, error) from error
        except (aiohttp.ClientError, OSError, ValueError, zlib.error) as error:
            raise as_fetch_error(url, error) from error
        try:  # a connect error is tried once more, nothing else inside a run
            return await self._request(url, headers)
        except (aiohttp.ClientError, OSError, ValueError, zlib.error) as error:
            raise as_fetch_error(url, error) from error

    async def _request(self, url: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        require_canonical(url)
        async with self._session.get(url, headers=headers, allow_redirects=False) as response:
            answered = {name.lower(): value for name, value in response.headers.items()}
            if response.status in REDIRECTS or response.status == 304:
                return response.status, answered, b""
            refuse_status(url, response.status, answered, self.now)
            return response.status, answered, await self._body(url, response)

    async def _body(self, url: str, response: aiohttp.ClientResponse) -> bytes:
        """The decoded body, or FetchError when it is larger than allowed, on the wire or decoded, or ended early."""
        limit = self.network.body_bytes
        if (response.content_length or 0) > self.network.wire_bytes:
            raise FetchError(url, Reason.TOO_BIG, f"{response.content_length} bytes announced", temporary=False)
        chunks, size = [], 0
        async for chunk in response.content.iter_chunked(READ_BYTES):
            size += len(chunk)
            if size > limit or response.content.total_raw_bytes > self.network.wire_bytes:
                raise FetchError(url, Reason.TOO_BIG, f"more than {limit} bytes", temporary=False)
            chunks.append(chunk)
        return b"".join(chunks)


class Names(AbstractResolver):
    """Resolves names as curl's --resolve does, and remembers which name each address was given for."""

    def __init__(self, resolve: Mapping[str, str]) -> None:
        self._fixed = resolve
        self._system = aiohttp.ThreadedResolver()
        self.host_of: dict[tuple[str, int], str] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name; a fixed one wins."""
        fixed = self._fixed.get(f"{host}:{port}".lower()) or self._fixed.get(host.lower())
        found = [fixed_result(host, fixed)] if fixed else await self._system.resolve(host, port, family)
        self.host_of |= {(result["host"], result["port"]): host for result in found}
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


def guarded(guard: Guard, names: Names) -> Any:
    """A socket factory that opens no socket to an address the guard refuses."""

    def open_socket(info: Any) -> socket.socket:
        family, kind, proto, _, address = info
        if not guard.allows(address[0], names.host_of.get((address[0], address[1]), address[0])):
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
    target = absolute_url(urljoin(url, location.strip()), url) if location.strip() else ""
    if not target:
        raise FetchError(url, Reason.REDIRECT, f"redirect to {location[:100]!r}", temporary=False)
    return target


def refuse_status(url: str, status: int, headers: Mapping[str, str], now: datetime) -> None:
    """Raise FetchError for every status that is no success."""
    if 200 <= status < 300 and status not in (204, 206):
        return
    if status in (204, 206):
        raise FetchError(url, Reason.EMPTY, f"HTTP {status}", status=status)
    cause = CAUSES.get(status, Reason.SERVER_ERROR if status >= 500 else Reason.FORBIDDEN)
    temporary = status >= 500 or status in RETRIED_STATUSES
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
    return Reason.UNPARSEABLE if isinstance(error, aiohttp.InvalidURL | ValueError) else Reason.SERVER_ERROR
