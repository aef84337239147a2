"""The ways in which health sites and journals write their markers and lists, each in a page of its own."""

from __future__ import annotations

import pytest

from monitor.domain.articles import ParsedArticle
from monitor.intake import read_article

SMITH = "Smith A. Rest and pain. Rest J. 2019;1:1-4."
JONES = "Jones B. Heat. Warm J. 2020;2:5-8."
MOE = "Moe C. Ice. Cold J. 2021;3:9-12."


def page(body: str, title: str = "Backs") -> ParsedArticle:
    html = f"<!doctype html><html><body><article><h1>{title}</h1>{body}</article></body></html>"
    return read_article(html.encode(), name="page.html")


def cited(article: ParsedArticle) -> list[tuple[str, tuple[int, ...]]]:
    return [(claim.text, claim.markers) for claim in article.claims]


def entries(article: ParsedArticle) -> list[tuple[int | None, str]]:
    return [(item.number, item.text.partition(".")[0]) for item in article.references if item.listed]


THREE = [(1, "Smith A"), (2, "Jones B"), (3, "Moe C")]
LISTS = {
    "items whose paragraphs have the anchors": (
        f'<h2>References</h2><ol><li data-counter="1."><p id="ref-CR1">{SMITH}</p><p><a href="https://doi.org/10.1/a">'
        f'Article</a> <a href="https://scholar.test/">Google Scholar</a></p></li><li><p id="ref-CR2">{JONES}</p></li>'
        f'<li><p id="ref-CR3">{MOE}</p></li></ol>'
    ),
    "blocks with their numbers": (
        f'<h2>References</h2><div id="ref-CR1">1. <span>{SMITH}</span></div>'
        f'<div id="ref-CR2">2. <span>{JONES}</span></div>'
        f'<div id="ref-CR3">3. <span>{MOE}</span></div>'
    ),
    "a definition list": (
        f'<h2>References</h2><dl><dt>1.</dt><dd><div id="art.ref-CR1">{SMITH}</div></dd>'
        '<dt>2.</dt><dd><div id="art.ref-CR2">'
        f"{JONES}</div></dd><dt>3.</dt><dd><div>{MOE}</div></dd></dl>"
    ),
    "a table": (
        f"<h2>References</h2><table><tr><th>No.</th><th>Source</th></tr><tr><td>1</td><td>{SMITH}</td></tr>"
        f"<tr><td>2.</td><td>{JONES}</td></tr><tr><td>[3]</td><td>{MOE}</td></tr></table>"
    ),
    "a table whose rows have the anchors": (
        f'<h2>References</h2><table><tr id="ref-CR1"><td>1</td><td>{SMITH}</td></tr>'
        f'<tr id="ref-CR2"><td>2</td><td>{JONES}</td></tr><tr id="ref-CR3"><td>3</td><td>{MOE}</td></tr></table>'
    ),
    "one paragraph with line breaks": f"<p><b>Sources:</b><br>1. {SMITH}<br/>2. {JONES}<br>3. {MOE}</p>",
    "numbers in boxes of their own": (
        f"<h3>Sources</h3><div><div>1</div><div>{SMITH}</div></div><div><div>2</div><div>{JONES}</div></div>"
        f"<div><div>3</div><div>{MOE}</div></div>"
    ),
    "two lists with a heading each": (
        f"<h2>References</h2><h3>Trials</h3><ol><li>{SMITH}</li><li>{JONES}</li></ol><h3>Reviews</h3>"
        f'<ol start="3"><li>{MOE}</li></ol>'
    ),
    "folded away": (
        f'<h2>Article sources</h2><button>Show</button><div style="display: none"><ol><li>{SMITH}</li><li>{JONES}</li>'
        f"<li>{MOE}</li></ol></div>"
    ),
    "in the foot of the article": (
        f"<footer><h4>References and notes</h4><ol><li>{SMITH}</li><li>{JONES}</li><li>{MOE}</li></ol></footer>"
    ),
    "under another heading": (
        f"<h2>Further reading and references</h2><ol><li>{SMITH}</li><li>{JONES}</li><li>{MOE}</li></ol>"
    ),
    "a heading in another language": (
        f"<h2>7. Références bibliographiques :</h2><ol><li>{SMITH}</li><li>{JONES}</li><li>{MOE}</li></ol>"
    ),
    "followed by what is none of it": (
        f"<h2>References</h2><ol><li>{SMITH}</li><li>{JONES}</li><li>{MOE}</li></ol><p>Call us, day or night.</p>"
        "<h2>See also</h2><ul><li>Necks in 2020</li></ul>"
    ),
}


@pytest.mark.parametrize("listing", LISTS.values(), ids=LISTS)
def test_a_list_is_read_in_whatever_form_it_is_printed(listing: str) -> None:
    article = page(f"<p>Rest helps [1]. Heat does [2,3].</p>{listing}")

    assert entries(article) == THREE
    assert cited(article) == [("Rest helps", (1,)), ("Heat does", (2, 3))]


ONE, TWO, LAST = (f'<a href="#ref-CR{number}">{number}</a>' for number in (1, 2, 3))
MARKERS = {
    "brackets around each link": f"Rest helps [{ONE},{TWO},{LAST}].",
    "a range of links": f"Rest helps [{ONE}–{LAST}].",
    "a range in one link": 'Rest helps (<a href="#ref-CR1">1–3</a>).',
    "raised links": f"Rest helps.<sup>{ONE},{TWO},{LAST}</sup>",
    "raised links in a row": f"Rest helps<sup>{ONE}</sup><sup>–</sup><sup>{LAST}</sup>.",
    "links around raised numbers": (
        'Rest helps<a href="#ref-CR1"><sup>1,</sup></a><a href="#ref-CR2"><sup>2-3</sup></a>.'
    ),
    "a raised range": "Rest helps<sup>1−3</sup>.",
    "a link to the full address": (
        'Rest helps<sup>[<a href="https://site.test/backs#ref-CR1">1</a>]</sup><sup>[2]</sup><sup>[3]</sup>.'
    ),
    "a bubble over the number": (
        f"Rest helps<sup>{ONE}<span class='tip'>Smith A. Rest and pain.</span></sup><sup>2,3</sup>."
    ),
    "wide brackets": "Rest helps【1】［2］〔3〕。",
}


@pytest.mark.parametrize("sentence", MARKERS.values(), ids=MARKERS)
def test_a_marker_is_read_in_whatever_form_it_is_printed(sentence: str) -> None:
    article = page(f"<p>{sentence}</p>{LISTS['items whose paragraphs have the anchors']}")

    assert [(text.rstrip(".,"), sorted(numbers)) for text, numbers in cited(article)] == [("Rest helps", [1, 2, 3])]


def test_links_to_affiliations_figures_and_contents_are_no_markers() -> None:
    article = page(
        '<ul><li><a href="#s1">1</a></li></ul><p>Ada Bo<sup><a href="#aff1">1</a></sup> wrote it at home.</p>'
        '<h2 id="s1">One</h2><p>Rest helps<sup><a href="#ref-CR2">2</a></sup>, see Figure <a href="#fig3">3</a>.</p>'
        '<p id="aff1"><sup>1</sup>House of Backs</p><p id="fig3">Figure 3. A back.</p>'
        + LISTS["items whose paragraphs have the anchors"]
    )

    assert [claim.markers for claim in article.claims if claim.markers] == [(2,)]
    assert article.claims[0].text == "Ada Bo wrote it at home."


def test_linked_names_and_years_are_markers_and_stay_readable() -> None:
    article = page(
        '<p>Rest helps (<a href="#b1">Smith, 2019</a>; <a href="#b2">Jones 2020</a>).'
        f' As <a href="#b3">Moe (2021)</a> has it, ice does not.</p>'
        f'<h2>References</h2><p id="b1">{SMITH}</p><p id="b2">{JONES}</p><p id="b3">{MOE}</p>'
    )

    assert cited(article) == [("Rest helps", (1, 2)), ("As Moe (2021) has it, ice does not.", (3,))]
    assert entries(article) == THREE


def test_numbers_in_round_brackets_are_markers_of_a_list_without_numbers() -> None:
    article = page(
        '<p>Rest helps (<a href="https://site.test/a">1</a>, <a href="https://site.test/b">2</a>). Heat does (3).'
        f" Of 12 backs two (2) stayed.</p><h2>Sources</h2><ul><li>{SMITH}</li><li>{JONES}</li><li>{MOE}</li></ul>"
    )

    assert entries(article) == THREE
    assert cited(article)[:2] == [("Rest helps", (1, 2)), ("Heat does", (3,))]


def test_a_study_that_is_only_linked_is_evidence_of_its_sentence() -> None:
    article = page(
        '<p>Rest helps, as <a href="https://pubmed.ncbi.nlm.nih.gov/31000002/">a study</a> found. Heat does, too,'
        ' <a href="https://doi.org/10.1000/heat.1">they say</a>. <a href="https://site.test/">Ice</a> does not.</p>'
    )

    assert [(item.named_in, [str(one) for one in item.identifiers]) for item in article.references] == [
        ((1,), ["pubmed:31000002"]),
        ((2,), ["doi:10.1000/heat.1"]),
    ]
    assert article.claims[0].text == "Rest helps, as a study found."


def test_an_entry_s_own_notes_and_the_works_it_is_short_for_are_read_with_it() -> None:
    article = page(
        '<p>Rest helps.<sup><a href="#n1">[1]</a></sup></p><h2>Notes</h2><ol><li id="n1"><a href="#up">^</a>'
        '<a href="#w1">Smith 2019</a>, p. 3.</li></ol><h2>Works cited</h2><ul>'
        f'<li id="w1">{SMITH} <a href="https://doi.org/10.1000/rest">doi</a></li></ul>'
    )

    first = next(item for item in article.references if item.number == 1)
    assert first.text.startswith("Smith 2019, p. 3. Smith A. Rest and pain.")
    assert [str(one) for one in first.identifiers] == ["doi:10.1000/rest"]
    assert cited(article) == [("Rest helps.", (1,))]
    assert article.uncited_numbers == ()


def test_a_marked_heading_is_a_claim() -> None:
    article = page(f"<h2>Rest helps<sup>1</sup></h2><p>For a week.</p><h2>Sources</h2><ol><li>{SMITH}</li></ol>")

    assert cited(article) == [("Rest helps", (1,)), ("For a week.", ())]
    assert article.claims[1].headings[-1] == "Rest helps"


def test_an_article_in_a_form_or_a_menu_with_references_is_read_right() -> None:
    html = (
        "<html><body><form><nav><ul><li>Home</li><li>References</li></ul></nav><ul><li>News</li>"
        "<li>Reference</li><li>Find a doctor</li></ul><h1>Backs</h1><p>Rest helps most of them.</p>"
        "</form></body></html>"
    )

    article = read_article(html.encode(), name="page.html")

    assert [item.text for item in article.references] == []
    assert "Rest helps most of them." in article.text


def test_paragraphs_and_items_in_a_cell_stay_apart() -> None:
    article = page(
        "<table><tr><td>Rest</td><td><p>helps most</p><p>harms few</p></td></tr>"
        f"<tr><td>Heat</td><td><ul><li>warms</li><li>burns<sup>1</sup></li></ul></td></tr></table>"
        f"<h2>Sources</h2><ol><li>{SMITH}</li></ol>"
    )

    assert cited(article) == [("Rest | helps most harms few", ()), ("Heat | warms burns", (1,))]


def test_a_box_beside_the_text_is_read_when_it_cites() -> None:
    article = page(
        '<p>Backs hurt.</p><aside><p>Rest helps<sup><a href="#ref-CR1">1</a></sup></p></aside>'
        "<aside>Buy a chair!</aside>" + LISTS["items whose paragraphs have the anchors"]
    )

    assert cited(article) == [("Backs hurt.", ()), ("Rest helps", (1,))]
