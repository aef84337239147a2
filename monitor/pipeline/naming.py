"""Step 3b: which names a publication has, as the sources say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import structlog

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.outcomes import Reading
from monitor.domain.records import Publication, Record, RetractionEntry, Work
from monitor.pipeline.ports import Source, Tx

log = structlog.get_logger()


def note_names(tx: Tx, source: Source, readings: Iterable[Reading]) -> tuple[str, ...]:
    """Note the other names that these records give to publications; returns the publications whose names are new.

    A notice in place of the paper shares a name with it, and is named by the other one alone.

    What contradicts a PubMed record's own DOI is not believed, and shown to the operator.
    """
    new: list[str] = []
    for scheme in (Scheme.PUBMED, Scheme.DOI):
        named = {one: other for reading in readings for one, other in _names(reading.record) if one.scheme is scheme}
        noted = tx.names.note(named, source=source.name)
        new += noted.new
        if noted.contradicted:
            log.warning("names.contradicted", source=source.name, pairs=[f"{a} = {b}" for a, b in noted.contradicted])
            values = [("another publication by DOI than by PMID", f"{a} = {b}") for a, b in noted.contradicted]
            tx.watches.note_unknown(source.name, values)
    return tuple(new)


def _names(record: Record) -> Iterator[tuple[Identifier, Identifier]]:
    match record:
        case Publication():
            pairs = [(str(record.identifier), f"doi:{record.doi}")]
        case RetractionEntry():
            pairs = [(f"pubmed:{record.paper_pmid}", f"doi:{record.paper_doi}")]
            if record.notice_doi != record.paper_doi and record.notice_pmid != record.paper_pmid:
                pairs.append((f"pubmed:{record.notice_pmid}", f"doi:{record.notice_doi}"))
        case Work():
            pairs = [(str(record.identifier), f"doi:{alias}") for alias in record.aliases]
        case _:
            pairs = []
    for record_name, name in pairs:
        try:
            yield Identifier.parse(record_name), Identifier.parse(name)
        except InvalidIdentifier:
            continue
