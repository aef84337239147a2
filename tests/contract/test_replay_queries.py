"""PubMed's query language as the played PubMed reads it: watches of topics and notices rest on it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.replay.pubmed_search import Found, search
from monitor.replay.world import World
from tests.contract.test_replay_world import make_world, record, record_set

ABSTRACT = "<Abstract><AbstractText>Placebo was given to both groups at random.</AbstractText></Abstract>"
AUTHORS = (
    "<AuthorList><Author><LastName>Müller</LastName><Initials>JK</Initials></Author>"
    "<Author><LastName>Smith</LastName><Initials>A</Initials></Author>"
    "<Author><CollectiveName>Knee Study Group</CollectiveName></Author></AuthorList>"
)
MESH = (
    "<MeshHeadingList><MeshHeading><DescriptorName UI='D1' MajorTopicYN='Y'>Osteoarthritis, Knee</DescriptorName>"
    "<QualifierName UI='Q1'>therapy</QualifierName></MeshHeading></MeshHeadingList>"
)
REGISTERED = (
    "<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>"
    "<AccessionNumber>NCT01234567</AccessionNumber></AccessionNumberList></DataBank></DataBankList>"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    trial = record(
        10, "Stem cell injections for the knee: a placebo-controlled trial", types=("Randomized Controlled Trial",),
        article=ABSTRACT + AUTHORS + REGISTERED, extra=MESH, entrez="2025-01-05",
    )  # fmt: skip
    files = {
        "pubmed/a.xml": record_set(
            trial,
            record(20, "Cells of the knee", status="Publisher", entrez="2025-01-06"),
            record(30, "Retraction notice", links=(("RetractionOf", "10"),), types=("RETRACTION OF PUBLICATION",)),
            record(40, "Guideline for hips", types=("Practice Guideline",), entrez="2024-12-31"),
            record(50, "Hip replacement: a systematic review", types=("Review", "Systematic Review")),
        ),
        "day-3/pubmed/b.xml": record_set(record(60, "A late <i>stem</i>-cell addition", entrez="2019-05-05")),
    }
    return make_world(tmp_path_factory.mktemp("queries"), files)


def found(world: World, query: str, tag: str = "") -> Found:
    return search(query, world.collection(), {1: ("10", "20"), 2: ("20", "40")}, tag)


CASES = {
    "knee[ti]": {"10", "20"},
    "KNEE[TI]": {"10", "20"},
    "knee[Title]": {"10", "20"},
    "knee stem cell[ti]": {"10"},
    '"stem cell"[ti]': {"10", "60"},
    '"cell stem"[ti]': set(),
    "cell*[ti]": {"10", "20", "60"},
    '"stem cell inj*"[tiab]': {"10"},
    "placebo[ti] AND random[ti]": set(),
    "placebo[tiab] AND random[tiab]": {"10"},
    "placebo-controlled[ti]": {"10"},
    '"knee cells"[Title:~2]': {"20"},
    '"knee cells"[Title:~1]': set(),
    "stem": {"10", "60"},
    "stem knee": {"10"},
    "knee OR hip*": {"10", "20", "40", "50"},
    "knee AND stem OR hips": {"10", "40"},
    "knee OR hips AND stem": {"10"},
    "knee OR (hips AND stem)": {"10", "20"},
    "knee NOT stem[ti]": {"20"},
    "(knee[ti] OR (hip[ti]": {"10", "20", "50"},
    "knee[ti]) OR hip[ti]": {"10", "20", "50"},
    "10[pmid] OR 40[uid] OR 999[pmid]": {"10", "40"},
    "10,40[uid]": {"10", "40"},
    "20:40[uid]": {"20", "30", "40"},
    "hasretractionof": {"30"},
    "hasretractionof[filter]": {"30"},
    "hasretractionin": set(),
    '"Practice Guideline"[pt]': {"40"},
    "Guideline[pt]": {"40"},
    "clinical trial[pt]": {"10"},
    '"Retraction of Publication"[pt]': {"30"},
    "systematic[sb]": {"50"},
    "publisher[sb]": {"20"},
    '"J Knees"[ta] AND 2025[dp]': {"10", "20", "30", "50"},
    '"Knees"[ta]': set(),
    "10.5555/rec.10[aid]": {"10"},
    "rec.10[doi]": {"10"},
    "10.5555/rec[aid] AND knee": {"10", "20"},
    "Muller J[au]": {"10"},
    "Muller[1au]": {"10"},
    "Smith[1au]": set(),
    "Smith[lastau]": {"10"},
    "knee study group[cn]": {"10"},
    "osteoarthritis, knee[mh]": {"10"},
    "osteoarthritis, knee/therapy[mh]": {"10"},
    "osteoarthritis[mh]": set(),
    "therapy[sh]": {"10"},
    "osteoarthritis, knee[majr]": {"10"},
    "NCT01234567[si]": {"10"},
    "english[la] AND hips": {"40"},
    "hasabstract": {"10"},
    "2026/03/10[crdt]": {"60"},
    '"2026/03/01"[crdt] : "2026/03/13"[crdt]': {"60"},
    '("2026/03/01"[crdt]:"2026/03/13"[crdt]) AND stem': {"60"},
    "2026/03/01:2026/03/13[crdt]": {"60"},
    "2026/03/01:2026/03/13[edat]": set(),
    "2019/05/05[edat]": {"60"},
    "2026/03/01:3000[mdat]": {"60"},
    "2026/03/01:3000[lr]": {"60"},
    "2025/01:2025/01[edat]": {"10", "20"},
    '"last 7 days"[crdt]': {"60"},
    "hasretractionof AND 2025/05/01:2025/08/08[crdt]": {"30"},
    "#1 AND #2": {"20"},
    "#1 NOT stem": {"20"},
}


@pytest.mark.parametrize("query", CASES)
def test_a_query_finds_what_pubmed_would_find(world: World, query: str) -> None:
    answer = found(world, query)

    assert set(answer.pmids) == CASES[query]
    assert answer.complaints.phrases_not_found == []
    assert answer.complaints.fields_not_found == []


def test_answers_come_newest_number_first(world: World) -> None:
    assert found(world, "knee OR hip*").pmids == ("50", "40", "20", "10")


def test_a_misspelt_tag_is_searched_in_all_fields_and_told(world: World) -> None:
    """A count above zero says nothing about the query being right."""
    answer = found(world, "placebo[titel]")

    assert answer.pmids == ("10",)
    assert answer.complaints.fields_not_found == ["titel"]


@pytest.mark.parametrize(
    ("query", "phrase"),
    [
        ("stem AND fleegle[mh]", "fleegle[mh]"),
        ("stem AND abcXYZ", "abcXYZ"),
        ("stem AND Novel Trial[pt]", "Novel Trial[pt]"),
        ("stem AND strange[sb]", "strange[sb]"),
        ("stem AND 2026-03-01[crdt]", "2026-03-01[crdt]"),
    ],
)
def test_an_unknown_phrase_is_dropped_and_told(world: World, query: str, phrase: str) -> None:
    answer = found(world, query)

    assert set(answer.pmids) == {"10", "60"}
    assert answer.complaints.phrases_not_found == [phrase]


def test_an_unknown_quoted_phrase_is_a_warning(world: World) -> None:
    assert found(world, '"fleegle flies" OR stem').complaints.quoted_phrases_not_found == ['"fleegle flies"']


def test_a_word_a_small_world_lacks_is_no_complaint(world: World) -> None:
    answer = found(world, "hyaluronate[tiab]")

    assert answer.pmids == ()
    assert answer.complaints.phrases_not_found == []


def test_an_unknown_earlier_search_is_no_empty_result(world: World) -> None:
    with pytest.raises(KeyError):
        found(world, "#7")


def test_a_default_field_restricts_words_without_a_tag(world: World) -> None:
    assert found(world, "placebo random", "ti").pmids == ()
    assert found(world, "placebo knee", "ti").pmids == ("10",)


def test_the_translation_names_the_fields(world: World) -> None:
    translation = found(world, "(knee[ti] OR hips) NOT 2025/01/01:2025/01/31[crdt] AND hasretractionof").translation

    assert translation == (
        '("knee"[Title] OR "hips"[All Fields]) NOT 2025/01/01:2025/01/31[Date - Create] AND "hasretractionof"[Filter]'
    )


def test_a_thousand_numbers_are_no_burden(world: World) -> None:
    query = " OR ".join(f"{number}[pmid]" for number in range(1, 3001))

    assert found(world, query).pmids == ("60", "50", "40", "30", "20", "10")


def test_a_query_follows_the_day(tmp_path: Path) -> None:
    moving = make_world(
        tmp_path,
        {
            "pubmed/a.xml": record_set(record(1, "Old words")),
            "day-1/pubmed/a.xml": record_set(record(1, "New words", links=(("RetractionIn", "2"),))),
        },
    )

    assert found(moving, "hasretractionin AND new[ti]").pmids == ("1",)
    moving.move_to(date(2026, 3, 11))
    assert found(moving, "hasretractionin").pmids == ()
    assert found(moving, "old[ti]").pmids == ("1",)
