"""The kinds of change an editor can be told of, with the severity each has unless policy says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Severity(StrEnum):
    """How much an event weighs: critical acts at once, major makes an article stale, minor adds up."""

    INFO = "info"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return _Rank[self.name]


class _Rank(IntEnum):
    INFO = 0
    MINOR = 1
    MAJOR = 2
    CRITICAL = 3


class EventKind(StrEnum):
    """A record's typed change. New kinds are data: the store keeps the word, not a number."""

    RETRACTED = "retracted"
    PARTIALLY_RETRACTED = "partially_retracted"
    RETRACTION_LIFTED = "retraction_lifted"
    CONCERN_RAISED = "concern_raised"
    CONCERN_LIFTED = "concern_lifted"
    PUBLICATION_WITHDRAWN = "publication_withdrawn"
    CORRECTED = "corrected"
    REPUBLISHED = "republished"
    SUPERSEDED = "superseded"
    PREPRINT_PUBLISHED = "preprint_published"
    RECORD_REMOVED = "record_removed"
    RECORD_MERGED = "record_merged"
    NOTICE_VANISHED = "notice_vanished"
    CONTAMINATED = "contaminated"
    NEW_EVIDENCE = "new_evidence"
    TRIAL_WITHDRAWN = "trial_withdrawn"
    TRIAL_TERMINATED = "trial_terminated"
    TRIAL_SUSPENDED = "trial_suspended"
    TRIAL_COMPLETED = "trial_completed"
    TRIAL_STATUS_CHANGED = "trial_status_changed"
    TRIAL_RESULTS_POSTED = "trial_results_posted"
    TRIAL_REGISTERED = "trial_registered"
    TRIAL_OUTCOME_SWITCHED = "trial_outcome_switched"
    TRIAL_ENROLMENT_CHANGED = "trial_enrolment_changed"
    TRIAL_DATES_SLIPPED = "trial_dates_slipped"
    TRIAL_VANISHED = "trial_vanished"
    GUIDELINE_PUBLISHED = "guideline_published"
    GUIDELINE_UPDATED = "guideline_updated"
    GUIDELINE_WITHDRAWN = "guideline_withdrawn"
    GUIDELINE_REINSTATED = "guideline_reinstated"
    GUIDELINE_REAFFIRMED = "guideline_reaffirmed"
    GUIDELINE_UPDATE_ANNOUNCED = "guideline_update_announced"
    GUIDELINE_RECOMMENDATION_CHANGED = "guideline_recommendation_changed"
    SAFETY_ALERT = "safety_alert"
    PAGE_MOVED = "page_moved"
    PAGE_GONE = "page_gone"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """What a kind means to an editor."""

    severity: Severity
    phrase: str
    suggested_action: str
    closes: EventKind | None = None


_READ_NOTICE = "Open the notice, then re-read the sentences that rest on this reference."
_NEW_VERSION = "Read the new version and compare its conclusions with the sentences listed."
_TRIAL = "Check whether the article counts on this trial's results."

KIND_RULES: dict[EventKind, KindRule] = {
    EventKind.RETRACTED: KindRule(
        severity=Severity.CRITICAL,
        phrase="A retraction notice names this reference",
        suggested_action="Open the notice; remove or replace the reference and what rests on it alone.",
    ),
    EventKind.PARTIALLY_RETRACTED: KindRule(
        severity=Severity.MAJOR, phrase="A partial retraction names this reference", suggested_action=_READ_NOTICE
    ),
    EventKind.RETRACTION_LIFTED: KindRule(
        severity=Severity.MAJOR,
        phrase="The retraction of this reference no longer stands",
        suggested_action="Confirm at the journal, then decide whether the reference can be used again.",
        closes=EventKind.RETRACTED,
    ),
    EventKind.CONCERN_RAISED: KindRule(
        severity=Severity.MAJOR, phrase="An expression of concern names this reference", suggested_action=_READ_NOTICE
    ),
    EventKind.CONCERN_LIFTED: KindRule(
        severity=Severity.MINOR,
        phrase="The expression of concern no longer stands",
        suggested_action="Confirm at the journal; a note about the concern may be dropped.",
        closes=EventKind.CONCERN_RAISED,
    ),
    EventKind.PUBLICATION_WITHDRAWN: KindRule(
        severity=Severity.CRITICAL, phrase="The publication was withdrawn", suggested_action=_READ_NOTICE
    ),
    EventKind.CORRECTED: KindRule(
        severity=Severity.MAJOR,
        phrase="A correction of this reference was published",
        suggested_action="Open the notice: its extent is not known from the record.",
    ),
    EventKind.REPUBLISHED: KindRule(
        severity=Severity.MAJOR,
        phrase="The article was corrected or retracted and published again",
        suggested_action=_NEW_VERSION,
    ),
    EventKind.SUPERSEDED: KindRule(
        severity=Severity.MAJOR, phrase="A newer version replaces this reference", suggested_action=_NEW_VERSION
    ),
    EventKind.PREPRINT_PUBLISHED: KindRule(
        severity=Severity.MINOR, phrase="The preprint was published as an article", suggested_action=_NEW_VERSION
    ),
    EventKind.RECORD_REMOVED: KindRule(
        severity=Severity.MAJOR,
        phrase="The source no longer holds this record",
        suggested_action="Look the reference up by title; it may have been merged with another record.",
    ),
    EventKind.RECORD_MERGED: KindRule(
        severity=Severity.MINOR,
        phrase="The source merged this record with another",
        suggested_action="Cite the record that is left; it is watched from now on.",
    ),
    EventKind.NOTICE_VANISHED: KindRule(
        severity=Severity.MINOR,
        phrase="A notice about this reference is no longer linked",
        suggested_action="Check the journal's page: the notice may have been moved or taken back.",
    ),
    EventKind.CONTAMINATED: KindRule(
        severity=Severity.MAJOR,
        phrase="A study that this review, guideline or trial lists no longer stands",
        suggested_action="Check whether its conclusion rests on that study, and if a newer version omits it.",
    ),
    EventKind.NEW_EVIDENCE: KindRule(
        severity=Severity.MINOR,
        phrase="New evidence on the topic of this article",
        suggested_action="Read the abstract; cite it, or close it as not relevant.",
    ),
    EventKind.TRIAL_WITHDRAWN: KindRule(
        severity=Severity.MAJOR, phrase="The trial was withdrawn before enrolling anyone", suggested_action=_TRIAL
    ),
    EventKind.TRIAL_TERMINATED: KindRule(
        severity=Severity.MAJOR, phrase="The trial was stopped early", suggested_action=_TRIAL
    ),
    EventKind.TRIAL_SUSPENDED: KindRule(
        severity=Severity.MAJOR, phrase="The trial was suspended", suggested_action=_TRIAL
    ),
    EventKind.TRIAL_COMPLETED: KindRule(
        severity=Severity.MINOR, phrase="The trial is completed", suggested_action=_TRIAL
    ),
    EventKind.TRIAL_STATUS_CHANGED: KindRule(
        severity=Severity.INFO, phrase="The trial's overall status changed", suggested_action=_TRIAL
    ),
    EventKind.TRIAL_RESULTS_POSTED: KindRule(
        severity=Severity.MAJOR, phrase="Results of the trial were posted", suggested_action=_TRIAL
    ),
    EventKind.TRIAL_REGISTERED: KindRule(
        severity=Severity.MINOR,
        phrase="A new trial was registered on the topic of this article",
        suggested_action="Note when its results are due; an article may name it as under way.",
    ),
    EventKind.TRIAL_OUTCOME_SWITCHED: KindRule(
        severity=Severity.MAJOR,
        phrase="The trial's primary outcome was changed after it had begun",
        suggested_action="Compare the outcome that was registered first with the one that is reported.",
    ),
    EventKind.TRIAL_ENROLMENT_CHANGED: KindRule(
        severity=Severity.MINOR,
        phrase="The trial enrols far fewer people than planned",
        suggested_action="Check whether the article counts on the size of this trial.",
    ),
    EventKind.TRIAL_DATES_SLIPPED: KindRule(
        severity=Severity.INFO, phrase="The trial is expected to end much later", suggested_action=_TRIAL
    ),
    EventKind.TRIAL_VANISHED: KindRule(
        severity=Severity.MAJOR, phrase="The registry no longer holds this trial", suggested_action=_TRIAL
    ),
    EventKind.GUIDELINE_PUBLISHED: KindRule(
        severity=Severity.MAJOR,
        phrase="A new guideline on the topic of this article",
        suggested_action="Read its recommendations; cite it, or close it as not relevant.",
    ),
    EventKind.GUIDELINE_UPDATED: KindRule(
        severity=Severity.MAJOR, phrase="The guideline has a newer edition or update", suggested_action=_NEW_VERSION
    ),
    EventKind.GUIDELINE_WITHDRAWN: KindRule(
        severity=Severity.CRITICAL,
        phrase="The guideline was withdrawn",
        suggested_action="Find what replaces it and re-read every sentence that rests on it.",
    ),
    EventKind.GUIDELINE_REINSTATED: KindRule(
        severity=Severity.MINOR,
        phrase="The guideline is in force again",
        suggested_action=_NEW_VERSION,
        closes=EventKind.GUIDELINE_WITHDRAWN,
    ),
    EventKind.GUIDELINE_REAFFIRMED: KindRule(
        severity=Severity.INFO,
        phrase="The publisher confirmed the guideline",
        suggested_action="Nothing to do; the date of confirmation may be cited.",
    ),
    EventKind.GUIDELINE_UPDATE_ANNOUNCED: KindRule(
        severity=Severity.MINOR,
        phrase="The publisher announced an update of the guideline",
        suggested_action="Nothing to change yet; plan a review for when the update appears.",
    ),
    EventKind.GUIDELINE_RECOMMENDATION_CHANGED: KindRule(
        severity=Severity.MAJOR,
        phrase="A recommendation of the guideline changed",
        suggested_action="Compare the recommendation before and after with the sentences listed.",
    ),
    EventKind.SAFETY_ALERT: KindRule(
        severity=Severity.CRITICAL,
        phrase="A safety communication concerns the topic of this article",
        suggested_action="Read the communication, then every sentence on the product it names.",
    ),
    EventKind.PAGE_MOVED: KindRule(
        severity=Severity.INFO,
        phrase="The page moved to another address",
        suggested_action="Cite the new address; the content is compared as before.",
    ),
    EventKind.PAGE_GONE: KindRule(
        severity=Severity.MAJOR, phrase="The page is gone", suggested_action="Find where the content moved to."
    ),
    EventKind.OVERDUE: KindRule(
        severity=Severity.MAJOR,
        phrase="The article's shelf life is over",
        suggested_action="Re-read the article as a whole.",
    ),
}

REPLACED_BY = frozenset({EventKind.SUPERSEDED, EventKind.REPUBLISHED, EventKind.PREPRINT_PUBLISHED})
"""Kinds whose notice is what takes the place of the record."""
