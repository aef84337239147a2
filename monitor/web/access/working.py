"""Work on passwords, which takes a core and much memory: off the event loop, and little of it at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

AT_ONCE = 2
T = TypeVar("T")


class Hashing:
    """Runs such work in threads of its own, at most two at once; who waits takes no thread from other pages."""

    def __init__(self) -> None:
        self._limiter = anyio.CapacityLimiter(AT_ONCE)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of the work."""
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)
