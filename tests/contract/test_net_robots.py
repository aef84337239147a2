"""robots.txt: asked once, believed, and never a burden."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from monitor.clock import SystemClock
from monitor.domain.outcomes import Fetched, Throttled, Unreachable, Unreadable
from monitor.net import Client, Manners
from tests.contract.faulty_server import FaultyServer, HandClock, Reply, faulty_server, page, raw, sequence, status

PAGE = Manners(pace_seconds=0, respect_robots=True)
RULES = b"User-agent: *\nDisallow: /private/\n\nUser-agent: freshness-monitor\nDisallow: /not-for-us/\n"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        running.on("/page", status(200, b"ok"))
        running.on("/not-for-us/page", status(200, b"ok"))
        running.on("/private/page", status(200, b"ok"))
        yield running


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def client(clock: HandClock) -> Client:
    return Client(clock=clock, contact="editors@example.org")


def test_a_page_that_is_not_for_us_is_not_asked_for(server: FaultyServer, client: Client) -> None:
    server.on("/robots.txt", status(200, RULES))

    assert client.get(server.url("/not-for-us/page"), manners=PAGE) == Unreadable(
        reason="robots.txt does not allow this address"
    )
    assert isinstance(client.get(server.url("/page"), manners=PAGE), Fetched)
    assert isinstance(client.get(server.url("/private/page"), manners=PAGE), Fetched)
    assert server.targets == ["/robots.txt", "/page", "/private/page"]


def test_another_name_has_other_rules(server: FaultyServer, client: Client) -> None:
    server.on("/robots.txt", status(200, RULES))
    named = Manners(pace_seconds=0, respect_robots=True, user_agent="other-reader/2 (+mailto:a@example.org)")

    assert isinstance(client.get(server.url("/private/page"), manners=named), Unreadable)
    assert server.heard[0].headers["user-agent"] == "other-reader/2 (+mailto:a@example.org)"


def test_an_api_is_not_asked_for_its_robots(server: FaultyServer, client: Client) -> None:
    client.get(server.url("/page"), manners=Manners(pace_seconds=0))

    assert server.targets == ["/page"]


@pytest.mark.parametrize("reply", [status(404), status(403), status(410), status(200), page("Home")])
def test_without_rules_everything_is_allowed(server: FaultyServer, client: Client, reply: Reply) -> None:
    server.on("/robots.txt", reply)

    assert isinstance(client.get(server.url("/page"), manners=PAGE), Fetched)


@pytest.mark.parametrize("reply", [status(500), raw(b"")])
def test_rules_that_cannot_be_read_forbid_everything(server: FaultyServer, client: Client, reply: Reply) -> None:
    server.on("/robots.txt", reply)

    outcome = client.get(server.url("/page"), manners=PAGE)

    assert isinstance(outcome, Unreachable)
    assert "robots.txt" in outcome.reason
    assert server.targets == ["/robots.txt"]


def test_a_throttled_robots_txt_throttles_the_page(server: FaultyServer, client: Client) -> None:
    server.on("/robots.txt", status(429, Retry_After="30"))

    assert isinstance(client.get(server.url("/page"), manners=PAGE), Throttled)


def test_rules_are_read_again_after_a_day(server: FaultyServer, clock: HandClock, client: Client) -> None:
    server.on("/robots.txt", sequence(status(200, b"User-agent: *\nDisallow:\n"), status(200, RULES)))
    url = server.url("/not-for-us/page")

    assert isinstance(client.get(url, manners=PAGE), Fetched)
    clock.move(24 * 3600 - 1)
    assert isinstance(client.get(url, manners=PAGE), Fetched)
    clock.move(1)
    assert isinstance(client.get(url, manners=PAGE), Unreadable)


def test_the_pace_a_host_asks_for_is_kept(server: FaultyServer, clock: HandClock, client: Client) -> None:
    server.on("/robots.txt", status(200, b"User-agent: *\nCrawl-delay: 4\n"))
    for _ in range(3):
        client.get(server.url("/page"), manners=PAGE)

    assert sum(clock.waits) == pytest.approx(8.0)


@pytest.mark.parametrize("delay", ["nan", "inf", "-5", "soon", "1e400"])
def test_a_pace_that_makes_no_sense_is_not_kept(server: FaultyServer, client: Client, delay: str) -> None:
    server.on("/robots.txt", status(200, f"User-agent: *\nCrawl-delay: {delay}\n".encode()))

    assert isinstance(client.get(server.url("/page"), manners=PAGE), Fetched)
    assert isinstance(client.get(server.url("/page"), manners=PAGE), Fetched)


def test_a_redirected_page_is_judged_by_the_rules_of_its_new_place(server: FaultyServer, client: Client) -> None:
    server.on("/robots.txt", status(200, RULES))
    server.on("/moved", status(301, Location="/not-for-us/page"))

    assert isinstance(client.get(server.url("/moved"), manners=PAGE), Unreadable)
    assert server.targets == ["/robots.txt", "/moved"]


def test_a_robots_txt_that_moves_is_followed(server: FaultyServer, client: Client) -> None:
    server.on("/robots.txt", status(301, Location="/rules"))
    server.on("/rules", status(200, RULES))

    assert isinstance(client.get(server.url("/not-for-us/page"), manners=PAGE), Unreadable)


@pytest.mark.parametrize(
    "rules",
    [
        RULES + b"Disallow: /x\n" * 500_000,
        RULES + b"".join(b"Disallow: /%d*a*a*a*a*b\n" % number for number in range(60_000)),
        RULES + b"Disallow: /" + b"*a" * 240_000 + b"b\n",
    ],
    ids=["6-MB", "wildcard-storm", "one-long-line"],
)
def test_an_enormous_robots_txt_costs_little(server: FaultyServer, rules: bytes) -> None:
    """P57."""
    client = Client(clock=SystemClock(), contact="a@example.org")
    server.on("/robots.txt", status(200, rules))
    before = time.process_time()

    assert isinstance(client.get(server.url("/not-for-us/page"), manners=PAGE), Unreadable)
    assert time.process_time() - before < 2
