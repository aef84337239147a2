"""The only place that asks the system what time it is."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Real time for leases, pace and deadlines; business time for due dates and evidence dates."""

    def now(self) -> datetime:
        """Real time, aware and UTC."""
        ...

    def today(self) -> datetime:
        """Business time, aware and UTC: real time in production, the world's time in a replay."""
        ...

    def monotonic(self) -> float:
        """Seconds that never step back."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass, or return at once when the program is asked to stop."""
        ...


class SystemClock:
    """The machine's clock. ``stopping`` cuts every wait short."""

    def __init__(self, stopping: threading.Event | None = None) -> None:
        self._stopping = stopping or threading.Event()

    def now(self) -> datetime:
        """The system's time."""
        return datetime.now(UTC)

    def today(self) -> datetime:
        """The system's time: in production business time is real time."""
        return self.now()

    def monotonic(self) -> float:
        """The system's monotonic seconds."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Wait on the stop event, which libfaketime and signals leave intact (a sleep they do not)."""
        self._stopping.wait(seconds)


class PastClock(SystemClock):
    """Business time that stands at a past moment, so that what was known then is judged as it was judged then."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self._moment = moment

    def today(self) -> datetime:
        """That moment."""
        return self._moment


class MovedClock(SystemClock):
    """Business time set by hand, real time left alone: the clock of a replay and of ``MONITOR_NOW``.

    It goes on with real time from where it was last set.
    """

    def __init__(self, business: datetime, stopping: threading.Event | None = None) -> None:
        super().__init__(stopping)
        self.move_to(business)

    def move_to(self, business: datetime) -> None:
        """Set business time. Raises ValueError for a naive datetime."""
        if business.tzinfo is None:
            raise ValueError(f"business time needs a zone: {business!r}")
        self._offset: timedelta = business.astimezone(UTC) - self.now()

    def today(self) -> datetime:
        """Business time."""
        return self.now() + self._offset
