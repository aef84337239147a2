"""Our reader of PubMed records beside Biopython's, on a whole daily update file."""

from __future__ import annotations

import gzip
from functools import partial
from pathlib import Path

import pytest

from monitor.sources.pubmed.reader import Passing
from monitor.sources.pubmed.updates.records import stream_records
from tests.benchmarks.measuring import measure, show

pytestmark = pytest.mark.benchmark

UPDATE_FILE = "data/pubmed/nlm_bulk/pubmed21n1298.xml.gz"
RECORDS = 20_788


def test_reading_an_update_file(shared: Path) -> None:
    """Asked: what queries ask for at most 1/7 of Biopython's CPU, at most 60 MB."""
    path = shared / UPDATE_FILE
    costs = measure(
        {
            "Bio.Entrez.read": partial(read_by_biopython, path),
            "ours, what queries ask for": partial(read_searched, path),
            "ours, every field": partial(read_whole, path),
        }
    )

    show(f"{RECORDS} records from {path.name}", costs, peer="Bio.Entrez.read", items=RECORDS)


def read_searched(path: Path) -> None:
    with path.open("rb") as file:
        records = (passed.searched() for passed in stream_records(file) if isinstance(passed, Passing))
        assert sum(1 for _ in records) == RECORDS


def read_whole(path: Path) -> None:
    with path.open("rb") as file:
        records = (passed.publication() for passed in stream_records(file) if isinstance(passed, Passing))
        assert sum(1 for _ in records) == RECORDS


def read_by_biopython(path: Path) -> None:
    from Bio import Entrez  # Its memory is no part of ours.

    with gzip.open(path) as stream:
        assert len(Entrez.read(stream)["PubmedArticle"]) == RECORDS  # type: ignore[no-untyped-call]  # Untyped library.
