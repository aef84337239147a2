"""How well the sources were reached, poll by poll, and what they sent that no reader knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from monitor.domain.policy import Policy
from monitor.domain.read_models import CheckLine, Coverage
from monitor.store.coverage import coverage_of
from monitor.store.tables import CheckRow, UnknownValueRow, WatchRow


class SourceReads:
    """Reads what is known of the sources."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def coverage(self, policy: Policy, *, now: datetime) -> tuple[Coverage, ...]:
        """How well each source was reached; ok only with a success in time and no failure since."""
        by_source: dict[str, list[WatchRow]] = {}
        for row in self.watches():
            by_source.setdefault(row.source, []).append(row)
        return tuple(coverage_of(source, rows, policy, now) for source, rows in sorted(by_source.items()))

    def watches(self) -> Sequence[WatchRow]:
        """What is polled, by source and kind."""
        return self._session.exec(
            select(WatchRow)
            .where(col(WatchRow.retired_at).is_(None))
            .order_by(WatchRow.source, WatchRow.kind, WatchRow.target)
        ).all()

    def checks(self, limit: int) -> tuple[CheckLine, ...]:
        """The newest polls, failed ones too."""
        rows = self._session.exec(
            select(CheckRow, WatchRow)
            .where(CheckRow.watch_id == WatchRow.id)
            .order_by(col(CheckRow.id).desc())
            .limit(limit)
        ).all()
        return tuple(_check_line(row, watch) for row, watch in rows)

    def unknown_values(self) -> tuple[tuple[str, str, str, int], ...]:
        """(source, field, value, count) of everything upstream sent that no reader knows."""
        rows = self._session.exec(select(UnknownValueRow).order_by(UnknownValueRow.source, UnknownValueRow.field)).all()
        return tuple((row.source, row.field, row.value, row.count) for row in rows)


def _check_line(row: CheckRow, watch: WatchRow) -> CheckLine:
    return CheckLine(
        watch=" ".join(filter(None, (watch.kind, watch.target))),
        source=row.source,
        at=row.at,
        outcome=row.outcome,
        data_version=row.data_version,
        members=row.members,
        reason=row.reason,
        window=f"{row.window_start} – {row.window_end}" if row.window_start else "",
    )
