"""The figures of claims beside the abstracts that are kept: derived when asked, so that no page shows an old answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, or_, select

from monitor.domain.articles import Claim
from monitor.domain.figure_check import Abstract
from monitor.domain.figure_table import CitedEvidence, KeptRecord, Successor, beside
from monitor.domain.figures import figures_in
from monitor.domain.kinds import REPLACED_BY
from monitor.domain.read_models import FigureView
from monitor.domain.records import Publication, from_json
from monitor.domain.signals import is_named
from monitor.domain.state import ReferenceState
from monitor.store.evidence import newest_number
from monitor.store.portions import MANY, in_portions
from monitor.store.tables import EventRow, SnapshotRow

Families = Mapping[str, frozenset[str]]
"""Each name with all names of its publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What takes the place of records: (record, what is said to replace it)."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def names(self) -> frozenset[str]:
        """What replaces something, by the name that was given."""
        return frozenset(shown_by for _, shown_by in self.pairs)

    def by_record(self, families: Families) -> dict[str, set[str]]:
        """What takes the place of each record, by its PMID where it has one."""
        found: dict[str, set[str]] = {}
        for record, shown_by in self.pairs:
            best = min(families[shown_by], key=lambda name: (not name.startswith("pubmed:"), name))
            if best != record:
                found.setdefault(record, set()).add(best)
        return found


def replaced(session: Session, names: Collection[str]) -> Replaced:
    """What is said to take the place of these records."""
    kinds = [kind.value for kind in REPLACED_BY]
    pairs = [
        (record, shown_by)
        for some in in_portions(sorted(names), MANY)
        for record, shown_by in session.exec(
            select(EventRow.record, EventRow.shown_by).where(
                col(EventRow.record).in_(some), col(EventRow.kind).in_(kinds), col(EventRow.ended_at).is_(None)
            )
        ).all()
        if is_named(shown_by)
    ]
    return Replaced(pairs=tuple(pairs))


def kept_records(
    session: Session, names: Collection[str], *, by: Replaced, families: Families
) -> dict[str, KeptRecord]:
    """What is kept of these records, with what replaces them; those that were never read are left out."""
    successors = by.by_record(families)
    first, now = _abstracts(session, {*names, *(other for some in successors.values() for other in some)})
    return {
        name: KeptRecord(
            record=name,
            first=Abstract.of(first[name]),
            now=Abstract.of(now.get(name, first[name])),
            successors=tuple(
                Successor(record=other, abstract=Abstract.of(now[other]) if other in now else None)
                for other in sorted(successors.get(name, ()))
            ),
        )
        for name in names
        if name in first
    }


def figures_of(
    claims: Sequence[Claim], references: Sequence[ReferenceState], kept: Mapping[str, KeptRecord]
) -> dict[int, tuple[FigureView, ...]]:
    """The figures of an article's claims by their positions; those without figures are left out."""
    return {
        claim.position: beside(claim.text, _evidence(claim, _cited(claim, references), kept))
        for claim in claims
        if figures_in(claim.text)
    }


def named_beside_figures(claims: Iterable[Claim], references: Sequence[ReferenceState]) -> frozenset[str]:
    """The records that claims with figures rest on."""
    return frozenset(
        str(name)
        for claim in claims
        if figures_in(claim.text)
        for state in _cited(claim, references)
        for name in state.identifiers
    )


def _abstracts(session: Session, names: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The abstracts as first read and as last read; an empty one for what has none."""
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for some in in_portions(sorted(names), MANY):
        rows = session.exec(
            select(SnapshotRow.identifier, SnapshotRow.seq, SnapshotRow.body)
            .where(col(SnapshotRow.identifier).in_(some), or_(SnapshotRow.seq == 1, SnapshotRow.seq == newest_number()))
            .order_by(col(SnapshotRow.seq))
        ).all()
        for name, _, body in rows:
            last[name] = _abstract(body)
            first.setdefault(name, last[name])
    return first, last


def _cited(claim: Claim, references: Iterable[ReferenceState]) -> list[ReferenceState]:
    return [
        state
        for state in references
        if state.reference.number in claim.markers or claim.position in state.reference.named_in
    ]


def _evidence(
    claim: Claim, states: Sequence[ReferenceState], kept: Mapping[str, KeptRecord]
) -> tuple[CitedEvidence, ...]:
    listed = {state.reference.number for state in states}
    missing = [
        CitedEvidence(number=marker, because=f"the list has no entry {marker}")
        for marker in claim.markers
        if marker not in listed
    ]
    return (*(_of_reference(state, kept) for state in states), *missing)


def _of_reference(state: ReferenceState, kept: Mapping[str, KeptRecord]) -> CitedEvidence:
    """What is kept of a reference; of its records those with an abstract, where any has one."""
    number = state.reference.number
    name = f"reference {number}" if number is not None else f"“{state.reference.text}”"
    records = [kept[text] for text in map(str, state.identifiers) if text in kept]
    speaking = [record for record in records if record.first.text or record.now.text]
    because = f"{name} was not read yet" if state.identifiers else f"{name} is not resolved"
    return CitedEvidence(number=number, records=tuple(speaking or records[:1]), because=because)


def _abstract(body: Mapping[str, Any]) -> str:
    record = from_json(dict(body))
    return record.abstract if isinstance(record, Publication) else ""
