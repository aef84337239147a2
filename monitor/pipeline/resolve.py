"""From what a reference says to the identifiers it means; what is not understood is kept and shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

import structlog

from monitor.clock import Clock
from monitor.domain.articles import Reference, ReferenceKind, Resolution
from monitor.domain.citations import Candidate, Resolved, as_publication
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import Failure, Gone, Throttled, Unreachable, Unreadable
from monitor.domain.records import Work
from monitor.domain.resolution import judge
from monitor.domain.state import PendingReference
from monitor.pipeline.assess import Assessor
from monitor.pipeline.ports import CitationReader, CitationSource, GuidelineNames, Probe, Store, WorkSource
from monitor.pipeline.watching import watch

log = structlog.get_logger()

LOOK_AGAIN = timedelta(days=30)
ASK_AGAIN = timedelta(hours=1)
WATCHED_AS_WRITTEN = frozenset({Scheme.NCT, Scheme.GUIDELINE})
"""Identifiers that need no look-up: the registry's own number is the identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """Resolves references, one look-up at a time, with no transaction open while a source is asked."""

    store: Store
    citations: CitationSource
    works: WorkSource
    guidelines: GuidelineNames
    read_citation: CitationReader
    assessor: Assessor
    clock: Clock
    probe: Probe

    def run(self, *, article_id: str | None = None, limit: int = 500) -> int:
        """Resolve the references whose look-up is due; returns how many were looked at."""
        with self.store.begin() as tx:
            pending = tx.references.pending(article_id=article_id, limit=limit)
        for reference in pending:
            self._resolve(reference)
        return len(pending)

    def look_up(self, pending: PendingReference) -> Resolved | Failure:
        """What a reference means, or why it could not be looked up."""
        reference = pending.reference
        if reference.kind is ReferenceKind.IN_HOUSE_SUMMARY:
            return self._summarised(reference)
        written = tuple(item for item in reference.identifiers if item.scheme in WATCHED_AS_WRITTEN)
        if written and len(written) == len(reference.identifiers):
            return _as_written(written)
        if named := self._guideline(pending):
            return named
        if not reference.listed and not reference.title and not reference.identifiers:
            return Resolved(status=Resolution.UNRESOLVED, because="named in the prose without a title to look up")
        found = self.citations.candidates(self.read_citation(reference))
        if isinstance(found, Throttled | Unreachable | Unreadable):
            return found
        resolved = judge(self.read_citation(reference), found)
        if resolved.status is not Resolution.RESOLVED and (by_doi := self._by_doi(reference)) is not None:
            if not isinstance(by_doi, Resolved):
                return by_doi
            resolved = by_doi
        return _joined(resolved, written)

    def _by_doi(self, reference: Reference) -> Resolved | Failure | None:
        """What Crossref holds under the DOIs that are written; None where it holds none of them."""
        works: list[Work] = []
        for doi in (item for item in reference.identifiers if item.scheme is Scheme.DOI):
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
        if not works:
            return None
        return judge(self.read_citation(reference), tuple(as_publication(work) for work in works))

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

    def _looked_up(self, pending: PendingReference) -> Resolved | Failure:
        try:
            return self.look_up(pending)
        except Exception as error:
            log.exception("resolve.crashed", article=pending.article_id, reference=pending.id)
            return Unreadable(reason=f"our reader failed: {type(error).__name__}: {error}")

    def _resolve(self, pending: PendingReference) -> None:
        resolved = self._looked_up(pending)
        self.probe("resolve.after_lookup")
        with self.store.begin() as tx:
            if isinstance(resolved, Throttled | Unreachable | Unreadable):
                tx.references.postpone(
                    pending.id,
                    until=self.clock.today() + ASK_AGAIN,
                    because=f"could not be looked up: {resolved.reason}",
                )
                log.warning("resolve.postponed", article=pending.article_id, reason=resolved.reason)
                return
            settled = resolved.status is Resolution.RESOLVED
            new = tx.references.settle(
                pending.id, resolved, look_again=None if settled else self.clock.today() + LOOK_AGAIN
            )
            watch(tx, new)
            self.assessor.take_up(tx, pending.article_id, new)
        log.info("resolve.done", article=pending.article_id, status=resolved.status)


def _as_written(identifiers: tuple[Identifier, ...]) -> Resolved:
    return Resolved(
        status=Resolution.RESOLVED,
        identifiers=identifiers,
        confidence=1.0,
        because="the identifier is written in the reference",
    )


def _joined(resolved: Resolved, written: tuple[Identifier, ...]) -> Resolved:
    """The trial number written beside a paper is watched too, also while the paper itself is in doubt."""
    return replace(resolved, identifiers=(*resolved.identifiers, *written))


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
