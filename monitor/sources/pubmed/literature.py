"""A body of literature: all that answers a query, as those need it who know nothing else of PubMed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from monitor.domain.outcomes import Failure
from monitor.domain.records import Publication
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.haul import Haul, read_held
from monitor.sources.pubmed.listing import Listing
from monitor.sources.pubmed.windows import OVERLAP

FALLEN = '"Retracted Publication"[pt]'
"""A record's retraction moves neither its day of entry nor that of its indexing."""


class Literature:
    """Searches PubMed for whole records. All of them come, or the reason why nothing is known."""

    def __init__(self, eutils: Eutils) -> None:
        self._eutils = eutils

    def published(self, query: str, *, first: date, last: date) -> tuple[Publication, ...] | Failure:
        """What answers a query and came in or was indexed in these days; and all that answers it and was retracted.

        Records show up late: the window begins some days before ``first``.
        """
        listing = Listing(self._eutils, query, always=FALLEN)
        if failure := listing.list(first - OVERLAP, last):
            return failure
        return self.read(tuple(listing.pmids))

    def read(self, pmids: Sequence[str]) -> tuple[Publication, ...] | Failure:
        """These records as they are now, by number; those that PubMed no longer holds are not among them."""
        if not pmids:
            return ()
        haul = read_held(self._eutils, sorted(pmids, key=int))
        if not isinstance(haul, Haul):
            return haul
        return tuple(held.publication for held in haul.records.values())
