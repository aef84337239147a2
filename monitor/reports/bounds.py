"""What a report speaks for: which part was asked for, what of it was checked, and what could not be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from monitor.domain.articles import Freshness
from monitor.domain.kinds import Severity
from monitor.domain.read_models import ArticleRow, FindingView, Gap, Report
from monitor.reports.links import source_name
from monitor.reports.wording import count, day, elapsed, listed, moment, open_findings, unchecked

MOST_NAMED = 20
"""Articles named one by one as not fully checked; the rest is counted."""
NO_ALL_CLEAR = "This is no all-clear, as not everything could be checked; see below."


def told_findings(report: Report, row: ArticleRow) -> tuple[FindingView, ...]:
    """The findings of an article that people are told: the open ones; of a part of the report what was decided, too."""
    if report.narrowed is None:
        return open_findings(row)
    told = [finding for finding in row.findings if finding.status != "joined"]
    return tuple(sorted(told, key=lambda item: (item.status != "open", -item.severity.rank)))


def decided(finding: FindingView) -> str:
    """``Dismissed on 3 Nov 2026 (not relevant): it names an affiliation``; empty while it is open."""
    if finding.status == "open":
        return ""
    when = f" on {day(finding.decided_at.date())}" if finding.decided_at else ""
    how = f" ({finding.decision.replace('_', ' ')})" if finding.decision else ""
    why = f": {finding.reason}" if finding.reason else ""
    return f"{finding.status.capitalize()}{when}{how}{why}"


def scope_words(report: Report) -> str:
    """In a sentence which part of the report this is; empty for the whole."""
    if report.narrowed is None:
        return ""
    asked = "; ".join(_terms(report.narrowed.terms))
    looked_at = count(len(report.looked_at), "article")
    return f"Only a part was asked for: {asked}. {looked_at} looked at, {len(report.articles)} listed."


def title_words(report: Report) -> str:
    """``Stale-article report``, with what was asked for where it is a part."""
    asked = "; ".join(_terms(report.narrowed.terms)) if report.narrowed else ""
    return f"Stale-article report: {asked}" if asked else "Stale-article report"


def nothing_found(report: Report) -> str:
    """What is said when there is nothing to tell; it never reads as calm where something could not be checked."""
    if any(told_findings(report, row) for row in report.articles):
        return ""
    said = "No finding fits what was asked for." if report.narrowed else "No finding is open."
    return f"{said} {NO_ALL_CLEAR}" if is_in_doubt(report) else said


def is_in_doubt(report: Report) -> bool:
    """Whether something that the report speaks for could not be checked, or nothing was watched at all."""
    gaps = report.narrowed.gaps if report.narrowed else ()
    return bool(unchecked(report) or gaps or not_checked(report) or not report.coverage)


def checked_words(report: Report) -> str:
    """How much of what was looked at is watched, and how old the oldest check is."""
    rows = report.looked_at
    references = sum(row.watched.references for row in rows)
    resolved = sum(row.watched.resolved for row in rows)
    oldest = min((row.watched.oldest_check for row in rows if row.watched.oldest_check), default=None)
    return (
        f"Watched: {resolved} of {count(references, 'reference')} of {count(len(rows), 'article')}, "
        f"{sum(row.watched.unresolved for row in rows)} not resolved; oldest check {moment(oldest)}."
    )


def not_checked(report: Report) -> tuple[ArticleRow, ...]:
    """The articles of which something could not be: references not resolved, never checked, or overdue for it."""
    return tuple(row for row in report.looked_at if row.watched.unresolved or _was_never(row) or _is_unverified(row))


def not_checked_words(report: Report) -> str:
    """The same in a sentence with their names; empty where there are none."""
    rows = not_checked(report)
    if not rows:
        return ""
    named = [f"{row.title} ({_why(row)})" for row in rows[:MOST_NAMED]]
    more = [f"{len(rows) - MOST_NAMED} more"] if len(rows) > MOST_NAMED else []
    return f"Not everything could be checked of {count(len(rows), 'article')}: {listed([*named, *more])}."


def gap_words(report: Report) -> tuple[str, ...]:
    """When, within the period asked for, sources were not reached; a sentence each."""
    gaps = report.narrowed.gaps if report.narrowed else ()
    return tuple(_gap(gap, report) for gap in gaps)


def _gap(gap: Gap, report: Report) -> str:
    name = source_name(gap.source)
    if gap.start is None and gap.end is None:
        return f"{name}: not reached at all in this period; what happened there is not known"
    since = f"from {moment(gap.start)}" if gap.start else "from the beginning of this period"
    until = f"to {moment(gap.end)}" if gap.end else "to its end"
    lasted = f" ({elapsed(gap.start, gap.end or report.as_of)})" if gap.start else ""
    return f"{name}: not reached {since} {until}{lasted}; what happened there meanwhile may have been told late"


def _terms(terms: tuple[tuple[str, str], ...]) -> Iterator[str]:
    given = dict(terms)
    since, until = (date.fromisoformat(given[key]) if key in given else None for key in ("since", "until"))
    if since or until:
        from_day = f" from {day(since)}" if since else ""
        to_day = f" to {day(until)}" if until else ""
        yield f"findings detected or decided{from_day}{to_day} (UTC)"
    if severity := given.get("severity"):
        yield f"severity {severity}" + ("" if severity == Severity.CRITICAL else " or worse")
    if kinds := [value.replace("_", " ") for name, value in terms if name == "kind"]:
        yield f"kind {listed(kinds)}"
    if freshness := given.get("freshness"):
        yield f"{freshness} articles"
    if owner := given.get("owner"):
        yield f"articles of owner {owner}"
    if specialty := given.get("specialty"):
        yield f"articles of specialty {specialty}"


def _was_never(row: ArticleRow) -> bool:
    return row.watched.oldest_check is None


def _is_unverified(row: ArticleRow) -> bool:
    return row.freshness is Freshness.UNVERIFIED


def _why(row: ArticleRow) -> str:
    unresolved = f"{row.watched.unresolved} of {count(row.watched.references, 'reference')} not resolved"
    reasons = [
        *([unresolved] if row.watched.unresolved else []),
        *(["not all of its evidence was checked yet"] if _was_never(row) else []),
    ]
    return "; ".join(reasons) or row.freshness_because
