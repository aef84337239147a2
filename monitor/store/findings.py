"""Findings: events that concern an article, until an editor decides about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.absence import BRINGS_EVIDENCE, absence_in
from monitor.domain.decided import Weighed, more_than, told_before
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.revision import Told
from monitor.domain.state import NewFinding, OpenFinding
from monitor.store.decisions import decided_of, reopen
from monitor.store.earlier import EarlierDecisions
from monitor.store.portions import in_portions
from monitor.store.tables import ClaimRow, EventRow, FindingRow

EDITED = "edited"
"""The decision about a finding that an edit of the page answered."""
CORRECTED = "corrected"
"""The decision about a finding whose record, as a person said, is not what the article rests on."""


class Findings:
    """Reads and writes of findings."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._earlier = EarlierDecisions(session, clock)

    def add(self, finding: NewFinding) -> NewFinding | None:
        """Record a finding once: no article is told of the same event twice. Returns it where it is news.

        What an editor decided about the same thing under another name holds for it, too, unless this is more.
        """
        known = self._session.get(FindingRow, finding.id)
        if known is not None:
            return self._reopened(known, finding)
        row = FindingRow(
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
        is_news = self._earlier.judge(row)
        self._session.add(row)
        self._session.flush()
        return finding if is_news else None

    def _reopened(self, row: FindingRow, finding: NewFinding) -> NewFinding | None:
        """A finding that an edit or a correction had answered is open again once the page rests on the record anew.

        After an edit, an entry that only stands in the list, where sentences rested on it before, is no such rest.
        """
        if row.decision not in {EDITED, CORRECTED}:
            return None
        if row.decision == EDITED and row.claims and not finding.claims:
            return None
        again = self._open_again(row)
        row.reference_ids, row.claims = list(finding.reference_ids), [list(pair) for pair in finding.claims]
        self._session.flush()
        return again

    def _open_again(self, row: FindingRow) -> NewFinding:
        """Open a finding that an edit or a correction had answered; returns it as what is told of it now."""
        told = f"open again: it was closed because {row.reason}"
        _open(row, self._clock.today())
        return NewFinding(
            id=row.id,
            article_id=row.article_id,
            event_id=row.event_id,
            severity=Severity(row.severity),
            because=f"{because_of(row)}; {told}",
            reference_ids=tuple(row.reference_ids),
            claims=tuple((int(claim), str(affected)) for claim, affected in row.claims),
            detected_at=self._clock.today(),
            told_before=told,
        )

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

    def follow_edit(
        self, finding_id: str, claims: Iterable[tuple[int, str]], *, answered: str | None
    ) -> NewFinding | None:
        """Let a finding concern these claims from now on, or close it because an edit answered it.

        Returns it where that opens it again.
        """
        row = self._session.exec(select(FindingRow).where(FindingRow.id == finding_id)).one()
        if answered is not None:
            row.status, row.decision, row.reason, row.decided_by = "answered", EDITED, answered, "monitor"
            row.decided_at = self._clock.today()
            return None
        row.claims = [list(pair) for pair in claims]
        return self._open_again(row) if row.status != "open" else None

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
                because=because_of(row),
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
            row.reason, row.joined_to = f"the same is told by finding {other.id}", other.id
            row.decided_at = self._clock.today()
            joined.append(row.article_id)
        self._session.flush()
        return tuple(joined)

    def concerned_by(self, events: Iterable[int]) -> tuple[str, ...]:
        """The articles that have a finding of one of these events."""
        found: set[str] = set()
        for some in in_portions(sorted(set(events))):
            found |= set(
                self._session.exec(select(FindingRow.article_id).where(col(FindingRow.event_id).in_(some))).all()
            )
        return tuple(sorted(found))

    def weigh(self, event_id: int, severity: Severity) -> tuple[Weighed, ...]:
        """Let the findings of an event weigh so much; returns those for which that is new.

        A finding that an editor decided when it weighed less is open again: what was decided then was less. What an
        edit of the page or a correction answered stays answered.
        """
        changed = []
        for row, event in self._session.exec(
            select(FindingRow, EventRow).where(
                FindingRow.event_id == EventRow.id,
                FindingRow.event_id == event_id,
                FindingRow.severity != severity.value,
            )
        ).all():
            before, told = Severity(row.severity), ""
            if row.status != "open":
                decided = decided_of(row, event)
                why = more_than(decided, EventKind(event.kind), severity) if decided else ""
                if decided is None or not why:
                    row.severity = row.severity if decided else severity
                    continue
                told = told_before(decided, why)
                reopen(row, because=told, clock=self._clock)
            row.severity = severity
            changed.append(_weighed(row, before, told))
        self._session.flush()
        return tuple(changed)

    def part(self, event_id: int) -> tuple[str, ...]:
        """Open again what was joined to another finding; returns the articles. An event speaks for itself once more.

        What an editor decided about the finding that spoke for it was decided about it, too.
        """
        rows = self._session.exec(
            select(FindingRow).where(FindingRow.event_id == event_id, FindingRow.status == "joined")
        ).all()
        for row in rows:
            if not self._earlier.carry_over(row, from_finding=row.joined_to):
                _open(row, self._clock.today())
        self._session.flush()
        return tuple(row.article_id for row in rows)


def because_of(row: FindingRow) -> str:
    """Why a finding is there, with what was decided before where that was less."""
    return f"{row.because}; {row.told_before}" if row.told_before else row.because


def _weighed(row: FindingRow, before: Severity, told: str) -> Weighed:
    return Weighed(
        article_id=row.article_id,
        finding_id=row.id,
        event_id=row.event_id,
        before=before,
        after=Severity(row.severity),
        because=because_of(row),
        told_before=told,
    )


def _open(row: FindingRow, at: datetime) -> None:
    row.status, row.decision, row.reason, row.reason_code = "open", "", "", ""
    row.decided_by, row.decided_at, row.joined_to, row.reopened_at = "", None, "", at
