"""Which addresses a request named by others may reach: only public ones, on the usual ports.

The ranges follow the IANA special-purpose registries, plus the metadata service that one cloud keeps on a public
address (168.63.129.16) and every way of writing an IPv4 address inside an IPv6 one.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
"""Global unicast. Mapped, compatible, NAT64, site-local, link-local, private and multicast all lie outside."""
_SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_USUAL_PORTS = {"http": 80, "https": 443}
_NEVER_IN_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")


def address_refusal(address: str) -> str | None:
    """Why an IP address may not be dialled, or None. A text that is no IP address is refused."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"{address} is no IP address"
    if isinstance(parsed, ipaddress.IPv4Address):
        special = not parsed.is_global or any(parsed in network for network in _SPECIAL_V4)
    else:
        special = parsed not in _PUBLIC_V6 or not parsed.is_global or any(parsed in network for network in _SPECIAL_V6)
    return f"{address} is not a public address" if special else None


def url_refusal(url: str, *, guarded: bool, exempt: bool) -> str | None:
    """Why an address may not be asked at all, before any name is resolved, or None.

    An ``exempt`` host is one the operator allowed: its port is free, scheme and credentials are judged all the same.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "malformed address"
    if parts.scheme not in _USUAL_PORTS or not parts.hostname:
        return "not a web address"
    if not guarded:
        return None
    if parts.username is not None or parts.password is not None:
        return "credentials in the address"
    if _NEVER_IN_AN_ADDRESS.search(url) or "%" in parts.hostname:  # Escaped letters, or the zone of a link-local one.
        return "malformed address"
    if port not in (None, *_USUAL_PORTS.values()) and not exempt:
        return f"port {port}"
    return None


def host_of(url: str) -> str:
    """The bare host name, for the operator's list of allowed hosts."""
    return (urlsplit(url).hostname or "").rstrip(".")


def host_key(url: str) -> str:
    """What pace and breaker are kept for: the host, with its port where it is not the usual one."""
    parts = urlsplit(url)
    port = parts.port
    return host_of(url) if port in (None, _USUAL_PORTS.get(parts.scheme)) else f"{host_of(url)}:{port}"


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: where cookies, validators and credentials belong."""
    parts = urlsplit(url)
    return parts.scheme, host_of(url), parts.port or _USUAL_PORTS.get(parts.scheme)
