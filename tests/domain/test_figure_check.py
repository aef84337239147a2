"""Figures of a claim against abstracts: the same in any spelling is found, and what is not known is never agreement."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.figure_check import Abstract, FigureStatus, compared, overall
from monitor.domain.figure_table import CitedEvidence, KeptRecord, Successor, beside, contradicted
from monitor.domain.figures import figures_in
from monitor.domain.read_models import DiffLine

ABSTRACT = (
    "We included 25 randomised trials with 1341 participants. Pain improved by 1.2 points on a scale of 0 to 10 (95% "
    "CI 0.6 to 1.8; I2 = 80%). Function improved by 14.2 points on a scale of 0 to 100 (I2 = 82%). In 6 trials the "
    "risk of swelling was alike (RR 0.853); 45% of the knees given cells swelled (p = 0.03)."
)
FOUND, DIFFERS, NOT_FOUND = FigureStatus.FOUND, FigureStatus.DIFFERS, FigureStatus.NOT_FOUND


def statuses(claim: str, abstract: str = ABSTRACT) -> list[FigureStatus]:
    return [compared(figure, Abstract.of(abstract), context=claim).status for figure in figures_in(claim)]


@pytest.mark.parametrize(
    "claim",
    [
        "(25 trials, 1,341 participants)",
        "25 Studien mit 1.341 Teilnehmern",
        "25项试验，1341名患者",
        "twenty-five RCTs",
        "1.2 points better on 0-10 scale, I² = 80 %",
        "14,2 Punkte besser auf einer Skala von 0 bis 100 (I² = 82 %)",
        "RR 0.85 for swelling",
        "about 1,300 people, more than 1,300 people, fewer than 1,400 people",
        "p < 0.05",
    ],
)
def test_what_the_abstract_says_in_other_words_is_found(claim: str) -> None:
    assert set(statuses(claim)) == {FOUND}


@pytest.mark.parametrize(
    ("claim", "stated"),
    [
        ("24 trials", "25 randomised trials"),
        ("1,520 participants", "1341 participants"),
        ("Pain: 2 points better on 0-10", "1.2 points"),
        ("Function: I² = 81%", "I2 = 82%"),
        ("44% of knees given cells swelled", "45%"),
    ],
)
def test_another_figure_of_the_same_thing_differs_and_is_quoted(claim: str, stated: str) -> None:
    [figure] = figures_in(claim)
    said = compared(figure, Abstract.of(ABSTRACT), context=claim)

    assert said.status is DIFFERS
    assert said.stated is not None
    assert said.stated.written == stated
    assert said.stated.written in said.sentence


@pytest.mark.parametrize(
    "claim", ["44% were content", "200 participants withdrew", "OR 0.85", "3 points on 0-50", "120 women", "p = 0.2"]
)
def test_a_figure_of_something_else_is_not_found_and_contradicts_nothing(claim: str) -> None:
    assert statuses(claim) == [NOT_FOUND]


def test_a_record_never_read_is_not_checked_and_one_without_abstract_says_so() -> None:
    [figure] = figures_in("25 trials")

    assert compared(figure, None, context="").status is FigureStatus.NOT_CHECKED
    assert compared(figure, Abstract.of(" "), context="").status is FigureStatus.NO_ABSTRACT


def test_what_was_not_checked_hides_behind_nothing_but_what_was_found() -> None:
    assert overall([FigureStatus.NOT_CHECKED, NOT_FOUND]) is FigureStatus.NOT_CHECKED
    assert overall([FigureStatus.NOT_CHECKED, FOUND]) is FOUND
    assert overall([]) is FigureStatus.NOT_CHECKED


SPELLINGS = (
    lambda number: f"{number}",
    lambda number: f"{number:,}",
    lambda number: f"{number:,}".replace(",", " "),
    lambda number: f"{number:,}".replace(",", "\u202f"),
    lambda number: f"{number:,}".replace(",", "."),
    lambda number: f"{number:,}".replace(",", "'"),
    lambda number: "".join(chr(0xFF10 + int(digit)) for digit in str(number)),
    lambda number: "".join(chr(0x0660 + int(digit)) for digit in str(number)),
)


@given(st.integers(2, 99_999_999), st.sampled_from(SPELLINGS), st.sampled_from(SPELLINGS))
def test_a_count_is_found_in_any_other_spelling(number: int, one, other) -> None:  # type: ignore[no-untyped-def]
    claim, abstract = f"a review of {one(number)} participants", f"We followed {other(number)} participants."

    assert statuses(claim, abstract) == [FOUND]


@given(st.integers(0, 9999), st.integers(1, 99), st.sampled_from(".,·"), st.sampled_from(".,·"))
def test_a_measure_is_found_with_a_point_or_a_comma(whole: int, part: int, one: str, other: str) -> None:
    claim, abstract = f"RR {whole}{one}{part:02}", f"The risk ratio was {whole}{other}{part:02}."

    assert statuses(claim, abstract) == [FOUND]


def kept(record: str, first: str, now: str = "", *newer: Successor) -> KeptRecord:
    return KeptRecord(record=record, first=Abstract.of(first), now=Abstract.of(now or first), successors=newer)


NEWER = Successor(
    record="pubmed:3",
    abstract=Abstract.of("We included 28 trials with 1520 participants. Pain was 1.2 points better on 0 to 10 scales."),
)


def test_of_several_references_the_one_that_holds_the_figure_is_shown() -> None:
    cited = [
        CitedEvidence(number=1, records=(kept("pubmed:1", "A guideline of 12 trials."),)),
        CitedEvidence(number=2, records=(kept("pubmed:2", ABSTRACT),)),
        CitedEvidence(number=4, because="reference 4 is not resolved"),
    ]

    [trials] = beside("25 trials were pooled", cited)
    [others] = beside("19 trials were pooled", cited)

    assert (trials.status, trials.because) == (FOUND, "")
    assert [row.reference for row in trials.stated] == [2]
    assert (others.status, others.because) == (DIFFERS, "reference 4 is not resolved")
    assert [row.reference for row in others.stated] == [1, 2]


def test_what_cites_nothing_is_not_checked_and_says_why() -> None:
    [figure] = beside("25 trials were pooled", [])

    assert (figure.status, figure.because) == (FigureStatus.NOT_CHECKED, "the sentence cites nothing")


def test_a_newer_version_is_told_figure_by_figure_before_and_after() -> None:
    claim = "25 trials with 1,341 people: pain 1.2 points better on 0-10"
    figures = beside(claim, [CitedEvidence(number=2, records=(kept("pubmed:2", ABSTRACT, "", NEWER),))])

    assert [(figure.status, figure.newer) for figure in figures] == [(FOUND, DIFFERS), (FOUND, DIFFERS), (FOUND, FOUND)]
    assert contradicted(figures, several=True) == (
        DiffLine(field="trials", before="25", after="28"),
        DiffLine(field="participants", before="1,341", after="1520"),
    )


def test_a_figure_of_another_reference_is_not_held_against_the_newer_version() -> None:
    figures = beside("19 trials", [CitedEvidence(number=2, records=(kept("pubmed:2", ABSTRACT, "", NEWER),))])

    assert contradicted(figures, several=True) == ()
    assert contradicted(figures, several=False) == (DiffLine(field="trials", before="19", after="28"),)


def test_a_newer_version_that_was_not_read_is_not_checked() -> None:
    unread = Successor(record="pubmed:3", abstract=None)
    [figure] = beside("25 trials", [CitedEvidence(number=2, records=(kept("pubmed:2", ABSTRACT, "", unread),))])

    assert (figure.status, figure.newer) == (FOUND, FigureStatus.NOT_CHECKED)


def test_an_abstract_that_changed_is_shown_as_cited_and_as_it_reads_now() -> None:
    changed = kept("pubmed:2", ABSTRACT, ABSTRACT.replace("1341", "1,340"))
    [figure] = beside("1,341 participants", [CitedEvidence(number=2, records=(changed,))])

    assert [(row.version, row.status) for row in figure.stated] == [("cited", FOUND), ("changed", DIFFERS)]
    assert figure.status is DIFFERS
    assert contradicted([figure], several=True) == (DiffLine(field="participants", before="1,341", after="1,340"),)
