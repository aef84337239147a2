"""What a person said that a reference means, once and for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.articles import Resolution
from monitor.domain.citations import Resolved
from monitor.domain.identifiers import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The word of a person on an entry, wherever its very words stand; without identifiers it cannot be watched.

    ``key`` is the content identity of the entry. Of several corrections the newest holds.
    """

    key: str
    identifiers: tuple[Identifier, ...]
    by: str
    at: datetime
    reason: str = ""

    @property
    def resolved(self) -> Resolved:
        """The outcome of looking the entry up, for which nobody needs to be asked any more."""
        why = f": {self.reason}" if self.reason else ""
        if not self.identifiers:
            return Resolved(
                status=Resolution.UNWATCHABLE,
                because=f"{self.by} accepted on {self.at.date()} that it cannot be watched{why}",
            )
        return Resolved(
            status=Resolution.RESOLVED,
            identifiers=self.identifiers,
            confidence=1.0,
            because=f"confirmed by {self.by} on {self.at.date()}{why}",
        )
