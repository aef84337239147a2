"""What a reference means: asked of those who may know, in turn, until one record is clearly meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from monitor.domain.articles import Reference, ReferenceKind, Resolution
from monitor.domain.citations import Candidate, Citation, Resolved, as_publication
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import Failure, Gone, Throttled, Unreachable, Unreadable
from monitor.domain.records import Publication, Work
from monitor.domain.resolution import Thresholds, is_written_in, judge
from monitor.domain.state import PendingReference
from monitor.pipeline.ports import CitationFinder, CitationReader, CitationSource, GuidelineNames, WorkSource

WATCHED_AS_WRITTEN = frozenset({Scheme.NCT, Scheme.GUIDELINE})
"""Identifiers that need no look-up: the registry's own number is the identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Looks references up. No transaction is open while a source is asked.

    PubMed is asked first; the ``finders`` are asked in turn for what it does not clearly hold.
    """

    citations: CitationSource
    works: WorkSource
    guidelines: GuidelineNames
    read_citation: CitationReader
    finders: tuple[CitationFinder, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)

    def look_up(self, pending: PendingReference) -> Resolved | Failure:
        """What a reference means, or why it could not be looked up."""
        known = self._without_asking(pending)
        return known or _beside(pending, self.means(self.read_citation(pending.reference)))

    def look_up_each(
        self, pending: Sequence[PendingReference]
    ) -> Iterator[tuple[PendingReference, Resolved | Failure]]:
        """The same of many, in few requests: those for which nobody is asked first, and the same words asked once."""
        asked: dict[Citation, list[PendingReference]] = {}
        for one in pending:
            if known := self._without_asking(one):
                yield one, known
            else:
                asked.setdefault(self.read_citation(one.reference), []).append(one)
        for citation, found in self.means_each(list(asked)):
            yield from ((one, _beside(one, found)) for one in asked[citation])

    def means(self, citation: Citation) -> Resolved | Failure:
        """The publication that a citation means, or why it could not be looked up."""
        found = self.citations.candidates(citation)
        if isinstance(found, Throttled | Unreachable | Unreadable):
            return found
        return self._among(citation, found)

    def means_each(self, citations: Sequence[Citation]) -> Iterator[tuple[Citation, Resolved | Failure]]:
        """What each of many citations means, asked for together where a source can be asked so.

        Most are clear by their numbers and places; the others are looked up one by one, in order.
        """
        known = self.citations.candidates_of(citations) if citations else {}
        for citation in citations:
            found = known.get(citation.key, ())
            yield (
                citation,
                found if isinstance(found, Throttled | Unreachable | Unreadable) else self._one(citation, found),
            )

    def _one(self, citation: Citation, found: tuple[Publication, ...]) -> Resolved | Failure:
        resolved = judge(citation, found, self.thresholds)
        return resolved if resolved.status is Resolution.RESOLVED else self._further(citation, found)

    def _without_asking(self, pending: PendingReference) -> Resolved | None:
        """What is known of a reference, or known to be unknown, before any source is asked."""
        reference = pending.reference
        if reference.kind is ReferenceKind.IN_HOUSE_SUMMARY:
            return self._summarised(reference)
        written = _watched_as_written(reference)
        if written and len(written) == len(reference.identifiers):
            return _as_written(written)
        if named := self._guideline(pending):
            return named
        if not reference.listed and not reference.title and not reference.identifiers:
            return Resolved(status=Resolution.UNRESOLVED, because="named in the prose without a title to look up")
        return None

    def _further(self, citation: Citation, known: tuple[Publication, ...]) -> Resolved | Failure:
        if any(is_written_in(citation, record) for record in known):
            return self._among(citation, known)
        found = self.citations.further_candidates(citation, known)
        if isinstance(found, Throttled | Unreachable | Unreadable):
            return found
        return self._among(citation, found)

    def _among(self, citation: Citation, found: tuple[Publication, ...]) -> Resolved | Failure:
        """The one that is meant of what PubMed brought up, or of what the others know besides."""
        resolved = judge(citation, found, self.thresholds)
        if resolved.status is Resolution.RESOLVED:
            return resolved
        for ask in (self._by_doi, *(finder.find for finder in self.finders)):
            more = ask(citation)
            if isinstance(more, Throttled | Unreachable | Unreadable):
                return more
            found = _once(*found, *more)
            resolved = judge(citation, found, self.thresholds)
            if resolved.status is Resolution.RESOLVED:
                return self._as_pubmed_holds(resolved)
        return resolved

    def _as_pubmed_holds(self, resolved: Resolved) -> Resolved | Failure:
        """A work found by its DOI, under the PMID where PubMed holds it after all."""
        [identifier] = resolved.identifiers
        if identifier.scheme is not Scheme.DOI:
            return resolved
        held = self.citations.candidates(Citation(key="", text="", identifiers=(identifier,)))
        if isinstance(held, Throttled | Unreachable | Unreadable):
            return held
        own = [record.identifier for record in held if record.doi == identifier.value]
        if len(own) != 1:
            return resolved
        return replace(
            resolved, identifiers=tuple(own), because=f"{resolved.because}; found by its DOI {identifier.value}"
        )

    def _by_doi(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        """What Crossref holds under the DOIs that are written."""
        works: list[Work] = []
        for doi in (item for item in citation.identifiers if item.scheme is Scheme.DOI):
            found = self.works.look_up(doi)
            match found:
                case Work():
                    works.append(found)
                case Gone():
                    continue
                case Throttled() | Unreachable() | Unreadable():
                    return found
                case _:
                    assert_never(found)
        return tuple(map(as_publication, works))

    def _guideline(self, pending: PendingReference) -> Resolved | None:
        reference = pending.reference
        if reference.kind is not ReferenceKind.GUIDELINE:
            return None
        context = f"{pending.article_title} {pending.context}"
        candidates = self.guidelines(reference.text, reference.organisation, reference.year, context)
        if not candidates:
            return None
        return _one_guideline(candidates)

    def _summarised(self, reference: Reference) -> Resolved:
        """What a summary of the house sums up, where its title names it; else its sentences may name it."""
        title = reference.title or reference.text
        if candidates := self.guidelines(title, "", None, title):
            found = _one_guideline(candidates)
            return replace(found, because=f"an in-house summary, followed through what it sums up: {found.because}")
        return Resolved(status=Resolution.UNRESOLVED, because="an in-house summary: its own sources are not listed")


def _once(*records: Publication) -> tuple[Publication, ...]:
    """Each paper once: what PubMed holds is not another paper under its DOI."""
    dois = {record.doi for record in records if record.identifier.scheme is Scheme.PUBMED and record.doi}
    kept = (r for r in records if r.identifier.scheme is not Scheme.DOI or r.identifier.value not in dois)
    return tuple({record.identifier: record for record in kept}.values())


def _watched_as_written(reference: Reference) -> tuple[Identifier, ...]:
    return tuple(item for item in reference.identifiers if item.scheme in WATCHED_AS_WRITTEN)


def _beside(pending: PendingReference, found: Resolved | Failure) -> Resolved | Failure:
    """The trial number written beside a paper is watched too, also while the paper itself is in doubt."""
    if not isinstance(found, Resolved):
        return found
    return replace(found, identifiers=(*found.identifiers, *_watched_as_written(pending.reference)))


def _as_written(identifiers: tuple[Identifier, ...]) -> Resolved:
    return Resolved(
        status=Resolution.RESOLVED,
        identifiers=identifiers,
        confidence=1.0,
        because="the identifier is written in the reference",
    )


def _one_guideline(candidates: tuple[Candidate, ...]) -> Resolved:
    best = candidates[0]
    tied = len(candidates) > 1 and candidates[1].confidence == best.confidence
    if tied:
        return Resolved(
            status=Resolution.AMBIGUOUS,
            candidates=candidates,
            confidence=best.confidence,
            because="several guidelines of this publisher fit",
        )
    return Resolved(
        status=Resolution.RESOLVED,
        identifiers=(best.identifier,),
        confidence=best.confidence,
        candidates=candidates,
        because=best.because,
    )
