"""References: what an article rests on, what each was resolved to, and who rests on an identifier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.articles import Reference, ReferenceKind, Resolution
from monitor.domain.citations import Candidate
from monitor.domain.identifiers import Identifier
from monitor.domain.revision import Paired, paired_references
from monitor.domain.state import EvidenceState, Link, ReferenceState
from monitor.store.last_checks import last_checks, resting, source_of
from monitor.store.portions import in_portions
from monitor.store.tables import IdentifierRow, RecordRow, ReferenceRow


class References:
    """Reads and writes of references and their identifiers."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def put(self, article_id: str, references: Sequence[Reference]) -> Paired[tuple[int, Reference], Reference]:
        """Store an article's references; those found again by content keep their identity and what they mean.

        An entry that comes back after it was gone is what it was, and what somebody added stays. Returns what became of
        which.
        """
        present = {row.id or 0: row for row in self._present(article_id)}
        found = paired_references([(number, reference_of(row)) for number, row in present.items()], references)
        paired = replace(found, removed=tuple(pair for pair in found.removed if not present[pair[0]].added_by))
        for number, _ in paired.removed:
            present[number].retired_at = self._clock.today()
        for (number, before), reference in paired.kept:
            if set(reference.identifiers) - set(before.identifiers):
                present[number].resolve_due = self._clock.today()
            _fill(present[number], reference)
        former = self._retired(article_id, paired.added)
        for reference in paired.added:
            row = former.pop((reference.listed, reference.key), None)
            if row is None:
                self._session.add(self._new(article_id, reference))
            else:
                self._revive(row)
                _fill(row, reference)
        self._session.flush()
        return paired

    def add(self, article_id: str, reference: Reference, *, by: str) -> tuple[int, bool]:
        """Let an article rest on an entry that its page does not give, until :meth:`retire`.

        Returns its id, and whether the article did not rest on the very same one already.
        """
        same = [row for row in self._present(article_id) if row.key == reference.key]
        if same:
            return same[0].id or 0, False
        row = next(iter(self._retired(article_id, [reference]).values()), None)
        if row is None:
            row = self._new(article_id, reference)
            self._session.add(row)
        else:
            self._revive(row)
        row.added_by, row.number = by, reference.number
        self._session.flush()
        return row.id or 0, True

    def retire(self, reference_id: int) -> None:
        """Let an article rest no longer on what somebody added."""
        row = self._session.exec(select(ReferenceRow).where(ReferenceRow.id == reference_id)).one()
        row.retired_at, row.added_by = self._clock.today(), ""
        self._session.flush()

    def _revive(self, row: ReferenceRow) -> None:
        """Rest on a reference's records again from now on: what changed while nobody watched them is to be read."""
        row.retired_at = None
        for held in self._identifiers([row.id or 0]).get(row.id or 0, []):
            held.recorded_at = self._clock.today()

    def _new(self, article_id: str, reference: Reference) -> ReferenceRow:
        row = ReferenceRow(
            article_id=article_id,
            key=reference.key,
            text=reference.text,
            kind=reference.kind,
            resolution=Resolution.UNRESOLVED,
            because="not looked up yet",
            resolve_due=self._clock.today(),
            recorded_at=self._clock.today(),
        )
        _fill(row, reference)
        return row

    def _retired(self, article_id: str, references: Iterable[Reference]) -> dict[tuple[bool, str], ReferenceRow]:
        """Entries that the article gave once, by what makes them the same."""
        rows: list[ReferenceRow] = []
        for keys in in_portions(sorted({reference.key for reference in references})):
            rows += self._session.exec(
                select(ReferenceRow)
                .where(ReferenceRow.article_id == article_id, col(ReferenceRow.key).in_(keys))
                .where(col(ReferenceRow.retired_at).is_not(None))
                .order_by(col(ReferenceRow.id))
            ).all()
        return {(row.listed, row.key): row for row in rows}

    def follow(self, merged: Identifier, survivor: Identifier, *, because: str) -> tuple[str, ...]:
        """Let every reference that rests on a record rest on the one it was merged with; returns their articles."""
        rows = self._session.exec(
            select(ReferenceRow, IdentifierRow).where(*resting(), IdentifierRow.identifier == str(merged))
        ).all()
        now = self._clock.today()
        for reference, held in rows:
            held.retired_at = now
            again = self._session.exec(
                select(IdentifierRow).where(
                    IdentifierRow.reference_id == reference.id, IdentifierRow.identifier == str(survivor)
                )
            ).one_or_none()
            if again is None:
                again = IdentifierRow(reference_id=reference.id or 0, identifier=str(survivor))
                self._session.add(again)
            again.how, again.recorded_at, again.retired_at = because, now, None
        self._session.flush()
        return tuple(sorted({reference.article_id for reference, _ in rows}))

    def of_article(self, article_id: str) -> tuple[ReferenceState, ...]:
        """An article's present references, listed ones first and in order."""
        rows = sorted(self._present(article_id), key=lambda row: (row.number is None, row.number or 0, row.id or 0))
        identifiers = self._identifiers([row.id or 0 for row in rows])
        return tuple(state_of(row, identifiers.get(row.id or 0, [])) for row in rows)

    def watched(self, scheme: str) -> tuple[Identifier, ...]:
        """Every identifier of a scheme that a present reference of a present article rests on."""
        rows = self._session.exec(
            select(IdentifierRow.identifier)
            .where(*resting(), col(IdentifierRow.identifier).startswith(f"{scheme}:"))
            .distinct()
        ).all()
        return tuple(sorted(Identifier.parse(text) for text in rows))

    def linked_since_read(self) -> frozenset[Identifier]:
        """Watched identifiers whose records were last read before an article came to rest on them."""
        rows = self._session.exec(
            select(IdentifierRow.identifier)
            .where(
                *resting(),
                col(RecordRow.identifier) == col(IdentifierRow.identifier),
                col(RecordRow.last_read_at) < col(IdentifierRow.recorded_at),
            )
            .distinct()
        ).all()
        return frozenset(Identifier.parse(text) for text in rows)

    def resting_on(self, identifiers: Iterable[str], *, article_id: str | None = None) -> tuple[Link, ...]:
        """Every reference of a present article that rests on one of the identifiers."""
        rows: list[tuple[ReferenceRow, IdentifierRow]] = []
        for some in in_portions(sorted(set(identifiers))):
            query = select(ReferenceRow, IdentifierRow).where(*resting(), col(IdentifierRow.identifier).in_(some))
            if article_id is not None:
                query = query.where(ReferenceRow.article_id == article_id)
            rows += self._session.exec(query).all()
        return tuple(
            Link(
                article_id=row.article_id,
                reference_id=row.id or 0,
                identifier=Identifier.parse(held.identifier),
                reference=reference_of(row),
                linked_at=held.recorded_at,
                is_derived=bool(held.derived_from),
            )
            for row, held in sorted(rows, key=lambda pair: pair[0].id or 0)
        )

    def evidence_state(self, article_id: str, *, too_old_after: Callable[[str], timedelta]) -> EvidenceState:
        """How well an article's references are watched now; a check older than ``too_old_after(source)`` is late."""
        checks = last_checks(self._session, [article_id])
        states = self.of_article(article_id)
        resolved = [state for state in states if state.resolution is Resolution.RESOLVED]
        ages = [(checks.get(state.id), _allowed(state, too_old_after)) for state in resolved]
        watchable = [state for state in states if state.resolution is not Resolution.UNWATCHABLE]
        now = self._clock.today()
        return EvidenceState(
            references=len(states),
            unresolved=len(watchable) - len(resolved),
            never_checked=sum(checked is None for checked, _ in ages),
            late=sum(checked is not None and now - checked > allowed for checked, allowed in ages),
        )

    def _present(self, article_id: str) -> list[ReferenceRow]:
        return list(
            self._session.exec(
                select(ReferenceRow)
                .where(ReferenceRow.article_id == article_id, col(ReferenceRow.retired_at).is_(None))
                .order_by(col(ReferenceRow.id))
            ).all()
        )

    def _identifiers(self, reference_ids: list[int]) -> dict[int, list[IdentifierRow]]:
        rows = self._session.exec(
            select(IdentifierRow)
            .where(col(IdentifierRow.reference_id).in_(reference_ids), col(IdentifierRow.retired_at).is_(None))
            .order_by(col(IdentifierRow.id))
        ).all()
        found: dict[int, list[IdentifierRow]] = {}
        for row in rows:
            found.setdefault(row.reference_id, []).append(row)
        return found


def _allowed(state: ReferenceState, too_old_after: Callable[[str], timedelta]) -> timedelta:
    return min(too_old_after(source_of(str(identifier))) for identifier in state.identifiers)


def reference_of(row: ReferenceRow) -> Reference:
    """The entry that a row holds."""
    return Reference(
        text=row.text,
        kind=ReferenceKind(row.kind),
        number=row.number,
        title=row.title,
        source=row.source,
        year=row.year,
        organisation=row.organisation,
        listed=row.listed,
        named_in=tuple(row.named_in),
        identifiers=tuple(Identifier.parse(text) for text in row.written_identifiers),
    )


def _fill(row: ReferenceRow, reference: Reference) -> None:
    row.key, row.text, row.number, row.kind = reference.key, reference.text, reference.number, reference.kind
    row.title, row.source, row.year = reference.title, reference.source, reference.year
    row.organisation, row.listed = reference.organisation, reference.listed
    row.named_in = list(reference.named_in)
    row.written_identifiers = [str(identifier) for identifier in reference.identifiers]


def state_of(row: ReferenceRow, held: Sequence[IdentifierRow]) -> ReferenceState:
    """A reference with what it was resolved to."""
    return ReferenceState(
        id=row.id or 0,
        reference=reference_of(row),
        resolution=Resolution(row.resolution),
        because=row.because,
        confidence=row.confidence,
        identifiers=tuple(Identifier.parse(item.identifier) for item in held if not item.derived_from),
        derived=tuple((Identifier.parse(item.identifier), item.how) for item in held if item.derived_from),
        added_by=row.added_by,
        candidates=tuple(
            Candidate(
                identifier=Identifier.parse(item["identifier"]),
                title=item["title"],
                confidence=item["confidence"],
                because=item["because"],
                year=item.get("year"),
            )
            for item in row.candidates
        ),
    )


def candidate_values(candidate: Candidate) -> dict[str, Any]:
    """A candidate as it is kept."""
    return {
        "identifier": str(candidate.identifier),
        "title": candidate.title,
        "confidence": candidate.confidence,
        "because": candidate.because,
        "year": candidate.year,
    }
