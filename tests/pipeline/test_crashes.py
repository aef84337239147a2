"""P1: kill -9 at each named point of poll and assess loses nothing and doubles nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from monitor.domain.read_models import Report
from tests.pipeline.scene import Stage

POINTS = (
    "poll.after_claim",
    "poll.after_fetch",
    "assess.after_events",
    "assess.after_findings",
    "assess.after_decisions",
    "poll.before_commit",
    "poll.after_commit",
    "sweep.before_commit",
)
AROUND_THE_COMMIT = {"poll.before_commit", "poll.after_commit"}
MATRIX = [
    *(("sqlite", point) for point in POINTS),
    *(
        pytest.param("postgresql", point, marks=() if point in AROUND_THE_COMMIT else pytest.mark.chaos)
        for point in POINTS
    ),
]
"""Every point on both databases; on PostgreSQL those around the commit here, the others in make chaos."""
COUNTED = ("snapshot", "event", "witness", "finding", "flip", "review", "outbox")


@pytest.mark.parametrize(("database_url", "point"), MATRIX, indirect=["database_url"])
def test_a_kill_at_any_point_leaves_the_same_report_after_a_restart(database_url: str, point: str) -> None:
    Stage(database_url).open().store.close()

    died = run(database_url, point)
    assert died == -signal.SIGKILL, f"the process passed {point} alive, or failed otherwise"
    after_crash = rows(database_url)
    expire_leases(database_url)
    assert run(database_url, "no point") == 0
    once = rows(database_url)
    told = essence(Stage(database_url).report())
    assert run(database_url, "no point") == 0

    assert rows(database_url) == once, "a second pass wrote something twice"
    assert told == [("a", "stale", "critical", [("retracted", "pubmed:200", 2)])]
    assert once == {**once, "event": 1, "finding": 1, "review": 1, "witness": 1}
    assert after_crash["finding"] == after_crash["event"] == after_crash["review"], "a poll was committed in part"


def run(url: str, point: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "tests.pipeline.crashing", url, point],
        check=False,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=60,
    ).returncode


def rows(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608 - our own names.
            for name in COUNTED
        }
    engine.dispose()
    return found


def expire_leases(url: str) -> None:
    """Let the dead process's lease run out, without the wait."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE watch SET lease_until = NULL"))
    engine.dispose()


def essence(report: Report) -> list[tuple[str, str, str, list[tuple[str, str, int]]]]:
    return [
        (
            row.id,
            row.freshness.value,
            str(row.severity),
            [(finding.kind.value, finding.witnesses[0].notice, len(finding.claims)) for finding in row.findings],
        )
        for row in report.articles
    ]
