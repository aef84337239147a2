"""What the API says beyond the report: an article in full, the queue, sources and reviews, as JSON values."""

from __future__ import annotations

from typing import Any

from monitor.domain.read_models import (
    ArticleView,
    CheckLine,
    ClaimView,
    Coverage,
    FigureView,
    FindingView,
    FlipLine,
    QueueEntry,
    ReferenceView,
    ReviewView,
    TopicLine,
)
from monitor.domain.slices import ListedFinding, ListedReview
from monitor.reports.values import article_values, attribution_values, coverage_values, finding_values, utc


def article_in_full(view: ArticleView) -> dict[str, Any]:
    """The article as the report has it, then what its page adds."""
    return {
        **article_values(view.row),
        "findings": [_finding(finding) for finding in view.row.findings],
        "because": view.row.freshness_because,
        "question": view.question,
        "claims": [_claim(claim) for claim in view.claims],
        "references": [_reference(reference) for reference in view.references],
        "mentions": [dict(mention) for mention in view.mentions],
        "missing_markers": list(view.missing_markers),
        "topics": [_topic(topic) for topic in view.topics],
        "flips": [_flip(flip) for flip in view.flips],
        "review": review(view.review) if view.review else None,
        "attribution": attribution_values(),
    }


def _topic(topic: TopicLine) -> dict[str, Any]:
    searched = utc(topic.last_searched) if topic.last_searched else None
    return {
        "name": topic.name,
        "title": topic.title,
        "query": topic.query,
        "last_searched": searched,
        "reason": topic.reason,
    }


def queue_entry(entry: QueueEntry) -> dict[str, Any]:
    """An open review, the line that explains it, and its article."""
    return {"headline": entry.headline, "review": review(entry.review), "article": article_values(entry.article)}


def review(view: ReviewView) -> dict[str, Any]:
    """A review; ``version`` is what the next move must send back."""
    return {
        "id": view.id,
        "article_id": view.article_id,
        "status": view.status.value,
        "severity": view.severity.value,
        "opened_at": utc(view.opened_at),
        "deadline": utc(view.deadline),
        "started_at": utc(view.started_at),
        "started_by": view.started_by,
        "snoozed_until": utc(view.snoozed_until),
        "snoozed_for": view.snoozed_for,
        "version": view.version,
        "unseen": view.unseen,
    }


def listed_review(item: ListedReview) -> dict[str, Any]:
    """A review with how it was closed."""
    return {
        **review(item.review),
        "closed_at": utc(item.closed_at),
        "closed_by": item.closed_by,
        "decision": item.decision,
        "reason": item.reason,
    }


def listed_finding(item: ListedFinding) -> dict[str, Any]:
    """A finding with its article and what was decided."""
    return {
        **finding_values(item.finding),
        "article_id": item.article_id,
        "article_title": item.article_title,
        "decision": item.finding.decision,
        "decided_by": item.decided_by,
        "decided_at": utc(item.finding.decided_at),
        "reopened_at": utc(item.finding.reopened_at),
        "reason": item.finding.reason,
    }


def one_finding(item: ListedFinding) -> dict[str, Any]:
    """The same by itself, with whom the facts come from."""
    return {**listed_finding(item), "attribution": attribution_values()}


def reference_with_id(reference: ReferenceView) -> dict[str, Any]:
    """A thing the article rests on, by its number in the store."""
    return {"id": reference.id, **_reference(reference)}


def source(coverage: Coverage) -> dict[str, Any]:
    """A source with since when, and why, it could not be reached."""
    return {**coverage_values(coverage), "failing_since": utc(coverage.failing_since), "reason": coverage.reason}


def check(line: CheckLine) -> dict[str, Any]:
    """One completed poll, or a failed one."""
    return {
        "watch": line.watch,
        "source": line.source,
        "at": utc(line.at),
        "outcome": line.outcome,
        "data_version": line.data_version,
        "window": line.window,
        "members": line.members,
        "reason": line.reason,
    }


def _finding(finding: FindingView) -> dict[str, Any]:
    return {
        **finding_values(finding),
        "new_since_start": finding.new_since_start,
        "decision": finding.decision,
        "reason": finding.reason,
        "reason_code": finding.reason_code,
        "decided_by": finding.decided_by,
        "told_before": finding.told_before,
        "version": finding.version,
    }


def _claim(claim: ClaimView) -> dict[str, Any]:
    return {
        "position": claim.position,
        "text": claim.text,
        "headings": list(claim.headings),
        "markers": list(claim.markers),
        "affected_by": list(claim.affected_by),
        "possibly_affected_by": list(claim.possibly_affected_by),
        "fragile": claim.fragile,
        "absence": claim.absence,
        "figures": [_figure(figure) for figure in claim.figures],
    }


def _figure(figure: FigureView) -> dict[str, Any]:
    return {
        "written": figure.written,
        "number": figure.number,
        "name": figure.name,
        "kind": figure.kind.value,
        "status": figure.status.value,
        "newer": figure.newer.value if figure.newer else None,
        "because": figure.because,
        "stated": [
            {
                "reference": row.reference,
                "record": row.record,
                "version": row.version,
                "status": row.status.value,
                "written": row.written,
                "number": row.number,
                "sentence": row.sentence,
            }
            for row in figure.stated
        ],
    }


def _reference(reference: ReferenceView) -> dict[str, Any]:
    return {
        "number": reference.number,
        "text": reference.text,
        "kind": reference.kind.value,
        "resolution": reference.resolution.value,
        "because": reference.because,
        "confidence": reference.confidence,
        "identifiers": list(reference.identifiers),
        "candidates": list(map(str, reference.candidates)),
        "record_title": reference.record_title,
        "last_check": utc(reference.last_check),
        "is_late": reference.is_late,
        "listed": reference.listed,
        "named_in": list(reference.named_in),
    }


def _flip(flip: FlipLine) -> dict[str, Any]:
    return {
        "at": utc(flip.at),
        "field": flip.field,
        "before": flip.before,
        "after": flip.after,
        "because": flip.because,
    }
