"""A record in its source's own words: what it says of itself, apart from what we conclude."""

from __future__ import annotations

from datetime import datetime

from monitor.domain.explanations import HeldRecord
from monitor.domain.publications import Publication
from monitor.domain.records import CrossCheck, GuidelineDocument, Record, RetractionEntry, Trial
from monitor.domain.works import Work


def in_own_words(record: Record, *, read_at: datetime | None) -> HeldRecord:
    """What the source calls the record, how it marks it, and the text that it gives."""
    title, published, marks, text = _said(record)
    return HeldRecord(
        identifier=str(record.identifier),
        title=title,
        published=", ".join(filter(None, published)),
        marked_as=tuple(filter(None, marks)),
        text=text,
        read_at=read_at,
    )


_Said = tuple[str, tuple[str, ...], tuple[str, ...], str]


def _said(record: Record) -> _Said:
    match record:
        case Publication():
            return _of_publication(record)
        case Trial():
            return _of_trial(record)
        case GuidelineDocument():
            return _of_guideline(record)
        case Work():
            return _of_work(record)
        case RetractionEntry():
            return record.title, (record.journal, record.noticed_on), (record.nature, *record.reasons), ""
        case CrossCheck():
            return record.title, (), record.publication_types, ""


def _of_publication(record: Publication) -> _Said:
    kinds = tuple(item.name for item in record.publication_types)
    links = tuple(f"{link.ref_type}: {link.source}" for link in record.links)
    return record.title, (record.journal, record.published), (*kinds, *links), record.abstract


def _of_trial(record: Trial) -> _Said:
    status = record.overall_status.replace("_", " ").capitalize()
    enrolled = f"{record.enrolment} people" if record.enrolment is not None else ""
    return (
        record.title,
        (record.first_posted, enrolled),
        (status, record.why_stopped),
        "\n".join(record.primary_outcomes),
    )


def _of_guideline(record: GuidelineDocument) -> _Said:
    marks = (record.state, record.edition, record.update_announced)
    notes = (" ".join(filter(None, (note.day, note.text))) for note in record.notes)
    statements = (" · ".join(filter(None, (item.number, item.strength, item.text))) for item in record.recommendations)
    published = (record.publisher, record.updated or record.published)
    return record.title, published, marks, "\n".join((*notes, *statements))


def _of_work(record: Work) -> _Said:
    marks = tuple(
        f"{item.kind.replace('_', ' ')} {item.day} ({item.source or 'Crossref'})" for item in record.updated_by
    )
    return record.title, (record.journal, record.published), marks, ""
