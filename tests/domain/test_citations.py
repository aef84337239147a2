"""How titles and journals are compared, and what agreeing or differing details make of a candidate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import pubmed
from monitor.domain.records import Publication
from monitor.domain.resolution import judge
from monitor.domain.titles import same_journal, title_similarity

TRIAL = Publication(
    identifier=pubmed("21"),
    title="Cells or saline for the painful knee: a randomised trial.",
    journal="Journal of Knees",
    journal_abbreviation="J Knees",
    published="2020-06",
    volume="7",
    pages="33-41",
    authors=("Smith A", "Jones B"),
)
PLACE = {"journal": "J Knees", "volume": "7", "first_page": "33", "first_author": "Smith A", "year": 2020}
WORDS = st.lists(st.sampled_from("cells knee saline trial of pain randomised".split()), max_size=8).map(" ".join)  # noqa: SIM905 - reads as what it is, a title.


def citation(**parts: object) -> Citation:
    return Citation(key="1", text="as written", **parts)  # type: ignore[arg-type]  # Parts by name, checked by the class.


@given(WORDS, WORDS)
def test_alikeness_of_titles_is_a_share_and_whole_for_the_same_words(left: str, right: str) -> None:
    assert 0.0 <= title_similarity(left, right) <= 1.0
    assert title_similarity(left, left) == (1.0 if left else 0.0)


def test_case_accents_punctuation_and_markup_do_not_tell_titles_apart() -> None:
    assert title_similarity("Café-au-lait: H2O", "CAFE AU LAIT (H2O).") == 1.0


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("J Knees", True),
        ("Journal of Knees", True),
        ("J. Knees", True),
        ("Jour Knee", True),
        ("Knees", True),
        ("Journal of Hips", False),
        ("Ann Knees", False),
        ("", False),
    ],
)
def test_a_journal_is_known_by_its_name_and_by_abbreviations_of_it(written: str, same: bool) -> None:
    assert same_journal(written, TRIAL.journal, TRIAL.journal_abbreviation) is same


def test_a_whole_reference_resolves_and_says_what_agreed() -> None:
    resolved = judge(citation(title=TRIAL.title, **PLACE), [TRIAL])

    assert (resolved.status, resolved.identifiers) == (Resolution.RESOLVED, (TRIAL.identifier,))
    assert "title agrees to 100%" in resolved.because
    assert "first page agrees" in resolved.because


def test_a_whole_place_resolves_without_a_title_and_a_wrong_page_does_not() -> None:
    """Journal, year, volume, page and author together name one paper; with another page it may be any."""
    assert judge(citation(**PLACE), [TRIAL]).status is Resolution.RESOLVED
    assert judge(citation(**{**PLACE, "first_page": "99"}), [TRIAL]).status is Resolution.UNRESOLVED


@pytest.mark.parametrize("wrong", [{"first_page": "99"}, {"volume": "8"}, {"first_author": "Nobody"}, {"year": 2001}])
def test_a_differing_detail_never_makes_a_candidate_more_likely(wrong: dict[str, object]) -> None:
    right = judge(citation(title=TRIAL.title, **PLACE), [TRIAL]).candidates[0].confidence
    spoilt = judge(citation(title=TRIAL.title, **{**PLACE, **wrong}), [TRIAL]).candidates[0].confidence

    assert spoilt <= right


def test_no_identifier_is_given_out_unless_resolved() -> None:
    for found in (judge(citation(title="Something else entirely"), [TRIAL]), judge(citation(), [])):
        assert (found.status, found.identifiers) == (Resolution.UNRESOLVED, ())
