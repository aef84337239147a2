"""What agreeing and differing fields make of a candidate, and when an editor is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.agreement import agreement
from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import pubmed
from monitor.domain.publications import Publication
from monitor.domain.resolution import Thresholds, judge

PAPER = Publication(
    identifier=pubmed("31"),
    title="Saline or cells for the painful knee of older women: a randomised trial.",
    journal="Journal of Knees",
    journal_abbreviation="J Knees",
    published="2020-06",
    volume="13 Suppl 1",
    issue="2",
    pages="S158-65",
    authors=("van der Berg AB", "Dahl C"),
)
WHOLE = Citation(
    key="k",
    text="as written",
    title="Saline or cells for the painful knee of older women: a randomised trial",
    journal="J Knees",
    year=2020,
    volume="13",
    issue="2",
    first_page="S158",
    last_page="S165",
    first_author="van der Berg AB",
)
PLACE = replace(WHOLE, title="", first_author="")
COMPANION = replace(PAPER, identifier=pubmed("32"), title=PAPER.title.replace("women", "men"), pages="S166-72")
ABSTRACT = replace(PAPER, identifier=pubmed("33"), journal="Acta Ficta", journal_abbreviation="Acta Ficta", volume="4")


def outcome(citation: Citation, field: str) -> str | None:
    return dict(agreement(citation, PAPER).outcomes).get(field)


@pytest.mark.parametrize(
    ("written", "field", "says"),
    [
        ({"first_author": "A. B. van der Berg"}, "first author", "agrees"),
        ({"first_author": "Berg, A. B."}, "first author", "agrees"),
        ({"first_author": "Dahl C"}, "first author", "differs"),
        ({"volume": "13"}, "volume", "agrees"),
        ({"volume": "14"}, "volume", "differs"),
        ({"first_page": "s0158"}, "first page", "agrees"),
        ({"first_page": "158"}, "first page", "nearly agrees"),
        ({"first_page": "159"}, "first page", "differs"),
        ({"last_page": "65"}, "last page", "agrees"),
        ({"year": 2021}, "year", "nearly agrees"),
        ({"year": 2009}, "year", "differs"),
        ({"journal": "Acta Ficta"}, "journal", "differs"),
        ({"journal": ""}, "journal", None),
    ],
)
def test_each_field_is_compared_as_it_may_be_printed(written: dict[str, object], field: str, says: str | None) -> None:
    assert outcome(replace(WHOLE, **written), field) == says  # type: ignore[arg-type]  # Parts by name.


@pytest.mark.parametrize("citation", [WHOLE, PLACE], ids=["whole", "place only"])
def test_the_paper_is_told_from_its_companion_and_its_abstract(citation: Citation) -> None:
    found = judge(citation, [COMPANION, ABSTRACT, PAPER])

    assert (found.status, found.identifiers) == (Resolution.RESOLVED, (PAPER.identifier,))


@pytest.mark.parametrize("citation", [WHOLE, PLACE], ids=["whole", "place only"])
def test_where_the_paper_itself_is_not_held_its_neighbours_are_not_taken_for_it(citation: Citation) -> None:
    found = judge(citation, [COMPANION, replace(ABSTRACT, pages="9-11", published="2018")])

    assert (found.status, found.identifiers) == (Resolution.UNRESOLVED, ())
    assert found.candidates, "what comes near is shown to the editor all the same"


def test_a_wrong_page_in_an_otherwise_right_citation_is_for_the_editor() -> None:
    found = judge(replace(WHOLE, first_page="S185", last_page=""), [PAPER])

    assert (found.status, found.because[:12]) == (Resolution.AMBIGUOUS, "fits in part")


def test_a_place_without_a_title_means_the_very_year() -> None:
    """Versions of a Cochrane review share journal and page number; only the year tells them apart."""
    earlier = replace(PAPER, title="Another version.", published="2019", volume="", pages="CD004603")
    cited = Citation(key="k", text="", journal="J Knees", year=2020, first_page="CD004603")

    assert judge(cited, [earlier]).status is not Resolution.RESOLVED
    assert judge(cited, [replace(earlier, published="2020")]).status is Resolution.RESOLVED


def test_a_short_title_alone_proves_little() -> None:
    gout = replace(PAPER, title="Gout.")

    assert judge(Citation(key="k", text="Gout", title="Gout"), [gout]).status is not Resolution.RESOLVED


def test_the_house_decides_how_sure_is_sure_enough() -> None:
    citation = replace(WHOLE, first_page="", last_page="", volume="", issue="", first_author="")
    strict = Thresholds(resolved_from=0.999)

    assert judge(citation, [PAPER]).status is Resolution.RESOLVED
    assert judge(citation, [PAPER], strict).status is Resolution.AMBIGUOUS


@given(st.permutations([PAPER, COMPANION, ABSTRACT]), st.integers(0, 3))
def test_confidences_are_shares_of_one_and_order_does_not_matter(records: list[Publication], dropped: int) -> None:
    some = records[dropped:]
    found = judge(WHOLE, some)

    assert sum(candidate.confidence for candidate in found.candidates) <= 1.002
    assert found == judge(WHOLE, sorted(some, key=lambda record: record.identifier))
