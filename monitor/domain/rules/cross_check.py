"""What Europe PMC shows of a publication: the links of PubMed and of preprint servers, in its own words."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.domain.kinds import EventKind
from monitor.domain.rules.publication import SHOWN_BY_TITLE, SHOWN_BY_TYPE
from monitor.domain.signals import UNNAMED, Signal, date_in_citation
from monitor.domain.works import CrossCheck

SHOWN_BY_LINK: dict[str, EventKind] = {
    "retraction in": EventKind.RETRACTED,
    "partial retraction in": EventKind.PARTIALLY_RETRACTED,
    "expression of concern in": EventKind.CONCERN_RAISED,
    "erratum in": EventKind.CORRECTED,
    "corrected and republished in": EventKind.REPUBLISHED,
    "retracted and republished in": EventKind.REPUBLISHED,
    "update in": EventKind.SUPERSEDED,
    "preprint of": EventKind.PREPRINT_PUBLISHED,
}
"""Type of a comment or correction on the publication itself, in lower case → kind."""


def standing(record: CrossCheck) -> Iterator[Signal]:
    """Everything Europe PMC shows of the publication."""
    for word, other, citation in record.links:
        if kind := SHOWN_BY_LINK.get(word.casefold()):
            yield Signal(
                record=record.about,
                kind=kind,
                shown_by=other or " ".join(citation.split()) or UNNAMED,
                because=f"Europe PMC links it by “{word}” to {citation or other}",
                happened_on=date_in_citation(citation),
                citation=" ".join(citation.split()),
            )
    types = {name.casefold() for name in record.publication_types}
    for kind in {SHOWN_BY_TYPE[word] for word in types & SHOWN_BY_TYPE.keys()}:
        yield _mark(record, kind, "Europe PMC gives it the publication type Retracted Publication")
    for pattern, kind in SHOWN_BY_TITLE:
        if pattern.match(record.title):
            yield _mark(record, kind, f"its title at Europe PMC begins “{record.title.partition(':')[0]}:”")


def _mark(record: CrossCheck, kind: EventKind, because: str) -> Signal:
    return Signal(record=record.about, kind=kind, shown_by=UNNAMED, because=because)
