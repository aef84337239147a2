"""What two versions of one row of the Retraction Watch table tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.diff import between
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.domain.works import RetractionEntry

ROW = RetractionEntry(
    identifier=Identifier.parse("rw:1"),
    about=Identifier.parse("doi:10.1000/paper"),
    matched_by="doi",
    nature="Retraction",
    noticed_on="2025-02-06",
    notice_doi="10.1000/notice.a",
    paper_doi="10.1000/paper",
)


def kinds(before: RetractionEntry, after: RetractionEntry) -> list[EventKind]:
    return sorted(sighting.signal.kind for sighting in between(before, after).came)


@pytest.mark.parametrize(
    ("old", "new", "formerly", "shown_by"),
    [
        ("10.1000/notice.a", "10.1000/notice.b", "doi:10.1000/notice.a", "doi:10.1000/notice.b"),
        ("", "10.1000/notice.b", "rw:1", "doi:10.1000/notice.b"),
        ("10.1000/notice.a", "10.1000/paper", "doi:10.1000/notice.a", "rw:1"),
    ],
    ids=["another", "the first", "in place"],
)
def test_another_notice_in_the_same_row_is_the_same_event_under_a_new_name(
    old: str, new: str, formerly: str, shown_by: str
) -> None:
    difference = between(replace(ROW, notice_doi=old), replace(ROW, notice_doi=new))

    [sighting] = difference.came
    assert (sighting.signal.kind, sighting.signal.shown_by) == (EventKind.RETRACTED, shown_by)
    assert (sighting.formerly, difference.went) == (formerly, ())
    assert sighting.signal.because.endswith(f"its notice was {formerly} and is now {shown_by}")


def test_a_stronger_nature_is_one_event_into_which_the_former_one_turned() -> None:
    concern = replace(ROW, nature="Expression of concern", notice_doi="10.1000/notice.c")
    difference = between(concern, ROW)

    assert kinds(concern, ROW) == [EventKind.RETRACTED]
    assert [(was.kind, now.kind) for was, now in difference.turned] == [(EventKind.CONCERN_RAISED, EventKind.RETRACTED)]


def test_a_weaker_nature_is_an_event_and_the_former_one_goes() -> None:
    concern = replace(ROW, nature="Expression of concern", notice_doi="10.1000/notice.c")

    assert sorted(kinds(ROW, concern)) == [EventKind.CONCERN_RAISED, EventKind.NOTICE_VANISHED]


def test_another_paper_in_the_same_row_is_another_event() -> None:
    other = replace(ROW, about=Identifier.parse("doi:10.1000/other"), paper_doi="10.1000/other")
    told = {(str(one.signal.record), one.signal.kind, one.formerly) for one in between(ROW, other).came}

    assert told == {
        ("doi:10.1000/other", EventKind.RETRACTED, ""),
        ("doi:10.1000/paper", EventKind.NOTICE_VANISHED, ""),
    }


def test_a_row_that_goes_and_one_that_comes_back_are_told_once_each() -> None:
    gone = replace(ROW, state="gone")

    assert kinds(ROW, gone) == [EventKind.NOTICE_VANISHED]
    assert kinds(gone, ROW) == [EventKind.RETRACTED]


def test_other_reasons_are_no_event() -> None:
    assert kinds(ROW, replace(ROW, reasons=("Paper Mill",))) == []
