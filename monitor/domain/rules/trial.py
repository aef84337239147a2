"""What a ClinicalTrials.gov study shows, and what the passing from one version to the next tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from monitor.domain.identifiers import InvalidIdentifier, pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.records import Trial
from monitor.domain.rules.trial_design import redesigned, switched_since_start
from monitor.domain.signals import UNNAMED, Signal

STANDING_STATUS: dict[str, EventKind] = {
    "WITHDRAWN": EventKind.TRIAL_WITHDRAWN,
    "TERMINATED": EventKind.TRIAL_TERMINATED,
    "SUSPENDED": EventKind.TRIAL_SUSPENDED,
}
"""Overall status → kind, where the status alone is news for an article that rests on the trial."""

PASSING_STATUS: dict[str, EventKind] = {"COMPLETED": EventKind.TRIAL_COMPLETED}
"""Overall status → kind when the trial comes to it; every other change is ``trial_status_changed``."""

UNKNOWN = "UNKNOWN"
"""The registry's own word for a study that nobody has verified for long (upstreams.md §8.2)."""


def standing(record: Trial) -> Iterator[Signal]:
    """The states that hold: stopped in some way, results posted; and the references that it marks as retracted."""
    if kind := STANDING_STATUS.get(record.overall_status):
        why = f"; the sponsor's reason: “{record.why_stopped}”" if record.why_stopped else ""
        yield Signal(
            record=record.identifier,
            kind=kind,
            shown_by=f"status {record.overall_status}",
            because=f"ClinicalTrials.gov shows overall status {record.overall_status}{why}",
            happened_on=full_date(record.last_update_posted),
        )
    if record.has_results:
        yield Signal(
            record=record.identifier,
            kind=EventKind.TRIAL_RESULTS_POSTED,
            shown_by="results posted",
            because="ClinicalTrials.gov shows posted results",
            happened_on=full_date(record.results_posted),
        )
    for pmid, notice in record.retracted_references:
        yield from _retracted(record, pmid, notice)
        if pmid in record.result_pmids:
            yield _lost_its_results(record, pmid)
    yield from switched_since_start(record)


def passing(before: Trial, after: Trial) -> Iterator[Signal]:
    """A status change that no standing signal tells, and what was changed of the trial's design."""
    yield from _status(before, after)
    yield from redesigned(before, after)


def _status(before: Trial, after: Trial) -> Iterator[Signal]:
    if before.overall_status == after.overall_status or after.overall_status in STANDING_STATUS:
        return
    kind = PASSING_STATUS.get(after.overall_status, EventKind.TRIAL_STATUS_CHANGED)
    because, severity = f"overall status changed from {before.overall_status} to {after.overall_status}", None
    if after.overall_status == UNKNOWN:
        because += ": the registry's own act, as nobody has verified the record for long; the sponsor said nothing"
        severity = Severity.MINOR
    yield Signal(
        record=after.identifier,
        kind=kind,
        standing=False,
        severity=severity,
        shown_by=f"status {after.overall_status} posted {after.last_update_posted}",
        because=because,
        happened_on=full_date(after.last_update_posted),
    )


def _retracted(record: Trial, pmid: str, notice: str) -> Iterator[Signal]:
    """What the registry says of a paper. It only comes: a list that names the paper no more lifts no retraction."""
    try:
        paper = pubmed(pmid)
    except InvalidIdentifier:
        return
    yield Signal(
        record=paper,
        kind=EventKind.RETRACTED,
        standing=False,
        shown_by=f"pubmed:{notice}" if notice else UNNAMED,
        because=f"ClinicalTrials.gov marks it as retracted among the references of {record.identifier.value}",
    )


def _lost_its_results(record: Trial, pmid: str) -> Signal:
    """The same to those who name the trial and not the paper."""
    return Signal(
        record=record.identifier,
        kind=EventKind.CONTAMINATED,
        standing=False,
        shown_by=f"pubmed:{pmid}",
        because=f"ClinicalTrials.gov marks PubMed {pmid} as retracted, which it lists among the results of the trial",
    )


def full_date(text: str) -> date | None:
    """A registry date, or None when only a year or month is given."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
