"""One request against a web that misbehaves: redirects, sizes, deadlines, addresses, and the cause of each failure."""

import asyncio
import gzip
import resource
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest

from extractors.errors import FetchError
from extractors.records import Reason
from flows.web import Network
from flows.web.transport import Answer, Transport
from tests.flows.web.certificates import certificate
from tests.flows.web.fakeweb import FakeWeb, Reply

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
FEED = "http://news.example/feed.xml"
RSS = b"<rss><channel><title>News</title></channel></rss>"
MEGABYTE = 1024**2
PRIVATE = (
    "127.0.0.1 10.0.0.1 169.254.169.254 0.0.0.0 192.168.1.1 100.64.0.1 [::1] [::ffff:127.0.0.1] [64:ff9b::7f00:1] "
    "[2002:7f00:1::] [fe80::1] [::127.0.0.1]"
)
DISGUISED = (
    "2130706433 0x7f000001 0x7f.1 0x7F.0.0.1 017700000001 0177.0.0.1 127.1 127.0.1 127.0.0.1. %31%32%37.0.0.1 "
    "１２７.0.0.1 ①②⑦.⓪.⓪.① 127。0。0。1"
)
NOT_HTTP = [b"\0\1\2\3", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 999999 ?\r\n\r\n", b"HTTP/1.1 200\r\n: \r\n\r\n"]
NO_ADDRESSES = [
    "",
    "news.example",
    "http://",
    "http://[bad/",
    "ftp://news.example/",
    "http://a b/",
    f"http://{'x' * 300}/",
]


def get(network: Network, url: str = FEED, headers: Mapping[str, str] | None = None) -> Answer:
    async def once() -> Answer:
        transport = Transport(network, "Sinoscope/test", NOW)
        try:
            return await transport.get(url, headers or {})
        finally:
            await transport.close()

    return asyncio.run(once())


def failure(network: Network, url: str = FEED, headers: Mapping[str, str] | None = None) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(network, url, headers)
    return caught.value


# --- what is sent ---


def test_a_request_names_us_and_carries_nothing_that_was_not_asked_for(fakeweb: FakeWeb) -> None:
    """A1"""
    fakeweb.serve("news.example/feed.xml", Reply(RSS, headers={"set-cookie": "id=1"}))
    get(fakeweb.network())
    (asked,) = fakeweb.asked("news.example/feed.xml")
    assert asked.headers == {
        "host": "news.example",
        "user-agent": "Sinoscope/test",
        "accept-encoding": "gzip, br",
        "accept": "*/*",
    }


def test_cookies_are_never_sent_back(fakeweb: FakeWeb) -> None:
    """A1"""
    jar = {"set-cookie": "id=1; Path=/", "location": "/there"}
    fakeweb.serve("news.example/feed.xml", Reply(status=302, headers=jar))
    fakeweb.serve("news.example/there", Reply(RSS))
    get(fakeweb.network())
    assert "cookie" not in fakeweb.asked("news.example/there")[0].headers


def test_a_proxy_in_the_environment_is_not_used(fakeweb: FakeWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    fakeweb.serve("news.example/feed.xml", Reply(RSS))
    assert get(fakeweb.network()).body == RSS


# --- what comes back ---


@pytest.mark.parametrize(
    ("encoding", "encode"), [("gzip", gzip.compress), ("br", brotli.compress), ("identity", bytes)]
)
def test_encodings_are_undone(fakeweb: FakeWeb, encoding: str, encode: Callable[[bytes], bytes]) -> None:
    """D31"""
    fakeweb.serve("news.example/feed.xml", Reply(encode(RSS), headers={"content-encoding": encoding}))
    answer = get(fakeweb.network())
    assert (answer.body, answer.complete) == (RSS, True)


def test_a_truncated_gzip_is_not_complete(fakeweb: FakeWeb) -> None:
    """D31"""
    cut = gzip.compress(RSS * 50)[:-8]
    fakeweb.serve("news.example/feed.xml", Reply(cut, headers={"content-encoding": "gzip"}))
    assert not get(fakeweb.network()).complete


def test_header_names_are_lower_case(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(RSS, headers={"ETag": '"x"'}))
    assert get(fakeweb.network()).headers["etag"] == '"x"'


def test_a_304_that_was_asked_for_is_an_answer(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(status=304))
    assert get(fakeweb.network(), headers={"if-none-match": '"x"'}).status == 304


def test_a_304_that_nobody_asked_for_is_the_servers_error(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(status=304))
    error = failure(fakeweb.network())
    assert (error.cause, error.temporary) == (Reason.SERVER_ERROR, True)


@pytest.mark.parametrize(
    ("status", "cause", "temporary"),
    [
        (204, Reason.EMPTY, True),
        (206, Reason.EMPTY, True),
        (300, Reason.SERVER_ERROR, True),
        (400, Reason.FORBIDDEN, False),
        (401, Reason.FORBIDDEN, False),
        (403, Reason.FORBIDDEN, False),
        (404, Reason.NOT_FOUND, False),
        (408, Reason.FORBIDDEN, True),
        (410, Reason.GONE, False),
        (429, Reason.RATE_LIMITED, True),
        (451, Reason.FORBIDDEN, False),
        (500, Reason.SERVER_ERROR, True),
        (503, Reason.SERVER_ERROR, True),
        (599, Reason.SERVER_ERROR, True),
    ],
)
def test_each_status_has_its_cause(fakeweb: FakeWeb, status: int, cause: Reason, temporary: bool) -> None:
    """C30"""
    fakeweb.serve("news.example/feed.xml", Reply(b"" if status == 204 else b"sorry", status))
    error = failure(fakeweb.network())
    assert (error.cause, error.status, error.temporary) == (cause, status, temporary)
    assert len(fakeweb.requests) == 1  # nothing is asked again inside a run


@pytest.mark.parametrize("status", [403, 429, 503])
@pytest.mark.parametrize("words", ["1800", "Mon, 02 Nov 2026 08:30:00 GMT"])
def test_a_failure_carries_the_servers_wish_to_wait(fakeweb: FakeWeb, status: int, words: str) -> None:
    """B17"""
    fakeweb.serve("news.example/feed.xml", Reply(b"", status, {"retry-after": words}))
    assert failure(fakeweb.network()).retry_after_seconds == 1_800


# --- redirects ---


def hop(target: str, status: int = 301) -> Reply:
    return Reply(status=status, headers={"location": target})


def test_redirects_are_followed_to_another_host_and_the_way_is_kept(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", hop("http://other.example/rss"))
    fakeweb.serve("other.example/rss", Reply(RSS))
    answer = get(fakeweb.network())
    assert (answer.url, answer.final_url, answer.body) == (FEED, "http://other.example/rss", RSS)


@pytest.mark.parametrize("status", [301, 308])
def test_an_all_permanent_way_gives_the_new_address(fakeweb: FakeWeb, status: int) -> None:
    """C22"""
    fakeweb.serve("news.example/feed.xml", hop("/two", status))
    fakeweb.serve("news.example/two", hop("/three", 301))
    fakeweb.serve("news.example/three", Reply(RSS))
    assert get(fakeweb.network()).permanent_url == "http://news.example/three"


@pytest.mark.parametrize("ways", [(302, 302), (303, 303), (307, 307), (301, 302), (302, 301)])
def test_a_way_with_a_temporary_hop_gives_no_new_address(fakeweb: FakeWeb, ways: tuple[int, int]) -> None:
    """C23, C24"""
    fakeweb.serve("news.example/feed.xml", hop("/two", ways[0]))
    fakeweb.serve("news.example/two", hop("/three", ways[1]))
    fakeweb.serve("news.example/three", Reply(RSS))
    answer = get(fakeweb.network())
    assert (answer.final_url, answer.permanent_url) == ("http://news.example/three", "")


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False)])
def test_five_hops_are_followed_and_no_sixth(fakeweb: FakeWeb, hops: int, arrives: bool) -> None:
    """C25"""
    fakeweb.serve("news.example/feed.xml", hop("/1"))
    for number in range(1, hops):
        fakeweb.serve(f"news.example/{number}", hop(f"/{number + 1}"))
    fakeweb.serve(f"news.example/{hops}", Reply(RSS))
    if arrives:
        assert get(fakeweb.network()).body == RSS
    else:
        assert failure(fakeweb.network()).cause is Reason.REDIRECT


def test_a_loop_ends(fakeweb: FakeWeb) -> None:
    """C25"""
    fakeweb.serve("news.example/feed.xml", hop(FEED))
    assert failure(fakeweb.network()).cause is Reason.REDIRECT
    assert len(fakeweb.requests) == 6


@pytest.mark.parametrize(
    "location",
    [
        "",
        " ",
        "file:///etc/passwd",
        "ftp://other.example/x",
        "javascript:alert(1)",
        "http://[bad",
        "http://a:b/",
    ],
)
def test_a_redirect_to_nowhere_is_refused(fakeweb: FakeWeb, location: str) -> None:
    """C25"""
    fakeweb.serve("news.example/feed.xml", hop(location))
    error = failure(fakeweb.network())
    assert (error.cause, error.temporary) == (Reason.REDIRECT, False)


def test_a_redirect_without_location_is_refused(fakeweb: FakeWeb) -> None:
    """C25"""
    fakeweb.serve("news.example/feed.xml", Reply(status=301))
    assert failure(fakeweb.network()).cause is Reason.REDIRECT


@pytest.mark.parametrize(
    ("location", "arrives_at"),
    [
        ("there?a=1", "/there?a=1"),
        ("/新闻", "/%E6%96%B0%E9%97%BB"),
        ("//other.example/there", "/there"),
        ("  /there  ", "/there"),
    ],
)
def test_odd_but_honest_locations_are_followed(fakeweb: FakeWeb, location: str, arrives_at: str) -> None:
    """C25: relative, unicode"""
    raw = f"HTTP/1.1 301 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    fakeweb.serve("news.example/feed.xml", Reply(raw=raw))
    for host in ("news.example", "other.example"):
        fakeweb.serve(host + arrives_at, Reply(RSS))
    assert get(fakeweb.network()).body == RSS


# --- sizes ---


def small(fakeweb: FakeWeb, **changes: Any) -> Network:
    return fakeweb.network(**({"body_bytes": 100_000, "wire_bytes": 50_000} | changes))


def test_an_announced_giant_is_not_read(fakeweb: FakeWeb) -> None:
    """D32"""
    fakeweb.serve("news.example/feed.xml", Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n<rss>"))
    error = failure(small(fakeweb))
    assert (error.cause, error.temporary) == (Reason.TOO_BIG, False)
    assert "9000000000" in error.detail


def test_an_endless_body_ends_at_the_cap(fakeweb: FakeWeb) -> None:
    """D32"""
    fakeweb.serve("news.example/feed.xml", Reply(b"x" * 10_000, endless=True))
    assert failure(small(fakeweb)).cause is Reason.TOO_BIG


def test_the_wire_has_a_cap_of_its_own(fakeweb: FakeWeb) -> None:
    """D32: nothing is announced, and what comes would be small enough decoded"""
    fakeweb.serve("news.example/feed.xml", Reply(b"x" * 60_000, stall=True))
    error = failure(small(fakeweb))
    assert error.cause is Reason.TOO_BIG
    assert "on the wire" in error.detail


def test_a_body_of_just_the_cap_is_taken(fakeweb: FakeWeb) -> None:
    """D32"""
    fakeweb.serve("news.example/feed.xml", Reply(b"x" * 50_000), Reply(b"x" * 50_001))
    assert len(get(small(fakeweb)).body) == 50_000
    assert failure(small(fakeweb)).cause is Reason.TOO_BIG


@pytest.mark.parametrize(("encoding", "encode"), [("gzip", gzip.compress), ("br", partial(brotli.compress, quality=1))])
def test_a_bomb_is_stopped_before_it_fills_the_memory(
    fakeweb: FakeWeb, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    """D31"""
    bomb = encode(bytes(200 * MEGABYTE))
    fakeweb.serve("news.example/feed.xml", Reply(bomb, headers={"content-encoding": encoding}))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert failure(fakeweb.network()).cause is Reason.TOO_BIG
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024  # kilobytes


def test_a_body_shorter_than_announced_is_a_failure(fakeweb: FakeWeb) -> None:
    """D32: lying the one way"""
    fakeweb.serve("news.example/feed.xml", Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss>"))
    assert failure(fakeweb.network()).cause is Reason.SERVER_ERROR


def test_a_body_longer_than_announced_is_a_failure(fakeweb: FakeWeb) -> None:
    """D32: lying the other way"""
    fakeweb.serve(
        "news.example/feed.xml", Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<rss></rss>and more")
    )
    assert failure(fakeweb.network()).cause is Reason.SERVER_ERROR


def test_a_giant_header_is_a_failure(fakeweb: FakeWeb) -> None:
    """D33"""
    fakeweb.serve("news.example/feed.xml", Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * MEGABYTE + b"\r\n\r\n"))
    assert failure(fakeweb.network()).cause is Reason.SERVER_ERROR


@pytest.mark.parametrize("raw", NOT_HTTP)
def test_what_is_no_http_is_a_failure(fakeweb: FakeWeb, raw: bytes) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(raw=raw))
    assert failure(fakeweb.network()).cause in (Reason.SERVER_ERROR, Reason.REFUSED)


# --- deadlines ---


@pytest.mark.parametrize(
    "reply",
    [Reply(RSS, drip_seconds=0.05), Reply(RSS, stall=True), Reply(status=0, stall=True)],
    ids=["drip", "stall in the body", "stall before the headers"],
)
def test_the_total_deadline_ends_every_kind_of_waiting(fakeweb: FakeWeb, reply: Reply) -> None:
    """D33"""
    fakeweb.serve("news.example/feed.xml", reply)
    started = time.monotonic()
    error = failure(fakeweb.network(total_seconds=0.3))
    assert (error.cause, error.temporary) == (Reason.TIMEOUT, True)
    assert time.monotonic() - started < 5


def test_a_stall_ends_before_the_total_deadline(fakeweb: FakeWeb) -> None:
    """D33"""
    fakeweb.serve("news.example/feed.xml", Reply(RSS, stall=True))
    assert failure(fakeweb.network(read_seconds=0.2)).cause is Reason.TIMEOUT


def test_the_deadline_is_for_all_hops_together(fakeweb: FakeWeb) -> None:
    """D33"""
    for number in range(5):
        fakeweb.serve(
            f"news.example/{number}", Reply(status=302, headers={"location": f"/{number + 1}"}, delay_seconds=0.2)
        )
    fakeweb.serve("news.example/5", Reply(RSS))
    started = time.monotonic()
    assert failure(fakeweb.network(total_seconds=0.5), "http://news.example/0").cause is Reason.TIMEOUT
    assert time.monotonic() - started < 5


# --- addresses ---


@pytest.mark.parametrize("host", PRIVATE.split())
def test_a_private_address_is_refused_as_it_stands_and_behind_a_redirect(fakeweb: FakeWeb, host: str) -> None:
    """C25"""
    network = fakeweb.network(allow_private=("news.example",))
    target = f"http://{host}:{fakeweb.port}/secret"
    fakeweb.serve("news.example/feed.xml", hop(target))
    for error in (failure(network, target), failure(network)):
        assert error.cause is Reason.BLOCKED_ADDRESS
    assert len(fakeweb.requests) == 1  # the redirect; nothing was asked for the secret


@pytest.mark.parametrize("host", DISGUISED.split())
def test_a_number_in_disguise_is_refused(fakeweb: FakeWeb, host: str) -> None:
    """C25"""
    network = fakeweb.network(allow_private=("news.example",))
    fakeweb.serve("news.example/feed.xml", hop(f"http://{host}:{fakeweb.port}/secret"))
    for error in (failure(network, f"http://{host}:{fakeweb.port}/secret"), failure(network)):
        assert error.cause in (Reason.BLOCKED_ADDRESS, Reason.REDIRECT)
    assert len(fakeweb.requests) == 1


def answers_of_dns(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Make every name resolve to these addresses in turn, the last for ever."""
    left = list(addresses)

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        address = left.pop(0) if len(left) > 1 else left[0]
        if not address:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        place = (address, port, 0, 0) if ":" in address else (address, port)
        return [(family, socket.SOCK_STREAM, 6, "", place)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return left


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:169.254.169.254"])
def test_a_name_that_leads_to_a_private_address_is_refused(
    fakeweb: FakeWeb, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    answers_of_dns(monkeypatch, address)
    assert failure(Network(), f"http://innocent.example:{fakeweb.port}/").cause is Reason.BLOCKED_ADDRESS
    assert fakeweb.requests == []


def test_a_name_that_rebinds_is_refused_where_it_finally_leads(
    fakeweb: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C25: allowed at the first look, private at the second"""
    fakeweb.serve("rebind.example/", hop(f"http://rebind.example:{fakeweb.port}/secret"))
    answers_of_dns(monkeypatch, "127.0.0.1", "127.0.0.2")
    network = Network(allow_private=("127.0.0.1",))
    raw = b"HTTP/1.1 302 Found\r\nLocation: /secret\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    fakeweb.serve("rebind.example/", Reply(raw=raw))
    assert failure(network, f"http://rebind.example:{fakeweb.port}/").cause is Reason.BLOCKED_ADDRESS
    assert [each.path for each in fakeweb.requests] == ["/"]


def test_resolve_says_where_a_name_leads_and_does_not_allow_it(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(RSS))
    assert failure(fakeweb.network(allow_private=())).cause is Reason.BLOCKED_ADDRESS
    assert get(fakeweb.network(allow_private=("127.0.0.0/8",))).body == RSS
    assert get(fakeweb.network(allow_private=("news.example",))).body == RSS
    assert failure(fakeweb.network(allow_private=("other.example",))).cause is Reason.BLOCKED_ADDRESS


def test_resolve_by_name_and_port_wins_over_the_name(fakeweb: FakeWeb) -> None:
    fakeweb.serve("news.example/feed.xml", Reply(RSS))
    network = fakeweb.network(resolve={"news.example": "127.0.0.1:1", "NEWS.example:8080": f"127.0.0.1:{fakeweb.port}"})
    assert get(network, "http://news.example:8080/feed.xml").body == RSS
    assert failure(network).cause is Reason.REFUSED


# --- what cannot be reached ---


def test_a_name_that_does_not_exist_is_a_dns_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """C29"""
    answers_of_dns(monkeypatch, "")
    error = failure(Network(), "http://no.such.example/")
    assert (error.cause, error.temporary) == (Reason.DNS, True)


def test_a_closed_port_is_refused_after_one_more_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """C29: a connect error at most twice"""
    asked: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]  # bound but not listening
        answers_of_dns(monkeypatch, "127.0.0.1")
        real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda *words, **more: asked.append("again") or real(*words, **more))
        error = failure(Network(allow_private=("127.0.0.1",)), f"http://closed.example:{closed}/")
    assert error.cause is Reason.REFUSED
    assert len(asked) == 2


def failure_at(context: ssl.SSLContext | None) -> FetchError:
    """How a server fails that closes every connection at once."""

    async def ask() -> FetchError:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        network = Network(allow_private=("127.0.0.1",), resolve={"news.example": f"127.0.0.1:{port}"})
        transport = Transport(network, "Sinoscope/test", NOW)
        try:
            with pytest.raises(FetchError) as caught:
                await transport.get("https://news.example/" if context else "http://news.example/", {})
        finally:
            await transport.close()
            server.close()
        return caught.value

    return asyncio.run(ask())


def test_a_connection_that_is_closed_without_a_word_is_refused() -> None:
    assert failure_at(None).cause is Reason.REFUSED


def test_https_on_a_plain_port_is_a_tls_failure(fakeweb: FakeWeb) -> None:
    """C29"""
    assert failure(fakeweb.network(), "https://news.example/feed.xml").cause is Reason.TLS


@pytest.mark.parametrize("until", [datetime(2021, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)])
def test_a_certificate_that_is_expired_or_signed_by_nobody_is_a_tls_failure(tmp_path: Path, until: datetime) -> None:
    """C29"""
    assert failure_at(certificate(tmp_path, "news.example", until)).cause is Reason.TLS


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_an_address_that_is_none_is_a_failure_and_no_surprise(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers_of_dns(monkeypatch, "")
    assert failure(Network(), url).cause in (Reason.UNPARSEABLE, Reason.DNS)
