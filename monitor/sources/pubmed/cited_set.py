"""The cited set: which of the watched records changed since the cursor, read in full; and which are gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest, Unreadable
from monitor.sources.pubmed.answers import Found, HistoryKey
from monitor.sources.pubmed.eutils import REACHABLE, Eutils
from monitor.sources.pubmed.haul import Haul, in_batches, missing_of, read_all, watched_pmids
from monitor.sources.pubmed.windows import as_day, first_day, since

POSTED_AT_A_TIME = 5_000
"""Less than the 9,999 records that a search reaches, so that no result over posted ids is ever cut."""

TRIES = 2
"""A result whose count moves while it is read is asked for once more."""


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
    haul = read_all(eutils, wanted)
    if not isinstance(haul, Haul):
        return haul
    missing = missing_of(eutils, [pmid for pmid in wanted if pmid not in haul.records])
    if not isinstance(missing, frozenset):
        return missing
    return Polled(
        readings=haul.readings(),
        missing=tuple(pubmed(pmid) for pmid in sorted(missing, key=int)),
        covered=tuple(pubmed(pmid) for pmid in watched),
        cursor=today.isoformat(),
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
    changed = _changed(eutils, known, first_day(cursor, today))
    if not isinstance(changed, set):
        return changed
    return tuple(pmid for pmid in watched if pmid in unread or pmid in changed)


def _changed(eutils: Eutils, pmids: Sequence[str], first: date) -> set[str] | Failure:
    changed: set[str] = set()
    for some in in_batches(pmids, POSTED_AT_A_TIME):
        hits = _changed_among(eutils, some, first)
        if not isinstance(hits, frozenset):
            return hits
        changed |= hits
    return changed


def _changed_among(eutils: Eutils, pmids: tuple[str, ...], first: date) -> frozenset[str] | Failure:
    posted = eutils.post(pmids)
    if not isinstance(posted, HistoryKey):
        return posted
    for _ in range(TRIES):
        hits = _hits(eutils, f"#{posted.query_key} AND {since(first, 'mdat')}", posted)
        if not isinstance(hits, tuple):
            return hits
        count, found = hits
        if not found <= set(pmids):
            return Unreadable(reason="PubMed answered with records nobody asked about")
        if count == len(found):
            return found
    return Unreadable(reason=f"PubMed counts {count} changed records, and lists {len(found)}")


def _hits(eutils: Eutils, term: str, posted: HistoryKey) -> tuple[int, frozenset[str]] | Failure:
    """What PubMed counts, and what it lists over all pages."""
    found: set[str] = set()
    count, start = 1, 0
    while start < min(count, REACHABLE):
        page = eutils.search(term, within=posted, start=start)
        if not isinstance(page, Found):
            return page
        if page.complaints:
            return Unreadable(reason=f"PubMed did not understand the query: {'; '.join(page.complaints)}")
        found |= set(page.pmids)
        count, start = page.count, start + len(page.pmids)
        if not page.pmids:
            break
    return count, frozenset(found)
