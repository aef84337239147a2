"""Many topics over a whole daily file, beside what Biopython needs to read that file."""

from __future__ import annotations

import gzip
import time
from functools import partial
from pathlib import Path

import pytest

from monitor.domain.records import Publication
from monitor.domain.topics import Engine, parse
from monitor.sources.pubmed import read_articles
from monitor.sources.pubmed.updates.sieve import MATCHED_AT_A_TIME
from tests.benchmarks.measuring import measure, show
from tests.benchmarks.queries import queries
from tests.benchmarks.readings import RECORDS, read_by_biopython
from tests.benchmarks.test_reader import UPDATE_FILE

pytestmark = pytest.mark.benchmark

COUNTS = (1_000, 10_000, 100_000)


@pytest.fixture(scope="module")
def records(shared: Path) -> list[Publication]:
    with gzip.open(shared / UPDATE_FILE) as stream:
        return list(read_articles(stream))


def engine_with(asked: list[str]) -> Engine:
    engine = Engine()
    for number, text in enumerate(asked):
        engine.put(str(number), parse(text))
    return engine


def match_all(engine: Engine, records: list[Publication]) -> int:
    starts = range(0, len(records), MATCHED_AT_A_TIME)
    return sum(len(found) for start in starts for found in engine.match(records[start : start + MATCHED_AT_A_TIME]))


def test_matching_a_daily_file(shared: Path, records: list[Publication]) -> None:
    """Asked: 100,000 topics at most half of Biopython's parse; ten times the topics at most 2.5 times the cost."""
    asked = list(queries(records, count=max(COUNTS)))
    engines = {count: engine_with(asked[:count]) for count in COUNTS}
    ways = {"Bio.Entrez.read": partial(read_by_biopython, shared / UPDATE_FILE)}
    ways |= {f"{count:,} topics": partial(match_all, engine, records) for count, engine in engines.items()}
    costs = measure(ways, apart=False)

    show(f"{RECORDS} records matched", costs, peer="Bio.Entrez.read", items=RECORDS)


def test_a_topic_is_added_to_many(records: list[Publication]) -> None:
    """Asked: live in 10 ms with 100,000 loaded; beside it, what building them all took for each."""
    asked = list(queries(records, count=max(COUNTS) + 100))
    began = time.process_time()
    engine = engine_with(asked[:-100])
    each = (time.process_time() - began) / max(COUNTS)
    began = time.process_time()
    for number, text in enumerate(asked[-100:]):
        engine.put(f"added {number}", parse(text))
    added = (time.process_time() - began) / 100

    print(f"\nbuilding {max(COUNTS):,}: {each * 1e3:.3f} ms each; one more: {added * 1e3:.3f} ms")
