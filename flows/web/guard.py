"""Decides which addresses may be connected to: never a private one, unless the settings say so.

Judged at connect time, on the address of the very connection, so that neither redirects nor rebinding get around it.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
IPv4Embedding = tuple[ipaddress.IPv6Network, int]

# IPv6 ranges that carry an IPv4 address, and the bit where it begins: RFC 4291 (compatible), 2765 (translated),
# 6052 (NAT64), 3056 (6to4)
EMBEDDING: tuple[IPv4Embedding, ...] = (
    (ipaddress.IPv6Network("::/96"), 0),
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
)
# all that is handed out as global unicast (RFC 4291 §2.4); NAT64 for local use and site-local are outside
UNICAST = ipaddress.IPv6Network("2000::/3")
# not global although Python 3.11 says so: documentation (RFC 9637), IETF protocols (RFC 6890), 6to4 relay (RFC 7526)
NOT_GLOBAL = (
    ipaddress.ip_network("3fff::/20"),
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),
)


@dataclass(frozen=True, slots=True)
class Guard:
    """`networks` and `names` are what `network.allow_private` lists."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    names: frozenset[str]

    def allows(self, address: str, host: str) -> bool:
        """Whether a connection to this address, made for this host, may be opened."""
        try:
            ip = ipaddress.ip_address(address.split("%")[0])
        except ValueError:
            return False
        return is_public(ip) or host.lower() in self.names or any(ip in network for network in self.networks)


def guard_for(allow_private: Iterable[str]) -> Guard:
    """The guard of these hosts, addresses and CIDRs."""
    networks, names = [], set()
    for item in allow_private:
        try:
            networks.append(ipaddress.ip_network(item, strict=False))
        except ValueError:
            names.add(item.lower())
    return Guard(tuple(networks), frozenset(names))


def is_public(ip: Address) -> bool:
    """Whether an address belongs to the public internet, looking through every IPv4 address inside an IPv6 one."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = embedded_ipv4(ip)
        if inner is not None:
            return is_public(inner)
        if ip not in UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_GLOBAL)


def embedded_ipv4(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address an IPv6 one stands for, if any."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    for network, shift in EMBEDDING:
        if ip in network and int(ip) > 1:
            return ipaddress.IPv4Address((int(ip) >> shift) & 0xFFFFFFFF)
    return None
