"""A registered trial in our normal form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.domain.identifiers import Identifier

ACTUAL = "ACTUAL"
"""The type of a date that has come and of a number that was counted; the other is ``ESTIMATED``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryOutcome:
    """What the trial is to be judged by: what is measured, and when."""

    measure: str
    time_frame: str = ""

    def __str__(self) -> str:
        return f"{self.measure} [{self.time_frame}]" if self.time_frame else self.measure


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractedReference:
    """A publication on the trial's list of which the registry says that it was retracted, and by which notice.

    ``relation`` is ``BACKGROUND``, ``RESULT`` or ``DERIVED`` (found by the registry in PubMed).
    """

    pmid: str
    relation: str = ""
    notice: str = ""
    source: str = ""

    def __str__(self) -> str:
        return f"pubmed:{self.pmid} by {f'pubmed:{self.notice}' if self.notice else self.source or 'no named notice'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A registered study (ClinicalTrials.gov v2). Dates are ISO text, maybe partial.

    ``results_posted`` and ``first_posted`` are such dates, too.
    """

    identifier: Identifier
    aliases: tuple[str, ...] = ()
    title: str = ""
    official_title: str = ""
    overall_status: str = ""
    last_known_status: str = ""
    why_stopped: str = ""
    started: str = ""
    start_type: str = ""
    primary_completion: str = ""
    primary_completion_type: str = ""
    completion: str = ""
    completion_type: str = ""
    enrolment: int | None = None
    enrolment_type: str = ""
    has_results: bool = False
    results_posted: str = ""
    first_posted: str = ""
    last_update_posted: str = ""
    conditions: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    outcomes: tuple[PrimaryOutcome, ...] = ()
    result_pmids: tuple[str, ...] = ()
    retractions: tuple[RetractedReference, ...] = ()

    @property
    def primary_outcomes(self) -> tuple[str, ...]:
        """The primary outcomes as a reader is shown them; their order says nothing."""
        return tuple(sorted(map(str, self.outcomes)))

    @property
    def retracted_references(self) -> tuple[str, ...]:
        """The retracted publications on its list, with the notices."""
        return tuple(sorted(map(str, self.retractions)))


def full_date(text: str) -> date | None:
    """A registry date, or None when only a year or month is given."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
