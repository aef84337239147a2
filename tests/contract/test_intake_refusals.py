"""What cannot be read is refused with file, line and advice; whatever can be read keeps its promises."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.intake import UnreadableArticle, read_article
from monitor.intake.dates import date_in

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = st.sampled_from(
    [
        "Rest helps",
        "Stage 3",
        "# Title",
        "## References",
        "References",
        "Guideline",
        "- item",
        "  - nested",
        "1. one",
        "[1]",
        "[^a]: note",
        "[^a]",
        "2, 5",
        "¹²",
        "The 2019 ACR guideline",
        "| a | b |",
        "|---|---|",
        "Last updated: 3 Dec 2025",
        "<p>x<sup>1</sup></p>",
        "<ol><li>One, 2020</li></ol>",
        "<h1>T</h1>",
        "A sentence ends here.",
        "。",
        "10⁹",
        "(1)",
        "",
        "> quoted",
        "Which one?",
        "Lie A. Title. J. 2001;1:1.",
        "```",
        "---",
        "I^2",
        "\u202egnol",
        "Rest helps (Lie 2019; Moe et al., 2020a).",
        "- Lie A. (2019). One.",
        "<p>Rest<sup><a href='#a'>a</a></sup></p>",
        "<p id='a'>See <a href='#b'>b</a>. Lie 2019</p>",
        "<p id='b'>See <a href='#a'>a</a></p>",
        "<ol><li id='r1'>Lie 2019 <a href='#x1'>^</a></li><li>Two</li></ol>",
        "<sup id='x1'><a href='#r1'>[1]</a></sup>",
        "<dl><dt>1</dt><dd id='r2'>Moe 2020</dd></dl>",
        "<details><summary>Sources</summary><table><tr><td>1</td><td>A</td></tr></table></details>",
        "参考文献",
        "【１】",
        "休息有效［2－3］。",
        "المراجع",
        "يفيد [٣].",
        "z. B. am 3. Mai",
        "[a](https://doi.org/10.1000/a)",
        "Further reading",
        "\ue0001\ue001",
    ]
)


@pytest.mark.parametrize(
    ("body", "line", "advice"),
    [
        (b"", 1, "empty"),
        (b" \n\t\n", 1, "empty"),
        (b"Title\n\nText\x00 here.", 3, "NUL"),
        (b"%PDF-1.7 ...", 1, "PDF"),
        (b"PK\x03\x04....", 1, "office"),
        (b"Fine\n\xff\xfe bad", 2, "UTF-8"),
        (b"Only a Title", 1, "title"),
        (b"# Only a Title\n", 1, "text"),
    ],
)
def test_what_is_no_article_is_refused_with_file_line_and_advice(body: bytes, line: int, advice: str) -> None:
    """P55: a wrong import is told row by row, and never taken in by half."""
    with pytest.raises(UnreadableArticle) as refusal:
        read_article(body, name="page.txt" if b"#" not in body else "page.md")

    assert str(refusal.value).startswith(f"page.{'md' if b'#' in body else 'txt'}:{line}: ")
    assert advice in refusal.value.reason


def test_a_file_too_large_for_an_article_is_refused_at_once() -> None:
    with pytest.raises(UnreadableArticle, match="MB"):
        read_article(b"x" * 5_000_001, name="dump.txt")


def test_fifty_megabytes_are_refused_at_once_and_by_name() -> None:
    for name in ("dump.txt", "dump.md", "dump.html"):
        with pytest.raises(UnreadableArticle, match=rf"{name}:1: .*5 MB; give one article, or a part of the list"):
            read_article(b"x" * 50_000_000, name=name)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("long.md", "# T\n\n" + "- Rest\n" * 200_000),
        ("long.txt", "T\n\nReal words stand here.\n\n" + "- Rest\n" * 200_000),
        ("long.html", "<h1>T</h1><ol>" + "<li>Rest" * 40_000),
    ],
)
@pytest.mark.timeout(60)
def test_a_list_that_no_article_has_is_refused_with_advice(name: str, body: str) -> None:
    with pytest.raises(UnreadableArticle, match="more than 20,000 lines; give one article only"):
        read_article(body.encode(), name=name)


def test_a_list_of_more_references_than_any_article_has_is_refused_with_advice() -> None:
    body = "# T\n\nRest helps [1].\n\n## References\n\n" + "- Smith A. 2019.\n" * 5_001

    with pytest.raises(UnreadableArticle, match="more than 5,000 references; give one article only"):
        read_article(body.encode(), name="long.md")


@pytest.mark.parametrize(
    "body", ["<h1>T</h1><p>Rest &#0; &#x202e;helps&#x2066;.</p>", "# T\n\nRest &#x202e;helps\u2066."]
)
def test_entities_bring_no_hidden_characters_in(body: str) -> None:
    text = read_article(body.encode(), name="page.html" if "<" in body else "page.md").text

    assert not set(text) & {"\0", "\u202e", "\u2066"}


def test_a_number_that_the_list_has_twice_belongs_to_the_first() -> None:
    text = "# T\n\nRest helps [1]. Heat does [2].\n\n## References\n\n1. A. 2019\n2. B. 2019\n2. C. 2018\n3. D. 2017\n"

    references = read_article(text.encode(), name="page.md").references

    assert [(item.number, item.text) for item in references] == [
        (1, "A. 2019"),
        (2, "B. 2019"),
        (None, "C. 2018"),
        (3, "D. 2017"),
    ]


@pytest.mark.timeout(30)
def test_footnotes_that_lead_to_each_other_in_a_circle_are_read_once() -> None:
    notes = "".join(f'<p id="n{at}">See <sup><a href="#n{(at + 1) % 900}">a</a></sup></p>' for at in range(900))
    page = f'<h1>T</h1><p>Rest helps<sup><a href="#n0">a</a></sup>.</p><h2>Sources</h2><ol><li>A. 2019</li></ol>{notes}'

    article = read_article(page.encode(), name="circle.html")

    assert article.claims[0].text == "Rest helps."
    assert [item.text for item in article.references] == ["A. 2019"]


def test_characters_that_hide_or_reorder_words_are_taken_out() -> None:
    """P55: what an editor reads is what the program reads."""
    article = read_article("# Safe\u200b Doses\n\nTake \u202e9\u202c pills\ufeff a day.\n".encode(), name="doses.md")

    assert article.title == "Safe Doses"
    assert article.claims[0].text == "Take 9 pills a day."


def test_letters_are_composed_so_that_equal_words_are_equal() -> None:
    article = read_article("# Cafe\u0301\n\nA cafe\u0301 a day is fine.\n".encode(), name="cafe.md")

    assert article.title == "Café"


def test_our_own_signs_cannot_be_smuggled_in_by_entities() -> None:
    page = "<h1>Tea</h1><p>Tea is warm &#xE000;7&#xE001; and wet.</p>"

    assert read_article(page.encode(), name="tea.html").claims[0].markers == ()


def test_deep_nesting_is_read_or_refused() -> None:
    page = "<h1>Deep</h1>" + "<div>" * 5000 + "Down here it is dark." + "</div>" * 5000

    try:
        article = read_article(page.encode(), name="deep.html")
    except UnreadableArticle:
        return
    assert article.title == "Deep"


def nested(depth: int) -> bytes:
    return f"<h1>Deep</h1><p>Up.</p>{'<div>' * depth}Down here it is dark.{'</div>' * depth}".encode()


@pytest.mark.parametrize("depth", [200, 400, 1500])
def test_words_far_down_in_a_page_are_not_lost(depth: int) -> None:
    assert "Down here it is dark." in read_article(nested(depth), name="deep.html").text


def test_a_page_too_deep_to_be_read_to_the_end_is_refused_with_advice() -> None:
    with pytest.raises(UnreadableArticle, match=r"deep.html:1: .*save the page as text"):
        read_article(nested(60_000), name="deep.html")


@pytest.mark.parametrize(
    "line",
    [
        "Mint calms. 1 " * 6_000,
        "[" * 100_000,
        "(" * 100_000,
        "**a" * 30_000,
        "1," * 50_000,
        "A B, " * 20_000,
        "<sup>" * 10_000,
        "¹" * 50_000,
        "<!--" * 20_000,
        "2019 " * 20_000,
        "Big Name " * 10_000,
        "![" * 30_000,
        "`" * 60_000,
        "a. " * 20_000,
        "(Lie 2019; " * 10_000,
        "Lie " * 20_000 + "2019",
        "<a id='n1'></a><a href='#n1'>1</a>" * 2_000,
        "<div hidden>" * 3_000,
        "<table><tr><td><ul>" * 300,
        "<p>1. a<br>" + "2. b<br>" * 20_000,
        "【1】" * 30_000,
        "A. “" * 20_000,
        "[x](https://doi.org/10.1000/x) " * 5_000,
    ],
)
@pytest.mark.timeout(20)
def test_a_page_made_to_be_slow_is_answered_soon(line: str) -> None:
    for name in ("slow.md", "slow.html", "slow.txt"):
        try:
            read_article(f"# T\n\nReal words stand here.\n\n{line}\n\nReferences\n\n{line}".encode(), name=name)
        except UnreadableArticle:
            continue


@FUZZ
@given(
    text=st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=30).map("\n".join)),
    name=st.sampled_from(["page.txt", "page.md", "page.html", "page"]),
)
def test_any_text_is_an_article_that_keeps_its_promises_or_is_refused(text: str, name: str) -> None:
    try:
        article = read_article(text.encode(), name=name)
    except UnreadableArticle:
        return

    assert article.title
    assert [claim.position for claim in article.claims] == list(range(1, len(article.claims) + 1))
    cited = {marker for claim in article.claims for marker in claim.markers}
    numbers = {item.number for item in article.references if item.number is not None}
    assert cited <= numbers | set(article.missing_markers)
    assert set(article.missing_markers) == cited - numbers
    assert set(article.uncited_numbers) == numbers - cited
    assert len({item.key for item in article.references}) == len(article.references)
    at = 0
    for claim in article.claims:
        at = article.text.index(claim.text, at) + len(claim.text)


@FUZZ
@given(body=st.binary(max_size=300), name=st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_any_bytes_are_read_or_refused(body: bytes, name: str) -> None:
    try:
        claims = read_article(body, name=name).claims
    except UnreadableArticle:
        return

    assert claims


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Last updated: December 3, 2025View editorial policy", "2025-12-03"),
        ("2025-12-03", "2025-12-03"),
        ("3 Dec 2025", "2025-12-03"),
        ("3rd December 2025", "2025-12-03"),
        ("Sept. 5, 2024", "2024-09-05"),
        ("03.12.2025", "2025-12-03"),
        ("25/12/2025", "2025-12-25"),
        ("5/5/2025", "2025-05-05"),
    ],
)
def test_dates_are_read_in_the_spellings_pages_use(text: str, iso: str) -> None:
    day = date_in(text)

    assert day is not None
    assert day.isoformat() == iso


@pytest.mark.parametrize("text", ["3/4/2025", "30 February 2025", "2025-13-01", "spring 2025", "", "May 2025"])
def test_a_date_that_is_wrong_or_could_be_read_two_ways_is_none(text: str) -> None:
    assert date_in(text) is None
