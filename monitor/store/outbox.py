"""The transactional outbox: messages written with the facts they tell, delivered at least once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.state import Message
from monitor.store.tables import OutboxRow


class Outbox:
    """Reads and writes of messages. Their times are real time."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def put(self, *, key: str, topic: str, payload: dict[str, Any]) -> None:
        """Add a message once; a key that was used before adds nothing."""
        if self._session.exec(select(OutboxRow.id).where(OutboxRow.dedup_key == key)).first() is None:
            now = self._clock.now()
            self._session.add(OutboxRow(dedup_key=key, topic=topic, payload=payload, recorded_at=now, next_try=now))

    def due(self, *, limit: int) -> tuple[Message, ...]:
        """The oldest messages whose time has come."""
        rows = self._session.exec(
            select(OutboxRow)
            .where(
                col(OutboxRow.delivered_at).is_(None),
                col(OutboxRow.dead_at).is_(None),
                OutboxRow.next_try <= self._clock.now(),
            )
            .order_by(col(OutboxRow.id))
            .limit(limit)
        ).all()
        return tuple(_message(row) for row in rows)

    def delivered(self, message_id: int) -> None:
        """Mark a message as acknowledged by its receiver."""
        self._row(message_id).delivered_at = self._clock.now()

    def failed(self, message_id: int, *, error: str, next_try: datetime | None) -> None:
        """Note a failed try; without a next one the message is dead and shown to the operator."""
        row = self._row(message_id)
        row.attempts, row.last_error = row.attempts + 1, error[:500]
        if next_try is None:
            row.dead_at = self._clock.now()
        else:
            row.next_try = next_try

    def pending(self) -> tuple[Message, ...]:
        """Every message not yet acknowledged, dead ones included, oldest first."""
        rows = self._session.exec(
            select(OutboxRow).where(col(OutboxRow.delivered_at).is_(None)).order_by(col(OutboxRow.id))
        ).all()
        return tuple(_message(row) for row in rows)

    def replay(self) -> int:
        """Try every dead message again from now on; returns how many."""
        rows = self._session.exec(
            select(OutboxRow).where(col(OutboxRow.dead_at).is_not(None), col(OutboxRow.delivered_at).is_(None))
        ).all()
        for row in rows:
            row.dead_at, row.attempts, row.next_try = None, 0, self._clock.now()
        return len(rows)

    def _row(self, message_id: int) -> OutboxRow:
        return self._session.exec(select(OutboxRow).where(OutboxRow.id == message_id)).one()


def _message(row: OutboxRow) -> Message:
    return Message(id=row.id or 0, key=row.dedup_key, topic=row.topic, payload=dict(row.payload), attempts=row.attempts)
