"""The table is taken whole or not at all, and only what it says of watched publications."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.domain.diff import between
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import (
    Polled,
    PollOutcome,
    PollRequest,
    Throttled,
    Unmodified,
    Unreachable,
    Unreadable,
)
from monitor.domain.records import Record, RetractionEntry
from monitor.net import Client
from monitor.sources.retraction_watch import RetractionWatch, read_recording
from tests.contract.faulty_server import START, FaultyServer, HandClock, Reply, faulty_server, page, reset, status
from tests.contract.retraction_table import TableRow, table

DOI, PMID = Identifier.parse("doi:10.5555/paper.1"), pubmed("12345678")
ROWS = [
    TableRow(1, doi="10.5555/paper.1", notice_doi="10.5555/notice.1"),
    TableRow(2, pmid="12345678", nature="Expression of concern"),
    TableRow(3, title="A long enough title of a paper without any identifier", nature="Correction"),
    *(TableRow(number, doi=f"10.5555/other.{number}") for number in range(10, 200)),
]


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as played:
        played.on("/table.csv", csv_answer(table(ROWS)))
        yield played


def csv_answer(body: bytes, **headers: str) -> Reply:
    return status(200, body, Content_Type="text/plain", **headers)


class Reader:
    """Polls as the pipeline does: with the last cursor, and with what was taken before."""

    def __init__(self, server: FaultyServer, *watched: Identifier, cache: Path | None = None) -> None:
        client = Client(clock=HandClock(), contact="tests@example.org")
        self.source = RetractionWatch(client, server.url("/table.csv"), cache=cache)
        self.watched = watched or (DOI, PMID)
        self.titles: dict[Identifier, str] = {}
        self.cursor = ""
        self.now: datetime = START
        self.records: dict[Identifier, Record] = {}

    def poll(self) -> PollOutcome:
        outcome = self.source.poll(
            PollRequest(
                watch="cited_set",
                target="",
                identifiers=tuple(sorted(self.watched)),
                unread=frozenset(),
                cursor=self.cursor,
                data_version="",
                now=self.now,
                titles=self.titles,
                held=tuple(self.records.values()),
            )
        )
        if isinstance(outcome, Polled):
            self.cursor = outcome.cursor
        return outcome

    def read(self) -> list[tuple[str, EventKind]]:
        """Poll, keep what came as the store does, and give the events."""
        outcome = self.poll()
        assert isinstance(outcome, Polled | Unmodified), outcome
        events = []
        for reading in outcome.readings if isinstance(outcome, Polled) else ():
            difference = between(self.records.get(reading.record.identifier), reading.record)
            events += [(str(sighting.signal.record), sighting.signal.kind) for sighting in difference.came]
            self.records[reading.record.identifier] = reading.record
        return events


def taken(outcome: PollOutcome) -> dict[str, RetractionEntry]:
    assert isinstance(outcome, Polled), outcome
    return {
        str(reading.record.identifier): reading.record
        for reading in outcome.readings
        if isinstance(reading.record, RetractionEntry)
    }


def test_rows_are_matched_by_doi_and_by_pmid_and_others_are_left(server: FaultyServer) -> None:
    entries = taken(Reader(server).poll())

    assert {name: (str(entry.about), entry.matched_by) for name, entry in entries.items()} == {
        "rw:1": ("doi:10.5555/paper.1", "doi"),
        "rw:2": ("pubmed:12345678", "pmid"),
    }
    assert (entries["rw:1"].nature, entries["rw:1"].noticed_on) == ("Retraction", "2026-06-03")
    assert entries["rw:1"].reasons == ("Concerns/Issues about Data", "Investigation by Journal/Publisher")


def test_a_row_without_identifiers_is_matched_by_its_title_if_that_names_one_paper(server: FaultyServer) -> None:
    reader = Reader(server)
    reader.titles = {PMID: "A Long Enough Title of a paper, without any identifier."}
    assert taken(reader.poll())["rw:3"].matched_by == "title"

    reader.titles[DOI] = "A long enough title of a paper without any identifier"
    reader.cursor = ""
    assert "rw:3" not in taken(reader.poll())


def test_a_paper_watched_by_its_pmid_is_named_by_the_rows_doi(server: FaultyServer) -> None:
    server.on("/table.csv", csv_answer(table([TableRow(7, doi="10.5555/x", pmid="12345678"), *ROWS[3:]])))

    assert str(taken(Reader(server, PMID).poll())["rw:7"].about) == "doi:10.5555/x"


def test_kept_rows_read_the_same_again(server: FaultyServer) -> None:
    outcome = Reader(server).poll()
    assert isinstance(outcome, Polled)

    assert [read_recording(reading.raw) for reading in outcome.readings] == [r.record for r in outcome.readings]


def test_the_same_table_again_is_unmodified_and_a_new_member_is_matched_all_the_same(server: FaultyServer) -> None:
    reader = Reader(server, DOI)
    reader.read()
    assert isinstance(reader.poll(), Unmodified)

    reader.watched = (DOI, PMID)
    assert reader.read() == [("pubmed:12345678", EventKind.CONCERN_RAISED)]


def test_with_a_shelf_the_table_is_not_fetched_twice(server: FaultyServer, tmp_path: Path) -> None:
    server.on("/table.csv", csv_answer(table(ROWS), ETag='"1"'))
    reader = Reader(server, DOI, cache=tmp_path / "cache")
    reader.read()
    server.on("/table.csv", status(304))

    reader.watched = (DOI, PMID)
    assert reader.read() == [("pubmed:12345678", EventKind.CONCERN_RAISED)]
    assert server.heard[-1].headers["if-none-match"] == '"1"'


def test_a_shelf_that_is_damaged_costs_a_download_and_nothing_else(server: FaultyServer, tmp_path: Path) -> None:
    server.on("/table.csv", csv_answer(table(ROWS), ETag='"1"'))
    reader = Reader(server, cache=tmp_path)
    reader.read()
    for file in tmp_path.iterdir():
        file.write_bytes(b"no gzip")

    reader.poll()

    assert "if-none-match" not in server.heard[-1].headers


def test_a_row_that_goes_comes_as_gone_and_is_told_once(server: FaultyServer) -> None:
    reader = Reader(server)
    reader.read()
    server.on("/table.csv", csv_answer(table(ROWS[1:])))

    assert reader.read() == [("doi:10.5555/paper.1", EventKind.NOTICE_VANISHED)]
    server.on("/table.csv", csv_answer(table([*ROWS[1:], TableRow(500)])))
    assert reader.read() == []


def test_a_row_that_names_another_paper_now_is_gone_for_the_first(server: FaultyServer) -> None:
    reader = Reader(server)
    reader.read()
    server.on("/table.csv", csv_answer(table([replace(ROWS[0], doi="10.5555/elsewhere"), *ROWS[1:]])))

    assert reader.read() == [("doi:10.5555/paper.1", EventKind.NOTICE_VANISHED)]


def test_of_a_paper_that_is_watched_no_longer_nothing_is_said(server: FaultyServer) -> None:
    reader = Reader(server)
    reader.read()
    reader.watched = (PMID,)

    assert reader.read() == []


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"nature": "Expression of concern"}, {EventKind.CONCERN_RAISED, EventKind.NOTICE_VANISHED}),
        ({"nature": "Reinstatement"}, {EventKind.RETRACTION_LIFTED}),
        ({"notice_doi": "10.5555/another.notice"}, {EventKind.RETRACTED}),
        ({"reasons": "+Plagiarism of Text;"}, set()),
        ({"title": "Another title"}, set()),
    ],
)
def test_what_changes_in_a_row_is_one_event_or_none(
    server: FaultyServer, changes: dict[str, str], kinds: set[EventKind]
) -> None:
    reader = Reader(server)
    reader.read()
    server.on("/table.csv", csv_answer(table([replace(ROWS[0], **changes), *ROWS[1:]])))  # type: ignore[arg-type] # texts only.

    assert {kind for _, kind in reader.read()} == kinds


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (table(ROWS)[:-40], "is cut"),
        (table(ROWS[:180]), "not taken for whole"),
        (table([]), "the table is empty"),
        (table(ROWS, order=[1, 0, *range(2, 20)]), "column 1 is 'Title'"),
        (table(ROWS, columns=[*(f"x{number}" for number in range(20))]), "column 1"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "column 1"),
        (b'{"message": "404"}\n', "column 1"),
        (table(ROWS)[: table(ROWS).index(b"\r\n") + 2], "the table is empty"),
    ],
)
def test_a_file_that_is_not_the_whole_table_gives_nothing_and_says_why(
    server: FaultyServer, body: bytes, reason: str
) -> None:
    reader = Reader(server)
    reader.read()
    cursor = reader.cursor
    server.on("/table.csv", csv_answer(body))

    outcome = reader.poll()

    assert isinstance(outcome, Unreadable)
    assert reason in outcome.reason
    assert reader.cursor == cursor


def test_cells_that_are_shifted_against_the_header_are_refused(server: FaultyServer) -> None:
    shuffled = [1, 0, *range(2, 21)]
    body = table(ROWS, order=shuffled)
    right_header = table([])
    server.on("/table.csv", csv_answer(right_header + body[body.index(b"\r\n") + 2 :]))

    outcome = Reader(server).poll()

    assert isinstance(outcome, Unreadable)
    assert "not what the header says" in outcome.reason


def test_a_table_that_stands_still_is_an_alarm_and_vouches_for_nothing(server: FaultyServer) -> None:
    reader = Reader(server)
    reader.read()
    reader.now += timedelta(days=7)
    assert isinstance(reader.poll(), Unmodified)

    reader.now += timedelta(days=7)
    outcome = reader.poll()

    assert isinstance(outcome, Polled)
    assert outcome.covered == ()
    assert "stood still since" in outcome.troubles[0]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (status(503), Unreachable),
        (status(429), Throttled),
        (status(404), Unreadable),
        (reset, Unreachable),
        (page("Sign in"), Unreadable),
        (status(304), Unreadable),
    ],
)
def test_no_fault_reads_as_a_check(server: FaultyServer, reply: Reply, outcome: type) -> None:
    server.on("/table.csv", reply)

    assert isinstance(Reader(server).poll(), outcome)


def test_an_unknown_nature_and_a_new_column_are_shown_and_survived(server: FaultyServer) -> None:
    columns = table([]).decode().strip().split(",")[:20]
    body = table([replace(ROWS[0], nature="Regret"), *ROWS[1:]], columns=[*columns, "Confidence"])
    server.on("/table.csv", csv_answer(body))

    outcome = Reader(server).poll()

    assert isinstance(outcome, Polled)
    assert set(outcome.unknown_values) == {("RetractionNature", "Regret"), ("column", "Confidence")}
