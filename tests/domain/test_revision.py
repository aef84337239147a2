"""What an edit of a page did, told from the two versions alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.articles import Claim, Reference
from monitor.domain.identifiers import Identifier
from monitor.domain.revision import Told, answer_to, paired_claims, paired_references

ON = date(2026, 7, 1)
SENTENCES = (
    "Warm socks shorten the time to sleep in older women.",
    "In a trial of 240 adults socks made no difference to pain.",
    "Wool is preferred to cotton where feet sweat.",
    "No trials have assessed socks in pregnancy.",
    "Compression stockings are contraindicated in severe arterial disease.",
    "Twelve weeks of use are enough for most people.",
)
CLAIMS = tuple(Claim(position=at, text=text, headings=("Socks",), markers=(at,)) for at, text in enumerate(SENTENCES))
OLD = tuple(enumerate(CLAIMS, start=100))
ENTRY = Reference(text="Vik A. Socks and sleep. Foot. 2019;4(2):11-19.", number=1)


@given(st.permutations(CLAIMS), st.integers(0, len(CLAIMS)))
def test_claims_are_found_again_wherever_they_stand_and_nothing_else_is_taken_for_them(
    order: list[Claim], count: int
) -> None:
    new = [replace(claim, position=at) for at, claim in enumerate(order[:count])]

    paired = paired_claims(OLD, new)

    assert {(number, after.text) for (number, _), after in paired.kept} == {
        (number, claim.text) for number, claim in OLD if claim.text in {after.text for after in new}
    }
    assert {number for number, _ in paired.removed} == {
        number for number, claim in OLD if claim.text not in {after.text for after in new}
    }
    assert paired.added == ()


@pytest.mark.parametrize(
    ("after", "is_same"),
    [
        ("Warm socks shorten the time to sleep in older women and men.", True),
        ("Warm socks may shorten the time to falling asleep in older women.", True),
        ("Cold socks lengthen colds.", False),
    ],
)
def test_a_reworded_sentence_is_the_same_claim_and_another_sentence_is_not(after: str, is_same: bool) -> None:
    paired = paired_claims(OLD[:1], [replace(CLAIMS[0], text=after)])

    assert bool(paired.kept) is is_same
    assert bool(paired.added) is not is_same


@pytest.mark.parametrize(
    ("after", "is_same"),
    [
        ("Vik A. Socks and sleep. Foot 2019; 4(2): 11-19", True),
        ("Vik A. Socks and sleep. Foot. 2019;4(2):11-19. doi:10.1000/socks", True),
        ("Vik A. Socks & sleep. Foot. 2019;4(2):11-19.", True),
        ("Vik A. Socks and sleep. Foot. 2024;9(2):11-19.", False),
        ("Dahl C. Hats and headache. Head. 2019;4(2):11-19.", False),
    ],
)
def test_an_entry_with_other_figures_is_another_entry(after: str, is_same: bool) -> None:
    paired = paired_references([(7, ENTRY)], [replace(ENTRY, text=after)])

    assert bool(paired.kept) is is_same


DOI, PMID, NCT = (Identifier.parse(text) for text in ("doi:10.1000/a", "pubmed:31000001", "nct:NCT01234567"))


@pytest.mark.parametrize(
    ("after", "identifiers", "is_same"),
    [
        ("Vik A, Bo B. Warm socks and deep sleep. Foot Sleep. 2019;4(2):11–19.", (), True),
        ("Vik A, Bo B. Warm socks and deep sleep. Foot Sleep. 2020;4(2):11–19.", (), False),
        ("Vik A, Bo B. Socks, warm ones. 2020;7:1.", (DOI,), True),
        ("Vik A, Bo B. Socks, warm ones. 2020;7:1.", (PMID, NCT), False),
        ("Vik A, Bo B. Socks, warm ones. 2020;7:1.", (NCT,), False),
    ],
)
def test_an_entry_that_a_file_tells_in_full_is_the_same_entry(
    after: str, identifiers: tuple[Identifier, ...], is_same: bool
) -> None:
    title = "Warm socks and deep sleep"
    old = Reference(text=f"Vik: {title}, 2019", title=title, identifiers=(DOI, NCT))
    new = Reference(text=after, title=title if title in after else "Socks, warm ones", identifiers=identifiers)

    assert bool(paired_references([(7, old)], [new]).kept) is is_same


def test_another_identifier_makes_another_entry() -> None:
    dois = [Identifier.parse(f"doi:10.1000/{name}") for name in ("socks", "hats")]
    old, new = (replace(ENTRY, text=f"{ENTRY.text} {doi}", identifiers=(doi,)) for doi in dois)

    assert paired_references([(7, old)], [new]).removed == ((7, old),)


FINDING = Told(id="f", reference_ids=(1,), claims=((100, "yes"), (101, "possibly")))


@pytest.mark.parametrize(
    ("touched", "claims", "references", "has_list", "says"),
    [
        ({100}, {100}, {1}, True, None),
        ({250}, {250}, {1}, True, None),
        (set(), {200}, {1}, True, "the reference is still listed"),
        (set(), {100, 200}, {2}, True, "no longer gives this reference"),
        (set(), {100}, set(), False, None),
        (set(), {200}, set(), False, "no longer gives this reference"),
    ],
    ids=[
        "a sentence is left",
        "a new sentence cites it",
        "no sentence cites it",
        "the entry is gone",
        "the whole list is gone: a torso",
        "all of it is gone",
    ],
)
def test_an_edit_answers_a_finding_only_when_nothing_of_it_is_left(
    touched: set[int], claims: set[int], references: set[int], has_list: bool, says: str | None
) -> None:
    found = answer_to(FINDING, touched=touched, claims=claims, references=references, has_list=has_list, on=ON)

    assert (found is None) is (says is None)
    assert says is None or says in (found or "")


def test_new_evidence_on_the_whole_article_is_answered_by_no_edit() -> None:
    whole = Told(id="f", reference_ids=(), claims=())

    assert answer_to(whole, touched=(), claims=(), references=(), has_list=True, on=ON) is None
