"""The recorded facts of which paper was retracted by which notice, day by day, and tables synthesised from them.

The facts (DOIs, notices, days) are FORRT's daily reading of the Retraction Watch table. Everything else in a row is
ours: its number, its title, its dates and its reasons. A DOI is one row, so that a concern which became a retraction
is a row that changes its nature.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.kinds import EventKind
from monitor.sources.retraction_watch.reader import COLUMNS
from tests.contract.retraction_tables import row

START, END = "forrt_doi_map_2026-05-26.json.gz", "forrt_doi_map_2026-08-08.json.gz"
NATURES = {"retractions": "Retraction", "concerns": "Expression of concern"}
KINDS = {"retractions": EventKind.RETRACTED, "concerns": EventKind.CONCERN_RAISED}

Facts: TypeAlias = dict[str, tuple[str, str]]
"""DOI of a paper → ``retractions`` or ``concerns``, and the notice as it is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One recorded change of one day. ``formerly`` is the notice before, where it was changed or removed."""

    event: str
    kind: str
    doi: str
    notice: str = ""
    formerly: str = ""

    @property
    def told(self) -> tuple[str, EventKind, str]:
        """What an editor is to be told: of which paper, what, and which notice showed it until now."""
        kind = EventKind.NOTICE_VANISHED if self.event == "removed" else KINDS[self.kind]
        return identifier(self.doi), kind, self.formerly if self.event == "changed" else ""


def read_map(folder: Path, name: str) -> Facts:
    """The recorded table of one day."""
    maps = json.loads(gzip.decompress((folder / name).read_bytes()))
    return {doi: (kind, notice) for kind in KINDS for doi, notice in maps[kind].items()}


def read_days(folder: Path) -> Iterator[tuple[datetime, list[Change]]]:
    """The recorded days, each with its changes; removals first, as a paper may be moved from one map to the other."""
    text = gzip.decompress((folder / "forrt_daily_events.tsv.gz").read_bytes()).decode()
    by_day: dict[str, list[Change]] = {}
    for line in csv.DictReader(io.StringIO(text), delimiter="\t"):
        former, _, notice = line["notice_doi"].rpartition(" -> ")
        if line["event"] == "removed":
            former, notice = notice, ""
        change = Change(event=line["event"], kind=line["kind"], doi=line["doi"], notice=notice, formerly=former)
        by_day.setdefault(line["date"], []).append(change)
    for day, changes in by_day.items():
        yield datetime.fromisoformat(day), sorted(changes, key=lambda change: change.event != "removed")


def after(facts: Facts, changes: Iterable[Change]) -> Facts:
    """The facts once the changes were made."""
    new = dict(facts)
    for change in changes:
        if change.event == "removed":
            assert new.pop(change.doi) == (change.kind, change.formerly)
        else:
            assert (change.doi in new) is (change.event == "changed")
            new[change.doi] = (change.kind, change.notice)
    return new


def identifier(doi: str) -> str:
    """How a DOI is spelled as an identifier; the row itself stands for a notice without one."""
    try:
        return str(Identifier.of(Scheme.DOI, doi))
    except InvalidIdentifier:
        return ""


@dataclass(slots=True)
class Synthesis:
    """Writes facts as tables, with the same number for the same paper and kind on every day.

    A paper that loses a concern and gains a retraction on one day has two rows: it has two notices.
    """

    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _written: dict[tuple[str, str, str], bytes] = field(default_factory=dict)

    def number(self, doi: str, kind: str) -> int:
        """The Record ID of the paper's row."""
        return self.numbers.setdefault((doi, kind), len(self.numbers) + 1)

    def table(self, facts: Facts) -> bytes:
        """The table that states these facts, in the shape of the published one, the newest rows first."""
        lines = [
            self._line(doi, *facts[doi]) for doi in sorted(facts, key=lambda doi: -self.number(doi, facts[doi][0]))
        ]
        return b"".join([_line([*COLUMNS, ""]), *lines])

    def _line(self, doi: str, kind: str, notice: str) -> bytes:
        key = doi, kind, notice
        if key not in self._written:
            cells = row(
                self.number(doi, kind), OriginalPaperDOI=doi, RetractionDOI=notice, RetractionNature=NATURES[kind]
            )
            self._written[key] = _line([*cells.values(), ""])
        return self._written[key]


def _line(cells: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
