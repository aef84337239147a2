"""Signed webhooks, verified by the reference library, and the guard that keeps them off private addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from monitor.clock import SystemClock
from monitor.domain.messages import VERSION, Acknowledged, Closed, DeliveryOutcome, NotNow
from monitor.net import Client, Gates
from monitor.notify.chats import SlackChannel, TeamsChannel
from monitor.notify.webhook import WeakSecret, WebhookChannel, key_of
from tests.contract.faulty_server import FaultyServer, Heard, faulty_server, reset, silence, slow, status
from tests.contract.test_net_guard import FORBIDDEN_URLS
from tests.contract.told_messages import stale

NEW, OLD = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQ=", "whsec_b2xkLXNlY3JldC1vbGQtc2VjcmV0LW9sZC1zZWNyZXQ="


class LateClock(SystemClock):
    """A clock that goes late or early."""

    def __init__(self, by: timedelta = timedelta()) -> None:
        super().__init__()
        self.by = by

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


def client(clock: SystemClock | None = None, **more: Any) -> Client:
    clock = clock or SystemClock()
    exempt = {"allow_private_hosts": frozenset({"127.0.0.1"}), **more}
    return Client(clock=clock, contact="test@example.org", gates=Gates(clock=clock, breaks=False), **exempt)


def channel(url: str, *secrets: str, clock: SystemClock | None = None) -> WebhookChannel:
    clock = clock or SystemClock()
    keys = [key_of(secret) for secret in secrets or (NEW,)]
    return WebhookChannel(client=client(clock), clock=clock, url=url, keys=keys)


def verified(heard: Heard, secret: str = NEW, **changed: str) -> Any:
    return Webhook(secret).verify(changed.pop("body", "") or heard.body, {**heard.headers, **changed})


def test_a_message_is_verified_by_the_reference_library(server: FaultyServer) -> None:
    """P82."""
    url = server.on("/hook", status(204))
    outcome = channel(url).send(stale())
    [heard] = server.heard
    body = verified(heard)

    assert outcome == Acknowledged()
    assert (heard.method, heard.headers["content-type"]) == ("POST", "application/json")
    assert heard.headers["webhook-id"] == stale().stable_id == body["id"]
    assert (body["type"], body["version"], body["timestamp"]) == ("article.stale", VERSION, "2026-01-05T12:00:00+00:00")
    assert body["data"]["article"] == "knee"
    assert body["data"]["findings"][0]["sentences"][0]["text"] == "Pain improved at twelve months."
    assert json.loads(heard.body) == body


def test_what_was_changed_on_the_way_is_refused(server: FaultyServer) -> None:
    """P82."""
    channel(server.on("/hook", status(200))).send(stale())
    [heard] = server.heard

    for changed in (
        {"body": heard.body.decode().replace("knee", "hip")},
        {"webhook-id": "msg_another"},
        {"webhook-timestamp": str(int(heard.headers["webhook-timestamp"]) + 1)},
    ):
        with pytest.raises(WebhookVerificationError):
            verified(heard, **changed)
    with pytest.raises(WebhookVerificationError):
        verified(heard, OLD)


def test_an_old_message_is_refused_and_the_next_try_is_signed_anew_under_the_same_id(server: FaultyServer) -> None:
    """P82: who has overheard a message cannot play it again an hour later."""
    url = server.on("/hook", status(200))
    channel(url, clock=LateClock(by=timedelta(minutes=-10))).send(stale())
    channel(url).send(stale())
    old, fresh = server.heard

    with pytest.raises(WebhookVerificationError, match="too old"):
        verified(old)
    assert verified(fresh)
    assert old.headers["webhook-id"] == fresh.headers["webhook-id"]
    assert old.headers["webhook-signature"] != fresh.headers["webhook-signature"]


def test_while_secrets_are_rotated_the_old_and_the_new_one_verify(server: FaultyServer) -> None:
    """P82."""
    channel(server.on("/hook", status(200)), NEW, OLD).send(stale())
    [heard] = server.heard

    assert verified(heard, NEW) == verified(heard, OLD)
    assert len(heard.headers["webhook-signature"].split()) == 2


@pytest.mark.parametrize(
    "secret", ["", "password", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%", NEW.removeprefix("whsec_")]
)
def test_a_secret_that_cannot_sign_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(WeakSecret) as refused:
        key_of(secret)

    assert len(secret) < 8 or secret not in str(refused.value)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (200, Acknowledged),
        (202, Acknowledged),
        (204, Acknowledged),
        (410, Closed),
        (301, NotNow),
        (400, NotNow),
        (401, NotNow),
        (404, NotNow),
        (429, NotNow),
        (500, NotNow),
        (503, NotNow),
    ],
)
def test_only_two_hundreds_acknowledge_and_only_410_closes(server: FaultyServer, code: int, expected: type) -> None:
    outcome = channel(server.on("/hook", status(code))).send(stale())

    assert isinstance(outcome, expected)


def test_a_receiver_may_say_how_long_to_wait(server: FaultyServer) -> None:
    outcome = channel(server.on("/hook", status(429, Retry_After="90"))).send(stale())

    assert isinstance(outcome, NotNow)
    assert outcome.retry_after == 90


@pytest.mark.parametrize("reply", [reset, slow(0.2, reset)])
def test_a_connection_that_breaks_is_no_acknowledgement(server: FaultyServer, reply: Any) -> None:
    outcome = channel(server.on("/hook", reply)).send(stale())

    assert isinstance(outcome, NotNow)


def test_a_receiver_that_says_nothing_is_given_up_in_time(server: FaultyServer) -> None:
    outcome = replace(channel(server.on("/hook", silence)), deadline_seconds=0.3).send(stale())

    assert outcome == NotNow(reason="no complete answer within 0.3 s")


def test_no_redirect_is_followed(server: FaultyServer) -> None:
    """P43, P44."""
    server.on("/elsewhere", status(200))
    outcome = channel(server.on("/hook", status(307, Location=server.url("/elsewhere")))).send(stale())

    assert isinstance(outcome, NotNow)
    assert server.targets == ["/hook"]


CHANNELS: list[Callable[[Client, str], Any]] = [
    lambda net, url: WebhookChannel(client=net, clock=SystemClock(), url=url, keys=[key_of(NEW)]),
    lambda net, url: SlackChannel(client=net, url=url),
    lambda net, url: TeamsChannel(client=net, url=url),
]


@pytest.mark.parametrize("make", CHANNELS, ids=["webhook", "slack", "teams"])
def test_no_channel_opens_a_socket_to_a_forbidden_address(
    make: Callable[[Client, str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """P44: the table of the guard holds for messages, too."""

    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    net = client(allow_private_hosts=frozenset())
    outcomes: dict[str, DeliveryOutcome] = {url: make(net, url).send(stale()) for url in FORBIDDEN_URLS}

    assert len(outcomes) > 50
    assert all(isinstance(outcome, NotNow) and "refused" in outcome.reason for outcome in outcomes.values()), outcomes


def test_the_address_of_a_chat_is_in_no_log_and_no_reason(
    server: FaultyServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """P75: who has it can write there."""
    secret = "T0123/B4567/abcdefghijklmnop"
    for url in (
        server.on(f"/services/{secret}", status(500, secret.encode())),
        f"http://10.0.0.1/services/{secret}",
        f"https://hooks.example.invalid/services/{secret}",
        f"http://example.org:22/services/{secret}?x={secret}",
    ):
        outcome = SlackChannel(client=client(), url=url).send(stale())
        assert isinstance(outcome, NotNow)
        assert "abcdefghijklmnop" not in outcome.reason

    written = capsys.readouterr()
    assert "abcdefghijklmnop" not in written.out + written.err
