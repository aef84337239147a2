"""ClinicalTrials.gov as a source: the cited trials and the topics' new ones, when the registry has loaded new data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import (
    Failure,
    Polled,
    PollOutcome,
    PollRequest,
    Throttled,
    Unmodified,
    Unreachable,
    Unreadable,
)
from monitor.domain.records import Trial
from monitor.domain.topics.topic import TrialSearch
from monitor.net import Client
from monitor.sources.clinicaltrials.api import PACE_SECONDS, Registry
from monitor.sources.clinicaltrials.haul import Haul
from monitor.sources.clinicaltrials.history import History
from monitor.sources.clinicaltrials.reader import READER, is_marked, names_of, read_recording
from monitor.sources.clinicaltrials.topics import poll_topic

TRIES = 2
"""A walk during which the registry loads new data is begun again once."""

OVERLAP = timedelta(days=3)
"""An update is posted with the day before it appears, and weekends lag (upstreams.md §8.3: two days at least)."""

LISTED = "NCTId|NCTIdAlias|OverallStatus|RetractionPMID"
"""What is asked of every watched trial: that the registry lists it, and what the registry marks by itself."""


class ClinicalTrials:
    """Polls the trials that articles rest on, and searches for new ones. ``base_url`` ends before ``/studies``.

    ``searches`` are those of the topics, by name. ``with_history`` has the undocumented record history asked, too, for
    what a trial planned when it began: two requests more for each trial that is read.
    """

    name = "clinicaltrials"
    reader = READER

    def __init__(
        self,
        client: Client,
        base_url: str,
        *,
        searches: Mapping[str, TrialSearch] | None = None,
        with_history: bool = False,
        pace_seconds: float = PACE_SECONDS,
        user_agent: str | None = None,
    ) -> None:
        self._registry = Registry(client, base_url, pace_seconds=pace_seconds, user_agent=user_agent)
        self._searches = searches or {}
        self._history = History(self._registry) if with_history else None

    def poll(self, request: PollRequest) -> PollOutcome:
        """Ask for the cited trials; a trial that the registry says it does not hold is ``missing``.

        When no new data were loaded only the unread ones are asked for, and ``Unmodified`` says that there are none.
        Else those with an update posted since the cursor are read, the unread ones, and those the registry marks by
        itself, which is no update; and it is asked of all whether the registry still lists them. Data that changed
        twice under the walk, or that are older than what we hold, are ``Unreadable``. A study that cannot be read is
        not covered, and told among the troubles.
        """
        if request.watch == "trials":
            return poll_topic(self._registry, request, self._searches)
        if request.watch != "cited_set":
            return Unreadable(reason=f"ClinicalTrials.gov has no watch of kind {request.watch!r}")
        version = self._registry.data_version()
        if not isinstance(version, str):
            return version
        if version == request.data_version and not request.unread:
            return Unmodified(data_version=version)
        if _is_older(version, request.data_version):
            return _went_back(request.data_version, version)
        return self._settled(request, version)

    def reread(self, raw: bytes) -> Trial:
        """Read a kept study with today's reader. Raises :class:`UnreadableStudy`."""
        return read_recording(raw)

    def _settled(self, request: PollRequest, version: str) -> PollOutcome:
        """Walk until the data stood still under the walk.

        Tokens die with their version (upstreams.md §8.1), so that a refusal is asked about: the data may have moved.
        """
        is_new = version != request.data_version
        for _ in range(TRIES):
            haul = self._walk(request) if is_new else self._read(_unread(request))
            if isinstance(haul, Throttled | Unreachable):
                return haul
            after = self._registry.data_version()
            if after == version:
                return haul if isinstance(haul, Unreadable) else _polled(request, haul, version, covers_all=is_new)
            if not isinstance(after, str):
                return haul if isinstance(haul, Unreadable) else after
            if _is_older(after, version):
                return _went_back(version, after)
            # What an older version did not change may be changed in this one: nothing may be left out now.
            version, is_new = after, True
        return Unreadable(reason="the registry loaded new data during the walk, twice")

    def _walk(self, request: PollRequest) -> Haul | Failure:
        """What changed since the cursor; without one, everything."""
        cursor = _day(request.cursor)
        if cursor is None:
            return self._read(request.identifiers)
        known = tuple(identifier for identifier in request.identifiers if identifier not in request.unread)
        changed = self._registry.studies(known, since=cursor - OVERLAP)
        if not isinstance(changed, tuple):
            return changed
        listed = self._registry.studies(known, fields=LISTED)
        if not isinstance(listed, tuple):
            return listed
        updated = {number for study in changed for number in names_of(study)}
        marked = {number for study in listed if is_marked(study) for number in names_of(study)} - updated
        unlike = self._registry.studies(tuple(identifier for identifier in known if identifier.value in marked))
        if not isinstance(unlike, tuple):
            return unlike
        haul = self._read(_unread(request))
        if not isinstance(haul, Haul):
            return haul
        haul.take((*changed, *unlike), known)
        numbers = {number for study in listed for number in names_of(study)}
        return haul.look_up(identifier for identifier in known if identifier.value not in numbers) or haul

    def _read(self, wanted: tuple[Identifier, ...]) -> Haul | Failure:
        """All of these in full."""
        haul, studies = Haul(self._registry, history=self._history), self._registry.studies(wanted)
        if not isinstance(studies, tuple):
            return studies
        haul.take(studies, wanted)
        found = haul.readings.keys() | haul.broken.keys()
        return haul.look_up(identifier for identifier in wanted if identifier not in found) or haul


def _unread(request: PollRequest) -> tuple[Identifier, ...]:
    return tuple(identifier for identifier in request.identifiers if identifier in request.unread)


def _polled(request: PollRequest, haul: Haul, version: str, *, covers_all: bool) -> PollOutcome:
    """With a study that cannot be read the version is not taken for seen: all of it is asked again.

    What is missing is told once for each version: the same data asked twice prove nothing more.
    """
    if request.identifiers and haul.broken.keys() >= set(request.identifiers):
        return Unreadable(reason="; ".join(haul.broken.values())[:500])
    return Polled(
        readings=tuple(haul.readings.values()),
        missing=tuple(haul.missing) if covers_all else (),
        covered=tuple(identifier for identifier in request.identifiers if identifier not in haul.broken),
        unreadable=tuple(sorted(haul.broken)),
        troubles=tuple(f"{identifier}: {reason}" for identifier, reason in sorted(haul.broken.items())),
        cursor=version[:10] if covers_all and not haul.broken else request.cursor,
        data_version=request.data_version if haul.broken else version,
        unknown_values=tuple(haul.unknown),
    )


def _day(cursor: str) -> date | None:
    try:
        return date.fromisoformat(cursor)
    except ValueError:
        return None


def _went_back(held: str, version: str) -> Unreadable:
    return Unreadable(reason=f"the registry's data went back from {held} to {version}")


def _is_older(version: str, held: str) -> bool:
    try:
        return datetime.fromisoformat(version) < datetime.fromisoformat(held)
    except (ValueError, TypeError):
        return False
