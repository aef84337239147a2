"""What one poll brings home, and its hard rule: every id asked about was either read or said not to be held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Failure, Reading, Unreadable
from monitor.sources.pubmed.eutils import IDS_AT_A_TIME, Eutils
from monitor.sources.pubmed.reader import ReadRecord


@dataclass(slots=True)
class Haul:
    """Records by PMID, the newest version of each."""

    records: dict[str, ReadRecord] = field(default_factory=dict)
    unknown: dict[tuple[str, str], None] = field(default_factory=dict)

    def take(self, record: ReadRecord) -> None:
        """Keep a record, unless a newer version of it is here already."""
        publication = record.publication
        held = self.records.get(publication.pmid)
        if held is None or held.publication.version <= publication.version:
            self.records[publication.pmid] = record
        self.unknown.update(dict.fromkeys(record.unknown))

    def readings(self) -> tuple[Reading, ...]:
        """The records as readings."""
        return tuple(
            Reading(record=held.publication, raw=held.raw, url=held.publication.identifier.url or "")
            for held in self.records.values()
        )


def read_all(eutils: Eutils, pmids: Iterable[str]) -> Haul | Failure:
    """Fetch records by PMID. Those that never came, however small the question, are not in the haul."""
    haul = Haul()
    for some in in_batches(tuple(pmids)):
        if failure := _read_some(eutils, some, haul):
            return failure
    return haul


def read_held(eutils: Eutils, pmids: Sequence[str]) -> Haul | Failure:
    """Fetch records by PMID. What is not in the haul is not in PubMed, by its own word."""
    haul = read_all(eutils, pmids)
    if not isinstance(haul, Haul):
        return haul
    missing = missing_of(eutils, [pmid for pmid in pmids if pmid not in haul.records])
    return haul if isinstance(missing, frozenset) else missing


def missing_of(eutils: Eutils, pmids: Sequence[str]) -> frozenset[str] | Failure:
    """PMIDs that did not come, once PubMed itself has said that it does not hold them.

    A record that it holds and yet did not hand out is no missing one: then nothing is known, and the answer is
    ``Unreadable``.
    """
    gone: set[str] = set()
    for some in in_batches(tuple(pmids)):
        said = eutils.not_held(some)
        if not isinstance(said, frozenset):
            return said
        if held := set(some) - said:
            return Unreadable(reason=f"PubMed holds {_listed(held)} and yet did not hand them out")
        gone |= said
    return frozenset(gone)


def in_batches(pmids: Sequence[str], size: int = IDS_AT_A_TIME) -> list[tuple[str, ...]]:
    """The ids in portions that one request may name."""
    return [tuple(pmids[start : start + size]) for start in range(0, len(pmids), size)]


def watched_pmids(identifiers: Iterable[object]) -> dict[str, None]:
    """PMIDs of the watched identifiers, each once, in order."""
    texts = map(str, identifiers)
    return {text.removeprefix("pubmed:"): None for text in texts if text.startswith("pubmed:")}


def _read_some(eutils: Eutils, pmids: tuple[str, ...], haul: Haul) -> Failure | None:
    """Fetch, and ask again in halves for what did not come: one bad id may empty the answer for all."""
    came = eutils.fetch(pmids)
    if not isinstance(came, tuple):
        return came
    asked = set(pmids)
    for record in came:
        if record.publication.pmid in asked:
            haul.take(record)
    absent = tuple(pmid for pmid in pmids if pmid not in haul.records)
    if not absent or len(pmids) == 1:
        return None
    half = max(1, len(absent) // 2)
    for some in (absent[:half], absent[half:]):
        if some and (failure := _read_some(eutils, some, haul)):
            return failure
    return None


def _listed(pmids: set[str]) -> str:
    listed = sorted(pmids, key=int)
    return ", ".join(str(pubmed(pmid)) for pmid in listed[:5]) + (" and others" if len(listed) > 5 else "")
