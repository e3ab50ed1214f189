"""Addresses that lead inside: refused at connect in whatever clothes they come, unless `network.allow_private` names them."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from extractors.records import FetchPolicy
from tests.behaviours.collector import Collector, feed, item, rss
from tests.flows.web.fakeweb import Reply

Collect = Callable[..., Collector]

INSIDE = (  # polling.md named them: loopback, private, link-local, metadata, shared, multicast, broadcast, reserved
    "127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.9.9 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.1 192.88.99.1 "
    "198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255"
).split()
INSIDE_6 = (
    "::1 :: fe80::1 fec0::1 fc00::1 ff02::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 "
    "64:ff9b:1::7f00:1 64:ff9b:1::808:808 2002:7f00:1:: 2002:a9fe:a9fe::1 2001:0:7f00:1:: 2001:db8::1 fe80::5efe:7f00:1"
).split()
LOOPBACK_IN_CLOTHES = (
    "2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 017700000001 0177.0.0.1 127.1 127.0.1 0 127.0.0.1. "
    "１２７.０.０.１ 127。0。0。1 ①②⑦.⓪.⓪.① %31%32%37.0.0.1 localhost localhost. LOCALHOST"
).split()


INSIDE_ALL = [*INSIDE, *(f"[{address}]" for address in INSIDE_6)]
REFUSED = {"blocked_address", "dns", "unparseable"}  # by the guard, or since it is no name at all


def causes(collector: Collector, addresses: dict[str, str], **network: Any) -> dict[str, str | None]:
    """What became of feeds at these addresses, by their names, when nothing private is allowed."""
    collector.feeds = [feed(name, address) for name, address in addresses.items()]
    collector.network = {"allow_private": (), "resolve": {}} | network
    return {name: poll["cause"] for name, poll in collector.run().polls.items()}


def cause(collector: Collector) -> str | None:
    poll: str | None = collector.run().poll["cause"]
    return poll


def test_an_address_inside_is_refused_as_it_stands(collect: Collect) -> None:
    collector = collect()
    found = causes(collector, {address: f"{address}:{collector.web.port}/feed" for address in INSIDE_ALL})
    assert found == dict.fromkeys(INSIDE_ALL, "blocked_address")
    assert collector.web.requests == []


def test_loopback_is_refused_in_every_clothing(collect: Collect) -> None:
    collector = collect()
    found = causes(collector, {host: f"{host}:{collector.web.port}/feed" for host in LOOPBACK_IN_CLOTHES})
    assert {host: word for host, word in found.items() if word not in REFUSED} == {}
    assert collector.web.requests == []


def test_a_name_that_leads_inside_is_refused(collect: Collect) -> None:
    names = {f"n{number}.example": address for number, address in enumerate(INSIDE_ALL)}
    resolve = {name: f"{address}:80" for name, address in names.items()}
    found = causes(collect(), {name: f"{name}/feed" for name in names}, resolve=resolve)
    assert found == dict.fromkeys(names, "blocked_address")


def test_a_redirect_that_leads_inside_is_refused(collect: Collect) -> None:
    collector = collect()
    hosts = [*LOOPBACK_IN_CLOTHES, *INSIDE_ALL]
    for number, host in enumerate(hosts):
        target = f"http://{host}:{collector.web.port}/secret"
        moved = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
        collector.serve(Reply(raw=moved), at=f"news.example/{number}")
    addresses = {host: f"news.example/{number}" for number, host in enumerate(hosts)}
    lead = {"news.example": f"127.0.0.1:{collector.web.port}"}  # this one name may lead inside, where it leads may not
    found = causes(collector, addresses, allow_private=("news.example",), resolve=lead)
    assert {host: word for host, word in found.items() if word not in REFUSED | {"redirect"}} == {}
    assert len(found) == len(hosts)
    assert "/secret" not in {request.path for request in collector.web.requests}


@pytest.mark.parametrize(
    "url",
    ["http://news.example@127.0.0.1:{}/x", "http://127.0.0.1:{}#@news.example/", "http://127.0.0.1:{}\\@news.example/"],
)
def test_what_stands_before_or_behind_the_host_does_not_hide_it(collect: Collect, url: str) -> None:
    collector = collect()
    collector.network = {"allow_private": ("news.example",)}
    collector.serve(Reply(status=302, headers={"location": url.format(collector.web.port)}))
    assert cause(collector) in {"blocked_address", "redirect", "unparseable"}
    assert len(collector.web.requests) == 1


def test_a_name_that_rebinds_between_two_looks_is_judged_where_it_is_connected_to(
    collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1", "127.0.0.1"])

    def lookup(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), collector.web.port))]

    collector = collect()
    collector.network = {"allow_private": (), "resolve": {}}
    collector.feeds = [feed(address=f"rebinding.example:{collector.web.port}/feed")]
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    next(answers)  # whoever checked the name before saw a public address
    assert cause(collector) == "blocked_address"
    assert collector.web.requests == []


@pytest.mark.parametrize("link", ["http://169.254.169.254/latest/meta-data", "http://[::1]/x", "http://10.0.0.1/admin"])
def test_an_entry_that_points_inside_is_not_fetched(collect: Collect, link: str) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL))
    collector.network = {"allow_private": ("news.example",)}
    collector.serve(rss(item(1, link=link)))
    (page,) = collector.run().pages
    assert page["cause"] == "blocked_address"


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.0/8", "news.example"])
def test_allow_private_allows_what_it_names_and_nothing_else(collect: Collect, allowed: str) -> None:
    collector = collect(feed(), feed("other", "other.example/feed"))
    collector.network = {"allow_private": (allowed,)}
    collector.serve(rss())
    collector.serve(rss(), at="other.example/feed")
    polls = collector.run().polls
    assert polls["news"]["cause"] is None
    assert polls["other"]["cause"] == ("blocked_address" if allowed == "news.example" else None)
