"""Inclusions: which review or guideline lists which study."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.identifiers import Identifier
from monitor.store.last_checks import resting
from monitor.store.tables import IdentifierRow, InclusionRow


class Inclusions:
    """Reads and writes of inclusions."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def put(self, review: Identifier, studies: Iterable[Identifier]) -> frozenset[Identifier]:
        """Make these the studies a review lists; returns those that are new."""
        listed = {str(study) for study in studies}
        known = set(self._session.exec(select(InclusionRow.study).where(InclusionRow.review == str(review))).all())
        if gone := known - listed:
            self._session.connection().execute(
                delete(InclusionRow).where(col(InclusionRow.review) == str(review), col(InclusionRow.study).in_(gone))
            )
        new = sorted(listed - known)
        if new:
            rows = [{"review": str(review), "study": study, "recorded_at": self._clock.today()} for study in new]
            self._session.connection().execute(insert(InclusionRow), rows)
        return frozenset(map(Identifier.parse, new))

    def including(self, studies: Iterable[str]) -> tuple[tuple[Identifier, str], ...]:
        """Every (review, study) for the studies."""
        rows = self._session.exec(
            select(InclusionRow.review, InclusionRow.study)
            .where(col(InclusionRow.study).in_(sorted(set(studies))))
            .order_by(col(InclusionRow.review), col(InclusionRow.study))
        ).all()
        return tuple((Identifier.parse(review), study) for review, study in rows)

    def watched(self, *, depth: int) -> frozenset[Identifier]:
        """The studies listed by what present articles rest on, followed ``depth`` lists deep."""
        if depth < 1:
            return frozenset()
        level = select(InclusionRow.study).where(col(InclusionRow.review) == col(IdentifierRow.identifier), *resting())
        found = set(self._session.exec(level.distinct()).all())
        for _ in range(depth - 1):
            deeper = aliased(InclusionRow)
            level = select(deeper.study).where(deeper.review.in_(level))  # type: ignore[attr-defined]
            found |= set(self._session.exec(level.distinct()).all())
        return frozenset(map(Identifier.parse, found))
