"""The engine finds exactly the pairs that a naive reading of every query against every record finds."""

from __future__ import annotations

import gzip
import random
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.identifiers import pubmed
from monitor.domain.records import HistoryDate, MeshHeading, Publication, PublicationType
from monitor.domain.topics import Engine, parse
from monitor.domain.topics.query import And, Days, Field, Name, Not, Or, Query, Words
from monitor.domain.topics.words import words_of
from monitor.sources.pubmed import read_articles
from tests.contract.naive_queries import answers

BATCH = 5_000
BY_HAND = (
    "knee*[tiab]",
    '"stem cell*"[tiab] AND (knee[tiab] OR "Osteoarthritis, Knee"[mh:noexp])',
    '("randomized controlled trial"[pt] OR randomized[tiab]) NOT (animals[mh:noexp] NOT humans[mh:noexp])',
    "retracted publication[pt]",
    "published erratum[pt] OR erratum[ti]",
    '"systematic review"[pt] OR "systematic review"[ti] OR meta-analysis[ti]',
    "covid-19[tiab] AND vaccin*[tiab]",
    '"covid-19"[ti] NOT review[pt]',
    "covid-19[ot]",
    "Humans[mh:noexp] AND Female[mh:noexp] NOT Male[mh:noexp]",
    "neoplas*[mh]",
    "neoplas*[majr]",
    "Diabetes Mellitus, Type 2/drug therapy[mh:noexp]",
    '"PLoS One"[ta] AND 2021[dp]',
    '"1932-6203"[ta]',
    '"N Engl J Med"[ta] OR Lancet[ta] OR JAMA[ta] OR BMJ[ta]',
    "english[la] NOT english[la]",
    "german[la] OR french[la] OR spanish[la]",
    "2021/06/01:2021/06/08[dp]",
    "2021/06/07:2021/06/08[crdt]",
    '"2020"[dp] : "2020/06"[dp]',
    "2015:2019[dp] AND cancer*[ti]",
    "34090406[pmid] OR 34092875[pmid] OR 1[pmid]",
    "β-lactam*[tiab] OR beta-lactam*[tiab]",
    "sjögren*[tiab] OR sjogren[tiab]",
    "(((asthma[tiab])))",
    "asthma[tiab] OR copd[tiab] AND steroid*[tiab]",
    "asthma[tiab] OR (copd[tiab] AND steroid*[tiab])",
    '"of the"[ti] AND "in the"[tiab]',
    "vitamin[ti] AND (d[ti] OR d3[ti]) NOT (mice[tiab] OR rats[tiab])",
)


def found_by_engine(records: list[Publication], queries: dict[str, Query]) -> set[tuple[str, str]]:
    engine = Engine()
    for name, query in queries.items():
        engine.put(name, query)
    pairs: set[tuple[str, str]] = set()
    for start in range(0, len(records), BATCH):
        some = records[start : start + BATCH]
        for record, names in zip(some, engine.match(some), strict=True):
            pairs |= {(record.pmid, name) for name in names}
    return pairs


def found_naively(records: list[Publication], queries: dict[str, Query]) -> set[tuple[str, str]]:
    return {(record.pmid, name) for record in records for name, query in queries.items() if answers(record, query)}


@pytest.fixture(scope="module")
def daily_file(shared: Path) -> list[Publication]:
    """Every record of a whole daily file."""
    with gzip.open(shared / "data/pubmed/nlm_bulk/pubmed21n1298.xml.gz") as file:
        return list(read_articles(file))


def generated(records: list[Publication], count: int, seed: int) -> dict[str, Query]:
    """Queries whose words, headings, types and journals come from the records themselves."""
    chance = random.Random(seed)  # noqa: S311 - queries are no secret.

    def leaf() -> Query:
        record = chance.choice(records)
        words = [word for word in words_of(f"{record.title} {record.abstract}") if len(word) > 3] or ["knee"]
        place = chance.randrange(len(words))
        match chance.randrange(10):
            case 0 | 1 | 2:
                return Words(Field.TITLE_ABSTRACT, (words[place],))
            case 3:
                return Words(Field.TITLE, (words[place],))
            case 4 | 5:
                return Words(Field.TITLE_ABSTRACT, (words[place][:5],), truncated=True)
            case 6:
                everything = words_of(record.title)[:3] or ["knee"]
                return Words(Field.TITLE_ABSTRACT, tuple(everything), truncated=chance.random() < 0.3)
            case 7 if record.mesh:
                heading = chance.choice(record.mesh)
                return parse(f'"{heading.name}"[{"majr:noexp" if heading.major else "mh:noexp"}]')
            case 8 if record.publication_types:
                return parse(f'"{chance.choice(record.publication_types).name}"[pt]')
            case _:
                return parse("2021/05:2021/06[dp]" if chance.random() < 0.5 else "english[la]")

    def block() -> Query:
        parts = tuple(leaf() for _ in range(chance.choice((1, 2, 3, 5))))
        return parts[0] if len(parts) == 1 else Or(parts)

    queries: dict[str, Query] = {}
    for number in range(count):
        query: Query = And(tuple(block() for _ in range(chance.choice((1, 2, 2, 3)))))
        queries[f"generated {number}"] = Not(query, block()) if chance.random() < 0.2 else query
    return queries


def test_three_hundred_generated_and_thirty_written_queries_find_the_same_in_a_slice_of_a_daily_file(
    shared: Path,
) -> None:
    with gzip.open(shared / "data/pubmed/nlm_bulk/pubmed21n1298.xml.gz") as file:
        first = list(islice(read_articles(file), 4_000))
    queries = {text: parse(text) for text in BY_HAND} | generated(first, 300, seed=20261123)
    slice_of_it = first[::16]

    assert len(queries) == 330
    assert found_by_engine(slice_of_it, queries) == found_naively(slice_of_it, queries)


@pytest.mark.chaos
def test_the_same_queries_find_the_same_in_the_whole_file(daily_file: list[Publication]) -> None:
    queries = {text: parse(text) for text in BY_HAND} | generated(daily_file, 300, seed=20261123)
    pairs = found_by_engine(daily_file, queries)

    assert len(pairs) > 10_000
    assert pairs == found_naively(daily_file, queries)


WORDS = st.sampled_from(["knee", "knees", "kneel", "cell", "cells", "bénigne", "α2", "of"])
TEXTS = st.lists(WORDS, max_size=6).map(" ".join) | st.lists(WORDS, max_size=4).map("-".join)
NAMES = st.sampled_from(["Knee", "Knee Joint", "Sjögren's Syndrome", "Cells"])
DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 12, 31))
DATES = st.one_of(st.just(""), DAYS.map(str), DAYS.map(lambda day: f"{day}"[:7]), DAYS.map(lambda day: f"{day}"[:4]))
RECORDS = st.lists(
    st.builds(
        Publication,
        identifier=st.integers(1, 99).map(lambda number: pubmed(str(number))),
        title=TEXTS,
        abstract=TEXTS,
        keywords=st.lists(TEXTS, max_size=2).map(tuple),
        mesh=st.lists(
            st.builds(
                MeshHeading,
                ui=st.just(""),
                name=NAMES,
                major=st.booleans(),
                qualifiers=st.lists(st.just("surgery"), max_size=1).map(tuple),
            ),
            max_size=2,
        ).map(tuple),
        publication_types=st.lists(st.builds(PublicationType, ui=st.just(""), name=NAMES), max_size=2).map(tuple),
        journal_abbreviation=NAMES,
        languages=st.lists(st.sampled_from(["eng", "ger"]), max_size=2).map(tuple),
        published=DATES,
        published_electronically=DATES,
        history=st.lists(st.builds(HistoryDate, status=st.just("entrez"), day=DAYS), max_size=1).map(tuple),
    ),
    max_size=8,
)
TEXT_FIELDS = st.sampled_from([Field.TITLE, Field.TITLE_ABSTRACT, Field.KEYWORD])
SEARCHED = st.sampled_from(["knee", "knees", "cell", "benigne", "α2", "of"])
LEAVES: st.SearchStrategy[Query] = st.one_of(
    st.builds(Words, TEXT_FIELDS, st.lists(SEARCHED, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(
        Name,
        st.sampled_from([Field.HEADING, Field.MAJOR_HEADING, Field.TYPE, Field.JOURNAL]),
        st.sampled_from(["knee", "knee joint", "knee/surgery", "sjogren's syndrome", "cells"]),
        st.booleans(),
    ),
    st.builds(Name, st.just(Field.LANGUAGE), st.sampled_from(["eng", "ger"])),
    st.builds(Name, st.just(Field.PMID), st.integers(1, 99).map(str)),
    st.builds(
        lambda field, days: Days(field, min(days), max(days)),
        st.sampled_from([Field.PUBLISHED, Field.CREATED]),
        st.tuples(DAYS, DAYS),
    ),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        st.builds(Not, inner, inner),
    ),
    max_leaves=6,
)


@given(RECORDS, st.lists(QUERIES, max_size=5))
def test_engine_and_naive_reading_agree(records: list[Publication], queries: list[Query]) -> None:
    engine = Engine()
    for number, query in enumerate(queries):
        engine.put(str(number), query)

    assert engine.match(records) == [
        tuple(str(number) for number, query in enumerate(queries) if answers(record, query)) for record in records
    ]


@given(RECORDS, QUERIES, QUERIES)
def test_a_query_that_is_replaced_or_removed_finds_nothing_more(
    records: list[Publication], before: Query, after: Query
) -> None:
    engine, fresh = Engine(), Engine()
    engine.put("kept", before)
    engine.put("gone", before)
    engine.match(records)
    engine.put("kept", after)
    engine.remove("gone")
    fresh.put("kept", after)

    assert engine.match(records) == fresh.match(records)
    assert len(engine) == 1


def test_many_words_that_begin_alike_are_all_found() -> None:
    records = [Publication(identifier=pubmed(str(n + 1)), title=f"knee{n} other{n}") for n in range(500)]
    engine = Engine()
    engine.put("all", Words(Field.TITLE, ("knee",), truncated=True))
    engine.put("some", Words(Field.TITLE, ("knee4",), truncated=True))
    matched = engine.match(records)

    assert all("all" in names for names in matched)
    assert sum("some" in names for names in matched) == 111
