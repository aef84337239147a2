"""What a page's head says: it fills what the text leaves open, contradicts nothing, and never breaks a reading."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.articles import ParsedArticle
from monitor.domain.identifiers import Identifier, pubmed
from monitor.intake import read_article

DOI = Identifier.parse("doi:10.1000/abc")
TWO_CITED = "<p>Rest helps most people with pain. [1]</p><p>Warm rooms are pleasant for all. [2]</p>"
PRINTED = (
    "<h2>References</h2><ol><li>Smith J. A trial of rest in painful knees. Lancet. 2020;1:1-9.</li>"
    "<li>Doe A. Warm rooms. BMJ. 2021;2:3-4. doi:10.1000/own</li></ol>"
)


def read(head: str, body: str = TWO_CITED, title: str = "<h1>Knees</h1>") -> ParsedArticle:
    page = f"<!doctype html><html><head><title></title>{head}</head><body><main>{title}{body}</main></body></html>"
    return read_article(page.encode("utf-8", "replace"), name="https://a.example.org/knees")


def ld(*things: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)


def cites(*works: Any, **more: Any) -> str:
    return ld({"@context": "https://schema.org", "@type": "MedicalWebPage", "citation": list(works), **more})


REST = {
    "@type": "ScholarlyArticle",
    "name": "A trial of rest in painful knees",
    "author": [{"@type": "Person", "name": "Smith J"}, {"familyName": "Doe", "givenName": "A"}],
    "datePublished": "2020-03-01",
    "isPartOf": {
        "@type": "PublicationIssue",
        "issueNumber": "4",
        "isPartOf": {
            "@type": "PublicationVolume",
            "volumeNumber": 12,
            "isPartOf": {"@type": "Periodical", "name": "Lancet"},
        },
    },
    "pageStart": "1",
    "pageEnd": "9",
    "sameAs": "https://doi.org/10.1000/ABC",
    "identifier": {"@type": "PropertyValue", "propertyID": "PMID", "value": "123"},
}


def test_a_page_without_a_printed_list_gets_the_citations_of_its_head() -> None:
    found = read(cites(REST, "Doe A. Warm rooms. BMJ. 2021;2:3-4."))

    assert [(one.number, one.listed, one.title) for one in found.references] == [
        (1, True, "A trial of rest in painful knees"),
        (2, True, "Warm rooms"),
    ]
    assert found.references[0].text == "Smith J, Doe A. A trial of rest in painful knees. Lancet. 2020;12(4):1-9."
    assert set(found.references[0].identifiers) == {DOI, pubmed("123")}
    assert found.missing_markers == ()


def test_citations_that_are_not_as_many_as_the_text_cites_get_no_number() -> None:
    found = read(cites(REST))

    assert [one.number for one in found.references] == [None]
    assert found.missing_markers == (1, 2)


def test_a_printed_list_stays_as_it_is_and_gets_identifiers_only() -> None:
    other = {"name": "Warm rooms", "sameAs": "https://doi.org/10.1000/another"}
    with_head, without = read(cites(REST, other, "Another work."), TWO_CITED + PRINTED), read("", TWO_CITED + PRINTED)

    assert [one.text for one in with_head.references] == [one.text for one in without.references]
    assert set(with_head.references[0].identifiers) == {DOI, pubmed("123")}
    assert with_head.references[1] == without.references[1], "its own DOI is never contradicted"


def test_an_identifier_of_the_head_completes_the_entry_with_the_same_doi() -> None:
    found = read(cites({"name": "x", "identifier": ["PMID: 77", "doi:10.1000/OWN"]}), TWO_CITED + PRINTED)

    assert pubmed("77") in found.references[1].identifiers


def test_a_citation_that_fits_two_entries_is_given_to_none() -> None:
    twice = PRINTED.replace("Doe A. Warm rooms.", "Doe A. A trial of rest in painful knees, continued.")
    found = read(cites(REST), TWO_CITED + twice)

    assert all(DOI not in one.identifiers for one in found.references)


@pytest.mark.parametrize(
    "head",
    [
        ld(
            {
                "@graph": [
                    {"@type": "Organization", "name": "We"},
                    {"@type": ["Article", "MedicalWebPage"], "citation": REST},
                ]
            }
        ),
        ld([{"@type": "BreadcrumbList"}, {"@type": "http://schema.org/Article", "citation": [REST]}]),
        ld({"@type": "WebPage", "mainEntity": {"@type": "Article", "citation": REST}}),
        ld({"@type": "Article", "citation": REST})
        .replace('ld+json">', 'LD+json; charset=utf-8"><!--')
        .replace("</s", "--></s"),
        '<script type="application/ld+json">{"@type": </script>' + cites(REST),
        '<meta name="citation_reference" content="citation_title=A trial of rest in painful knees; citation_year=2020;'
        ' citation_author=Smith J; citation_journal_title=Lancet; citation_doi=10.1000/abc; citation_pmid=123">',
        '<meta name="DCTERMS.references" content="Smith J. A trial of rest. doi:10.1000/abc PMID: 123">',
        '<meta name="citation_reference" content="Smith J. A trial of rest. doi:10.1000/abc PMID: 123">',
    ],
    ids=[
        "graph",
        "array",
        "main entity",
        "in a comment",
        "beside a broken one",
        "Highwire",
        "Dublin Core",
        "as one text",
    ],
)
def test_every_form_of_a_citation_is_read(head: str) -> None:
    [reference] = read(head).references

    assert set(reference.identifiers) == {DOI, pubmed("123")}


def test_works_that_the_head_lists_in_two_ways_are_listed_once() -> None:
    highwire = '<meta name="citation_reference" content="citation_title=A trial of rest in painful knees">'

    assert len(read(cites(REST) + highwire).references) == 1


@pytest.mark.parametrize(
    ("head", "line", "day"),
    [
        (ld({"@type": "Article", "dateModified": "2026-01-05T10:00:00Z"}), "", date(2026, 1, 5)),
        (
            ld({"@type": "MedicalWebPage", "dateModified": "2026-01-05", "lastReviewed": "2025-12-01"}),
            "",
            date(2025, 12, 1),
        ),
        ('<meta name="DC.date" content="2024-02-03">', "", date(2024, 2, 3)),
        (ld({"@type": "Article", "dateModified": "2026-01-05"}), "<p>Last updated: May 1, 2025</p>", date(2025, 5, 1)),
        (ld({"@type": "Article", "dateModified": ["soon", 7, None]}), "", None),
        (ld({"@type": "Article", "url": "https://a.example.org/tea", "dateModified": "2026-01-05"}), "", None),
    ],
    ids=["modified", "reviewed", "Dublin Core", "the page prints one", "nonsense", "another page"],
)
def test_the_day_of_the_last_review_counts_where_the_page_prints_none(head: str, line: str, day: date | None) -> None:
    assert read(head, line + TWO_CITED).last_updated == day


@pytest.mark.parametrize(
    "head",
    [
        ld({"@type": "Article", "headline": "Tea &amp; <i>milk</i>"}),
        '<meta name="citation_title" content="Tea &amp;amp; milk">',
        '<meta name="DC.Title" content="Tea &amp;amp; milk">',
    ],
)
def test_a_page_that_prints_no_title_has_that_of_its_head(head: str) -> None:
    assert read(head, title="").title == "Tea & milk"


def test_the_pages_own_doi_is_none_of_its_references() -> None:
    assert read('<meta name="citation_doi" content="10.1000/abc">').references == ()


KEYS = ["@type", "@graph", "@id", "url", "citation", "name", "author", "isPartOf", "identifier", "sameAs", "value"]
VALUES = ["Article", "MedicalWebPage", "https://[x", "\ud800", "10.1/x", "citation_title="]
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner | st.sampled_from(VALUES), max_size=5)
    ),
    max_leaves=15,
)


@settings(max_examples=80, deadline=None)
@given(_json, st.text(max_size=100))
def test_whatever_stands_in_the_head_the_page_is_read(value: Any, words: str) -> None:
    plain = read("")
    told = json.dumps({"@type": "Article", "citation": value, "headline": value, "@graph": value})
    words = re.sub(r'[<"\0]', "", words)
    found = read(
        f'<script type="application/ld+json">{told}</script><script type="application/ld+json">{words}</script>'
        f'<meta name="citation_reference" content="citation_title={words}">'
    )

    assert (found.title, found.text) == (plain.title, plain.text)
    repr(found).encode()
    for reference in found.references:
        assert "\0" not in reference.text
        reference.text.encode()


@pytest.mark.parametrize(
    "told",
    [
        "[" * 100_000,
        '{"@type":"Article","citation":' + "[" * 900 + "]" * 900 + "}",
        '{"@type":"Article","citation":[' + '"Work.",' * 5_000 + '"Last."]}',
        '{"@type":"Article","citation":"' + "x" * 900_000 + '"}',
        '{"@type":"Article","citation":' + "9" * 5_000 + "}",
        '{"@type":"Article","citation":"a\\u0000b"}',
    ],
    ids=["deep", "deep lists", "many", "long", "a large number", "NUL"],
)
def test_what_is_too_deep_too_many_or_too_long_is_cut(told: str) -> None:
    found = read(f'<script type="application/ld+json">{told}</script>')

    assert len(found.references) <= 500
    assert all(len(one.text) <= 2_000 and "\0" not in one.text for one in found.references)
