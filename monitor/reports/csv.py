"""The report as CSV: a row for each finding, and for each article without any, for spreadsheets.

It begins with a byte order mark: without one Excel reads the file in the code page of the machine and spoils every
letter beyond ASCII. LibreOffice, told that it is UTF-8, and Python's ``utf-8-sig`` leave the mark out. Lines end as RFC
4180 says, every cell is quoted, and no cell can become a formula. Programs are better served by JSON.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from monitor.domain.read_models import ArticleRow, FindingView, Report
from monitor.reports.bounds import (
    checked_words,
    gap_words,
    not_checked_words,
    nothing_found,
    scope_words,
    title_words,
)
from monitor.reports.changes import change
from monitor.reports.links import plain, source_name, web_address
from monitor.reports.values import iso, utc
from monitor.reports.witnesses import seen_by
from monitor.reports.wording import source_state, summary

COLUMNS = (
    "row",
    "article",
    "title",
    "address",
    "last_updated",
    "review_status",
    "freshness",
    "freshness_because",
    "stale_since",
    "references",
    "resolved",
    "unresolved",
    "oldest_check",
    "finding",
    "kind",
    "severity",
    "status",
    "decision",
    "reason",
    "decided_at",
    "summary",
    "record",
    "record_title",
    "record_address",
    "happened_on",
    "detected_at",
    "because",
    "suggested_action",
    "relevance",
    "cited_as",
    "sentences_affected",
    "sentences_possibly_affected",
    "shown_by",
    "changed",
    "note",
)
"""``row`` says what a row is: ``report`` (the first; what the report speaks for), ``finding``, ``article`` (one without
findings), or ``source`` (how well it was reached). ``note`` is for rows of reports and sources."""
LONGEST = 32_000
"""Characters of a cell; a spreadsheet takes 32,767."""
MARK = "\ufeff"

_STARTS_FORMULA = re.compile(r"^(?=[\s\"']*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_STARTS_AFTER_SEPARATOR = re.compile(r"(;[\s\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_BETWEEN = " | "


def render_csv(report: Report) -> str:
    """The report as CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(report):
        writer.writerow({name: cell(value) for name, value in row.items()})
    return MARK + out.getvalue()


def cell(value: Any) -> str:
    """A value as a cell that a spreadsheet shows as text: on one line, cut when too long, and never a formula.

    An apostrophe goes before what would begin a formula. That is so after a semicolon, too: a spreadsheet that
    separates by semicolons would begin a cell there.
    """
    text = " ".join(plain("" if value is None else str(value)).split())
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} … (too large to show: {len(text)} characters)"
    return _STARTS_AFTER_SEPARATOR.sub(r"\1'", _STARTS_FORMULA.sub("'", text))


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    yield {"row": "report", "title": title_words(report), "note": _notes(report)}
    for row in report.articles:
        if not row.findings:
            yield {"row": "article", **_article(row)}
        for finding in row.findings:
            yield {"row": "finding", **_article(row), **_finding(finding)}
    for item in report.coverage:
        note = f"{source_state(item)}; data version {item.data_version or 'none yet'}"
        yield {"row": "source", "title": source_name(item.source), "status": item.status, "note": note}


def _notes(report: Report) -> str:
    made = f"As of {utc(report.as_of)}, made {utc(report.generated_at)}."
    told = (made, scope_words(report), nothing_found(report), checked_words(report), not_checked_words(report))
    return _BETWEEN.join(filter(None, (*told, *gap_words(report))))


def _article(row: ArticleRow) -> dict[str, Any]:
    return {
        "article": row.id,
        "title": row.title,
        "address": web_address(row.url),
        "last_updated": iso(row.last_updated),
        "review_status": row.review_status.value,
        "freshness": row.freshness.value,
        "freshness_because": row.freshness_because,
        "stale_since": utc(row.stale_since),
        "references": row.watched.references,
        "resolved": row.watched.resolved,
        "unresolved": row.watched.unresolved,
        "oldest_check": utc(row.watched.oldest_check),
    }


def _finding(finding: FindingView) -> dict[str, Any]:
    return {
        "finding": finding.id,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "status": finding.status,
        "decision": finding.decision,
        "reason": finding.reason,
        "decided_at": utc(finding.decided_at),
        "summary": summary(finding),
        "record": finding.record,
        "record_title": finding.title,
        "record_address": web_address(finding.url),
        "happened_on": iso(finding.happened_on),
        "detected_at": utc(finding.detected_at),
        "because": finding.because,
        "suggested_action": finding.suggested_action,
        "relevance": finding.relevance,
        "cited_as": _BETWEEN.join(
            f"[{item.number}] {item.text}" if item.number is not None else item.text for item in finding.references
        ),
        "sentences_affected": _sentences(finding, "yes"),
        "sentences_possibly_affected": _sentences(finding, "possibly"),
        "shown_by": _BETWEEN.join(seen_by(finding)),
        "changed": _BETWEEN.join(_changes(finding)),
    }


def _sentences(finding: FindingView, affected: str) -> str:
    return _BETWEEN.join(claim.text for claim in finding.claims if claim.affected == affected)


def _changes(finding: FindingView) -> Iterator[str]:
    for line in finding.diff:
        item = change(line)
        before, after = (" ".join(part.text for part in side) or "(nothing)" for side in (item.before, item.after))
        yield f"{item.field}: {before} → {after}"
