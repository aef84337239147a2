"""RIS, as EndNote, Zotero, Mendeley, Cochrane and publishers write it, read by rispy.

rispy takes whatever it finds: what stands outside of a record, and a record without an end, it leaves out without a
word. So the frame of the file is checked line by line before, which also tells at which line each record begins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import rispy

from monitor.intake.reference_files.entries import Entry
from monitor.intake.reference_files.names import written
from monitor.intake.reference_files.problems import Problem, too_many

_TAG = re.compile(r"(?P<tag>[A-Z][A-Z0-9]) {1,2}-(?: |$)(?P<value>.*)")
_COUNTED = re.compile(r"\s*\d+\.?\s*")
"""Ovid counts the records with a line between them."""
_TITLES = ("title", "primary_title", "short_title")
_JOURNALS = ("alternate_title3", "journal_name", "secondary_title", "alternate_title2", "alternate_title1")
_YEARS = ("year", "publication_year", "date")
_MORE = ("urls", "notes", "note", "type_of_work")
"""Where exports put an identifier for which they know no field."""
_KINDS = {"GUIDE": "guideline", "BOOK": "book", "EBOOK": "book", "CHAP": "book", "ELEC": "website", "WEB": "website"}
"""Types of records that say what a reference is; the others do not tell a trial from a review."""


@dataclass(slots=True)
class _Frame:
    """The records of a file as the lines are walked: where each begins, and what is out of place."""

    lines: list[list[str]] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_open: bool = False

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        found = _TAG.fullmatch(line)
        if found is None:
            self._words(number, line)
            return
        if found["tag"] == "TY":
            self._begin(number)
        elif not self.is_open:
            self._wrong(number, f"{found['tag']} stands outside of a record; a record begins with TY and ends with ER")
        self.is_open = found["tag"] != "ER" and self.is_open
        if found["tag"] != "ER" or self.begins:
            self.lines.append([f"{found['tag']}  - {found['value']}"])

    def close(self) -> None:
        """Come to the end of the file."""
        if self.is_open:
            self._wrong(self.begins[-1], f"record {len(self.begins)} has no end; close it with a line ER  -")

    def _begin(self, number: int) -> None:
        if self.is_open:
            self._wrong(number, f"TY begins a record while record {len(self.begins)} has no end; close it with ER  -")
        self.begins.append(number)
        self.is_open = True

    def _words(self, number: int, line: str) -> None:
        """A line without a tag goes on with the field above it; before the first record a file may say whose it is."""
        if not line.strip():
            return
        if self.is_open:
            self.lines[-1].append(line.strip())
        elif self.begins and not _COUNTED.fullmatch(line):
            self._wrong(number, f"{line.strip()[:40]!r} stands outside of a record; begin the record with a line TY  -")

    def _wrong(self, number: int, reason: str) -> None:
        self.problems.append(Problem(line=number, reason=reason))


def read_ris(text: str) -> tuple[list[Entry], list[Problem]]:
    """The records of a RIS file, and what is wrong with its frame."""
    frame = _Frame()
    for number, line in enumerate(text.split("\n"), start=1):
        frame.take(number, line.rstrip())
    frame.close()
    if wrong := too_many(len(frame.begins)) or frame.problems:
        return [], wrong
    if not frame.begins:
        return [], []
    records = rispy.loads("\n".join(map(" ".join, frame.lines)), enforce_list_tags=False)
    numbered = enumerate(zip(records, frame.begins, strict=True), start=1)
    return [_entry(record, number, line) for number, (record, line) in numbered], []


def _entry(record: Mapping[str, Any], number: int, line: int) -> Entry:
    return Entry(
        record=number,
        line=line,
        key=_text(record, "id"),
        authors=tuple(written(name) for name in _list(record, "authors") or _list(record, "first_authors")),
        title=_first(record, _TITLES),
        journal=_first(record, _JOURNALS),
        year=_first(record, _YEARS),
        volume=_text(record, "volume"),
        issue=_text(record, "number"),
        pages="–".join(part for key in ("start_page", "end_page") if (part := _text(record, key))),
        doi=_text(record, "doi"),
        pmcid=" ".join(_list(record, "custom2")),
        address=next(iter(_list(record, "urls")), ""),
        more=tuple(_pmids(record)) + tuple(text for key in _MORE for text in _list(record, key)),
        kinds=tuple(filter(None, (_KINDS.get(_text(record, "type_of_reference").upper(), ""),))),
    )


def _pmids(record: Mapping[str, Any]) -> Sequence[str]:
    """PubMed's number stands in the accession number, where the record says that it comes from there."""
    number, base = _text(record, "accession_number"), _text(record, "name_of_database").lower()
    if re.fullmatch(r"\d{1,9}", number) and ("pubmed" in base or "medline" in base):
        return [f"PMID: {number}"]
    return [number] if number else []


def _first(record: Mapping[str, Any], keys: Sequence[str]) -> str:
    return next((text for key in keys if (text := _text(record, key))), "")


def _text(record: Mapping[str, Any], key: str) -> str:
    return next((text for text in _list(record, key) if text), "")


def _list(record: Mapping[str, Any], key: str) -> list[str]:
    value = record.get(key, "")
    return [str(item).strip() for item in value] if isinstance(value, list) else [str(value).strip()] if value else []
