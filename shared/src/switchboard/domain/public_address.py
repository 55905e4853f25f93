"""Which addresses a receiver may have: nothing inside our network, nothing that is no host."""

from __future__ import annotations

import ipaddress
from enum import StrEnum

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address

ALLOWED_PORTS = frozenset({443, 4443, 8443, 9443, 10443})
"""Where web hooks listen. Anything else would make us knock at other services' doors."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_MORE_FORBIDDEN = tuple(
    ipaddress.ip_network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT
        "192.88.99.0/24",  # the old 6to4 relays
        "64:ff9b:1::/48",  # local-use NAT64
        "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765)
        "3fff::/20",  # documentation (RFC 9637)
        "fec0::/10",  # site-local, deprecated and still routed by some
        "::ffff:0:0:0/96",  # IPv4-translated
        "3fff::/20",  # documentation, newer than some tables
        "::/96",  # IPv4-compatible
    )
)


class Reach(StrEnum):
    """Where requests may go."""

    PUBLIC = "public"
    """https to public addresses only."""
    LOOPBACK_TOO = "loopback"
    """A local run: also http, and also to this machine's loopback, on any port."""


def is_allowed(text: str, reach: Reach) -> bool:
    """Whether a request may go to an address; a text that is no address is refused.

    An address that carries an IPv4 one inside (mapped, 6to4, NAT64, Teredo) is judged by both.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(address)
    if reach is Reach.LOOPBACK_TOO and all(one.is_loopback for one in inner or (address,)):
        return True
    return all(_is_public(one) for one in (address, *inner))


def is_loopback(text: str) -> bool:
    """Whether a text is a loopback address."""
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return True  # the address inside decides
    forbidden = any(address in net for net in _MORE_FORBIDDEN if net.version == address.version)
    return address.is_global and not address.is_multicast and not forbidden


def _inner(address: Address) -> tuple[Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _NAT64:
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    if address in _SIX_TO_FOUR and address.sixtofour is not None:
        return (address.sixtofour,)
    return address.teredo or ()
