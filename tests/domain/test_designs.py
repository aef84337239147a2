"""What an editor is told a new record is."""

from __future__ import annotations

import pytest

from monitor.domain.designs import Design, design_of, is_evidence
from monitor.domain.identifiers import pubmed
from monitor.domain.records import Link, Publication, PublicationType


def record(title: str = "Cells for knees", *types: str) -> Publication:
    kinds = tuple(PublicationType(ui="", name=name) for name in types)
    return Publication(identifier=pubmed("1"), title=title, publication_types=kinds)


@pytest.mark.parametrize(
    ("types", "design"),
    [
        (("Journal Article", "Randomized Controlled Trial"), Design.RCT),
        (("RANDOMIZED CONTROLLED TRIAL",), Design.RCT),
        (("Meta-Analysis", "Systematic Review"), Design.SYSTEMATIC_REVIEW),
        (("Meta-Analysis",), Design.META_ANALYSIS),
        (("Systematic Review", "Practice Guideline"), Design.GUIDELINE),
        (("Observational Study",), Design.OBSERVATIONAL),
        (("Journal Article",), Design.OTHER),
    ],
)
def test_a_type_tells_the_design_and_the_strongest_counts(types: tuple[str, ...], design: Design) -> None:
    assert design_of(record("Cells for knees", *types)) is design


def test_a_type_without_its_name_is_known_by_its_ui() -> None:
    kinds = (PublicationType(ui="D016449", name="Essai"),)

    assert design_of(Publication(identifier=pubmed("1"), publication_types=kinds)) is Design.RCT


@pytest.mark.parametrize(
    ("title", "design"),
    [
        ("Cells for knees: a randomised, double-blind trial", Design.RCT),
        ("Cells for knees: a randomized controlled trial", Design.RCT),
        ("Cells for knees: protocol of a randomised trial", Design.OTHER),
        ("Cells for knees: a systematic review and meta-analysis", Design.SYSTEMATIC_REVIEW),
        ("Cells for knees: a network meta-analysis", Design.META_ANALYSIS),
        ("Guideline for the care of knees", Design.GUIDELINE),
        ("A cohort study of knees", Design.OBSERVATIONAL),
        ("Adherence to guidelines among surgeons", Design.OTHER),
        ("Cells and knees", Design.OTHER),
    ],
)
def test_before_indexing_the_title_tells(title: str, design: Design) -> None:
    """Publication types come days after a record, and to some records never."""
    assert design_of(record(title, "Journal Article")) is design


@pytest.mark.parametrize(
    "kind", ["Comment", "Letter", "Editorial", "Published Erratum", "Retraction of Publication", "Retraction Notice"]
)
def test_what_speaks_of_another_record_is_no_new_evidence(kind: str) -> None:
    assert not is_evidence(record("Cells for knees: a randomised trial", "Journal Article", kind))


def test_what_is_retracted_already_is_no_new_evidence() -> None:
    link = Link(ref_type="RetractionIn", source="", pmid="2")

    assert not is_evidence(Publication(identifier=pubmed("1"), links=(link,)))
    assert is_evidence(record("Cells for knees", "Journal Article"))
