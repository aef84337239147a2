"""One gate per host: its pace, the time it asked us to stay away, and a breaker for the days it is sick."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, assert_never

import structlog

from monitor.clock import Clock
from monitor.domain.outcomes import Fetched, FetchOutcome, Gone, Throttled, Unmodified, Unreachable, Unreadable

Spread: TypeAlias = Callable[[float, float], float]
"""A number between two, so that many hosts or installations do not come back in the same second."""

LONGEST_WAIT_SECONDS = 10.0
"""Longer than this nobody waits: the watch is due again later instead."""
FAILURES_TO_OPEN = 5
MOST_PROBES_A_DAY = 10
"""An opened breaker stays so for at least 1, 2, 4, … minutes: ten probes fit into a day (2^10 - 1 = 1,023 minutes)."""
_FIRST_OPEN_SECONDS = 120.0
_MOST_SECONDS = 24 * 3600.0
_WAITS = 3

_log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class _Gate:
    """What is known of one host. ``line`` is held for the one connection a host gets at a time."""

    line: threading.Lock = field(default_factory=threading.Lock)
    next_start: float = float("-inf")
    not_before: datetime | None = None
    failures: int = 0
    opened: int = 0
    open_until: datetime | None = None


class Gates:
    """The gates of all hosts, shared by every thread of the process.

    Nothing here survives the process by itself: whoever starts it may hand :meth:`remembered` to the next one's
    :meth:`recall`. Without ``breaks`` no breaker opens: whoever asks has waits of its own between its tries.
    """

    def __init__(self, *, clock: Clock, spread: Spread = random.uniform, breaks: bool = True) -> None:
        self._clock = clock
        self._spread = spread
        self._breaks = breaks
        self._lock = threading.Lock()
        self._gates: dict[str, _Gate] = {}

    @contextmanager
    def passing(self, host: str, *, pace_seconds: float) -> Iterator[Throttled | Unreachable | None]:
        """Hold the one connection to a host, or learn why it may not be asked now; then nothing was sent.

        Yields None after the host's pace was waited for. Waits at most about ten seconds for the line and as long for
        the pace.
        """
        gate = self._gate(host)
        if refusal := self._refusal(host, gate):
            yield refusal
            return
        if not gate.line.acquire(timeout=LONGEST_WAIT_SECONDS):
            yield Throttled(retry_after=LONGEST_WAIT_SECONDS, reason="another request to this host is under way")
            return
        try:
            # Asked again: the request we waited for may have been throttled, or was the probe that failed.
            yield self._refusal(host, gate) or self._wait_for_pace(gate, pace_seconds)
        finally:
            gate.line.release()

    def started(self, host: str, *, pace_seconds: float) -> None:
        """Count the pace from the moment the connection stands, not from before the name was resolved."""
        gate = self._gate(host)
        with self._lock:
            gate.next_start = max(gate.next_start, self._clock.monotonic() + pace_seconds)

    def note(self, host: str, outcome: FetchOutcome) -> None:
        """Learn from an answer of the host itself."""
        match outcome:
            case Throttled(retry_after=seconds):
                self._stay_away(host, seconds)
            case Unreachable():
                self._count_failure(host)
            case Fetched() | Unmodified() | Gone() | Unreadable():
                self._count_success(host)
            case _:
                assert_never(outcome)

    def remembered(self) -> dict[str, datetime]:
        """Until when which hosts asked us to stay away, as far as that lies ahead."""
        now = self._clock.now()
        with self._lock:
            times = {host: gate.not_before for host, gate in self._gates.items()}
        return {host: until for host, until in times.items() if until is not None and until > now}

    def recall(self, times: Mapping[str, datetime]) -> None:
        """Take over what an earlier process remembered. Raises ValueError for a naive datetime."""
        for host, until in times.items():
            if until.tzinfo is None:
                raise ValueError(f"the time to stay away from {host} needs a zone: {until!r}")
            self._postpone(host, until.astimezone(UTC))

    def _gate(self, host: str) -> _Gate:
        with self._lock:
            return self._gates.setdefault(host, _Gate())

    def _refusal(self, host: str, gate: _Gate) -> Throttled | Unreachable | None:
        now = self._clock.now()
        with self._lock:
            not_before, open_until = gate.not_before, gate.open_until
        if not_before is not None and now < not_before:
            return Throttled(retry_after=(not_before - now).total_seconds(), reason="the host asked us to stay away")
        if open_until is not None and now < open_until:
            return Unreachable(reason=f"{host} failed repeatedly; breaker open until {open_until:%Y-%m-%dT%H:%M:%SZ}")
        return None

    def _wait_for_pace(self, gate: _Gate, pace_seconds: float) -> Throttled | None:
        """Reserve the next start and wait for it. A wait cut short means that the program is stopping."""
        with self._lock:
            now = self._clock.monotonic()
            start = max(gate.next_start, now)
            if start - now > LONGEST_WAIT_SECONDS:
                return Throttled(retry_after=start - now, reason="pace of this host")
            gate.next_start = start + pace_seconds
        for _ in range(_WAITS):  # A wait may end a little early.
            if (rest := start - self._clock.monotonic()) <= 0:
                return None
            self._clock.wait(rest)
        rest = start - self._clock.monotonic()
        return Throttled(retry_after=rest, reason="the program is stopping") if rest > 0 else None

    def _stay_away(self, host: str, seconds: float) -> None:
        _log.info("fetch.throttled", host=host, retry_after=round(seconds, 1))
        self._postpone(host, self._clock.now() + timedelta(seconds=min(seconds, _MOST_SECONDS)))

    def _postpone(self, host: str, until: datetime) -> None:
        gate = self._gate(host)
        with self._lock:
            gate.not_before = until if gate.not_before is None else max(gate.not_before, until)

    def _count_success(self, host: str) -> None:
        gate = self._gate(host)
        with self._lock:
            closed = gate.opened > 0
            gate.failures, gate.opened, gate.open_until = 0, 0, None
        if closed:
            _log.info("breaker.closed", host=host)

    def _count_failure(self, host: str) -> None:
        """Open the breaker at the fifth failure in a row, and again, twice as long, whenever the probe fails."""
        gate = self._gate(host)
        with self._lock:
            gate.failures += 1
            if gate.failures < FAILURES_TO_OPEN or not self._breaks:
                return
            longest = min(_FIRST_OPEN_SECONDS * 2 ** min(gate.opened, 16), _MOST_SECONDS)
            seconds = self._spread(longest / 2, longest)
            gate.opened += 1
            gate.open_until = self._clock.now() + timedelta(seconds=seconds)
        _log.warning("breaker.opened", host=host, seconds=round(seconds), failures=gate.failures)
