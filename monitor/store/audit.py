"""The audit log: append-only, each row chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.store.tables import AuditRow

CHAIN_LOCK = 7_261_948
"""The number of the advisory lock under which the chain grows; any fixed one does."""


class Audit:
    """Appends and verifies audit rows."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, *, actor: str, action: str, subject: str, **detail: Any) -> None:
        """Record who did what to which thing, in the transaction that does it."""
        self._session.flush()
        self._wait_for_the_chain()
        last = self._session.exec(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(1)).first()
        row = AuditRow(
            at=self._clock.now(),
            actor=actor,
            action=action,
            subject=subject,
            detail=json.loads(json.dumps(detail, default=str)),
            previous=last.hash if last else "",
            hash="",
        )
        row.hash = _hash(row)
        self._session.add(row)
        self._session.flush()

    def _wait_for_the_chain(self) -> None:
        """Let one transaction at a time append, or two would chain to the same row. SQLite has one writer anyway."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.connection().execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))

    def verify(self) -> list[str]:
        """What is wrong with the chain, a line each; empty when no row was changed, added or taken out."""
        problems, previous = [], ""
        for row in self._session.exec(select(AuditRow).order_by(col(AuditRow.id))).all():
            if row.previous != previous:
                problems.append(f"audit row {row.id}: the row before it was changed or removed")
            if row.hash != _hash(row):
                problems.append(f"audit row {row.id}: its content was changed")
            previous = row.hash
        return problems


def _hash(row: AuditRow) -> str:
    text = json.dumps(
        [row.previous, row.at.isoformat(), row.actor, row.action, row.subject, row.detail],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()
