"""Step 5e: from the papers that articles cite to the trials behind them, each with how it was found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from monitor.clock import Clock
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme, find_identifiers, pubmed
from monitor.domain.outcomes import Reading
from monitor.domain.records import Publication, Record, Trial
from monitor.domain.second_order import is_synthesis
from monitor.domain.state import NewFinding
from monitor.pipeline.match import match_events
from monitor.pipeline.ports import Tx
from monitor.pipeline.watching import watch

REGISTRY = "ClinicalTrials.gov"


def link_trials(tx: Tx, readings: Sequence[Reading], *, clock: Clock) -> dict[str, list[NewFinding]]:
    """Watch the trials that cited papers name, and judge what is known of those; returns new findings by article."""
    news: dict[str, list[NewFinding]] = {}
    deriving = tx.links.deriving(reading.record.identifier for reading in readings)
    for reading in readings:
        for record, trials in _named(reading.record, deriving):
            for article_id, new in tx.links.derive(record, trials).items():
                watch(tx, sorted(new))
                known = tx.events.of(map(str, new))
                for name, found in match_events(tx, known, clock=clock, article_id=article_id).items():
                    news.setdefault(name, []).extend(found)
    return news


def _named(record: Record, deriving: Collection[Identifier]) -> Iterator[tuple[Identifier, Mapping[Identifier, str]]]:
    """(the paper that articles cite, the trials behind it with how each was found)."""
    match record:
        case Publication():
            if (trials := dict(_of_paper(record))) or record.identifier in deriving:
                yield record.identifier, trials
        case Trial():
            for pmid in record.result_pmids:
                how = f"the registry lists PubMed {pmid} among the results of the trial"
                yield from _result(pmid, {record.identifier: how})
        case _:
            return


def _result(pmid: str, trials: Mapping[Identifier, str]) -> Iterator[tuple[Identifier, Mapping[Identifier, str]]]:
    try:
        yield pubmed(pmid), trials
    except InvalidIdentifier:
        return


def _of_paper(record: Publication) -> Iterator[tuple[Identifier, str]]:
    if is_synthesis(record):
        for identifier in find_identifiers(f"{record.title} {record.abstract}"):
            if identifier.scheme is Scheme.NCT:
                yield identifier, "the abstract of the cited review names the trial"
    for bank in record.data_banks:
        for accession in bank.accessions if bank.name == REGISTRY else ():
            try:
                yield Identifier.of(Scheme.NCT, accession), f"PubMed gives it as the registration of {record.pmid}"
            except InvalidIdentifier:
                continue
