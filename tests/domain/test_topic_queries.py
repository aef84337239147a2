"""PubMed's syntax as far as our engine runs it exactly, and a refusal with position and reason beyond."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.topics import UnsupportedQuery, parse
from monitor.domain.topics.query import And, Days, Field, Name, Not, Or, Query, Words

KNEE, HIP, GOUT = (Words(Field.TITLE_ABSTRACT, (word,)) for word in ("knee", "hip", "gout"))

READ: list[tuple[str, Query]] = [
    ("knee[tiab]", KNEE),
    ("Knee[Title/Abstract]", KNEE),
    ("KNEE [TIAB]", KNEE),
    ('"knee"[tiab]', KNEE),
    ("knee[tiab] AND hip[tiab]", And((KNEE, HIP))),
    ("knee[tiab] AND hip[tiab] AND gout[tiab]", And((KNEE, HIP, GOUT))),
    ("knee[tiab] OR hip[tiab] AND gout[tiab]", And((Or((KNEE, HIP)), GOUT))),
    ("knee[tiab] OR (hip[tiab] AND gout[tiab])", Or((KNEE, And((HIP, GOUT))))),
    ("knee[tiab] NOT hip[tiab]", Not(KNEE, HIP)),
    ("knee[tiab] NOT (hip[tiab] NOT gout[tiab])", Not(KNEE, Not(HIP, GOUT))),
    ("((knee[tiab]))", KNEE),
    ('"stem cell"[ti]', Words(Field.TITLE, ("stem", "cell"))),
    ('"stem cell*"[ti]', Words(Field.TITLE, ("stem", "cell"), truncated=True)),
    ("randomi*[tiab]", Words(Field.TITLE_ABSTRACT, ("randomi",), truncated=True)),
    ("double-blind[tiab]", Words(Field.TITLE_ABSTRACT, ("double", "blind"))),
    ("Sjögren[ot]", Words(Field.KEYWORD, ("sjogren",))),
    ("Osteoarthritis, Knee[mh:noexp]", Name(Field.HEADING, "osteoarthritis, knee")),
    ('"Osteoarthritis, Knee"[MeSH Terms:noexp]', Name(Field.HEADING, "osteoarthritis, knee")),
    ("Asthma/drug therapy[mh:noexp]", Name(Field.HEADING, "asthma/drug therapy")),
    ("osteoarth*[majr]", Name(Field.MAJOR_HEADING, "osteoarth", truncated=True)),
    ("randomized controlled trial[pt]", Name(Field.TYPE, "randomized controlled trial")),
    ('"Cochrane Database Syst Rev"[ta]', Name(Field.JOURNAL, "cochrane database syst rev")),
    ("english[la]", Name(Field.LANGUAGE, "eng")),
    ("ger[Language]", Name(Field.LANGUAGE, "ger")),
    ("0123[pmid]", Name(Field.PMID, "123")),
    ("2026[dp]", Days(Field.PUBLISHED, date(2026, 1, 1), date(2026, 12, 31))),
    ("2024/02[pdat]", Days(Field.PUBLISHED, date(2024, 2, 1), date(2024, 2, 29))),
    ("2026/01/05:2026/02[crdt]", Days(Field.CREATED, date(2026, 1, 5), date(2026, 2, 28))),
    ('"2026/01/05"[crdt] : "3000"[crdt]', Days(Field.CREATED, date(2026, 1, 5), date(3000, 12, 31))),
]

REFUSED: list[tuple[str, int, str]] = [
    ("", 0, "the query is empty"),
    ("   ", 0, "the query is empty"),
    ("knee", 0, "a term without a field tag"),
    ("knee[tiab] hip[tiab]", 11, "an operator (AND, OR, NOT) is missing"),
    ("knee[tiab] and hip[tiab]", 11, "operators are written in capitals: AND"),
    ("NOT hip[tiab]", 0, "NOT has nothing before it"),
    ("knee[tiab] AND", 14, "a term is missing"),
    ("knee[tiab] AND OR hip[tiab]", 15, "OR has nothing before it"),
    ("(knee[tiab]", 0, "this bracket is never closed"),
    ("knee[tiab])", 10, "a bracket is closed that was never opened"),
    ("()", 1, "a term is missing"),
    ('"knee[tiab]', 0, "this quote is never closed"),
    ("knee[tiab", 4, "this field tag is never closed"),
    ("[tiab]", 0, "a field tag has nothing before it"),
    ("knee[au]", 4, "the field [au] is not supported"),
    ("hasretractionin[sb]", 15, "the field [sb] is not supported"),
    ('"knee pain"[tiab:~3]', 11, "proximity is not supported"),
    ("Knee[mh]", 4, "PubMed adds all narrower headings, which are not known here; [mh:noexp]"),
    (
        '"Knee Joint/surgery"[MeSH Major Topic]',
        20,
        "PubMed adds all narrower headings, which are not known here; [majr",
    ),
    ("stem cell[tiab]", 0, "several words need quotes"),
    ('"stem" "cell"[tiab]', 7, "an operator is missing between these terms"),
    ("*itis[tiab]", 0, "'*' is supported nowhere but as * at the end"),
    ("arthr*itis[tiab]", 0, "'*' is supported nowhere but as * at the end"),
    ("knee?[tiab]", 0, "'?' is supported nowhere"),
    ("kne*[tiab]", 0, "* needs 4 letters before it"),
    ("...[tiab]", 0, "there is no word in this term"),
    ("12a[pmid]", 0, "a PMID is a number"),
    ("klingon[la]", 0, "this language is not known"),
    ("last year[dp]", 0, "a date is written"),
    ("2026/02/30[dp]", 0, "there is no day 2026/02/30"),
    ("2026:2025[dp]", 0, "the range ends before it begins"),
    ("2026:[dp]", 0, "the end of the range is missing"),
    ('"2026"[dp] : "2027"[crdt]', 11, "a range needs two dates of one field"),
]


@pytest.mark.parametrize(("text", "query"), READ, ids=[text for text, _ in READ])
def test_what_is_supported_is_read_as_pubmed_reads_it(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(("text", "position", "reason"), REFUSED, ids=[text or "empty" for text, _, _ in REFUSED])
def test_what_is_not_supported_is_refused_with_position_and_reason(text: str, position: int, reason: str) -> None:
    with pytest.raises(UnsupportedQuery) as caught:
        parse(text)

    assert (caught.value.position, caught.value.reason[: len(reason)]) == (position, reason)
    assert f"at character {position + 1}" in str(caught.value)


def test_brackets_nested_beyond_reason_are_refused() -> None:
    with pytest.raises(UnsupportedQuery, match="nested too deeply"):
        parse("(" * 500 + "knee[ti]" + ")" * 500)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_read_or_refused(text: str) -> None:
    with suppress(UnsupportedQuery):
        parse(text)


WORDS = st.sampled_from(["knee", "cells", "trial"])
LEAVES: st.SearchStrategy[Query] = st.one_of(
    st.builds(
        Words, st.sampled_from([Field.TITLE, Field.TITLE_ABSTRACT]), st.lists(WORDS, min_size=1, max_size=3).map(tuple)
    ),
    st.builds(Name, st.sampled_from([Field.HEADING, Field.TYPE]), WORDS, st.booleans()),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        st.builds(Not, inner, inner),
    ),
    max_leaves=8,
)


def written(query: Query) -> str:
    """A query in PubMed's syntax, every operator in brackets."""
    match query:
        case And(parts):
            return "(" + " AND ".join(map(written, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(written, parts)) + ")"
        case Not(kept, excluded):
            return f"({written(kept)} NOT {written(excluded)})"
        case Words(field, words, truncated):
            return f'"{" ".join(words)}{"*" if truncated else ""}"[{field}]'
        case Name(Field.HEADING | Field.MAJOR_HEADING as field, name, False):
            return f'"{name}"[{field}:noexp]'
        case Name(field, name, truncated):
            return f'"{name}{"*" if truncated else ""}"[{field}]'
        case Days(field, first, last):
            return f"{first:%Y/%m/%d}:{last:%Y/%m/%d}[{field}]"


def flat(query: Query) -> Query:
    """As a chain from left to right is read: brackets around its first part make no difference."""
    match query:
        case And(parts) | Or(parts):
            kind = type(query)
            first, *others = map(flat, parts)
            return kind((*(first.parts if isinstance(first, kind) else (first,)), *others))
        case Not(kept, excluded):
            return Not(flat(kept), flat(excluded))
        case _:
            return query


@given(QUERIES)
def test_a_query_that_is_written_out_is_read_as_the_same(query: Query) -> None:
    assert parse(written(query)) == flat(query)
