"""``monitor reference resolve --file F.tsv``: citation strings of a file, looked up with a ledger of what is done.

The ledger lies in the data folder until all is done. A run that was stopped, or could not ask a source, goes on where
it left off.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.cli.opening import Failed
from monitor.cli.progress import progress
from monitor.domain.citations import Resolved
from monitor.domain.outcomes import Failure
from monitor.domain.state import PendingReference
from monitor.intake import reference_from
from monitor.wiring import Monitor

AT_A_TIME = 100
KEPT_FOR = timedelta(days=7)
"""What was found out longer ago is asked again."""
LONGEST_CITATION = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One citation of a file."""

    key: str
    citation: str

    @property
    def digest(self) -> str:
        """What the ledger knows it by: the same key with other words is looked up again."""
        return hashlib.blake2b(f"{self.key}\t{self.citation}".encode(), digest_size=12).hexdigest()


@dataclass(slots=True, kw_only=True)
class Ledger:
    """The outcomes so far, one JSON line each, as they came. A line that a crash cut short is as good as none."""

    path: Path
    done: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, monitor: Monitor, file: Path) -> Ledger:
        """The ledger of a file's last run, if that did not end, asked the same upstreams and was not long ago."""
        settings = monitor.settings
        asked = (file.resolve(), settings.eutils_url, settings.crossref_url, settings.europepmc_url)
        name = hashlib.blake2b("\n".join(map(str, asked)).encode(), digest_size=12).hexdigest()
        ledger = cls(path=settings.data_dir / "citations" / f"{name}.jsonl")
        with _told(ledger.path):
            ledger.path.parent.mkdir(parents=True, exist_ok=True)
        if ledger.path.exists():
            age = monitor.clock.now() - datetime.fromtimestamp(ledger.path.stat().st_mtime, UTC)
            ledger._read() if age < KEPT_FOR else ledger.close()
        return ledger

    def close(self) -> None:
        """Begin anew the next time."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> None:
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
                self.done[entry["digest"]] = entry["outcome"]
            except (ValueError, KeyError, TypeError):
                continue

    def add(self, row: Row, outcome: dict[str, Any]) -> None:
        """Take an outcome down at once. Raises ``Failed`` where that is not possible, as on a full disk."""
        self.done[row.digest] = outcome
        with _told(self.path), self.path.open("a", encoding="utf-8") as lines:
            lines.write("\n" + json.dumps({"digest": row.digest, "outcome": outcome}))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise Failed(f"{path} cannot be written: {why}; what was looked up before is kept there") from None


def resolve_file(monitor: Monitor, file: Path) -> tuple[list[dict[str, Any]], int]:
    """Look every citation of a file up, in its order; returns the outcomes, and how many could not be looked up.

    Those are told as unresolved with the reason, and are tried again by the next run. Raises ``Failed`` where the
    file is no table of citations.
    """
    rows = read_rows(file)
    ledger = Ledger.of(monitor, file)
    left = list({row.digest: row for row in rows if row.digest not in ledger.done}.values())
    failed: dict[str, dict[str, Any]] = {}
    with progress(
        f"citations of {file.name}", clock=monitor.clock, total=len(rows), done=len(rows) - len(left)
    ) as advance:
        for start in range(0, len(left), AT_A_TIME):
            for row, found in _looked_up(monitor, left[start : start + AT_A_TIME]):
                if isinstance(found, Resolved):
                    ledger.add(row, _values(found))
                else:
                    failed[row.digest] = _not_looked_up(found)
                advance()
    if not failed:
        ledger.close()
    outcomes = {**failed, **ledger.done}
    return [{"key": row.key, **outcomes[row.digest]} for row in rows], len(failed)


def read_rows(file: Path) -> list[Row]:
    """The rows of a tab-separated file. Raises ``Failed`` with every line that is wrong; then nothing is looked up."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Failed(f"{file}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Failed(f"{file}:{line}: is not UTF-8; save the table as UTF-8") from None
    cells = list(_cells(text))
    header = cells[0] if cells else []
    if not {"key", "citation"} <= set(header):
        raise Failed(f"{file}:1: needs the columns key and citation, found {', '.join(filter(None, header)) or 'none'}")
    key, citation = header.index("key"), header.index("citation")
    wrong, rows = [], []
    for line, row in enumerate(cells[1:], start=2):
        if len(row) <= max(key, citation):
            wrong.append(f"{file}:{line}: has {len(row)} of {len(header)} columns; separate them by one tab each")
        elif len(row[citation]) > LONGEST_CITATION:
            wrong.append(f"{file}:{line}: a citation of {len(row[citation])} characters; give one reference a row")
        else:
            rows.append(Row(key=row[key], citation=_printable(row[citation])))
    if wrong:
        raise Failed("\n".join(wrong))
    return rows


def _cells(text: str) -> Iterator[list[str]]:
    """A row a line, with or without the quotation marks that spreadsheets put around cells.

    A citation may begin with a quotation mark of its own: such a table is not read by the rules of spreadsheets, nor
    is one where two such marks would make one cell of several rows.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    width = lines[0].count("\t") + 1 if lines else 0
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True) if row]
    except csv.Error:
        rows = []
    if rows and all(len(row) == width and not any("\t" in cell for cell in row) for row in rows):
        yield from rows
        return
    yield from (line.split("\t") for line in lines)


def _printable(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _looked_up(monitor: Monitor, rows: Sequence[Row]) -> Iterator[tuple[Row, Resolved | Failure]]:
    pending = {
        at: PendingReference(id=at, article_id="", article_title="", reference=reference_from(row.citation), context="")
        for at, row in enumerate(rows)
    }
    for one, found in monitor.resolver.meant(list(pending.values())):
        yield rows[one.id], found


def _not_looked_up(failure: Failure) -> dict[str, Any]:
    return {
        "status": "unresolved",
        "identifiers": [],
        "confidence": None,
        "because": f"could not be looked up: {failure.reason}",
        "candidates": [],
    }


def _values(resolved: Resolved) -> dict[str, Any]:
    return {
        "status": resolved.status,
        "identifiers": [str(item) for item in resolved.identifiers],
        "confidence": resolved.confidence,
        "because": resolved.because,
        "candidates": [
            {"identifier": str(item.identifier), "title": item.title, "confidence": item.confidence}
            for item in resolved.candidates
        ],
    }
