"""Files of reference managers: every field arrives, and comes back when the reference is looked up."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.articles import Reference, ReferenceKind
from monitor.domain.citations import Citation
from monitor.intake import citation_of, read_article, read_list

RIS = """\ufeffProvider: A Publisher

TY  - JOUR
AU  - Müller, Jörg
AU  - van der Berg, A. B.
AU  - World Health Organization
TI  - Stem cells for knees: do they help?
T2  - J Made Up
JF  - Journal of Made Up Medicine
PY  - 2019/03/02/
VL  - 12
IS  - 3 Suppl 1
SP  - S45
EP  - S56
DO  - https://doi.org/10.1000/ABC_1
AN  - 31000001
DB  - PubMed
ER  -
"""
BIBTEX = r"""
% Of a reading group.
@string{jmu = "J Made Up"}
@article{muller2019,
  title = {Stem {C}ells for {K}nees: do they help {\'E}l\`eve \& Co?},
  author = {M{\"u}ller, J{\"o}rg and Anna Lise van der Berg and {World Health Organization} and others},
  journal = jmu, year = 2019, volume = {12}, number = "3", pages = {45--56},
  doi = {10.1000/abc\_1}, pmid = {31000001}
}
"""
NBIB = """
PMID- 31000001
OWN - NLM
DP  - 2019 Mar 2
TI  - Stem cells for knees, in a title that goes
      on in a second line.
PG  - 101-9
LID - 10.1000/abc_1 [doi]
VI  - 12
IP  - 3
FAU - Moe, Anna B
AU  - Moe AB
AU  - Lund C
CN  - KNEES Investigators
TA  - J Made Up
JT  - Journal of made up medicine
PT  - Journal Article
PT  - Randomized Controlled Trial
PMC - PMC1234567
SI  - ClinicalTrials.gov/NCT01234567

PMID- 31000002
TI  - Another one.
"""
CSL = json.dumps(
    [
        {
            "id": "muller",
            "citation-number": "7",
            "type": "article-journal",
            "title": "Stem cells for knees: do they help?",
            "author": [
                {"family": "Berg", "given": "Anna Lise", "non-dropping-particle": "van den"},
                {"literal": "World Health Organization"},
            ],
            "issued": {"date-parts": [[2019, 3]]},
            "container-title": "J Made Up",
            "volume": 12,
            "issue": "3",
            "page": "e12-e19",
            "DOI": "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
            "note": "PMID: 31000001",
        }
    ]
)


def read(text: str, name: str) -> list[Reference]:
    return list(read_list(text.encode(), name=name))


def fields(citation: Citation) -> tuple[object, ...]:
    return (
        citation.first_author,
        citation.title,
        citation.journal,
        citation.year,
        citation.volume,
        citation.issue,
        citation.first_page,
        citation.last_page,
    )


def ids(reference: Reference) -> list[str]:
    return sorted(str(item) for item in reference.identifiers)


def test_ris_gives_every_field_and_its_identifiers() -> None:
    (reference,) = read(RIS, "library.ris")

    title = "Stem cells for knees: do they help?"
    journal = "Journal of Made Up Medicine"
    assert fields(citation_of(reference)) == ("Müller J", title, journal, 2019, "12", "3 Suppl 1", "S45", "S56")
    assert ids(reference) == ["doi:10.1000/abc_1", "pubmed:31000001"]
    assert reference.text.startswith("Müller J, van der Berg AB, World Health Organization. Stem cells")


def test_bibtex_gives_every_field_in_letters_instead_of_commands() -> None:
    (reference,) = read(BIBTEX, "library.bib")

    title = "Stem Cells for Knees: do they help Élève & Co?"
    assert fields(citation_of(reference)) == ("Müller J", title, "J Made Up", 2019, "12", "3", "45", "56")
    assert ids(reference) == ["doi:10.1000/abc_1", "pubmed:31000001"]
    assert "van der Berg AL, World Health Organization. " in reference.text


def test_nbib_gives_every_field_and_the_kind_of_study() -> None:
    first, second = read(NBIB, "citations.nbib")

    title = "Stem cells for knees, in a title that goes on in a second line"
    assert fields(citation_of(first)) == ("Moe AB", title, "J Made Up", 2019, "12", "3", "101", "9")
    assert ids(first) == ["doi:10.1000/abc_1", "nct:NCT01234567", "pmc:PMC1234567", "pubmed:31000001"]
    assert first.kind is ReferenceKind.TRIAL
    assert "PMC1234567" in first.text
    assert ids(second) == ["pubmed:31000002"]


def test_csl_json_gives_every_field_and_its_number() -> None:
    (reference,) = read(CSL, "library.json")

    title = "Stem cells for knees: do they help?"
    assert fields(citation_of(reference)) == ("van den Berg AL", title, "J Made Up", 2019, "12", "3", "e12", "e19")
    assert reference.number == 7
    odd = "doi:10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2"
    assert ids(reference) == [odd, "pubmed:31000001"]


def test_names_of_records_that_count_from_one_are_the_numbers() -> None:
    library = "".join(f"@article{{{key}, title={{Title of paper {key}}}}}\n" for key in (2, 1, 3))
    not_counted = library.replace("{3,", "{4,")

    assert [item.number for item in read(library, "a.bib")] == [2, 1, 3]
    assert [item.number for item in read(not_counted, "a.bib")] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "count"), [(RIS.removeprefix("\ufeffProvider: A Publisher\n\n"), 1), (BIBTEX, 1), (NBIB, 2), (CSL, 1)]
)
def test_a_format_is_known_by_its_looks_where_the_name_says_nothing(text: str, count: int) -> None:
    assert len(read(text, "export")) == count


def test_exports_of_other_programs_are_known_and_read() -> None:
    first = "1.\nTY  - JOUR\nT1  - One paper\nM3  - https://doi.org/10.1000/one\nER  - \n\n"
    ovid = f"{first}2.\nTY  - JOUR\nT1  - Two\nER  - "

    assert [item.title for item in read(ovid, "ovid.ris")] == ["One paper", "Two"]
    assert ids(read(ovid, "ovid.ris")[0]) == ["doi:10.1000/one"]
    assert len(read(NBIB, "pubmed-knees-set.txt")) == 2


def test_a_file_of_references_alone_is_an_article_without_claims() -> None:
    """What it lists is watched all the same."""
    article = read_article(NBIB.encode(), name="my_knee_papers.nbib")

    assert (article.title, article.claims, article.uncited_numbers) == ("my knee papers", (), ())
    assert len(article.references) == 2
    assert read_article(NBIB.encode(), name="a.nbib", title="Knee  papers").title == "Knee papers"


def test_a_reference_that_a_file_holds_twice_is_one() -> None:
    article = read_article((RIS + "\n" + RIS.partition("\n\n")[2]).encode(), name="library.ris")

    assert len(article.references) == 1


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [("45--56", "45", "56"), ("pp. 45-56", "45", "56"), ("101-9", "101", "9"), ("S7, S9", "S7", ""), ("318 p", "", "")],
)
def test_pages_are_read_as_people_write_them(printed: str, first: str, last: str) -> None:
    (reference,) = read(f"TY  - JOUR\nTI  - Knees\nJO  - J Made Up\nPY  - 2019\nSP  - {printed}\nER  - ", "a.ris")

    assert (citation_of(reference).first_page, citation_of(reference).last_page) == (first, last)


WORD = st.text(st.sampled_from("abcdefgåéøß-0123456789"), min_size=1, max_size=9).filter(lambda word: word.strip("-"))
NAME = st.tuples(st.sampled_from("ABCDÉØ"), st.text(st.sampled_from("abcdeéø"), min_size=2, max_size=8)).map("".join)
TITLE = st.tuples(
    st.lists(WORD, min_size=1, max_size=12).map(" ".join),
    st.sampled_from(["", "?", ": a trial", ". Part 2: more", " (2019)", ", 3rd ed", " in J Bone. 2012;3:4–5"]),
).map("".join)
PAGES = st.sampled_from(["1", "45–56", "e1002", "S7–S9", "ii–xv", "CD013342", "101–9", ""])
FIELDS = st.fixed_dictionaries(
    {
        "family": st.one_of(NAME, st.tuples(st.just("van der"), NAME).map(" ".join)),
        "given": st.sampled_from(["A", "A B", "Anna Lise", "J.-P.", ""]),
        "title": TITLE,
        "journal": st.one_of(st.just(""), st.lists(NAME, min_size=1, max_size=5).map(" ".join)),
        "year": st.one_of(st.none(), st.integers(1900, 2030)),
        "volume": st.sampled_from(["", "1", "12", "2019", "12 Suppl 3", "e7", "A", "XLII"]),
        "issue": st.sampled_from(["", "3", "3-4", "Suppl 1", "Pt 2", "12th"]),
        "pages": PAGES,
    }
)
INITIALS = {"A": "A", "A B": "AB", "Anna Lise": "AL", "J.-P.": "JP", "": ""}


@settings(max_examples=200, deadline=None)
@given(item=FIELDS, others=st.integers(0, 9), form=st.sampled_from(["ris", "json"]))
def test_what_a_file_says_of_a_reference_is_what_is_looked_up(item: dict[str, str], others: int, form: str) -> None:
    more = ["Doe, J"] * others
    if form == "ris":
        lines = [f"AU  - {name}" for name in (f"{item['family']}, {item['given']}", *more)]
        tags = {"TI": "title", "JF": "journal", "PY": "year", "VL": "volume", "IS": "issue", "SP": "pages"}
        lines += [f"{tag}  - {item[key]}" for tag, key in tags.items() if item[key]]
        text = "\n".join(["TY  - JOUR", *lines, "ER  - "])
    else:
        csl = {key: item[key] for key in ("title", "volume", "issue")}
        authors = [{"family": item["family"], "given": item["given"]}] + [{"family": "Doe", "given": "J"}] * others
        issued = {"date-parts": [[item["year"]]]} if item["year"] else {}
        more_fields = {"container-title": item["journal"], "page": item["pages"], "author": authors, "issued": issued}
        text = json.dumps([{"type": "article-journal", **csl, **more_fields}])

    citation = citation_of(read(text, f"a.{form}")[0])

    first, _, last = item["pages"].partition("–")
    author = f"{item['family']} {INITIALS[item['given']]}".strip()
    assert fields(citation) == (
        author,
        item["title"],
        item["journal"],
        item["year"],
        item["volume"],
        item["issue"],
        first,
        last,
    )
