"""Odd pages are read as far as they say anything, and refused where they say nothing; none sends the reader round."""

from __future__ import annotations

import pytest

from monitor.intake import SUFFIXES, UnreadableArticle, read_article

JATS = """<article article-type="x"><front><article-meta><title-group><article-title>Iron</article-title></title-group>
</article-meta></front><body><p>Iron helps<xref ref-type="bibr" rid="a">1</xref>.{more}</p></body><back>{back}
<ref-list>{refs}</ref-list></back></article>"""


def entries(*labels: str) -> str:
    return "".join(
        f'<ref id="{name}"><label>{label}</label><mixed-citation>{name.upper()} paper. J Made Up. 2019;1:2.'
        "</mixed-citation></ref>"
        for name, label in zip("abc", labels, strict=False)
    )


def test_footnotes_that_point_at_each_other_are_two_references() -> None:
    text = "# Iron\n\nIron helps.[^a] It hurts.[^b]\n\n[^a]: See [^b]. Moe A. Gut. 2011.\n[^b]: See [^a] and [^b].\n"
    article = read_article(text.encode(), name="iron.md")

    assert [claim.markers for claim in article.claims] == [(1,), (2,)]
    assert [item.number for item in article.references if item.listed] == [1, 2]


def test_footnotes_of_html_that_point_at_each_other_are_two_references() -> None:
    page = (
        "<h1>Iron</h1><p>Iron helps.<sup><a href='#n1'>1</a></sup> It hurts.<sup><a href='#n2'>2</a></sup></p>"
        "<h2>References</h2><ol><li id='n1'>Moe A. Gut. 2011;1:2. See <a href='#n2'>2</a></li>"
        "<li id='n2'>Lund B. Gut. 2012;3:4. See <a href='#n1'>1</a></li></ol>"
    )
    article = read_article(page.encode(), name="iron.html")

    assert [claim.markers for claim in article.claims] == [(1,), (2,)]
    assert [item.number for item in article.references if item.listed] == [1, 2]


def test_footnotes_of_jats_that_point_at_each_other_are_not_followed() -> None:
    notes = (
        '<fn-group><fn id="f"><p>See <xref ref-type="fn" rid="g">g</xref>.</p></fn>'
        '<fn id="g"><p>See <xref ref-type="fn" rid="f">f</xref>.</p></fn></fn-group>'
    )
    text = JATS.format(more=' So<xref ref-type="fn" rid="f">f</xref>.', back=notes, refs=entries("1"))

    assert read_article(text.encode(), name="iron.nxml").claims[0].markers == (1,)


def test_a_number_that_two_entries_of_a_page_have_belongs_to_the_first() -> None:
    text = "# Iron\n\nIron helps [1].\n\n## References\n\n[1] Moe A. Gut. 2011;1:2.\n\n[1] Lund B. Gut. 2012;3:4.\n"
    article = read_article(text.encode(), name="iron.md")

    assert [(item.number, item.year) for item in article.references] == [(1, 2011), (None, 2012)]


def test_labels_of_jats_that_are_the_same_give_way_to_the_order() -> None:
    article = read_article(JATS.format(more="", back="", refs=entries("1", "1", "2")).encode(), name="iron.nxml")

    assert [item.number for item in article.references] == [1, 2, 3]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("body", "advice"),
    [(b"", "empty"), (b"A\0B", "NUL"), (b"%PDF-1.7", "PDF"), (b"x" * 5_000_001, "MB"), (b"\xff\xfe\xfd ab", "UTF-8")],
)
def test_what_is_no_text_is_refused_in_every_format(suffix: str, body: bytes, advice: str) -> None:
    with pytest.raises(UnreadableArticle, match=advice):
        read_article(body, name=f"page{suffix}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# {0}\n\n{0} helps.\n"),
        ("a.html", "<h1>{0}</h1><p>{0} helps.</p>"),
        (
            "a.nxml",
            "<article article-type='x'><front><article-meta><title-group><article-title>{0}</article-title>"
            "</title-group></article-meta></front><body><p>{0} helps.</p></body></article>",
        ),
        ("a.ris", "TY  - JOUR\nTI  - {0}\nER  - \n"),
        ("a.bib", "@article{{a, title={{{0}}}}}"),
        ("a.nbib", "PMID- 31000001\nTI  - {0}\n"),
        ("a.json", '[{{"title": "{0}"}}]'),
    ],
)
def test_characters_that_hide_or_reorder_words_reach_nobody(name: str, text: str) -> None:
    """P55: what an editor reads is what the program reads."""
    article = read_article(text.format("Sa\u200bfe\u202e iron\u202c\ue000").encode(), name=name)

    assert "Safe iron" in [article.title, *(reference.title for reference in article.references)]
    assert not any(sign in repr(article) for sign in ("\\u200b", "\\u202e", "\\ue000", "\u202e"))
