"""Tables in the shape of Retraction Watch's, with rows of our own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from monitor.sources.retraction_watch.reader import COLUMNS

Row: TypeAlias = dict[str, str]


def row(number: int, **cells: str) -> Row:
    """A synthesised row. Cells are given by column name, ``RetractionDOI="10.1000/n1"``; ``ID`` replaces the number."""
    own = {
        "Record ID": cells.pop("ID", str(number)),
        "Title": f"Synthesised row {number} about a paper of its own, with a “quotation”",
        "Subject": "(HSC) Medicine - General;",
        "Institution": "A department, Some University;",
        "Journal": "Journal of Synthesised Rows",
        "Publisher": "Some Publisher",
        "Country": "Nowhere;",
        "Author": "A Author;B Author;",
        "URLS": "",
        "ArticleType": "Research Article;",
        "RetractionDate": "2/6/2025 0:00",
        "RetractionDOI": f"10.1000/notice.{number}",
        "RetractionPubMedID": "0",
        "OriginalPaperDate": "2/28/2020 0:00",
        "OriginalPaperDOI": f"10.1000/paper.{number}",
        "OriginalPaperPubMedID": "0",
        "RetractionNature": "Retraction",
        "Reason": "+Concerns/Issues about Data;+Investigation by Journal/Publisher;",
        "Paywalled": "No",
        "Notes": "",
    }
    return {**own, **cells}


def table(rows: Iterable[Mapping[str, str]], *, header: Iterable[str] = (*COLUMNS, ""), end: str = "\r\n") -> bytes:
    """The rows as a file, by default with the empty last column that the published one has."""
    names = tuple(header)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end)
    writer.writerow(names)
    writer.writerows([cells.get(name, "") for name in names] for cells in rows)
    return text.getvalue().encode()


def rows(count: int, *, first: int = 1) -> list[Row]:
    """So many rows of different papers."""
    return [row(number) for number in range(first, first + count)]
