"""A citation is believed to mean a record only for the record's own words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import pubmed
from monitor.domain.records import Publication
from monitor.domain.resolution import judge

COCHRANE = "Cochrane Database Syst Rev"
SECOND = Publication(
    identifier=pubmed("40169165"),
    title="Stem cell injections for osteoarthritis of the knee.",
    journal="The Cochrane database of systematic reviews",
    journal_abbreviation=COCHRANE,
    published="2025-04-02",
    doi="10.1002/14651858.cd013342.pub2",
)
THIRD = replace(SECOND, identifier=pubmed("99913342"), published="2026-11-11", doi="10.1002/14651858.cd013342.pub3")
OTHER = replace(SECOND, identifier=pubmed("5"), title="Exercise for osteoarthritis of the knee.", doi="")
CITED = Citation(
    key="k",
    text="Stem cell injections for osteoarthritis of the knee. The Cochrane database of systematic reviews, 2025",
    title="Stem cell injections for osteoarthritis of the knee.",
    journal="The Cochrane database of systematic reviews",
    year=2025,
)


def test_title_journal_and_year_resolve_a_citation() -> None:
    resolved = judge(CITED, [OTHER, SECOND])

    assert (resolved.status, resolved.identifiers) == (Resolution.RESOLVED, (SECOND.identifier,))
    assert "year agrees" in resolved.because


def test_of_two_versions_of_a_review_the_one_of_the_cited_year_is_meant() -> None:
    assert judge(CITED, [THIRD, SECOND]).identifiers == (SECOND.identifier,)


def test_two_versions_and_no_year_are_for_the_editor() -> None:
    resolved = judge(replace(CITED, year=None), [THIRD, SECOND])

    assert (resolved.status, resolved.identifiers, len(resolved.candidates)) == (Resolution.AMBIGUOUS, (), 2)


def test_a_similar_title_of_the_same_journal_and_year_is_not_enough() -> None:
    assert judge(CITED, [OTHER]).status is not Resolution.RESOLVED


def test_nothing_found_is_unresolved_with_a_reason() -> None:
    assert (judge(CITED, []).status, judge(CITED, []).because) == (Resolution.UNRESOLVED, "nothing was found")


@pytest.mark.parametrize("written", [pubmed("40169165"), "doi:10.1002/14651858.CD013342.pub2"])
def test_a_written_identifier_is_believed(written: object) -> None:
    from monitor.domain.identifiers import Identifier

    identifier = written if isinstance(written, Identifier) else Identifier.parse(str(written))
    resolved = judge(Citation(key="k", text=f"See {identifier}", identifiers=(identifier,)), [SECOND])

    assert (resolved.status, resolved.confidence) == (Resolution.RESOLVED, 1.0)


def test_a_written_identifier_of_another_paper_is_for_the_editor() -> None:
    text = "Doe J, Roe R. Vitamin D for the prevention of falls in older women: a trial. BMJ. 2019;1:2. PMID: 40169165"
    resolved = judge(Citation(key="k", text=text, identifiers=(pubmed("40169165"),)), [SECOND])

    assert (resolved.status, resolved.identifiers) == (Resolution.AMBIGUOUS, ())


@given(st.permutations([SECOND, THIRD, OTHER]))
def test_the_order_of_candidates_never_matters(records: list[Publication]) -> None:
    assert judge(CITED, records) == judge(CITED, [SECOND, THIRD, OTHER])


WRITTEN = replace(SECOND, authors=("Whittle SL",), volume="4", pages="CD013342")


@pytest.mark.parametrize(
    "cited",
    [
        Citation(key="k", text="Whittle S, et al. PMID: 40169165", title="Whittle S, et al"),
        Citation(key="k", text="Guttman E. Stem cells. PMID: 40169165", title="Stem cell"),
        Citation(key="k", text="Whittle 2025, PMID: 40169165", title="Whittle 2025", year=2025),
        Citation(key="k", text="Whittle et al., Cochrane Database Syst Rev 2025", title="Whittle et al., " + COCHRANE),
    ],
    ids=["names", "how the title begins", "a name and a year", "a name and a journal"],
)
def test_a_written_identifier_is_believed_where_no_title_stands_beside_it(cited: Citation) -> None:
    resolved = judge(replace(cited, identifiers=(WRITTEN.identifier,)), [WRITTEN, OTHER])

    assert (resolved.status, resolved.identifiers) == (Resolution.RESOLVED, (WRITTEN.identifier,))


def test_a_written_identifier_is_believed_beside_a_shortened_title_whose_place_agrees() -> None:
    known = replace(
        WRITTEN,
        title="Erector spinae block: effects on postoperative pain, nausea, opioid consumption, recovery quality and "
        "satisfaction among adult patients undergoing laparoscopic surgery.",
    )
    cited = Citation(
        key="k",
        text="Whittle SL, Johnston RV, McDonald S, Worthley D, Campbell TM. Erector spinae block. "
        "Cochrane Database Syst Rev. 2025;4:CD013342. PMID: 40169165",
        title="Erector spinae block",
        journal=COCHRANE,
        year=2025,
        volume="4",
        first_page="CD013342",
        first_author="Whittle SL",
        identifiers=(known.identifier,),
    )

    assert judge(cited, [known]).status is Resolution.RESOLVED
