"""The table as Retraction Watch publishes it, row by row as it stands. Whatever is not wholly this table is refused."""

from __future__ import annotations

import codecs
import csv
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, TypeAlias

from monitor.sources.retraction_watch import cells

READER = "retraction_watch-1"

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

STRANGE_PER_MILLE = 5
"""So many rows may be damaged before the whole table is."""
FEWEST_TO_JUDGE = 20
"""Of fewer rows no share is taken: a blank nature is allowed, and all of three rows may have one."""
LONGEST_LINE = LONGEST_CELL = 1_000_000
"""Bytes and characters. The longest cells known have some ten thousands; one that is never closed swallows more."""

_ROWS_AT_A_TIME = 500
_NOTES_PER_FIELD = 5
_LONGEST_NOTE = 80
_END = "\0the end\0"
_RECORD_ID = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_FOREIGN = (
    (re.compile(r"\s*<"), "a web page"),
    (re.compile(r"version https?://git-lfs", re.IGNORECASE), "a pointer to a file that is kept elsewhere (Git LFS)"),
    (re.compile(r"\s*[{\[]"), "JSON"),
)
_BARE_RETURN = re.compile(r"(?<=\r)(?!\n)")
"""The end of a line of old, which the csv module refuses within one."""
_LIMIT = threading.Lock()

Row: TypeAlias = dict[str, str]
"""The cells of a row under the names of the header, as they stand. Its Record ID is a number."""


class UnreadableTable(ValueError):
    """This is not the table, or not all of it. Nothing may be concluded from any of its rows."""


@dataclass(slots=True)
class Census:
    """What was met in a table: how many rows, how many lines that are none, and values that no reader knows."""

    rows: int = 0
    strange: int = 0
    natured: int = 0
    dated: int = 0
    met: set[int] = field(default_factory=set)
    notes: dict[tuple[str, str], None] = field(default_factory=dict)

    def note(self, name: str, value: str) -> None:
        """Keep a value that is not known; of each field only the first few, as a wrong column holds thousands."""
        known = sum(1 for field_name, _ in self.notes if field_name == name)
        if known < _NOTES_PER_FIELD:
            self.notes[name, cells.words(value)[:_LONGEST_NOTE]] = None

    def count(self, row: Row) -> None:
        """Count a row, and look at what every row should have."""
        self.rows += 1
        self.natured += cells.nature(row["RetractionNature"]) in cells.NATURES
        self.dated += bool(cells.day(row["RetractionDate"]))
        if _has_unknown_nature(row):
            self.note("RetractionNature", row["RetractionNature"])
        number = int(row["Record ID"])
        if number in self.met:
            self.note("Record ID of two rows", row["Record ID"])
        self.met.add(number)


def read_rows(file: BinaryIO, census: Census) -> Iterator[Row]:
    """The rows one after another; ``census`` is filled on the way.

    Raises :class:`UnreadableTable`, at the latest after the last row: until then no row may be believed.
    """
    parser = csv.reader(_lines(file))
    header = _header(next(_portion(parser, 1), []))
    for name in header[len(COLUMNS) :]:
        census.note("column", name)
    last: list[str] = []
    for row in _rows(parser):
        if row == [_END]:
            _refuse_what_is_wrong(census, is_cut=len(last) < len(header))
            return
        last = row
        if (named := _named(header, row)) is None:
            census.strange += 1
        else:
            census.count(named)
            yield named
    raise UnreadableTable("the table is cut: its last cell is not closed")


def _lines(file: BinaryIO) -> Iterator[str]:
    """The lines, and behind the last one a mark that a cell which is still open there swallows.

    A NUL is left out: no text has one, no database takes it, and so the mark is like no line.
    """
    line = file.readline(LONGEST_LINE).removeprefix(codecs.BOM_UTF8)
    _refuse_foreign(line.decode("utf-8", "replace"))
    while line:
        following = file.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE:
            raise UnreadableTable(f"a line has {LONGEST_LINE} bytes or more")
        if not following and not line.endswith(b"\n"):
            raise UnreadableTable("the table is cut: its last line has no end")
        yield from _BARE_RETURN.split(line.replace(b"\0", b"").decode("utf-8", "replace"))
        line = following
    yield _END


def _refuse_foreign(first: str) -> None:
    if not first.strip():
        raise UnreadableTable("the table is empty")
    for beginning, name in _FOREIGN:
        if beginning.match(first):
            raise UnreadableTable(f"{name} instead of the table")


def _rows(parser: Iterator[list[str]]) -> Iterator[list[str]]:
    """All rows but the empty ones."""
    while portion := list(_portion(parser, _ROWS_AT_A_TIME)):
        yield from filter(None, portion)


def _portion(parser: Iterator[list[str]], size: int) -> Iterator[list[str]]:
    """Some rows, read under a raised limit for cells; it is one for the whole process, and is put back."""
    with _LIMIT:
        limit = csv.field_size_limit(LONGEST_CELL)
        try:
            return iter(list(islice(parser, size)))
        except csv.Error as error:
            raise UnreadableTable(f"the table is damaged: {error}") from None
        finally:
            csv.field_size_limit(limit)


def _header(row: list[str]) -> tuple[str, ...]:
    """The names of the columns. New ones may stand behind those we know, and have names of their own."""
    names = [cells.words(name) for name in row]
    while names and not names[-1]:
        names.pop()  # The published header ends with a comma.
    for place, known in enumerate(COLUMNS):
        found = repr(names[place][:_LONGEST_NOTE]) if place < len(names) else "missing"
        if found != repr(known):
            raise UnreadableTable(f"column {place + 1} of the header is {found}, not {known!r}")
    for place in range(len(COLUMNS), len(names)):
        if not names[place] or names[place] in names[:place]:
            names[place] = f"column {place + 1}"
    return tuple(names)


def _named(header: tuple[str, ...], row: list[str]) -> Row | None:
    """A row under the header's names; None when it is none: no number, too few or too many cells, or shifted ones."""
    if len(row) < len(header) or any(row[len(header) :]):
        return None
    named = dict(zip(header, row, strict=False))
    named["Record ID"] = named["Record ID"].strip()
    if not _RECORD_ID.fullmatch(named["Record ID"]):
        return None
    shifted = _has_unknown_nature(named) and not cells.day(named["RetractionDate"])
    return None if shifted else named


def _has_unknown_nature(row: Row) -> bool:
    written = cells.nature(row["RetractionNature"])
    return bool(written) and written not in cells.NATURES


def _refuse_what_is_wrong(census: Census, *, is_cut: bool) -> None:
    """Judge the table as a whole, once all of it was read."""
    if is_cut and census.rows + census.strange:
        raise UnreadableTable("the table is cut: its last row has fewer cells than the header")
    if census.strange * 1000 > STRANGE_PER_MILLE * (census.rows + census.strange):
        raise UnreadableTable(f"{census.strange} of {census.rows + census.strange} rows are no rows of this table")
    if not census.rows:
        raise UnreadableTable("the table has a header, but no row")
    if census.rows < FEWEST_TO_JUDGE:
        return
    for number, name in ((census.natured, "RetractionNature"), (census.dated, "RetractionDate")):
        if 2 * number < census.rows:
            raise UnreadableTable(f"only {number} of {census.rows} rows have a {name} that can be read")
