"""How often what may be tried: sign-ins that fail, and rows that strangers can make us write."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime, timedelta

from monitor.domain.credentials import key_of
from monitor.store.access import Bucket

MOST_BY_ADDRESS, MOST_BY_ACCOUNT = 20, 10
"""Sign-ins that may fail in an hour."""
AUDITED = Bucket(kind="audited_failure", key="", most=200)
"""Failed sign-ins that are audited in an hour, however many people try at once; the log has them all."""
MOST_FOREIGN = 20
NOTED_EVERY = timedelta(minutes=1)
"""The use of a session or a token is written down at most so often."""


def address_bucket(address: str) -> Bucket:
    """Sign-ins from one address."""
    return Bucket(kind="address", key=network_of(address), most=MOST_BY_ADDRESS)


def account_bucket(name: str) -> Bucket:
    """Sign-ins under one name, be it an account's or not. The name is kept as a hash: people mistake the field."""
    hidden = hashlib.sha256(key_of(name).encode("utf-8", "surrogatepass")).hexdigest()
    return Bucket(kind="account", key=hidden, most=MOST_BY_ACCOUNT)


def foreign_header_buckets(address: str) -> tuple[Bucket, Bucket]:
    """Rows about a header that this address must not send, and about all such."""
    return (
        Bucket(kind="foreign_header", key=network_of(address), most=1),
        Bucket(kind="foreign_headers", key="", most=MOST_FOREIGN),
    )


def network_of(address: str) -> str:
    """What one person can change their address within: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def is_to_be_noted(noted_at: datetime | None, now: datetime) -> bool:
    """Whether a use is written down, when the last one was at ``noted_at``."""
    return noted_at is None or now - noted_at >= NOTED_EVERY
