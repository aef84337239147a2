"""A page whose list of references is in a file: the two are joined, and what was joined is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.articles import ParsedArticle, Reference, ReferenceKind
from monitor.domain.identifiers import find_identifiers
from monitor.intake import Joining, UnreadableArticle, read_list, read_with_references
from monitor.intake.lists.joining import with_file

RIS = """TY  - JOUR
AU  - Moe, A
TI  - Resting knees in older people
JO  - J Made Up
PY  - 2019
VL  - 12
SP  - 45
DO  - 10.1000/rest
ER  -
TY  - JOUR
AU  - Lund, C
TI  - Moving knees in older people: a randomized trial
JO  - J Made Up
PY  - 2020
DO  - 10.1000/move
ER  -
TY  - JOUR
AU  - Ek, F
TI  - Cooling of knees
JO  - J Made Up
PY  - 2021
ER  -
"""
TEXT = "# Knees\n\nRest helps [1]. Motion helps more [2]. Both are safe [3].\n"


def join(page: str, file: str = RIS) -> tuple[ParsedArticle, Joining]:
    return read_with_references(page.encode(), name="knees.md", file=read_list(file.encode(), name="knees.ris"))


def listed(article: ParsedArticle) -> dict[int | None, str]:
    return {item.number: item.title for item in article.references if item.listed}


def test_entries_with_the_same_identifier_or_title_take_the_number_of_the_page() -> None:
    article, joining = join(
        f"{TEXT}\n## References\n\n1. Cooling of knees. Ek F.\n2. Lund 2020, https://doi.org/10.1000/MOVE\n"
        "3. Moe A. Resting Knees in Older People. J. Made-up 2019.\n"
    )

    assert listed(article) == {
        1: "Cooling of knees",
        2: "Moving knees in older people: a randomized trial",
        3: "Resting knees in older people",
    }
    assert (len(joining.same), joining.by_place, joining.added, joining.only_page) == (3, (), (), ())


def test_what_agrees_in_nothing_is_joined_by_place_and_told() -> None:
    numbered = "".join(
        f'{{"citation-number": {at}, "title": "{title}"}},' for at, title in enumerate(["Rest", "Motion", "Cold"], 1)
    )
    page = f"{TEXT}\n## References\n\n1. Moe 2019.\n2. Lund 2020.\n3. Ek 2021.\n"

    article, joining = read_with_references(
        page.encode(), name="knees.md", file=read_list(f"[{numbered[:-1]}]".encode(), name="knees.json")
    )

    assert listed(article) == {1: "Rest", 2: "Motion", 3: "Cold"}
    assert joining.by_place == (("Moe 2019.", "Rest."), ("Lund 2020.", "Motion."), ("Ek 2021.", "Cold."))


def test_what_agrees_in_nothing_is_joined_by_the_order_of_lists_that_agree_in_it() -> None:
    entries = ["Moe 2019.", "Lund C. Moving knees in older people: a randomized trial. 2020.", "Ek 2021."]
    numbered = "".join(f"{at}. {entry}\n" for at, entry in enumerate(entries, start=1))
    turned = "".join(f"{at}. {entry}\n" for at, entry in enumerate([entries[1], entries[0], entries[2]], start=1))

    article, joining = join(f"{TEXT}\n## References\n\n{numbered}")
    _, other = join(f"{TEXT}\n## References\n\n{turned}")

    assert listed(article)[3] == "Cooling of knees"
    assert [page for page, _ in joining.by_place] == ["Moe 2019.", "Ek 2021."]
    assert (other.by_place, other.only_page) == ((), ("Moe 2019.", "Ek 2021."))


def test_a_page_without_a_list_takes_the_order_of_the_file() -> None:
    article, joining = join(TEXT)

    assert [claim.markers for claim in article.claims] == [(1,), (2,), (3,)]
    assert article.missing_markers == article.uncited_numbers == ()
    assert listed(article)[3] == "Cooling of knees"
    assert len(joining.added) == 3


def test_markers_in_round_brackets_are_found_once_the_file_says_what_is_listed() -> None:
    article, _ = join(TEXT.replace("[", "(").replace("]", ")"))

    assert [claim.markers for claim in article.claims] == [(1,), (2,), (3,)]


def test_a_list_that_lacks_entries_is_completed_and_keeps_its_own() -> None:
    own = "1. Moe A. Resting knees in older people. 2019.\n2. Our own page.\n"

    article, joining = join(f"{TEXT}\n## References\n\n{own}")

    assert listed(article)[1] == "Resting knees in older people"
    assert joining.only_page == ("Our own page.",)
    assert len(joining.added) == 2
    assert len([item for item in article.references if item.listed]) == 4


def test_years_and_identifiers_that_differ_are_two_references() -> None:
    title = "Resting knees in older people"
    page = [Reference(text=f"Moe A. {title}. 2012.", title=title, year=2012)]
    file = read_list(RIS.encode(), name="knees.ris")

    entries, joining = with_file(page, file)

    assert len(entries) == 4
    assert joining.same == joining.by_place == ()


def test_papers_about_one_trial_are_not_taken_for_each_other() -> None:
    text = "Moe A. Rest. 2019. PMID 31000001. NCT01234567"
    page = [Reference(text=text, identifiers=find_identifiers(text))]
    file = read_list(b"PMID- 31000002\nTI  - Rest, the results\nSI  - ClinicalTrials.gov/NCT01234567\n", name="a.nbib")

    assert with_file(page, file)[1].same == ()


def test_what_only_the_page_knows_of_an_entry_is_kept() -> None:
    page = [
        Reference(
            text="Moe: Resting knees in older people",
            title="Resting knees in older people",
            kind=ReferenceKind.GUIDELINE,
            organisation="Knee Society",
            number=7,
        )
    ]

    (entry, *_), _ = with_file(page, read_list(RIS.encode(), name="knees.ris"))

    assert (entry.number, entry.kind, entry.organisation) == (7, ReferenceKind.GUIDELINE, "Knee Society")
    assert entry.text.startswith("Moe A. Resting knees")


def test_a_file_of_references_is_no_page() -> None:
    with pytest.raises(UnreadableArticle, match="no page"):
        read_with_references(RIS.encode(), name="knees.ris", file=read_list(RIS.encode(), name="knees.ris"))


ENTRIES = st.lists(
    st.builds(
        Reference,
        text=st.sampled_from(["One paper. 2011.", "Two papers on knees. 2012.", "Three. 2013.", "Another. 2014."]),
        title=st.sampled_from(["", "One paper", "Two papers on knees", "Three papers on many knees"]),
        number=st.one_of(st.none(), st.integers(1, 4)),
        year=st.one_of(st.none(), st.integers(2011, 2014)),
    ),
    max_size=5,
)


@settings(max_examples=100, deadline=None)
@given(page=ENTRIES, file=ENTRIES)
def test_no_entry_of_either_side_is_lost_or_taken_twice(page: list[Reference], file: list[Reference]) -> None:
    entries, joining = with_file(page, file)

    pairs = len(joining.same) + len(joining.by_place)
    assert len(entries) == len(page) + len(file) - pairs
    if file:
        assert pairs + len(joining.added) == len(file)
    if page and file:
        assert pairs + len(joining.only_page) == len(page)
    assert {item.number for item in page} <= {item.number for item in entries} | {None}
