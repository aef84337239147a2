"""Keeps what rows were, in the transaction that changes them. What does not change writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, event, insert, inspect, select
from sqlmodel import Session

from monitor.clock import Clock
from monitor.store.history.kept import KEPT, columns_of, key_columns
from monitor.store.history.values import as_kept, key_text
from monitor.store.tables import HistoryRow, Table


class KeepingSession(Session):
    """A session that keeps the past of the rows that it changes. ``info["clock"]`` says when it is."""


def note_past(
    session: Session, clock: Clock, table: type[Table], *where: ColumnElement[bool], values: Mapping[str, Any] | None
) -> None:
    """Keep what these rows are, before a statement gives them other ``values``, or deletes them where these are None.

    For statements that go past the unit of work, which keeps the past by itself.
    """
    columns = columns_of(table)
    names = KEPT[table].changing & set(values) if values is not None else _all_kept(table)
    wanted = [columns[name] for name in (*key_columns(table), *sorted(names))]
    past = []
    for key, row in _found(session, table, wanted, where):
        before = {name: row[name] for name in names if values is None or row[name] != values[name]}
        if before:
            past.append(_line(clock.today(), table, key, before))
    _write(session, past)


def _found(
    session: Session, table: type[Table], wanted: list[Any], where: Iterable[ColumnElement[bool]]
) -> list[tuple[str, Mapping[str, Any]]]:
    rows = session.connection().execute(select(*wanted).where(*where)).mappings().all()
    return [(key_text(row[name] for name in key_columns(table)), dict(row)) for row in rows]


@event.listens_for(KeepingSession, "before_flush")
def _keep_what_changes(session: Session, _context: Any, _instances: Any) -> None:
    at = session.info["clock"].today()
    past = []
    for row in session.dirty:
        if type(row) in KEPT and (before := _former_values(session, row)):
            past.append(_line(at, type(row), _key_of(row), before))
    for row in session.deleted:
        if type(row) in KEPT:
            before = {name: getattr(row, name) for name in _all_kept(type(row))}
            past.append(_line(at, type(row), _key_of(row), before))
    _write(session, past)


@event.listens_for(KeepingSession, "after_flush")
def _keep_what_begins(session: Session, _context: Any) -> None:
    """Of rows that do not say when they came to be; only now has every one its number."""
    at = session.info["clock"].today()
    new = (row for row in session.new if type(row) in KEPT and not KEPT[type(row)].born)
    _write(session, [_line(at, type(row), _key_of(row), None) for row in new])


def _former_values(session: Session, row: Any) -> dict[str, Any]:
    state, before, unknown = inspect(row), {}, []
    for name in KEPT[type(row)].changing:
        history = state.attrs[name].history
        if not history.has_changes():
            continue
        if history.deleted:
            before[name] = history.deleted[0]
        else:
            unknown.append(name)  # It was set without having been read.
    return before | _stored(session, row, unknown)


def _stored(session: Session, row: Any, names: list[str]) -> dict[str, Any]:
    """What the database still holds in these columns, as far as the row is to hold something else."""
    if not names:
        return {}
    columns, table = columns_of(type(row)), type(row)
    where = [columns[name] == getattr(row, name) for name in key_columns(table)]
    wanted = [columns[name] for name in (*key_columns(table), *names)]
    [(_, stored)] = _found(session, table, wanted, where)
    return {name: stored[name] for name in names if stored[name] != getattr(row, name)}


def _all_kept(table: type[Table]) -> frozenset[str]:
    return frozenset(columns_of(table).keys() - KEPT[table].left_out.keys())


def _key_of(row: Any) -> str:
    return key_text(getattr(row, name) for name in key_columns(type(row)))


def _line(at: datetime, table: type[Table], key: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    values = None if before is None else as_kept(before)
    return {"at": at, "subject": str(table.__tablename__), "key": key, "before": values}


def _write(session: Session, past: list[dict[str, Any]]) -> None:
    if past:
        session.connection().execute(insert(HistoryRow), past)
