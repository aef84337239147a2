"""Politeness: the pace of a host, the time it asks for, and the breaker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.clock import SystemClock
from monitor.domain.outcomes import Fetched, FetchOutcome, Throttled, Unreachable
from monitor.net import Client, Gates, Manners
from tests.contract.faulty_server import START, FaultyServer, HandClock, faulty_server, raw, sequence, slow, status

UNPACED = Manners(pace_seconds=0)
DAY = 24 * 3600


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def client(clock: HandClock) -> Client:
    return Client(clock=clock, contact="editors@example.org")


def _ask_from_threads(client: Client, urls: list[str], manners: Manners) -> list[FetchOutcome]:
    outcomes: list[FetchOutcome] = []
    threads = [threading.Thread(target=lambda at=url: outcomes.append(client.get(at, manners=manners))) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return outcomes


def test_eight_threads_keep_the_pace_of_a_host_and_one_connection(server: FaultyServer) -> None:
    """P61, as the server sees it."""
    client = Client(clock=SystemClock(), contact="a@example.org")
    url = server.on("/", slow(0.02, status(200, b"ok")))

    outcomes = _ask_from_threads(client, [url] * 8, Manners(pace_seconds=0.12))

    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    starts = sorted(heard.at for heard in server.heard)
    assert len(starts) == 8
    # The server's own thread may note a connection a few milliseconds late.
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.11
    assert server.busiest == 1


def test_hosts_do_not_wait_for_each_other(server: FaultyServer, clock: HandClock, client: Client) -> None:
    with faulty_server() as other:
        server.on("/", status(200, b"ok"))
        other.on("/", status(200, b"ok"))

        client.get(server.url("/"), manners=Manners(pace_seconds=9))
        client.get(other.url("/"), manners=Manners(pace_seconds=9))

    assert clock.waits == []


def test_the_pace_is_waited_for_between_two_starts(server: FaultyServer, clock: HandClock, client: Client) -> None:
    server.on("/", status(200, b"ok"))
    for _ in range(3):
        client.get(server.url("/"), manners=Manners(pace_seconds=1.0))

    assert sum(clock.waits) == pytest.approx(2.0)


def test_a_long_pace_is_not_waited_for_but_told(server: FaultyServer, clock: HandClock, client: Client) -> None:
    url = server.on("/", status(200, b"ok"))
    client.get(url, manners=Manners(pace_seconds=30))

    assert client.get(url, manners=Manners(pace_seconds=30)) == Throttled(retry_after=30, reason="pace of this host")
    assert (len(server.heard), clock.waits) == (1, [])
    clock.move(30)
    assert isinstance(client.get(url, manners=Manners(pace_seconds=30)), Fetched)


def test_a_wait_cut_short_sends_nothing(server: FaultyServer) -> None:
    """The program is asked to stop while a request waits for its turn."""
    stopping = threading.Event()
    client = Client(clock=SystemClock(stopping), contact="a@example.org")
    url = server.on("/", status(200, b"ok"))
    client.get(url, manners=Manners(pace_seconds=5))
    stopping.set()

    assert isinstance(client.get(url, manners=Manners(pace_seconds=5)), Throttled)
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("code", "header", "seconds"),
    [
        (429, "120", 120),
        (503, "120", 120),
        (429, "Mon, 05 Jan 2026 12:05:00 GMT", 300),
        (503, "Mon, 05 Jan 2026 12:05:00 GMT", 300),
        (429, "Monday, 05-Jan-26 12:05:00 GMT", 300),
        (429, "9999999", DAY),
        (429, "Fri, 01 Jan 2100 00:00:00 GMT", DAY),
        (429, "0", 1),
        (429, "Mon, 05 Jan 2026 11:00:00 GMT", 1),
        (429, "soon", 60),
    ],
)
def test_a_host_that_asks_us_to_wait_is_left_alone_until_then(
    server: FaultyServer, clock: HandClock, client: Client, code: int, header: str, seconds: int
) -> None:
    """P21: seconds and dates, at most a day, and no request before."""
    url = server.on("/", sequence(status(code, b"slow down", Retry_After=header), status(200, b"ok")))

    assert client.get(url, manners=UNPACED) == Throttled(retry_after=seconds, reason=f"HTTP {code}")
    clock.move(seconds - 0.5)
    rest = client.get(url, manners=UNPACED)

    assert isinstance(rest, Throttled)
    assert rest.retry_after == pytest.approx(0.5)
    assert len(server.heard) == 1
    clock.move(0.5)
    assert isinstance(client.get(url, manners=UNPACED), Fetched)


def test_a_rate_limit_without_a_time_means_a_minute(server: FaultyServer, client: Client) -> None:
    assert client.get(server.on("/", status(429)), manners=UNPACED) == Throttled(retry_after=60, reason="HTTP 429")


def test_threads_that_wait_in_line_hear_of_the_throttling(server: FaultyServer, client: Client) -> None:
    """P21: no request goes out after the answer that forbade it."""
    url = server.on("/", slow(0.1, status(429, Retry_After="60")))

    outcomes = _ask_from_threads(client, [url] * 6, UNPACED)

    assert [type(outcome) for outcome in outcomes] == [Throttled] * 6
    assert len(server.heard) == 1


def test_what_a_host_asked_for_survives_a_restart(server: FaultyServer, clock: HandClock) -> None:
    """P21."""
    url = server.on("/", status(429, Retry_After="600"))
    before = Gates(clock=clock)
    Client(clock=clock, contact="a@example.org", gates=before).get(url, manners=UNPACED)
    host = f"127.0.0.1:{server.port}"

    assert before.remembered() == {host: START + timedelta(seconds=600)}
    after = Gates(clock=clock)
    after.recall(before.remembered())
    outcome = Client(clock=clock, contact="a@example.org", gates=after).get(url, manners=UNPACED)

    assert isinstance(outcome, Throttled)
    assert outcome.retry_after == pytest.approx(600)
    assert len(server.heard) == 1


def test_what_is_over_is_not_remembered(server: FaultyServer, clock: HandClock, client: Client) -> None:
    client.get(server.on("/", status(429, Retry_After="10")), manners=UNPACED)
    clock.move(10)

    assert client.gates.remembered() == {}


def test_a_time_without_a_zone_is_not_recalled(clock: HandClock) -> None:
    with pytest.raises(ValueError, match="zone"):
        Gates(clock=clock).recall({"a.example": datetime(2026, 1, 5)})  # noqa: DTZ001 - that is the point


def test_the_fifth_failure_in_a_row_opens_the_breaker(server: FaultyServer, clock: HandClock) -> None:
    gates = Gates(clock=clock, spread=lambda _low, high: high)
    client = Client(clock=clock, contact="a@example.org", gates=gates)
    url = server.on("/", status(500))

    for _ in range(5):
        assert client.get(url, manners=UNPACED) == Unreachable(reason="HTTP 500")
    refused = client.get(url, manners=UNPACED)

    assert isinstance(refused, Unreachable)
    assert "breaker open until 2026-01-05T12:02:00Z" in refused.reason
    assert len(server.heard) == 5


def test_one_probe_closes_the_breaker_when_the_host_is_well(
    server: FaultyServer, clock: HandClock, client: Client
) -> None:
    url = server.on("/", sequence(*[raw(b"")] * 5, status(200, b"ok")))
    for _ in range(5):
        client.get(url, manners=UNPACED)
    clock.move(121)

    assert isinstance(client.get(url, manners=UNPACED), Fetched)
    assert isinstance(client.get(url, manners=UNPACED), Fetched)


def test_of_many_threads_one_probes(server: FaultyServer, clock: HandClock, client: Client) -> None:
    url = server.on("/", sequence(*[status(500)] * 5, slow(0.1, status(500))))
    for _ in range(5):
        client.get(url, manners=UNPACED)
    clock.move(121)

    _ask_from_threads(client, [url] * 6, UNPACED)

    assert len(server.heard) == 6


def test_a_success_between_failures_keeps_the_breaker_closed(server: FaultyServer, client: Client) -> None:
    replies = [status(500), status(500), status(500), status(500), status(200, b"ok")] * 3
    url = server.on("/", sequence(*replies))
    for _ in replies:
        client.get(url, manners=UNPACED)

    assert len(server.heard) == len(replies)


def test_a_day_of_failures_costs_the_host_at_most_fifteen_requests(server: FaultyServer, clock: HandClock) -> None:
    """P20: five until the breaker opens, ten probes. Asked every minute, with the least patience chance allows."""
    client = Client(clock=clock, contact="a@example.org", gates=Gates(clock=clock, spread=lambda low, _high: low))
    url = server.on("/", status(500))
    for _ in range(24 * 60):
        client.get(url, manners=UNPACED)
        clock.move(60)

    assert len(server.heard) <= 15


def test_a_sick_host_does_not_close_another(server: FaultyServer, client: Client) -> None:
    """P20."""
    with faulty_server() as well:
        well.on("/", status(200, b"ok"))
        url = server.on("/", status(500))
        for _ in range(6):
            client.get(url, manners=UNPACED)

        assert isinstance(client.get(well.url("/"), manners=UNPACED), Fetched)


def test_the_zone_of_remembered_times_is_utc(clock: HandClock) -> None:
    gates = Gates(clock=clock)
    gates.recall({"a.example": START + timedelta(hours=1)})

    assert gates.remembered()["a.example"].tzinfo is UTC
