"""What the operator is promised of the service itself: one job's failure stops no other, and is seen."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from monitor.clock import MovedClock
from monitor.daemon import DELIVER, LONGEST_RUN, SWEEP, TICK, AlreadyRunning, Daemon, only_daemon
from tests.pipeline.scene import DAY_ONE


class Jobs:
    """The monitor as the daemon sees it, with jobs that do what a test says."""

    def __init__(self) -> None:
        self.clock = ClockByHand(DAY_ONE)
        self.done: list[str] = []
        self.broken: set[str] = set()
        self.telemetry = self.resolver = self.poller = self.sweeper = self.reminder = self

    def tick(self, _moment: object) -> None:
        """The heartbeat metric."""

    def remember_gates(self) -> None:
        """Nothing to remember."""

    def deliver(self, *, patience_seconds: float) -> None:
        """The step of deliveries."""
        assert patience_seconds < DELIVER.total_seconds()
        self.run()

    def run(self, *, limit: int = 0) -> None:
        """A step; ``limit`` tells the resolver's."""
        name = "resolve" if limit else "step"
        self.done.append(name)
        if name in self.broken:
            raise RuntimeError(name)


class ClockByHand(MovedClock):
    """Monotonic time goes on when a test says so."""

    passed = 0.0

    def monotonic(self) -> float:
        """Seconds that passed."""
        return self.passed


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def daemon(jobs: Jobs) -> Daemon:
    daemon = Daemon(jobs, threading.Event())  # type: ignore[arg-type]
    daemon.note_start()
    return daemon


def test_a_job_that_only_fails_is_reported_though_it_keeps_being_called(daemon: Daemon, jobs: Jobs) -> None:
    jobs.broken = {"step"}
    jobs.clock.passed = TICK.total_seconds() * 3 + LONGEST_RUN.total_seconds() + 1
    before = daemon.problems()
    daemon.run_once("tick")
    after_failing = daemon.problems()
    jobs.broken = set()
    daemon.run_once("tick")

    assert any(line.startswith("tick has not") for line in before)
    assert after_failing == before
    assert not any(line.startswith("tick") for line in daemon.problems())


def test_all_is_well_while_every_job_comes_round(daemon: Daemon, jobs: Jobs) -> None:
    for _ in range(10):
        jobs.clock.passed += SWEEP.total_seconds()
        for name in ("tick", "sweep", "deliver", "remind"):
            daemon.run_once(name)

    assert daemon.problems() == []


def test_a_daemon_that_was_told_to_stop_starts_nothing_more(jobs: Jobs) -> None:
    stopping = threading.Event()
    daemon = Daemon(jobs, stopping)  # type: ignore[arg-type]
    daemon.note_start()
    stopping.set()
    daemon.run_once("tick")

    assert jobs.done == []


def test_a_second_daemon_on_the_same_data_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with only_daemon(tmp_path), pytest.raises(AlreadyRunning, match=r"another monitor .process \d+. runs on"):
        only_daemon(tmp_path).__enter__()
