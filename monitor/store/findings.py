"""Findings: events that concern an article, until an editor decides about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.absence import BRINGS_EVIDENCE, absence_in
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.revision import Told
from monitor.domain.state import NewFinding, OpenFinding
from monitor.store.portions import in_portions
from monitor.store.tables import ClaimRow, EventRow, FindingRow

DECIDED = frozenset({"answered", "dismissed"})
"""What an editor made of a finding."""
EDITED = "edited"
"""The decision about a finding that an edit of the page answered."""
CORRECTED = "corrected"
"""The decision about a finding whose record, as a person said, is not what the article rests on."""


class Findings:
    """Reads and writes of findings."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, finding: NewFinding) -> bool:
        """Record a finding once: no article is told of the same event twice. Returns whether it is new."""
        known = self._session.get(FindingRow, finding.id)
        if known is not None:
            return self._reopened(known, finding)
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

    def _reopened(self, row: FindingRow, finding: NewFinding) -> bool:
        """A finding that an edit or a correction had answered is open again once the page rests on the record anew.

        After an edit, an entry that only stands in the list, where sentences rested on it before, is no such rest.
        """
        if row.decision not in {EDITED, CORRECTED}:
            return False
        if row.decision == EDITED and row.claims and not finding.claims:
            return False
        _open(row, self._clock.today())
        row.reference_ids, row.claims = list(finding.reference_ids), [list(pair) for pair in finding.claims]
        self._session.flush()
        return True

    def touched_by_edits(self, article_id: str) -> tuple[Told, ...]:
        """The findings of an article that an edit of its page may answer, and those that one did answer."""
        return self._told(article_id)

    def _told(self, article_id: str, *about: Any) -> tuple[Told, ...]:
        rows = self._session.exec(
            select(FindingRow, EventRow.kind)
            .where(FindingRow.event_id == EventRow.id, FindingRow.article_id == article_id, *about)
            .where(or_(FindingRow.status == "open", FindingRow.decision == EDITED))
            .order_by(col(FindingRow.valid_from), col(FindingRow.id))
        ).all()
        return tuple(
            Told(
                id=row.id,
                reference_ids=tuple(row.reference_ids),
                claims=tuple((int(claim), str(affected)) for claim, affected in row.claims),
                is_open=row.status == "open",
                kind=EventKind(kind),
            )
            for row, kind in rows
        )

    def about(self, article_id: str, records: Iterable[str]) -> tuple[Told, ...]:
        """The findings of an article about any of these records that nobody decided; those too that an edit answered.

        What concerns the article as a whole rests on no reference, and is left out.
        """
        found = self._told(article_id, col(EventRow.record).in_(sorted(records)))
        return tuple(finding for finding in found if finding.reference_ids)

    def follow_edit(self, finding_id: str, claims: Iterable[tuple[int, str]], *, answered: str | None) -> None:
        """Let a finding concern these claims from now on, or close it because an edit answered it."""
        row = self._session.exec(select(FindingRow).where(FindingRow.id == finding_id)).one()
        if answered is not None:
            row.status, row.decision, row.reason, row.decided_by = "answered", EDITED, answered, "monitor"
            row.decided_at = self._clock.today()
            return
        row.claims = [list(pair) for pair in claims]
        if row.status != "open":
            _open(row, self._clock.today())

    def follow_correction(
        self, finding_id: str, references: Iterable[int], claims: Iterable[tuple[int, str]], *, because: str
    ) -> None:
        """Let a finding rest on these references alone; where it concerns nothing any more, it is closed."""
        row = self._session.exec(select(FindingRow).where(FindingRow.id == finding_id)).one()
        rests, concerns = list(references), [list(pair) for pair in claims]
        if rests or concerns:
            row.reference_ids, row.claims = rests, concerns
            return
        row.status, row.decision, row.reason, row.decided_by = "answered", CORRECTED, because, "monitor"
        row.decided_at = self._clock.today()

    def open_of(self, article_id: str) -> tuple[OpenFinding, ...]:
        """The undecided findings of an article, oldest first."""
        rows = self._session.exec(
            select(FindingRow, EventRow)
            .where(FindingRow.event_id == EventRow.id, FindingRow.article_id == article_id, FindingRow.status == "open")
            .order_by(col(FindingRow.valid_from), col(FindingRow.id))
        ).all()
        evidence = [row for row, event in rows if event.kind in BRINGS_EVIDENCE]
        fragile = self._fragile({int(claim) for row in evidence for claim, _ in row.claims})
        first = {row.id for row in evidence if any(int(claim) in fragile for claim, _ in row.claims)}
        return tuple(
            OpenFinding(
                id=row.id,
                kind=EventKind(event.kind),
                severity=Severity(row.severity),
                because=row.because,
                detected_at=row.valid_from,
                answers_absence=row.id in first,
            )
            for row, event in rows
        )

    def _fragile(self, claims: set[int]) -> set[int]:
        """Those of the claims that say that something is not known."""
        found: set[int] = set()
        for some in in_portions(sorted(claims)):
            rows = self._session.exec(select(ClaimRow.id, ClaimRow.text).where(col(ClaimRow.id).in_(some))).all()
            found |= {number or 0 for number, text in rows if absence_in(text)}
        return found

    def decide(self, article_id: str, *, status: str, decision: str, reason: str, by: str) -> int:
        """Close every open finding of an article with one decision; returns how many."""
        rows = self._session.exec(
            select(FindingRow).where(FindingRow.article_id == article_id, FindingRow.status == "open")
        ).all()
        for row in rows:
            row.status, row.decision, row.reason, row.decided_by = status, decision, reason, by
            row.decided_at = self._clock.today()
        return len(rows)

    def join(self, event_id: int, *, told_as: int) -> tuple[str, ...]:
        """Close the open findings of an event in articles that are told of it by another; returns the articles.

        Where an article is not told of the other, its finding stays as it is.
        """
        by_article = {
            row.article_id: row
            for row in self._session.exec(select(FindingRow).where(FindingRow.event_id == told_as)).all()
        }
        joined = []
        for row in self._session.exec(
            select(FindingRow).where(FindingRow.event_id == event_id, FindingRow.status == "open")
        ).all():
            if (other := by_article.get(row.article_id)) is None:
                continue
            row.status, row.decision, row.decided_by = "joined", "joined", "monitor"
            row.reason = f"the same is told by finding {other.id}"
            row.decided_at = self._clock.today()
            joined.append(row.article_id)
        self._session.flush()
        return tuple(joined)

    def weigh(self, event_id: int, severity: Severity) -> tuple[str, ...]:
        """Let the findings of an event weigh so much; returns the articles in which that is new.

        A finding that was decided when it weighed less is open again: what was decided then was less.
        """
        changed = []
        for row in self._session.exec(
            select(FindingRow).where(FindingRow.event_id == event_id, FindingRow.severity != severity.value)
        ).all():
            heavier = severity.rank > Severity(row.severity).rank
            if row.status != "open" and not (heavier and row.status in DECIDED):
                continue
            if row.status != "open":
                row.reopened_at = self._clock.today()
            row.severity, row.status = severity, "open"
            changed.append(row.article_id)
        self._session.flush()
        return tuple(changed)

    def part(self, event_id: int) -> tuple[str, ...]:
        """Open again what was joined to another finding; returns the articles. An event speaks for itself once more."""
        rows = self._session.exec(
            select(FindingRow).where(FindingRow.event_id == event_id, FindingRow.status == "joined")
        ).all()
        for row in rows:
            _open(row, self._clock.today())
        self._session.flush()
        return tuple(row.article_id for row in rows)


def _open(row: FindingRow, at: datetime) -> None:
    row.status, row.decision, row.reason, row.decided_by, row.decided_at = "open", "", "", "", None
    row.reopened_at = at
