"""JATS: sections and sentences are claims, tagged citations their markers, the list the references."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.domain.articles import ParsedArticle
from monitor.intake import UnreadableArticle, citation_of, read_article, read_list

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving DTD v1.2//EN" "JATS-archivearticle1.dtd">
"""
REFS = """
<ref-list><title>References</title>
<ref id="r1"><label>1</label><element-citation publication-type="journal"><person-group person-group-type="author">
<name><surname>Moe</surname><given-names>Anna B</given-names></name><collab>KNEES Group</collab></person-group>
<article-title>Knees at <italic>rest</italic></article-title><source>J Made Up</source><year>2019</year>
<volume>12</volume><issue>3</issue><fpage>45</fpage><lpage>56</lpage>
<pub-id pub-id-type="pmid">31000001</pub-id><pub-id pub-id-type="doi">10.1000/abc.1</pub-id></element-citation></ref>
<ref id="r2"><label>2</label><mixed-citation>Lund C. Knees in motion. J Made Up. 2020;13:1-9.
<ext-link ext-link-type="uri" xmlns:xlink="http://www.w3.org/1999/xlink"
 xlink:href="https://pubmed.ncbi.nlm.nih.gov/31000002/">PubMed</ext-link></mixed-citation></ref>
<ref id="r3"><label>3</label><mixed-citation>Berg D. Third. J Made Up. 2021;14:2-3.</mixed-citation></ref>
<ref id="r4"><label>4</label><mixed-citation>Dahl E. Fourth. J Made Up. 2021;14:4-5.</mixed-citation></ref>
<ref id="r5"><label>5</label><mixed-citation>Ek F. Fifth. J Made Up. 2021;14:6-7.</mixed-citation>
<mixed-citation>Ek F. Fifth, continued. J Made Up. 2022;15:6-7.</mixed-citation></ref>
</ref-list>"""


def jats(body: str, refs: str = REFS, head: str = HEAD) -> str:
    return f"""{head}<article article-type="review-article"><front><article-meta>
<article-id pub-id-type="doi">10.1000/the.article</article-id>
<title-group><article-title>Knees, a <italic>Review</italic></article-title></title-group>
<pub-date pub-type="epub"><day>3</day><month>2</month><year>2024</year></pub-date>
</article-meta></front><body>{body}</body><back>{refs}</back></article>"""


def cites(number: int, words: str = "") -> str:
    return f'<xref ref-type="bibr" rid="r{number}">{words or number}</xref>'


def read(body: str, **parts: str) -> ParsedArticle:
    return read_article(jats(body, **parts).encode(), name="knees.nxml")


def said(body: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(claim.text, claim.markers) for claim in read(body).claims]


def test_the_head_of_an_article_is_read() -> None:
    article = read("<p>Rest helps many knees.</p>")

    assert article.title == "Knees, a Review"
    assert (article.url, article.last_updated) == ("https://doi.org/10.1000/the.article", date(2024, 2, 3))


def test_sections_are_headings_and_lists_and_tables_are_claims() -> None:
    article = read(
        f"<sec><title>Harms</title><p>They are few.</p><sec><title>Rare ones</title><p>Three are known:</p>"
        f"<list list-type='bullet'><list-item><p>pain {cites(1)}</p></list-item>"
        f"<list-item><p>fever</p></list-item></list></sec></sec>"
        f"<sec><title>Doses</title><table-wrap><caption><p>Doses by age.</p></caption><table><thead><tr><th>Age</th>"
        f"<th>Dose</th></tr></thead><tbody><tr><td>80 years</td><td>none {cites(2)}</td></tr></tbody></table>"
        f"</table-wrap></sec>"
    )

    assert [(claim.text, claim.headings[1:], claim.markers) for claim in article.claims] == [
        ("They are few.", ("Harms",), ()),
        ("pain", ("Harms", "Rare ones", "Three are known:"), (1,)),
        ("fever", ("Harms", "Rare ones", "Three are known:"), ()),
        ("Doses by age.", ("Doses",), ()),
        ("80 years | none", ("Doses",), (2,)),
    ]


@pytest.mark.parametrize(
    ("printed", "markers"),
    [
        (f"[{cites(1)}]", (1,)),
        (f"[{cites(1)},{cites(3)}]", (1, 3)),
        (f"[{cites(3)}-{cites(5)}]", (3, 4, 5)),
        (f"{cites(1, '[1]')}–{cites(4, '[4]')}", (1, 2, 3, 4)),
        (f"{cites(1, '[1]')}, {cites(2, '[2]')} and {cites(5, '[5]')}", (1, 2, 5)),
        (f"({cites(2)}, {cites(3)})", (2, 3)),
        (f"[{cites(1)}, 2, {cites(5)}]", (1, 2, 5)),
        (f"<sup>{cites(1)},{cites(2)}</sup>", (1, 2)),
        (f"<sup>{cites(1)}–{cites(3)}</sup>", (1, 2, 3)),
        ('<xref ref-type="bibr" rid="r1 r2 r3">1–3</xref>', (1, 2, 3)),
        ('[<xref ref-type="bibr" rid="r2">2–4</xref>]', (2, 3, 4)),
        (f"[{cites(5)}-{cites(1)}]", (5, 1)),
    ],
)
def test_a_tagged_citation_is_a_marker_in_every_form(printed: str, markers: tuple[int, ...]) -> None:
    """The middle of a range is cited, too, though nobody tags it."""
    assert said(f"<p>Rest helps many knees {printed}. Motion does too.</p>") == [
        ("Rest helps many knees", markers),
        ("Motion does too.", ()),
    ]


def test_names_and_years_stay_in_the_sentence_and_cite_their_entry() -> None:
    body = (
        f"<p>Rest helps ({cites(1, 'Moe et al, 2019')}; {cites(2, 'Lund, 2020')}). As {cites(3, 'Berg')} says, so.</p>"
    )

    assert said(body) == [
        ("Rest helps (Moe et al, 2019 [1]; Lund, 2020)", (1, 2)),
        ("As Berg [3] says, so.", (3,)),
    ]


def test_a_comma_behind_an_abbreviation_ends_no_sentence() -> None:
    assert said(f"<p>Rest helps ({cites(1, 'Moe et al., 2019')}).</p>") == [("Rest helps (Moe et al., 2019)", (1,))]


def test_raised_numbers_that_are_not_tagged_are_powers_or_words() -> None:
    body = f"<p>Given 10<sup>9</sup> cells/m<sup>2</sup> with <sup>14</sup>C {cites(1)}.</p>"

    assert said(body) == [("Given 10⁹ cells/m² with 14C", (1,))]


def test_references_keep_their_fields_numbers_and_identifiers() -> None:
    first, second, *_, last = read("<p>Rest helps many knees.</p>").references

    known = citation_of(first)
    assert (known.first_author, known.title, known.journal) == ("Moe AB", "Knees at rest", "J Made Up")
    assert (known.year, known.volume, known.issue, known.first_page, known.last_page) == (2019, "12", "3", "45", "56")
    assert [str(item) for item in first.identifiers] == ["pubmed:31000001", "doi:10.1000/abc.1"]
    assert (second.number, [str(item) for item in second.identifiers]) == (2, ["pubmed:31000002"])
    assert (last.number, last.title) == (None, "Fifth, continued")


def test_entries_without_labels_are_numbered_by_order() -> None:
    refs = REFS.replace("<label>3</label>", "<label>*</label>")

    assert [item.number for item in read(f"<p>Rest helps knees {cites(4)}.</p>", refs=refs).references][:5] == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_a_cited_number_without_entry_and_an_entry_nobody_cites_are_told() -> None:
    article = read(f"<p>Rest helps many knees [{cites(1)}-{cites(3)}, 9].</p>")

    assert (article.missing_markers, article.uncited_numbers) == ((9,), (4, 5))


def test_the_list_of_an_article_can_be_given_as_a_file_of_references() -> None:
    assert len(read_list(jats("").encode(), name="knees.nxml")) == 6


@pytest.mark.parametrize("name", ["knees.xml", "knees"])
def test_jats_is_known_by_its_root(name: str) -> None:
    assert read_article(jats("<p>Rest helps many knees.</p>").encode(), name=name).title == "Knees, a Review"


def test_an_article_in_a_name_space_or_a_set_or_another_encoding_is_read() -> None:
    plain = jats("<p>Rest helps many knées.</p>", head="")
    spaced = plain.replace("<article ", '<article xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/" ')
    latin = f'<?xml version="1.0" encoding="ISO-8859-1"?>{plain}'.encode("latin-1")

    for body in (spaced.encode(), f"<pmc-articleset>{plain}</pmc-articleset>".encode(), latin):
        assert read_article(body, name="knees.nxml").claims[0].text == "Rest helps many knées."


def test_known_entities_are_letters() -> None:
    assert said("<p>Rest&nbsp;helps &alpha; &lt; &#x3b2; knees.</p>") == [("Rest helps α < β knees.", ())]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<sec>", "</sec>"),
        ("<p>", "</p>"),
        ("<list><list-item>", "</list-item></list>"),
        ("<boxed-text><p>", "</p></boxed-text>"),
        ("<italic>", "</italic>"),
    ],
)
def test_words_that_are_nested_deep_are_read_all_the_same(before: str, after: str) -> None:
    times = 230 // before.count("<")

    assert said(f"<p>Rest helps.</p>{before * times}<p>Down here it is dark.</p>{after * times}")[-1] == (
        "Down here it is dark.",
        (),
    )


@pytest.mark.parametrize(
    "words",
    ["[" + "1" * 60, "[" + "1, " * 9_000, "[ " * 9_000, f"{cites(1)}-" * 3_000, f"[{cites(1)}, " * 3_000, " " * 60_000],
)
@pytest.mark.timeout(20)
def test_a_paragraph_made_to_be_slow_is_answered_soon(words: str) -> None:
    assert read(f"<p>Rest helps {words}{cites(1)}.</p>").claims


BOMB = (
    "<!DOCTYPE article [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (jats("<p>Rest &j; helps.</p>", head=BOMB), "entity"),
        (jats("<p id='&j;'>Rest helps.</p>", head=BOMB), ""),
        (
            jats("<p>Rest &x; helps.</p>", head="<!DOCTYPE article [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"),
            "entity &x; is not read",
        ),
        (
            jats("<p>Rest &x; helps.</p>", head="<!DOCTYPE article [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'> %p;]>"),
            "entity &x; is not read",
        ),
        (jats("<p>Rest helps.</p>")[:-20], "no well-formed XML"),
        ("<?xml version='1.0'?><book><title>A</title></book>", "holds <book> and no <article>"),
        (f"<pmc-articleset>{jats('', head='') * 2}</pmc-articleset>", "holds 2 articles"),
        (jats("<sec>" * 400 + "</sec>" * 400), "depth"),
        (jats(""), "no text was found"),
        (jats("<p>A fine sentence.</p>", refs=REFS.replace("31000001", "many")), ""),
    ],
)
@pytest.mark.timeout(20)
def test_xml_that_is_broken_or_hostile_is_refused_and_reaches_nothing(text: str, words: str) -> None:
    """P55. Sockets are closed in the tests: an outside entity that was asked for would fail otherwise."""
    try:
        article = read_article(text.encode(), name="knees.xml")
    except UnreadableArticle as refusal:
        told = str(refusal)
    else:
        told = article.text
    assert words in told
    assert len(told) < 300
