"""Recorded pages in two or more versions, unpacked in memory from where they stand."""

from __future__ import annotations

import csv
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from monitor.domain.diff import between
from monitor.domain.records import GuidelineDocument
from monitor.domain.signals import Signal
from monitor.reading import UnreadablePage
from monitor.sources.guideline import read_any_page

PAIRS = "data/guidelines/page_pairs/opentermsarchive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two versions of a page, and whether those who recorded them saw its text change."""

    page: str
    before: bytes
    after: bytes
    day: str
    is_noise: bool


def told(before: bytes, after: bytes) -> list[Signal] | None:
    """What an editor would be told; None where one of the two is not the page."""
    try:
        old, new = _read(before), _read(after)
    except UnreadablePage:
        return None
    return [sighting.signal for sighting in between(old, new).came]


@lru_cache(maxsize=64)
def _read(html: bytes) -> GuidelineDocument:
    """Each version is the later one of a pair and the earlier one of the next."""
    return read_any_page(html)


def pairs(shared: Path) -> Iterator[Pair]:
    """The labelled pairs."""
    with (shared / PAIRS / "index.tsv").open(encoding="utf-8") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            name = row["page"].removesuffix(".html")
            files = archive(shared / PAIRS / f"{name.replace('/', '_').replace(' ', '_')}.tar.xz")
            yield Pair(
                page=name,
                before=files[row["before_file"]],
                after=files[row["after_file"]],
                day=row["after_date"][:10],
                is_noise=row["kind"].startswith("noise"),
            )


@lru_cache(maxsize=2)
def archive(path: Path) -> dict[str, bytes]:
    """The files of an archive by their names."""
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes()), mode="r:xz") as files:
        return {
            Path(member.name).name: held.read()
            for member in files.getmembers()
            if member.isfile() and (held := files.extractfile(member)) is not None
        }
