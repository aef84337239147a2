"""The audit log: append-only, each row chained to the one before by its hash."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.store.audit_reads import HEAD, AuditReads, hash_of
from monitor.store.tables import AuditHeadRow, AuditRow
from monitor.telemetry.tracing import current_id

CHAIN_LOCK = 7_261_948
"""The number of the advisory lock under which the chain grows; any fixed one does."""


class Audit(AuditReads):
    """Appends and verifies audit rows. The database itself refuses that they are changed or removed."""

    def __init__(self, session: Session, clock: Clock) -> None:
        super().__init__(session)
        self._clock = clock

    def add(self, *, actor: str, action: str, subject: str, **detail: Any) -> None:
        """Record who did what to which thing, in the transaction that does it, under the id of the request or poll.

        ``before`` and ``after`` among the details are those of the state that changes.
        """
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
            request=current_id(),
        )
        row.hash = hash_of(row)
        self._session.add(row)
        self._session.flush()
        self._mark_the_end(row)

    def _mark_the_end(self, row: AuditRow) -> None:
        head = self._session.get(AuditHeadRow, HEAD, populate_existing=True)
        if head is None:
            # Taken out by somebody: made anew it would hide that. ``check`` tells of it.
            return
        head.rows, head.last_id, head.hash = head.rows + 1, row.id or 0, row.hash
        self._session.flush()

    def _wait_for_the_chain(self) -> None:
        """Let one transaction at a time append, or two would chain to the same row. SQLite has one writer anyway."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.connection().execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))

    def verify(self) -> list[str]:
        """What is wrong with the chain, a line each; empty when no row was changed, added or taken out."""
        return list(self.check().problems)
