"""Second order: what a cited review or guideline itself rests on. A study there that falls concerns it too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.records import Publication
from monitor.domain.signals import Signal
from monitor.domain.state import EventState

SYNTHESES = frozenset(
    {
        "D000078182",
        "systematic review",
        "D017418",
        "meta-analysis",
        "network meta-analysis",
        "D017065",
        "practice guideline",
        "guideline",
        "consensus statement",
        "consensus development conference",
        "consensus development conference, nih",
    }
)
"""Publication types, by UI or folded name, of records whose conclusions rest on the studies they list."""

CONTAMINATES: Mapping[EventKind, Severity] = MappingProxyType(
    {
        EventKind.RETRACTED: Severity.MAJOR,
        EventKind.PARTIALLY_RETRACTED: Severity.MINOR,
        EventKind.PUBLICATION_WITHDRAWN: Severity.MINOR,
        EventKind.CONCERN_RAISED: Severity.MINOR,
        EventKind.CONTAMINATED: Severity.MINOR,
    }
)
"""What must happen to a listed study for the review to be concerned, and how much that weighs.

``contaminated`` itself passes on only as far as the policy's depth reaches: study → review → guideline.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOrder:
    """How far the second order is followed, and how much it weighs.

    ``depth`` 1 follows the lists of the cited reviews and guidelines, 2 also those of the reviews found there, 0 none.
    What happened before the review appeared weighs ``known_to_review``: its authors could know. What happened longer
    ago than ``max_age`` is not told; None tells all.
    """

    depth: int = 1
    severity: Mapping[EventKind, Severity] = field(default_factory=lambda: CONTAMINATES)
    known_to_review: Severity = Severity.MINOR
    max_age: timedelta | None = None

    def weight(self, event: EventState, *, review_published: str, today: date) -> Severity | None:
        """How much a study's event weighs for a review that lists it; None where it is nothing to it."""
        if event.kind not in self.severity or event.ended:
            return None
        if event.happened_on is None:
            return self.severity[event.kind]
        if self.max_age is not None and today - event.happened_on > self.max_age:
            return None
        if event.happened_on.isoformat()[: len(review_published)] < review_published:
            return self.known_to_review
        return self.severity[event.kind]


def is_synthesis(record: Publication) -> bool:
    """Whether the record is a review or guideline that rests on the studies of its reference list."""
    return any(kind.ui in SYNTHESES or kind.name.casefold() in SYNTHESES for kind in record.publication_types)


def listed_studies(record: Publication) -> tuple[Identifier, ...]:
    """The records in its reference list, itself left out.

    PubMed's list does not say which of them were included: studies left out by the review are among them.
    """
    return tuple(pubmed(pmid) for pmid in record.cited_pmids if pmid != record.pmid)


def contamination(review: Identifier, event: EventState, *, severity: Severity) -> Signal:
    """What a study's event is to a review that lists the study; the text names the chain."""
    if event.kind is EventKind.CONTAMINATED:
        because = f"its reference list has {event.record} ({_title(event)}), which is itself affected: {event.because}"
    else:
        phrase = KIND_RULES[event.kind].phrase
        because = f"its reference list has {event.record} ({_title(event)}). {phrase}: {event.because}"
    return Signal(
        record=review,
        kind=EventKind.CONTAMINATED,
        shown_by=event.record,
        because=because,
        happened_on=event.happened_on,
        severity=severity,
    )


def _title(event: EventState) -> str:
    return f"“{event.title}”" if event.title else "title not known"
