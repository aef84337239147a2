"""Identifiers are read in any disguise and written in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme, find_identifiers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://pubmed.ncbi.nlm.nih.gov/40169165/ for it", ["pubmed:40169165"]),
        ("PMID: 40169165.", ["pubmed:40169165"]),
        ("doi:10.1002/14651858.CD013342.pub2.", ["doi:10.1002/14651858.cd013342.pub2"]),
        ("(https://doi.org/10.1016/s0140-6736(97)11096-0)", ["doi:10.1016/s0140-6736(97)11096-0"]),
        ("registered as nct01234567, see", ["nct:NCT01234567"]),
        ("nothing to see", []),
    ],
)
def test_identifiers_are_found_in_every_disguise(text: str, expected: list[str]) -> None:
    assert [str(identifier) for identifier in find_identifiers(text)] == expected


@pytest.mark.parametrize(
    "text", ["12345", "pubmed:0", "pubmed:abc", "doi:11.1/x", "nct:NCT1", "isbn:1", "guideline:nice"]
)
def test_what_is_no_identifier_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidIdentifier, match=text.split(":")[-1]):
        Identifier.parse(text)


@given(st.from_regex(r"[1-9][0-9]{0,8}", fullmatch=True))
def test_an_identifier_survives_being_written_and_read(pmid: str) -> None:
    identifier = Identifier.of(Scheme.PUBMED, pmid)

    assert Identifier.parse(str(identifier)) == identifier


@given(st.text())
def test_no_text_breaks_the_search_for_identifiers(text: str) -> None:
    assert all(Identifier.parse(str(found)) == found for found in find_identifiers(text))


def test_a_doi_behind_which_thousands_of_brackets_stand_is_found() -> None:
    assert [str(item) for item in find_identifiers("doi:10.1000/a(b)" + ").,)" * 2_000)] == ["doi:10.1000/a(b)"]
