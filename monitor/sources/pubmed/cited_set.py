"""The cited set: which of the watched records changed since the cursor, read in full; and which are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.haul import Haul, missing_of, read_all, watched_pmids
from monitor.sources.pubmed.posted import among
from monitor.sources.pubmed.windows import as_day, first_day, since


def poll_cited_set(eutils: Eutils, request: PollRequest) -> PollOutcome:
    """Read the unread records and those that PubMed says were modified since the cursor.

    The first poll reads everything. All of it holds or none: any failure is the outcome of the whole poll.
    """
    build = eutils.build()
    if not isinstance(build, str):
        return build
    today, watched = request.now.date(), tuple(watched_pmids(request.identifiers))
    wanted = _wanted(eutils, request, watched, today)
    if not isinstance(wanted, tuple):
        return wanted
    read = _read(eutils, wanted, build)
    if not isinstance(read, Polled):
        return read
    return replace(read, covered=tuple(pubmed(pmid) for pmid in watched), cursor=today.isoformat())


def poll_unread(eutils: Eutils, request: PollRequest) -> PollOutcome:
    """Read the unread records and nothing else. The poll vouches for none: of their changes others must tell.

    Asks nothing when nothing is unread.
    """
    watched, unread = watched_pmids(request.identifiers), watched_pmids(request.unread)
    wanted = tuple(pmid for pmid in watched if pmid in unread)
    if not wanted:
        return Polled(cursor=request.cursor)
    build = eutils.build()
    if not isinstance(build, str):
        return build
    read = _read(eutils, wanted, build)
    return replace(read, cursor=request.cursor) if isinstance(read, Polled) else read


def _read(eutils: Eutils, wanted: tuple[str, ...], build: str) -> Polled | Failure:
    haul = read_all(eutils, wanted)
    if not isinstance(haul, Haul):
        return haul
    missing = missing_of(eutils, [pmid for pmid in wanted if pmid not in haul.records])
    if not isinstance(missing, frozenset):
        return missing
    return Polled(
        readings=haul.readings(),
        missing=tuple(pubmed(pmid) for pmid in sorted(missing, key=int)),
        data_version=build,
        unknown_values=tuple(haul.unknown),
    )


def _wanted(eutils: Eutils, request: PollRequest, watched: tuple[str, ...], today: date) -> tuple[str, ...] | Failure:
    """Modification dates are a hint only (NLM: "do not depend on" them); the rolling re-read comes as ``unread``."""
    cursor = as_day(request.cursor)
    if cursor is None:
        return watched
    unread = watched_pmids(request.unread)
    known = [pmid for pmid in watched if pmid not in unread]
    changed = among(eutils, known, since(first_day(cursor, today), "mdat"))
    if not isinstance(changed, set):
        return changed
    return tuple(pmid for pmid in watched if pmid in unread or pmid in changed)
