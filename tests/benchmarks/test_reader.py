"""Our reader of PubMed records beside Biopython's, on a whole daily update file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.benchmarks.measuring import measure, show
from tests.benchmarks.readings import RECORDS, read_by_biopython, read_searched, read_whole

pytestmark = pytest.mark.benchmark

UPDATE_FILE = "data/pubmed/nlm_bulk/pubmed21n1298.xml.gz"


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
