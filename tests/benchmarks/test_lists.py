"""P66: the queue, the articles and an article at 10,000 articles and 50,000 findings, beside the bare rows of a page.

Asked: p95 under 300 ms on SQLite, at most 20 queries.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, event

from monitor.clock import PastClock
from monitor.domain.filters import ArticleFilter, ArticleSort, QueueFilter, QueueSort
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.policy import Policy
from monitor.store import Ownership, Store
from monitor.store.reads import Reads
from tests.benchmarks.library import NOW, OWNERS, Size, populate
from tests.pipeline.scene import MIGRATIONS

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1200)]

POLICY, OWNERSHIP = Policy(owners=OWNERS), Ownership(OWNERS)
PEER = "SELECT of a page of rows (sqlite3)"
TIMES = 20

QUEUES = {
    "queue": QueueFilter(),
    "queue, critical": QueueFilter(severity=Severity.CRITICAL),
    "queue of an owner": QueueFilter(owner="team-oncology"),
    "queue, a kind": QueueFilter(kind=EventKind.NEW_EVIDENCE),
    "queue, a source": QueueFilter(source="crossref"),
    "queue, overdue, by deadline": QueueFilter(overdue=True, sort=QueueSort.DEADLINE),
    "queue, a search": QueueFilter(text="statins in older"),
    "queue, a search in vain": QueueFilter(text="aspirin"),
    "queue, by title": QueueFilter(sort=QueueSort.TITLE),
}
ARTICLES = {
    "articles": ArticleFilter(),
    "articles of a specialty": ArticleFilter(specialty="neurology"),
    "articles, a search": ArticleFilter(text="cells for"),
    "articles, by title": ArticleFilter(sort=ArticleSort.TITLE),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    file = tmp_path_factory.mktemp("library") / "monitor.db"
    store = Store(f"sqlite:///{file}", clock=PastClock(NOW), migrations=MIGRATIONS)
    store.upgrade()
    populate(f"sqlite:///{file}", Size(articles=10_000))
    yield store, file
    store.close()


def bare_rows(file: Path) -> None:
    """The rows of fifty articles, found by their ids."""
    connection = sqlite3.connect(file)
    ids = [f"oncology-{number}" for number in range(1, 300, 6)]
    marks = ", ".join("?" * len(ids))
    connection.execute(f"SELECT * FROM article WHERE id IN ({marks})", ids).fetchall()  # noqa: S608 - marks only.
    connection.close()


def counted(run: Callable[[], object]) -> int:
    """How many statements a read sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        run()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len([statement for statement in sent if not statement.startswith("BEGIN")])


def reading(store: Store, read: Callable[[Reads], object]) -> Callable[[], object]:
    def run() -> object:
        with store.read() as reads:
            return read(reads)

    return run


def test_pages_of_a_large_library(library: tuple[Store, Path]) -> None:
    store, file = library
    ways: dict[str, Callable[[], object]] = {PEER: lambda: bare_rows(file)}
    for name, wanted in QUEUES.items():
        ways[name] = reading(store, lambda reads, wanted=wanted: reads.queue(wanted, ownership=OWNERSHIP))
    ways["queue, page 60"] = reading(store, lambda reads: reads.queue(ownership=OWNERSHIP, page=60))
    for name, sought in ARTICLES.items():
        ways[name] = reading(store, lambda reads, sought=sought: reads.articles(sought, ownership=OWNERSHIP))
    ways["an article"] = reading(store, lambda reads: reads.article("oncology-1", POLICY))
    ways["counts"] = reading(store, lambda reads: reads.counts())
    ways["coverage"] = reading(store, lambda reads: reads.coverage(POLICY))

    show({name: timings(run) for name, run in ways.items()}, {name: counted(run) for name, run in ways.items()})


def test_the_whole_report_and_a_past_one(library: tuple[Store, Path]) -> None:
    """Asked: a bounded number of queries; seconds are fine."""
    store, _ = library

    def past() -> object:
        with store.read_as_of(NOW) as reads:
            return reads.report(POLICY)

    now = reading(store, lambda reads: reads.report(POLICY))
    for name, run in {"report": now, "report as of": past}.items():
        began, spent = time.perf_counter(), time.process_time()
        queries = counted(run)
        took, spent = time.perf_counter() - began, time.process_time() - spent
        print(f"\n{name}: {took:.1f} s, of these {spent:.1f} s of work, {queries} queries")


def timings(run: Callable[[], object]) -> list[tuple[float, float]]:
    """Milliseconds by the clock, and of work: a busy machine is slower by the first alone."""
    run()
    found = []
    for _ in range(TIMES):
        began, spent = time.perf_counter(), time.process_time()
        run()
        found.append(((time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000))
    return found


def show(timed: dict[str, list[tuple[float, float]]], queries: dict[str, int]) -> None:
    table = Table(title="10,000 articles, 50,000 findings", title_justify="left")
    for heading in ("what", "p50 ms", "p95 ms", "work p50", "work p95", "ratio", "queries"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    peer = statistics.median(spent for _, spent in timed[PEER])
    for name, found in timed.items():
        by_clock, of_work = sorted(took for took, _ in found), sorted(spent for _, spent in found)
        at = int(TIMES * 0.95) - 1
        figures = (statistics.median(by_clock), by_clock[at], statistics.median(of_work), of_work[at])
        table.add_row(name, *(f"{one:.1f}" for one in figures), f"{figures[2] / peer:.0f}", str(queries[name] or ""))
    Console(width=120).print("", table)
