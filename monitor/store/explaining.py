"""Reads that explain a finding: the records it speaks of as they were read, and when a source could not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.explanations import HeldRecord, Outage
from monitor.domain.held import in_own_words
from monitor.domain.records import from_json
from monitor.store.tables import CheckRow, FindingRow, SnapshotRow, WatchRow

VOUCHING = ("polled", "unmodified")
"""The outcomes of a check that say that a source was read."""


OF_SOURCES = ("cited_set", "list", "page", "updates", "notices", "included")
"""Kinds of watch that look at the records which articles rest on."""

OF_TOPICS = ("topic", "trials")
"""Kinds of watch that search for one topic, which is their target."""


class _Turn(NamedTuple):
    """A check of a watch that went otherwise than the one before it."""

    watch_id: int
    source: str
    at: datetime
    reason: str
    succeeded: bool


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

    def outages(self, sources: Iterable[str], topics: Iterable[str], *, since: datetime) -> tuple[Outage, ...]:
        """The times since a moment in which one of these sources could not be read, the oldest first.

        Of topics, those in which one of these could not be searched; what concerns others is not told.
        """
        watches = self._watches(sources, topics)
        turns = self._turns(list(watches), since)
        return tuple(sorted(_joined(_outages(turns, watches)), key=lambda outage: (outage.since, outage.source)))

    def _watches(self, sources: Iterable[str], topics: Iterable[str]) -> dict[int, datetime | None]:
        """The watches that look at these for an article, each with when it was retired."""
        rows = self._session.exec(
            select(WatchRow.id, WatchRow.retired_at).where(
                or_(
                    and_(col(WatchRow.source).in_(list(sources)), col(WatchRow.kind).in_(OF_SOURCES)),
                    and_(col(WatchRow.target).in_(list(topics)), col(WatchRow.kind).in_(OF_TOPICS)),
                )
            )
        ).all()
        return {number: retired_at for number, retired_at in rows if number is not None}

    def _turns(self, watches: Sequence[int], since: datetime) -> Sequence[_Turn]:
        """The checks in which a watch began to fail, or succeeded again. The many others never leave the database."""
        before = func.lag(col(CheckRow.outcome)).over(partition_by=col(CheckRow.watch_id), order_by=col(CheckRow.id))
        checks = (
            sql_select(
                col(CheckRow.id),
                col(CheckRow.watch_id),
                col(CheckRow.source),
                col(CheckRow.at),
                col(CheckRow.reason),
                col(CheckRow.outcome).in_(VOUCHING).label("succeeded"),
                func.coalesce(before, VOUCHING[0]).in_(VOUCHING).label("succeeded_before"),
            )
            .where(col(CheckRow.watch_id).in_(watches), col(CheckRow.at) >= since)
            .subquery()
        )
        found = checks.c
        rows = self._session.connection().execute(
            sql_select(found.watch_id, found.source, found.at, found.reason, found.succeeded)
            .where(found.succeeded != found.succeeded_before)
            .order_by(found.watch_id, found.id)
        )
        return [_Turn(*row) for row in rows]


def _outages(turns: Iterable[_Turn], retired: Mapping[int, datetime | None]) -> Iterable[Outage]:
    """One outage from each turn to the worse to the next to the better; what is watched no more fails no more."""
    failing: dict[int, _Turn] = {}
    for turn in turns:
        if not turn.succeeded:
            failing[turn.watch_id] = turn
        elif began := failing.pop(turn.watch_id, None):
            yield Outage(source=began.source, since=began.at, until=turn.at, reason=began.reason)
    for began in failing.values():
        yield Outage(source=began.source, since=began.at, until=retired[began.watch_id], reason=began.reason)


def _joined(outages: Iterable[Outage]) -> list[Outage]:
    """Gaps of one source that touch are one: it is asked in several ways, which fail together."""
    joined: list[Outage] = []
    for outage in sorted(outages, key=lambda outage: (outage.source, outage.since)):
        last = joined[-1] if joined and joined[-1].source == outage.source else None
        if last is None or (last.until is not None and last.until < outage.since):
            joined.append(outage)
        elif last.until is not None:
            joined[-1] = replace(last, until=max(last.until, outage.until) if outage.until else None)
    return joined
