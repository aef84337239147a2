"""Evidence named in the prose is found, counted once, and not confused with what is merely talked about."""

from __future__ import annotations

import pytest

from monitor.domain.articles import Claim, Mention, ReferenceKind
from monitor.intake import read_article
from monitor.intake.prose.mentions import mentions_in
from monitor.intake.prose.organisations import is_named_in, same_organisation


def named(text: str) -> list[tuple[str, str, int | None]]:
    return [(mention.kind.value, mention.organisation, mention.year) for mention in found(text)]


def found(text: str) -> tuple[Mention, ...]:
    return mentions_in([Claim(position=1, text=text)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The 2021 NICE guideline advises exercise", ("guideline", "NICE", 2021)),
        ("According to AAOS guidelines, braces help", ("guideline", "AAOS", None)),
        (
            "The American Academy of Sock Surgeons (AASS) clinical practice guideline (2022) is firm",
            ("guideline", "American Academy of Sock Surgeons", 2022),
        ),
        ("Guidelines from the European Sock League 2018 agree", ("guideline", "European Sock League", 2018)),
        ("A USPSTF recommendation statement was neutral", ("guideline", "USPSTF", None)),
        ("A recent Cochrane review found little", ("systematic_review", "Cochrane", None)),
        ("A 2023 network meta-analysis ranked them", ("systematic_review", "", 2023)),
        ("In the STEP 9 trial pain fell", ("trial", "", None)),
        ("A 2016 randomized controlled trial was negative", ("trial", "", 2016)),
    ],
)
def test_evidence_named_in_prose_is_found(text: str, expected: tuple[str, str, int | None]) -> None:
    assert named(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Major clinical practice guidelines advise against it",
        "Most trials are small",
        "The guidelines differ",
        "OA guidelines vary",
        "No RCT trial was found",
        "FDA approval is missing",
        "Systematic reviews are needed",
        "Several guidelines recommend rest",
    ],
)
def test_evidence_without_a_name_or_year_is_no_mention(text: str) -> None:
    assert named(text) == []


def test_figures_belong_to_the_mention_before_them() -> None:
    first, second = found("A 2020 systematic review (12 trials, 3,456 patients) and a 2021 meta-analysis of 7 RCTs")

    assert dict(first.counts) == {"trials": 12, "participants": 3456}
    assert dict(second.counts) == {"trials": 7}


def test_a_registered_number_in_the_prose_is_a_trial_to_watch() -> None:
    article = read_article(b"# Socks\n\nA trial is under way (NCT01234567).\n", name="socks.md")

    (reference,) = article.references
    assert (reference.kind, reference.listed, reference.named_in) == (ReferenceKind.TRIAL, False, (1,))
    assert [str(item) for item in reference.identifiers] == ["nct:NCT01234567"]


def test_what_is_named_twice_is_one_reference_named_in_both_places() -> None:
    text = "# Feet\n\nThe 2019 ACR guideline is strict. Rest helps. The 2019 ACR guidelines are often quoted.\n"

    (reference,) = read_article(text.encode(), name="feet.md").references

    assert reference.named_in == (1, 3)
    assert reference.text == "2019 ACR guideline"


def test_a_listed_guideline_is_not_doubled_by_its_short_name() -> None:
    text = (
        "# Feet\n\nThe 2019 ACR guideline is strict [1].\n\n## References\n\n1. Lie A. 2019 American College of"
        " Rheumatology Guideline for Feet. Foot Care. 2020;72(2):149-162.\n"
    )

    (reference,) = read_article(text.encode(), name="feet.md").references

    assert (reference.number, reference.named_in, reference.kind) == (1, (1,), ReferenceKind.GUIDELINE)


def test_another_edition_of_a_listed_guideline_is_a_reference_of_its_own() -> None:
    text = (
        "# Feet\n\nThe 2012 ACR guideline was milder [1].\n\n## References\n\n1. Lie A. 2019 American College of"
        " Rheumatology Guideline for Feet. Foot Care. 2020;72(2):149-162.\n"
    )

    listed, named_only = read_article(text.encode(), name="feet.md").references

    assert listed.named_in == ()
    assert (named_only.year, named_only.listed) == (2012, False)


def test_bodies_are_the_same_by_words_or_initials() -> None:
    assert same_organisation("ACR", "American College of Rheumatology")
    assert same_organisation("College of Feet", "College of Feet/Toe Foundation")
    assert not same_organisation("VA/DoD", "NICE")
    assert is_named_in("Cochrane", "The Cochrane database of systematic reviews")
    assert not is_named_in("NICE", "A nicely written review")
