"""The Retraction Watch table: files joined under one header, and the few rows of a world that says nothing of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

COLUMNS = (
    "Record ID",
    "Title",
    "Subject",
    "Institution",
    "Journal",
    "Publisher",
    "Country",
    "Author",
    "URLS",
    "ArticleType",
    "RetractionDate",
    "RetractionDOI",
    "RetractionPubMedID",
    "OriginalPaperDate",
    "OriginalPaperDOI",
    "OriginalPaperPubMedID",
    "RetractionNature",
    "Reason",
    "Paywalled",
    "Notes",
)
"""The columns as they are published; the header and every row end with one comma more."""

_BYTES = {"encoding": "utf-8", "errors": "surrogateescape"}
"""Older copies are in Latin letters: what is no UTF-8 goes through as it is."""


class NoTable(ValueError):
    """A file that is no part of the table."""


def header(raw: bytes) -> tuple[str, ...]:
    """The columns of a file. Raises :class:`NoTable` when none of them is one of the table's."""
    lines = csv.reader(io.StringIO(_read(raw)[:100_000]))
    columns = tuple(name.strip() for name in next(lines, []))
    if not set(COLUMNS) & set(columns):
        raise NoTable("no column of the Retraction Watch table in its first line")
    return columns


def joined(files: Sequence[bytes]) -> bytes:
    """One table of several files. A single one stays as it is, whatever its columns and however it ends.

    The order of the first file's columns holds for all. Raises :class:`NoTable` for a file whose columns differ.
    """
    if len(files) == 1:
        return files[0]
    columns = header(files[0])
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(columns)
    for raw in files:
        own = header(raw)
        if set(own) != set(columns):
            raise NoTable("its columns are not those of the files beside it")
        places = [own.index(name) for name in columns]
        rows = csv.reader(io.StringIO(_read(raw), newline=""))
        next(rows, None)
        writer.writerows([row[place] if place < len(row) else "" for place in places] for row in rows if row)
    return told.getvalue().encode(**_BYTES)


def _read(raw: bytes) -> str:
    return raw.removeprefix(b"\xef\xbb\xbf").decode(**_BYTES)


def default_table(today: date) -> bytes:
    """What a world without a table serves: control rows, as an empty table would be an alarm and not a quiet day.

    Like the real one it is another on every working day: the last row's note names the day.
    """
    worked = today - timedelta(days=max(today.weekday() - _FRIDAY, 0))
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow([*COLUMNS, ""])
    for number, (nature, reason, notice, noticed_on) in enumerate(_CONTROLS, start=1):
        note = f"Looked at on {worked.isoformat()}" if number == len(_CONTROLS) else ""
        writer.writerow(_control(number, nature, reason, notice, noticed_on, note))
    return told.getvalue().encode()


_FRIDAY = 4
_CONTROLS = (
    ("Retraction", "+Concerns/Issues about Data;", "separate", "3/14/2022 0:00"),
    ("Retraction", "Error in Analyses;", "same", "11/2/2022 0:00"),
    ("Retraction", "+Duplication of/in Article;", "none", "1/9/2023 0:00"),
    ("Expression of concern", "+Concerns/Issues about Results;", "separate", "6/30/2023 0:00"),
    ("Correction", "Error in Text;", "separate", "8/1/2023 0:00"),
    ("Reinstatement", "Notice - Limited or No Information;", "separate", "12/4/2023 0:00"),
)
"""Nature, reason, where the notice stands, its day."""


def _control(number: int, nature: str, reason: str, notice: str, noticed_on: str, note: str) -> tuple[str, ...]:
    """An invented row: DOIs of the prefix kept for examples, PMIDs that no record has."""
    original = f"10.5555/replay.control.{number}"
    noticed = original if notice == "same" else f"10.5555/replay.control.{number}.notice"
    return (
        str(99_000_000 + number),
        f"Control row {number}: a paper that nobody wrote",
        "(HSC) Medicine - General;",
        "Institute of Invented Studies;",
        "Journal of Controls",
        "Example Press",
        "Nowhere;",
        "Ada Example;Ben Sample;",
        "",
        "Research Article;",
        noticed_on,
        "unavailable" if notice == "none" else noticed,
        "0" if notice != "separate" else str(990_000_100 + number),
        "2/28/2019 0:00",
        original,
        str(990_000_000 + number),
        nature,
        reason,
        "No",
        note,
        "",
    )
