"""Requests under a key: the first is done, and every further one is told what it was answered."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.requests import Answered, KeyedRequest
from monitor.store.tables import IdempotencyRow

KEPT = timedelta(hours=24)


class Idempotency:
    """Reads and writes of answers. Their times are real time."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def take(self, request: KeyedRequest) -> Answered | None:
        """Take a key, or hand out the answer that was given under it; None means that the key is ours now.

        Where another transaction holds the key, this waits until it has ended. What is older than a day is forgotten.
        """
        self._session.connection().execute(
            delete(IdempotencyRow).where(col(IdempotencyRow.recorded_at) < self._clock.now() - KEPT)
        )
        if self._insert(request):
            return None
        row = self._session.exec(
            select(IdempotencyRow).where(IdempotencyRow.name == request.name, IdempotencyRow.key == request.key)
        ).one()
        return Answered(request=row.request, status=row.status, headers=dict(row.headers), body=row.body)

    def keep(self, request: KeyedRequest, answered: Answered) -> None:
        """Keep the answer, in the transaction of its effect."""
        row = self._session.exec(
            select(IdempotencyRow).where(IdempotencyRow.name == request.name, IdempotencyRow.key == request.key)
        ).one()
        row.status, row.headers, row.body = answered.status, dict(answered.headers), answered.body
        self._session.flush()

    def _insert(self, request: KeyedRequest) -> bool:
        values = {
            "name": request.name,
            "key": request.key,
            "request": request.digest,
            "status": 0,
            "headers": {},
            "body": "",
            "recorded_at": self._clock.now(),
        }
        insert = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        statement = insert(IdempotencyRow).values(**values).on_conflict_do_nothing().returning(col(IdempotencyRow.key))
        return self._session.connection().execute(statement).first() is not None
