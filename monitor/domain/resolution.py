"""Which record a citation means: a candidate is believed for its own title, year, journal, volume and page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.domain.agreement import Agreement, agreement
from monitor.domain.articles import Resolution
from monitor.domain.citations import Candidate, Citation, Resolved
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.records import Publication
from monitor.domain.titles import title_words

PRIOR = -2.0
"""How likely a record is meant for merely having been found, as a natural logarithm of odds."""
SPEAKS_AGAINST = -7.0
"""A record that disagrees this much is not what the words mean, whatever identifier stands beside them."""
DOUBTED = 0.75
"""Confidence in a written identifier beside words that mean something else."""
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When a citation is resolved, and when an editor is asked; probabilities."""

    resolved_from: float = 0.9
    ambiguous_from: float = 0.3
    clear_lead: float = 0.5


def judge(citation: Citation, records: Iterable[Publication], thresholds: Thresholds | None = None) -> Resolved:
    """Decide among candidate records. One clear winner resolves; several good ones, or a fair one, ask the editor.

    The confidence of a candidate is the probability that it is meant, given that one of the candidates is, or none.
    """
    limits = thresholds or Thresholds()
    candidates = _weighed(citation, tuple({record.identifier: record for record in records}.values()))
    if not candidates or candidates[0].confidence < limits.ambiguous_from:
        return Resolved(
            status=Resolution.UNRESOLVED,
            candidates=candidates[:MOST_SHOWN],
            because="no record with this title and date was found" if candidates else "nothing was found",
        )
    best = candidates[0]
    lead = best.confidence - (candidates[1].confidence if len(candidates) > 1 else 0.0)
    is_clear = lead >= limits.clear_lead
    if best.confidence >= limits.resolved_from and is_clear:
        return Resolved(
            status=Resolution.RESOLVED,
            identifiers=(best.identifier,),
            confidence=best.confidence,
            candidates=candidates[:MOST_SHOWN],
            because=best.because,
        )
    return Resolved(
        status=Resolution.AMBIGUOUS,
        confidence=best.confidence,
        candidates=candidates[:MOST_SHOWN],
        because=f"fits in part: {best.because}" if is_clear else "several records fit",
    )


def _weighed(citation: Citation, records: Sequence[Publication]) -> tuple[Candidate, ...]:
    """All candidates, the likeliest first."""
    compared = [(record, agreement(citation, record)) for record in records]
    odds = {record.identifier: math.exp(PRIOR + found.weight) for record, found in compared}
    total = 1.0 + sum(odds.values())
    found = [
        _believed(citation, record, agreed) or _candidate(record, odds[record.identifier] / total, agreed.because)
        for record, agreed in compared
    ]
    return tuple(sorted(found, key=lambda candidate: (-candidate.confidence, candidate.identifier)))


def _candidate(record: Publication, confidence: float, because: str) -> Candidate:
    return Candidate(
        identifier=record.identifier,
        title=record.title,
        confidence=round(min(confidence, 0.999), 3),
        because=because,
        year=record.year,
    )


def _believed(citation: Citation, record: Publication, agreed: Agreement) -> Candidate | None:
    """A record whose identifier is written in the citation, unless its words mean another."""
    if not is_written_in(citation, record):
        return None
    if _has_no_other_title(citation, record):
        agreed = agreement(replace(citation, title=""), record)
    is_of_another = agreed.weight <= 0 and _speaks_of_something_else(citation, record)
    if agreed.weight <= SPEAKS_AGAINST or is_of_another:
        because = "the identifier is written in the reference, but its words name another title"
        return Candidate(
            identifier=record.identifier, title=record.title, confidence=DOUBTED, because=because, year=record.year
        )
    return Candidate(
        identifier=record.identifier,
        title=record.title,
        confidence=1.0,
        because="the identifier is written in the reference",
        year=record.year,
    )


def is_written_in(citation: Citation, record: Publication) -> bool:
    """Whether a citation writes an identifier that is the record's own."""
    return not _own_identifiers(record).isdisjoint(citation.identifiers)


def _own_identifiers(record: Publication) -> set[Identifier]:
    own = {record.identifier}
    for scheme, value in ((Scheme.DOI, record.doi), (Scheme.PMC, record.pmc)):
        try:
            own.add(Identifier.of(scheme, value))
        except InvalidIdentifier:
            continue
    return own


def _has_no_other_title(citation: Citation, record: Publication) -> bool:
    """Whether what was read as the title has no word that is not the record's own.

    Such are a name and a year (``Cai 2020``), and how a long title begins.
    """
    own = title_words(
        " ".join((*record.authors, record.title, record.journal, record.journal_abbreviation, record.published))
    )
    return {word for word in title_words(citation.title) if len(word) > 2} <= set(own)


def _speaks_of_something_else(citation: Citation, record: Publication) -> bool:
    """Whether a reference has words enough for a title, and hardly one of them is the record's."""
    written, known = ({word for word in title_words(text) if len(word) > 3} for text in (citation.text, record.title))
    return len(written) >= 8 and len(known) >= 4 and len(written & known) / len(known) < 0.3
