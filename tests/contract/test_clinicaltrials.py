"""How ClinicalTrials.gov is asked, and that nothing it does is ever read as a clean answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Throttled, Unmodified, Unreachable, Unreadable
from monitor.domain.records import Trial
from monitor.net import Client
from monitor.sources.clinicaltrials import ClinicalTrials
from tests.contract.faulty_server import (
    START,
    FaultyServer,
    HandClock,
    Reply,
    faulty_server,
    page,
    raw,
    reset,
    sequence,
    status,
)

MONDAY, TUESDAY, WEDNESDAY = "2026-01-05T09:00:06", "2026-01-06T09:00:06", "2026-01-07T09:00:06"
ONE, TWO, OLD = (Identifier.parse(f"nct:{number}") for number in ("NCT00000001", "NCT00000002", "NCT00000099"))


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as registry:
        registry.on("/version", version(TUESDAY))
        registry.on("/studies", studies(study(ONE), study(TWO)))
        yield registry


def version(stamp: str) -> Reply:
    return answer({"apiVersion": "2.0.5", "dataTimestamp": stamp})


def answer(value: object) -> Reply:
    return status(200, json.dumps(value).encode(), Content_Type="application/json")


def studies(*found: object, token: str | None = None) -> Reply:
    return answer({"studies": found, **({"nextPageToken": token} if token else {})})


def study(identifier: Identifier, *, aliases: tuple[str, ...] = (), overall: str = "RECRUITING") -> dict[str, object]:
    return {
        "protocolSection": {
            "identificationModule": {"nctId": identifier.value, "nctIdAliases": list(aliases), "briefTitle": "A trial"},
            "statusModule": {"overallStatus": overall},
        },
        "hasResults": False,
    }


def poll(
    server: FaultyServer,
    *ids: Identifier,
    held: str = MONDAY,
    unread: frozenset[Identifier] = frozenset(),
    clock: HandClock | None = None,
) -> PollOutcome:
    client = Client(clock=clock or HandClock(), contact="tests@example.org")
    return ClinicalTrials(client, server.url("/")).poll(
        PollRequest(
            watch="cited_set",
            target="",
            identifiers=ids or (ONE, TWO),
            unread=unread,
            cursor="",
            data_version=held,
            now=START,
        )
    )


def polled(outcome: PollOutcome) -> Polled:
    assert isinstance(outcome, Polled), outcome
    return outcome


def asked_ids(server: FaultyServer) -> list[str]:
    return [parse_qs(urlsplit(target).query)["filter.ids"][0] for target in server.targets if "filter.ids" in target]


def test_the_cited_trials_are_read_and_vouched_for(server: FaultyServer) -> None:
    outcome = polled(poll(server))

    assert [str(reading.record.identifier) for reading in outcome.readings] == [str(ONE), str(TWO)]
    assert (outcome.covered, outcome.missing, outcome.data_version) == ((ONE, TWO), (), TUESDAY)
    assert asked_ids(server) == ["NCT00000001|NCT00000002"]


def test_nothing_is_asked_while_the_registry_has_not_loaded_new_data(server: FaultyServer) -> None:
    assert poll(server, held=TUESDAY) == Unmodified(data_version=TUESDAY)
    assert server.targets == ["/version"]


def test_between_two_loads_only_what_was_never_read_is_asked_for(server: FaultyServer) -> None:
    outcome = polled(poll(server, held=TUESDAY, unread=frozenset({TWO})))

    assert asked_ids(server) == ["NCT00000002"]
    assert [reading.record.identifier for reading in outcome.readings] == [TWO]
    assert outcome.covered == (ONE, TWO)


def test_an_empty_page_is_not_the_last_one(server: FaultyServer) -> None:
    server.on("/studies", sequence(studies(study(ONE), token="a"), studies(token="b"), studies(study(TWO))))
    outcome = polled(poll(server))

    assert [reading.record.identifier for reading in outcome.readings] == [ONE, TWO]
    assert [parse_qs(urlsplit(target).query).get("pageToken") for target in server.targets[1:4]] == [None, ["a"], ["b"]]


def test_pages_that_go_round_in_a_circle_are_no_answer(server: FaultyServer) -> None:
    server.on("/studies", studies(study(ONE), token="a"))

    assert isinstance(poll(server), Unreadable)


def test_at_most_a_hundred_numbers_go_into_one_question(server: FaultyServer) -> None:
    ids = tuple(Identifier.parse(f"nct:NCT{number:08}") for number in range(1, 251))
    server.on("/studies", sequence(*(studies(*map(study, ids[start : start + 100])) for start in (0, 100, 200))))
    outcome = polled(poll(server, *ids))

    assert [len(asked.split("|")) for asked in asked_ids(server)] == [100, 100, 50]
    assert len(outcome.readings) == 250


def test_requests_keep_the_pace_the_registry_asks_for(server: FaultyServer) -> None:
    clock = HandClock()
    poll(server, clock=clock)

    assert len(server.heard) == 3
    assert sum(clock.waits) >= 2.0
    assert all("freshness-monitor" in heard.headers["user-agent"] for heard in server.heard)


def test_a_trial_the_registry_does_not_hold_is_missing_and_the_others_are_read(server: FaultyServer) -> None:
    server.on("/studies", studies(study(ONE)))
    outcome = polled(poll(server))

    assert outcome.missing == (TWO,)
    assert [reading.record.identifier for reading in outcome.readings] == [ONE]
    assert "/studies/NCT00000002" in server.targets


def test_a_trial_found_by_its_alias_is_recorded_under_the_watched_number(server: FaultyServer) -> None:
    server.on("/studies", studies())
    server.on("/studies/NCT00000099", status(301, Location=server.url("/studies/NCT00000001")))
    server.on("/studies/NCT00000001", answer(study(ONE, aliases=(OLD.value,))))
    [reading] = polled(poll(server, OLD)).readings
    again = ClinicalTrials(Client(clock=HandClock(), contact="tests@example.org"), server.url("/")).reread(reading.raw)

    assert isinstance(reading.record, Trial)
    assert (reading.record.identifier, reading.record.aliases) == (OLD, (ONE.value,))
    assert again == reading.record


def test_an_alias_within_the_list_is_recognised(server: FaultyServer) -> None:
    server.on("/studies", studies(study(ONE, aliases=(OLD.value,))))
    outcome = polled(poll(server, OLD))

    assert [reading.record.identifier for reading in outcome.readings] == [OLD]
    assert len(server.targets) == 3


def test_another_study_than_the_one_asked_for_is_no_answer(server: FaultyServer) -> None:
    server.on("/studies", studies())
    server.on("/studies/NCT00000002", answer(study(ONE)))

    assert isinstance(poll(server, TWO), Unreadable)


def test_a_walk_during_which_new_data_were_loaded_is_begun_again(server: FaultyServer) -> None:
    server.on("/version", sequence(version(TUESDAY), version(WEDNESDAY), version(WEDNESDAY)))
    server.on("/studies", sequence(studies(study(ONE)), studies(study(ONE, overall="COMPLETED"))))
    outcome = polled(poll(server, ONE))

    [record] = [reading.record for reading in outcome.readings]
    assert isinstance(record, Trial)
    assert (outcome.data_version, record.overall_status) == (WEDNESDAY, "COMPLETED")


def test_a_walk_whose_token_died_with_the_old_data_is_begun_again(server: FaultyServer) -> None:
    server.on("/version", sequence(version(TUESDAY), version(WEDNESDAY), version(WEDNESDAY)))
    dead = status(400, b"`pageToken` parameter is of an older version of the data")
    server.on("/studies", sequence(studies(study(ONE), token="a"), dead, studies(study(ONE, overall="COMPLETED"))))
    outcome = polled(poll(server, ONE))

    [record] = [reading.record for reading in outcome.readings]
    assert isinstance(record, Trial)
    assert (outcome.data_version, record.overall_status) == (WEDNESDAY, "COMPLETED")


def test_data_that_go_back_under_a_walk_are_no_answer(server: FaultyServer) -> None:
    server.on("/version", sequence(version(WEDNESDAY), version(TUESDAY), version(TUESDAY)))
    outcome = poll(server, ONE)

    assert isinstance(outcome, Unreadable)
    assert "went back" in outcome.reason


def test_data_that_move_under_every_walk_are_no_answer(server: FaultyServer) -> None:
    server.on("/version", sequence(*(version(f"2026-01-06T09:00:0{second}") for second in range(4))))

    assert isinstance(poll(server), Unreadable)


def test_data_older_than_what_we_hold_are_not_read(server: FaultyServer) -> None:
    server.on("/version", version(MONDAY))
    outcome = poll(server, held=TUESDAY, unread=frozenset({ONE}))

    assert isinstance(outcome, Unreadable)
    assert "went back" in outcome.reason


FAULTS = [
    (status(429, b"slow down", Retry_After="30"), Throttled),
    (status(503, b"later"), Unreachable),
    (status(503, b"later", Retry_After="60"), Throttled),
    (status(500), Unreachable),
    (status(403, b"no"), Unreadable),
    (status(400, b"Invalid prefix in parameter name"), Unreadable),
    (status(404), Unreadable),
    (page("Scheduled maintenance"), Unreadable),
    (page("ClinicalTrials.gov", "<h1>Hello</h1>"), Unreadable),
    (status(200, b'{"studies": [{"protocolSection": {"ident', Content_Type="application/json"), Unreadable),
    (raw(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"studies": ['), Unreachable),
    (reset, Unreachable),
    (status(200, b""), Unreadable),
    (answer([]), Unreadable),
    (answer({"studies": None}), Unreadable),
    (answer({"studies": ["x"]}), Unreadable),
    (answer({"studies": [{}]}), Unreadable),
    (answer({"error": "x"}), Unreadable),
    (answer({"studies": [], "nextPageToken": 5}), Unreadable),
    (answer({"dataTimestamp": ""}), Unreadable),
]


@pytest.mark.parametrize("path", ["/version", "/studies"])
@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=range(len(FAULTS)))
def test_no_fault_of_the_registry_is_read_as_an_answer(
    server: FaultyServer, path: str, fault: Reply, kind: type
) -> None:
    """P25: a page sent in place of data is a failed check, not a change."""
    server.on(path, fault)

    assert isinstance(poll(server), kind)


@pytest.mark.parametrize(("fault", "kind"), FAULTS[:3] + FAULTS[7:12], ids=range(8))
def test_a_fault_while_one_trial_is_looked_up_is_not_read_as_its_end(
    server: FaultyServer, fault: Reply, kind: type
) -> None:
    server.on("/studies", studies(study(ONE)))
    server.on("/studies/NCT00000002", fault)

    assert isinstance(poll(server), kind)


def test_an_empty_list_makes_every_trial_be_asked_for_before_it_is_missing(server: FaultyServer) -> None:
    server.on("/studies", studies())
    server.on("/studies/NCT00000001", answer(study(ONE)))
    outcome = polled(poll(server))

    assert ([reading.record.identifier for reading in outcome.readings], outcome.missing) == ([ONE], (TWO,))


def test_values_no_reader_knows_come_with_the_poll(server: FaultyServer) -> None:
    server.on("/studies", studies(study(ONE, overall="PAUSED")))

    assert polled(poll(server, ONE)).unknown_values == (("protocolSection.statusModule.overallStatus", "PAUSED"),)
