"""Upstream things in our normal form, their meaning-bearing fields, and a lossless JSON spelling."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from monitor.domain.channels import same_page
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.publications import HistoryDate, Link, MeshHeading, Publication, PublicationType
from monitor.domain.works import CrossCheck, Relation, RetractionEntry, Update, Work

__all__ = [
    "MATERIAL_FIELDS",
    "CrossCheck",
    "FieldValue",
    "GuidelineDocument",
    "HistoryDate",
    "Link",
    "MeshHeading",
    "Passage",
    "Publication",
    "PublicationType",
    "Recommendation",
    "Record",
    "Relation",
    "RetractionEntry",
    "Trial",
    "Update",
    "UpdateNote",
    "Work",
    "as_json",
    "digest",
    "from_json",
    "guideline",
    "material",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A registered study (ClinicalTrials.gov v2). Dates are ISO text, maybe partial; ``results_posted`` too.

    ``retracted_references`` are (PMID, PMID of the notice or nothing) as the registry marks them, ``outcomes_at_start``
    the primary outcomes when the trial began, where the registry's history was asked.
    """

    identifier: Identifier
    aliases: tuple[str, ...] = ()
    title: str = ""
    official_title: str = ""
    overall_status: str = ""
    last_known_status: str = ""
    why_stopped: str = ""
    started: str = ""
    primary_completion: str = ""
    completion: str = ""
    enrolment: int | None = None
    enrolment_type: str = ""
    has_results: bool = False
    results_posted: str = ""
    first_posted: str = ""
    last_update_posted: str = ""
    conditions: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    primary_outcomes: tuple[str, ...] = ()
    result_pmids: tuple[str, ...] = ()
    retracted_references: tuple[tuple[str, ...], ...] = ()
    outcomes_at_start: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One numbered or graded statement of a guideline."""

    number: str
    text: str
    strength: str = ""
    population: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph, list item or table row of the main content, with the heading it stands under."""

    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateNote:
    """An entry of the page's own list of updates. ``day`` is ISO text, as far as it is stated."""

    text: str
    day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineDocument:
    """A guideline as its publisher shows it. ``state`` is ``current`` or ``withdrawn``; dates as stated by the page.

    ``revision`` is the publisher's own marker of a change of substance, compared as text: a version or a time.
    ``records`` are the publications that hold this edition: one guideline in two journals is one edition.
    ``passages`` is the main content where the recipe asks for it, ``notes`` the page's own list of updates, newest
    first, ``reaffirmed`` when it was last confirmed, ``update_announced`` what it says of an update in progress.
    ``url`` is where it was last found.
    """

    identifier: Identifier
    publisher: str = ""
    title: str = ""
    url: str = ""
    state: str = "current"
    edition: str = ""
    published: str = ""
    updated: str = ""
    replaced_by: str = ""
    revision: str = ""
    reaffirmed: str = ""
    update_announced: str = ""
    records: tuple[str, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    passages: tuple[Passage, ...] = ()
    notes: tuple[UpdateNote, ...] = ()


Record: TypeAlias = Publication | Trial | GuidelineDocument | Work | RetractionEntry | CrossCheck
FieldValue: TypeAlias = Any
"""A JSON value."""

_TYPES: dict[str, type[Record]] = {
    "publication": Publication,
    "trial": Trial,
    "guideline": GuidelineDocument,
    "work": Work,
    "retraction_entry": RetractionEntry,
    "cross_check": CrossCheck,
}

MATERIAL_FIELDS: dict[type[Record], tuple[str, ...]] = {
    Publication: ("title", "abstract", "publication_types", "links", "doi", "history"),
    Trial: (
        "title",
        "overall_status",
        "last_known_status",
        "why_stopped",
        "started",
        "primary_completion",
        "completion",
        "enrolment",
        "has_results",
        "results_posted",
        "primary_outcomes",
        "retracted_references",
        "outcomes_at_start",
    ),
    GuidelineDocument: (
        "title",
        "state",
        "edition",
        "published",
        "updated",
        "revision",
        "reaffirmed",
        "replaced_by",
        "update_announced",
        "records",
        "recommendations",
        "passages",
        "notes",
        "url",
    ),
    Work: ("title", "kind", "updated_by", "updates", "relations"),
    CrossCheck: ("title", "publication_types", "links"),
    RetractionEntry: (
        "state",
        "nature",
        "reasons",
        "about",
        "noticed_on",
        "notice_doi",
        "notice_pmid",
        "paper_doi",
        "paper_pmid",
    ),
}
"""The fields that bear meaning. The others are kept, but are no change for an editor: indexing (MeSH, keywords,
substances, status) and revision dates come and go while a text stays as it is; grants, ISSNs, references and the
languages of further abstracts are added late by publishers; and what a version is, its number says."""

_LINKS_WITHOUT_MEANING = {
    "CommentIn",
    "CommentOn",
    "Cites",
    "SummaryForPatientsIn",
    "OriginalReportIn",
    "AssociatedDataset",
    "AssociatedPublication",
    "ReprintIn",
    "ReprintOf",
}


def as_json(record: Record) -> dict[str, Any]:
    """Spell a record as JSON values. :func:`from_json` gives the equal record back."""
    kind = next(name for name, cls in _TYPES.items() if isinstance(record, cls))
    return {"type": kind, **{f.name: _plain(getattr(record, f.name)) for f in dataclasses.fields(record)}}


def from_json(values: dict[str, Any]) -> Record:
    """Read what :func:`as_json` wrote, also when an older version of the program wrote it with fewer fields."""
    cls = _TYPES[values["type"]]
    hints = _hints(cls)
    known = {f.name for f in dataclasses.fields(cls)} & values.keys()
    return cls(**{name: _typed(hints[name], values[name]) for name in known})


def material(record: Record) -> dict[str, FieldValue]:
    """The meaning-bearing fields in a canonical order-free form: what a digest covers and a reader is shown."""
    values = {name: _plain(getattr(record, name)) for name in MATERIAL_FIELDS[type(record)]}
    if isinstance(record, Publication):
        values["publication_types"] = sorted({(kind.ui or kind.name.casefold()) for kind in record.publication_types})
        values["links"] = sorted(
            f"{link.ref_type} {link.pmid or link.source}"
            for link in record.links
            if link.ref_type not in _LINKS_WITHOUT_MEANING
        )
        values["history"] = sorted(f"{entry.day}" for entry in record.history if entry.status == "retracted")
    if isinstance(record, GuidelineDocument):
        values["url"] = same_page(record.url)
    return {name: _squeezed(value) for name, value in values.items()}


def digest(record: Record) -> str:
    """A hash over :func:`material`; equal digests mean that nothing an editor cares for changed."""
    text = json.dumps(material(record), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _squeezed(value: FieldValue) -> FieldValue:
    match value:
        case str():
            return " ".join(value.split())
        case list():
            return [_squeezed(item) for item in value]
        case dict():
            return {key: _squeezed(item) for key, item in value.items()}
        case _:
            return value


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Identifier):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if names := _names(type(value)):
        return {name: _plain(getattr(value, name)) for name in names}
    return value


_FIELDS: dict[type, tuple[str, ...]] = {}
_HINTS: dict[Any, dict[str, Any]] = {}


def _names(cls: type) -> tuple[str, ...]:
    """The fields of a dataclass; none of any other class."""
    if cls not in _FIELDS:
        is_record = dataclasses.is_dataclass(cls)
        _FIELDS[cls] = tuple(field.name for field in dataclasses.fields(cls)) if is_record else ()
    return _FIELDS[cls]


def _hints(cls: Any) -> dict[str, Any]:
    if cls not in _HINTS:
        _HINTS[cls] = typing.get_type_hints(cls)
    return _HINTS[cls]


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(hint, types.UnionType):
        return _typed(next(arm for arm in typing.get_args(hint) if arm is not type(None)), value)
    if typing.get_origin(hint) is tuple:
        return tuple(_typed(typing.get_args(hint)[0], item) for item in value)
    if hint is Identifier:
        return Identifier.parse(value)
    if hint is date:
        return date.fromisoformat(value)
    if dataclasses.is_dataclass(hint):
        hints = _hints(hint)
        return hint(**{name: _typed(hints[name], item) for name, item in value.items() if name in hints})  # type: ignore[operator]
    return value


def guideline(identity: str) -> Identifier:
    """The identifier of a guideline identity such as ``va-dod/hip-knee-oa``."""
    return Identifier.of(Scheme.GUIDELINE, identity)
