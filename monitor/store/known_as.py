"""All names of a thing: those of its publication, of the copy at PubMed Central, and of the guideline that it holds."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.records import GuidelineDocument, Record, from_json
from monitor.store.evidence import newest_number
from monitor.store.names import Names
from monitor.store.portions import in_portions
from monitor.store.tables import SnapshotRow


class KnownAs:
    """Reads under which names a thing is known, and what its newest snapshot says."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._names = Names(session, clock)

    def all_names(self, identifiers: Iterable[Identifier]) -> frozenset[str]:
        """Each thing with all its names. A guideline goes by the publications that hold its newest edition, too."""
        asked = {str(identifier) for identifier in identifiers}
        for name in sorted(asked):
            if name.startswith(f"{Scheme.PMC}:"):
                asked |= self._copied_at(name.partition(":")[2])
        families = self._names.same_as(asked)
        known = asked.union(*families.values())
        held = {name for record in self.newest(known).values() for name in _held(record)}
        return frozenset(known | held)

    def newest(self, names: Iterable[str]) -> dict[str, Record]:
        """The newest snapshots of these records, as far as they were read."""
        found: dict[str, Record] = {}
        for some in in_portions(sorted(set(names))):
            rows = self._session.exec(
                select(SnapshotRow.identifier, SnapshotRow.body).where(
                    col(SnapshotRow.identifier).in_(some), col(SnapshotRow.seq) == newest_number()
                )
            ).all()
            found.update((name, from_json(dict(body))) for name, body in rows)
        return found

    def _copied_at(self, number: str) -> set[str]:
        """The records whose copy at PubMed Central has this number; they are looked through one by one."""
        written = col(SnapshotRow.body)["pmc"].as_string()
        rows = self._session.exec(select(SnapshotRow.identifier).where(written.in_([number, number[3:]])).distinct())
        return set(rows.all())


def _held(record: Record) -> tuple[str, ...]:
    return record.records if isinstance(record, GuidelineDocument) else ()
