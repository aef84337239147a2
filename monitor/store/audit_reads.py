"""The audit log as it is read, and whether it is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from monitor.domain.audit import AuditCheck, AuditFilter, AuditLine
from monitor.store.tables import AuditHeadRow, AuditRow

AT_A_TIME = 1000
"""So many rows are in memory while the chain is checked, however long it is."""
MOST_PROBLEMS = 100
"""So many are told one by one: behind the first, the rest often follows from it."""
HEAD = 1
"""The one row that marks the end of the log."""


class AuditReads:
    """Reads of the audit log."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lines(
        self, wanted: AuditFilter | None = None, *, before_id: int | None = None, limit: int = 100
    ) -> tuple[AuditLine, ...]:
        """The newest rows first; for the next page, give the last id of this one as ``before_id``."""
        query = select(AuditRow).where(*_narrowed(wanted or AuditFilter()))
        if before_id is not None:
            query = query.where(col(AuditRow.id) < before_id)
        rows = self._session.exec(query.order_by(col(AuditRow.id).desc()).limit(limit)).all()
        return tuple(map(_line, rows))

    def last_change(self, subject: str, actions: Collection[str]) -> AuditLine | None:
        """What was done last to a thing, of these actions."""
        row = self._session.exec(
            select(AuditRow)
            .where(AuditRow.subject == subject, col(AuditRow.action).in_(actions))
            .order_by(col(AuditRow.id).desc())
            .limit(1)
        ).first()
        return _line(row) if row is not None else None

    def check(self, *, expect: str = "") -> AuditCheck:
        """Whether any row was changed, added or taken out, also at the end.

        ``expect`` is the hash of a row that was noted elsewhere before: it must still be there. Whoever can write the
        marked end of the log, too, can only be found by it.
        """
        head = self._session.get(AuditHeadRow, HEAD, populate_existing=True)
        problems: list[str] = []
        count, previous, is_met, is_expected = 0, "", head is None or not head.rows, not expect
        for row in self._all():
            count += 1
            if len(problems) < MOST_PROBLEMS:
                problems += _problems(row, previous)
            previous = row.hash
            is_expected = is_expected or row.hash == expect
            is_met = is_met or (head is not None and (row.id, row.hash, count) == (head.last_id, head.hash, head.rows))
        if not is_met and head is not None:
            problems.append(f"the log ends otherwise than it did: {head.rows} rows were written, {count} are there")
        if head is None and count:
            problems.append("the mark of the end of the log is missing")
        if not is_expected:
            problems.append(f"no row has the hash {expect}: the log was cut off or written anew since that was noted")
        return AuditCheck(rows=count, head=previous, problems=tuple(problems))

    def _all(self) -> Iterator[AuditRow]:
        """Every row in order, some at a time, each forgotten when the next ones come."""
        last = 0
        while True:
            rows = self._session.exec(
                select(AuditRow).where(col(AuditRow.id) > last).order_by(col(AuditRow.id)).limit(AT_A_TIME)
            ).all()
            if not rows:
                return
            last = rows[-1].id or 0
            yield from rows
            for row in rows:
                self._session.expunge(row)


def hash_of(row: AuditRow) -> str:
    """What chains a row to the one before; a row without a request id is hashed as it was before there were any."""
    content: list[Any] = [row.previous, row.at.isoformat(), row.actor, row.action, row.subject, row.detail]
    if row.request:
        content.append(row.request)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _problems(row: AuditRow, previous: str) -> list[str]:
    found = []
    if row.previous != previous:
        found.append(f"audit row {row.id}: the row before it was changed or removed")
    if row.hash != hash_of(row):
        found.append(f"audit row {row.id}: its content was changed")
    return found


def _narrowed(wanted: AuditFilter) -> Iterator[Any]:
    for column, value in (
        (AuditRow.subject, wanted.subject),
        (AuditRow.actor, wanted.actor),
        (AuditRow.request, wanted.request),
    ):
        if value:
            yield col(column) == value
    if wanted.action:
        # What stands for other letters in LIKE is a letter here.
        yield col(AuditRow.action).startswith(wanted.action, autoescape=True)
    if wanted.since is not None:
        yield col(AuditRow.at) >= _aware(wanted.since)
    if wanted.until is not None:
        yield col(AuditRow.at) < _aware(wanted.until)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone")
    return moment


def _line(row: AuditRow) -> AuditLine:
    detail = dict(row.detail)
    return AuditLine(
        id=row.id or 0,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        before=detail.pop("before", None),
        after=detail.pop("after", None),
        request=row.request,
        detail=detail,
        hash=row.hash,
    )
