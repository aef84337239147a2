"""A hundred thousand citations in one file, looked up by a program that is killed again and again.

``CITATIONS`` says how many are drawn, 100,000 where it is not set.
"""

from __future__ import annotations

import gzip
import json
import os
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

from monitor.domain.records import Publication
from monitor.replay.serving import Servers, serve
from monitor.replay.world import World
from monitor.sources.pubmed import read_articles

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]
MOST = int(os.environ.get("CITATIONS", "100000"))
KILLS = 4
LAST_DAY = date(2021, 6, 9)


@pytest.fixture(scope="module")
def recording(shared: Path) -> Path:
    """A complete daily file of 2021."""
    return shared / "data/pubmed/nlm_bulk/pubmed21n1298.xml.gz"


@pytest.fixture(scope="module")
def servers(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A PubMed that holds what the file holds; nobody else knows anything."""
    folder = tmp_path_factory.mktemp("world") / "pubmed"
    folder.mkdir()
    (folder / recording.name).symlink_to(recording)
    world = World.load(folder.parent, last_day=LAST_DAY)
    with serve(world, api_keys={"chaos": 100_000}, patience=100_000) as running:
        yield running


@pytest.fixture(scope="module")
def citations(recording: Path) -> list[tuple[str, str]]:
    """PMID and citation: records by their numbers, their places and in full, and what was never written."""
    with gzip.open(recording) as file:
        records = {record.pmid: record for record in read_articles(file)}
    chance = random.Random(20261129)  # noqa: S311 - the same draw in every run.
    drawn = [(pmid, text) for pmid, record in records.items() for text in ways_to_cite(record)]
    absent = [("", f"Nobody A. What was never written, part {at}. J None 1999;{at}:1-9.") for at in range(MOST // 20)]
    return chance.sample([*drawn, *absent], min(MOST, len(drawn) + len(absent)))


def ways_to_cite(record: Publication) -> Iterator[str]:
    journal, year, page = record.journal_abbreviation, record.published[:4], record.pages.partition("-")[0]
    yield f"PMID: {record.pmid}"
    if record.doi:
        yield f"doi:{record.doi}"
    if record.volume and page:
        place = f"{journal}. {year};{record.volume}:{record.pages}."
        yield place
        if record.authors and record.title:
            yield f"{record.authors[0]}, et al. {record.title} {place}"


def test_each_ends_with_a_status_and_why_however_often_the_run_is_killed(
    servers: Servers, citations: list[tuple[str, str]], tmp_path: Path
) -> None:
    file = tmp_path / "citations.tsv"
    lines = (f"{at}\t{text}" for at, (_, text) in enumerate(citations))
    file.write_text("\n".join(("key\tcitation", *lines)), encoding="utf-8")
    ended: Counter[int] = Counter()
    for kill_after in (20, 40, 60, 80)[:KILLS]:
        ended[run(servers, tmp_path, file, kill_after=kill_after)[0]] += 1
    began, asked = time.monotonic(), len(servers.requests)
    code, output = run(servers, tmp_path, file)

    rows = json.loads(output)
    resolved = Counter(row["status"] for row in rows)
    print(
        f"\n{len(rows)} citations: {dict(resolved)}; runs ended {dict(ended)}; the last one took "
        f"{time.monotonic() - began:.0f} s and {len(servers.requests) - asked} of {len(servers.requests)} requests"
    )
    assert code == 0
    assert [row["key"] for row in rows] == [str(at) for at in range(len(citations))]
    assert all(row["because"] and row["status"] in ("resolved", "ambiguous", "unresolved") for row in rows)
    wrong = [
        (text, row)
        for row, (pmid, text) in zip(rows, citations, strict=True)
        if row["status"] == "resolved" and row["identifiers"] != [f"pubmed:{pmid}"]
    ]
    assert len(wrong) <= 0.005 * len(rows), wrong[:5]
    assert resolved["resolved"] >= 0.9 * sum(bool(pmid) for pmid, _ in citations)
    assert ended[-signal.SIGKILL] > 0 or MOST < 100_000
    assert not servers.violations


def run(servers: Servers, folder: Path, file: Path, *, kill_after: float | None = None) -> tuple[int, bytes]:
    """Look the file up, in a process of its own."""
    environment = {
        **os.environ,
        **servers.urls,
        "MONITOR_DATA_DIR": str(folder / "monitor"),
        "MONITOR_NCBI_EMAIL": "ops@example.org",
        "MONITOR_NCBI_API_KEY": "chaos",
    }
    command = [sys.executable, "-m", "monitor", "reference", "resolve", "--file", str(file), "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        try:
            output, _ = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
        return process.returncode, output
