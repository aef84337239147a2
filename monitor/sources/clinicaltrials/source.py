"""ClinicalTrials.gov as a source: the cited trials, asked for only when the registry has loaded new data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import (
    Failure,
    Gone,
    Polled,
    PollOutcome,
    PollRequest,
    Reading,
    Throttled,
    Unmodified,
    Unreachable,
    Unreadable,
)
from monitor.domain.records import Trial
from monitor.net import Client
from monitor.sources.clinicaltrials.api import PACE_SECONDS, Registry
from monitor.sources.clinicaltrials.reader import (
    READER,
    UnreadableStudy,
    as_watched,
    read_recording,
    read_study,
    to_raw,
)

TRIES = 2
"""A walk during which the registry loads new data is begun again once."""


@dataclass(slots=True)
class _Haul:
    """What one walk over the watched trials brought home."""

    readings: list[Reading] = field(default_factory=list)
    missing: list[Identifier] = field(default_factory=list)
    unknown: dict[tuple[str, str], None] = field(default_factory=dict)


class ClinicalTrials:
    """Polls the trials that articles rest on. ``base_url`` ends before ``/studies``."""

    name = "clinicaltrials"
    reader = READER

    def __init__(
        self, client: Client, base_url: str, *, pace_seconds: float = PACE_SECONDS, user_agent: str | None = None
    ) -> None:
        self._registry = Registry(client, base_url, pace_seconds=pace_seconds, user_agent=user_agent)

    def poll(self, request: PollRequest) -> PollOutcome:
        """Ask for the cited trials; a trial that the registry says it does not hold is ``missing``.

        When no new data were loaded only the unread ones are asked for, and ``Unmodified`` says that there are none.
        Data that changed twice under the walk, or that are older than what we hold, are ``Unreadable``.
        """
        if request.watch != "cited_set":
            return Unreadable(reason=f"ClinicalTrials.gov has no watch of kind {request.watch!r}")
        version = self._registry.data_version()
        if not isinstance(version, str):
            return version
        if version == request.data_version and not request.unread:
            return Unmodified(data_version=version)
        if _is_older(version, request.data_version):
            return Unreadable(reason=f"the registry's data went back from {request.data_version} to {version}")
        wanted = (
            request.identifiers
            if version != request.data_version
            else tuple(identifier for identifier in request.identifiers if identifier in request.unread)
        )
        return self._settled(request, wanted, version)

    def reread(self, raw: bytes) -> Trial:
        """Read a kept study with today's reader. Raises :class:`UnreadableStudy`."""
        return read_recording(raw)

    def _settled(self, request: PollRequest, wanted: tuple[Identifier, ...], version: str) -> PollOutcome:
        """Walk until the data stood still under the walk."""
        for _ in range(TRIES):
            haul = self._walk(wanted)
            if not isinstance(haul, _Haul):
                return haul
            after = self._registry.data_version()
            if not isinstance(after, str):
                return after
            if after == version:
                return Polled(
                    readings=tuple(haul.readings),
                    missing=tuple(haul.missing),
                    covered=request.identifiers,
                    cursor=request.cursor,
                    data_version=version,
                    unknown_values=tuple(haul.unknown),
                )
            # What an older version did not change may be changed in this one: nothing may be left out now.
            version, wanted = after, request.identifiers
        return Unreadable(reason="the registry loaded new data during the walk, twice")

    def _walk(self, wanted: tuple[Identifier, ...]) -> _Haul | Failure:
        studies = self._registry.studies(wanted)
        if not isinstance(studies, tuple):
            return studies
        haul = _Haul()
        try:
            found = _by_watched(studies, frozenset(wanted))
            for identifier, study in found.items():
                self._take(haul, identifier, study)
            return self._look_up(haul, [identifier for identifier in wanted if identifier not in found])
        except UnreadableStudy as error:
            return Unreadable(reason=str(error))

    def _look_up(self, haul: _Haul, unfound: list[Identifier]) -> _Haul | Failure:
        """Ask for trials one by one that the list left out: an alias is redirected, an unknown number is 404."""
        for identifier in unfound:
            answer = self._registry.study(identifier)
            match answer:
                case Gone():
                    haul.missing.append(identifier)
                case Throttled() | Unreachable() | Unreadable():
                    return answer
                case _:
                    self._take(haul, identifier, answer)
        return haul

    def _take(self, haul: _Haul, identifier: Identifier, study: dict[str, Any]) -> None:
        trial, unknown = read_study(study)
        if identifier.value not in {trial.identifier.value, *trial.aliases}:
            raise UnreadableStudy(f"asked for {identifier}, the registry answered with {trial.identifier}")
        haul.unknown.update(dict.fromkeys(unknown))
        haul.readings.append(
            Reading(
                record=as_watched(trial, identifier),
                raw=to_raw(study, identifier),
                url=self._registry.url_of(identifier),
            )
        )


def _by_watched(studies: tuple[dict[str, Any], ...], wanted: frozenset[Identifier]) -> dict[Identifier, dict[str, Any]]:
    """Each study under the number it is watched by. A study nobody asked for is left out."""
    found: dict[Identifier, dict[str, Any]] = {}
    for study in studies:
        trial = read_study(study)[0]
        numbers = {trial.identifier.value, *trial.aliases}
        found.update({identifier: study for identifier in sorted(wanted) if identifier.value in numbers})
    return found


def _is_older(version: str, held: str) -> bool:
    try:
        return datetime.fromisoformat(version) < datetime.fromisoformat(held)
    except (ValueError, TypeError):
        return False
