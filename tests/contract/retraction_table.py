"""Tables in Retraction Watch's native columns, synthesised around facts that a test gives."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.sources.retraction_watch.table import COLUMNS


@dataclass(frozen=True)
class TableRow:
    """The cells that matter; the others are filled with something."""

    number: int
    doi: str = ""
    pmid: str = "0"
    notice_doi: str = ""
    notice_pmid: str = "0"
    nature: str = "Retraction"
    day: str = "6/3/2026 0:00"
    title: str = ""
    reasons: str = "+Concerns/Issues about Data;+Investigation by Journal/Publisher;"

    def cells(self) -> list[str]:
        given = {
            "Record ID": str(self.number),
            "Title": self.title or f"Synthesised row number {self.number} of a table for tests",
            "Subject": "(HSC) Medicine - General;",
            "Journal": "Journal of Tests",
            "ArticleType": "Research Article;",
            "RetractionDate": self.day,
            "RetractionDOI": self.notice_doi,
            "RetractionPubMedID": self.notice_pmid,
            "OriginalPaperDate": "2/28/2020 0:00",
            "OriginalPaperDOI": self.doi,
            "OriginalPaperPubMedID": self.pmid,
            "RetractionNature": self.nature,
            "Reason": self.reasons,
            "Paywalled": "No",
        }
        return [given.get(name, "") for name in COLUMNS]


def table(
    rows: Iterable[TableRow], *, columns: Iterable[str] = (*COLUMNS, ""), order: list[int] | None = None
) -> bytes:
    """A whole file; ``order`` shuffles its columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for cells in (list(columns), *([*row.cells(), ""] for row in rows)):
        writer.writerow([cells[place] for place in order] if order else cells)
    return text.getvalue().encode()
