"""Notices: records that retract, correct, doubt or replace others. They come before the paper's own record changes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest, Unreadable
from monitor.domain.rules.publication import COCHRANE
from monitor.sources.pubmed import naming
from monitor.sources.pubmed.answers import Found
from monitor.sources.pubmed.eutils import IDS_AT_A_TIME, REACHABLE, Eutils
from monitor.sources.pubmed.haul import Haul, watched_pmids
from monitor.sources.pubmed.reader import ReadRecord
from monitor.sources.pubmed.windows import as_day, between_days, first_day

FIRST_LOOK_BACK = timedelta(days=30)
"""How far the first poll looks back: an older notice stands on the paper's own record by now."""

TRIES = 2
"""A window whose count moves while it is read is read once more."""

FILTERS = (
    "hasretractionof",
    "hasexpressionofconcernfor",
    "haserratumfor",
    "hasretractedandrepublishedfrom",
    "hascorrectedrepublishedfrom",
    "hasupdateof",
)
"""PubMed's filters for the notice's side of a link."""

TYPES = ("Retraction of Publication", "Retraction Notice", "Published Erratum", "Expression of Concern")
"""Types of notices, by their names of before and after NLM's renaming; PubMed may know but one of a pair."""

REVIEWS = f'"{COCHRANE}"[ta]'
"""A new version of a Cochrane review may come before the link to the one that it replaces."""

QUERY = " OR ".join((*FILTERS, *(f'"{name}"[pt]' for name in TYPES), REVIEWS))

_RENAMED = re.compile(rf'(Quoted)?Phrase\w+ "?({"|".join(TYPES)})"?(\[[^]]*\])?', re.I)


def poll_notices(eutils: Eutils, request: PollRequest) -> PollOutcome:
    """Read the notices created since the cursor, in full; hand out those that name a watched record.

    A window is covered wholly or not at all: what PubMed counts and what it hands out must agree.
    """
    build = eutils.build()
    if not isinstance(build, str):
        return build
    today = request.now.date()
    cursor = as_day(request.cursor)
    first = first_day(cursor, today) if cursor else today - FIRST_LOOK_BACK
    haul = _Notices(eutils, watched_pmids(request.identifiers))
    if failure := haul.read(first, today) or haul.name_the_rest():
        return failure
    return Polled(
        readings=haul.of_interest.readings(),
        covered=request.identifiers,
        cursor=today.isoformat(),
        data_version=build,
        window_start=first,
        window_end=today,
        unknown_values=tuple(haul.of_interest.unknown),
    )


class _Notices:
    """Reads windows of days. Only what names a watched record is kept in memory."""

    def __init__(self, eutils: Eutils, watched: Iterable[str]) -> None:
        self._eutils = eutils
        self._watched = frozenset(watched)
        self.of_interest = Haul()
        self._unnamed: dict[str, ReadRecord] = {}

    def read(self, first: date, last: date) -> Failure | None:
        """Read the window, in halves when there are more notices than a search reaches."""
        told = ""
        for _ in range(TRIES):
            found = self._search(first, last)
            if not isinstance(found, Found):
                return found
            if found.count > REACHABLE:
                return self._read_in_halves(first, last)
            seen = self._fetch(found)
            if not isinstance(seen, frozenset):
                return seen
            if len(seen) == found.count:
                return None
            told = f"PubMed counts {found.count} notices, and hands out {len(seen)}"
        return Unreadable(reason=told)

    def name_the_rest(self) -> Failure | None:
        """Look up which papers the notices mean that name none; what cannot be told is shown to the operator."""
        named = naming.name_all(self._eutils, self._unnamed.values())
        if not isinstance(named, naming.Named):
            return named
        self.of_interest.unknown.update(dict.fromkeys(named.unknown))
        for record in named.records:
            self._take(record)
        return None

    def _read_in_halves(self, first: date, last: date) -> Failure | None:
        if first >= last:
            return Unreadable(reason=f"more notices on {first} than a search of PubMed reaches")
        middle = first + (last - first) // 2
        return self.read(first, middle) or self.read(middle + timedelta(days=1), last)

    def _search(self, first: date, last: date) -> Found | Failure:
        found = self._eutils.search(f"({QUERY}) AND {between_days(first, last, 'crdt')}", keep=True, size=0)
        if not isinstance(found, Found):
            return found
        if complaints := [text for text in found.complaints if not _RENAMED.fullmatch(text)]:
            return Unreadable(reason=f"PubMed did not understand the query: {'; '.join(complaints)}")
        return found

    def _fetch(self, found: Found) -> frozenset[str] | Failure:
        """The PMIDs handed out over all pages."""
        seen: set[str] = set()
        for start in range(0, found.count, IDS_AT_A_TIME):
            if found.history is None:
                return Unreadable(reason="a result was to be kept, but no history came back")
            page = self._eutils.fetch_kept(found.history, start=start, size=IDS_AT_A_TIME)
            if not isinstance(page, tuple):
                return page
            for record in page:
                seen.add(record.publication.pmid)
                self._take(record)
        return frozenset(seen)

    def _take(self, record: ReadRecord) -> None:
        if naming.is_unnamed(record.publication):
            self._unnamed[record.publication.pmid] = record
        if self._watched & {link.pmid for link in record.publication.links}:
            self.of_interest.take(record)
        else:
            self.of_interest.unknown.update(dict.fromkeys(record.unknown))
