"""A limit on the whole of an exchange that no slow peer can stretch."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

from monitor.clock import Clock


class DeadlinePassed(Exception):
    """The exchange took longer than its manners allow. The client turns it into ``Unreachable``."""


class Deadline:
    """Ends an exchange after ``seconds``, wherever it hangs.

    A socket timeout starts anew with every byte, so a peer that drips headers, a handshake or a body would never meet
    it. Therefore a timer shuts the connection down from outside. Use as a context manager.
    """

    def __init__(self, *, clock: Clock, seconds: float) -> None:
        self.seconds = seconds
        self._clock = clock
        self._ends = clock.monotonic() + seconds
        self._lock = threading.Lock()
        self._cut = False
        self._line: socket.socket | None = None
        self._timer = threading.Timer(max(seconds, 0.0), self._cut_line)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line = None

    @property
    def passed(self) -> bool:
        """Whether the time is over; what was read since may be cut."""
        return self._cut or self._clock.monotonic() >= self._ends

    def rest(self) -> float:
        """Seconds left. Raises :class:`DeadlinePassed` when there are none."""
        if self.passed:
            raise DeadlinePassed
        return self._ends - self._clock.monotonic()

    def watch(self, line: socket.socket) -> None:
        """Cut this connection when the time is over. A duplicate is kept: TLS takes the descriptor of the original."""
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line = line.dup()
        if self._cut:
            self._cut_line()

    def _cut_line(self) -> None:
        with self._lock:
            self._cut = True
            if self._line is not None:
                with contextlib.suppress(OSError):  # The peer may have closed it in the same moment.
                    self._line.shutdown(socket.SHUT_RDWR)
