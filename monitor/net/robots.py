"""What a host's robots.txt allows (RFC 9309), read at most once a day."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, assert_never
from urllib.parse import urlsplit

from protego import Protego

from monitor.clock import Clock
from monitor.domain.outcomes import Fetched, FetchOutcome, Gone, Throttled, Unmodified, Unreachable, Unreadable

CACHE_SECONDS = 24 * 3600.0
MAX_BYTES = 500_000
"""As much as RFC 9309 asks a robot to read; what stands behind it does not count."""
_LONGEST_DELAY_SECONDS = 60.0
_LONGEST_LINE = 2_000

Ask: TypeAlias = Callable[[str], FetchOutcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    robots: Protego
    read_at: float


class RobotsBook:
    """The rules of every host that was asked, shared by all threads; each host is asked by one of them."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rules: dict[str, _Rules] = {}
        self._asking: dict[str, threading.Lock] = {}

    def objection(self, url: str, *, agent: str, ask: Ask) -> Throttled | Unreachable | Unreadable | None:
        """Why a page may not be fetched now, or None.

        A robots.txt that is missing or refused (4xx) allows everything; one that cannot be reached (5xx, no
        connection) forbids everything, and is asked for again the next time.
        """
        home = _home(url)
        with self._lock:
            asking = self._asking.setdefault(home, threading.Lock())
        with asking:
            rules = self._known(home)
            if rules is None:
                match ask(f"{home}/robots.txt"):
                    case Fetched(body=body):
                        rules = self._learn(home, body)
                    case Gone() | Unreadable() | Unmodified():
                        rules = self._learn(home, b"")
                    case Throttled() as throttled:
                        return throttled
                    case Unreachable(reason=reason):
                        return Unreachable(reason=f"robots.txt cannot be read, so nothing is allowed: {reason}")
                    case other:
                        assert_never(other)
        if rules.robots.can_fetch(url, agent):
            return None
        return Unreadable(reason="robots.txt does not allow this address")

    def delay(self, url: str, *, agent: str) -> float:
        """The pace the host asks for, at most a minute; 0 when it asks for none or has not been read."""
        rules = self._known(_home(url))
        wish = rules.robots.crawl_delay(agent) if rules else None
        return min(max(wish, 0.0), _LONGEST_DELAY_SECONDS) if wish is not None and math.isfinite(wish) else 0.0

    def _known(self, home: str) -> _Rules | None:
        with self._lock:
            rules = self._rules.get(home)
        return rules if rules and self._clock.monotonic() - rules.read_at < CACHE_SECONDS else None

    def _learn(self, home: str, body: bytes) -> _Rules:
        lines = body[:MAX_BYTES].decode("utf-8", "replace").lstrip("\ufeff").splitlines()
        text = "\n".join(line for line in lines if len(line) <= _LONGEST_LINE)
        rules = _Rules(robots=Protego.parse(text), read_at=self._clock.monotonic())
        with self._lock:
            self._rules[home] = rules
        return rules


def _home(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
