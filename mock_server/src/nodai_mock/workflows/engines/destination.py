"""Where a gateway may connect to: the name is resolved once, and what is connected to is what was checked."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")


class Forbidden(Exception):
    """The destination does not exist or may not be connected to."""


def resolve(host: str, port: int, *, hosted: bool) -> str:
    """One address of `host` to connect to.

    A hosted server reaches public addresses only, or its users could look around in its network; a local one
    reaches whatever its user's machine does.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Forbidden(f"{host} cannot be resolved") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    # One bad address condemns the name: which of them is tried first is not ours to say.
    if hosted and not all(is_public(ip_address(address)) for address in addresses):
        raise Forbidden(f"{host} is not a public address")
    return addresses[0]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anybody on the internet means the same machine by this address."""
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, 6to4, NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
