"""Reads that explain a finding: the records it speaks of as they were read, and when a source could not be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.explanations import Gap, HeldRecord
from monitor.domain.held import in_own_words
from monitor.domain.records import from_json
from monitor.store.tables import CheckRow, FindingRow, SnapshotRow

VOUCHING = ("polled", "unmodified")
"""The outcomes of a check that say that a source was read."""


class Explanations:
    """What stands behind findings. Nothing here writes."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def article_of(self, finding_id: str) -> str | None:
        """The article that a finding concerns; None for one that is not there."""
        row = self._session.get(FindingRow, finding_id)
        return row.article_id if row else None

    def held(self, identifiers: Iterable[str]) -> tuple[HeldRecord, ...]:
        """The records that were read, as their newest snapshots have them, in the order asked for."""
        wanted = list(dict.fromkeys(identifiers))
        newest = (
            select(SnapshotRow.identifier, func.max(SnapshotRow.seq).label("seq"))
            .where(col(SnapshotRow.identifier).in_(wanted))
            .group_by(col(SnapshotRow.identifier))
            .subquery()
        )
        rows = self._session.exec(
            select(SnapshotRow).where(SnapshotRow.identifier == newest.c.identifier, SnapshotRow.seq == newest.c.seq)
        ).all()
        found = {row.identifier: in_own_words(from_json(row.body), read_at=row.valid_from) for row in rows}
        return tuple(found[name] for name in wanted if name in found)

    def gaps(self, sources: Iterable[str], *, since: datetime) -> tuple[Gap, ...]:
        """The times since a moment in which one of these sources could not be read, the oldest first."""
        rows = self._session.exec(
            select(CheckRow)
            .where(col(CheckRow.source).in_(list(sources)), CheckRow.at >= since)
            .order_by(col(CheckRow.watch_id), col(CheckRow.id))
        ).all()
        return tuple(sorted(_joined(_gaps(rows)), key=lambda gap: (gap.since, gap.source)))


def _gaps(rows: Iterable[CheckRow]) -> Iterable[Gap]:
    """One gap for each run of failed checks of a watch; ended by the next that succeeds."""
    failing: dict[int, CheckRow] = {}
    for row in rows:
        began = failing.get(row.watch_id)
        if row.outcome not in VOUCHING:
            failing.setdefault(row.watch_id, row)
        elif began is not None:
            del failing[row.watch_id]
            yield Gap(source=row.source, since=began.at, until=row.at, reason=began.reason)
    for row in failing.values():
        yield Gap(source=row.source, since=row.at, until=None, reason=row.reason)


def _joined(gaps: Iterable[Gap]) -> list[Gap]:
    """Gaps of one source that touch are one: it is asked in several ways, which fail together."""
    joined: list[Gap] = []
    for gap in sorted(gaps, key=lambda gap: (gap.source, gap.since)):
        last = joined[-1] if joined and joined[-1].source == gap.source else None
        if last is None or (last.until is not None and last.until < gap.since):
            joined.append(gap)
        elif last.until is not None:
            joined[-1] = replace(last, until=max(last.until, gap.until) if gap.until else None)
    return joined
