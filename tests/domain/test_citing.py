"""Citations ready to paste, as medical journals print them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.citing import cite
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.records import CrossCheck, GuidelineDocument, Publication, Record, Trial, Work

REVIEW = Publication(
    identifier=pubmed("40169165"),
    title="Stem cell injections for osteoarthritis of the knee.",
    journal="The Cochrane database of systematic reviews",
    journal_abbreviation="Cochrane Database Syst Rev",
    volume="4",
    issue="4",
    pages="CD013342",
    published="2025-04-02",
    authors=("Whittle SL", "Johnston RV", "McDonald S"),
    doi="10.1002/14651858.CD013342.pub2",
)


def test_a_paper_is_cited_in_the_vancouver_style() -> None:
    cited = cite(REVIEW)

    assert cited is not None
    assert cited.text == (
        "Whittle SL, Johnston RV, McDonald S. Stem cell injections for osteoarthritis of the knee. "
        "Cochrane Database Syst Rev. 2025;4(4):CD013342. doi:10.1002/14651858.CD013342.pub2. PMID: 40169165."
    )
    assert cited.missing == ()


def text_of(record: Record) -> str:
    cited = cite(record)
    assert cited is not None
    return cited.text


def test_of_more_than_six_authors_the_first_six_are_named() -> None:
    names = tuple(f"Author{letter} A" for letter in "ABCDEFG")

    assert text_of(replace(REVIEW, authors=names[:6])).startswith("AuthorA A, AuthorB A, AuthorC A, AuthorD A, ")
    assert "AuthorF A. Stem" in text_of(replace(REVIEW, authors=names[:6]))
    assert "AuthorF A, et al. Stem" in text_of(replace(REVIEW, authors=names))


def test_a_group_is_an_author_and_a_question_ends_a_title() -> None:
    text = text_of(replace(REVIEW, authors=(), collectives=("The Knee Group",), title="Do cells help?"))

    assert text.startswith("The Knee Group. Do cells help? Cochrane")


@pytest.mark.parametrize(
    ("gone", "place"),
    [
        ({"issue": ""}, "2025;4:CD013342."),
        ({"pages": ""}, "2025;4(4). doi"),
        ({"volume": "", "issue": ""}, "2025:CD013342."),
        ({"volume": "", "issue": "", "pages": ""}, "Syst Rev. 2025. doi"),
    ],
)
def test_what_a_record_lacks_leaves_no_punctuation_behind(gone: dict[str, str], place: str) -> None:
    assert place in text_of(replace(REVIEW, **gone))


def test_what_a_record_lacks_is_named() -> None:
    bare = cite(Publication(identifier=pubmed("1"), title="A title"))

    assert bare is not None
    assert bare.text == "A title. PMID: 1."
    assert bare.missing == ("authors", "journal", "year", "volume", "pages", "DOI")


def test_a_work_of_crossref_is_cited_by_its_doi() -> None:
    work = Work(identifier=Identifier.parse("doi:10.5555/a"), title="A work", journal="J Test", published="2024-05")

    assert text_of(work) == "A work. J Test. 2024. doi:10.5555/a."


def test_a_guideline_is_cited_with_its_day_and_address() -> None:
    guideline = GuidelineDocument(
        identifier=Identifier.parse("guideline:nice/ng226"),
        publisher="NICE",
        title="Osteoarthritis in over 16s",
        updated="2026-02-03",
        published="2022-10-19",
        edition="2026",
        url="https://www.nice.org.uk/guidance/ng226",
    )

    assert text_of(guideline) == (
        "NICE. Osteoarthritis in over 16s. Updated 2026-02-03. Available from: https://www.nice.org.uk/guidance/ng226"
    )
    assert "Edition 2. Published 2022-10-19." in text_of(replace(guideline, updated="", edition="2"))


def test_a_trial_is_cited_by_its_number() -> None:
    trial = Trial(identifier=Identifier.parse("nct:NCT01234567"), title="Cells", last_update_posted="2026-01-02")

    assert text_of(trial) == (
        "Cells. ClinicalTrials.gov identifier: NCT01234567. Updated 2026-01-02. "
        "Available from: https://clinicaltrials.gov/study/NCT01234567"
    )


def test_what_is_about_another_work_is_no_work_to_cite() -> None:
    assert cite(CrossCheck(identifier=Identifier.parse("europepmc:MED/1"), about=pubmed("1"))) is None
