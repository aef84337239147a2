"""Tables in the shape of Retraction Watch's with rows of our own, and the source that is asked about them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest
from monitor.domain.records import Record
from monitor.domain.works import RetractionEntry
from monitor.net import Client
from monitor.sources.retraction_watch import RetractionWatch
from monitor.sources.retraction_watch.reader import COLUMNS
from tests.contract.faulty_server import START, FaultyServer, HandClock, status

Row: TypeAlias = dict[str, str]

PAPER, OTHER = Identifier.parse("doi:10.1000/paper.7"), Identifier.parse("doi:10.1000/paper.8")
PMID = Identifier.parse("pubmed:31000001")
NAMELESS = {"OriginalPaperDOI": "unavailable", "OriginalPaperPubMedID": "0"}
TITLE = "Synthesised effects of one <i>β</i>-blocker on élan"


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


def serve(server: FaultyServer, *given_rows: Row) -> None:
    """Put rows of the test's own behind a hundred others."""
    server.on("/table.csv", status(200, table([*rows(100, first=1000), *given_rows])))


def poll(
    server: FaultyServer,
    *ids: Identifier,
    after: Polled | None = None,
    days: int = 0,
    titles: Mapping[Identifier, str] | None = None,
    held: tuple[Record, ...] = (),
    cache: Path | None = None,
) -> PollOutcome:
    client = Client(clock=HandClock(), contact="tests@example.org")
    return RetractionWatch(client, server.url("/table.csv"), cache=cache).poll(
        PollRequest(
            watch="cited_set",
            target="",
            identifiers=ids or (PAPER,),
            unread=frozenset(),
            cursor=after.cursor if after else "",
            data_version=after.data_version if after else "",
            now=START + timedelta(days=days),
            titles=titles or {},
            held=held,
        )
    )


def polled(outcome: PollOutcome) -> Polled:
    assert isinstance(outcome, Polled), outcome
    return outcome


def entries(outcome: PollOutcome) -> list[RetractionEntry]:
    records = [reading.record for reading in polled(outcome).readings]
    assert all(isinstance(record, RetractionEntry) for record in records)
    return [record for record in records if isinstance(record, RetractionEntry)]
