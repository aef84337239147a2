"""Whom a citation is looked up with, in turn, and what comes of a source that cannot be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from monitor.domain.articles import Reference, Resolution
from monitor.domain.citations import Citation, Resolved
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Failure, Gone, Unreachable
from monitor.domain.publications import Publication
from monitor.domain.works import Work
from monitor.pipeline.look_up import LookUp

DOI = Identifier.parse("doi:10.1000/knees")
PAPER = Publication(
    identifier=pubmed("31"),
    title="Saline or cells for the painful knee of older women: a randomised trial.",
    journal="J Knees",
    published="2020",
    volume="13",
    pages="158-165",
    authors=("Dahl C",),
    doi=DOI.value,
)
AS_WORK = replace(PAPER, identifier=DOI)
CITED = Citation(
    key="k",
    text="as written",
    title=PAPER.title,
    journal="J Knees",
    year=2020,
    volume="13",
    first_page="158",
    first_author="Dahl C",
)
SILENT = Unreachable(reason="nobody answers")


@dataclass
class Finder:
    """Somebody who knows some publications, or cannot be asked."""

    knows: tuple[Publication, ...] | Failure = ()
    name: str = "finder"
    asked: list[Citation] = field(default_factory=list)

    def find(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        self.asked.append(citation)
        return self.knows


@dataclass
class PubMed:
    """PubMed that finds by words or not, and by DOI if it holds the paper."""

    by_words: tuple[Publication, ...] | Failure = ()
    holds: tuple[Publication, ...] = ()

    def candidates(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        if citation.identifiers:
            return self.holds
        return self.by_words

    def candidates_of(self, citations: Sequence[Citation]) -> dict[str, tuple[Publication, ...] | Failure]:
        return {citation.key: self.by_words for citation in citations}

    def further_candidates(
        self, _citation: Citation, known: Sequence[Publication]
    ) -> tuple[Publication, ...] | Failure:
        return tuple(known)

    def look_up(self, _doi: Identifier) -> Work | Gone | Failure:
        return Gone(url="", status=404)


def look_up(pubmed_: PubMed, *finders: Finder) -> LookUp:
    def read(reference: Reference) -> Citation:
        return replace(CITED, identifiers=reference.identifiers)

    return LookUp(citations=pubmed_, works=pubmed_, guidelines=lambda *_: (), read_citation=read, finders=finders)


def outcome(found: Resolved | Failure) -> tuple[Resolution, tuple[Identifier, ...]]:
    assert isinstance(found, Resolved), found
    return found.status, found.identifiers


def test_what_pubmed_clearly_holds_is_asked_of_nobody_else() -> None:
    other = Finder()

    assert outcome(look_up(PubMed((PAPER,)), other).means(CITED)) == (Resolution.RESOLVED, (PAPER.identifier,))
    assert other.asked == []


def test_what_only_another_index_holds_is_watched_by_its_doi() -> None:
    found = look_up(PubMed(), Finder(), Finder((AS_WORK,))).means(CITED)

    assert outcome(found) == (Resolution.RESOLVED, (DOI,))


def test_a_paper_that_pubmed_finds_by_its_doi_only_is_watched_by_its_pmid() -> None:
    found = look_up(PubMed(holds=(PAPER,)), Finder((AS_WORK,))).means(CITED)

    assert outcome(found) == (Resolution.RESOLVED, (PAPER.identifier,))
    assert isinstance(found, Resolved)
    assert "found by its DOI" in found.because


def test_one_paper_in_two_indexes_does_not_stand_in_its_own_way() -> None:
    """PubMed's record misses the page, Crossref's has it; they are one paper, not two that fit."""
    poor = replace(PAPER, pages="", volume="", title="Saline or cells for the knee.")
    found = look_up(PubMed((poor,), holds=(poor,)), Finder((AS_WORK,))).means(CITED)

    assert isinstance(found, Resolved)
    assert [candidate.identifier for candidate in found.candidates] == [poor.identifier]


@pytest.mark.parametrize(
    "silent", [look_up(PubMed(SILENT), Finder((AS_WORK,))), look_up(PubMed(), Finder(SILENT), Finder())]
)
def test_a_source_that_cannot_be_asked_never_makes_a_reference_unresolved(silent: LookUp) -> None:
    assert silent.means(CITED) == SILENT


def test_what_nobody_holds_is_unresolved_and_what_came_near_is_shown() -> None:
    near = replace(AS_WORK, title="Cells for the hip", pages="9", volume="2")

    found = look_up(PubMed(), Finder((near,))).means(CITED)

    assert outcome(found) == (Resolution.UNRESOLVED, ())
    assert isinstance(found, Resolved)
    assert [candidate.title for candidate in found.candidates] == ["Cells for the hip"]


def test_many_citations_are_looked_up_together_and_each_gets_its_own_answer() -> None:
    unknown = replace(CITED, key="u", title="Cells for the hip", first_page="9", volume="2", first_author="Nobody")
    finder = Finder()

    found = dict(look_up(PubMed((PAPER,)), finder).means_each([CITED, unknown]))

    assert [outcome(found[citation])[0] for citation in (CITED, unknown)] == [
        Resolution.RESOLVED,
        Resolution.UNRESOLVED,
    ]
    assert finder.asked == [unknown]


def test_many_citations_of_a_silent_source_are_each_not_checked() -> None:
    assert [found for _, found in look_up(PubMed(SILENT)).means_each([CITED, CITED])] == [SILENT, SILENT]
