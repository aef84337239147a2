"""Real rows and real days of the Retraction Watch table, through the source that production polls."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from monitor.domain.diff import Sighting, between, standing
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Unmodified, Unreadable
from monitor.domain.rules.retraction_watch import SHOWN_BY_NATURE
from monitor.domain.works import RetractionEntry
from monitor.net import Client
from monitor.sources.retraction_watch import RetractionWatch
from tests.contract.faulty_server import FaultyServer, HandClock, faulty_server, status
from tests.contract.recorded_retractions import (
    END,
    NATURES,
    START,
    Facts,
    Synthesis,
    after,
    identifier,
    read_days,
    read_map,
)
from tests.contract.retraction_tables import row, table

SAMPLED = 40
"""Of the papers without an event every so many-th stands in the synthesised tables, and half of those are watched."""


@pytest.fixture
def recorded(shared: Path) -> Path:
    return shared / "data" / "crossref" / "retraction_watch"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as gitlab:
        yield gitlab


@dataclass(slots=True)
class Desk:
    """Polls as production does, and holds the records last read as the store does."""

    server: FaultyServer
    watched: tuple[Identifier, ...]
    held: dict[Identifier, RetractionEntry] = field(default_factory=dict)
    last: Polled = field(default_factory=Polled)

    def ask(self, body: bytes, now: datetime) -> PollOutcome:
        """One poll of a table, of which nothing is stored."""
        self.server.on("/table.csv", status(200, body))
        client = Client(clock=HandClock(), contact="tests@example.org")
        return RetractionWatch(client, self.server.url("/table.csv")).poll(
            PollRequest(
                watch="cited_set",
                target="",
                identifiers=self.watched,
                unread=frozenset(),
                cursor=self.last.cursor,
                data_version=self.last.data_version,
                now=now,
                held=tuple(self.held.values()),
            )
        )

    def poll(self, body: bytes, now: datetime) -> list[Sighting]:
        """One poll that is accepted and stored; what came of it, in the order of the rows."""
        outcome = self.ask(body, now)
        assert isinstance(outcome, Polled), outcome
        assert outcome.covered == self.watched
        self.last, told = outcome, []
        for reading in outcome.readings:
            record = reading.record
            assert isinstance(record, RetractionEntry)
            told += between(self.held.get(record.identifier), record).came
            self.held[record.identifier] = record
        return told

    def listed(self) -> Facts:
        """What stands in the records held, in the spelling of the recorded facts."""
        kinds = {nature: kind for kind, nature in NATURES.items()}
        entries = [entry for entry in self.held.values() if entry.state == "listed"]
        return {str(entry.about): (kinds[entry.nature], entry.notice_doi) for entry in entries}


def spelled(facts: Facts) -> Facts:
    """Recorded facts as a record spells them."""
    return {identifier(doi): (kind, identifier(notice).removeprefix("doi:")) for doi, (kind, notice) in facts.items()}


def wanted(facts: Facts, eventful: set[str]) -> Facts:
    """The part of the recorded tables that is synthesised."""
    quiet = set(sorted(set(facts) - eventful)[::SAMPLED])
    return {doi: fact for doi, fact in facts.items() if doi in eventful or doi in quiet}


def told_of(sightings: list[Sighting], former: dict[str, str]) -> Counter[tuple[str, EventKind, str]]:
    """What the sightings tell; a notice before that is the row itself is spelled as it is recorded: not at all."""
    return Counter(
        (str(one.signal.record), one.signal.kind, former.get(one.formerly, one.formerly)) for one in sightings
    )


def test_every_recorded_day_tells_each_change_once_and_nothing_else(recorded: Path, server: FaultyServer) -> None:
    """51 days of the real table: what was added, removed and changed is told exactly once each, on its day.

    Papers, notices, natures and days are recorded; the rows around them are synthesised (see `recorded_retractions`),
    and of the papers without an event only a part. Before each day a file comes that is none.
    """
    days = list(read_days(recorded))
    eventful = {change.doi for _, changes in days for change in changes}
    facts = wanted(read_map(recorded, START), eventful)
    quiet = sorted(set(facts) - eventful)[::2]
    desk = Desk(server, tuple(Identifier.parse(identifier(doi)) for doi in sorted({*eventful, *quiet})))
    synthesis, begun = Synthesis(), datetime(2026, 5, 27, tzinfo=UTC)
    body = synthesis.table(facts)
    first = desk.poll(body, begun)
    assert Counter(str(one.signal.record) for one in first) == dict.fromkeys(desk.listed(), 1)
    assert isinstance(desk.ask(body, begun), Unmodified)

    for (day, changes), spoil in zip(days, cycle((emptied, cut, shuffled, lost)), strict=False):
        before = dict(desk.held)
        facts = after(facts, changes)
        body = synthesis.table(facts)
        assert isinstance(desk.ask(spoil(body), day), Unreadable)
        assert desk.held == before

        told = desk.poll(body, day)

        former = {f"rw:{synthesis.number(change.doi, change.kind)}": "" for change in changes}
        expected = Counter((paper, kind, identifier(before)) for paper, kind, before in (one.told for one in changes))
        assert told_of(told, former) == expected
        assert isinstance(desk.ask(body, day), Unmodified)

    watched = set(map(str, desk.watched))
    at_the_end = spelled(read_map(recorded, END))
    assert desk.listed() == {doi: fact for doi, fact in at_the_end.items() if doi in watched}
    assert len(days) == 51


def emptied(body: bytes) -> bytes:
    """The header, and nothing under it."""
    return body[: body.index(b"\n") + 1]


def cut(body: bytes) -> bytes:
    """The file up to somewhere in a row behind its first third."""
    return body[: body.index(b"Synthesised", len(body) // 3)]


def shuffled(body: bytes) -> bytes:
    """The same rows under a header of another order."""
    return body.replace(b"RetractionDOI,RetractionPubMedID", b"RetractionPubMedID,RetractionDOI", 1)


def lost(body: bytes) -> bytes:
    """The file without its last rows, cut at the end of one."""
    lines = body.splitlines(keepends=True)
    return b"".join(lines[: len(lines) * 9 // 10])


def test_the_whole_recorded_table_is_read_and_then_alarms_when_it_stands_still(
    recorded: Path, server: FaultyServer
) -> None:
    """All 60,247 papers of the first day in one table, some hundred of them watched, and the 61,542 of the last day."""
    facts, synthesis = read_map(recorded, START), Synthesis()
    some = sorted(facts)[::500]
    desk = Desk(server, tuple(Identifier.parse(identifier(doi)) for doi in some))
    monday = datetime(2026, 8, 10, tzinfo=UTC)
    desk.poll(synthesis.table(facts), monday - timedelta(days=75))
    later = read_map(recorded, END)
    body = synthesis.table(later)
    desk.poll(body, monday)
    still = desk.ask(body, monday + timedelta(days=10))

    assert desk.last.data_version == f"{len(later)} rows, 2026-08-10"
    assert desk.listed() == spelled({doi: later[doi] for doi in some if doi in later})
    assert isinstance(still, Polled)
    assert (still.covered, still.readings, len(still.troubles)) == ((), (), 1)


def test_every_row_of_the_recorded_sample_is_read_and_shows_what_it_says(recorded: Path, server: FaultyServer) -> None:
    body = (recorded / "rw_gold_61rows_native_columns.csv").read_bytes()
    papers = [line["OriginalPaperDOI"] for line in csv.DictReader(body.decode().splitlines())]
    desk = Desk(server, tuple(sorted({Identifier.parse(identifier(doi)) for doi in papers})))
    told = desk.poll(body, datetime(2026, 1, 9, tzinfo=UTC))

    assert Counter(entry.nature for entry in desk.held.values()) == {
        "Retraction": 24,
        "Correction": 20,
        "Expression of concern": 12,
        "Reinstatement": 5,
    }
    assert Counter(one.signal.kind for one in told) == {
        EventKind.RETRACTED: 24,
        EventKind.CORRECTED: 20,
        EventKind.CONCERN_RAISED: 12,
        EventKind.RETRACTION_LIFTED: 5,
    }
    assert desk.last.unknown_values == ()
    assert all(entry.noticed_on and entry.published_on and entry.reasons for entry in desk.held.values())


@pytest.mark.parametrize(
    ("number", "about", "kind", "shown_by", "day"),
    [
        (4036, "doi:10.1016/s0140-6736(97)11096-0", "retracted", "doi:10.1016/s0140-6736(10)60175-4", "2010-02-06"),
        (17269, "doi:10.1016/s0140-6736(97)11096-0", "corrected", "doi:10.1016/s0140-6736(04)15715-2", "2004-03-06"),
        (3709, "doi:10.1007/s11010-009-0306-z", "retracted", "rw:3709", "2010-04-01"),
        (22290, "doi:10.1093/annonc/mdy520", "retraction_lifted", "pubmed:30535230", "2019-12-24"),
        (13815, "doi:10.1109/icicisys.2010.5658413", "retracted", "rw:13815", "2010-12-06"),
        (17967, "doi:10.1158/0008-5472.can-07-5944", "corrected", "doi:10.1158/0008-5472.can-68-10-cor1", "2008-05-15"),
    ],
)
def test_known_rows_show_what_is_known_of_them(
    recorded: Path, server: FaultyServer, number: int, about: str, kind: str, shown_by: str, day: str
) -> None:
    """By DOI, by PMID alone, with the notice in place of the paper, and with one of its two identifiers in place."""
    desk = Desk(server, (Identifier.parse(about),))
    desk.poll((recorded / "rw_gold_61rows_native_columns.csv").read_bytes(), datetime(2026, 1, 9, tzinfo=UTC))
    [signal] = standing(desk.held[Identifier.parse(f"rw:{number}")])

    assert (str(signal.record), signal.kind, signal.shown_by) == (about, kind, shown_by)
    assert signal.happened_on == date.fromisoformat(day)


def test_rows_of_a_paper_are_found_by_its_pmid_alone(recorded: Path, server: FaultyServer) -> None:
    desk = Desk(server, (Identifier.parse("pubmed:9500320"),))
    desk.poll((recorded / "rw_gold_61rows_native_columns.csv").read_bytes(), datetime(2026, 1, 9, tzinfo=UTC))

    assert {str(entry.identifier): entry.matched_by for entry in desk.held.values()} == {
        "rw:4036": "pmid",
        "rw:17269": "pmid",
    }


def test_the_facts_of_a_sample_of_2025_are_read_in_every_spelling(recorded: Path, server: FaultyServer) -> None:
    """4,827 recorded rows: DOIs, dates and natures are theirs, in rows of ours. Some notices are Unavailable."""
    with gzip.open(recorded / "mdpi_sprint_rw_sampled_2025-04.csv.gz", "rt", encoding="utf-8", newline="") as text:
        sample = list(csv.DictReader(text))
    made = [
        row(
            number,
            OriginalPaperDOI=one["originalpaperdoi"],
            OriginalPaperDate=one["originalpaperdate"],
            RetractionDOI=one["retractiondoi"],
            RetractionDate=one["retractiondate"],
            RetractionNature=one["retractionnature"],
        )
        for number, one in enumerate(sample, start=1)
    ]
    desk = Desk(server, tuple({Identifier.parse(identifier(one["originalpaperdoi"])) for one in sample}))
    told = desk.poll(table(made), datetime(2026, 1, 9, tzinfo=UTC))

    assert len(desk.held) == len(told) == len(sample) == 4827
    assert Counter(one.signal.kind for one in told) == Counter(
        SHOWN_BY_NATURE[one["retractionnature"]] for one in sample
    )
    assert all(entry.noticed_on and entry.published_on for entry in desk.held.values())
    unnamed = sum(
        one["retractiondoi"].lower() in {"unavailable", "none", one["originalpaperdoi"].lower()} for one in sample
    )
    assert sum(one.signal.shown_by.startswith("rw:") for one in told) == unnamed
