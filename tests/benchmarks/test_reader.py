"""Our reader of PubMed records beside Biopython's, on a whole daily update file."""

from __future__ import annotations

import gzip
from functools import partial
from pathlib import Path

import pytest
from Bio import Entrez

from monitor.sources.pubmed import read_articles
from tests.benchmarks.measuring import measure, show

pytestmark = pytest.mark.benchmark

UPDATE_FILE = "data/pubmed/nlm_bulk/pubmed21n1298.xml.gz"
RECORDS = 20_788


def test_reading_every_field_of_an_update_file(shared: Path) -> None:
    """Asked: at most 1/7 of Biopython's CPU, at most 60 MB."""
    path = shared / UPDATE_FILE
    costs = measure(
        {"Bio.Entrez.read": partial(read_by_biopython, path), "ours, every field": partial(read_by_us, path)}
    )

    show(f"{RECORDS} records from {path.name}", costs, peer="Bio.Entrez.read", items=RECORDS)


def read_by_us(path: Path) -> None:
    with gzip.open(path) as stream:
        assert sum(1 for _ in read_articles(stream)) == RECORDS


def read_by_biopython(path: Path) -> None:
    with gzip.open(path) as stream:
        assert len(Entrez.read(stream)["PubmedArticle"]) == RECORDS  # type: ignore[no-untyped-call]  # Untyped library.
