"""Which watch covers an identifier, and how a newly watched one is taken up."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.domain.identifiers import Identifier, Scheme
from monitor.pipeline.ports import Tx

SOURCE_WATCHES = {
    Scheme.PUBMED: ("cited_set", "pubmed"),
    Scheme.NCT: ("cited_set", "clinicaltrials"),
    Scheme.DOI: ("cited_set", "crossref"),
}
"""Scheme of an identifier → kind and source of the watch that covers it."""

SECOND_WITNESSES = ("crossref", "retraction_watch")
"""Sources that are asked of every publication, beside the one that its identifier belongs to."""

ASKED_OF_PUBLICATIONS = (*SECOND_WITNESSES, "europepmc")
"""The same with the optional one: an article can be fresh without it."""


def watch(tx: Tx, identifiers: Iterable[Identifier]) -> None:
    """Have the sources of newly watched identifiers asked at the next tick.

    The notices are read again from before the import: one may name the record whose own page does not show it yet.
    """
    found = tuple(identifiers)
    for kind, source in dict.fromkeys(map(_watch_of, found)):
        tx.watches.ensure(kind=kind, source=source, due_now=True)
    schemes = {identifier.scheme for identifier in found}
    if Scheme.PUBMED in schemes:
        tx.watches.ensure(kind="notices", source="pubmed", due_now=True, from_start=True)
        tx.watches.ensure(kind="included", source="pubmed", due_now=True)
        tx.watches.call_for(kind="updates", source="pubmed")
    if schemes & {Scheme.PUBMED, Scheme.DOI}:
        ask_second_witnesses(tx)


def ask_second_witnesses(tx: Tx) -> None:
    """Have them asked at the next tick, where they are followed."""
    for source in ASKED_OF_PUBLICATIONS:
        tx.watches.call_for(kind="cited_set", source=source)


def second_witness(tx: Tx, source: str) -> tuple[Identifier, ...]:
    """What such a source is asked of: Crossref knows publications by their DOIs, Retraction Watch by PMIDs too.

    What Crossref holds under another DOI than the cited one, it finds by itself; others name it by either.
    """
    cited = tx.references.watched(Scheme.PUBMED)
    dois = {*tx.references.watched(Scheme.DOI), *tx.names.dois_of(cited)}
    if source == "crossref":
        return tuple(sorted(dois))
    moved = tx.names.same_as(map(str, tx.names.held_elsewhere(dois, source="crossref")))
    names = {Identifier.parse(name) for family in moved.values() for name in family}
    return tuple(sorted({*dois, *cited, *names}))


def _watch_of(identifier: Identifier) -> tuple[str, str]:
    if identifier.scheme is Scheme.GUIDELINE:
        return "list", f"guideline:{identifier.value.split('/')[0]}"
    return SOURCE_WATCHES[identifier.scheme]
