"""Findings of all articles in pages: a fixed number of queries for a page, however many findings there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, literal, or_
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.kinds import Severity
from monitor.domain.slices import FindingFilter, FindingOrder, ListedFinding, Place, Slice, cut
from monitor.store.columns import UtcDateTime
from monitor.store.reads.findings import FindingReads
from monitor.store.tables import ArticleRow, EventRow, FindingRow

_RANK = case(*((col(FindingRow.severity) == item.value, literal(item.rank)) for item in Severity), else_=literal(-1))


class FindingLists:
    """Reads findings whichever article they concern. Those of removed articles and canaries are not shown."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._views = FindingReads(session, clock)

    def page(self, wanted: FindingFilter, *, after: Place | None, limit: int) -> Slice[ListedFinding]:
        """The findings that come after a place (severity's rank, moment of detection, id)."""
        query = self._shown().where(*_conditions(wanted))
        if after is not None:
            query = query.where(_beyond(wanted.order, after))
        rows = self._session.exec(query.order_by(*_order(wanted.order)).limit(limit + 1)).all()
        return cut(self._listed(rows), _place, limit=limit)

    def one(self, finding_id: str) -> ListedFinding | None:
        """A finding by its id."""
        found = self._listed(self._session.exec(self._shown().where(FindingRow.id == finding_id)).all())
        return found[0] if found else None

    def _shown(self) -> Any:
        return select(FindingRow, EventRow, ArticleRow.title).where(
            FindingRow.event_id == EventRow.id,
            FindingRow.article_id == ArticleRow.id,
            col(ArticleRow.removed_at).is_(None),
            col(ArticleRow.is_canary).is_(False),
        )

    def _listed(self, rows: Sequence[tuple[FindingRow, EventRow, str]]) -> list[ListedFinding]:
        views = self._views.views([(finding, event) for finding, event, _ in rows])
        return [
            ListedFinding(article_id=row.article_id, article_title=title, finding=view, decided_by=row.decided_by)
            for (row, _, title), view in zip(rows, views, strict=True)
        ]


def _conditions(wanted: FindingFilter) -> list[Any]:
    """What a filter says in SQL; values are only ever bound."""
    conditions: list[Any] = []
    if wanted.article:
        conditions.append(FindingRow.article_id == wanted.article)
    if wanted.record:
        conditions.append(EventRow.record == wanted.record)
    if wanted.statuses:
        conditions.append(col(FindingRow.status).in_(wanted.statuses))
    if wanted.severity is not None:
        heavy = [item.value for item in Severity if item.rank >= wanted.severity.rank]
        conditions.append(col(FindingRow.severity).in_(heavy))
    if wanted.kinds:
        conditions.append(col(EventRow.kind).in_([kind.value for kind in wanted.kinds]))
    if wanted.since is not None:
        conditions.append(FindingRow.valid_from >= _midnight(wanted.since))
    if wanted.until is not None and wanted.until < date.max:
        conditions.append(FindingRow.valid_from < _midnight(wanted.until) + timedelta(days=1))
    return conditions


def _order(order: FindingOrder) -> list[Any]:
    moment, number = col(FindingRow.valid_from), col(FindingRow.id)
    match order:
        case FindingOrder.OLDEST:
            return [moment.asc(), number.asc()]
        case FindingOrder.NEWEST:
            return [moment.desc(), number.desc()]
        case FindingOrder.SEVERITY:
            return [_RANK.desc(), moment.desc(), number.desc()]


def _beyond(order: FindingOrder, after: Place) -> Any:
    rank, at, name = after
    moment, number = literal(datetime.fromisoformat(at), UtcDateTime), literal(name)
    when, which = col(FindingRow.valid_from), col(FindingRow.id)
    if order is FindingOrder.OLDEST:
        return or_(when > moment, and_(when == moment, which > number))
    older = or_(when < moment, and_(when == moment, which < number))
    return older if order is FindingOrder.NEWEST else or_(rank > _RANK, and_(rank == _RANK, older))


def _place(item: ListedFinding) -> Place:
    finding = item.finding
    return finding.severity.rank, finding.detected_at.astimezone(UTC).isoformat(), finding.id


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
