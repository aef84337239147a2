"""What is decided about an article, and because of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitor.domain.articles import Freshness
from monitor.domain.kinds import Severity
from monitor.domain.policy import Policy
from monitor.domain.state import EvidenceState, OpenFinding

SHOWN_AS = {"crossref": "Crossref", "retraction_watch": "Retraction Watch"}
"""Sources by the names that readers know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A freshness with its reason; ``severity`` is that of the worst open finding.

    ``answers_absence`` says that one of the worst brings what the article says nobody knows.
    """

    freshness: Freshness
    because: str
    severity: Severity | None = None
    answers_absence: bool = False


def judge(findings: Sequence[OpenFinding], evidence: EvidenceState, *, missing_markers: int, policy: Policy) -> Verdict:
    """Judge an article. The order of findings never matters, and what could not be checked never reads as fresh."""
    worst = max((finding.severity for finding in findings), key=lambda severity: severity.rank, default=None)
    answers = any(finding.answers_absence for finding in findings if finding.severity is worst)
    verdict = _judged(findings, evidence, worst, missing_markers=missing_markers, policy=policy)
    return replace(verdict, answers_absence=answers)


def _judged(
    findings: Sequence[OpenFinding],
    evidence: EvidenceState,
    worst: Severity | None,
    *,
    missing_markers: int,
    policy: Policy,
) -> Verdict:
    weighty = [finding for finding in findings if finding.severity.rank >= policy.stale_from.rank]
    if weighty:
        first = min(weighty, key=_urgency)
        return Verdict(freshness=Freshness.STALE, because=first.because, severity=worst)
    minor = [finding for finding in findings if finding.severity is Severity.MINOR]
    if len(minor) >= policy.minor_limit:
        return Verdict(freshness=Freshness.STALE, because=f"{len(minor)} minor findings add up", severity=worst)
    if doubts := _doubts(evidence, missing_markers):
        return Verdict(freshness=Freshness.UNVERIFIED, because="; ".join(doubts), severity=worst)
    return Verdict(
        freshness=Freshness.FRESH,
        severity=worst,
        because=f"{_all_references(evidence.references)} checked in time and nothing is open{_muted(evidence)}",
    )


def _urgency(finding: OpenFinding) -> tuple[int, bool, datetime, str]:
    """The worst first; of these what answers "nothing is known", then the oldest."""
    return -finding.severity.rank, not finding.answers_absence, finding.detected_at, finding.id


def is_overdue(*, confirmed_on: date, shelf_life: timedelta, today: date) -> bool:
    """Whether a shelf life is over. On its last day it is not."""
    return today - confirmed_on > shelf_life


def deadline(severity: Severity, *, now: datetime, policy: Policy) -> datetime | None:
    """By when a review of this severity should be closed; None where policy sets no deadline."""
    allowed = policy.deadlines.get(severity)
    return now + allowed if allowed is not None else None


def _doubts(evidence: EvidenceState, missing_markers: int) -> list[str]:
    doubts = [
        (evidence.references == 0, "no reference was found to watch"),
        (evidence.unresolved, f"{evidence.unresolved} of {_references(evidence.references)} not resolved"),
        (missing_markers, f"{_cited_numbers(missing_markers)} no entry in the list"),
        (evidence.never_checked, f"{_references(evidence.never_checked)} never checked"),
        (evidence.late, f"{_references(evidence.late)} overdue for a check"),
        (evidence.topics_late, f"{_topics(evidence.topics_late)} not searched in time"),
        *((True, f"{SHOWN_AS.get(source, source)} was not asked in time") for source in evidence.unheard),
    ]
    return [text for holds, text in doubts if holds]


def _muted(evidence: EvidenceState) -> str:
    """What an article does not hear of is no part of what is clean."""
    return f"; {_topics(evidence.topics_muted)} muted" if evidence.topics_muted else ""


def _all_references(count: int) -> str:
    return "the 1 reference was" if count == 1 else f"all {count} references were"


def _cited_numbers(count: int) -> str:
    return "1 cited number has" if count == 1 else f"{count} cited numbers have"


def _topics(count: int) -> str:
    return "1 topic" if count == 1 else f"{count} topics"


def _references(count: int) -> str:
    return "1 reference" if count == 1 else f"{count} references"
