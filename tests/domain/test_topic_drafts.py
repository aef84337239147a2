"""A drafted topic asks for what the references share, the rarest first, and loses few of them."""

from __future__ import annotations

import pytest

from monitor.domain.identifiers import pubmed
from monitor.domain.records import MeshHeading, Publication
from monitor.domain.topics import parse
from monitor.domain.topics.draft import NothingShared, draft, split_by_age
from monitor.domain.topics.engine import Engine

FREQUENCIES = {"knee": 5_000, "mesenchymal stem cells": 800, "pain": 40_000}


def record(number: int, title: str, *headings: str, year: int = 2020) -> Publication:
    return Publication(
        identifier=pubmed(str(number)),
        title=title,
        published=str(year),
        mesh=tuple(MeshHeading(ui="", name=name) for name in (*headings, "Humans", "Female")),
    )


def a_year(query: str) -> int:
    return next((count for name, count in FREQUENCIES.items() if name in query), 100_000)


KNEES = tuple(
    record(number, f"Stem cells for the knee, {number}", "Mesenchymal Stem Cells", "Knee") for number in range(1, 7)
)


def test_headings_that_are_shared_are_required_the_rarest_first() -> None:
    found = draft(KNEES, records_a_year=a_year)

    assert found.concepts[:2] == ("mesenchymal stem cells", "knee")
    assert found.query.startswith('("mesenchymal stem cells"[mh:noexp] OR (mesenchymal[tiab] AND stem[tiab] AND cells')
    assert "randomized controlled trial[pt]" in found.query
    assert (found.drafted_from, found.covered) == (6, 6)


def test_a_record_without_headings_is_known_by_its_words() -> None:
    raw = record(9, "Mesenchymal stem cells in knee joints")
    found = draft((*KNEES, raw), records_a_year=a_year)

    assert found.covered == 7


def test_records_that_are_not_indexed_yet_or_never_will_be_answer_by_their_words() -> None:
    """MeSH and NLM's types come days after the record, and to most journals never."""
    engine = Engine()
    engine.put("drafted", parse(draft(KNEES, records_a_year=a_year).query))
    raw = Publication(
        identifier=pubmed("9"), status="Publisher", title="Mesenchymal stem cells: a randomised knee trial"
    )

    assert engine.match([raw]) == [("drafted",)]


def test_a_heading_of_short_words_alone_is_asked_for_by_words_too() -> None:
    records = tuple(record(number, f"On {number}", "Hip") for number in range(1, 7))
    found = draft((*records, record(8, "A relationship")), records_a_year=a_year)

    assert '"hip"[mh:noexp] OR (hip[tiab])' in found.query
    assert found.covered == 6


def test_who_was_studied_is_no_concept() -> None:
    found = draft(KNEES, records_a_year=a_year)

    assert not {"humans", "female"} & set(found.concepts)


def test_a_concept_that_would_lose_too_many_references_is_not_required() -> None:
    mixed = (*KNEES[:3], *(record(20 + n, "Stem cells for hips", "Mesenchymal Stem Cells", "Hip") for n in range(3)))

    assert "knee" not in draft(mixed, records_a_year=a_year).concepts


@pytest.mark.parametrize(
    "records",
    [
        (),
        (
            record(1, "Knees and cartilage", "Knee"),
            record(2, "Aspirin in gout", "Gout"),
            record(3, "On sleep", "Sleep"),
        ),
    ],
    ids=["none", "nothing in common"],
)
def test_references_with_nothing_in_common_give_no_topic(records: tuple[Publication, ...]) -> None:
    with pytest.raises(NothingShared, match="by hand"):
        draft(records, records_a_year=a_year)


def test_the_newer_third_is_held_out() -> None:
    records = tuple(record(number, "x", year=2000 + number) for number in (5, 1, 9, 3, 7, 2))
    older, newer = split_by_age(records)

    assert [item.pmid for item in older] == ["1", "2", "3", "5"]
    assert [item.pmid for item in newer] == ["7", "9"]
    assert split_by_age(records[:2])[1] == ()
