"""What a row of the Retraction Watch table shows about the publication that it names."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.rules.trial import full_date
from monitor.domain.signals import Signal
from monitor.domain.works import RetractionEntry

SHOWN_BY_NATURE: dict[str, EventKind] = {
    "Retraction": EventKind.RETRACTED,
    "Expression of concern": EventKind.CONCERN_RAISED,
    "Correction": EventKind.CORRECTED,
    "Reinstatement": EventKind.RETRACTION_LIFTED,
}
"""RetractionNature → kind. A row without one tells nothing yet."""

REPLACED = frozenset({"Retract and Replace"})
"""Reasons that say there is another version to read."""


def standing(record: RetractionEntry) -> Iterator[Signal]:
    """What the row shows as long as the table has it."""
    kind = SHOWN_BY_NATURE.get(record.nature)
    if kind is None or record.state != "listed":
        return
    replaced = kind is EventKind.RETRACTED and bool(REPLACED & set(record.reasons))
    notice, *others = (*_notices(record), str(record.identifier))
    yield Signal(
        record=record.about,
        kind=EventKind.REPUBLISHED if replaced else kind,
        shown_by=notice,
        names=tuple(others),
        because=_because(record),
        happened_on=full_date(record.noticed_on),
        severity=Severity.CRITICAL if replaced else None,
    )


def _because(record: RetractionEntry) -> str:
    told = f"Retraction Watch lists it as {record.nature} (Record ID {record.identifier.value})"
    if record.matched_by == "title":
        told += f"; the row gives no identifier, it was found by its title “{record.title}”"
    return f"{told}; reasons given there: {', '.join(record.reasons)}" if record.reasons else told


def _notices(record: RetractionEntry) -> Iterator[str]:
    """The notice by its identifiers; a notice in place of the paper itself names nothing new."""
    for scheme, value, own in (
        (Scheme.DOI, record.notice_doi, record.paper_doi),
        (Scheme.PUBMED, record.notice_pmid, record.paper_pmid),
    ):
        try:
            notice = Identifier.of(scheme, value)
        except InvalidIdentifier:
            continue
        if value.lower() != own.lower() and notice != record.about:
            yield str(notice)
