"""Draft a topic for an article from its own references, and measure the draft before anybody trusts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from monitor.clock import Clock
from monitor.domain.identifiers import Scheme
from monitor.domain.outcomes import Failure
from monitor.domain.records import Publication
from monitor.domain.topics.draft import Draft, draft, split_by_age
from monitor.pipeline.ports import Store

YEAR = timedelta(days=365)


class CountingSource(Protocol):
    """A source that runs a query without reading what it finds."""

    def count(self, query: str, *, first: date, last: date) -> int | Failure:
        """How many records that came in from ``first`` to ``last`` answer."""
        ...

    def answering(self, query: str, pmids: tuple[str, ...]) -> frozenset[str] | Failure:
        """Those of the records that answer."""
        ...


class NotMeasured(Exception):
    """The source could not be asked. The message says why; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A drafted query with what it finds: ``records_a_month`` now, and how many of the newer references."""

    draft: Draft
    records_a_month: float
    newer: int
    newer_found: int
    not_found: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggester:
    """Drafts topics."""

    store: Store
    source: CountingSource
    clock: Clock

    def suggest(self, article_id: str) -> Suggestion:
        """Draft from the older references and try on the newer; raises KeyError, ``NothingShared``, ``NotMeasured``."""
        older, newer = split_by_age(self._cited(article_id))
        drafted = draft(older, records_a_year=self._records_a_year)
        pmids = tuple(record.pmid for record in newer)
        found = self.source.answering(drafted.query, pmids) if pmids else frozenset()
        if not isinstance(found, frozenset):
            raise NotMeasured(f"the draft could not be tried: {found.reason}")
        return Suggestion(
            draft=drafted,
            records_a_month=self._records_a_year(drafted.query) / 12,
            newer=len(pmids),
            newer_found=len(found),
            not_found=tuple(pmid for pmid in pmids if pmid not in found),
        )

    def _cited(self, article_id: str) -> tuple[Publication, ...]:
        with self.store.begin() as tx:
            if tx.articles.get(article_id) is None:
                raise KeyError(article_id)
            identifiers = {item for state in tx.references.of_article(article_id) for item in state.identifiers}
            snapshots = [tx.evidence.last_snapshot(item) for item in identifiers if item.scheme is Scheme.PUBMED]
        return tuple(snapshot.record for snapshot in snapshots if snapshot and isinstance(snapshot.record, Publication))

    def _records_a_year(self, query: str) -> int:
        today = self.clock.today().date()
        count = self.source.count(query, first=today - YEAR, last=today)
        if not isinstance(count, int):
            raise NotMeasured(f"the records of a year could not be counted: {count.reason}")
        return count
