"""The store as it stood at a past moment, rebuilt in memory, so that the same reading code prints the same report.

Every table of which the past is kept is read as it is, what was changed since is taken back, and what came since is
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, MetaData, UniqueConstraint, create_engine, func, insert, select, true
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, col

from monitor.clock import Clock
from monitor.domain.as_of import NoSuchPast
from monitor.domain.kinds import REPLACED_BY
from monitor.domain.signals import is_named
from monitor.store.history.kept import KEPT, Kept, columns_of, key_columns
from monitor.store.history.values import as_they_were, key_text
from monitor.store.last_checks import vouches
from monitor.store.names import Names
from monitor.store.portions import in_portions
from monitor.store.tables import (
    ArticleRow,
    CheckRow,
    ClaimRow,
    EventRow,
    FindingRow,
    HistoryRow,
    SnapshotRow,
    Table,
    WatchRow,
)

BEGINS = "history"
"""The subject of the line that says since when the past is kept, in a database that is older than that."""

AT_A_TIME = 2000

READ_IN_PART: frozenset[type[Table]] = frozenset({ClaimRow, SnapshotRow, CheckRow})
"""Tables of which there is much, and of which reports read little."""

Values = dict[str, Any]


class BeforeHistory(NoSuchPast):
    """The moment is before the past began to be kept. The message names the first day that can be shown."""


@contextmanager
def rebuilt(session: Session, moment: datetime, clock: Clock) -> Iterator[Session]:
    """The tables that reports read, as they stood at a moment; raises :class:`BeforeHistory`."""
    _check(session, moment)
    engine = _empty_tables()
    try:
        with Session(engine) as past:
            tables = _Tables(session, past, moment)
            for table in KEPT.keys() - READ_IN_PART:
                tables.copy(table)
            tables.copy(ClaimRow, _those(col(ClaimRow.id), _named_claims(past)))
            tables.copy(SnapshotRow, _those(col(SnapshotRow.identifier), _compared_records(past, clock)))
            tables.copy(CheckRow, _those(col(CheckRow.id), _newest_checks(session, moment)))
            past.commit()
            yield past
    finally:
        engine.dispose()


def first_moment(session: Session) -> datetime | None:
    """Since when the past is known: since the first article came in, or since it is kept; None where nothing is."""
    began: datetime | None = session.connection().scalar(
        select(func.max(col(HistoryRow.at))).where(col(HistoryRow.subject) == BEGINS)
    )
    first: datetime | None = session.connection().scalar(select(func.min(col(ArticleRow.recorded_at))))
    return began or first


def _check(session: Session, moment: datetime) -> None:
    first = first_moment(session)
    if first is None:
        raise BeforeHistory("there is no past report: no article was registered yet")
    if moment < first:
        raise BeforeHistory(
            f"there is no report of {moment:%Y-%m-%d %H:%M} UTC: what was known then is not kept. "
            f"The first day that can be shown is {first:%Y-%m-%d} (from {first:%H:%M} UTC on)"
        )


def _empty_tables() -> Engine:
    """Tables without constraints: a moment may lie within what another process was writing."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata = MetaData()
    for table in KEPT:
        copy = Table.metadata.tables[str(table.__tablename__)].to_metadata(metadata)
        copy.constraints -= {one for one in copy.constraints if isinstance(one, UniqueConstraint)}
        copy.indexes -= {index for index in copy.indexes if index.unique}
    metadata.create_all(engine)
    return engine


class _Tables:
    """Copies tables as they were."""

    def __init__(self, session: Session, past: Session, moment: datetime) -> None:
        self._session = session
        self._past = past
        self._moment = moment

    def copy(self, table: type[Table], portions: Iterable[ColumnElement[bool]] = (true(),)) -> None:
        """Copy the rows that there were; those that were deleted since are there again."""
        kept, columns = KEPT[table], columns_of(table)
        before = self._taken_back(table)
        wanted = [column for name, column in columns.items() if name not in kept.left_out]
        was_born = columns[kept.born] <= self._moment if kept.born and kept.born not in kept.changing else true()
        for some in portions:
            rows = self._session.connection().execute(select(*wanted).where(was_born, some)).mappings()
            for part in rows.partitions(AT_A_TIME):
                self._add(table, [values for row in part if (values := _former(table, dict(row), before)) is not None])
        names = {column.name for column in wanted}
        self._add(table, [values for values in before.values() if values is not None and values.keys() == names])

    def _add(self, table: type[Table], rows: Iterable[Values]) -> None:
        kept = KEPT[table]
        there = [
            {**row, **_stand_ins(kept, self._moment)} for row in rows if not kept.born or row[kept.born] <= self._moment
        ]
        if there:
            self._past.connection().execute(insert(table), there)

    def _taken_back(self, table: type[Table]) -> dict[str, Values | None]:
        """By key what the changes since then replaced, the newest taken back first; None for what was not there."""
        columns, past = columns_of(table), columns_of(HistoryRow)
        rows = self._session.connection().execute(
            select(past["key"], past["before"])
            .where(past["subject"] == str(table.__tablename__), past["at"] > self._moment)
            .order_by(past["id"].desc())
        )
        found: dict[str, Values | None] = {}
        for key, before in rows:
            found[key] = None if before is None else {**(found.get(key) or {}), **as_they_were(before, columns)}
        return found


def _former(table: type[Table], row: Values, before: dict[str, Values | None]) -> Values | None:
    """A row as it was; None where it was not there. What is used of ``before`` is taken out of it."""
    former = before.pop(key_text(row[name] for name in key_columns(table)), {})
    return None if former is None else {**row, **former}


def _stand_ins(kept: Kept, moment: datetime) -> Values:
    return {name: moment if name == "next_due" else value for name, value in kept.left_out.items()}


def _those(column: Any, wanted: Iterable[Any]) -> Iterator[ColumnElement[bool]]:
    return (column.in_(some) for some in in_portions(sorted(wanted)))


def _named_claims(past: Session) -> set[int]:
    """The claims that findings touch."""
    rows = past.connection().execute(select(col(FindingRow.claims))).scalars()
    return {int(claim_id) for claims in rows for claim_id, _ in claims}


def _compared_records(past: Session, clock: Clock) -> set[str]:
    """The records whose abstracts are compared: what is replaced, and what replaces it, by any of its names."""
    kinds = [kind.value for kind in REPLACED_BY]
    rows = past.connection().execute(
        select(col(EventRow.record), col(EventRow.shown_by)).where(col(EventRow.kind).in_(kinds))
    )
    replaced = {(record, shown_by) for record, shown_by in rows if is_named(shown_by)}
    names = {name for pair in replaced for name in pair}
    families = Names(past, clock).same_as(names) if names else {}
    return names | {name for family in families.values() for name in family}


def _newest_checks(session: Session, moment: datetime) -> set[int]:
    """The newest check of each watch that vouches for something."""
    newest = (
        select(col(CheckRow.id))
        .where(col(CheckRow.watch_id) == col(WatchRow.id), col(CheckRow.at) <= moment, vouches())
        .order_by(col(CheckRow.at).desc())
        .limit(1)
        .correlate(WatchRow)
        .scalar_subquery()
    )
    return {number for number in session.connection().scalars(select(newest).select_from(WatchRow)) if number}
