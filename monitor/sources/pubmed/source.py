"""PubMed as a source: the cited set with a rolling re-read, and new notices by their day of creation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier, Scheme, pubmed
from monitor.domain.outcomes import (
    Failure,
    Fetched,
    Polled,
    PollOutcome,
    PollRequest,
    Reading,
    Throttled,
    Unreachable,
    Unreadable,
)
from monitor.domain.records import Publication, Record
from monitor.sources.pubmed.citmatch import candidates
from monitor.sources.pubmed.eutils import FETCHED_AT_ONCE, Eutils
from monitor.sources.pubmed.reader import READER, read_recording, read_set, split
from monitor.sources.pubmed.walking import pmids_found

OVERLAP = timedelta(days=3)
FIRST_WINDOW = timedelta(days=30)
POSTED_AT_ONCE = 9000
NOTICES = (
    "hasretractionof OR hasexpressionofconcernfor OR haserratumfor OR hasretractedandrepublishedfrom"
    ' OR hascorrectedrepublishedfrom OR hasupdateof OR "Retraction of Publication"[pt] OR "Retraction Notice"[pt]'
    ' OR "Published Erratum"[pt] OR "Expression of Concern"[pt]'
)
"""What tells of another record; the type has been seen under both names."""


class PubMed:
    """PubMed by E-utilities."""

    name = "pubmed"
    reader = READER

    def __init__(self, eutils: Eutils) -> None:
        self._eutils = eutils

    def poll(self, request: PollRequest) -> PollOutcome:
        """Poll the cited set or the notices; any failed call makes the whole poll that failure."""
        build = self._eutils.build()
        if not isinstance(build, str):
            return build
        watched = tuple(item.value for item in request.identifiers if item.scheme is Scheme.PUBMED)
        if request.watch == "notices":
            return self._notices(request, frozenset(watched), build)
        return self._cited_set(request, watched, build)

    def reread(self, raw: bytes) -> Record:
        """Read a kept record with today's reader."""
        return read_recording(raw)

    def candidates(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        """Records a citation may mean."""
        return candidates(self._eutils, citation)

    def _cited_set(self, request: PollRequest, watched: Sequence[str], build: str) -> PollOutcome:
        changed = self._changed(watched, request)
        if not isinstance(changed, frozenset):
            return changed
        wanted = sorted((changed | {item.value for item in request.unread}) & set(watched), key=int)
        read = self._read(wanted)
        if not isinstance(read, Polled):
            return read
        return Polled(
            readings=read.readings, missing=read.missing, unknown_values=read.unknown_values, data_version=build,
            covered=tuple(map(pubmed, watched)), cursor=request.now.date().isoformat(),
            window_start=_since(request, FIRST_WINDOW), window_end=request.now.date())

    def _changed(self, watched: Sequence[str], request: PollRequest) -> frozenset[str] | Failure:
        """Which watched records PubMed says were modified since the cursor: a hint, hence the rolling re-read."""
        changed: set[str] = set()
        for start in range(0, len(watched), POSTED_AT_ONCE) if request.cursor else ():
            posted = self._eutils.post(watched[start:start + POSTED_AT_ONCE])
            if isinstance(posted, Throttled | Unreachable | Unreadable):
                return posted
            web_env, key = posted
            found = pmids_found(self._eutils, f"#{key}", "mdat", _since(request, FIRST_WINDOW), date(3000, 1, 1), web_env=web_env)
            if not isinstance(found, tuple):
                return found
            changed |= set(found)
        return frozenset(changed)

    def _notices(self, request: PollRequest, watched: frozenset[str], build: str) -> PollOutcome:
        start, end = _since(request, FIRST_WINDOW), request.now.date()
        found = pmids_found(self._eutils, NOTICES, "crdt", start, end)
        if not isinstance(found, tuple):
            return found
        read = self._read(found)
        if not isinstance(read, Polled):
            return read
        naming = tuple(reading for reading in read.readings if _names(reading.record) & watched)
        return Polled(readings=naming, covered=request.identifiers, cursor=end.isoformat(), data_version=build,
                      window_start=start, window_end=end, unknown_values=read.unknown_values)

    def _read(self, pmids: Sequence[str]) -> Polled | Failure:
        """Read records in full; those an answer lacks are asked for alone before they count as missing."""
        readings: list[Reading] = []
        missing: list[Identifier] = []
        unknown: list[tuple[str, str]] = []
        for start in range(0, len(pmids), FETCHED_AT_ONCE):
            batch = pmids[start:start + FETCHED_AT_ONCE]
            answer = self._eutils.fetch(batch)
            if not isinstance(answer, Fetched):
                return answer
            found = {record.pmid: _reading(record, raw) for record, raw in split(answer.body)}
            unknown += read_set(answer.body).unknown
            for pmid in (pmid for pmid in batch if pmid not in found):
                alone = self._alone(pmid)
                if isinstance(alone, Throttled | Unreachable | Unreadable):
                    return alone
                if alone is None:
                    missing.append(pubmed(pmid))
                else:
                    found[pmid] = alone
            readings += [found[pmid] for pmid in batch if pmid in found]
        return Polled(readings=tuple(readings), missing=tuple(missing), unknown_values=tuple(dict.fromkeys(unknown)))

    def _alone(self, pmid: str) -> Reading | None | Failure:
        answer = self._eutils.fetch([pmid])
        if not isinstance(answer, Fetched):
            return answer
        for record, raw in split(answer.body):
            if record.pmid == pmid:
                return _reading(record, raw)
        gone = self._eutils.is_gone(pmid)
        if gone is True:
            return None
        return gone if not isinstance(gone, bool) else Unreadable(reason=f"EFetch leaves out {pmid}, ESummary knows it")


def _reading(record: Publication, raw: bytes) -> Reading:
    return Reading(record=record, raw=raw, url=record.identifier.url or "")


def _names(record: Record) -> frozenset[str]:
    links: Iterable[str | None] = (link.pmid for link in record.links) if isinstance(record, Publication) else ()
    return frozenset(pmid for pmid in links if pmid)


def _since(request: PollRequest, first: timedelta) -> date:
    if not request.cursor:
        return (request.now - first).date()
    return date.fromisoformat(request.cursor) - OVERLAP
