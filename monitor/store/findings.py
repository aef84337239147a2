"""Findings: events that concern an article, until an editor decides about them."""

from __future__ import annotations

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.state import NewFinding, OpenFinding
from monitor.store.tables import EventRow, FindingRow


class Findings:
    """Reads and writes of findings."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, finding: NewFinding) -> bool:
        """Record a finding once: no article is told of the same event twice. Returns whether it is new."""
        if self._session.get(FindingRow, finding.id) is not None:
            return False
        self._session.add(
            FindingRow(
                id=finding.id,
                article_id=finding.article_id,
                event_id=finding.event_id,
                severity=finding.severity,
                because=finding.because,
                reference_ids=list(finding.reference_ids),
                claims=[list(pair) for pair in finding.claims],
                valid_from=finding.detected_at,
                recorded_at=self._clock.now(),
            )
        )
        self._session.flush()
        return True

    def open_of(self, article_id: str) -> tuple[OpenFinding, ...]:
        """The undecided findings of an article, oldest first."""
        rows = self._session.exec(
            select(FindingRow, EventRow)
            .where(FindingRow.event_id == EventRow.id, FindingRow.article_id == article_id, FindingRow.status == "open")
            .order_by(col(FindingRow.valid_from), col(FindingRow.id))
        ).all()
        return tuple(
            OpenFinding(
                id=row.id,
                kind=EventKind(event.kind),
                severity=Severity(row.severity),
                because=row.because,
                detected_at=row.valid_from,
            )
            for row, event in rows
        )

    def decide(self, article_id: str, *, status: str, decision: str, reason: str, by: str) -> int:
        """Close every open finding of an article with one decision; returns how many."""
        rows = self._session.exec(
            select(FindingRow).where(FindingRow.article_id == article_id, FindingRow.status == "open")
        ).all()
        for row in rows:
            row.status, row.decision, row.reason, row.decided_by = status, decision, reason, by
            row.decided_at = self._clock.today()
        return len(rows)
