"""Watches and checks: what is due, who polls it, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.outcomes import Polled
from monitor.domain.state import ClaimedWatch
from monitor.store.tables import CheckRow, HostGateRow, UnknownValueRow, WatchRow


class LeaseLost(Exception):
    """Another process holds this watch now; what was fetched must not be written. The next poll sees it again."""


class Watches:
    """Reads and writes of watches. Due dates are business time, leases the database host's real time."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def ensure(
        self, *, kind: str, source: str, target: str = "", due_now: bool = False, from_start: bool = False
    ) -> None:
        """Make sure a watch exists; ``due_now`` has it polled at the next tick, ``from_start`` forgets its cursor."""
        row = self._session.exec(
            select(WatchRow).where(WatchRow.kind == kind, WatchRow.source == source, WatchRow.target == target)
        ).one_or_none()
        if row is None:
            self._session.add(WatchRow(kind=kind, source=source, target=target, next_due=self._clock.today()))
            return
        row.retired_at = None
        if due_now:
            row.next_due, row.summons = min(row.next_due, self._clock.today()), row.summons + 1
        if from_start:
            row.cursor = ""

    def call_for(self, *, kind: str, source: str) -> None:
        """Have a watch polled at the next tick, if there is one of that kind."""
        for row in self._session.exec(
            select(WatchRow).where(WatchRow.kind == kind, WatchRow.source == source, col(WatchRow.retired_at).is_(None))
        ).all():
            row.next_due, row.summons = min(row.next_due, self._clock.today()), row.summons + 1

    def begin_anew(self, *, kind: str, source: str, target: str) -> None:
        """Have a watch polled at the next tick from the start, if there is one; one at rest is taken up."""
        known = select(WatchRow.id).where(WatchRow.kind == kind, WatchRow.source == source, WatchRow.target == target)
        if self._session.exec(known).first() is not None:
            self.ensure(kind=kind, source=source, target=target, due_now=True, from_start=True)

    def keep_only(self, *, kind: str, source: str, targets: Iterable[str]) -> None:
        """Stop watching what is not among the targets; the checks that were made stay.

        A watch that comes back begins anew.
        """
        rows = self._session.exec(select(WatchRow).where(WatchRow.kind == kind, WatchRow.source == source)).all()
        wanted = set(targets)
        for row in rows:
            if row.target not in wanted and row.retired_at is None:
                row.retired_at, row.cursor = self._clock.today(), ""

    def keep_sources(self, *, kind: str, sources: Collection[str]) -> None:
        """Stop polling the watches of a kind whose source is not among these; one that comes back goes on as it was."""
        rows = self._session.exec(select(WatchRow).where(WatchRow.kind == kind, col(WatchRow.retired_at).is_(None)))
        for row in rows.all():
            if row.source not in sources:
                row.retired_at = self._clock.today()

    def claim(
        self,
        *,
        holder: str,
        lease: timedelta,
        source: str | None = None,
        even_if_not_due: bool = False,
        passed_over: frozenset[int] = frozenset(),
    ) -> ClaimedWatch | None:
        """Take the lease of the watch that is due the longest; None when nothing is due.

        The row is updated from the fence that was seen, so that of two processes one wins.
        """
        now = self._database_now()
        is_free = or_(col(WatchRow.lease_until).is_(None), col(WatchRow.lease_until) < now)
        query = select(WatchRow).where(is_free, col(WatchRow.retired_at).is_(None))
        if not even_if_not_due:
            query = query.where(WatchRow.next_due <= self._clock.today())
        if source is not None:
            query = query.where(WatchRow.source == source)
        if passed_over:
            query = query.where(col(WatchRow.id).not_in(passed_over))
        for row in self._session.exec(query.order_by(col(WatchRow.next_due), col(WatchRow.id)).limit(5)).all():
            if self._take(row, holder=holder, until=now + lease):
                return ClaimedWatch(
                    id=row.id or 0,
                    kind=row.kind,
                    source=row.source,
                    target=row.target,
                    cursor=row.cursor,
                    data_version=row.data_version,
                    fence=row.fence + 1,
                    summons=row.summons,
                    failures=row.failures,
                    due=row.next_due,
                )
        return None

    def hold(self, watch: ClaimedWatch) -> None:
        """Confirm inside this transaction that the lease is still ours; raises :class:`LeaseLost` otherwise."""
        statement = (
            update(WatchRow)
            .where(
                col(WatchRow.id) == watch.id, col(WatchRow.fence) == watch.fence, col(WatchRow.lease_until).is_not(None)
            )
            .values(holder=WatchRow.holder)
        )
        if self._session.connection().execute(statement).rowcount != 1:
            raise LeaseLost(f"watch {watch.id} ({watch.source} {watch.kind}) was taken over")

    def complete(
        self, watch: ClaimedWatch, *, outcome: str, polled: Polled, next_due: datetime, members_digest: str
    ) -> None:
        """Record a check that vouches for its members, move the cursor, and give the lease back.

        A watch that was called for while it was polled is due again, from the start where that was asked. What could
        not be read of its members is its last reason, though it did not fail; a poll that in its troubles vouches for
        nothing is no success.
        """
        row = self._row(watch)
        if row.summons != watch.summons:
            next_due = min(next_due, self._clock.today())
        if row.summons == watch.summons or row.cursor:
            row.cursor = polled.cursor or row.cursor
        row.data_version = polled.data_version or row.data_version
        row.failures, row.last_reason = 0, "; ".join(polled.troubles)[:500]
        if polled.covered or not polled.troubles:
            row.failing_since, row.last_success = None, self._clock.today()
        else:
            row.failing_since = row.failing_since or self._clock.today()
        self._release(row, outcome=outcome, next_due=next_due)
        self._session.add(
            CheckRow(
                watch_id=watch.id,
                source=watch.source,
                at=self._clock.today(),
                recorded_at=self._clock.now(),
                outcome=outcome,
                data_version=row.data_version,
                window_start=polled.window_start,
                window_end=polled.window_end,
                members=len(polled.covered),
                members_digest=members_digest,
                reason=row.last_reason,
            )
        )

    def fail(self, watch: ClaimedWatch, *, outcome: str, reason: str, next_due: datetime) -> None:
        """Record that the watch could not be checked: cursor and last success stand still."""
        row = self._row(watch)
        row.failures += 1
        row.failing_since = row.failing_since or self._clock.today()
        row.last_reason = reason[:500]
        self._release(row, outcome=outcome, next_due=next_due)
        self._session.add(
            CheckRow(
                watch_id=watch.id,
                source=watch.source,
                at=self._clock.today(),
                recorded_at=self._clock.now(),
                outcome=outcome,
                reason=reason[:500],
            )
        )

    def release_all(self, holder: str) -> int:
        """Give back every lease of a process that ends; the watches stay due. Returns how many."""
        rows = self._session.exec(
            select(WatchRow).where(WatchRow.holder == holder, col(WatchRow.lease_until).is_not(None))
        ).all()
        for row in rows:
            row.lease_until, row.holder, row.fence = None, "", row.fence + 1
        return len(rows)

    def note_unknown(self, source: str, values: Iterable[tuple[str, str]]) -> None:
        """Count values the reader does not know."""
        now = self._clock.now()
        for field, value in sorted(set(values)):
            row = self._session.exec(
                select(UnknownValueRow).where(
                    UnknownValueRow.source == source,
                    UnknownValueRow.field == field,
                    UnknownValueRow.value == value[:200],
                )
            ).one_or_none()
            if row is None:
                self._session.add(
                    UnknownValueRow(source=source, field=field, value=value[:200], first_seen=now, last_seen=now)
                )
            else:
                row.count, row.last_seen = row.count + 1, now

    def remember_gates(self, gates: Mapping[str, datetime]) -> None:
        """Keep until when hosts asked not to be called."""
        for host, not_before in gates.items():
            self._session.merge(HostGateRow(host=host, not_before=not_before))

    def recall_gates(self) -> dict[str, datetime]:
        """Until when hosts asked not to be called, as kept before the last restart."""
        return {row.host: row.not_before for row in self._session.exec(select(HostGateRow)).all()}

    def _take(self, row: WatchRow, *, holder: str, until: datetime) -> bool:
        statement = (
            update(WatchRow)
            .where(col(WatchRow.id) == row.id, col(WatchRow.fence) == row.fence)
            .values(fence=row.fence + 1, holder=holder, lease_until=until)
            .execution_options(synchronize_session=False)
        )
        return self._session.connection().execute(statement).rowcount == 1

    def _release(self, row: WatchRow, *, outcome: str, next_due: datetime) -> None:
        row.last_outcome, row.next_due = outcome, next_due
        row.lease_until, row.holder = None, ""

    def _row(self, watch: ClaimedWatch) -> WatchRow:
        self._session.flush()
        self._session.expire_all()
        return self._session.exec(select(WatchRow).where(WatchRow.id == watch.id)).one()

    def _database_now(self) -> datetime:
        """The database's clock on PostgreSQL, where several hosts compare leases; this host's on SQLite."""
        if self._session.get_bind().dialect.name == "postgresql":
            found: datetime = self._session.connection().execute(select(func.clock_timestamp())).scalar_one()
            return found
        return self._clock.now()
