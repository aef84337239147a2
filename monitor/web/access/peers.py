"""Where a request comes from: the peer itself, or whom trusted proxies say they asked for."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from starlette.requests import Request

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Peers:
    """Knows the proxies whose forwarding headers are believed; everybody else's are not looked at."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(network) for network in trusted)

    def is_trusted(self, request: Request) -> bool:
        """Whether the peer is one of our proxies."""
        return self._is_proxy(_parsed(peer_of(request)))

    def address_of(self, request: Request) -> str:
        """The address of who asks: of those forwarded, the last that no proxy of ours has."""
        found = peer_of(request)
        forwarded = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
        for text in reversed(forwarded):
            named = _parsed(text.strip())
            if named is None or not self._is_proxy(_parsed(found)):
                break
            found = str(named)
        return found

    def _is_proxy(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def peer_of(request: Request) -> str:
    """The address at the other end of the connection."""
    peer = request.client.host if request.client else ""
    parsed = _parsed(peer)
    return str(parsed) if parsed else peer


def _parsed(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
