"""A whole recorded daily file, killed again and again: in the end the report is that of an unbroken run."""

from __future__ import annotations

import gzip
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from monitor.domain.diff import standing
from monitor.replay.serving import serve
from monitor.replay.world import World
from monitor.sources.pubmed import read_articles
from tests.chaos.daily_file import POLICY, opened, prepare

pytestmark = pytest.mark.chaos

ROOT = Path(__file__).parents[2]
KILLS = 8
COUNTED = ("snapshot", "event", "witness", "finding", "flip", "review", "outbox", "record", "check")


@pytest.fixture(scope="module")
def recording(shared: Path) -> Path:
    """A complete daily file of 2021."""
    return shared / "data/pubmed/nlm_bulk/pubmed21n1298.xml.gz"


@pytest.fixture(scope="module")
def cited(recording: Path) -> tuple[str, ...]:
    """Papers of the file that show something, papers that notices in it name, and some that show nothing."""
    shown: list[str] = []
    plain: list[str] = []
    with gzip.open(recording) as file:
        for record in read_articles(file):
            signals = standing(record)
            shown += [signal.record.value for signal in signals]
            if not signals and len(plain) < 200:
                plain.append(record.pmid)
    return tuple(dict.fromkeys((*shown, *plain)))


@pytest.fixture(scope="module")
def upstream(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of a server that has the file, and of E-utilities."""
    world = tmp_path_factory.mktemp("world")
    folder = world / "2021-06-08/pubmed_updates"
    folder.mkdir(parents=True)
    (folder / recording.name).symlink_to(recording)
    with serve(World.load(world, last_day=date(2021, 6, 9))) as servers:
        yield servers.urls["MONITOR_PUBMED_UPDATES_URL"], servers.urls["MONITOR_EUTILS_URL"]


def test_killed_anywhere_and_resumed_the_result_is_the_same(
    upstream: tuple[str, str], cited: tuple[str, ...], tmp_path: Path
) -> None:
    whole, killed = f"sqlite:///{tmp_path}/whole.db", f"sqlite:///{tmp_path}/killed.db"
    prepare(whole, cited)
    prepare(killed, cited)
    began = time.monotonic()
    assert run(whole, upstream) == 0
    lasted = time.monotonic() - began
    chance = random.Random(20261123)  # noqa: S311 - when to kill is no secret.

    ended = Counter(run(killed, upstream, kill_after=chance.uniform(0.05, 1.0) * lasted) for _ in range(KILLS))
    assert ended[-signal.SIGKILL] >= KILLS // 2, ended
    assert run(killed, upstream) == 0
    assert run(killed, upstream) == 0, "a further pass finds nothing due"

    assert essence(killed) == essence(whole)
    assert rows(killed) == rows(whole)
    assert sum(kind == "new_evidence" for kind, _, _ in essence(whole)["topics"][1]) > 100
    assert len(essence(whole)["cited"][1]) > 50


def run(url: str, upstream: tuple[str, str], *, kill_after: float | None = None) -> int:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.daily_file", url, *upstream], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        return process.wait(kill_after or 600)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def essence(url: str) -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """What editors read, without the moment of each detection."""
    store = opened(url)
    with store.read() as reads:
        report = reads.report(POLICY)
    store.close()
    return {
        row.id: (row.freshness, sorted((item.kind.value, item.record, item.because) for item in row.findings))
        for row in report.articles
    }


def rows(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        counted = {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608 - our own names.
            for name in COUNTED
        }
    engine.dispose()
    return counted
