"""Citation strings are taken apart into what a source can be asked by."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from monitor.domain.articles import ReferenceKind
from monitor.intake import citation_of, read_article, reference_from
from monitor.intake.citations.strings import Parts, parts_of
from monitor.intake.lists.kinds import kind_of

STYLES = {
    "NLM": (
        "Vik AB, Dahl C. Warm socks for cold feet. J Foot Care. 2017 Jan 4;376(5):440-450. PMID: 28000001",
        Parts(
            title="Warm socks for cold feet",
            journal="J Foot Care",
            year=2017,
            volume="376",
            first_page="440",
            first_author="Vik AB",
        ),
    ),
    "without a stop after the journal": (
        "12. Vik AB, Dahl C, et al. Are socks enough? J Foot Care 2018;67:e19–27. CrossRef PubMed",
        Parts(
            title="Are socks enough?",
            journal="J Foot Care",
            year=2018,
            volume="67",
            first_page="e19",
            first_author="Vik AB",
        ),
    ),
    "year after authors": (
        "Vik A, O’Dahl C (2002) Socks and warmth. Foot 31(1):1–7. https://doi.org/10.1000/S1(01)00697-4",
        Parts(title="Socks and warmth", journal="Foot", year=2002, volume="31", first_page="1", first_author="Vik A"),
    ),
    "year after the name of a group": (
        "Vik A, Dahl C, Warmth, Comfort, and Lifestyle Study of Feet, and Foot Warmth Group (2014) Socks and warmth of"
        " the feet: a composite. Foot 71(8):961–970.",
        Parts(
            title="Socks and warmth of the feet: a composite",
            journal="Foot",
            year=2014,
            volume="71",
            first_page="961",
            first_author="Vik A",
        ),
    ),
    "a number in place of volume and page": (
        "Vik AB, Dahl C, et al. Socks and warmth. J Foot Care 2021; e2020048090.",
        Parts(
            title="Socks and warmth", journal="J Foot Care", year=2021, first_page="e2020048090", first_author="Vik AB"
        ),
    ),
    "year at the end": (
        "van der Berg, A. B. & Dahl, C. Socks and warmth. J. Exp. Foot. 208, 2357–2366 (2011).",
        Parts(
            title="Socks and warmth",
            journal="J. Exp. Foot",
            year=2011,
            volume="208",
            first_page="2357",
            first_author="van der Berg, A. B",
        ),
    ),
    "ahead of print": (
        "Vik AB; Foot Warmth Group (FWG) of the North. Socks and warmth: a review."
        " J Foot Care. 2024 Jan 3:S1479-666X(23)00152-X.",
        Parts(
            title="Socks and warmth: a review",
            journal="J Foot Care",
            year=2024,
            first_page="S1479-666X(23)00152-X",
            first_author="Vik AB",
        ),
    ),
    "many authors and an ellipsis": (
        "Vik, A. B., Dahl, C., … Holm, D. (2020). Socks and warmth. Journal of Foot Care, 45(5 Suppl 1), S12–S21."
        " https://doi.org/10.1000/x .",
        Parts(
            title="Socks and warmth",
            journal="Journal of Foot Care",
            year=2020,
            volume="45",
            first_page="S12",
            first_author="Vik, A. B",
        ),
    ),
    "a volume that looks like a year": (
        "Vik AB, Dahl C et al (2016) Socks and warmth. Foot Res 2016:7325973",
        Parts(
            title="Socks and warmth",
            journal="Foot Res",
            year=2016,
            volume="2016",
            first_page="7325973",
            first_author="Vik AB",
        ),
    ),
    "spaces before punctuation": (
        "Vik A , Dahl C ( 2002 ) Socks and warmth . Foot Care 31 : 17 – 25",
        Parts(
            title="Socks and warmth", journal="Foot Care", year=2002, volume="31", first_page="17", first_author="Vik A"
        ),
    ),
    "a journal that looks like a name": (
        "Bone Joint J. 2019 Jul;101-B(7):108-114",
        Parts(journal="Bone Joint J", year=2019, volume="101-B", first_page="108"),
    ),
    "figures in a row": (
        "Vik A Dahl C Measuring the warmth of socks in winter J Foot Care 1988 5 3 18",
        Parts(
            title="Measuring the warmth of socks in winter",
            journal="J Foot Care",
            year=1988,
            volume="5",
            first_page="3",
            first_author="Vik A",
        ),
    ),
    "no title": (
        "J Foot Care. 2016 Jun 15;8(6):2471-89",
        Parts(journal="J Foot Care", year=2016, volume="8", first_page="2471"),
    ),
    "title and source": (
        "Socks for all seasons. The Library of Feet, 2025",
        Parts(title="Socks for all seasons", journal="The Library of Feet", year=2025),
    ),
    "issued by a body": (
        "World Sock Organization. Global sock report. Sock Bull. 2020;3:1–4.",
        Parts(
            title="Global sock report",
            journal="Sock Bull",
            year=2020,
            volume="3",
            first_page="1",
            first_author="World Sock Organization",
        ),
    ),
}


@pytest.mark.parametrize(("text", "parts"), STYLES.values(), ids=STYLES)
def test_a_citation_string_is_taken_apart(text: str, parts: Parts) -> None:
    found = parts_of(text)

    assert (found.title.rstrip("?"), found.journal, found.year, found.volume, found.first_page, found.first_author) == (
        parts.title.rstrip("?"),
        parts.journal,
        parts.year,
        parts.volume,
        parts.first_page,
        parts.first_author,
    )


def test_a_citation_keeps_the_key_and_the_identifiers_of_its_reference() -> None:
    reference = reference_from("Vik AB. Warm socks. J Foot Care. 2017;376(5):440-450. PMID: 28000001 doi:10.1000/socks")

    citation = citation_of(reference)

    assert citation.key == reference.key
    assert [str(item) for item in citation.identifiers] == ["pubmed:28000001", "doi:10.1000/socks"]
    assert (citation.title, citation.journal, citation.volume) == ("Warm socks", "J Foot Care", "376")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Topic overview. Our Medical Advisory Board & Editors, 2025", ReferenceKind.IN_HOUSE_SUMMARY),
        (
            "Gout. Praxis Medical Insights: Practical Summaries of Clinical Guidelines, 2024",
            ReferenceKind.IN_HOUSE_SUMMARY,
        ),
        ("Socks: a systematic review and meta-analysis. Foot, 2020", ReferenceKind.SYSTEMATIC_REVIEW),
        ("2019 guideline for the care of feet. Foot, 2020", ReferenceKind.GUIDELINE),
        ("Socks against cold feet: a randomised controlled trial. Foot, 2020", ReferenceKind.TRIAL),
        ("Socks in a cohort. Foot, 2020", ReferenceKind.RESEARCH),
    ],
)
def test_the_kind_of_an_entry_follows_its_words(text: str, kind: ReferenceKind) -> None:
    assert kind_of(text) is kind


def test_real_citation_strings_give_the_parts_a_look_up_needs(shared: Path) -> None:
    path = shared / "data" / "articles" / "citation_gold" / "nlm_style_systematic_reviews_12000.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [parts_of(row["citation_without_ids"]) for row in csv.DictReader(lines, delimiter="\t")]

    complete = [parts for parts in found if parts.title and parts.journal and parts.year and parts.first_author]
    assert len(complete) >= 0.96 * len(found) > 0


def test_numbered_reports_give_every_reference_its_identifiers(shared: Path) -> None:
    """Each printed entry of real reports is read with its number and the PMID behind its link."""
    folder = shared / "data" / "articles" / "mmwr"
    with gzip.open(folder / "mmwr_reference_gold.tsv.gz", "rt", encoding="utf-8") as lines:
        gold = list(csv.DictReader(lines, delimiter="\t"))
    for path in sorted((folder / "reports").glob("*.html")):
        article = read_article(path.read_bytes(), name=path.name)
        expected = {int(row["number"]): row["pmid"] for row in gold if row["report"] == path.stem}
        if not expected:
            continue
        listed = {item.number: [i.value for i in item.identifiers] for item in article.references if item.listed}

        assert set(listed) == set(expected), path.stem
        assert all(pmid in listed[number] for number, pmid in expected.items() if pmid), path.stem
        assert article.missing_markers == (), path.stem
