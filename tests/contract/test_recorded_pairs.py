"""Two recorded versions of one PMID: what is a signal by its markup is told, and noise is not."""

from __future__ import annotations

import csv
import gzip
import tarfile
from pathlib import Path

import pytest

from monitor.domain.diff import between, standing
from monitor.domain.kinds import EventKind
from monitor.sources.pubmed import read_articles, read_recording

MARKUP_SHOWS: dict[tuple[str, str], list[EventKind]] = {
    ("34017925", "34017925_2021-06-07_2e3c88.xml"): [EventKind.SUPERSEDED],
}
"""(PMID, after file) → kinds, for pairs of class signal whose markup shows one: PMID Version="2", with another title.
The others bring comments (CommentIn, CommentOn) and reference lists."""


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "pairs.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@pytest.fixture(scope="module")
def pairs(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both versions of every pair."""
    folder = tmp_path_factory.mktemp("pairs")
    with tarfile.open(shared / "data/pubmed/pairs/noise_pairs.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def body(shared: Path, unpacked: Path, name: str) -> bytes:
    beside = shared / "data/pubmed/pairs" / name
    return beside.read_bytes() if beside.exists() else next(unpacked.rglob(name)).read_bytes()


def test_every_recorded_pair_gives_the_kinds_its_markup_shows_and_noise_gives_none(shared: Path, pairs: Path) -> None:
    told = {}
    for row in rows(shared / "data/pubmed/pairs"):
        before, after = (read_recording(body(shared, pairs, row[f"{side}_file"])) for side in ("before", "after"))
        assert before.pmid == after.pmid == row["pmid"]
        told[row["pmid"], row["after_file"]] = [item.signal.kind for item in between(before, after).came]

    assert len(told) >= 45
    assert {pair: kinds for pair, kinds in told.items() if kinds} == MARKUP_SHOWS


@pytest.mark.parametrize(
    ("name", "kind", "least"),
    [
        ("retracted.xml", EventKind.RETRACTED, 15),
        ("expression_of_concern.xml", EventKind.CONCERN_RAISED, 1),
        ("erratum_in.xml.gz", EventKind.CORRECTED, 180),
        ("superseded_reviews_update_in_of.xml", EventKind.SUPERSEDED, 5),
        ("corrected_republished.xml", EventKind.REPUBLISHED, 5),
    ],
)
def test_each_recorded_feature_is_shown_by_its_records(shared: Path, name: str, kind: EventKind, least: int) -> None:
    raw = (shared / "data/pubmed/features" / name).read_bytes()
    records = list(read_articles(gzip.decompress(raw) if name.endswith(".gz") else raw))
    showing = [record for record in records if any(signal.kind is kind for signal in standing(record))]

    assert len(showing) >= least, [record.pmid for record in records if record not in showing]


def test_no_recorded_notice_is_called_retracted_itself(shared: Path) -> None:
    notices = list(read_articles((shared / "data/pubmed/features/retraction_notices.xml").read_bytes()))

    assert len(notices) == 18
    for notice in notices:
        own = {signal.kind for signal in standing(notice) if signal.record == notice.identifier}
        assert not own & {EventKind.RETRACTED, EventKind.PUBLICATION_WITHDRAWN}, notice.pmid
