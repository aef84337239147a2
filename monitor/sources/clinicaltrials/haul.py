"""What one walk over the watched trials brings home; a study that cannot be read fails alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, Gone, Reading, Throttled, Unreachable, Unreadable
from monitor.sources.clinicaltrials.api import Registry, Study
from monitor.sources.clinicaltrials.history import History
from monitor.sources.clinicaltrials.reader import (
    OUTCOMES_AT_START,
    UnreadableStudy,
    as_watched,
    names_of,
    read_study,
    to_raw,
)


@dataclass(slots=True)
class Haul:
    """Readings by the number that is watched, trials that the registry does not hold, and what could not be read."""

    registry: Registry
    history: History | None = None
    readings: dict[Identifier, Reading] = field(default_factory=dict)
    missing: list[Identifier] = field(default_factory=list)
    broken: dict[Identifier, str] = field(default_factory=dict)
    unknown: dict[tuple[str, str], None] = field(default_factory=dict)
    nameless: bool = False
    """Whether a list held a study without a number: then nobody knows which one is missing in it."""

    def take(self, studies: Iterable[Study], wanted: Iterable[Identifier]) -> None:
        """Keep the studies that are wanted, each under the number by which it is watched."""
        watched = sorted(wanted)
        for study in studies:
            numbers = names_of(study)
            self.nameless = self.nameless or not numbers
            for identifier in watched:
                if identifier.value in numbers:
                    self._take(identifier, study)

    def look_up(self, unfound: Iterable[Identifier]) -> Failure | None:
        """Ask for trials one by one that a list left out: an alias is redirected, an unknown number is 404."""
        for identifier in unfound:
            answer = self.registry.study(identifier)
            match answer:
                case Gone() if self.nameless:
                    self.broken[identifier] = "not found, and the registry's list holds a study without a number"
                case Gone():
                    self.missing.append(identifier)
                case Throttled() | Unreachable() | Unreadable():
                    return answer
                case _:
                    if identifier.value not in names_of(answer):
                        other = ", ".join(sorted(names_of(answer))) or "a study without a number"
                        return Unreadable(reason=f"asked for {identifier}, the registry answered with {other}")
                    self._take(identifier, answer)
        return None

    def _take(self, identifier: Identifier, study: dict[str, Any]) -> None:
        try:
            trial, unknown = read_study(study)
        except UnreadableStudy as error:
            self.broken[identifier] = str(error)
            self.unknown[("study that cannot be read", f"{identifier}: {error}"[:80])] = None
            return
        self.unknown.update(dict.fromkeys(unknown))
        if self.history is not None:
            study = {**study, OUTCOMES_AT_START: list(self.history.outcomes_at_start(trial))}
            trial = read_study(study)[0]
        self.readings[identifier] = Reading(
            record=as_watched(trial, identifier),
            raw=to_raw(study, identifier),
            url=self.registry.url_of(identifier),
        )
