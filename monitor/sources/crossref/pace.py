"""How fast Crossref may be asked: what its answers allow, within what its documentation allows.

After "Announcing changes to REST API rate limits" (Crossref, in force since 2025-12-01).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from enum import StrEnum


class Route(StrEnum):
    """Two kinds of questions, each with a limit of its own."""

    SINGLE = "single"
    LIST = "list"


UNTOLD = {Route.SINGLE: 0.2, Route.LIST: 1.0}
"""Seconds between two requests before any answer has stated a limit: the public pool's."""

LEAST = {Route.SINGLE: 0.1, Route.LIST: 1 / 3}
"""Whatever an answer allows, never faster than the polite pool's documented limits."""

SLOWEST = 3600.0

_INTERVAL = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)?")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


class Pace:
    """The time between two requests, as the answers of each kind of question last stated it.

    ``x-concurrency-limit`` needs no keeping: the client holds one connection to a host, and no limit is lower.
    """

    def __init__(self, untold: Mapping[Route, float] = UNTOLD, least: Mapping[Route, float] = LEAST) -> None:
        self._seconds = dict(untold)
        self._least = dict(least)

    def seconds(self, route: Route) -> float:
        """The least time between a request of this kind and the next one."""
        return self._seconds[route]

    def learn(self, route: Route, headers: Mapping[str, str]) -> None:
        """Take over the limit that an answer states. One without a limit, or with a garbled one, changes nothing."""
        told = _stated(headers.get("x-rate-limit-limit", ""), headers.get("x-rate-limit-interval", ""))
        if told is not None:
            self._seconds[route] = min(max(told, self._least[route]), SLOWEST)


def _stated(limit: str, interval: str) -> float | None:
    length = _INTERVAL.fullmatch(interval.strip().lower())
    try:
        requests = float(limit)
    except ValueError:
        return None
    if length is None or not math.isfinite(requests) or requests <= 0:
        return None
    return float(length[1]) * _SECONDS[length[2]] / requests
