"""What a Crossref work shows: about itself by ``updated-by``, and about what it updates by ``update-to``.

Directions and words: Crossref's REST API documentation and "Crossmark: version control, corrections, and retractions".
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.rules.publication import SHOWN_BY_TITLE
from monitor.domain.rules.trial import full_date
from monitor.domain.signals import UNNAMED, Signal
from monitor.domain.works import Relation, Update, Work

SHOWN_BY_UPDATE: dict[str, EventKind] = {
    "retraction": EventKind.RETRACTED,
    "partial_retraction": EventKind.PARTIALLY_RETRACTED,
    "withdrawal": EventKind.PUBLICATION_WITHDRAWN,
    "removal": EventKind.PUBLICATION_WITHDRAWN,
    "expression_of_concern": EventKind.CONCERN_RAISED,
    "correction": EventKind.CORRECTED,
    "corrigendum": EventKind.CORRECTED,
    "erratum": EventKind.CORRECTED,
    "addendum": EventKind.CORRECTED,
    "clarification": EventKind.CORRECTED,
    "new_edition": EventKind.SUPERSEDED,
    "new_version": EventKind.SUPERSEDED,
    "reinstatement": EventKind.RETRACTION_LIFTED,
}
"""Crossref's type of an update, with underscores → kind."""

LIGHT_UPDATES = frozenset({"addendum", "clarification"})
"""Updates that add to a text and do not say that it was wrong: minor."""

SILENT_IN_PLACE = frozenset({"new_version", "new_edition"})
"""A work that says so of itself has passed a step of its production; there is no other text to read."""

SHOWN_BY_RELATION: dict[str, EventKind] = {"is-preprint-of": EventKind.PREPRINT_PUBLISHED}
"""Relation on a work → kind, shown by the related work."""

ASSERTED_BY = {"publisher": "the publisher", "retraction-watch": "Retraction Watch"}
COCHRANE_DOI = "10.1002/14651858."


def standing(record: Work) -> Iterator[Signal]:
    """Everything a work shows about itself and about the works it names."""
    for update in record.updated_by:
        by_itself = update.doi.lower() in _own_names(record)
        shown_by = record.identifier.value if by_itself else update.doi
        yield from _signals(record.identifier, shown_by=shown_by, update=update, shown_on="updated-by")
    for update in record.updates:
        named = _doi(update.doi) if _is_of_another(record, update) else record.identifier
        if named:
            yield from _signals(named, shown_by=record.identifier.value, update=update, shown_on="update-to")
    for relation in record.relations:
        yield from _related(record, relation)
    if not any(_is_of_another(record, update) for update in record.updates):
        yield from _marks(record)


def _own_names(record: Work) -> frozenset[str]:
    return frozenset({record.identifier.value, *(alias.lower() for alias in record.aliases)})


def _is_of_another(record: Work, update: Update) -> bool:
    """Whether an entry of ``update-to`` names another work than the one on which it stands, under any of its DOIs."""
    return update.doi.lower() not in _own_names(record)


def _signals(record: Identifier, *, shown_by: str, update: Update, shown_on: str) -> Iterator[Signal]:
    kind, notice = SHOWN_BY_UPDATE.get(update.kind), _doi(shown_by)
    in_place = notice is None or notice == record
    if kind is None or (in_place and update.kind in SILENT_IN_PLACE):
        return
    asserted = ASSERTED_BY.get(update.source, update.source)
    told = f"Crossref shows {update.kind.replace('_', ' ')} by {'the work itself' if in_place else notice}"
    yield Signal(
        record=record,
        kind=kind,
        shown_by=UNNAMED if in_place else str(notice),
        names=(f"rw:{update.record_id}",) if update.record_id else (),
        because=f"{told} ({shown_on}{f', asserted by {asserted}' if asserted else ''})",
        happened_on=full_date(update.day),
        severity=_severity(record, update),
    )


def _severity(record: Identifier, update: Update) -> Severity | None:
    if update.kind in LIGHT_UPDATES:
        return Severity.MINOR
    outdated = update.kind in {"withdrawal", "removal"} and record.value.startswith(COCHRANE_DOI)
    return Severity.MAJOR if outdated else None


def _related(record: Work, relation: Relation) -> Iterator[Signal]:
    kind, other = SHOWN_BY_RELATION.get(relation.kind), _doi(relation.doi)
    if kind is None or other is None or other == record.identifier:
        return
    yield Signal(
        record=record.identifier,
        kind=kind,
        shown_by=str(other),
        because=f"Crossref shows the relation {relation.kind} to {other}",
    )


def _marks(record: Work) -> Iterator[Signal]:
    for pattern, kind in SHOWN_BY_TITLE:
        if pattern.match(record.title):
            outdated = kind is EventKind.PUBLICATION_WITHDRAWN and record.identifier.value.startswith(COCHRANE_DOI)
            yield Signal(
                record=record.identifier,
                kind=kind,
                shown_by=UNNAMED,
                because=f"its title at Crossref begins “{record.title.partition(':')[0]}:”",
                severity=Severity.MAJOR if outdated else None,
            )


def _doi(text: str) -> Identifier | None:
    try:
        return Identifier.of(Scheme.DOI, text)
    except InvalidIdentifier:
        return None
