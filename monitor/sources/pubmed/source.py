"""PubMed as a source: by E-utilities or by the daily update files, and the look-up of citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, PollOutcome, PollRequest, Unreadable
from monitor.domain.records import Publication, Record
from monitor.sources.pubmed import beside_files
from monitor.sources.pubmed.answers import Found
from monitor.sources.pubmed.cited_set import poll_cited_set
from monitor.sources.pubmed.citmatch import candidates, candidates_of, further_candidates
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.included import poll_included
from monitor.sources.pubmed.merged import merged_with
from monitor.sources.pubmed.naming import name_all
from monitor.sources.pubmed.notices import poll_notices
from monitor.sources.pubmed.posted import among
from monitor.sources.pubmed.reader import READER, read_recording
from monitor.sources.pubmed.topics import poll_topic
from monitor.sources.pubmed.updates import Matcher, UpdateFiles, poll_updates
from monitor.sources.pubmed.windows import between_days

WATCHES = {"cited_set": poll_cited_set, "notices": poll_notices, "included": poll_included}
"""Kind of watch → how it is polled."""


class PubMed:
    """Watches PubMed for the records that articles rest on."""

    name = "pubmed"
    reader = READER

    def __init__(
        self,
        eutils: Eutils,
        *,
        updates: UpdateFiles | None = None,
        matcher: Matcher | None = None,
        queries: Mapping[str, str] | None = None,
    ) -> None:
        """``queries`` are the standing queries by the name of their topic; for ``updates`` see :meth:`follow`."""
        self._eutils = eutils
        self._queries = queries or {}
        self.follow(updates, matcher=matcher)

    def follow(self, updates: UpdateFiles | None, *, matcher: Matcher | None = None) -> None:
        """From now on learn of changes from the update files, or with None from E-utilities.

        ``matcher`` says which topics the records of a file answer.
        """
        self._updates = updates
        self._matcher = matcher

    def poll(self, request: PollRequest) -> PollOutcome:
        """Ask for what the request names. A failure of any question is the outcome of the poll; nothing is partial."""
        if request.watch == "topic":
            return poll_topic(self._eutils, request, self._queries)
        if request.watch == "updates" and self._updates is not None:
            name = partial(name_all, self._eutils)
            return poll_updates(self._updates, request, matcher=self._matcher, name=name)
        poll = (WATCHES if self._updates is None else beside_files.WATCHES).get(request.watch)
        if poll is None:
            return Unreadable(reason=f"PubMed has no watch of kind {request.watch!r}")
        return poll(self._eutils, request)

    def count(self, query: str, *, first: date, last: date) -> int | Failure:
        """How many records that came in from ``first`` to ``last`` answer a query."""
        found = self._eutils.search(f"({query}) AND {between_days(first, last, 'crdt')}", size=0)
        if not isinstance(found, Found):
            return found
        if found.complaints:
            return Unreadable(reason=f"PubMed did not understand the query: {'; '.join(found.complaints)}")
        return found.count

    def answering(self, query: str, pmids: tuple[str, ...]) -> frozenset[str] | Failure:
        """Those of the records that answer a query."""
        selected = among(self._eutils, pmids, f"({query})")
        return frozenset(selected) if isinstance(selected, set) else selected

    def reread(self, raw: bytes) -> Publication:
        """Read a kept record with today's reader. Raises :class:`UnreadableXml`."""
        return read_recording(raw)

    def survivor(self, record: Record) -> Identifier | Failure | None:
        """Under which other PMID a record that is gone can be found: by its DOI, else by title and place.

        PubMed merges duplicates by deleting one of them, and keeps no pointer to the other.
        """
        return merged_with(self._eutils, record) if isinstance(record, Publication) else None

    def candidates(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        """Records worth comparing with a citation, or why none could be looked up."""
        return candidates(self._eutils, citation)

    def candidates_of(self, citations: Sequence[Citation]) -> dict[str, tuple[Publication, ...] | Failure]:
        """By key, the records that the written numbers and the places of many citations bring up, or why none could."""
        return candidates_of(self._eutils, citations)

    def further_candidates(self, citation: Citation, known: Sequence[Publication]) -> tuple[Publication, ...] | Failure:
        """Records that the title and the figures of a citation bring up, beside those that are known."""
        return further_candidates(self._eutils, citation, known)
