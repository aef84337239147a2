"""A request that its sender may repeat: under the same key it is done once, and answered the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """A request by whoever sent it, the key they gave it, and a digest of all that it asks."""

    name: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a request was answered. ``request`` is the digest of the request that it answers."""

    request: str
    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
