"""From a row of the table to an entry, and to the bytes from which the same entry is read again."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from typing import Any

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.records import as_json, from_json
from monitor.domain.works import RetractionEntry
from monitor.sources.retraction_watch import cells
from monitor.sources.retraction_watch.reader import COLUMNS, Census, Row, UnreadableTable, read_rows

READ_AS = "readAs"
"""Key that we add to a kept row: which watched publication it was taken to be about, and by what."""

GONE = "gone"
"""Key of a kept entry, as it was last read, whose row the table no longer has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Which publication a row is about, and by what that was known: ``doi``, ``pmid`` or ``title``."""

    about: Identifier
    matched_by: str


def to_entry(row: Row, found: Found) -> RetractionEntry:
    """Read a row that was found to be about a publication."""
    return RetractionEntry(
        identifier=Identifier.of(Scheme.RETRACTION_WATCH, row["Record ID"]),
        about=found.about,
        matched_by=found.matched_by,
        title=cells.words(row["Title"]),
        journal=cells.words(row["Journal"]),
        nature=cells.nature(row["RetractionNature"]),
        reasons=cells.items(row["Reason"]),
        noticed_on=cells.day(row["RetractionDate"]),
        notice_doi=cells.doi(row["RetractionDOI"]),
        notice_pmid=cells.pmid(row["RetractionPubMedID"]),
        published_on=cells.day(row["OriginalPaperDate"]),
        paper_doi=cells.doi(row["OriginalPaperDOI"]),
        paper_pmid=cells.pmid(row["OriginalPaperPubMedID"]),
    )


def named_by(row: Row) -> Found:
    """The publication that a row names by itself: by its DOI, else its PMID; without both the row names itself."""
    if doi := cells.doi(row["OriginalPaperDOI"]):
        return Found(about=Identifier.of(Scheme.DOI, doi), matched_by="doi")
    if pmid := cells.pmid(row["OriginalPaperPubMedID"]):
        return Found(about=Identifier.of(Scheme.PUBMED, pmid), matched_by="pmid")
    return Found(about=Identifier.of(Scheme.RETRACTION_WATCH, row["Record ID"]), matched_by="")


def to_raw(row: Row, found: Found) -> bytes:
    """The bytes to keep of a row."""
    return _dumped({**row, READ_AS: {"about": str(found.about), "matchedBy": found.matched_by}})


def as_gone(entry: RetractionEntry) -> tuple[RetractionEntry, bytes]:
    """An entry whose row the table no longer has, and the bytes to keep of that."""
    gone = replace(entry, state="gone")
    return gone, _dumped({"Record ID": entry.identifier.value, GONE: as_json(gone)})


def read_recording(body: bytes) -> RetractionEntry:
    """Read a kept row, or a table of exactly one. Raises :class:`UnreadableTable`."""
    if body.lstrip()[:1] == b"{":
        return _kept(body)
    rows = list(read_rows(io.BytesIO(body), Census()))
    if len(rows) != 1:
        raise UnreadableTable(f"one row can be compared, not {len(rows)}")
    return to_entry(rows[0], named_by(rows[0]))


def _kept(body: bytes) -> RetractionEntry:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableTable(f"this is no JSON: {error}") from None
    if GONE in values:
        return _kept_as_gone(values[GONE])
    if wrong := [name for name in COLUMNS if not isinstance(values.get(name), str)]:
        raise UnreadableTable(f"a kept row needs the text of its column {wrong[0]!r}")
    row: Row = {name: value for name, value in values.items() if isinstance(value, str)}
    try:
        return to_entry(row, _read_as(values.get(READ_AS)) or named_by(row))
    except InvalidIdentifier as error:
        raise UnreadableTable(str(error)) from None


def _kept_as_gone(values: Any) -> RetractionEntry:
    try:
        entry = from_json(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableTable(f"this is no kept entry: {error!r}") from None
    if not isinstance(entry, RetractionEntry):
        raise UnreadableTable(f"a kept entry is no {type(entry).__name__}")
    return entry


def _read_as(values: Any) -> Found | None:
    if not isinstance(values, dict):
        return None
    return Found(about=Identifier.parse(str(values.get("about"))), matched_by=str(values.get("matchedBy", "")))


def _dumped(values: dict[str, Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode("ascii")
