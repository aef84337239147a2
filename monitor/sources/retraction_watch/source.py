"""Retraction Watch as a source: the whole table at each poll, compared with what was taken from it before."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import assert_never

from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import (
    Failure,
    Fetched,
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
from monitor.domain.records import as_json, from_json
from monitor.domain.works import RetractionEntry
from monitor.net import Client, Manners
from monitor.sources.retraction_watch.kept import Shelf, digest_of
from monitor.sources.retraction_watch.matching import Watched, about_of, by_title, is_about_the_same
from monitor.sources.retraction_watch.reader import read_row
from monitor.sources.retraction_watch.snapshot import Taken, has_shrunk
from monitor.sources.retraction_watch.table import Row, Rows, UnreadableTable

READER = "retraction_watch-1"
MANNERS = Manners(pace_seconds=5.0, deadline_seconds=600.0, max_bytes=400_000_000)
"""The file has some 65 MB, and comes from a host that many use."""

ABOUT, MATCHED_BY = "about", "matched_by"
"""Keys that we add to a kept row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """A whole file; ``is_same`` when it is the one that was taken last."""

    content: bytes
    digest: str
    etag: str
    is_same: bool


@dataclass(slots=True)
class _Haul:
    """What the rows of one file come to. ``held`` are the entries taken before, ``left`` their rows now."""

    held: dict[Identifier, RetractionEntry]
    readings: list[Reading] = field(default_factory=list)
    left: dict[Identifier, Row] = field(default_factory=dict)


class RetractionWatch:
    """Polls the table at ``url``. ``cache`` is a folder for the last file, so that a new article costs no download."""

    name = "retraction_watch"
    reader = READER

    def __init__(self, client: Client, url: str, *, cache: Path | None = None) -> None:
        self._client = client
        self._url = url
        self._shelf = Shelf(cache)

    def poll(self, request: PollRequest) -> PollOutcome:
        """Hand out the rows about watched publications, and those taken before that the table has no more.

        A file that is cut, of another shape or much shorter than the last one is ``Unreadable``: none of it is used.
        One that has stood still for too long is read, and vouches for nothing.
        """
        if request.watch != "cited_set":
            return Unreadable(reason=f"Retraction Watch has no watch of kind {request.watch!r}")
        before = Taken.of(request.cursor)
        members = digest_of("\n".join(sorted(map(str, request.identifiers))).encode())
        body = self._body(before)
        if not isinstance(body, _Body):
            return body
        is_known = body.is_same and before is not None and before.members == members
        if is_known and before is not None and not before.stands_still(request.now.date()):
            return Unmodified(data_version=_version(before))
        return self._compare(request, body, before, members)

    def reread(self, raw: bytes) -> RetractionEntry:
        """Read a kept row with today's reader. Raises :class:`UnreadableTable`."""
        return read_recording(raw)

    def _body(self, before: Taken | None) -> _Body | Failure:
        kept = self._shelf.body(before.digest) if before else None
        etag = before.etag if before and kept is not None else ""
        outcome = self._client.get(self._url, headers={"If-None-Match": etag} if etag else {}, manners=MANNERS)
        match outcome:
            case Fetched(body=body, headers=headers):
                digest = digest_of(body)
                is_same = before is not None and before.digest == digest
                return _Body(content=body, digest=digest, etag=headers.get("etag", ""), is_same=is_same)
            case Unmodified():
                if kept is None or before is None:
                    return Unreadable(reason="not modified, though nothing was said of what we hold")
                return _Body(content=kept, digest=before.digest, etag=etag, is_same=True)
            case Gone(status=status, url=url):
                return Unreadable(reason=f"HTTP {status}: the table is not at this address", evidence=url)
            case Throttled() | Unreachable() | Unreadable():
                return outcome
            case _:
                assert_never(outcome)

    def _compare(self, request: PollRequest, body: _Body, before: Taken | None, members: str) -> Polled | Unreadable:
        rows = Rows(body.content)
        haul = _Haul({entry.identifier: entry for entry in request.held if isinstance(entry, RetractionEntry)})
        watched = Watched(frozenset(request.identifiers), by_title(request.titles))
        try:
            for row in rows:
                self._take(haul, row, watched)
        except UnreadableTable as error:
            return Unreadable(reason=str(error), evidence=body.content[:300].decode("utf-8", "replace"))
        if rows.count == 0:
            return Unreadable(reason="the table is empty")
        if before is not None and has_shrunk(rows.count, before):
            return Unreadable(
                reason=f"the table had {before.rows} rows and now has {rows.count}: it is not taken for whole"
            )
        self._take_gone(haul)
        taken = _taken(request, body, before, rows.count, members)
        still = taken.stands_still(request.now.date())
        self._shelf.keep(body.digest, body.content)
        return Polled(
            readings=tuple(haul.readings),
            covered=() if still else request.identifiers,
            troubles=(f"the table has stood still since {taken.since}",) if still else (),
            cursor=taken.as_cursor(),
            data_version=_version(taken),
            unknown_values=tuple(rows.unknown),
        )

    def _take(self, haul: _Haul, row: Row, watched: Watched) -> None:
        identifier = Identifier.of(Scheme.RETRACTION_WATCH, row["Record ID"].lstrip("0"))
        if identifier in haul.held:
            haul.left[identifier] = row
        found = watched.match(row)
        if found is not None:
            entry = read_row(row, about=found[0], matched_by=found[1])
            raw = json.dumps({**row, ABOUT: str(entry.about), MATCHED_BY: entry.matched_by}).encode("ascii")
            haul.readings.append(Reading(record=entry, raw=raw, url=self._url))

    def _take_gone(self, haul: _Haul) -> None:
        """Entries taken before whose row is gone, or names another paper now. Of papers unwatched nothing is said."""
        seen = {reading.record.identifier for reading in haul.readings}
        for identifier, entry in haul.held.items():
            row = haul.left.get(identifier)
            still_there = row is not None and is_about_the_same(row, entry)
            if entry.state != "listed" or still_there or identifier in seen:
                continue
            gone = replace(entry, state="gone")
            haul.readings.append(Reading(record=gone, raw=json.dumps(as_json(gone)).encode("ascii"), url=self._url))


def read_recording(body: bytes) -> RetractionEntry:
    """Read one row: as it was kept, or as a table that holds nothing else. Raises :class:`UnreadableTable`."""
    try:
        kept = json.loads(body)
    except (ValueError, RecursionError):
        return _only_row(body)
    try:
        if "type" in kept:
            record = from_json(kept)
            if isinstance(record, RetractionEntry):
                return record
        return read_row(kept, about=Identifier.parse(kept[ABOUT]), matched_by=kept[MATCHED_BY])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableTable(f"this is no kept row: {error!r}") from None


def _only_row(body: bytes) -> RetractionEntry:
    rows = list(Rows(body if body.endswith(b"\n") else body + b"\n"))
    if len(rows) != 1:
        raise UnreadableTable(f"a recording holds one row, not {len(rows)}")
    about = about_of(rows[0])
    if about is None:
        raise UnreadableTable(f"row {rows[0]['Record ID']} gives neither the DOI nor the PMID of its paper")
    return read_row(rows[0], about=about, matched_by=about.scheme.replace("pubmed", "pmid"))


def _taken(request: PollRequest, body: _Body, before: Taken | None, rows: int, members: str) -> Taken:
    since = before.since if before is not None and body.is_same else request.now.date().isoformat()
    return Taken(rows=rows, digest=body.digest, since=since, etag=body.etag, members=members)


def _version(taken: Taken) -> str:
    return f"{taken.rows} rows, as since {taken.since}"
