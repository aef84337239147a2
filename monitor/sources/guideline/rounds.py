"""What came of the visits of one poll."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, Gone, Reading, Unmodified, Unreadable
from monitor.sources.guideline.seen import SeenPage
from monitor.sources.guideline.visiting import Held, Read

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Round:
    """The visits so far. ``failure`` is set where nothing can be concluded from any of them."""

    readings: list[Reading] = field(default_factory=list)
    missing: list[Identifier] = field(default_factory=list)
    confirmed: list[Identifier] = field(default_factory=list)
    uncovered: set[Identifier] = field(default_factory=set)
    postponed: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    pages: dict[str, SeenPage] = field(default_factory=dict)
    known: int = 0
    changed: int = 0
    first_failure: Failure | None = None
    failure: Failure | None = None

    def note(self, identity: Identifier, seen: SeenPage, visit: Read | Unmodified | Gone | Held | Failure) -> None:
        """Put the outcome of one visit where it belongs."""
        self.known += bool(seen.digest)
        match visit:
            case Read(reading=reading, page=page):
                self.readings.append(reading)
                self.changed += bool(seen.digest) and page.digest != seen.digest
                self.pages[str(identity)] = page
            case Unmodified():
                self.confirmed.append(identity)
            case Gone():
                self.missing.append(identity)
            case Held(reason=reason, page=page):
                self.pages[str(identity)] = page
                self._fail(identity, Unreadable(reason=reason))
            case _:
                self._fail(identity, visit)

    def _fail(self, identity: Identifier, failure: Failure) -> None:
        self.uncovered.add(identity)
        self.troubles.append(failure.reason)
        self.first_failure = self.first_failure or failure
        log.warning("guideline.not_read", identity=str(identity), reason=failure.reason)
