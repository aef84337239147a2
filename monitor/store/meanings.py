"""What references mean: look-ups that are due, what they came to, and what people said instead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from monitor.clock import Clock
from monitor.domain.articles import Resolution
from monitor.domain.citations import Resolved
from monitor.domain.corrections import Correction
from monitor.domain.identifiers import Identifier
from monitor.domain.state import Meant, PendingReference
from monitor.store.portions import in_portions
from monitor.store.references import candidate_values, reference_of
from monitor.store.tables import ArticleRow, ClaimRow, CorrectionRow, IdentifierRow, ReferenceRow

NOT_UNDERSTOOD = (Resolution.UNRESOLVED.value, Resolution.AMBIGUOUS.value)


class Meanings:
    """Reads and writes of what references mean. Corrections are appended; of several the newest holds."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def pending(self, *, article_id: str | None = None, limit: int = 100) -> tuple[PendingReference, ...]:
        """References whose look-up is due, oldest first."""
        query = select(ReferenceRow, ArticleRow.title).join(ArticleRow).where(*_present(), self._is_due())
        if article_id is not None:
            query = query.where(ReferenceRow.article_id == article_id)
        return self._pending(self._session.exec(query.order_by(col(ReferenceRow.id)).limit(limit)).all())

    def count_due(self) -> int:
        """How many references' look-ups are due."""
        query = select(func.count()).select_from(ReferenceRow).join(ArticleRow).where(*_present(), self._is_due())
        return self._session.exec(query).one()

    def not_understood(self, *, after: int = 0, limit: int = 1000) -> tuple[PendingReference, ...]:
        """Listed entries of which it is not known what they mean, by id, from the one behind ``after`` on."""
        query = (
            select(ReferenceRow, ArticleRow.title)
            .join(ArticleRow)
            .where(
                *_present(),
                col(ReferenceRow.listed),
                col(ReferenceRow.resolution).in_(NOT_UNDERSTOOD),
                col(ReferenceRow.id) > after,
            )
        )
        return self._pending(self._session.exec(query.order_by(col(ReferenceRow.id)).limit(limit)).all())

    def settle(self, reference_id: int, resolved: Resolved, *, look_again: datetime | None) -> tuple[Identifier, ...]:
        """Record what a look-up came to; returns the identifiers that are new for this reference."""
        row = self._row(reference_id)
        row.resolution, row.because, row.confidence = resolved.status, resolved.because, resolved.confidence
        row.candidates = [candidate_values(candidate) for candidate in resolved.candidates]
        row.resolve_due = look_again
        known = {held.identifier for held in self._held(reference_id)}
        new = tuple(identifier for identifier in resolved.identifiers if str(identifier) not in known)
        for identifier in new:
            self._session.add(
                IdentifierRow(
                    reference_id=reference_id,
                    identifier=str(identifier),
                    how=resolved.because,
                    recorded_at=self._clock.today(),
                )
            )
        self._session.flush()
        return new

    def postpone(self, reference_id: int, *, until: datetime, because: str) -> None:
        """Look a reference up again later, because its source could not be asked."""
        row = self._row(reference_id)
        row.resolve_due, row.because = until, because

    def look_again(self) -> int:
        """Let the look-up of everything that is not understood be due now; returns how many these are."""
        rows = self._session.exec(
            select(ReferenceRow).join(ArticleRow).where(*_present(), col(ReferenceRow.resolution).in_(NOT_UNDERSTOOD))
        ).all()
        for row in rows:
            row.resolve_due = self._clock.today()
        return len(rows)

    def correct(self, key: str, identifiers: Iterable[Identifier], *, by: str, reason: str) -> Correction:
        """Take down what somebody says that the entry with these words means; without identifiers, nothing to watch."""
        row = CorrectionRow(
            key=key,
            identifiers=[str(identifier) for identifier in identifiers],
            by=by,
            reason=reason,
            recorded_at=self._clock.today(),
        )
        self._session.add(row)
        self._session.flush()
        return _correction(row)

    def corrections(self, keys: Iterable[str]) -> dict[str, Correction]:
        """By key, what holds of these entries, as far as anybody said anything."""
        found: dict[str, Correction] = {}
        for some in in_portions(sorted(set(keys))):
            rows = self._session.exec(
                select(CorrectionRow).where(col(CorrectionRow.key).in_(some)).order_by(col(CorrectionRow.id))
            ).all()
            found.update((row.key, _correction(row)) for row in rows)
        return found

    def with_key(self, key: str) -> tuple[int, ...]:
        """The references of present articles whose very words these are, by id."""
        query = select(ReferenceRow.id).join(ArticleRow).where(*_present(), ReferenceRow.key == key)
        return tuple(number or 0 for number in self._session.exec(query.order_by(col(ReferenceRow.id))).all())

    def mean(self, reference_id: int, resolved: Resolved) -> Meant:
        """Record what a person said that a reference means: it rests on that alone, and not on what was thought."""
        wanted = set(map(str, resolved.identifiers))
        gone = [held for held in self._held(reference_id) if (held.derived_from or held.identifier) not in wanted]
        for held in gone:
            held.retired_at = self._clock.today()
        revived = self._revived(reference_id, wanted, because=resolved.because)
        new = self.settle(reference_id, resolved, look_again=None)
        return Meant(
            article_id=self._row(reference_id).article_id,
            new=(*revived, *new),
            gone=tuple(Identifier.parse(held.identifier) for held in gone),
        )

    def _revived(self, reference_id: int, wanted: Collection[str], *, because: str) -> tuple[Identifier, ...]:
        """What the reference was once thought to mean, and means after all."""
        rows = self._session.exec(
            select(IdentifierRow).where(
                IdentifierRow.reference_id == reference_id,
                col(IdentifierRow.identifier).in_(sorted(wanted)),
                col(IdentifierRow.retired_at).is_not(None),
            )
        ).all()
        for held in rows:
            held.retired_at, held.recorded_at, held.how, held.derived_from = None, self._clock.today(), because, ""
        self._session.flush()
        return tuple(Identifier.parse(held.identifier) for held in rows)

    def _row(self, reference_id: int) -> ReferenceRow:
        return self._session.exec(select(ReferenceRow).where(ReferenceRow.id == reference_id)).one()

    def _held(self, reference_id: int) -> Sequence[IdentifierRow]:
        return self._session.exec(
            select(IdentifierRow).where(
                IdentifierRow.reference_id == reference_id, col(IdentifierRow.retired_at).is_(None)
            )
        ).all()

    def _is_due(self) -> Any:
        return col(ReferenceRow.resolve_due) <= self._clock.today()

    def _pending(self, rows: Sequence[tuple[ReferenceRow, str]]) -> tuple[PendingReference, ...]:
        return tuple(
            PendingReference(
                id=row.id or 0,
                article_id=row.article_id,
                article_title=title,
                reference=reference_of(row),
                context=self._context(row) if row.named_in else "",
                because=row.because,
                has_rivals=row.resolution == Resolution.AMBIGUOUS.value,
            )
            for row, title in rows
        )

    def _context(self, row: ReferenceRow) -> str:
        claims = self._session.exec(
            select(ClaimRow).where(
                ClaimRow.article_id == row.article_id,
                col(ClaimRow.retired_at).is_(None),
                col(ClaimRow.position).in_(list(row.named_in)),
            )
        ).all()
        return " ".join(claim.text for claim in claims)


def _present() -> tuple[Any, ...]:
    return col(ReferenceRow.retired_at).is_(None), col(ArticleRow.removed_at).is_(None)


def _correction(row: CorrectionRow) -> Correction:
    return Correction(
        key=row.key,
        identifiers=tuple(Identifier.parse(text) for text in row.identifiers),
        by=row.by,
        at=row.recorded_at,
        reason=row.reason,
    )
