"""Derived links: what a reference rests on because a record that it means says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.identifiers import Identifier
from monitor.store.last_checks import resting
from monitor.store.portions import in_portions
from monitor.store.tables import IdentifierRow, ReferenceRow


class Links:
    """Reads and writes of derived links."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def derive(self, record: Identifier, others: Mapping[Identifier, str]) -> dict[str, frozenset[Identifier]]:
        """Let what rests on a record rest on these too, each with how it was found; returns the new ones by article.

        What the record named before and names no more is linked no longer.
        """
        rows = self._session.exec(
            select(ReferenceRow, IdentifierRow).where(
                *resting(), IdentifierRow.identifier == str(record), IdentifierRow.derived_from == ""
            )
        ).all()
        new: dict[str, frozenset[Identifier]] = {}
        for reference, _ in rows:
            added = self._derive(reference, record, others)
            if added:
                new[reference.article_id] = new.get(reference.article_id, frozenset()) | added
        self._session.flush()
        return new

    def deriving(self, records: Iterable[Identifier]) -> frozenset[Identifier]:
        """Those of the records from which something is derived now."""
        found: set[str] = set()
        for some in in_portions(sorted(map(str, records))):
            found |= set(
                self._session.exec(
                    select(IdentifierRow.derived_from).where(
                        col(IdentifierRow.derived_from).in_(some), col(IdentifierRow.retired_at).is_(None)
                    )
                ).all()
            )
        return frozenset(map(Identifier.parse, found))

    def is_only_derived(self, identifier: Identifier) -> bool:
        """Whether no reference means a thing itself."""
        rows = self._session.exec(
            select(IdentifierRow.derived_from).where(*resting(), IdentifierRow.identifier == str(identifier))
        ).all()
        return bool(rows) and all(rows)

    def drop(self, identifier: Identifier) -> None:
        """Rest on a thing no longer that was only derived: it turned out not to be there."""
        for row in self._session.exec(
            select(IdentifierRow).where(
                IdentifierRow.identifier == str(identifier),
                IdentifierRow.derived_from != "",
                col(IdentifierRow.retired_at).is_(None),
            )
        ).all():
            row.retired_at = self._clock.today()
        self._session.flush()

    def _derive(
        self, reference: ReferenceRow, record: Identifier, others: Mapping[Identifier, str]
    ) -> frozenset[Identifier]:
        known = {
            row.identifier: row
            for row in self._session.exec(select(IdentifierRow).where(IdentifierRow.reference_id == reference.id)).all()
        }
        self._retire([row for row in known.values() if row.derived_from == str(record)], others.keys())
        added = frozenset(other for other in others if _is_news(known.get(str(other)), record))
        for identifier in sorted(added):
            held = known.get(str(identifier))
            held = held or IdentifierRow(reference_id=reference.id or 0, identifier=str(identifier))
            held.how, held.derived_from = others[identifier], str(record)
            held.recorded_at, held.retired_at = self._clock.today(), None
            self._session.add(held)
        return added

    def _retire(self, rows: Collection[IdentifierRow], named: Collection[Identifier]) -> None:
        for row in rows:
            if Identifier.parse(row.identifier) not in named:
                row.retired_at = row.retired_at or self._clock.today()


def _is_news(held: IdentifierRow | None, record: Identifier) -> bool:
    """Whether a record may name this for a reference: not where it did before, and it turned out not to be there."""
    return held is None or (held.retired_at is not None and held.derived_from != str(record))
