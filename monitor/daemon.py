"""The background service: five coarse jobs that only tick, a clock guard, and an orderly end on a signal."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.clock import Clock
from monitor.store import StoreUnavailable
from monitor.telemetry.tracing import new_id, tracing
from monitor.wiring import Monitor

log = structlog.get_logger()

TICK, SWEEP, DELIVER, REMIND = timedelta(seconds=15), timedelta(minutes=10), timedelta(seconds=2), timedelta(minutes=1)
PATIENCE_SECONDS = 1.0
"""So long a round of deliveries waits for its channels; a slow one goes on by itself and is asked for next time."""
GRACE = timedelta(seconds=25)
LONGEST_RUN = timedelta(minutes=15)
"""As long as the lease of a watch: a job that takes longer is stuck."""
CLOCK_JUMP = timedelta(seconds=5)


class AlreadyRunning(Exception):
    """Another daemon works on the same data directory. The message names it."""


class Daemon:
    """Runs the jobs until it is told to stop. Due times and leases live in the database, never in the scheduler."""

    def __init__(self, monitor: Monitor, stopping: threading.Event) -> None:
        self._monitor = monitor
        self._stopping = stopping
        self._clock: Clock = monitor.clock
        self._beats: dict[str, float] = {}
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Start ticking. Raises ``WrongSchema`` on a database of another version."""
        self._monitor.prepare()
        for key, setting in self._monitor.not_followed.items():
            log.warning("publisher.not_followed", publisher=key, needs=setting)
        self.note_start()
        for name, every, _ in self._jobs():
            self._scheduler.add_job(
                self.run_once,
                IntervalTrigger(seconds=int(every.total_seconds())),
                args=[name],
                id=name,
                next_run_time=datetime.now(UTC),
            )
        self._scheduler.start()
        threading.Thread(target=self._guard_clock, name="clock-guard", daemon=True).start()

    def stop(self) -> None:
        """Finish what runs within the grace period, then give the leases back."""
        self._stopping.set()
        ended = threading.Thread(target=lambda: self._scheduler.shutdown(wait=True), daemon=True)
        ended.start()
        ended.join(GRACE.total_seconds())
        with self._monitor.store.begin() as tx:
            tx.watches.release_all(self._monitor.poller.holder)
        if ended.is_alive():
            log.warning("daemon.grace_over", seconds=GRACE.total_seconds())
            os._exit(75)

    def note_start(self) -> None:
        """From now on every job has to come round in its time."""
        self._beats = dict.fromkeys((name for name, _, _ in self._jobs()), self._clock.monotonic())

    def run_once(self, name: str) -> None:
        """The one blanket catch: a job that fails is logged and comes round again. Only its success is a beat."""
        if self._stopping.is_set():
            return
        [job] = [job for known, _, job in self._jobs() if known == name]
        try:
            with tracing(new_id(name)):
                job()
        except StoreUnavailable as error:
            log.error("job.store_unavailable", job=name, reason=str(error))
        except Exception:
            log.exception("job.failed", job=name)
        else:
            self._beats[name] = self._clock.monotonic()

    def problems(self) -> list[str]:
        """Which jobs have not come to a good end in time; empty while all is well."""
        now = self._clock.monotonic()
        limits = {name: every.total_seconds() * 3 + LONGEST_RUN.total_seconds() for name, every, _ in self._jobs()}
        return [
            f"{name} has not run for {now - beat:.0f} s"
            for name, beat in self._beats.items()
            if now - beat > limits[name]
        ]

    def _jobs(self) -> tuple[tuple[str, timedelta, Callable[[], object]], ...]:
        monitor = self._monitor
        return (
            ("tick", TICK, self._tick),
            ("sweep", SWEEP, monitor.sweeper.run),
            ("deliver", DELIVER, lambda: monitor.deliver(patience_seconds=PATIENCE_SECONDS)),
            ("remind", REMIND, monitor.reminder.run),
        )

    def _tick(self) -> None:
        self._monitor.telemetry.tick(self._clock.now())
        self._monitor.resolver.run(limit=50)
        self._monitor.poller.run()
        self._monitor.remember_gates()

    def _guard_clock(self) -> None:
        """Run every job at once when the wall clock jumps: the scheduler would wait out a step back."""
        offset = self._clock.now().timestamp() - self._clock.monotonic()
        while not self._stopping.wait(1.0):
            moved = self._clock.now().timestamp() - self._clock.monotonic()
            if abs(moved - offset) > CLOCK_JUMP.total_seconds():
                log.warning("clock.jumped", seconds=round(moved - offset, 1))
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
            offset = moved


def stop_on_signals(stopping: threading.Event) -> None:
    """End in order on the first SIGTERM or SIGINT, at once on the second."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            os._exit(75)
        stopping.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


@contextmanager
def only_daemon(data_dir: Path) -> Iterator[None]:
    """Hold the data directory's lock: two daemons on one SQLite file would poll side by side.

    Raises :class:`AlreadyRunning` naming the holder.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "daemon.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"another monitor ({lock.read().strip() or 'unknown process'}) runs on {data_dir}"
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield
