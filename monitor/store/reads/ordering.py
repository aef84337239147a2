"""Orders of long lists, and what comes behind a place in one: told to the database, so that only a page comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, literal
from sqlmodel import and_, col, or_

from monitor.domain.articles import Freshness
from monitor.domain.kinds import Severity
from monitor.store.columns import UtcDateTime
from monitor.store.tables import ArticleRow, ReviewRow

_NEVER = literal(datetime(1970, 1, 1, tzinfo=UTC), type_=UtcDateTime())
_NO_DAY = literal(date(1, 1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One thing to order by; ``of`` says what values it has, so that a cursor can be believed."""

    by: Any
    of: type
    falling: bool = False

    @property
    def order(self) -> ColumnElement[Any]:
        """As the database wants it."""
        ordered: ColumnElement[Any] = self.by.desc() if self.falling else self.by.asc()
        return ordered


def is_behind(keys: Sequence[Key], place: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a row comes behind a place, which is a value of every key."""
    behind: ColumnElement[bool] = false()
    for key, value in reversed(list(zip(keys, place, strict=True))):
        further = key.by < value if key.falling else key.by > value
        behind = or_(further, and_(key.by == value, behind))
    return behind


def queue_urgency() -> tuple[Key, ...]:
    """The worst first, of these what answers "nothing is known", then by deadline."""
    worst = Key(by=_rank(ReviewRow.severity), of=int, falling=True)
    return worst, Key(by=_answers_absence(), of=int, falling=True), *queue_deadline()


def queue_deadline() -> tuple[Key, ...]:
    """What is due first; what has no deadline as if it were due when it began."""
    return Key(by=func.coalesce(ReviewRow.deadline, ReviewRow.opened_at), of=datetime), _identity()


def queue_newest() -> tuple[Key, ...]:
    """What began last."""
    return Key(by=col(ReviewRow.opened_at), of=datetime, falling=True), _identity()


def urgency() -> tuple[Key, ...]:
    """Stale first and the worst of these first; then what answers "nothing is known", then the longest stale."""
    stale = col(ArticleRow.freshness) == Freshness.STALE.value
    return (
        Key(by=case((stale, 0), (col(ArticleRow.freshness) == Freshness.UNVERIFIED.value, 1), else_=2), of=int),
        Key(by=case((stale, _rank(ArticleRow.severity)), else_=0), of=int, falling=True),
        Key(by=_answers_absence(), of=int, falling=True),
        Key(
            by=func.coalesce(ArticleRow.stale_since, _NEVER),
            of=datetime,
        ),
        *by_title(),
    )


def longest_updated() -> tuple[Key, ...]:
    """What does not say when it was updated, then what was the longest ago."""
    return Key(by=func.coalesce(ArticleRow.last_updated, _NO_DAY), of=date), _identity()


def newest() -> tuple[Key, ...]:
    """What came in last."""
    return Key(by=col(ArticleRow.recorded_at), of=datetime, falling=True), _identity()


def by_title() -> tuple[Key, ...]:
    """By title, in the way of the database."""
    return Key(by=func.lower(ArticleRow.title), of=str), _identity()


def _answers_absence() -> ColumnElement[int]:
    return case((col(ArticleRow.answers_absence), 1), else_=0)


def _identity() -> Key:
    return Key(by=col(ArticleRow.id), of=str)


def _rank(column: Any) -> ColumnElement[int]:
    return case({severity.value: severity.rank for severity in Severity}, value=column, else_=0)
