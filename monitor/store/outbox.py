"""The transactional outbox: messages written with the facts they tell."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.messages import Message
from monitor.store.portions import in_portions
from monitor.store.tables import OutboxRow


class Outbox:
    """Reads and writes of messages. Their times are real time."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def put(self, *, key: str, topic: str, payload: dict[str, Any]) -> None:
        """Add a message once; a key that was used before adds nothing."""
        if not self.known([key]):
            self._session.add(OutboxRow(dedup_key=key, topic=topic, payload=payload, recorded_at=self._clock.now()))

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """Those of the keys that were used before."""
        found: set[str] = set()
        for some in in_portions(sorted(keys)):
            found |= set(
                self._session.exec(select(OutboxRow.dedup_key).where(col(OutboxRow.dedup_key).in_(some))).all()
            )
        return frozenset(found)

    def put_planned(self, *, key: str, topic: str, payload: dict[str, Any]) -> Message:
        """Add a message whose ways its writer chooses in the same transaction; the one there is under a used key."""
        row = self._session.exec(select(OutboxRow).where(OutboxRow.dedup_key == key)).first()
        if row is None:
            now = self._clock.now()
            row = OutboxRow(dedup_key=key, topic=topic, payload=payload, recorded_at=now, planned_at=now)
            self._session.add(row)
            self._session.flush()
        return message_of(row)

    def unplanned(self, *, limit: int) -> tuple[Message, ...]:
        """The oldest messages of which nobody has said yet to whom they go."""
        rows = self._session.exec(
            select(OutboxRow)
            .where(col(OutboxRow.planned_at).is_(None))
            .order_by(col(OutboxRow.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        return tuple(message_of(row) for row in rows)

    def planned(self, message_ids: Collection[int]) -> None:
        """Note that it was said of these to whom they go."""
        for some in in_portions(sorted(message_ids)):
            for row in self._session.exec(select(OutboxRow).where(col(OutboxRow.id).in_(some))).all():
                row.planned_at = self._clock.now()

    def rewrite(self, message_id: int, payload: dict[str, Any]) -> None:
        """Complete what a message says, before it is sent for the first time."""
        self._session.exec(select(OutboxRow).where(OutboxRow.id == message_id)).one().payload = payload


def message_of(row: OutboxRow) -> Message:
    """A message as the pipeline knows it."""
    return Message(id=row.id or 0, key=row.dedup_key, topic=row.topic, payload=dict(row.payload))
