"""What references mean: look-ups that are due, what they came to, and what people said instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select

from monitor.clock import Clock
from monitor.domain.articles import Resolution
from monitor.domain.citations import Resolved
from monitor.domain.corrections import Correction
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.domain.state import Meant, PendingReference
from monitor.store.portions import in_portions
from monitor.store.references import candidate_values, reference_of
from monitor.store.tables import ArticleRow, ClaimRow, CorrectionRow, EventRow, IdentifierRow, ReferenceRow

LONGEST_CHAIN = 10
"""A record that was merged more often than this is followed no further."""
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
        """Listed entries of which it is not known what they mean, by id, from the one behind ``after`` on.

        Those whose look-up is due are left out.
        """
        query = (
            select(ReferenceRow, ArticleRow.title)
            .join(ArticleRow)
            .where(
                *_present(),
                col(ReferenceRow.listed),
                col(ReferenceRow.resolution).in_(NOT_UNDERSTOOD),
                or_(col(ReferenceRow.resolve_due).is_(None), ~self._is_due()),
                col(ReferenceRow.id) > after,
            )
        )
        return self._pending(self._session.exec(query.order_by(col(ReferenceRow.id)).limit(limit)).all())

    def settle(self, reference_id: int, resolved: Resolved, *, look_again: datetime | None) -> tuple[Identifier, ...]:
        """Record what a look-up came to; returns the identifiers that are new for this reference.

        What was merged with another record since is that one. What the reference meant once it means again.
        """
        row = self._row(reference_id)
        row.resolution, row.because, row.confidence = resolved.status, resolved.because, resolved.confidence
        row.candidates = [candidate_values(candidate) for candidate in resolved.candidates]
        row.resolve_due = look_again
        rows = self._session.exec(select(IdentifierRow).where(IdentifierRow.reference_id == reference_id)).all()
        known = {held.identifier: held for held in rows}
        new = []
        for identifier in self._left_of(resolved.identifiers):
            held = known.get(str(identifier))
            if held is not None and held.retired_at is None:
                continue
            held = held or IdentifierRow(reference_id=reference_id, identifier=str(identifier))
            held.how, held.derived_from = resolved.because, ""
            held.recorded_at, held.retired_at = self._clock.today(), None
            self._session.add(held)
            new.append(identifier)
        self._session.flush()
        return tuple(new)

    def _left_of(self, identifiers: Iterable[Identifier]) -> tuple[Identifier, ...]:
        """The records that these are now, after all mergers that are known."""
        found = tuple(dict.fromkeys(identifiers))
        for _ in range(LONGEST_CHAIN):
            merged = self._merged(found)
            if not merged:
                break
            found = tuple(dict.fromkeys(merged.get(identifier, identifier) for identifier in found))
        return found

    def _merged(self, identifiers: Iterable[Identifier]) -> dict[Identifier, Identifier]:
        rows = self._session.exec(
            select(EventRow.record, EventRow.shown_by).where(
                EventRow.kind == EventKind.RECORD_MERGED.value,
                col(EventRow.record).in_(sorted(map(str, identifiers))),
                col(EventRow.ended_at).is_(None),
            )
        ).all()
        return {Identifier.parse(record): Identifier.parse(left) for record, left in rows}

    def due_now(self, references: Iterable[PendingReference]) -> frozenset[int]:
        """Those whose look-up is still due for the very entry: nobody edited, removed or settled them since."""
        return self._as_before(references, self._is_due())

    def still_open(self, references: Iterable[PendingReference]) -> frozenset[int]:
        """Those of which it is still not known what the very entry means."""
        return self._as_before(references, col(ReferenceRow.resolution).in_(NOT_UNDERSTOOD))

    def _as_before(self, references: Iterable[PendingReference], state: Any) -> frozenset[int]:
        before = {one.id: one.reference for one in references}
        found: set[int] = set()
        for some in in_portions(sorted(before)):
            query = select(ReferenceRow).join(ArticleRow).where(*_present(), state, col(ReferenceRow.id).in_(some))
            rows = self._session.exec(query.execution_options(populate_existing=True)).all()
            found |= {row.id or 0 for row in rows if reference_of(row) == before[row.id or 0]}
        return frozenset(found)

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
        found: dict[str, CorrectionRow] = {}
        for some in in_portions(sorted(set(keys))):
            rows = self._session.exec(
                select(CorrectionRow).where(col(CorrectionRow.key).in_(some)).order_by(col(CorrectionRow.id))
            ).all()
            found.update({row.key: row for row in rows})
        return {key: _correction(row) for key, row in found.items() if not row.is_withdrawn}

    def withdraw(self, key: str, *, by: str, reason: str) -> None:
        """Take down that what was said of an entry holds no more; what it means is looked up again."""
        row = CorrectionRow(key=key, by=by, reason=reason, is_withdrawn=True, recorded_at=self._clock.today())
        self._session.add(row)
        self._session.flush()

    def look_up_again(self, reference_id: int, *, because: str) -> None:
        """Let the look-up of a reference be due now, whatever it meant."""
        row = self._row(reference_id)
        row.resolution, row.because, row.confidence = Resolution.UNRESOLVED, because, None
        row.resolve_due = self._clock.today()
        self._session.flush()

    def with_key(self, key: str) -> tuple[tuple[str, int], ...]:
        """(article, reference) of present articles whose very words these are."""
        query = select(ReferenceRow.article_id, ReferenceRow.id).join(ArticleRow).where(*_present())
        rows = self._session.exec(query.where(ReferenceRow.key == key)).all()
        return tuple(sorted((article_id, number or 0) for article_id, number in rows))

    def mean(self, reference_id: int, resolved: Resolved) -> Meant:
        """Record what a person said that a reference means: it rests on that alone, and not on what was thought."""
        wanted = set(map(str, self._left_of(resolved.identifiers)))
        gone = [held for held in self._held(reference_id) if (held.derived_from or held.identifier) not in wanted]
        for held in gone:
            held.retired_at = self._clock.today()
        new = self.settle(reference_id, resolved, look_again=None)
        derived = self._derived_again(reference_id, map(str, new))
        return Meant(
            article_id=self._row(reference_id).article_id,
            new=(*new, *derived),
            gone=tuple(Identifier.parse(held.identifier) for held in gone),
        )

    def _derived_again(self, reference_id: int, records: Iterable[str]) -> tuple[Identifier, ...]:
        """What was derived of these records when the reference meant them before."""
        rows = self._session.exec(
            select(IdentifierRow).where(
                IdentifierRow.reference_id == reference_id,
                col(IdentifierRow.derived_from).in_(sorted(records)),
                col(IdentifierRow.retired_at).is_not(None),
            )
        ).all()
        for held in rows:
            held.retired_at, held.recorded_at = None, self._clock.today()
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
