"""The guard: no address that is not public, in whatever clothes it comes."""

import ipaddress

import pytest
from hypothesis import given, strategies as st

from flows.web.guard import embedded_ipv4, guard_for, is_public

NOBODY = guard_for(())

PRIVATE = (
    "127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 "
    "100.127.255.255 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 192.88.99.1 224.0.0.1 239.255.255.250 "
    "240.0.0.1 255.255.255.255 "
    ":: ::1 fe80::1 fec0::1 fc00::1 fd12:3456::1 ff02::1 ff0e::1 2001:db8::1 3fff::1 100::1 4000::1 5f00::1 fe00::1 "
    "2001::7f00:1 2001:0:7f00:1:: 2001:10::1"
)
PUBLIC = "1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.1 172.32.0.1 2606:4700::1111 2a00:1450:4001::200e"

EMBEDDED = {
    "mapped": "::ffff:{}",
    "compatible": "::{}",
    "translated": "::ffff:0:{}",
    "NAT64": "64:ff9b::{}",
}


@pytest.mark.parametrize("address", PRIVATE.split())
def test_a_private_address_is_refused(address: str) -> None:
    assert not NOBODY.allows(address, "news.example")


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_public_address_is_allowed(address: str) -> None:
    assert NOBODY.allows(address, "news.example")


@pytest.mark.parametrize("form", EMBEDDED.values(), ids=EMBEDDED.keys())
@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1", "0.0.0.0"])  # noqa: S104
def test_a_private_address_inside_an_ipv6_one_is_refused(form: str, inner: str) -> None:
    assert not NOBODY.allows(form.format(inner), "news.example")


def test_a_private_address_inside_a_6to4_one_is_refused() -> None:
    assert not NOBODY.allows("2002:7f00:1::", "news.example")
    assert not NOBODY.allows("2002:a9fe:a9fe::1", "news.example")


def test_the_local_nat64_prefix_is_refused_whatever_it_embeds() -> None:
    assert not NOBODY.allows("64:ff9b:1::7f00:1", "news.example")
    assert not NOBODY.allows("64:ff9b:1::8.8.8.8", "news.example")


@pytest.mark.parametrize("address", ["64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8"])
def test_a_public_address_inside_an_ipv6_one_is_allowed(address: str) -> None:
    assert NOBODY.allows(address, "news.example")


def test_a_zone_does_not_hide_a_link_local_address() -> None:
    assert not NOBODY.allows("fe80::1%eth0", "news.example")


@pytest.mark.parametrize("words", ["", "localhost", "2130706433", "0x7f000001", "127.1", "１２７.0.0.1"])
def test_what_is_no_address_is_refused(words: str) -> None:
    assert not NOBODY.allows(words, "news.example")


@given(st.ip_addresses(v=4))
def test_an_ipv6_form_is_never_more_public_than_what_it_embeds(inner: ipaddress.IPv4Address) -> None:
    for form in EMBEDDED.values():
        outer = ipaddress.IPv6Address(form.format(inner))
        if int(outer) > 1:
            assert embedded_ipv4(outer) == inner
        assert not is_public(outer) or is_public(inner)


@given(st.ip_addresses(v=6))
def test_what_python_calls_private_or_multicast_is_never_public(address: ipaddress.IPv6Address) -> None:
    if is_public(address) and embedded_ipv4(address) is None:
        assert address.is_global
        assert not any((address.is_private, address.is_multicast, address.is_site_local, address.is_link_local))


def test_allow_private_takes_an_address_and_nothing_beside_it() -> None:
    guard = guard_for(["127.0.0.1"])
    assert guard.allows("127.0.0.1", "news.example")
    assert not guard.allows("127.0.0.2", "news.example")


def test_allow_private_takes_a_network() -> None:
    guard = guard_for(["10.1.0.0/16", "fd00::/8"])
    assert guard.allows("10.1.200.3", "wiki.example")
    assert guard.allows("fd12::1", "wiki.example")
    assert not guard.allows("10.2.0.1", "wiki.example")


def test_allow_private_takes_a_host_in_any_case_and_no_other() -> None:
    guard = guard_for(["Intranet.example"])
    assert guard.allows("10.0.0.7", "INTRANET.example")
    assert not guard.allows("10.0.0.7", "evil.example")
    assert not guard.allows("10.0.0.7", "sub.intranet.example")
