"""Retraction Watch as a source: its whole table, brought when it changed, and compared row by row with what we hold."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from monitor.domain.outcomes import (
    Failure,
    Fetched,
    Gone,
    Polled,
    PollOutcome,
    PollRequest,
    Reading,
    Unmodified,
    Unreachable,
    Unreadable,
)
from monitor.domain.works import RetractionEntry
from monitor.net import Client, Manners
from monitor.sources.retraction_watch.bodies import LARGEST_TABLE, Cache, DamagedPacking, digest_of, unpack
from monitor.sources.retraction_watch.entries import as_gone, read_recording, to_entry, to_raw
from monitor.sources.retraction_watch.matching import Watched, digest_of_watched
from monitor.sources.retraction_watch.reader import READER, Census, UnreadableTable, read_rows
from monitor.sources.retraction_watch.snapshot import Seen, recall, shrunk, stands_still

PACE_SECONDS = 1.0
"""GitLab publishes no pace for single files; there is one question a day, two at most."""
_TABLE_SECONDS = 600.0
"""The table and its reading must fit into the lease of a watch."""
_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """The table as it stands on disk now; ``is_kept`` when it came out of the cache."""

    file: BinaryIO
    digest: str
    etag: str
    is_kept: bool = False


@dataclass(slots=True)
class _Haul:
    """The readings of one table by Record ID, and what else was met in it."""

    census: Census = field(default_factory=Census)
    readings: dict[str, Reading] = field(default_factory=dict)

    def take(self, reading: Reading) -> None:
        """Keep a reading. Of two rows with one Record ID always the same one counts, in whatever order they stand."""
        number = reading.record.identifier.value
        other = self.readings.get(number)
        if other is None or reading.raw < other.raw:
            self.readings[number] = reading


class RetractionWatch:
    """Polls the table for rows about cited publications. ``url`` is that of the CSV file.

    ``cache`` is a folder for the last accepted table: with it a newly cited paper is looked up without asking for the
    whole table again.
    """

    name = "retraction_watch"
    reader = READER

    def __init__(
        self, client: Client, url: str, *, cache: Path | None = None, pace_seconds: float = PACE_SECONDS
    ) -> None:
        self._client = client
        self._url = url
        self._cache = Cache(cache)
        self._manners = Manners(pace_seconds=pace_seconds, deadline_seconds=_TABLE_SECONDS, max_bytes=LARGEST_TABLE)

    def poll(self, request: PollRequest) -> PollOutcome:
        """Hand out every row about a watched publication, and every held row that is gone.

        A table that cannot be believed is ``Unreadable``, and nothing of it is taken. One that stands still for too
        long is read, but vouches for nothing: ``troubles`` say since when. ``Unmodified`` means that neither the table
        nor what is watched has changed.
        """
        if request.watch != "cited_set":
            return Unreadable(reason=f"Retraction Watch has no watch of kind {request.watch!r}")
        seen, watched = recall(request.cursor), digest_of_watched(request)
        known = seen if seen is not None and seen.watched == watched else None
        with tempfile.TemporaryFile(prefix="retraction-watch-") as file:
            copy = self._bring(file, seen, is_known=known is not None)
            match copy:
                case _Copy() if known is not None and copy.digest == known.digest:
                    return _as_before(request, known, etag=copy.etag)
                case _Copy():
                    return self._read(request, copy, seen, watched)
                case Unmodified() if known is not None:
                    return _as_before(request, known, etag=known.etag)
                case Unmodified():
                    return Unreadable(reason="the table is not modified, though nothing was said of what we hold")
                case _:
                    return copy

    def reread(self, raw: bytes) -> RetractionEntry:
        """Read a kept row with today's reader. Raises :class:`UnreadableTable`."""
        return read_recording(raw)

    def _bring(self, file: BinaryIO, seen: Seen | None, *, is_known: bool) -> _Copy | Unmodified | Failure:
        """The table, or that it is the same as before. What is watched anew is looked for in the kept copy."""
        can_do_without = seen is not None and (is_known or self._cache.has_any())
        came = self._fetch(file, etag=seen.etag if seen is not None and can_do_without else "")
        if not isinstance(came, Unmodified) or seen is None or is_known:
            return came
        if self._cache.restore(seen.digest, file):
            return _Copy(file=file, digest=seen.digest, etag=seen.etag, is_kept=True)
        return self._fetch(file, etag="")

    def _fetch(self, file: BinaryIO, *, etag: str) -> _Copy | Unmodified | Failure:
        headers = {"If-None-Match": etag} if etag else {}
        outcome = self._client.download(self._url, into=file, manners=self._manners, headers=headers)
        match outcome:
            case Fetched(headers=stated):
                try:
                    unpack(file)
                except DamagedPacking as error:
                    return Unreadable(reason=f"the table was sent packed, and {error}")
                except OSError as error:
                    return Unreachable(reason=f"the table cannot be stored: {error.strerror or error}")
                return _Copy(file=file, digest=digest_of(file), etag=stated.get("etag", ""))
            case Gone(status=status):
                return Unreadable(reason=f"HTTP {status}: the table is not at this address")
            case _:
                return outcome

    def _read(self, request: PollRequest, copy: _Copy, seen: Seen | None, watched: str) -> Polled | Unreadable:
        try:
            haul = self._sift(copy.file, Watched(request))
        except UnreadableTable as error:
            return Unreadable(reason=str(error), evidence=_beginning(copy.file))
        if objection := shrunk(seen, haul.census.rows):
            return Unreadable(reason=objection)
        is_new = seen is None or copy.digest != seen.digest
        now = Seen(
            rows=haul.census.rows,
            digest=copy.digest,
            since=request.now.date() if seen is None or is_new else seen.since,
            etag=copy.etag,
            watched=watched,
        )
        if not copy.is_kept:
            self._cache.keep(copy.file)
        readings = tuple(haul.readings[number] for number in sorted(haul.readings, key=int))
        return replace(_polled(request, now), readings=readings, unknown_values=tuple(haul.census.notes))

    def _sift(self, file: BinaryIO, watched: Watched) -> _Haul:
        """All rows that concern us, and behind them the held ones that no longer do. Raises UnreadableTable."""
        haul = _Haul()
        for row in read_rows(file, haul.census):
            found = watched.find(row, haul.census)
            if found is not None:
                haul.take(Reading(record=to_entry(row, found), raw=to_raw(row, found), url=self._url))
        if haul.census.strange:
            haul.census.note("row", "cells that do not fit the header")
        for number, entry in watched.held.items():
            if number not in haul.readings:
                gone, raw = as_gone(entry)
                haul.take(Reading(record=gone, raw=raw, url=self._url))
        return haul


def _as_before(request: PollRequest, known: Seen, *, etag: str) -> Polled | Unmodified:
    """The outcome for the same table and the same watched publications; a new validator is worth a new cursor."""
    polled = _polled(request, replace(known, etag=etag))
    if polled.troubles or etag != known.etag:
        return polled
    return Unmodified(data_version=known.data_version)


def _polled(request: PollRequest, now: Seen) -> Polled:
    still = stands_still(now, request.now.date())
    return Polled(
        covered=() if still else request.identifiers,
        cursor=now.as_cursor(),
        data_version=now.data_version,
        troubles=(still,) if still else (),
    )


def _beginning(file: BinaryIO) -> str:
    file.seek(0)
    return file.read(_SHOWN).decode("utf-8", "replace")
