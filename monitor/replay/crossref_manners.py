"""Crossref's pools and rates (upstreams.md 9.1): who is in which, what every answer says of it, and who is too fast."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from monitor.replay.answers import Answer, Request

_WINDOW_SECONDS = 0.95
"""A little less than a second: what the loopback's jitter does to a well-paced client is no broken rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What a client may ask: requests a second, and how many at once."""

    name: str
    per_second: int
    at_once: int

    @property
    def headers(self) -> Mapping[str, str]:
        """How an answer tells it."""
        return {
            "x-rate-limit-limit": str(self.per_second),
            "x-rate-limit-interval": "1s",
            "x-concurrency-limit": str(self.at_once),
            "x-api-pool": self.name,
        }


_POOLS = {
    (polite, single): Pool(name=f"{kind}-{'single' if single else 'array'}", per_second=rate, at_once=at_once)
    for polite, kind, at_once, rates in ((True, "polite", 3, (10, 3)), (False, "public", 1, (5, 1)))
    for single, rate in zip((True, False), rates, strict=True)
}
TOO_MANY = Answer(status=HTTPStatus.TOO_MANY_REQUESTS)
"""The refusal of a client that is too fast: no body and no ``Retry-After``."""


def contact(request: Request) -> str:
    """The address a client names, as a parameter or in its User-Agent; empty when it names none."""
    named = request.parameters.get("mailto", "") or request.header("User-Agent").partition("mailto:")[2]
    address = named.split(")")[0].split(";")[0].strip()
    return address if "@" in address else ""


def pool_of(request: Request, *, single: bool) -> Pool:
    """The pool that a request falls into."""
    return _POOLS[bool(contact(request)), single]


class Pace:
    """Arrival times by client and pool. ``violations`` gets a sentence for whatever comes faster than it may."""

    def __init__(self, violations: list[str], patience: int = 1) -> None:
        self._violations = violations
        self._patience = patience
        self._lock = threading.Lock()
        self._recent: dict[tuple[str, str], deque[float]] = {}
        self._running: dict[tuple[str, str], int] = {}

    @contextmanager
    def entered(self, request: Request, pool: Pool) -> Iterator[bool]:
        """For as long as a request is being answered: whether it may be."""
        who = (contact(request) or request.client, pool.name)
        with self._lock:
            count = self._count(who, request.at)
            self._running[who] = self._running.get(who, 0) + 1
            broken = self._broken(pool, count, self._running[who])
        if broken:
            self._violations.append(f"crossref {request.method} {request.path}: {broken}")
        try:
            yield not broken
        finally:
            with self._lock:
                self._running[who] -= 1

    def _broken(self, pool: Pool, count: int, running: int) -> str:
        if count > pool.per_second * self._patience:
            return f"more than {pool.per_second} requests per second in the pool {pool.name}"
        if running > pool.at_once * self._patience:
            return f"more than {pool.at_once} requests at once in the pool {pool.name}"
        return ""

    def _count(self, who: tuple[str, str], at: float) -> int:
        recent = self._recent.setdefault(who, deque())
        recent.append(at)
        while recent and recent[0] <= at - _WINDOW_SECONDS:
            recent.popleft()
        return len(recent)
