"""Polls in pages, and the times in which a source was not reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from monitor.domain.gaps import Stretch, longest_gap
from monitor.domain.read_models import CheckLine, Gap
from monitor.domain.slices import CheckFilter, ListedCheck, Place, Slice, cut
from monitor.store.tables import CheckRow, TopicArticleRow, WatchRow

VOUCHES = ("polled", "unmodified")
"""The outcomes of a poll that learned what there is."""


class CheckLists:
    """Reads polls, whichever watch they are of."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, wanted: CheckFilter, *, after: Place | None, limit: int) -> Slice[ListedCheck]:
        """The polls before a place (their number), the newest first."""
        query: Any = select(CheckRow, WatchRow).where(CheckRow.watch_id == WatchRow.id)
        if wanted.source:
            query = query.where(CheckRow.source == wanted.source)
        if wanted.outcome:
            query = query.where(CheckRow.outcome == wanted.outcome)
        if after is not None:
            query = query.where(col(CheckRow.id) < after[0])
        rows = self._session.exec(query.order_by(col(CheckRow.id).desc()).limit(limit + 1)).all()
        listed = [ListedCheck(id=row.id or 0, line=check_line(row, watch)) for row, watch in rows]
        return cut(listed, lambda item: (item.id,), limit=limit)

    def gaps(self, start: datetime, end: datetime, *, allowed: Callable[[str], timedelta]) -> tuple[Gap, ...]:
        """The longest gap of each source in a period; the worst of its kinds of poll speaks for it.

        Looked at are the polls that each source has one of: those of single pages and topics are told by articles.
        """
        found: dict[str, Gap] = {}
        for watch in self._session.exec(self._main()).all():
            bound = allowed(watch.source)
            successes = self._successes(watch.id or 0, start - bound, end)
            gap = longest_gap(watch.source, successes, start=start, end=end, allowed=bound)
            if gap is not None and (watch.source not in found or _length(gap, end) > _length(found[gap.source], end)):
                found[watch.source] = gap
        return tuple(found[source] for source in sorted(found))

    def topics_of_articles(self) -> dict[str, tuple[str, ...]]:
        """The names of the topics that concern each article."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self._session.exec(select(TopicArticleRow).order_by(TopicArticleRow.topic)).all():
            found[row.article_id] = (*found.get(row.article_id, ()), row.topic)
        return found

    def _main(self) -> Any:
        return (
            select(WatchRow)
            .where(col(WatchRow.retired_at).is_(None), WatchRow.target == "")
            .order_by(WatchRow.source, WatchRow.kind)
        )

    def _successes(self, watch_id: int, start: datetime, end: datetime) -> list[Stretch]:
        """The first and last success of each day, so that years of polls are a few hundred rows."""
        rows = self._session.exec(
            select(func.min(CheckRow.at), func.max(CheckRow.at))
            .where(
                CheckRow.watch_id == watch_id,
                col(CheckRow.outcome).in_(VOUCHES),
                col(CheckRow.at) >= start,
                col(CheckRow.at) < end,
            )
            .group_by(func.date(CheckRow.at))
        ).all()
        return [(first, last) for first, last in rows]


def check_line(row: CheckRow, watch: WatchRow) -> CheckLine:
    """A poll as it is shown."""
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


def _length(gap: Gap, end: datetime) -> timedelta:
    return (gap.end or end) - (gap.start or datetime.min.replace(tzinfo=end.tzinfo))
