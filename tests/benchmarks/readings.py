"""The ways to read an update file that are measured beside each other. What they import counts as their memory."""

from __future__ import annotations

import gzip
from pathlib import Path

from monitor.sources.pubmed.reader import Passing
from monitor.sources.pubmed.updates.records import stream_records

RECORDS = 20_788
"""In the recorded file."""


def read_searched(path: Path) -> None:
    """What standing queries ask for, by our reader."""
    with path.open("rb") as file:
        records = (passed.searched() for passed in stream_records(file) if isinstance(passed, Passing))
        assert sum(1 for _ in records) == RECORDS


def read_whole(path: Path) -> None:
    """Every field, by our reader."""
    with path.open("rb") as file:
        records = (passed.publication() for passed in stream_records(file) if isinstance(passed, Passing))
        assert sum(1 for _ in records) == RECORDS


def read_by_biopython(path: Path) -> None:
    """Every field, by Biopython's reader."""
    from Bio import Entrez  # Its memory is no part of ours.

    with gzip.open(path) as stream:
        assert len(Entrez.read(stream)["PubmedArticle"]) == RECORDS  # type: ignore[no-untyped-call]  # Untyped library.
