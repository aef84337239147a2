"""Which rows of the table concern what is watched, and what becomes of a row that changes or goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.domain.diff import between
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.net import Client
from monitor.sources.retraction_watch import RetractionWatch, read_recording
from tests.contract.faulty_server import (
    FaultyServer,
    HandClock,
    faulty_server,
    status,
)
from tests.contract.retraction_tables import (
    NAMELESS,
    OTHER,
    PAPER,
    PMID,
    TITLE,
    entries,
    poll,
    polled,
    row,
    rows,
    serve,
    table,
)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as gitlab:
        gitlab.on("/table.csv", status(200, table(rows(100))))
        yield gitlab


def test_rows_about_watched_papers_are_handed_out_and_the_rest_is_not(server: FaultyServer) -> None:
    outcome = polled(poll(server, PAPER, OTHER, PMID))

    assert [str(entry.about) for entry in entries(outcome)] == [str(PAPER), str(OTHER)]
    assert [str(entry.identifier) for entry in entries(outcome)] == ["rw:7", "rw:8"]
    assert (outcome.covered, outcome.missing, outcome.troubles) == ((PAPER, OTHER, PMID), (), ())
    assert outcome.data_version == "100 rows, 2026-01-05"
    assert {reading.url for reading in outcome.readings} == {server.url("/table.csv")}


def test_what_is_kept_of_a_row_is_read_again_the_same(server: FaultyServer) -> None:
    source = RetractionWatch(Client(clock=HandClock(), contact="tests@example.org"), server.url("/table.csv"))
    [other] = entries(poll(server, OTHER))
    outcome = polled(poll(server, PAPER, held=(replace(other, paper_doi="10.1000/what.it.named"),)))

    assert [entry.state for entry in entries(outcome)] == ["listed", "gone"]
    assert [source.reread(reading.raw) for reading in outcome.readings] == entries(outcome)


@pytest.mark.parametrize(
    ("cells", "about", "matched_by"),
    [
        ({"OriginalPaperDOI": " https://doi.org/10.1000/PAPER.7 "}, PAPER, "doi"),
        ({"OriginalPaperDOI": "10.1000/paper.7", "OriginalPaperPubMedID": "31000001"}, PAPER, "doi"),
        ({"OriginalPaperDOI": "Unavailable", "OriginalPaperPubMedID": "31000001"}, PMID, "pmid"),
        (
            {"OriginalPaperDOI": "10.1000/nobody", "OriginalPaperPubMedID": "31000001"},
            Identifier.parse("doi:10.1000/nobody"),
            "pmid",
        ),
        ({**NAMELESS, "Title": "RETRACTED ARTICLE: Synthesised Effects of one β-Blocker on Elan."}, OTHER, "title"),
    ],
    ids=["doi", "both", "pmid", "pmid of an unwatched doi", "title"],
)
def test_a_row_is_found_by_its_doi_then_its_pmid_then_its_title(
    server: FaultyServer, cells: dict[str, str], about: Identifier, matched_by: str
) -> None:
    serve(server, row(1, **cells))
    [entry] = entries(poll(server, PAPER, OTHER, PMID, titles={OTHER: TITLE, PMID: "Another title of this paper"}))

    assert (entry.about, entry.matched_by) == (about, matched_by)


def test_a_row_with_a_mistyped_doi_is_about_the_paper_of_its_pmid_and_title(server: FaultyServer) -> None:
    serve(server, row(1, OriginalPaperDOI="10.1000/paper.l", OriginalPaperPubMedID=PMID.value, Title=TITLE))
    first = polled(poll(server, OTHER, PMID, titles={PMID: f"{TITLE}."}))
    [entry] = entries(first)
    serve(server, row(1, OriginalPaperDOI="10.1000/paper.l", OriginalPaperPubMedID=PMID.value, Title="Corrected"))
    [again] = entries(poll(server, OTHER, PMID, titles={PMID: f"{TITLE}."}, after=first, days=1, held=(entry,)))

    assert (entry.about, entry.matched_by) == (again.about, again.matched_by) == (PMID, "pmid")
    assert read_recording(first.readings[0].raw) == entry


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ({**NAMELESS, "Title": "Reply to the letter"}, "Reply to the letter"),
        ({**NAMELESS, "Title": "Synthesised effects of two β-blockers on élan"}, TITLE),
        ({"OriginalPaperDOI": "10.1000/nobody", "Title": TITLE}, TITLE),
        ({**NAMELESS, "OriginalPaperPubMedID": "5", "Title": TITLE}, TITLE),
    ],
    ids=["short", "another", "has a doi", "has a pmid"],
)
def test_a_title_decides_only_where_it_is_long_and_equal_and_nothing_else_is_there(
    server: FaultyServer, cells: dict[str, str], title: str
) -> None:
    serve(server, row(1, **cells))

    assert entries(poll(server, OTHER, titles={OTHER: title})) == []


def test_a_title_of_two_watched_papers_is_told_and_not_guessed_at(server: FaultyServer) -> None:
    serve(server, row(1, **NAMELESS, Title=TITLE))
    outcome = polled(poll(server, PAPER, OTHER, titles={PAPER: TITLE, OTHER: TITLE}))

    assert outcome.readings == ()
    assert [name for name, _ in outcome.unknown_values] == ["Title of several watched publications"]


def test_the_two_identifiers_of_one_paper_are_one_owner_of_its_title(server: FaultyServer) -> None:
    serve(server, row(1, **NAMELESS, Title=TITLE))

    assert [entry.about for entry in entries(poll(server, PAPER, PMID, titles={PMID: TITLE, PAPER: TITLE}))] == [PAPER]


def test_of_two_rows_with_one_number_the_same_counts_in_either_order(server: FaultyServer) -> None:
    twice = [row(7, RetractionNature="Correction"), row(7, RetractionNature="Retraction")]
    outcomes = []
    for given_rows in (twice, twice[::-1]):
        serve(server, *given_rows)
        outcomes.append(polled(poll(server)))

    assert entries(outcomes[0]) == entries(outcomes[1])
    assert outcomes[0].unknown_values == outcomes[1].unknown_values == (("Record ID of two rows", "7"),)


def test_a_row_that_cannot_be_read_is_told(server: FaultyServer) -> None:
    server.on("/table.csv", status(200, table([*rows(999), row(1, ID="x"), row(2000, OriginalPaperDOI="x10.1000/a")])))
    told = polled(poll(server)).unknown_values

    assert told == (("OriginalPaperDOI", "x10.1000/a"), ("row", "cells that do not fit the header"))


def test_a_row_that_the_table_no_longer_has_is_handed_out_as_gone(server: FaultyServer) -> None:
    first = polled(poll(server))
    server.on("/table.csv", status(200, table([one for one in rows(100) if one["Record ID"] != "7"])))
    second = polled(poll(server, after=first, held=tuple(entries(first))))

    [before], [after] = entries(first), entries(second)
    assert after == replace(before, state="gone")
    [sighting] = between(before, after).came
    assert (sighting.signal.record, sighting.signal.kind) == (PAPER, EventKind.NOTICE_VANISHED)


def test_a_row_that_names_another_paper_now_is_gone_for_the_one_it_named(server: FaultyServer) -> None:
    first = polled(poll(server))
    changed = [*rows(6), row(7, OriginalPaperDOI="10.1000/another"), *rows(93, first=8)]
    server.on("/table.csv", status(200, table(changed)))

    assert [entry.state for entry in entries(poll(server, after=first, held=tuple(entries(first))))] == ["gone"]


def test_what_is_no_longer_watched_is_not_therefore_gone(server: FaultyServer) -> None:
    """Its row is read on: it is still in the table, and the paper may be cited again tomorrow."""
    first = polled(poll(server, PAPER))

    assert entries(poll(server, OTHER, after=first, held=tuple(entries(first)))) == entries(poll(server, PAPER, OTHER))


def test_a_row_found_by_its_title_stays_about_the_paper_when_that_title_changes(server: FaultyServer) -> None:
    serve(server, row(1, **NAMELESS, Title=TITLE))
    first = polled(poll(server, OTHER, titles={OTHER: TITLE}))
    second = poll(server, OTHER, after=first, titles={OTHER: "Quite another title"}, held=tuple(entries(first)))

    assert entries(second) == entries(first)


def test_a_row_that_is_gone_and_comes_back_is_listed_again(server: FaultyServer) -> None:
    first = polled(poll(server))
    gone = replace(entries(first)[0], state="gone")

    assert entries(poll(server, held=(gone,))) == entries(first)
    [sighting] = between(gone, entries(first)[0]).came
    assert sighting.signal.kind is EventKind.RETRACTED


def test_a_row_that_changes_its_nature_keeps_its_number(server: FaultyServer) -> None:
    serve(server, row(7, RetractionNature="Expression of concern"))
    [before] = entries(poll(server))
    serve(server, row(7))
    [after] = entries(poll(server, held=(before,)))

    assert before.identifier == after.identifier
    assert EventKind.RETRACTED in [sighting.signal.kind for sighting in between(before, after).came]


@pytest.mark.parametrize(
    ("old", "new", "formerly"),
    [
        ("10.1000/notice.a", "10.1000/notice.b", "doi:10.1000/notice.a"),
        ("unavailable", "10.1000/notice.b", "rw:7"),
        ("10.1000/notice.a", "10.1000/paper.7", "doi:10.1000/notice.a"),
    ],
    ids=["another", "the first", "in place"],
)
def test_a_row_with_another_notice_is_one_sighting_of_the_same_event(
    server: FaultyServer, old: str, new: str, formerly: str
) -> None:
    serve(server, row(7, RetractionDOI=old))
    [before] = entries(poll(server))
    serve(server, row(7, RetractionDOI=new))
    [after] = entries(poll(server))
    difference = between(before, after)

    [sighting] = difference.came
    assert (sighting.signal.kind, sighting.formerly, difference.went) == (EventKind.RETRACTED, formerly, ())
    assert f"its notice was {formerly} and is now {sighting.signal.shown_by}" in sighting.signal.because
