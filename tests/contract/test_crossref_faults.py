"""That nothing which Crossref does is ever read as a clean answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.domain.outcomes import Throttled, Unreachable, Unreadable
from tests.contract.asking_crossref import (
    ONE,
    THREE,
    TWO,
    YESTERDAY,
    poll,
    source,
)
from tests.contract.faulty_server import (
    FaultyServer,
    Reply,
    faulty_server,
    page,
    raw,
    reset,
    status,
)
from tests.contract.played_crossref import (
    NOT_FOUND,
    SPENT_CURSOR,
    PlayedCrossref,
    answer,
    listing,
    path_of,
    work,
)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as crossref:
        yield crossref


@pytest.fixture
def played(server: FaultyServer) -> PlayedCrossref:
    return PlayedCrossref(server, works=[work(ONE.value), work(TWO.value)])


BAD_REQUEST = (
    b'{"status":"failed","message-type":"validation-failure","message":[{"type":"filter-not-available",'
    b'"value":"is-updat","message":"Filter specified but there is no such filter for this route"}]}'
)
FAULTS = [
    (status(429), Throttled),
    (status(429, b"slow down", Retry_After="30"), Throttled),
    (status(503, b"later"), Unreachable),
    (status(503, b"later", Retry_After="60"), Throttled),
    (status(500, b'{"status":"error","message-type":"exception","message":{}}'), Unreachable),
    (status(504, b"<html><title>504 Gateway Time-out</title></html>"), Unreachable),
    (status(403, b"blocked"), Unreadable),
    (status(400, BAD_REQUEST), Unreadable),
    (status(404, b'{"status":"error","message-type":"route-not-found","message":"Route not found"}'), Unreadable),
    (status(404, b""), Unreadable),
    (status(404, b"<html>Resource not found.</html>"), Unreadable),
    (status(410, b"Resource not found."), Unreadable),
    (SPENT_CURSOR, Unreadable),
    (page("Scheduled maintenance"), Unreadable),
    (page("Crossref", "<h1>Hello</h1>"), Unreadable),
    (status(200, b'{"status":"ok","message-type":"work-list","mess', Content_Type="application/json"), Unreadable),
    (raw(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"status": "ok"'), Unreachable),
    (reset, Unreachable),
    (status(200, b""), Unreadable),
    (status(200, b"[]"), Unreadable),
    (status(200, b"{}"), Unreadable),
    (status(200, b"[" * 100_000), Unreadable),
    (
        status(200, b'{"status":"failed","message-type":"work-list","message":{"items":[],"total-results":0}}'),
        Unreadable,
    ),
    (answer("member-list", {"items": [], "total-results": 0}), Unreadable),
    (answer("work-list", []), Unreadable),
    (answer("work-list", {"items": []}), Unreadable),
    (answer("work-list", {"items": None, "total-results": 0}), Unreadable),
    (answer("work-list", {"items": ["x"], "total-results": 1}), Unreadable),
    (answer("work-list", {"items": [{"title": ["No DOI"]}], "total-results": 1}), Unreadable),
    (answer("work-list", {"items": [], "total-results": "0"}), Unreadable),
    (answer("work-list", {"items": [], "total-results": 0, "next-cursor": 5}), Unreadable),
    (listing(total=7), Unreadable),
    (answer("work", []), Unreadable),
    (answer("work", {}), Unreadable),
    (answer("work", {"DOI": None}), Unreadable),
    (answer("work-agency", {"agency": None}), Unreadable),
]


@pytest.mark.parametrize("how", [{}, {"cursor": YESTERDAY}, {"cursor": YESTERDAY, "watch": "notices"}])
@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=range(len(FAULTS)))
def test_no_fault_of_a_list_is_read_as_an_answer(
    server: FaultyServer, fault: Reply, kind: type, how: dict[str, str]
) -> None:
    """P25: a page sent in place of data is a failed check, not a change."""
    server.on("/works", fault)

    assert isinstance(poll(server, **how), kind)


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=range(len(FAULTS)))
@pytest.mark.usefixtures("played")
def test_no_fault_while_one_work_is_looked_up_is_read_as_its_end(
    server: FaultyServer, fault: Reply, kind: type
) -> None:
    server.on(path_of(THREE.value), fault)

    assert isinstance(poll(server, ONE, THREE, unread=(THREE,)), kind)
    assert isinstance(source(server).look_up(THREE), kind)


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=range(len(FAULTS)))
@pytest.mark.usefixtures("played")
def test_no_fault_while_an_agency_is_looked_up_is_read_as_an_answer(
    server: FaultyServer, fault: Reply, kind: type
) -> None:
    server.on(path_of(THREE.value), NOT_FOUND)
    server.on(f"{path_of(THREE.value)}/agency", fault)

    assert isinstance(poll(server, ONE, THREE, unread=(THREE,)), kind)


def test_a_throttle_without_a_word_waits_a_minute(server: FaultyServer) -> None:
    server.on("/works", status(429))

    assert poll(server) == Throttled(retry_after=60, reason="HTTP 429")


def test_a_block_by_hand_says_what_to_do(server: FaultyServer) -> None:
    server.on("/works", status(403, b"no"))
    outcome = poll(server)

    assert isinstance(outcome, Unreadable)
    assert "blocked this client by hand" in outcome.reason
    assert "support@crossref.org" in outcome.reason


def test_a_refused_question_is_told_in_crossrefs_words(server: FaultyServer) -> None:
    server.on("/works", status(400, BAD_REQUEST))
    outcome = poll(server)

    assert isinstance(outcome, Unreadable)
    assert "filter-not-available is-updat: Filter specified but" in outcome.reason
