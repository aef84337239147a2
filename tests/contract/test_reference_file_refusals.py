"""A file of references that is wrong is refused whole, row by row, soon, and with what to do."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.intake import UnreadableArticle, read_article, read_list
from monitor.intake.reference_files import UnreadableReferences

RECORD = "TY  - JOUR\nTI  - A fine title\nER  - \n"


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("a.ris", RECORD + "TY  - JOUR\nTI  - Open\n", 4, "record 2 has no end"),
        ("a.ris", "TY  - JOUR\nTI  - Open\nTY  - JOUR\nTI  - B\nER  - \n", 3, "record 1 has no end"),
        ("a.ris", "AU  - Moe, A\n" + RECORD, 1, "AU stands outside of a record"),
        ("a.ris", RECORD + "\nstray words\n", 5, "'stray words' stands outside"),
        ("a.ris", RECORD + "TY  - JOUR\nTI  - B\nDO  - ten.1000\nER  - \n", 4, "record 2: 'ten.1000' is no DOI"),
        ("a.ris", "TY  - JOUR\nKW  - knees\nER  - \n", 1, "record 1: neither a title nor an identifier"),
        ("a.ris", "Hello there.\n", 1, "no reference was found"),
        ("a.bib", "@article{a, title={Open\n\n@article{b, title={Fine}}\n", 1, "cannot be read"),
        ("a.bib", "@article{a, title={One}}\n\n@article{a, title={Two}}\n", 3, "the key 'a' was used before"),
        ("a.bib", "@article{a, title={One}, title={Two}}\n", 1, "gives title twice"),
        ("a.bib", "Hello there.\n", 1, "no reference was found"),
        ("a.nbib", "PMID- 31000001\nTI  - One\n\nHello there.\n", 4, "'Hello there.' is no field"),
        ("a.nbib", "      goes on\n", 1, "none stands above it"),
        ("a.nbib", "PMID- many\nTI  - One\n", 1, "record 1: 'many' is no PMID"),
        ("a.json", '[{"title": "One"},\n{"title": "Two",}]', 2, "this is no JSON"),
        ("a.json", '[{"title": "One"}, 7]', 1, "record 2: '7' is no citation"),
        ("a.json", '[{"title": ["One"]}]', 1, "record 1: title is no text"),
        ("a.json", '[{"title": "One", "author": "Moe"}]', 1, "record 1: author is no list"),
        ("a.json", '"One"', 1, "no list of citations"),
        ("a.json", "[]", 1, "no reference was found"),
        (
            "a.json",
            '[{"title":"A","citation-number":1},{"title":"B","citation-number":1}]',
            1,
            "that of record 1 as well",
        ),
        ("a.ris", "", 1, "empty"),
        ("a.ris", "TY  - JOUR\nTI  - \0\n", 2, "NUL"),
        ("a.txt", "No list at all.", 1, "no list of references"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_record_and_advice(name: str, text: str, line: int, words: str) -> None:
    """P55."""
    with pytest.raises(UnreadableArticle) as refusal:
        read_list(text.encode(), name=name)

    assert str(refusal.value).startswith(f"{name}:{line}: ")
    assert words in str(refusal.value)


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_taken() -> None:
    bad = "TY  - JOUR\nTI  - B\nDO  - none at all\nER  - \n"

    with pytest.raises(UnreadableReferences) as refusal:
        read_article((RECORD + bad * 30).encode(), name="a.ris")

    assert len(refusal.value.problems) == 30
    told = str(refusal.value).split("\n")
    assert told[1].startswith("a.ris:8: record 3: ")
    assert told[-1] == "and 10 more; nothing was taken from the file"


def test_characters_that_hide_or_reorder_words_are_taken_out_of_references() -> None:
    article = read_article("TY  - JOUR\nTI  - Safe\u200b \u202edoses\u202c\nER  - \n".encode(), name="a.ris")
    (reference,) = read_list(rb'[{"title": "Safe\u200b \u202edoses\u0000\ue000"}]', name="a.json")

    assert article.references[0].title == reference.title.replace("\0", "") == "Safe doses"


def test_latex_commands_read_no_files() -> None:
    text = r"@article{a, title={Fine \input{/etc/hostname} \include{/etc/hostname} title}}"

    assert read_list(text.encode(), name="a.bib")[0].title == "Fine title"


def test_latex_that_no_reader_understands_stays_as_it_is() -> None:
    text = r"@article{a, title={Fine \'\input{x} title}}"

    assert read_list(text.encode(), name="a.bib")[0].title == r"Fine \'\inputx title"


def test_a_field_that_was_never_closed_is_told() -> None:
    with pytest.raises(UnreadableArticle, match="the title has 60000 characters"):
        read_list(f"TY  - JOUR\nTI  - {'x' * 60_000}\nER  - \n".encode(), name="a.ris")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ris", "TY  - \n" * 60_000),
        ("a.ris", "TY  - JOUR\n" + "AU  - A, B\n" * 60_000 + "ER  - \n"),
        ("a.ris", "TY  - JOUR\nTI  - " + "word\n" * 90_000 + "ER  - \n"),
        ("a.ris", "\n" * 500_000 + RECORD),
        ("a.bib", "@article{a, title={" + "{" * 4_000 + "}" * 4_000 + "}}"),
        ("a.bib", "@article{a," * 9_000),
        ("a.bib", "@a{b," * 900_000),
        ("a.bib", "@" * 200_000),
        ("a.bib", "@article{a, title={" + "\\frac" * 900 + "$" * 99 + "\\begin{a}" * 9 + "}}"),
        ("a.bib", "@article{a, author={" + "A and " * 60_000 + "B}, title={x}}"),
        ("a.bib", "@article{a, author={" + "{" * 4_000 + "}}"),
        ("a.bib", '@article{a, title="' + '{"}' * 20_000 + '"}'),
        ("a.nbib", f"PMID- 1\nLID - {'x' * 400_000}\n"),
        ("a.ris", "TY  - JOUR\nTI  - x\nSP  - " + "1" * 4_900 + "\nER  - "),
        ("a.ris", "TY  - JOUR\nTI  - x\nDO  - 10.1000/x" + ")" * 4_000 + "\nER  - "),
        ("a.ris", ("TY  - JOUR\nTI  - " + "A. B. " * 800 + "\nER  - \n") * 10),
        ("a.nbib", "PMID- 1\n" + "      word\n" * 90_000),
        ("a.nbib", "PMID- 1\n\n" * 30_000),
        ("a.json", "[" * 200_000),
        ("a.json", '{"items":' * 50_000),
        ("a.json", '[{"title": "a", "volume": ' + "9" * 100_000 + "}]"),
        ("a.json", '[{"title": "' + "A. B. " * 800 + '"}]'),
    ],
)
@pytest.mark.timeout(20)
def test_a_file_made_to_be_slow_is_answered_soon(name: str, text: str) -> None:
    try:
        assert read_list(text.encode(), name=name)
    except UnreadableArticle:
        return


PIECES = st.sampled_from(
    [
        "TY  - JOUR\n",
        "ER  - \n",
        "TI  - A title\n",
        "AU  - Moe, A\n",
        "AU  - ,\n",
        "  more\n",
        "DO  - 10.1000/x\n",
        "PY  - 20\n",
        "UR  - ;\n",
        "@article{",
        "key,",
        "title={A {B} \\'e",
        "}",
        "author={A and , B and {",
        "\\",
        "$",
        "%",
        "@string{x=",
        "#",
        '"',
        "PMID- 1\n",
        "TI  - One\n",
        "      more\n",
        "AU  - \n",
        "\n",
        "[",
        "{",
        '"title"',
        ":",
        '"author"',
        '"issued"',
        '"date-parts"',
        "[[2019]]",
        ",",
        "]",
        "null",
        "1e999",
        "-0",
        "<article>",
        "</article>",
        "<front><article-meta><title-group><article-title>T</article-title></title-group></article-meta></front>",
        "<body><p>Some words here",
        "<xref ref-type='bibr' rid='a b'>1</xref>",
        "</p></body>",
        "<ref-list><ref id='a'>",
        "<mixed-citation>Moe A. <article-title>T</article-title>",
        "</mixed-citation></ref></ref-list>",
        "<!DOCTYPE article [<!ENTITY a 'b'>]>",
        "&a;",
        "&lt;",
        "<?xml version='1.0'?>",
        "\ue000",
        "\u202e",
    ]
)
NAMES = st.sampled_from(["a.ris", "a.bib", "a.nbib", "a.json", "a.nxml", "a.xml", "a"])
FUZZ = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FUZZ
@given(text=st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)), name=NAMES)
def test_any_text_is_an_article_or_refused_in_every_format(text: str, name: str) -> None:
    try:
        article = read_article(text.encode(), name=name)
    except UnreadableArticle:
        return

    assert article.title
    assert article.claims or article.references
    assert len({item.key for item in article.references}) == len(article.references)


@FUZZ
@given(body=st.binary(max_size=200), name=NAMES)
def test_any_bytes_are_an_article_or_refused_in_every_format(body: bytes, name: str) -> None:
    try:
        article = read_article(body, name=name)
    except UnreadableArticle:
        return

    assert article.claims or article.references
