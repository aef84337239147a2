"""What recorded pages in several versions tell an editor, and what of them is noise.

The labels are those of the recorders. Every exception is named here with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from monitor.domain.kinds import EventKind
from monitor.reading import normalised
from monitor.sources.guideline import read_any_page
from tests.contract.recorded_pages import Pair, archive, pairs, told

REALLY_CHANGED = {
    ("Buffer/Copyright Claims Policy", "2025-11-20"): "a whole agreement was added on the page, below the policy",
    ("Buffer/Copyright Claims Policy", "2026-02-04"): "a section on the use of the API was added above the policy",
    ("Buffer/Privacy Policy", "2025-08-12"): "a name was added to a list on the page",
}
"""Pairs labelled as noise whose words did change, outside of the part that the recorders looked at."""

NOT_THE_PAGE = {
    "Open Terms Archive/Accessibility Statement": ("2026-01-28", "9999"),
    "Open Terms Archive/Privacy Policy": ("2024-04-19", "2024-05-13"),
}
"""From when to when one of the two versions only sends the reader elsewhere: nothing is concluded from it."""

ONLY_NUMBERED = {"UptimeRobot/Terms of Service"}
"""Its sections got numbers, and not another word."""

GOV_UK = {
    "2020-03-26": "the entry says as of what hour deaths are counted from now on",
    "2020-04-01": "the entry says that an account of how deaths are counted was added",
    "2020-04-06": "the entry says that another figure, tests in total, is given from now on",
    "2020-04-08": "the entry says that a table was added",
    "2020-04-10": "the entry says that a breakdown by pillars was added",
    "2020-04-12": "the entry says that a figure was corrected",
    "2020-04-13": "the entry says that a total was changed, and what it counts",
    "2020-04-29": "the entry says that deaths in all settings are counted, and notes on it were updated",
    "2020-05-23": "the entry says that one of the figures cannot be given",
    "2020-05-28": "the entry says that information about time series was added",
    "2020-05-30": "the entry says that a definition was added",
    "2020-06-02": "the entry says that the notes on methodology were moved to another page",
    "2020-06-19": "the entry says that the section on risk was removed",
    "2020-06-23": "the entry says that a heading was changed to make clear what is counted",
}
ENGLAND = {
    "2020-03-07": "the statement on tests in the UK went; two councils are counted together",
    "2020-03-08": "the table counts by another kind of council",
    "2020-03-09": "two councils are counted together again",
    "2020-03-10": "the number of the dead, in words",
    "2020-04-14": "another page stands at the address",
    "2020-04-15": "the figures of deaths are counted by another day",
}


@pytest.mark.parametrize(
    "each", [pytest.param(4, id="each fourth"), pytest.param(1, id="all", marks=pytest.mark.chaos)]
)
def test_of_labelled_pairs_noise_tells_nothing_and_every_change_of_words_is_told(each: int, shared: Path) -> None:
    """Of the 62 pairs labelled as changes, 24 changed in targets of links, mark-up, punctuation or numbering alone."""
    noise, silent = [], []
    for pair in chosen(shared, each):
        signals = told(pair.before, pair.after)
        if pair.is_noise:
            noise.append((pair.page, pair.day, signals))
        elif not signals:
            silent.append(pair)

    assert 480 // each <= len(noise) <= 480 // each + (len(REALLY_CHANGED) if each > 1 else 0)
    assert {(page, day) for page, day, signals in noise if signals} == set(REALLY_CHANGED)
    for page, day, signals in noise:
        first, last = NOT_THE_PAGE.get(page, ("9999", "0000"))
        assert (signals is None) is (first <= day <= last), (page, day)
    assert len(silent) == 24
    assert {pair.page for pair in silent if _letters(pair.before) != _letters(pair.after)} == ONLY_NUMBERED


def chosen(shared: Path, each: int) -> Iterator[Pair]:
    """All pairs labelled as changes, the named exceptions, and some of those labelled as noise."""
    seen = 0
    for pair in pairs(shared):
        seen += pair.is_noise
        if not pair.is_noise or seen % each == 0 or (pair.page, pair.day) in REALLY_CHANGED:
            yield pair


def _letters(html: bytes) -> str:
    """All letters and digits that can be seen in the main part of a page, by another reader than ours."""
    root = document_fromstring(html)
    for part in root.xpath("//script | //style | //noscript | //nav | //header | //footer | //svg | //template"):
        part.drop_tree()
    mains = root.xpath("//main") or [root]
    return "".join(filter(str.isalnum, normalised(mains[0].text_content()).casefold()))


@pytest.mark.parametrize(
    ("name", "is_told"), [("falsepos-footer", False), ("falsepos-num-views", False), ("truepos-image-removal", True)]
)
def test_pairs_that_analysts_labelled(name: str, is_told: bool, shared: Path) -> None:
    """The removed image took a paragraph with it, and that is what is told."""
    folder = shared / "data/guidelines/page_pairs/edgi"

    assert bool(told((folder / f"{name}-a.html").read_bytes(), (folder / f"{name}-b.html").read_bytes())) is is_told


def days(shared: Path, name: str) -> Iterator[tuple[str, bytes, bytes]]:
    """Each recorded day with the page of the day recorded before."""
    files = archive(shared / "data/guidelines/health_agency_pages" / name)
    order = sorted(files)
    for before, after in pairwise(order):
        yield after.removesuffix(".html"), files[before], files[after]


@pytest.mark.parametrize(
    ("name", "recorded", "expected"),
    [
        ("uk_covid_guidance_page_uk_2020-03-17_to_2020-07-01.tar.xz", 105, GOV_UK),
        ("uk_covid_guidance_page_england_2020-03-05_to_2020-04-15.tar.xz", 7, ENGLAND),
    ],
    ids=["the UK", "England"],
)
def test_days_of_a_health_agencys_page(name: str, recorded: int, expected: dict[str, str], shared: Path) -> None:
    """Days whose own entries say only that figures were updated tell nothing; every other one is named above."""
    results = {day: told(before, after) for day, before, after in days(shared, name)}

    assert len(results) == recorded - 1
    assert {day for day, signals in results.items() if signals} == set(expected)
    assert {signal.kind for signals in results.values() for signal in signals or ()} == {EventKind.GUIDELINE_UPDATED}


def test_the_removed_section_and_the_publishers_words_are_named(shared: Path) -> None:
    uk = {day: (before, after) for day, before, after in days(shared, f"{_UK}.tar.xz")}
    [risk], [methods] = told(*uk["2020-06-19"]) or [None], told(*uk["2020-06-02"]) or [None]

    assert risk is not None
    assert methods is not None
    assert "the section “Risk level” was removed" in risk.because
    assert "removed section on risk level" in risk.because
    assert "methodology have been moved to a new page" in methods.because


_UK = "uk_covid_guidance_page_uk_2020-03-17_to_2020-07-01"


def test_the_list_of_updates_is_no_part_of_the_text(shared: Path) -> None:
    page = read_any_page(archive(shared / "data/guidelines/health_agency_pages" / f"{_UK}.tar.xz")["2020-03-17.html"])

    assert len(page.notes) == 76
    assert page.notes[0].day == "2020-03-17"
    assert page.notes[0].text not in {passage.text for passage in page.passages}
