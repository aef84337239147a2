"""What is read from a guideline's page, what is noise, and which guideline a name in prose means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.channels import FieldRule, RecommendationRule, same_page
from monitor.domain.identifiers import Identifier
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument, as_json, digest, from_json
from monitor.net import Client
from monitor.reading import UnreadablePage, content_of, normalised, open_page
from monitor.reading.dates import as_iso
from monitor.recipes import load_publisher, load_watchlists
from monitor.sources.guideline import GuidelinePublisher, identities, mistakes, read_recording
from monitor.sources.guideline.kept import Kept, pack, unpack
from monitor.sources.guideline.reader import read_document
from tests.contract.faulty_server import HandClock

OA = Identifier.parse("guideline:va-dod/hip-knee-oa")
URL = "https://www.healthquality.va.gov/guidelines/Rehab/oa/"

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A guideline</title><script nonce="a1">var t = 1;</script></head>
<body class="page" id="top">
<nav><a href="/guidelines/">All</a> <a href="/guidelines/Pain/lbp/">Back pain</a></nav>
<main>
<h1>Non-Surgical Management of Hip &amp; Knee Osteoarthritis</h1>
<p>Version 2.0 – 2020</p>
<p>Published: July 2020</p>
<ol><li class="recommendation" id="rec-1"><b class="strength">Weak against</b> Do not use the patient’s own cells.</li>
<li class="recommendation" id="rec-2"><b class="strength">Strong for</b> Offer exercise.</li></ol>
</main>
<footer>Last reviewed January 14, 2026. We use cookies.</footer>
</body></html>"""

NOISE: dict[str, Callable[[str], str]] = {
    "another menu": lambda page: page.replace("<nav>", '<nav><a href="/new/">News</a>'),
    "another footer": lambda page: page.replace("January 14, 2026", "March 1, 2026"),
    "a cookie banner": lambda page: page.replace("<main>", '<div class="cookies"><p>Accept cookies?</p></div><main>'),
    "another nonce": lambda page: page.replace("a1", "b2").replace("var t = 1", "var t = 2"),
    "order of attributes": lambda page: page.replace('class="page" id="top"', 'id="top" class="page"').replace(
        'class="recommendation" id="rec-1"', 'id="rec-1" data-x="7" class="recommendation new"'
    ),
    "white space": lambda page: page.replace("\n", "\n\n   ").replace("Offer exercise", "Offer\n\t exercise"),
    "non-breaking spaces": lambda page: page.replace("Offer exercise", "Offer&nbsp;exercise"),
    "soft hyphens": lambda page: page.replace("exercise", "exer&shy;cise"),
    "plain quotes": lambda page: page.replace("’", "'"),
    "a ligature": lambda page: page.replace("Offer", "Oﬀer"),
    "a comment": lambda page: page.replace("<main>", "<main><!-- rendered in 12 ms -->"),
    "a date stamp": lambda page: page.replace("</main>", '<p class="stamp">Rendered 2026-03-01 10:00</p></main>'),
    "other tags around the same words": lambda page: page.replace("Offer exercise", "Offer <em>exercise</em>"),
    "a view counter": lambda page: page.replace("</main>", "<aside>1,234 views</aside></main>"),
}

CHANGES: dict[str, tuple[Callable[[str], str], str]] = {
    "a recommendation": (lambda page: page.replace("Offer exercise.", "Offer exercise weekly."), "recommendations"),
    "a strength": (lambda page: page.replace("Weak against", "Strong against"), "recommendations"),
    "one recommendation more": (
        lambda page: page.replace("</ol>", '<li class="recommendation">New.</li></ol>'),
        "recommendations",
    ),
    "an edition": (lambda page: page.replace("Version 2.0 – 2020", "Version 3.0 – 2025"), "edition"),
    "a publication date": (lambda page: page.replace("July 2020", "August 2020"), "published"),
    "a withdrawal": (
        lambda page: page.replace("<p>Version", "<p>This guideline has been withdrawn.</p><p>Version"),
        "state",
    ),
    "an archive note": (lambda page: page.replace("<h1>", "<h1>ARCHIVED: "), "state"),
    "a title": (lambda page: page.replace("Hip &amp; Knee", "Knee"), "title"),
}


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return load_publisher(Path(__file__).parents[2] / "watchlists" / "publishers" / "va-dod.yaml")


def read(text: str, publisher: Publisher) -> GuidelineDocument:
    return read_document(Kept(body=text.encode(), url=URL), publisher, OA)


def test_every_field_of_a_page_is_read(publisher: Publisher) -> None:
    document = read(PAGE, publisher)

    assert (document.publisher, document.url, document.state) == ("VA/DoD", URL, "current")
    assert document.title == "Non-Surgical Management of Hip & Knee Osteoarthritis"
    assert (document.edition, document.published, document.updated) == ("2.0 (2020)", "2020-07", "")
    first, second = document.recommendations
    assert (first.number, first.strength, first.text) == ("1", "Weak against", "Do not use the patient's own cells.")
    assert (second.number, second.strength, second.text) == ("2", "Strong for", "Offer exercise.")
    assert from_json(as_json(document)) == document


@pytest.mark.parametrize("noise", NOISE)
def test_noise_on_a_page_is_no_change(noise: str, publisher: Publisher) -> None:
    """P26: what changes only in look, order or date stamp is never a finding."""
    assert NOISE[noise](PAGE) != PAGE
    assert digest(read(NOISE[noise](PAGE), publisher)) == digest(read(PAGE, publisher))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_meaning_is_seen_in_its_field(change: str, publisher: Publisher) -> None:
    spell, name = CHANGES[change]
    before, after = read(PAGE, publisher), read(spell(PAGE), publisher)

    assert digest(before) != digest(after)
    assert getattr(before, name) != getattr(after, name)


@pytest.mark.parametrize(
    "words",
    [
        "Two trials were withdrawn before they reported.",
        "Version 1.0 of this guideline has been archived.",
        "The committee has withdrawn an earlier draft.",
        "Older guidelines were archived.",
    ],
)
def test_words_about_other_withdrawals_do_not_withdraw_a_guideline(words: str, publisher: Publisher) -> None:
    assert read(PAGE.replace("<h1>", f"<p>{words}</p><h1>"), publisher).state == "current"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "not a page",
        PAGE[:-20],
        PAGE[:600],
        PAGE.replace("<h1>", "<h2>").replace("</h1>", "</h2>"),
        PAGE.replace("Version 2.0", "Edition"),
        "<html><body><h1>Sign in</h1></body></html>",
        "<html><body></body></html>",
        "<html><body>" + "<div>" * 5000 + PAGE + "</html>",
    ],
    ids=range(9),
)
def test_what_is_not_the_whole_page_of_a_guideline_is_refused(broken: str, publisher: Publisher) -> None:
    """P25: a wall, a cut or a gutted page is no guideline with less in it."""
    with pytest.raises(UnreadablePage):
        read(broken, publisher)


def test_hostile_markup_is_refused_or_read_as_text_at_once(tmp_path: Path) -> None:
    """P48: no entity is resolved, no file is read, and depth without end is refused."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        f'<!ENTITY x SYSTEM "file://{secret}">]><html><body><h1>&b;&x;</h1></body></html>'
    )

    assert "hidden" not in open_page(bomb.encode(), url=URL).text
    assert "haha" not in open_page(bomb.encode(), url=URL).text
    with pytest.raises(UnreadablePage):
        open_page(b"<html><body>" + b"<div>" * 100_000, url=URL)


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("<p>é – ’</p>".encode(), ""),
        ("<p>é – ’</p>".encode("cp1252"), ""),
        ("<p>é – ’</p>".encode("cp1252"), "windows-1252"),
        ("<meta charset='windows-1252'><p>é – ’</p>".encode("cp1252"), ""),
        ("<p>é – ’</p>".encode("utf-16"), "utf-8"),
        ("\ufeff<p>é – ’</p>".encode(), "latin-1"),
        ("<p>é – ’</p>".encode(), "no-such-charset"),
    ],
)
def test_a_page_is_read_in_the_charset_it_was_written_in(body: bytes, charset: str) -> None:
    assert open_page(body, url=URL, charset=charset).texts("//p") == ["é – '"]


def test_words_of_two_cells_do_not_grow_together() -> None:
    page = open_page(b"<table><tr><td>25<td>trials</table><p>one<br>two</p><p>w<b>or</b>d</p>", url=URL)

    assert page.text == "25 trials one two word"


def test_the_main_text_leaves_out_what_stands_on_every_page() -> None:
    words = "A paragraph about the care of people with osteoarthritis that is long enough to be told from a menu. " * 5
    html = (
        f"<html><body><nav><a href='/'>Home</a></nav><article><h1>Care</h1><p>{words}</p></article>"
        "<footer>Copyright</footer></body></html>"
    )
    text = [passage.text for passage in content_of(open_page(html.encode(), url=URL)).passages]

    assert normalised(words) in text
    assert not {"Copyright", "Home"} & set(text)


def test_a_kept_page_gives_back_all_that_is_known_of_it(publisher: Publisher) -> None:
    body = b"<!-- c -->\xff\x00 " + PAGE.encode()
    kept = Kept(body=body, url='https://x.org/a--b?c=-->&d="', charset="utf-8", read=read(PAGE, publisher))

    assert unpack(pack(kept)) == kept
    assert unpack(body) == Kept(body=body)
    assert unpack(b"<!-- freshness-monitor {bad} -->\n") == Kept(body=b"<!-- freshness-monitor {bad} -->\n")


def test_an_edit_of_a_recipe_is_another_reader_and_old_pages_are_read_by_it(publisher: Publisher) -> None:
    source = _source(publisher)
    kept = pack(Kept(body=PAGE.encode(), url=URL, read=read(PAGE, publisher)))
    edited = _with_xpath(publisher, "published", "//h6")
    elsewhere = _with_xpath(publisher, "title", "//h6")

    assert source.reread(kept) == read(PAGE, publisher)
    assert _source(edited).reader != source.reader
    assert _source(edited).reread(kept).published == ""
    assert _source(elsewhere).reread(kept) == read(PAGE, publisher), "the old layout no longer fits, and is no news"


def test_pace_and_examples_are_no_part_of_the_reader(publisher: Publisher) -> None:
    assert _source(replace(publisher, pace_seconds=9, examples=())).reader == _source(publisher).reader


def test_every_recipe_reads_its_examples() -> None:
    folder = Path(__file__).parents[2] / "watchlists"
    others = [load_publisher(path) for path in sorted((folder / "alternatives").glob("*.yaml"))]

    assert [
        (recipe.key, *mistake)
        for recipe in (*load_watchlists(folder).publishers, *others)
        for mistake in mistakes(recipe)
    ] == []


def test_an_example_that_is_read_otherwise_is_told_with_its_key(publisher: Publisher) -> None:
    first, *others = publisher.examples
    wrong = replace(first, expect={**first.expect, "edition": "9.9"}, recommendations=7)
    cut = replace(first, html="<html>")

    assert list(mistakes(replace(publisher, examples=(wrong, *others, cut)))) == [
        ("examples[0].expect.edition", "is '2.0 (2020)', not '9.9'"),
        ("examples[0].expect.recommendations", "is 2, not 7"),
        ("examples[2]", "cannot be read: the page ends before '</html'"),
    ]


@pytest.mark.parametrize("strength", ["A", "B", "C", "Strong"])
def test_a_grade_that_begins_like_the_advice_is_never_cut_from_its_words(strength: str, publisher: Publisher) -> None:
    """“Avoid …” of grade A must not become “void …”, which would turn its direction."""
    row = f'<li class="recommendation" id="rec-1">Avoid opioids. <b class="strength">{strength}</b></li>'
    document = read(PAGE.replace("</ol>", f"{row}</ol>"), publisher)

    assert document.recommendations[-1].text == "Avoid opioids."
    assert document.recommendations[-1].strength == strength


def test_a_recipe_may_say_where_the_words_of_a_recommendation_stand(publisher: Publisher) -> None:
    rule = RecommendationRule(
        xpath="//tr",
        text=FieldRule(xpath="./td[2]"),
        number=FieldRule(xpath="./td[1]"),
        strength=FieldRule(xpath="./td[3]"),
    )
    recipe = replace(publisher, channel=replace(publisher.pages, recommendations=rule))
    table = "<table><tr><td>1.2</td><td>Consider exercise.</td><td>C</td><td>2024</td></tr></table>"
    [advice] = read(PAGE.replace("</main>", f"{table}</main>"), recipe).recommendations

    assert (advice.number, advice.text, advice.strength) == ("1.2", "Consider exercise.", "C")


def test_a_page_saved_by_hand_is_known_by_its_title(publisher: Publisher) -> None:
    assert read_recording(PAGE.encode(), publisher).identifier == OA
    other = read_recording(PAGE.replace("Hip &amp; Knee Osteoarthritis", "Gout").encode(), publisher)
    assert str(other.identifier) == "guideline:va-dod/non-surgical-management-of-gout"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("July 2020", "2020-07"),
        ("Jul. 2020", "2020-07"),
        ("January 14, 2026", "2026-01-14"),
        ("14 January 2026", "2026-01-14"),
        ("1st May 2024", "2024-05-01"),
        ("2024-05-01", "2024-05-01"),
        ("May 2024", "2024-05"),
        ("2020", "2020"),
        ("03/04/2024", "03/04/2024"),
        ("February 31, 2024", "February 31, 2024"),
        ("", ""),
        ("Spring 2024", "Spring 2024"),
    ],
)
def test_a_date_is_read_only_where_it_can_mean_one_day_or_month(text: str, iso: str) -> None:
    assert as_iso(text) == iso


@pytest.mark.parametrize(
    ("text", "organisation", "context", "identity"),
    [
        (
            "2020 VA/DoD Clinical Practice Guidelines",
            "VA/DoD",
            "Cells for the knee. They suggest against injections of stem cells for hip and knee osteoarthritis.",
            "va-dod/hip-knee-oa",
        ),
        ("the VA/DoD guideline on low-back pain", "", "Knee osteoarthritis and other pains", "va-dod/low-back-pain"),
        (
            "Department of Veterans Affairs guideline",
            "",
            "Care of major depressive disorders",
            "va-dod/major-depression",
        ),
        ("2019 ACR/Arthritis Foundation guideline", "American College of Rheumatology", "knee osteoarthritis", None),
        ("VA/DoD guideline", "VA/DoD", "Care of gout", None),
        ("NOVA/DoDo guideline", "", "knee osteoarthritis", None),
    ],
)
def test_prose_that_names_a_publisher_and_a_subject_means_its_guideline(
    text: str, organisation: str, context: str, identity: str | None, publisher: Publisher
) -> None:
    found = identities((publisher,), text, organisation, 2020, context)

    assert [candidate.identifier.value for candidate in found[:1]] == ([identity] if identity else [])
    if found:
        assert found[0].confidence >= 0.9
        assert "2020" in found[0].because
        assert len(found) == 1 or found[0].confidence > found[1].confidence


def test_one_page_is_recognised_in_every_spelling_of_its_address() -> None:
    spellings = (URL, URL.lower(), URL.rstrip("/"), f"{URL}index.asp", f"{URL}?utm_source=x", f"{URL}#top")

    assert {same_page(spelling) for spelling in spellings} == {same_page(URL)}


def _with_xpath(publisher: Publisher, name: str, xpath: str) -> Publisher:
    pages = publisher.pages
    return replace(
        publisher, channel=replace(pages, fields={**pages.fields, name: replace(pages.fields[name], xpath=xpath)})
    )


def _source(publisher: Publisher) -> GuidelinePublisher:
    return GuidelinePublisher(Client(clock=HandClock(), contact="tests@example.org"), publisher)
