"""Our reader of PubMed records against Biopython's, field by field, on recordings of every era of the DTD."""

from __future__ import annotations

import gzip
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from monitor.domain.topics.days import created_on
from monitor.sources.pubmed import read_articles, read_set
from monitor.sources.pubmed.reader import Passing, stream
from monitor.sources.pubmed.searched import SEARCHED
from tests.contract.pubmed_by_biopython import Facts, facts_by_biopython, facts_by_us

SETS: tuple[tuple[str, int], ...] = (
    ("eutils/biopython/pubmed1.xml", 2),
    ("eutils/biopython/pubmed2.xml", 2),
    ("eutils/biopython/pubmed4.xml", 1),
    ("eutils/biopython/pubmed5.xml", 1),
    ("eutils/biopython/pubmed6.xml", 1),
    ("eutils/biopython/pubmed7.xml", 1),
    ("eutils/klortho/efetch.pubmed.xml", 2),
    ("eutils/klortho/efetch.pubmedbook.xml", 1),
    ("eutils/klortho/efetch.pubmedexample.xml", 2),
    ("eutils/retractobot/pubmed_citing_paper.xml", 1),
    ("eutils/retractobot/pubmed_retracted_publication.xml", 1),
    ("eutils/retractobot/pubmed_retraction_notice.xml", 1),
    ("features/collective_author_sample.xml", 60),
    ("features/comment_in_on.xml", 119),
    ("features/corrected_republished.xml", 16),
    ("features/delete_citation_1.xml", 0),
    ("features/delete_citation_2.xml", 0),
    ("features/delete_citation_3.xml", 0),
    ("features/erratum_for.xml.gz", 213),
    ("features/erratum_in.xml.gz", 189),
    ("features/expression_of_concern.xml", 2),
    ("features/guidelines.xml", 30),
    ("features/markup_in_title_or_abstract_sample.xml", 40),
    ("features/nct_databank.xml.gz", 185),
    ("features/other_abstract_sample.xml", 25),
    ("features/pmid_version_gt1.xml", 7),
    ("features/preprints.xml", 2),
    ("features/pubmed_book_articles.xml", 5),
    ("features/rct.xml.gz", 214),
    ("features/retracted.xml", 15),
    ("features/retraction_notices.xml", 18),
    ("features/status_in-data-review_sample.xml", 15),
    ("features/status_in-process_sample.xml", 15),
    ("features/status_publisher_sample.xml", 15),
    ("features/status_pubmed-not-medline_sample.xml", 15),
    ("features/superseded_reviews_update_in_of.xml", 18),
    ("features/systematic_review_meta_analysis.xml", 52),
    ("features/vernacular_title_non_english_sample.xml", 60),
    ("nlm_bulk/medline16n0902_excerpt.xml.gz", 604),
    ("nlm_bulk/nlm_medline_sample_via_jabref.xml.gz", 118),
    ("nlm_bulk/pubmed20n0014_subset.xml.gz", 9064),
    ("nlm_bulk/pubmed21n1000_excerpt.xml.gz", 29),
    ("nlm_bulk/pubmed21n1001_excerpt.xml.gz", 37),
    ("nlm_bulk/pubmed21n1002_excerpt.xml.gz", 45),
    ("nlm_bulk/pubmed21n1003_excerpt.xml.gz", 51),
    ("nlm_bulk/pubmed21n1004_excerpt.xml.gz", 88),
    ("nlm_bulk/pubmed21n1005_excerpt.xml.gz", 20),
    ("nlm_bulk/pubmedsample_2019.xml.gz", 176),
)
"""Every recorded set but the pairs and the update file, with the number of its records."""

UPDATE_FILE = "nlm_bulk/pubmed21n1298.xml.gz"
UPDATE_FILE_RECORDS = 20_788
SAMPLE = 600
"""So many records of a large file, evenly spread, are compared; all of them are read."""

DISAGREEMENTS: dict[tuple[str, str], str] = {
    ("31647768", "authors"): "an author comes without initials; we take them from the forename",
    ("34093204", "authors"): "the same",
    ("669788", "types"): "the record has two lists of types; Biopython keeps the last, we keep all",
}
"""(PMID, fact) → why Biopython is not followed there."""

_RECORD = re.compile(rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation)\b.*?</\1>", re.S)
_SET = re.compile(rb"<(PubmedArticleSet|MedlineCitationSet)\b")
_RECORDS_BEGIN = re.compile(rb"<(PubmedArticle|MedlineCitation)(Set)?\b")


@pytest.fixture(scope="module")
def pubmed_recordings(shared: Path) -> Path:
    return shared / "data" / "pubmed"


@pytest.mark.parametrize(("name", "records"), SETS, ids=[name for name, _ in SETS])
def test_a_recorded_set_reads_the_same_as_by_biopython(pubmed_recordings: Path, name: str, records: int) -> None:
    body = opened(pubmed_recordings / name)

    assert len(read_set(body).publications) == records
    assert disagreements(sampled(body)) == []


def test_every_recorded_version_of_the_pairs_reads_the_same_as_by_biopython(pubmed_recordings: Path) -> None:
    folder = pubmed_recordings / "pairs"
    bodies = [path.read_bytes() for path in sorted(folder.glob("*.xml"))]
    bodies += list(archived(folder / "noise_pairs.tar.gz"))

    assert len(bodies) > 80
    assert [found for body in bodies for found in disagreements(body)] == []


def test_every_answer_in_the_cassettes_reads_the_same_as_by_biopython(pubmed_recordings: Path) -> None:
    folder = pubmed_recordings / "eutils" / "hawc_cassettes"
    bodies = {body for path in folder.glob("*.yaml.gz") for body in recorded_sets(opened(path))}

    assert len(bodies) > 10
    assert [found for body in sorted(bodies) for found in disagreements(body)] == []


def test_a_whole_daily_update_file_passes_through_the_reader(pubmed_recordings: Path) -> None:
    with gzip.open(pubmed_recordings / UPDATE_FILE) as stream:
        pmids = [record.pmid for record in read_articles(stream)]

    assert len(pmids) == UPDATE_FILE_RECORDS
    assert len(set(pmids)) > UPDATE_FILE_RECORDS * 0.99


def test_a_sample_of_a_daily_update_file_reads_the_same_as_by_biopython(pubmed_recordings: Path) -> None:
    with gzip.open(pubmed_recordings / UPDATE_FILE) as stream:
        body = spread(stream, every=UPDATE_FILE_RECORDS // SAMPLE)

    assert len(read_set(body).publications) >= SAMPLE
    assert disagreements(body) == []


@pytest.mark.parametrize("name", [name for name, _ in SETS])
def test_what_queries_ask_for_is_the_same_read_alone_as_in_the_whole_record(pubmed_recordings: Path, name: str) -> None:
    for passed in stream(opened(pubmed_recordings / name)):
        if isinstance(passed, Passing):
            alone, whole = passed.searched(), passed.publication()
            assert [getattr(alone, field) for field in SEARCHED] == [getattr(whole, field) for field in SEARCHED]
            assert created_on(alone) == created_on(whole)


def test_no_recorded_set_is_left_out(pubmed_recordings: Path) -> None:
    listed = {name for name, _ in SETS} | {UPDATE_FILE}
    files = (path for path in pubmed_recordings.rglob("*.xml*") if path.parent.name != "pairs")
    holding = {str(path.relative_to(pubmed_recordings)) for path in files if _RECORDS_BEGIN.search(beginning(path))}

    assert holding == listed


def disagreements(body: bytes) -> list[str]:
    """Where the two readings of a set differ, apart from the differences that are explained above."""
    ours = {(record.pmid, record.version): facts_by_us(record) for record in read_articles(body)}
    theirs = {(facts["pmid"], facts["version"]): facts for facts in facts_by_biopython(body)}
    assert ours.keys() == theirs.keys()
    return [found for key, facts in ours.items() for found in differing(facts, theirs[key])]


def differing(ours: Facts, theirs: Facts) -> Iterator[str]:
    assert ours.keys() == theirs.keys()
    for name, fact in ours.items():
        if fact != theirs[name] and (ours["pmid"], name) not in DISAGREEMENTS:
            yield f"{ours['pmid']} {name}: {fact!r} here, {theirs[name]!r} there"


def opened(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def beginning(path: Path) -> bytes:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        return stream.read(2000)


def archived(path: Path) -> Iterator[bytes]:
    with tarfile.open(path) as archive:
        for member in archive:
            if stream := archive.extractfile(member):
                yield stream.read()


def recorded_sets(cassette: bytes) -> Iterator[bytes]:
    """The record sets among the answers of a cassette, as they came over the wire."""
    for interaction in YAML(typ="safe").load(cassette)["interactions"]:
        text = interaction["response"]["body"]["string"] or b""
        body = text.encode() if isinstance(text, str) else text
        body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        if _SET.search(body[:2000]):
            yield body


def sampled(body: bytes) -> bytes:
    """A set itself when it is small, else a set of records evenly spread over it."""
    records = [found.group() for found in _RECORD.finditer(body)]
    if len(records) <= SAMPLE:
        return body
    return as_set(body, records[:: len(records) // SAMPLE])


def spread(stream: gzip.GzipFile, *, every: int) -> bytes:
    """A set of every so many records of a file whose records begin and end on lines of their own."""
    records: list[bytes] = []
    lines: list[bytes] = []
    number, head = -1, b""
    for line in stream:
        if line.strip() == b"<PubmedArticle>":
            number, lines = number + 1, []
        elif number < 0:
            head += line
        if number % every == 0:
            lines.append(line)
        if line.strip() == b"</PubmedArticle>" and number % every == 0:
            records.append(b"".join(lines))
    return as_set(head, records)


def as_set(body: bytes, records: list[bytes]) -> bytes:
    """Some records of a body in a set with its own head."""
    found = _SET.search(body)
    assert found is not None
    head = body[: body.index(b">", found.start()) + 1]
    return head + b"".join(records) + b"</" + found.group(1) + b">"
