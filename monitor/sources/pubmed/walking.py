"""All the PMIDs a query finds, in spite of the cap of 9,999: by bisecting its window of days, and always counting."""

from __future__ import annotations

from datetime import date, timedelta

from monitor.domain.outcomes import Failure, Throttled, Unreachable, Unreadable
from monitor.sources.pubmed.answers import Search
from monitor.sources.pubmed.eutils import Eutils

CAP = 9999


def pmids_found(eutils: Eutils, query: str, field: str, start: date, end: date, *, web_env: str = "") -> tuple[str, ...] | Failure:
    """Every PMID that fits ``query`` with ``field`` between two days, both included.

    A part of the query that PubMed does not understand, a count that moves, or a single day over the cap is
    Unreadable: it must never read as fewer records.
    """
    found = eutils.search(f'({query}) AND ("{start:%Y/%m/%d}"[{field}] : "{end:%Y/%m/%d}"[{field}])', web_env=web_env, retmax=CAP)
    if isinstance(found, Throttled | Unreachable | Unreadable):
        return found
    if found.count > CAP:
        return _bisected(eutils, query, field, start, end, web_env)
    return _checked(found)


def _bisected(eutils: Eutils, query: str, field: str, start: date, end: date, web_env: str) -> tuple[str, ...] | Failure:
    if start >= end:
        return Unreadable(reason=f"more than {CAP} records on {start}: PubMed cannot list them all")
    middle = start + (end - start) / 2
    first = pmids_found(eutils, query, field, start, middle, web_env=web_env)
    if isinstance(first, Throttled | Unreachable | Unreadable):
        return first
    second = pmids_found(eutils, query, field, middle + timedelta(days=1), end, web_env=web_env)
    if isinstance(second, Throttled | Unreachable | Unreadable):
        return second
    return tuple(dict.fromkeys((*first, *second)))


def _checked(found: Search) -> tuple[str, ...] | Failure:
    if found.complaints and found.count:
        return Unreadable(reason=f"PubMed did not understand the query: {'; '.join(found.complaints)}")
    if len(found.ids) != found.count:
        return Unreadable(reason=f"PubMed counts {found.count} records but lists {len(found.ids)}")
    return found.ids
