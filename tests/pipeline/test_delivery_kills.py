"""P1, P29: kill -9 while a message is on its way loses nothing; what comes twice comes under one id."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.contract.faulty_server import FaultyServer, faulty_server, status
from tests.pipeline.office import BothClock, Office, rule


@pytest.fixture
def cms() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        running.on("/hook", status(204))
        yield running


@pytest.mark.parametrize(
    ("point", "heard"), [("notify.before_commit", 1), ("deliver.after_claim", 1), ("deliver.after_send", 2)]
)
def test_a_kill_on_the_way_sends_a_message_again_or_for_the_first_time(
    database_url: str, cms: FaultyServer, point: str, heard: int
) -> None:
    office = Office(database_url, [rule("cms")], clock=BothClock(datetime.now(UTC))).open()
    office.tell("a")

    assert run(database_url, cms, point) == -signal.SIGKILL, f"the process passed {point} alive, or failed otherwise"
    expire_leases(database_url)
    assert run(database_url, cms, "no point") == 0

    ids = [item.headers["webhook-id"] for item in cms.heard]
    assert (len(ids), len(set(ids))) == (heard, 1)
    with office.store.read() as reads:
        assert [(state.delivered, state.waiting) for state in reads.deliveries.states()] == [(1, 0)]


def run(url: str, cms: FaultyServer, point: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "tests.pipeline.dying", url, cms.url("/hook"), point],
        check=False,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=60,
    ).returncode


def expire_leases(url: str) -> None:
    """Let the dead process's hold on the message run out, without the wait."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE delivery SET next_try = recorded_at"))
    engine.dispose()
