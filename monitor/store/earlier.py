"""What was decided earlier in an article about the publication or trial that a finding is about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.decided import CLOSABLE, another, more_than, told_before
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.reconcile import STRENGTH
from monitor.domain.signals import is_same_event
from monitor.store.decisions import BY_EDITORS, decided_of
from monitor.store.names import Names
from monitor.store.tables import EventRow, FindingRow


class EarlierDecisions:
    """Judges whether a finding is what somebody decided about before."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._names = Names(session, clock)

    def judge(self, row: FindingRow) -> bool:
        """Whether a finding that comes in is news. Where it is not, it takes over what was decided about the same.

        One that is more says what was decided before.
        """
        event = self._event(row.event_id)
        if event is None or not (earlier := self._earlier(row, event)):
            return True
        same = [pair for pair in earlier if _is_same(event, pair[1])]
        if not same:
            last = decided_of(*earlier[-1])
            row.told_before = told_before(last, another(last)) if last else ""
            return True
        decided_row, decided_event = max(same, key=_strength)
        decided = decided_of(decided_row, decided_event)
        if decided is None:
            return True
        if why := more_than(decided, EventKind(event.kind), Severity(row.severity)):
            row.told_before = told_before(decided, why)
            return True
        _carry(row, decided_row)
        return False

    def carry_over(self, row: FindingRow, *, from_finding: str) -> bool:
        """Let what was decided about the finding that spoke for this one hold for it; False where this is more."""
        spoke = self._session.get(FindingRow, from_finding) if from_finding else None
        event, other = self._event(row.event_id), self._event(spoke.event_id) if spoke else None
        if spoke is None or event is None or other is None or (decided := decided_of(spoke, other)) is None:
            return False
        if more_than(decided, EventKind(event.kind), Severity(row.severity)):
            return False
        _carry(row, spoke)
        return True

    def _event(self, event_id: int) -> EventRow | None:
        return self._session.get(EventRow, event_id)

    def _earlier(self, row: FindingRow, event: EventRow) -> Sequence[tuple[FindingRow, EventRow]]:
        """What editors decided in the article about the same record under any of its names, oldest first."""
        decided = self._session.exec(
            select(FindingRow, EventRow)
            .where(
                FindingRow.event_id == EventRow.id,
                FindingRow.article_id == row.article_id,
                col(FindingRow.decision).in_(BY_EDITORS),
            )
            .order_by(col(FindingRow.decided_at), col(FindingRow.id))
        ).all()
        if not decided:
            return ()
        family = self._names.same_as([event.record, *self._merged_into(event.record)])
        known = frozenset().union(*family.values())
        return [pair for pair in decided if pair[1].record in known]

    def _merged_into(self, record: str) -> Sequence[str]:
        """The records that its source merged with this one."""
        return self._session.exec(
            select(EventRow.record).where(EventRow.kind == EventKind.RECORD_MERGED.value, EventRow.shown_by == record)
        ).all()


def _is_same(event: EventRow, other: EventRow) -> bool:
    """Whether two events are one: told as one another, or one notice that was out of sight for a while.

    What is told when it ends is news when it stands again.
    """
    if other.told_as == event.id or event.told_as == other.id:
        return True
    if event.kind != other.kind or (other.ended_at is not None and EventKind(event.kind) in CLOSABLE):
        return False
    return is_same_event(EventKind(event.kind), _notice(event), _notice(other))


def _notice(event: EventRow) -> str:
    return event.shown_by.partition(", time ")[0]


def _strength(pair: tuple[FindingRow, EventRow]) -> tuple[int, int]:
    row, event = pair
    return Severity(row.severity).rank, STRENGTH.get(EventKind(event.kind), -1)


def _carry(row: FindingRow, decided: FindingRow) -> None:
    row.status, row.decision, row.reason, row.reason_code = (
        decided.status,
        decided.decision,
        decided.reason,
        decided.reason_code,
    )
    row.decided_by, row.decided_at, row.joined_to = decided.decided_by, decided.decided_at, ""
