"""One poll of the stream: one file, read whole or not at all. A missing, cut or foreign one leaves the cursor alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest, Unreadable
from monitor.sources.pubmed.elements import UnreadableXml
from monitor.sources.pubmed.haul import watched_pmids
from monitor.sources.pubmed.naming import Named
from monitor.sources.pubmed.reader import ReadRecord
from monitor.sources.pubmed.updates.agenda import Agenda, agenda
from monitor.sources.pubmed.updates.listing import Listed, name_of
from monitor.sources.pubmed.updates.memory import recall
from monitor.sources.pubmed.updates.records import stream_records
from monitor.sources.pubmed.updates.server import UpdateFiles
from monitor.sources.pubmed.updates.sieve import Matcher, Sieve

SUMS_AT_A_TIME = 10
"""So many files that are listed anew, but are the same, are looked at in one poll."""


Name: TypeAlias = Callable[[Iterable[ReadRecord]], Named | Failure]
"""Looks up which papers notices mean that name none."""


def poll_updates(
    server: UpdateFiles, request: PollRequest, *, matcher: Matcher | None = None, name: Name
) -> PollOutcome:
    """Read the next file of the sequence, if there is one.

    The poll vouches for the watched records only when no further file waits. A file that is published again is read
    again, with the date of its first publication: what came in between is newer than what it says.
    """
    planned = agenda(server, recall(request.cursor), request.now)
    if not isinstance(planned, Agenda):
        return planned
    for _ in range(SUMS_AT_A_TIME):
        file = planned.next()
        if isinstance(file, Unreadable):
            return file
        if file is None:
            return _polled(planned, request)
        checksum = server.checksum(file)
        if not isinstance(checksum, str):
            return checksum
        done = planned.memory.done.get(file.number)
        if done is None or not done.is_of(checksum):
            return _Reader(server=server, request=request, matcher=matcher, name=name).read(planned, file, checksum)
        planned = _after(planned, file, checksum, done.published)
    return _polled(planned, request)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one file."""

    server: UpdateFiles
    request: PollRequest
    matcher: Matcher | None
    name: Name

    def read(self, planned: Agenda, file: Listed, checksum: str) -> PollOutcome:
        """Let all of a file pass through the sieve, and look up what the notices in it mean that name no paper."""
        is_update = file.number in planned.updates
        sieve = Sieve(
            frozenset(watched_pmids(self.request.identifiers)),
            matcher=self.matcher,
            known_until=None if is_update else planned.memory.known_until,
        )
        published = self._sift(file, checksum, sieve)
        if not isinstance(published, datetime):
            return published
        named = self.name(sieve.unnamed.values())
        if not isinstance(named, Named):
            return named
        sieve.take_named(named)
        done = planned.memory.done.get(file.number)
        after = _after(planned, file, checksum, published)
        return _polled(after, self.request, sieve, done.published if done else published)

    def _sift(self, file: Listed, checksum: str, sieve: Sieve) -> datetime | Failure:
        """Bring the file to disk, never into memory."""
        with tempfile.TemporaryFile(prefix="pubmed-") as stored:
            published = self.server.fetch(file, checksum, stored)
            if not isinstance(published, datetime):
                return published
            try:
                sieve.take_all(stream_records(stored))
            except UnreadableXml as error:
                return Unreadable(reason=f"{file.name}: {error}")
        return published


def _after(planned: Agenda, file: Listed, checksum: str, published: datetime) -> Agenda:
    is_update = file.number in planned.updates
    return planned.after(planned.memory.having_read(file, checksum, published, is_update=is_update))


def _polled(
    planned: Agenda, request: PollRequest, sieve: Sieve | None = None, published: datetime | None = None
) -> Polled:
    """A completed poll; ``published`` is the date of the file that went through the sieve."""
    memory, waits = planned.memory, planned.waits()
    vouches = not waits and planned.is_whole(request.now)
    return Polled(
        readings=sieve.readings(published) if sieve and published else (),
        missing=sieve.missing() if sieve else (),
        covered=request.identifiers if vouches else (),
        cursor=memory.as_cursor(),
        data_version=name_of(memory.season, memory.through) if memory.through > 0 else "",
        unknown_values=tuple(sieve.unknown) if sieve else (),
        more=waits,
    )
