"""The demo: a recorded world on loopback, sample articles, and thirty days replayed through the real service."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.clock import MovedClock
from monitor.intake import read_article
from monitor.replay.serving import serve
from monitor.replay.world import World, recorded_world, sample_articles
from monitor.reports import render_text
from monitor.serving import faces
from monitor.settings import load_settings
from monitor.wiring import Monitor, build

DAYS = 30
DEMO_KEY = "demo-key"
IMPORTED_AT, POLLED_AT = time(11, 0, tzinfo=UTC), time(12, 0, tzinfo=UTC)
OWN = ("MONITOR_BIND", "MONITOR_METRICS_BIND")
"""Settings of the caller that the demo keeps; it must touch neither their database nor the live services."""


class HurriedClock(MovedClock):
    """A clock that nobody waits for: our own upstreams need no patience.

    A wait for the pace of a host is over at once, as if it had been waited for; what else takes time takes a twentieth.
    """

    HURRY = 20.0

    def __init__(self, start: datetime, stopping: threading.Event | None = None) -> None:
        super().__init__(start, stopping)
        self._skipped = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """Hurried seconds, and those that were skipped."""
        return super().monotonic() * self.HURRY + self._skipped

    def wait(self, seconds: float) -> None:
        """Skip so many seconds."""
        with self._lock:
            self._skipped += max(seconds, 0.0)
        super().wait(0)


def run_demo(console: Console, stopping: threading.Event, *, once: bool, environment: Mapping[str, str]) -> None:
    """Replay the world, print the report, then serve the pages until ``stopping``; ``once`` ends after the report."""
    last_day = datetime.now(UTC).date()
    world = recorded_world(last_day)
    world.move_to(last_day - timedelta(days=DAYS))
    with (
        tempfile.TemporaryDirectory(prefix="freshness-demo-") as folder,
        serve(world, api_keys={DEMO_KEY: 1000}, patience=1000) as upstreams,
    ):
        settings = load_settings(
            {
                **{name: environment[name] for name in OWN if name in environment},
                **upstreams.urls,
                "MONITOR_DATA_DIR": folder,
                "MONITOR_NCBI_EMAIL": "demo@example.org",
                "MONITOR_NCBI_API_KEY": DEMO_KEY,
                "MONITOR_NICE_API_KEY": DEMO_KEY,
                "MONITOR_USPSTF_KEY": DEMO_KEY,
            }
        )
        settings.require_loopback()
        clock = HurriedClock(datetime.combine(world.today, IMPORTED_AT), stopping)
        monitor = build(settings, clock=clock)
        monitor.store.upgrade()
        monitor.prepare()
        replay(console, monitor, world, clock, last_day, stopping)
        if stopping.is_set():
            return
        console.print(render_text(monitor.desk.report()))
        if not once:
            _serve(console, monitor, stopping)


def replay(
    console: Console, monitor: Monitor, world: World, clock: MovedClock, last_day: date, stopping: threading.Event
) -> None:
    """Import the sample articles on the first day, then poll day by day until the last."""
    first_day = world.today
    days = [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("importing the sample articles", total=len(days))
        _import(monitor, last_day)
        for day in days:
            if stopping.is_set():
                return
            progress.update(task, description=f"polling on {day}")
            world.move_to(day)
            clock.move_to(datetime.combine(day, POLLED_AT))
            live_a_day(monitor)
            progress.advance(task)


def live_a_day(monitor: Monitor) -> None:
    """What the daemon's jobs do in a day: look references up, poll what is due, judge by the clock, deliver.

    It polls twice, as the daemon ticks often: what one source told of a paper's names has others asked for it.
    """
    monitor.resolver.run()
    monitor.poller.run()
    monitor.poller.run()
    monitor.sweeper.run()
    monitor.reminder.run()
    monitor.deliver()


def _import(monitor: Monitor, last_day: date) -> None:
    for name, body in sample_articles(last_day):
        monitor.registrar.register(Path(name).stem, read_article(body, name=name), origin=f"demo:{name}", by="demo")


def _serve(console: Console, monitor: Monitor, stopping: threading.Event) -> None:
    with faces(monitor, list, open_as="editor"):
        console.print(
            f"\nPages and API: http://{monitor.settings.bind}/   "
            f"metrics: http://{monitor.settings.metrics_bind}/metrics   (Ctrl-C ends)"
        )
        stopping.wait()
