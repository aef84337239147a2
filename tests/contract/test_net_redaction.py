"""Keys, tokens and addresses of people stay out of everything that is shown or logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from monitor.clock import SystemClock
from monitor.domain.outcomes import Fetched, FetchOutcome, Gone, Unreachable, Unreadable
from monitor.net import Client, Manners
from monitor.net.redaction import redact
from tests.contract.faulty_server import FaultyServer, Reply, faulty_server, raw, status

QUICK = Manners(pace_seconds=0, deadline_seconds=5)
KEY, MAIL, TOKEN = "k3y/Secret+1", "who@example.org", "t0kenSecret"
ECHO = f'{{"error":"API key invalid","api-key":"{KEY}","mail":"who%40example.org","seen":"{TOKEN}"}}'.encode()


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def client() -> Client:
    return Client(clock=SystemClock(), contact="editors@example.org")


def _shown(outcome: FetchOutcome) -> str:
    match outcome:
        case Fetched(url=url) | Gone(url=url):
            return url
        case Unreachable(reason=reason):
            return reason
        case Unreadable(reason=reason, evidence=evidence):
            return reason + evidence
        case _:
            return repr(outcome)


@pytest.mark.parametrize(
    "reply",
    [
        status(400, ECHO),
        status(200, ECHO),
        status(404, ECHO),
        status(500, ECHO),
        raw(b""),
        status(200),
        status(302, Location=f"file:///{KEY}"),
        status(302, Location=f"/?api_key={KEY}"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + ECHO),
    ],
    ids=["bad-key", "fetched", "gone", "sick", "closed", "empty", "redirect", "redirect-in-a-circle", "cut"],
)
def test_a_key_is_never_shown_or_logged(
    server: FaultyServer, client: Client, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.on("/", reply)

    with structlog.testing.capture_logs() as logged:
        outcome = client.get(
            server.url("/"),
            params={"api_key": KEY, "email": MAIL, "db": "pubmed"},
            headers={"Authorization": f"Bearer {TOKEN}"},
            manners=QUICK,
        )

    shown = _shown(outcome) + repr(logged) + caplog.text
    for secret in (KEY, MAIL, TOKEN, "k3y%2FSecret", "who%40example"):
        assert secret not in shown


def test_a_key_in_a_posted_form_is_not_shown_either(server: FaultyServer, client: Client) -> None:
    server.on("/", status(400, ECHO))

    outcome = client.post(server.url("/"), data={"api_key": KEY, "email": MAIL, "token": TOKEN}, manners=QUICK)

    assert not any(secret in _shown(outcome) for secret in (KEY, MAIL, TOKEN, "who%40example"))


def test_the_key_still_reaches_the_server(server: FaultyServer, client: Client) -> None:
    server.on("/", status(200, b"ok"))

    outcome = client.get(server.url("/"), params={"api_key": KEY}, manners=QUICK)

    assert server.targets == ["/?api_key=k3y%2FSecret%2B1"]
    assert isinstance(outcome, Fetched)
    assert outcome.url == server.url("/?api_key=***")


def test_credentials_of_a_base_address_are_sent_but_not_shown(server: FaultyServer, client: Client) -> None:
    server.on("/", status(200, b"ok"))

    outcome = client.get(server.url("/", host="reader:passw0rd@127.0.0.1"), manners=QUICK)

    assert server.heard[0].headers["authorization"].startswith("Basic ")
    assert isinstance(outcome, Fetched)
    assert "passw0rd" not in outcome.url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://a.example/?db=pubmed&api_key=abc&id=1", "https://a.example/?db=pubmed&api_key=***&id=1"),
        ('{"api-key":"abc","count":"4"}', '{"api-key":"***","count":"4"}'),
        ("https://me:word@a.example/", "https://***@a.example/"),
        ("the key = value of a monkey=ape", "the key = value of a monkey=ape"),
    ],
)
def test_what_stands_behind_a_secret_name_is_masked(text: str, shown: str) -> None:
    assert redact(text) == shown
