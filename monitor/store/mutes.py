"""Topics that editors muted for an article."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.state import Mute
from monitor.store.portions import in_portions
from monitor.store.tables import MuteRow


class Mutes:
    """Reads and writes of muted topics. A mute holds until it is ended, or until the end of its last day."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def mute(self, article_id: str, topic: str, *, by: str, reason: str, until: date | None) -> bool:
        """Mute a topic for an article; returns False where that is so already, in the same words and until then."""
        for row in self._standing(MuteRow.article_id == article_id, MuteRow.topic == topic):
            if (row.reason, row.until) == (reason, until):
                return False
            row.ended_at, row.ended_by = self._clock.today(), by
        self._session.add(
            MuteRow(
                article_id=article_id,
                topic=topic,
                by=by,
                reason=reason,
                until=until,
                recorded_at=self._clock.today(),
            )
        )
        self._session.flush()
        return True

    def unmute(self, article_id: str, topic: str, *, by: str) -> Mute | None:
        """End a mute; returns it, or None where there was none."""
        rows = self._standing(MuteRow.article_id == article_id, MuteRow.topic == topic)
        for row in rows:
            row.ended_at, row.ended_by = self._clock.today(), by
        self._session.flush()
        return _mute(rows[-1]) if rows else None

    def of_article(self, article_id: str) -> tuple[Mute, ...]:
        """What is muted for an article now."""
        return tuple(map(_mute, self._standing(MuteRow.article_id == article_id)))

    def muted(self, articles: Iterable[str]) -> frozenset[tuple[str, str]]:
        """(topic, article) of all that is muted for these articles now."""
        found: set[tuple[str, str]] = set()
        for some in in_portions(sorted(set(articles))):
            found |= {(row.topic, row.article_id) for row in self._standing(col(MuteRow.article_id).in_(some))}
        return frozenset(found)

    def run_out(self) -> tuple[Mute, ...]:
        """End the mutes whose last day is over; returns them."""
        today = self._clock.today().date()
        rows = self._session.exec(
            select(MuteRow).where(col(MuteRow.ended_at).is_(None), col(MuteRow.until) < today).order_by(col(MuteRow.id))
        ).all()
        for row in rows:
            row.ended_at, row.ended_by = self._clock.today(), "monitor"
        self._session.flush()
        return tuple(map(_mute, rows))

    def _standing(self, *wanted: object) -> list[MuteRow]:
        today = self._clock.today().date()
        query = select(MuteRow).where(
            *wanted,  # type: ignore[arg-type]  # Comparisons of columns are conditions.
            col(MuteRow.ended_at).is_(None),
            or_(col(MuteRow.until).is_(None), col(MuteRow.until) >= today),
        )
        return list(self._session.exec(query.order_by(col(MuteRow.id))).all())


def _mute(row: MuteRow) -> Mute:
    return Mute(
        id=row.id or 0,
        article_id=row.article_id,
        topic=row.topic,
        by=row.by,
        reason=row.reason,
        until=row.until,
        at=row.recorded_at,
    )
