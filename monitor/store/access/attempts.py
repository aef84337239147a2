"""What may be tried only so often: counted in the database, so that it holds over processes and restarts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.store.tables import AttemptRow

WINDOW = timedelta(hours=1)
TURN_LOCK = 7_261_949
"""The number of the advisory lock under which turns are taken; any fixed one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """At most ``most`` tries in an hour of one kind and key."""

    kind: str
    key: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A try that was counted, or the moment from which it may be made again."""

    ids: tuple[int, ...] = ()
    again_at: datetime | None = None


class Attempts:
    """Counts tries."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def take(self, buckets: Sequence[Bucket]) -> Turn:
        """Count a try in every bucket, before it is made; when one is full, count nothing and say when again."""
        self._one_at_a_time()
        now = self._clock.now()
        self._session.connection().execute(delete(AttemptRow).where(col(AttemptRow.at) <= now - WINDOW))
        if again_at := when_again(self._session, buckets, now):
            return Turn(again_at=again_at)
        rows = [AttemptRow(kind=bucket.kind, key=bucket.key, at=now) for bucket in buckets]
        self._session.add_all(rows)
        self._session.flush()
        return Turn(ids=tuple(row.id or 0 for row in rows))

    def give_back(self, ids: Iterable[int]) -> None:
        """Do not count this try after all: it was a good one."""
        self._session.connection().execute(delete(AttemptRow).where(col(AttemptRow.id).in_(tuple(ids))))
        self._session.expire_all()

    def _one_at_a_time(self) -> None:
        """Or two processes would both take the last turn. SQLite has one writer anyway."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.connection().execute(select(func.pg_advisory_xact_lock(TURN_LOCK)))


def when_again(session: Session, buckets: Iterable[Bucket], now: datetime) -> datetime | None:
    """From when on every bucket has room again; None when all have."""
    full = []
    for bucket in buckets:
        tried = session.exec(
            select(AttemptRow.at)
            .where(AttemptRow.kind == bucket.kind, AttemptRow.key == bucket.key, col(AttemptRow.at) > now - WINDOW)
            .order_by(col(AttemptRow.at).desc())
            .limit(bucket.most)
        ).all()
        if len(tried) >= bucket.most:
            full.append(tried[-1] + WINDOW)
    return max(full, default=None)
