"""How the tests ask a Crossref on loopback."""

from __future__ import annotations

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest
from monitor.net import Client
from monitor.sources.crossref import Crossref
from tests.contract.faulty_server import START, FaultyServer, HandClock
from tests.contract.played_crossref import doi

ONE, TWO, THREE = doi("10.1000/one"), doi("10.1000/two"), doi("10.1000/three")
NOTICE = "10.1000/notice"
CONTACT = "ops@example.org"
YESTERDAY = "2026-01-04"


def source(server: FaultyServer, *, clock: HandClock | None = None, contact: str = CONTACT) -> Crossref:
    return Crossref(Client(clock=clock or HandClock(), contact=contact), server.url("/"), contact=contact)


def request(
    *ids: Identifier, watch: str = "cited_set", cursor: str = "", unread: tuple[Identifier, ...] = ()
) -> PollRequest:
    return PollRequest(
        watch=watch,
        target="",
        identifiers=ids or (ONE, TWO),
        unread=frozenset(unread),
        cursor=cursor,
        data_version="",
        now=START,
    )


def poll(server: FaultyServer, *ids: Identifier, **how: object) -> PollOutcome:
    return source(server).poll(request(*ids, **how))  # type: ignore[arg-type]


def polled(outcome: PollOutcome) -> Polled:
    assert isinstance(outcome, Polled), outcome
    return outcome


def read(outcome: PollOutcome) -> list[str]:
    return [reading.record.identifier.value for reading in polled(outcome).readings]
