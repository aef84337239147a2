"""How facts are said to people: neutral, dated, and with whoever said so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.decisions import evidence_digest
from monitor.domain.kinds import KIND_RULES, EventKind
from monitor.domain.read_models import ArticleRow, ClaimLine, Coverage, FindingView, ReferenceLine, Report

AFFECTED = {"yes": "affected", "possibly": "possibly affected"}
FRESHNESS = {Freshness.STALE: "Stale", Freshness.UNVERIFIED: "Unverified", Freshness.FRESH: "Fresh"}
REVIEW_STATUS = {
    ReviewStatus.SUBMITTED: "Submitted",
    ReviewStatus.UNDER_REVIEW: "Under review",
    ReviewStatus.APPROVED: "Approved",
}
SECTIONS = (
    (Freshness.STALE, "the evidence under these articles changed"),
    (Freshness.UNVERIFIED, "something under these could not be resolved or checked; nothing is promised about them"),
    (Freshness.FRESH, "every watched reference was checked in time and nothing is open"),
)
"""The order of every report: what needs work, what could not be known, what is well."""

PUBLISHERS = "guideline:"
MOST_PUBLISHERS = 8
"""More of them are told together as long as they are well."""

_PAST_SOON = 48 * 3600


def moment(value: datetime | None) -> str:
    """``5 Jan 2026, 12:00 UTC``, or ``never``."""
    return f"{day(value.astimezone(UTC).date())}, {value.astimezone(UTC):%H:%M} UTC" if value else "never"


def day(value: date | None) -> str:
    """``5 Jan 2026``, or ``date unknown``."""
    return f"{value.day} {value:%b %Y}" if value else "date unknown"


def elapsed(since: datetime | None, now: datetime) -> str:
    """``3 days``; hours below two days, so that a fresh alarm is told from yesterday's. Never negative."""
    if since is None:
        return ""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < 3600:
        return "less than an hour"
    if seconds < _PAST_SOON:
        return count(seconds // 3600, "hour")
    return count(seconds // 86400, "day")


def count(number: int, noun: str) -> str:
    """``1 sentence``, ``3 sentences``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def in_section(report: Report, freshness: Freshness) -> tuple[ArticleRow, ...]:
    """The articles of one section; inside it the order of the read model stands."""
    return tuple(row for row in report.articles if row.freshness is freshness)


def open_findings(row: ArticleRow) -> tuple[FindingView, ...]:
    """The findings nobody has decided yet, the worst first."""
    return tuple(sorted((item for item in row.findings if item.status == "open"), key=lambda item: -item.severity.rank))


def evidence_shown(row: ArticleRow) -> str:
    """The digest of an article's open findings, which a form sends back: it tells whether something came in since."""
    return evidence_digest((finding.id, finding.version) for finding in row.findings if finding.status == "open")


def claims_in_order(finding: FindingView) -> tuple[ClaimLine, ...]:
    """The sentences of a finding, the surest first; before them those of which new evidence may be the first."""
    first = finding.answers_absence
    return tuple(sorted(finding.claims, key=lambda claim: (first and not claim.fragile, claim.affected != "yes")))


def touched(row: ArticleRow) -> str:
    """How many sentences open findings touch: ``2 sentences affected, 1 possibly``."""
    claims = [claim for finding in open_findings(row) for claim in finding.claims]
    surely = {claim.position for claim in claims if claim.affected == "yes"}
    maybe = {claim.position for claim in claims} - surely
    if not surely:
        return f"{count(len(maybe), 'sentence')} possibly affected" if maybe else "no sentence affected"
    return f"{count(len(surely), 'sentence')} affected" + (f", {len(maybe)} possibly" if maybe else "")


def due(deadline: datetime | None, now: datetime) -> str:
    """``review due in 9 hours``, ``review overdue by 2 days``, or ``no deadline``."""
    if deadline is None:
        return "no deadline"
    if deadline < now:
        return f"review overdue by {elapsed(deadline, now)}"
    return f"review due in {elapsed(now, deadline)}"


def summary(finding: FindingView) -> str:
    """The kind's phrase with the reference it concerns by number: ``A retraction notice names reference 2``."""
    phrase = KIND_RULES[finding.kind].phrase
    names = reference_names(finding.references)
    if not names or finding.kind is EventKind.OVERDUE:
        return phrase
    if "this reference" in phrase:
        return phrase.replace("this reference", names)
    return f"{phrase} ({names})"


def reason(because: str, finding: FindingView) -> str:
    """The reason as it stands below :func:`summary`: without the kind's phrase, which the summary has said."""
    return because.removeprefix(f"{KIND_RULES[finding.kind].phrase}: ")


def reference_names(references: Iterable[ReferenceLine]) -> str:
    """``reference 2``, ``references 2 and 3``; what has no number is ``evidence named in the text``."""
    lines = tuple(references)
    numbers = sorted({line.number for line in lines if line.number is not None})
    named = ["evidence named in the text"] if any(line.number is None for line in lines) else []
    noun = "reference" if len(numbers) == 1 else "references"
    numbered = [f"{noun} {listed(str(number) for number in numbers)}"] if numbers else []
    return listed([*numbered, *named])


def listed(words: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    items = list(words)
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def source_state(coverage: Coverage) -> str:
    """How a source stands, in a sentence. One that could not be reached is never said to be unchanged."""
    last = f"last success {moment(coverage.last_success)}" if coverage.last_success else "no success yet"
    if coverage.status == "ok" and coverage.last_success is not None:
        part = f"; a part of it could not be read ({coverage.reason})" if coverage.reason else ""
        return f"Checked in time; {last}{part}"
    if coverage.status == "unreachable":
        since = f" since {moment(coverage.failing_since)}" if coverage.failing_since else ""
        reason = f" ({coverage.reason})" if coverage.reason else ""
        return f"Could not check{since}{reason}; {last}; what happened there in the meantime is not known"
    return f"Overdue for a check; {last}; what happened there in the meantime is not known"


def folded(coverage: Iterable[Coverage]) -> tuple[Coverage, ...]:
    """The same for people: of many guideline publishers those that are well, and those never asked, share a line each.

    The line of those that are well has their oldest check.
    """
    return _together(_together(coverage, _is_well), _was_never_asked)


def _together(coverage: Iterable[Coverage], is_alike: Callable[[Coverage], bool]) -> tuple[Coverage, ...]:
    every = tuple(coverage)
    alike = [item for item in every if item.source.startswith(PUBLISHERS) and is_alike(item)]
    if len(alike) <= MOST_PUBLISHERS:
        return every
    oldest = min(alike, key=lambda item: item.last_success or datetime.max.replace(tzinfo=UTC))
    line = replace(oldest, source=f"{PUBLISHERS}{len(alike)} publishers", data_version="", reason="")
    return (*(item for item in every if item not in alike), line)


def _is_well(item: Coverage) -> bool:
    return item.status == "ok" and item.last_success is not None and not item.reason


def _was_never_asked(item: Coverage) -> bool:
    return item.status == "late" and item.last_success is None and not item.reason


def unchecked(report: Report) -> tuple[Coverage, ...]:
    """The sources for which this report cannot say that nothing changed; many publishers never asked are one line."""
    return not_checked(report.coverage)


def not_checked(coverage: Iterable[Coverage]) -> tuple[Coverage, ...]:
    """The same of the sources themselves."""
    return folded(item for item in coverage if item.status != "ok" or item.last_success is None)
