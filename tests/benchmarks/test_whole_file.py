"""A whole daily file from the server to the store, with many topics and cited papers, beside Biopython's mere parse."""

from __future__ import annotations

import gzip
import logging
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import structlog

from monitor.domain.topics import Topic
from monitor.pipeline.poll import Poller
from monitor.replay.serving import serve
from monitor.replay.world import World
from monitor.sources.pubmed import read_articles
from tests.benchmarks.measuring import Prepared, Way, measure, show
from tests.benchmarks.queries import queries
from tests.benchmarks.readings import RECORDS, read_by_biopython
from tests.benchmarks.test_reader import UPDATE_FILE
from tests.chaos.daily_file import poller_of, prepare, run

pytestmark = pytest.mark.benchmark

CITED = 20_000
CITED_EVERY = 14
"""Of the papers in the file so many are cited, as in the yardstick: seven in a hundred."""
COUNTS = (1_000, 100_000)


@pytest.fixture(scope="module")
def upstream(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of a server that has the file, and of E-utilities."""
    world = tmp_path_factory.mktemp("world")
    folder = world / "2021-06-08/pubmed_updates"
    folder.mkdir(parents=True)
    (folder / Path(UPDATE_FILE).name).symlink_to(shared / UPDATE_FILE)
    with serve(World.load(world, last_day=date(2021, 6, 9))) as servers:
        yield servers.urls["MONITOR_PUBMED_UPDATES_URL"], servers.urls["MONITOR_EUTILS_URL"]


def test_a_daily_file_end_to_end(shared: Path, upstream: tuple[str, str], tmp_path: Path) -> None:
    """Asked: with 100,000 topics at most 0.6 of Biopython's parse and 700 MB; what a start costs is apart."""
    with gzip.open(shared / UPDATE_FILE) as stream:
        records = list(read_articles(stream))
    cited = [record.pmid for record in records[::CITED_EVERY]]
    cited += [str(number) for number in range(1_000_000, 1_000_000 + CITED - len(cited))]
    asked = [
        Topic(name=f"{number}", title=f"{number}", query=text, articles=("topics",))
        for number, text in enumerate(queries(records, count=max(COUNTS)))
    ]
    del records
    ways: dict[str, Way] = {"Bio.Entrez.read": partial(read_by_biopython, shared / UPDATE_FILE)}
    for count in COUNTS:
        database = tmp_path / f"{count}.db"
        prepare(f"sqlite:///{database}", tuple(cited), asked[:count])
        ways[f"file to store, {count:,} topics"] = Prepared(partial(ready, database, upstream, asked[:count]), whole)

    show(f"{RECORDS} records end to end, {CITED:,} cited papers", measure(ways), peer="Bio.Entrez.read", items=RECORDS)


def ready(database: Path, upstream: tuple[str, str], topics: list[Topic]) -> Poller:
    """The program, on a copy of the database."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    copy = shutil.copy(database, tempfile.mkdtemp(dir=database.parent))
    return poller_of(f"sqlite:///{copy}", *upstream, topics)


def whole(poller: Poller) -> None:
    """One poll."""
    assert run(poller) == ("polled",)
