"""``monitor outbox``: what did not arrive is shown and tried again; a service that could tell nobody does not start."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from monitor.cli.opening import RefusesToStart, opened
from monitor.domain.messages import SendingState, Topic

POLICY = "channels:\n  cms: {kind: webhook, url: 'https://cms.example.org/x', secret_env: CMS_SECRET}\n"
KEY = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQ="


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "policies.yaml").write_text(POLICY)
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MONITOR_WATCHLISTS", str(tmp_path))
    monkeypatch.setenv("MONITOR_NCBI_EMAIL", "test@example.org")
    monkeypatch.setenv("CMS_SECRET", KEY)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def dead() -> None:
    """A message that was given up on a channel, and the channel closed by its receiver."""
    with opened().store.begin() as tx:
        message = tx.outbox.put_planned(key="k", topic=Topic.STALE, payload={"article": "a", "title": "[x]", "at": ""})
        tx.deliveries.plan([(message.id, "cms", SendingState.WAITING, None)])
    with opened().store.begin() as tx:
        [sending] = [tx.deliveries.claim("cms", lease=timedelta())]
        assert sending is not None
        tx.deliveries.close(sending, because="HTTP 410")
        tx.deliveries.failed(sending.id, error="[red]HTTP 500", next_try=None)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.usefixtures("dead")
def test_what_did_not_arrive_is_listed_with_why() -> None:
    shown = run("outbox", "list").output

    for word in ("cms", "dead", "[red]HTTP 500", "closed: HTTP 410"):
        assert word in shown


@pytest.mark.usefixtures("dead")
def test_a_program_can_read_the_list() -> None:
    output = run("outbox", "list", "--json").output
    told = json.loads(output[output.index("{\n") :])

    assert [channel["dead"] for channel in told["channels"]] == [1]
    assert [(line["key"], line["state"], line["attempts"]) for line in told["messages"]] == [("k", "dead", 2)]


@pytest.mark.usefixtures("dead")
def test_replay_opens_the_channel_and_tries_again() -> None:
    assert "1 message will be tried again" in run("outbox", "replay", "--channel", "cms").output
    with opened().store.read() as reads:
        [state] = reads.deliveries.states()
    assert (state.waiting, state.dead, state.closed_because) == (1, 0, "")


def test_replaying_a_channel_that_is_not_there_names_those_that_are() -> None:
    result = run("outbox", "replay", "--channel", "csm")

    assert "there is no channel 'csm'; there are cms" in str(result.exception)


@pytest.mark.usefixtures("dead")
def test_the_doctor_tells_of_channels() -> None:
    assert "channel cms: HTTP 410" in run("doctor").output


@pytest.mark.parametrize(
    ("secret", "told"),
    [("", "the environment variable CMS_SECRET is not set"), ("weak-secret", "the secret in CMS_SECRET must be")],
)
def test_the_service_does_not_start_while_a_channel_lacks_its_secret(
    secret: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P56: and the secret is not repeated."""
    monkeypatch.setenv("CMS_SECRET", secret)
    result = run("run")

    assert isinstance(result.exception, RefusesToStart)
    assert f"channel 'cms': {told}" in str(result.exception)
    assert "weak-secret" not in str(result.exception)


def test_what_a_mail_channel_lacks_is_named_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text("channels:\n  m: {kind: email, address: a@example.org}\n")

    assert "MONITOR_SMTP_URL is not set; MONITOR_MAIL_FROM is not set" in str(run("run").exception)


def test_a_secret_file_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    """P56."""
    (tmp_path / "policies.yaml").write_text("channels:\n  chat: {kind: slack, url_file: chat.txt}\n")
    (tmp_path / "chat.txt").write_text("https://hooks.example.org/services/T0/B0/hush-hush")
    (tmp_path / "chat.txt").chmod(0o644)
    refused = str(run("run").exception)
    (tmp_path / "chat.txt").chmod(0o600)

    assert "everybody on this machine can read" in refused
    assert "hush-hush" not in refused
    assert opened().channels_lack() == {}
