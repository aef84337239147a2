"""A world that lives: our upstream servers on loopback, and the whole program polling them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from monitor.demo import DEMO_KEY, HurriedClock, live_a_day
from monitor.domain.read_models import ArticleRow, ArticleView
from monitor.intake import read_article
from monitor.replay.serving import Servers, serve
from monitor.replay.world import World
from monitor.settings import builtin_path, load_settings
from monitor.wiring import Monitor, build

LAST_DAY = date(2026, 3, 13)
PUBLISHERS = frozenset({"acr", "ema", "nice", "sign", "uspstf", "va-dod", "who"})


@dataclass
class Life:
    """The program, its world and its clock, moved together."""

    monitor: Monitor
    world: World
    servers: Servers
    clock: HurriedClock

    def live(self, day: date) -> None:
        """One day of the daemon's jobs."""
        self.world.move_to(day)
        self.clock.move_to(datetime.combine(day, time(12), UTC))
        live_a_day(self.monitor)

    def restart(self) -> None:
        """End the program and start it anew on the same database."""
        self.monitor.store.close()
        self.monitor = build(self.monitor.settings, clock=self.clock)
        self.monitor.prepare()

    def live_until(self, day: date) -> None:
        """Every day from tomorrow on."""
        while self.world.today < day:
            self.live(self.world.today + timedelta(days=1))

    def add(self, article_id: str, name: str, body: bytes) -> None:
        """Import an article page."""
        self.monitor.registrar.register(article_id, read_article(body, name=name), origin=name, by="test")

    def row(self, article_id: str) -> ArticleRow:
        """An article as the report lists it."""
        return next(row for row in self.monitor.desk.report().articles if row.id == article_id)

    def view(self, article_id: str) -> ArticleView:
        """An article as its page shows it."""
        view = self.monitor.desk.article(article_id)
        assert view is not None
        return view


def some_watchlists(folder: Path) -> Path:
    """The built-in watchlists with one or two publishers of each kind: each of the others is asked in the same way."""
    shutil.copytree(builtin_path("watchlists"), folder, dirs_exist_ok=True)
    for path in (folder / "publishers").glob("*.yaml"):
        if path.stem not in PUBLISHERS:
            path.unlink()
    return folder


@contextmanager
def life(world: World, folder: Path, first_day: date, **more: str) -> Iterator[Life]:
    """The program on an empty database, in front of the world's servers; ``more`` are further settings.

    It follows some of the publishers unless ``more`` says otherwise.
    """
    world.move_to(first_day)
    with serve(world, api_keys={DEMO_KEY: 1000}, patience=1000) as servers:
        settings = load_settings(
            {
                **servers.urls,
                "MONITOR_DATA_DIR": str(folder),
                "MONITOR_NCBI_EMAIL": "test@example.org",
                "MONITOR_NCBI_API_KEY": DEMO_KEY,
                "MONITOR_WATCHLISTS": str(some_watchlists(folder / "some-watchlists")),
                **more,
            }
        )
        clock = HurriedClock(datetime.combine(first_day, time(11), UTC))
        monitor = build(settings, clock=clock)
        monitor.store.upgrade()
        monitor.prepare()
        lived = Life(monitor, world, servers, clock)
        try:
            yield lived
        finally:
            lived.monitor.store.close()
