"""What answers a query within a window of days, listed in full or not at all."""

from __future__ import annotations

import re
from datetime import date, timedelta

from monitor.domain.outcomes import Failure, Unreadable
from monitor.sources.pubmed.answers import Found
from monitor.sources.pubmed.eutils import REACHABLE, Eutils
from monitor.sources.pubmed.windows import between_days

TRIES = 2
"""A window whose count moves while it is listed is asked for once more."""

_DAY = re.compile(r"\d{4}/\d\d/\d\d")


class Listing:
    """The PMIDs of what came into PubMed, or got its headings, in a window of days.

    A record has no headings when it is created, and a query may ask for them: PubMed's date of indexing is that of the
    entry until then. A query that PubMed does not wholly understand is refused with PubMed's reason: it would search
    for something else. What answers ``always`` as well is listed whatever its day.
    """

    def __init__(self, eutils: Eutils, query: str, *, always: str = "") -> None:
        self._eutils = eutils
        self._query = query
        self._always = f" OR {always}" if always else ""
        self.pmids: set[str] = set()
        self.translation = ""

    def list(self, first: date, last: date) -> Failure | None:
        """List the window, in halves when more answers than a search reaches."""
        told = ""
        for _ in range(TRIES):
            days = " OR ".join(between_days(first, last, tag) for tag in ("crdt", "mhda"))
            found = self._eutils.search(f"({self._query}) AND ({days}{self._always})")
            if not isinstance(found, Found):
                return found
            if found.complaints:
                return Unreadable(reason=f"PubMed did not understand the query: {'; '.join(found.complaints)}")
            self.translation = _DAY.sub("day", found.translation)
            if found.count > REACHABLE:
                return self._list_in_halves(first, last)
            if len(set(found.pmids)) == found.count:
                self.pmids.update(found.pmids)
                return None
            told = f"PubMed counts {found.count} answers, and lists {len(set(found.pmids))}"
        return Unreadable(reason=told)

    def _list_in_halves(self, first: date, last: date) -> Failure | None:
        if first >= last:
            return Unreadable(reason=f"more answers on {first} than a search of PubMed reaches: narrow the query")
        middle = first + (last - first) // 2
        return self.list(first, middle) or self.list(middle + timedelta(days=1), last)
