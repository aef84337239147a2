"""Reports as JSON values, key by key as other programs rely on them (design, section 6)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from monitor.domain.read_models import (
    ArticleRow,
    ClaimLine,
    Coverage,
    DiffLine,
    FindingView,
    Narrowed,
    Report,
    Watched,
    Witness,
)
from monitor.reports.attribution import ATTRIBUTIONS
from monitor.reports.bounds import not_checked
from monitor.reports.changes import shortened
from monitor.reports.links import web_address


def render_json(report: Report) -> str:
    """The report as JSON text: all articles, stale first; moments end in ``Z``, days are ISO dates."""
    text = json.dumps(report_values(report), ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace").decode()  # Half characters cannot be written down.


def report_values(report: Report) -> dict[str, Any]:
    """The report as JSON values, in the order of the contract, with whom the facts come from at the end.

    A part of the report says before that what it is a part of; the whole has no such key.
    """
    return {
        "generated_at": utc(report.generated_at),
        "as_of": utc(report.as_of),
        "coverage": [coverage_values(source) for source in report.coverage],
        "articles": [article_values(row) for row in report.articles],
        **({} if report.narrowed is None else {"scope": scope_values(report, report.narrowed)}),
        "attribution": attribution_values(),
    }


def scope_values(report: Report, narrowed: Narrowed) -> dict[str, Any]:
    """What a part of the report was asked for, what was looked at, and what of that could not be checked."""
    return {
        "terms": [list(term) for term in narrowed.terms],
        "looked_at": len(narrowed.looked_at),
        "gaps": [{"source": gap.source, "since": utc(gap.start), "until": utc(gap.end)} for gap in narrowed.gaps],
        "not_checked": [
            {"id": row.id, "unresolved": row.watched.unresolved, "oldest_check": utc(row.watched.oldest_check)}
            for row in not_checked(report)
        ],
    }


def attribution_values() -> list[dict[str, str]]:
    """Whom the upstream facts come from, and what these sources want said beside them."""
    return [{"source": item.source, "text": item.text, "url": item.url} for item in ATTRIBUTIONS]


def coverage_values(coverage: Coverage) -> dict[str, Any]:
    """How well one source was reached."""
    return {
        "source": coverage.source,
        "last_success": utc(coverage.last_success),
        "data_version": coverage.data_version,
        "status": coverage.status,
    }


def article_values(row: ArticleRow) -> dict[str, Any]:
    """One article with its findings."""
    return {
        "id": row.id,
        "title": row.title,
        "url": web_address(row.url),
        "last_updated": iso(row.last_updated),
        "review_status": row.review_status.value,
        "freshness": row.freshness.value,
        "stale_since": utc(row.stale_since),
        "severity": row.severity.value if row.severity else None,
        "watched": _watched(row.watched),
        "findings": [finding_values(finding) for finding in row.findings],
    }


def finding_values(finding: FindingView) -> dict[str, Any]:
    """One finding with its witnesses, references and sentences."""
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "record": finding.record,
        "title": finding.title,
        "witnesses": [_witness(witness) for witness in finding.witnesses],
        "references": [{"number": item.number, "text": item.text} for item in finding.references],
        "claims": [_claim(claim) for claim in finding.claims],
        "because": finding.because,
        "suggested_action": finding.suggested_action,
        "relevance": finding.relevance,
        "happened_on": iso(finding.happened_on),
        "detected_at": utc(finding.detected_at),
        "url": web_address(finding.url),
        "diff": [_diff_line(line) for line in finding.diff],
        "status": finding.status,
    }


def utc(moment: datetime | None) -> str | None:
    """``2026-01-05T12:00:00Z``. Raises ValueError for a naive moment: its zone would be a guess."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a zone: {moment!r}")
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def iso(day: date | None) -> str | None:
    """``2026-01-05``."""
    return day.isoformat() if day else None


def _watched(watched: Watched) -> dict[str, Any]:
    return {
        "references": watched.references,
        "resolved": watched.resolved,
        "unresolved": watched.unresolved,
        "oldest_check": utc(watched.oldest_check),
    }


def _witness(witness: Witness) -> dict[str, Any]:
    return {"source": witness.source, "seen_at": utc(witness.seen_at), "notice": witness.notice}


def _claim(claim: ClaimLine) -> dict[str, Any]:
    return {"text": claim.text, "markers": list(claim.markers), "affected": claim.affected}


def _diff_line(line: DiffLine) -> dict[str, Any]:
    return {"field": line.field, "before": shortened(line.before), "after": shortened(line.after)}
