"""Papers that are known to be retracted, cited by generated articles: each is found, and no other.

The facts (which DOI or PMID, which notice) are of the recordings; the rows around them are synthesised in the native
columns of Retraction Watch, and the titles are ours.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.articles import Reference
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme, pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.records import Publication, Work
from monitor.net import Client
from monitor.pipeline.register import WatchSpec
from monitor.sources.retraction_watch import RetractionWatch
from tests.contract.faulty_server import HandClock, faulty_server, status
from tests.contract.recorded_retractions import END, START
from tests.contract.retraction_tables import Row, row, table
from tests.pipeline.scene import ARTICLE, ScriptedSource, Stage

AT_MOST = 200
"""So many of a kind are drawn, always the same ones; ``tests/chaos`` takes all."""
PLAIN = re.compile(r"[a-z0-9./()_-]+")
IN_ONE_ARTICLE = 40


def drawn(values: Iterable[str]) -> list[str]:
    """Some of the values, spread over all of them and the same at each run, and all those of odd characters."""
    spread = sorted(set(values), key=lambda value: hashlib.blake2b(value.encode()).hexdigest())
    odd = [value for value in spread if not PLAIN.fullmatch(value)]
    return list(dict.fromkeys([*spread[:AT_MOST], *odd]))


def canonical(doi: str) -> str:
    try:
        return Identifier.of(Scheme.DOI, doi).value
    except InvalidIdentifier:
        return ""


@pytest.fixture(scope="module")
def retracted(shared: Path) -> dict[str, str]:
    """DOI of a retracted paper → DOI of its notice, from all recordings that say so. None may be no DOI to us."""
    return known_retractions(shared / "data/crossref/retraction_watch")


def known_retractions(folder: Path) -> dict[str, str]:
    """The same, read from its folder."""
    known: dict[str, str] = {}
    for name in (START, END):
        known |= json.loads(gzip.decompress((folder / name).read_bytes()))["retractions"]
    sampled = gzip.decompress((folder / "mdpi_sprint_rw_sampled_2025-04.csv.gz").read_bytes()).decode()
    rows = csv.DictReader(io.StringIO(sampled))
    known |= {row["originalpaperdoi"]: row["retractiondoi"] for row in rows if row["retractionnature"] == "Retraction"}
    return {Identifier.of(Scheme.DOI, paper).value: notice for paper, notice in known.items()}


@pytest.fixture(scope="module")
def retracted_pmids(shared: Path) -> list[str]:
    """PMIDs of papers that the native sample lists as retracted."""
    text = (shared / "data/crossref/retraction_watch/rw_gold_61rows_native_columns.csv").read_text("utf-8", "replace")
    return sorted(
        {
            cells["OriginalPaperPubMedID"]
            for cells in csv.DictReader(io.StringIO(text))
            if cells["RetractionNature"] == "Retraction" and cells["OriginalPaperPubMedID"] not in {"", "0"}
        }
    )


@pytest.fixture(scope="module")
def never_retracted(shared: Path, retracted: dict[str, str]) -> list[str]:
    """DOIs of recorded works of which no recording says anything."""
    lines = gzip.decompress((shared / "data/crossref/works_from_cassettes.jsonl.gz").read_bytes()).decode().splitlines()
    works = [json.loads(line)["message"] for line in lines]
    return sorted(
        {
            doi
            for work in works
            if (doi := canonical(str(work.get("DOI", ""))))
            and doi not in retracted
            and not any(word in work for word in ("update-to", "updated-by"))
        }
    )


class Holding(ScriptedSource):
    """PubMed and Crossref that hold whatever they are asked for, under a title of ours."""

    def look_up(self, doi: Identifier) -> Work:
        """A work of any DOI."""
        return Work(identifier=doi, title=f"A paper known as {doi.value}")


def cited(identifiers: Iterable[Identifier]) -> Iterator[tuple[str, tuple[Identifier, ...]]]:
    """The papers, some to an article."""
    listed = list(identifiers)
    for start in range(0, len(listed), IN_ONE_ARTICLE):
        yield f"article-{listed[start].scheme}-{start}", tuple(listed[start : start + IN_ONE_ARTICLE])


def register(stage: Stage, papers: Iterable[Identifier]) -> None:
    """Register articles that cite these papers, and resolve their references."""
    for name, some in cited(papers):
        references = tuple(
            Reference(text=f"Reference {number}: {item}", number=number, identifiers=(item,))
            for number, item in enumerate(some, start=1)
        )
        page = replace(ARTICLE, text=name, references=references)
        stage.registrar.register(name, page, origin="test", by="test")
        stage.resolver.run(article_id=name)


def found_in(
    stage: Stage,
    papers: Iterable[Identifier],
    rows: list[Row],
    *,
    registering: Callable[[Stage, Iterable[Identifier]], None] = register,
) -> set[str]:
    """Which papers are told of as retracted, when articles that cite them are registered and everything is polled."""
    registering(stage, papers)
    with faulty_server() as server:
        server.on("/table.csv", status(200, table(rows), Content_Type="text/plain"))
        source = RetractionWatch(Client(clock=HandClock(), contact="t@example.org"), server.url("/table.csv"))
        stage.registrar.ensure_watches([WatchSpec(kind="cited_set", source=source.name)])
        replace(stage.poller, sources={source.name: source}).run(even_if_not_due=True)
    return {
        finding.record
        for line in stage.report().articles
        for finding in line.findings
        if finding.kind is EventKind.RETRACTED and finding.status == "open"
    }


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    opened = Stage(f"sqlite:///{tmp_path / 'monitor.db'}", source=Holding())
    Stage.opened.remove(opened)
    opened.store.upgrade()
    yield opened
    opened.store.close()


def rows_of(retracted: dict[str, str]) -> list[Row]:
    """The whole table: every retracted paper of the recordings."""
    return [
        row(number, OriginalPaperDOI=doi, RetractionDOI=notice)
        for number, (doi, notice) in enumerate(retracted.items(), start=1)
    ]


def test_every_known_doi_is_found_and_none_that_was_never_retracted(
    stage: Stage, retracted: dict[str, str], never_retracted: list[str]
) -> None:
    known = drawn(retracted)
    clean = drawn(never_retracted)[: len(known)]
    papers = [Identifier.of(Scheme.DOI, doi) for doi in (*known, *clean)]

    found = found_in(stage, papers, rows_of(retracted))

    assert found == {f"doi:{doi}" for doi in known}
    assert len(known) == len(clean) > AT_MOST


def test_every_known_pmid_is_found_and_none_beside(
    stage: Stage, retracted: dict[str, str], retracted_pmids: list[str]
) -> None:
    clean = [str(int(pmid) + 1) for pmid in retracted_pmids if str(int(pmid) + 1) not in retracted_pmids]
    for pmid in (*retracted_pmids, *clean):
        stage.source.records[pubmed(pmid)] = Publication(identifier=pubmed(pmid), title=f"A paper known as {pmid}")
    by_pmid = [
        row(number, OriginalPaperDOI="", OriginalPaperPubMedID=pmid)
        for number, pmid in enumerate(retracted_pmids, start=900_000)
    ]

    found = found_in(stage, map(pubmed, (*retracted_pmids, *clean)), rows_of(retracted) + by_pmid)

    assert found == {f"pubmed:{pmid}" for pmid in retracted_pmids}
    assert len(retracted_pmids) > 10
