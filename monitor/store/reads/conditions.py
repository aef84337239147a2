"""What a reader asked for, as conditions of a query. Everything asked is a parameter, never part of the statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select, union

from monitor.domain.filters import searched_text
from monitor.domain.kinds import EventKind
from monitor.store.tables import ArticleRow, EventRow, FindingRow, WitnessRow


def is_listed() -> tuple[ColumnElement[bool], ...]:
    """Articles that are neither removed nor hidden."""
    return col(ArticleRow.removed_at).is_(None), col(ArticleRow.is_canary).is_(False)


def mentions(text: str) -> tuple[ColumnElement[bool], ...]:
    """Articles whose id or title, or the title of an open finding, holds a text; wildcards stand for themselves."""
    if not (searched := searched_text(text)):
        return ()
    titled = select(EventRow.id).where(col(EventRow.title).icontains(searched, autoescape=True))
    return (
        or_(
            col(ArticleRow.id).icontains(searched, autoescape=True),
            col(ArticleRow.title).icontains(searched, autoescape=True),
            _has_open_finding(titled),
        ),
    )


def shows_kind(kind: EventKind | None) -> tuple[ColumnElement[bool], ...]:
    """Articles with an open finding of a kind."""
    return () if kind is None else (_has_open_finding(select(EventRow.id).where(EventRow.kind == kind.value)),)


def shown_by_source(source: str) -> tuple[ColumnElement[bool], ...]:
    """Articles with an open finding that a source shows, itself or by another event that it speaks for."""
    if not (asked := searched_text(source)):
        return ()
    itself = select(col(WitnessRow.event_id)).where(WitnessRow.source == asked)
    for_others = select(col(EventRow.told_as)).where(
        WitnessRow.event_id == EventRow.id, WitnessRow.source == asked, col(EventRow.told_as).is_not(None)
    )
    return (_has_open_finding(union(itself, for_others)),)


def _has_open_finding(events: Any) -> ColumnElement[bool]:
    """Articles with an open finding of these events: the events are found once, not once for each article."""
    findings = select(FindingRow.article_id).where(FindingRow.status == "open", col(FindingRow.event_id).in_(events))
    return col(ArticleRow.id).in_(findings)
