"""Which of many PMIDs answer a query: the ids go to the history server, and the query speaks of them."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.domain.outcomes import Failure, Unreadable
from monitor.sources.pubmed.answers import Found, HistoryKey
from monitor.sources.pubmed.eutils import REACHABLE, Eutils
from monitor.sources.pubmed.haul import in_batches

POSTED_AT_A_TIME = 5_000
"""Less than the 9,999 records that a search reaches, so that no result over posted ids is ever cut."""

TRIES = 2
"""A result whose count moves while it is read is asked for once more."""


def among(eutils: Eutils, pmids: Sequence[str], clause: str) -> set[str] | Failure:
    """Those of the PMIDs whose records answer ``clause``, a query in PubMed's own language."""
    selected: set[str] = set()
    for some in in_batches(pmids, POSTED_AT_A_TIME):
        hits = _posted(eutils, some, clause)
        if not isinstance(hits, frozenset):
            return hits
        selected |= hits
    return selected


def _posted(eutils: Eutils, pmids: tuple[str, ...], clause: str) -> frozenset[str] | Failure:
    posted = eutils.post(pmids)
    if not isinstance(posted, HistoryKey):
        return posted
    for _ in range(TRIES):
        hits = _hits(eutils, f"#{posted.query_key} AND {clause}", posted)
        if not isinstance(hits, tuple):
            return hits
        count, found = hits
        if not found <= set(pmids):
            return Unreadable(reason="PubMed answered with records nobody asked about")
        if count == len(found):
            return found
    return Unreadable(reason=f"PubMed counts {count} of the records asked about, and lists {len(found)}")


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
