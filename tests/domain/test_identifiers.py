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
        ("https://www.ncbi.nlm.nih.gov/pubmed/?term=40169165", ["pubmed:40169165"]),
        ("http://www.ncbi.nlm.nih.gov/entrez/query.fcgi?cmd=Retrieve&list_uids=12345678&dopt=x", ["pubmed:12345678"]),
        ("https://europepmc.org/article/MED/40169165", ["pubmed:40169165"]),
        ("PMCID: PMC3531190.", ["pmc:PMC3531190"]),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC3531190/", ["pmc:PMC3531190"]),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/pmc3531190/pdf/x.pdf", ["pmc:PMC3531190"]),
        ("https://clinicaltrials.gov/ct2/show/NCT01234567?term=x", ["nct:NCT01234567"]),
        ("NCT 01234567", ["nct:NCT01234567"]),
        ("https://doi.org/10.1002%2F14651858.CD013342", ["doi:10.1002/14651858.cd013342"]),
        ("DOI 10.1056/NEJMoa2034577", ["doi:10.1056/nejmoa2034577"]),
        (
            "https://www.cochranelibrary.com/cdsr/doi/10.1002/14651858.CD013342.pub2/full?contentLanguage=de",
            ["doi:10.1002/14651858.cd013342.pub2"],
        ),
        ("https://www.nejm.org/doi/full/10.1056/NEJMoa2034577#article_references", ["doi:10.1056/nejmoa2034577"]),
        ("https://link.springer.com/content/pdf/10.1186/s12891-020-3067-5.pdf", ["doi:10.1186/s12891-020-3067-5"]),
        (
            "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000217&type=printable",
            ["doi:10.1371/journal.pone.0000217"],
        ),
        ("https://www.biorxiv.org/content/10.1101/2020.03.03.972133v1.full", ["doi:10.1101/2020.03.03.972133"]),
        ("https://www.nature.com/articles/s41586-020-2649-2", ["doi:10.1038/s41586-020-2649-2"]),
        ("https://www.bmj.com/content/372/bmj.n71", ["doi:10.1136/bmj.n71"]),
        (
            "https://www.thelancet.com/journals/lancet/article/PIIS0140-6736(20)30183-5/fulltext",
            ["doi:10.1016/s0140-6736(20)30183-5"],
        ),
        (
            "doi:10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2.",
            ["doi:10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2"],
        ),
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


def test_a_text_made_of_beginnings_of_addresses_is_searched_in_a_moment() -> None:
    assert find_identifiers("https://www.thelancet.com/10.1000" * 20_000) == ()


@given(st.text())
def test_no_text_breaks_the_search_for_identifiers(text: str) -> None:
    assert all(Identifier.parse(str(found)) == found for found in find_identifiers(text))


def test_a_doi_behind_which_thousands_of_brackets_stand_is_found() -> None:
    assert [str(item) for item in find_identifiers("doi:10.1000/a(b)" + ").,)" * 2_000)] == ["doi:10.1000/a(b)"]
