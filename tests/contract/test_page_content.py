"""What of a page is its content: the words a reader comes for, under their headings, whatever the mark-up."""

from __future__ import annotations

import pytest

from monitor.domain.records import Passage, UpdateNote
from monitor.reading import Content, UnreadablePage, content_of, open_page, passages_in
from monitor.reading.child import ask_child
from monitor.reading.pdf import read_pdf
from monitor.sources.guideline import read_any_page

URL = "https://college.example.org/knee/"
BODY = """<h1>Care of the knee</h1><p>Last updated 3 March 2026 + show all updates</p>
<h2>Exercise</h2><p>Offer <em>supervised</em> exercise.</p><ul><li>twice a week</li><li>for <b>12</b> weeks</li></ul>
<table><tr><th>Drug</th><th>Dose</th></tr><tr><td>Ibuprofen</td><td>400 mg</td></tr></table>"""
UPDATES = """<div class="page-history"><ol>
<li><time datetime="2026-03-03T10:00:00Z">3 March 2026</time><p>Added advice on exercise.</p></li>
<li><time datetime="2025-01-05">5 January 2025</time><p>First published.</p></li></ol></div>"""


def content(html: str) -> Content:
    return content_of(open_page(f"<!doctype html><html><body>{html}</body></html>".encode(), url=URL))


def test_paragraphs_items_and_rows_stand_under_their_headings() -> None:
    assert content(f"<main>{BODY}</main>").passages == (
        Passage(text="Care of the knee"),
        Passage(text="Exercise"),
        Passage(text="Offer supervised exercise.", heading="Exercise"),
        Passage(text="twice a week", heading="Exercise"),
        Passage(text="for 12 weeks", heading="Exercise"),
        Passage(text="Drug | Dose", heading="Exercise"),
        Passage(text="Ibuprofen | 400 mg", heading="Exercise"),
    )


@pytest.mark.parametrize(
    "html",
    [
        f"<nav><a href='/'>Home</a></nav><main>{BODY}</main><footer>Copyright</footer>",
        f"<header><a>Logo</a></header><div role='main'>{BODY}</div><aside>Most read</aside>",
        f"<article>{BODY}</article><div class='cookie-banner'>Accept cookies?</div>",
        f"<div><div class='breadcrumbs'>Home > Knee</div>{BODY}<div id='share-buttons'>Share</div></div>",
        f"<main>{BODY}<form><label>Was this page useful?</label><button>Yes</button></form></main>",
        f"<main><p hidden>Draft</p><p style='display: none'>Draft</p>{BODY}<div aria-hidden='true'>x</div></main>",
        f"<form id='aspnet'><div><div>{BODY}</div></div></form>",
        f"<main>{BODY}{UPDATES}</main>",
        f"<main>{BODY.replace('<p>', '<div>').replace('</p>', '</div>')}</main>",
        "<main>" + BODY.replace("><", ">\n   <") + "</main>",
    ],
)
def test_what_stands_on_every_page_and_other_mark_up_are_nothing(html: str) -> None:
    """P26."""
    assert content(html).passages == content(f"<main>{BODY}</main>").passages


def test_the_pages_own_list_of_updates_is_read_for_itself() -> None:
    assert content(f"<main>{BODY}{UPDATES}</main>").notes == (
        UpdateNote(text="Added advice on exercise.", day="2026-03-03"),
        UpdateNote(text="First published.", day="2025-01-05"),
    )
    assert content(f"<main>{BODY}</main>").notes == ()


def test_a_name_that_sounds_like_chrome_never_hides_half_of_a_page() -> None:
    assert content(f"<div class='page related'>{BODY}</div>").passages == content(f"<main>{BODY}</main>").passages


@pytest.mark.parametrize(
    "name", ["social-care", "informed-consent", "multi-modal-therapy", "biofeedback", "menopause", "related-risks"]
)
def test_a_name_with_a_word_of_medicine_hides_nothing(name: str) -> None:
    """A section that is dropped would be false calm."""
    words = content(
        f"<main>{BODY}<section class='{name}' id='{name}'><h2 id='consent'>Consent</h2><p>Ask.</p></section></main>"
    )

    assert [passage.text for passage in words.passages[-2:]] == ["Consent", "Ask."]


def test_a_recipe_may_name_the_parts_whose_words_matter() -> None:
    page = open_page(f"<html><body>{BODY}<p class='x'>Other.</p></body></html>".encode(), url=URL)

    assert [passage.text for passage in passages_in(page, "//ul | //p[@class='x']")] == [
        "twice a week",
        "for 12 weeks",
        "Other.",
    ]


def test_a_page_of_which_no_recipe_speaks_states_its_title_dates_and_address() -> None:
    head = (
        f'<link rel="canonical" href="{URL}"><script type="application/ld+json">'
        '{"@type": "WebPage", "datePublished": "20 April 2024", "dateModified": "2026-03-03T10:00:00Z"}</script>'
    )
    page = read_any_page(f"<!doctype html><html><head>{head}</head><body><main>{BODY}</main></body></html>".encode())

    assert (str(page.identifier), page.title) == (f"page:{URL}", "Care of the knee")
    assert (page.published, page.updated, page.state) == ("2024-04-20", "2026-03-03", "current")


def test_a_banner_of_withdrawal_is_read_and_a_word_about_another_one_is_not() -> None:
    def state(words: str) -> str:
        return read_any_page(f"<html><body><main><p>{words}</p>{BODY}</main></body></html>".encode()).state

    assert state("This guidance was withdrawn on 3 March 2026.") == "withdrawn"
    assert state("Version 1 of this guideline has been archived.") == "current"


@pytest.mark.parametrize("html", ["", "no page", "<html><body></body></html>", "<html><title>Just a moment...</title>"])
def test_what_is_no_page_is_refused(html: str) -> None:
    with pytest.raises(UnreadablePage):
        read_any_page(html.encode())


def pdf(*streams: bytes, extra: bytes = b"", head: bytes = b"%PDF-1.4\n") -> bytes:
    """A document made by hand, one page for each stream of drawing commands."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * place) for place in range(len(streams)))
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(streams)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for stream in streams:
        parts.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (len(parts) + 2)
        )
        parts.append(b"<< /Length %d %s >> stream\n%s\nendstream" % (len(stream), extra, stream))
    body, places = head, []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj %s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + end


def drawn(*lines: str) -> bytes:
    shown = b" ".join(b"(%s) Tj 0 -14 Td" % line.encode() for line in lines)
    return b"BT /F1 12 Tf 72 720 Td %s ET" % shown


def test_the_words_of_a_document_are_read_without_the_lines_of_every_page() -> None:
    advice = "Advice number {} is to walk every day for an hour."
    pages = [drawn("The College", advice.format(number), f"Page {number}") for number in (1, 2, 3)]
    _, passages = read_pdf(pdf(*pages))
    text = " ".join(passage.text for passage in passages)

    assert "Advice number 2 is to walk every day for an hour." in text
    assert "The College" not in text
    assert "Page" not in text


def test_another_rendering_of_the_same_words_reads_the_same() -> None:
    page = drawn("Offer exercise to every adult with a painful knee, twice a week.")
    one, other = pdf(page), pdf(page.replace(b"/F1 12", b"/F1 11"), head=b"%PDF-1.7\n% made on another day\n")

    assert one != other
    assert read_pdf(one) == read_pdf(other)


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.4\n%%EOF",
        b"%PDF-1.4\n" + b"0" * 1_000,
        pdf(b""),
        pdf(drawn("Short.")),
        pdf(drawn("Words enough to be read as a text by anybody at all."))[:400],
        b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 1 0 R >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF",
        pdf(b"x" * 100, extra=b"/Filter /FlateDecode"),
    ],
    ids=["empty", "zeros", "no text", "hardly any", "cut", "loop", "broken stream"],
)
def test_a_document_that_cannot_be_read_is_told_and_harms_nobody(body: bytes) -> None:
    """P50."""
    with pytest.raises(UnreadablePage):
        read_pdf(body)


@pytest.mark.parametrize("name", ["hangs", "eats_memory", "dies", "talks_without_end"])
def test_a_reader_that_loses_itself_is_ended_and_told(name: str) -> None:
    """P27: the child is killed, the parent goes on."""
    with pytest.raises(ValueError, match=r"within|memory|ended|answer|too much"):
        ask_child(f"tests.contract.lost_readers.{name}", b"", wait=4.0)
