"""An observer that remembers what it was told."""

from __future__ import annotations

from datetime import timedelta


class Told:
    """Keeps every call as a tuple."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []

    def fetched(self, source: str, outcome: str) -> None:
        """A poll ended."""
        self.calls.append(("fetched", source, outcome))

    def lease_lost(self) -> None:
        """A commit was refused."""
        self.calls.append(("lease_lost",))

    def detected(self, source: str, _lag: timedelta) -> None:
        """An event was recorded."""
        self.calls.append(("detected", source))

    def delivered(self, kind: str, outcome: str) -> None:
        """A message was tried."""
        self.calls.append(("delivered", kind, outcome))

    def unknown(self, source: str, field: str) -> None:
        """An unknown value was met."""
        self.calls.append(("unknown", source, field))
