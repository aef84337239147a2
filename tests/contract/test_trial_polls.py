"""The registry is asked for what was updated, and for what was registered on a topic, as it plays by its own rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Unmodified, Unreadable
from monitor.domain.records import Trial
from monitor.domain.topics.topic import TrialSearch
from monitor.net import Client
from monitor.replay.serving import Servers
from monitor.sources.clinicaltrials import ClinicalTrials
from tests.contract.faulty_server import HandClock
from tests.contract.test_replay_world import make_world, served, study

ONE, TWO, GONE, OLD, SILENT = (Identifier.parse(f"nct:NCT0000000{number}") for number in ("1", "2", "3", "9", "5"))
WATCHED = (ONE, TWO, GONE, SILENT, OLD)
MONDAY = date(2026, 3, 9)
KNEES = TrialSearch(condition="Asthma", statuses=("RECRUITING", "NOT_YET_RECRUITING"))


def posted(nct: str, first: str, **more: Any) -> dict[str, Any]:
    """A study with the day on which it was first posted."""
    made = study(nct, updated=first, condition="Asthma", **more)
    made["protocolSection"]["statusModule"]["studyFirstPostDateStruct"] = {"date": first, "type": "ACTUAL"}
    return made


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    silent = study("NCT00000005", "SUSPENDED", updated="2026-01-01")
    files = {
        "clinicaltrials/a.json": json.dumps(
            {
                "studies": [
                    study("NCT00000001", updated="2026-01-10"),
                    study("NCT00000002", updated="2026-01-10"),
                    study("NCT00000003", updated="2026-01-10"),
                    study("NCT00000004", updated="2026-01-10", aliases=("NCT00000009",)),
                    study("NCT00000005", updated="2026-01-01"),
                    posted("NCT00000011", "2026-02-01"),
                ]
            }
        ),
        "2026-03-11/clinicaltrials/b.json": json.dumps(study("NCT00000001", "SUSPENDED", updated="2026-03-10")),
        "2026-03-11/clinicaltrials/silent.json": json.dumps(silent),
        "2026-03-11/gone.txt": "nct:NCT00000003\n",
        "2026-03-11/clinicaltrials/new.json": json.dumps(
            {
                "studies": [
                    posted("NCT00000012", "2026-03-10"),
                    posted("NCT00000013", "2026-03-10", status="COMPLETED"),
                    study("NCT00000014", updated="2026-03-10", condition="Gout"),
                ]
            }
        ),
        "world.json": json.dumps({"empty_page": 2}),
    }
    with served(make_world(tmp_path, files, last_day=date(2026, 3, 16))) as running:
        running.world.move_to(MONDAY)
        yield running


class Reader:
    """Polls as the pipeline does, with the cursor and the data version of the poll before."""

    def __init__(self, servers: Servers, *, watch: str = "cited_set", target: str = "") -> None:
        client = Client(clock=HandClock(), contact="tests@example.org")
        base = servers.urls["MONITOR_CLINICALTRIALS_URL"]
        self.servers = servers
        self.source = ClinicalTrials(client, base, searches={"knees": KNEES})
        self.watch, self.target = watch, target
        self.cursor = self.version = ""

    def poll(self, *, unread: frozenset[Identifier] = frozenset()) -> PollOutcome:
        outcome = self.source.poll(
            PollRequest(
                watch=self.watch,
                target=self.target,
                identifiers=WATCHED,
                unread=unread,
                cursor=self.cursor,
                data_version=self.version,
                now=datetime.combine(self.servers.world.today, datetime.min.time(), UTC),
                since=date(2026, 1, 15),
            )
        )
        if isinstance(outcome, Polled):
            self.cursor, self.version = outcome.cursor, outcome.data_version
        return outcome

    def read(self, **asked: Any) -> dict[str, str]:
        """The trials that came, with their status."""
        outcome = self.poll(**asked)
        assert isinstance(outcome, Polled), outcome
        trials = [reading.record for reading in outcome.readings if isinstance(reading.record, Trial)]
        return {trial.identifier.value: trial.overall_status for trial in trials}


def test_after_the_first_poll_only_what_was_updated_is_read(servers: Servers) -> None:
    reader = Reader(servers)
    assert len(reader.read()) == 5
    assert reader.cursor == "2026-03-09"

    servers.world.move_to(date(2026, 3, 11))
    assert reader.read() == {"NCT00000001": "SUSPENDED"}


def test_what_changed_without_an_update_is_seen_at_the_rolling_reread(servers: Servers) -> None:
    reader = Reader(servers)
    reader.poll()
    servers.world.move_to(date(2026, 3, 11))

    assert reader.read(unread=frozenset({SILENT})) == {"NCT00000001": "SUSPENDED", "NCT00000005": "SUSPENDED"}


@pytest.mark.parametrize("marked", ["UNKNOWN", "retracted"])
def test_what_the_registry_itself_marks_is_seen_on_the_day_though_no_update_is_posted(
    tmp_path: Path, marked: str
) -> None:
    """In the recorded step of NCT05294952 to UNKNOWN the day of the last update stays two years old."""
    before = study("NCT00000005", updated="2024-02-05")
    after = study("NCT00000005", "UNKNOWN" if marked == "UNKNOWN" else "RECRUITING", updated="2024-02-05")
    for made, marks in ((before, ()), (after, ({"pmid": "200", "source": "J"},) if marked == "retracted" else ())):
        made["protocolSection"]["referencesModule"] = {
            "references": [{"pmid": "100", "type": "RESULT", **({"retractions": list(marks)} if marks else {})}]
        }
    files = {
        "clinicaltrials/a.json": json.dumps({"studies": [before, study("NCT00000001", updated="2024-02-05")]}),
        "2026-03-11/clinicaltrials/b.json": json.dumps(after),
    }
    with served(make_world(tmp_path, files, last_day=date(2026, 3, 16))) as running:
        running.world.move_to(MONDAY)
        reader = Reader(running)
        reader.poll()
        running.world.move_to(date(2026, 3, 11))

        assert list(reader.read()) == ["NCT00000005"]


def test_a_trial_that_the_registry_lists_no_more_is_missing_and_an_alias_is_not(servers: Servers) -> None:
    reader = Reader(servers)
    reader.poll()
    servers.world.move_to(date(2026, 3, 11))

    outcome = reader.poll()

    assert isinstance(outcome, Polled)
    assert outcome.missing == (GONE,)
    assert outcome.covered == WATCHED


def test_the_same_data_asked_again_say_no_second_time_that_a_trial_is_missing(servers: Servers) -> None:
    reader = Reader(servers)
    reader.poll()
    told = []
    for day in (13, 14, 15, 16):
        servers.world.move_to(date(2026, 3, day))
        outcome = reader.poll(unread=frozenset({GONE}))
        assert isinstance(outcome, Polled)
        told.append(outcome.missing)

    assert told == [(GONE,), (), (), (GONE,)]


def test_an_update_that_appears_days_after_its_date_is_within_the_overlap(servers: Servers) -> None:
    reader = Reader(servers)
    servers.world.move_to(date(2026, 3, 10))
    reader.poll()
    reader.cursor = "2026-03-13"
    reader.version = ""
    servers.world.move_to(date(2026, 3, 13))

    assert "NCT00000001" in reader.read()


def test_the_cursor_stays_while_a_study_cannot_be_read_and_the_study_is_not_covered(servers: Servers) -> None:
    reader = Reader(servers)
    reader.poll()
    servers.world.move_to(date(2026, 3, 11))
    broken = study("NCT00000001", updated="2026-03-11")
    del broken["protocolSection"]["statusModule"]["overallStatus"]
    servers.world.studies(date(2026, 3, 11))["NCT00000001"].update(broken)

    outcome = reader.poll()

    assert isinstance(outcome, Polled)
    assert ONE not in outcome.covered
    assert outcome.unreadable == (ONE,)
    assert "without its overall status" in outcome.troubles[0]
    assert reader.cursor == "2026-03-09"


def test_a_topic_finds_what_was_registered_since_by_condition_and_status(servers: Servers) -> None:
    reader = Reader(servers, watch="trials", target="knees")
    assert reader.read() == {"NCT00000011": "RECRUITING"}

    servers.world.move_to(date(2026, 3, 11))
    outcome = reader.poll()
    assert isinstance(outcome, Polled)
    assert [(reading.record.identifier.value, reading.topics) for reading in outcome.readings] == [
        ("NCT00000012", ("knees",))
    ]
    assert outcome.window_start == MONDAY - timedelta(days=7)


def test_a_topic_that_asks_otherwise_is_searched_from_the_start(servers: Servers) -> None:
    reader = Reader(servers, watch="trials", target="knees")
    reader.poll()
    client = Client(clock=HandClock(), contact="tests@example.org")
    base = servers.urls["MONITOR_CLINICALTRIALS_URL"]
    reader.source = ClinicalTrials(client, base, searches={"knees": TrialSearch(condition="Asthma")})

    outcome = reader.poll()

    assert isinstance(outcome, Polled)
    assert outcome.window_start == date(2026, 1, 15)


def test_a_new_study_that_cannot_be_read_is_told_and_the_others_are_found(servers: Servers) -> None:
    reader = Reader(servers, watch="trials", target="knees")
    reader.poll()
    held = reader.cursor
    servers.world.move_to(date(2026, 3, 11))
    broken = posted("NCT00000012", "2026-03-10")
    del broken["protocolSection"]["designModule"]
    broken["protocolSection"]["identificationModule"]["nctId"] = 12
    servers.world.studies(date(2026, 3, 11))["NCT00000012"].update(broken)
    servers.world.studies(date(2026, 3, 11))["NCT00000014"].update(posted("NCT00000014", "2026-03-10"))

    outcome = reader.poll()

    assert isinstance(outcome, Polled)
    assert [reading.record.identifier.value for reading in outcome.readings] == ["NCT00000014"]
    assert "needs its NCT number" in outcome.troubles[0]
    assert reader.cursor == held


def test_a_topic_that_is_gone_is_told(servers: Servers) -> None:
    assert isinstance(Reader(servers, watch="trials", target="hips").poll(), Unreadable)


def test_without_new_data_nothing_is_walked(servers: Servers) -> None:
    reader = Reader(servers)
    reader.poll()
    asked = len(servers.requests)

    assert isinstance(reader.poll(), Unmodified)
    assert len(servers.requests) == asked + 1
    assert servers.violations == []
