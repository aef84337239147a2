"""Which part of the report is asked for: by period, owner, specialty, severity, freshness and kind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.owners import Owners
from monitor.domain.read_models import ArticleRow, FindingView, Gap, Narrowed, Report

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any source was asked: from here on gaps are looked for."""


class ScopeError(ValueError):
    """The scope names what is not there, or a period that ends before it begins. The message says what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportScope:
    """A part of the report. ``since`` and ``until`` are days in UTC, both included; ``severity`` is the least.

    The period is that in which findings were detected, decided or opened again.
    """

    since: date | None = None
    until: date | None = None
    owner: str = ""
    specialty: str = ""
    severity: Severity | None = None
    freshness: Freshness | None = None
    kinds: tuple[EventKind, ...] = ()

    def __post_init__(self) -> None:
        """A period that ends before it begins is refused: it would read as if nothing had happened."""
        if self.since and self.until and self.until < self.since:
            raise ScopeError(f"the period ends ({self.until}) before it begins ({self.since}); exchange the two days")

    @property
    def has_period(self) -> bool:
        """Whether it matters when something was found or decided."""
        return self.since is not None or self.until is not None

    @property
    def picks_findings(self) -> bool:
        """Whether an article without a finding that fits is left out."""
        return self.has_period or self.severity is not None or bool(self.kinds)

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not any(True for _ in self.terms())

    def terms(self) -> Iterator[tuple[str, str]]:
        """What is asked for, by the names that options and parameters have."""
        given = (
            ("since", self.since.isoformat() if self.since else ""),
            ("until", self.until.isoformat() if self.until else ""),
            ("owner", self.owner),
            ("specialty", self.specialty),
            ("severity", self.severity or ""),
            ("freshness", self.freshness or ""),
            *(("kind", kind) for kind in self.kinds),
        )
        return ((name, str(value)) for name, value in given if value)

    def period(self, now: datetime) -> tuple[datetime, datetime] | None:
        """The moments between which something must have happened; None without a first day. It ends now at the latest.

        A report "until" a day has no beginning that could be compared with when sources were asked.
        """
        if self.since is None:
            return None
        is_over = self.until is not None and self.until < now.date()
        ends = _midnight(self.until + timedelta(days=1)) if self.until is not None and is_over else now
        return max(_midnight(self.since), LONG_AGO), ends

    def fits(self, finding: FindingView) -> bool:
        """Whether a finding is asked for."""
        if self.severity is not None and finding.severity.rank < self.severity.rank:
            return False
        if self.kinds and finding.kind not in self.kinds:
            return False
        moments = (finding.detected_at, finding.decided_at, finding.reopened_at)
        return not self.has_period or any(self._is_within(moment) for moment in moments if moment is not None)

    def _is_within(self, moment: datetime) -> bool:
        day = moment.astimezone(UTC).date()
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def narrow(
    report: Report,
    scope: ReportScope,
    *,
    owners: Owners,
    topics: Mapping[str, Collection[str]] | None = None,
    gaps: tuple[Gap, ...] = (),
) -> Report:
    """The part of a report that a scope asks for; the very report where it asks for everything.

    ``topics`` are the names of the topics of each article, ``gaps`` when sources were not reached in the period.
    Raises :class:`ScopeError` for an owner or a specialty that nobody has declared.
    """
    if scope.is_everything:
        return report
    _check_names(scope, owners)
    asked = tuple(row for row in report.articles if _concerns(scope, row, owners, (topics or {}).get(row.id, ())))
    looked_at = tuple(replace(row, findings=tuple(filter(scope.fits, row.findings))) for row in asked)
    listed = tuple(row for row in looked_at if row.findings or not scope.picks_findings)
    narrowed = Narrowed(terms=tuple(scope.terms()), looked_at=looked_at, gaps=gaps)
    return replace(report, articles=listed, narrowed=narrowed)


def _check_names(scope: ReportScope, owners: Owners) -> None:
    for word, name, known in (
        ("owner", scope.owner, owners.owners),
        ("specialty", scope.specialty, owners.specialties),
    ):
        if name and name not in known:
            there = ", ".join(sorted(known)) or f"none is declared in the policies ({word})"
            raise ScopeError(f"{word}: there is no {name!r}; there are: {there}")


def _concerns(scope: ReportScope, row: ArticleRow, owners: Owners, topics: Collection[str]) -> bool:
    if scope.freshness is not None and row.freshness is not scope.freshness:
        return False
    if scope.owner and scope.owner not in owners.of(row.id, topics):
        return False
    return not scope.specialty or scope.specialty in owners.specialties_of(row.id, topics)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
