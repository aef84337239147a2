"""Lists that are read in pages: what is asked for, in which order, and where a page goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from monitor.domain.kinds import EventKind, Severity
from monitor.domain.read_models import CheckLine, FindingView, ReviewView

Item = TypeVar("Item")
Place = tuple[Any, ...]
"""Where an item stands in an order: what comes after it is greater. Moments are ISO texts in UTC."""
MOST_PER_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[Item]):
    """A page of a list. ``next`` is the place of its last item, None when nothing comes after it."""

    items: tuple[Item, ...]
    next: Place | None = None


class FindingOrder(StrEnum):
    """The orders of findings; each is the same for all that comes in meanwhile."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SEVERITY = "severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings. ``severity`` is the least; ``since`` and ``until`` are days in UTC of their detection."""

    article: str = ""
    record: str = ""
    statuses: tuple[str, ...] = ()
    severity: Severity | None = None
    kinds: tuple[EventKind, ...] = ()
    since: date | None = None
    until: date | None = None
    order: FindingOrder = FindingOrder.NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFinding:
    """A finding with the article it concerns and who decided about it."""

    article_id: str
    article_title: str
    finding: FindingView
    decided_by: str = ""


class ReviewStage(StrEnum):
    """How far a review is."""

    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilter:
    """Which reviews; the newest come first."""

    article: str = ""
    stage: ReviewStage | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReview:
    """A review, open or closed, with how it was closed."""

    review: ReviewView
    closed_at: datetime | None
    closed_by: str = ""
    decision: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFilter:
    """Which polls; the newest come first."""

    source: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCheck:
    """A poll with its number."""

    id: int
    line: CheckLine


def slice_of(items: Iterable[Item], place: Callable[[Item], Place], *, after: Place | None, limit: int) -> Slice[Item]:
    """A page of items that are all there already, by their places."""
    return cut([item for item in sorted(items, key=place) if after is None or place(item) > after], place, limit=limit)


def cut(rows: Sequence[Item], place: Callable[[Item], Place], *, limit: int) -> Slice[Item]:
    """A page of rows in order, of which more were found than are shown where the list goes on."""
    shown = tuple(rows[:limit])
    return Slice(items=shown, next=place(shown[-1]) if shown and len(rows) > limit else None)
