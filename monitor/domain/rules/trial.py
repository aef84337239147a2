"""What a ClinicalTrials.gov study shows, and what the passing from one version to the next tells."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.domain.identifiers import InvalidIdentifier, pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.rules import trial_outcomes, trial_plans
from monitor.domain.signals import UNNAMED, Signal, date_in_citation
from monitor.domain.trials import RetractedReference, Trial, full_date

STANDING_STATUS: dict[str, EventKind] = {
    "WITHDRAWN": EventKind.TRIAL_WITHDRAWN,
    "TERMINATED": EventKind.TRIAL_TERMINATED,
    "SUSPENDED": EventKind.TRIAL_SUSPENDED,
}
"""Overall status → kind, where the status alone is news for an article that rests on the trial."""

PASSING_STATUS: dict[str, EventKind] = {"COMPLETED": EventKind.TRIAL_COMPLETED}
"""Overall status → kind when the trial comes to it; every other change is ``trial_status_changed``."""

UNVERIFIED = "UNKNOWN"
"""The status that no sponsor sets: the registry does, when a record was not verified for long."""

CITED_AS: dict[str, str] = {
    "BACKGROUND": "as background",
    "RESULT": "as a report of its results",
    "DERIVED": "as a publication that names the trial",
}
"""The registry's type of a reference → how the trial cites it."""


def standing(record: Trial) -> Iterator[Signal]:
    """The states that hold: stopped in some way, or results posted; and which references were retracted."""
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
    for reference in record.retractions:
        yield from _retracted(record, reference)


def passing(before: Trial, after: Trial) -> Iterator[Signal]:
    """What only the step from one version to the next shows: a status that stops nothing, and changed plans."""
    yield from _status(before, after)
    yield from trial_outcomes.switched(before, after)
    yield from trial_plans.shrunk(before, after)
    yield from trial_plans.slipped(before, after)


def _status(before: Trial, after: Trial) -> Iterator[Signal]:
    """A status change that no standing signal tells."""
    if before.overall_status == after.overall_status or after.overall_status in STANDING_STATUS:
        return
    kind, is_unverified = PASSING_STATUS.get(after.overall_status), after.overall_status == UNVERIFIED
    yield Signal(
        record=after.identifier,
        kind=kind or EventKind.TRIAL_STATUS_CHANGED,
        standing=False,
        shown_by=f"status {after.overall_status} posted {after.last_update_posted}",
        because=_unverified(before, after)
        if is_unverified
        else f"overall status changed from {before.overall_status} to {after.overall_status}",
        happened_on=None if is_unverified else full_date(after.last_update_posted),
        severity=Severity.MINOR if is_unverified else None,
    )


def _unverified(before: Trial, after: Trial) -> str:
    return (
        f"the registry set the overall status to {UNVERIFIED}, as the sponsor has not verified the record for long; "
        f"this is the registry's act, not the sponsor's. Last known status: "
        f"{after.last_known_status or before.overall_status}"
    )


def _retracted(record: Trial, reference: RetractedReference) -> Iterator[Signal]:
    """What the registry says of a publication. That a list no longer names it lifts nothing: the signal only comes."""
    try:
        named = pubmed(reference.pmid)
        notice = str(pubmed(reference.notice)) if reference.notice else ""
    except InvalidIdentifier:
        return
    cited = f" {CITED_AS[reference.relation]}" if reference.relation in CITED_AS else ""
    by = f" by {reference.source or notice}" if reference.source or notice else ""
    yield Signal(
        record=named,
        kind=EventKind.RETRACTED,
        standing=False,
        shown_by=notice or reference.source or UNNAMED,
        because=f"ClinicalTrials.gov marks it as retracted{by}; {record.identifier} cites it{cited}",
        happened_on=date_in_citation(reference.source),
        citation=reference.source,
    )
