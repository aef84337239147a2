"""The table as it is published: a CSV whose header, rows and end are looked at before any of it is believed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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
"""The header of the published file. A further column at its end is new, and no reason to refuse the file."""

NATURES = frozenset({"Retraction", "Expression of concern", "Correction", "Reinstatement", ""})
LONGEST_CELL = 10_000_000
MOST_WRONG = 0.005
"""So large a part of the rows may be broken. More of them, and the columns are not what the header says."""


class UnreadableTable(ValueError):
    """This is not the whole table in its known shape. Nothing of it may be used."""


Row = dict[str, str]


@dataclass(slots=True)
class Rows:
    """The rows of a file, read one by one; what was counted on the way is there once they were all read."""

    body: bytes
    count: int = 0
    broken: int = 0
    unknown: dict[tuple[str, str], None] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Row]:
        """Every row with a Record ID.

        Raises :class:`UnreadableTable`: at once for a wrong header or a cut end, after the last row for too many
        broken ones.
        """
        if not self.body.endswith(b"\n"):
            raise UnreadableTable("the file does not end with its last row: it is cut")
        limit = csv.field_size_limit(LONGEST_CELL)
        try:
            text = io.TextIOWrapper(io.BytesIO(self.body), encoding="utf-8-sig", errors="replace", newline="")
            yield from self._rows(csv.reader(text, strict=True))
        except csv.Error as error:
            raise UnreadableTable(f"row {self.count + 1} is no CSV: {error}") from None
        finally:
            csv.field_size_limit(limit)
        if self.broken > MOST_WRONG * self.count:
            raise UnreadableTable(f"{self.broken} of {self.count} rows are not what the header says")

    def _rows(self, lines: Iterator[list[str]]) -> Iterator[Row]:
        self._check_header(next(lines, []))
        last: Sequence[str] = ()
        for cells in lines:
            if not cells:
                continue
            last = cells
            self.count += 1
            row = dict(zip(COLUMNS, (cell.replace("\x00", "").strip() for cell in cells), strict=False))
            if len(cells) < len(COLUMNS) or not _is_row(row):
                self.broken += 1
                continue
            if row["RetractionNature"] not in NATURES:
                self.unknown[("RetractionNature", row["RetractionNature"][:80])] = None
            yield row
        if last and len(last) < len(COLUMNS):
            raise UnreadableTable("the last row is cut")

    def _check_header(self, header: list[str]) -> None:
        names = [name.strip() for name in header]
        for position, (wanted, found) in enumerate(zip(COLUMNS, names, strict=False), start=1):
            if wanted != found:
                raise UnreadableTable(f"column {position} is {found[:40]!r}, not {wanted!r}")
        if len(names) < len(COLUMNS):
            raise UnreadableTable(f"the header has {len(names)} columns and lacks {COLUMNS[len(names)]!r}")
        for name in filter(None, names[len(COLUMNS) :]):
            self.unknown[("column", name[:80])] = None


def _is_row(row: Row) -> bool:
    """Whether the cells that have a shape have it: columns that are shifted show here."""
    if not row["Record ID"].isdecimal() or not row["Record ID"].isascii():
        return False
    pmids = (row["RetractionPubMedID"], row["OriginalPaperPubMedID"])
    dates = (row["RetractionDate"], row["OriginalPaperDate"])
    return all(not pmid or pmid.isdecimal() for pmid in pmids) and all(not day or day[0].isdigit() for day in dates)
