"""What a trial planned when it began, where the operator has the registry's history asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.diff import between, standing
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Polled, PollRequest
from monitor.domain.records import Trial
from monitor.net import Client
from monitor.replay.serving import Servers
from monitor.sources.clinicaltrials import ClinicalTrials, read_recording
from tests.contract.faulty_server import HandClock
from tests.contract.test_replay_world import make_world, served, study

TRIAL = Identifier.parse("nct:NCT00000001")


def version(posted: str, outcome: str) -> dict[str, Any]:
    made = study("NCT00000001", updated=posted)
    protocol = made["protocolSection"]
    protocol["statusModule"]["startDateStruct"] = {"date": "2026-01-15", "type": "ACTUAL"}
    protocol["outcomesModule"] = {"primaryOutcomes": [{"measure": outcome, "timeFrame": "12 weeks"}]}
    return made


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    files = {
        "clinicaltrials/a.json": json.dumps(version("2025-10-01", "Number of relapses in a year")),
        "2026-01-10/clinicaltrials/a.json": json.dumps(version("2026-01-10", "Change in pain on the WOMAC scale")),
        "2026-03-02/clinicaltrials/a.json": json.dumps(version("2026-03-01", "Time to walk ten metres")),
    }
    with served(make_world(tmp_path, files, last_day=date(2026, 3, 16))) as running:
        running.world.move_to(date(2026, 3, 11))
        yield running


def read(servers: Servers, *, with_history: bool = True) -> Trial:
    client = Client(clock=HandClock(), contact="tests@example.org")
    base = servers.urls["MONITOR_CLINICALTRIALS_URL"]
    outcome = ClinicalTrials(client, base, with_history=with_history).poll(
        PollRequest(
            watch="cited_set",
            target="",
            identifiers=(TRIAL,),
            unread=frozenset({TRIAL}),
            cursor="",
            data_version="",
            now=datetime(2026, 3, 11, tzinfo=UTC),
        )
    )
    assert isinstance(outcome, Polled), outcome
    [reading] = outcome.readings
    assert read_recording(reading.raw) == reading.record
    assert isinstance(reading.record, Trial)
    return reading.record


def test_the_outcomes_that_were_registered_when_it_began_are_beside_those_of_now(servers: Servers) -> None:
    trial = read(servers)

    [signal] = standing(trial)
    assert signal.kind is EventKind.TRIAL_OUTCOME_SWITCHED
    assert signal.because == (
        "primary outcomes differ from those registered when the trial began: "
        "no longer “Change in pain on the WOMAC scale”; now “Time to walk ten metres”"
    )


def test_without_the_setting_nothing_of_it_is_asked(servers: Servers) -> None:
    assert standing(read(servers, with_history=False)) == ()
    assert not [request for request in servers.requests if "/int/" in request.target]


def test_an_end_of_the_history_is_neither_a_failure_nor_news(servers: Servers) -> None:
    before = read(servers)
    servers.world.study_versions = lambda _nct, _day: []  # type: ignore[method-assign] # The address has vanished.

    after = read(servers)

    assert after.outcomes_at_start == ()
    assert between(before, after).came == ()
