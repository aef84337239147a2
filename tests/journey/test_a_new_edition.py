"""A 2026 edition of each thing that the first article names: what names it is affected, what shares a marker maybe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import monitor.replay
from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind
from monitor.domain.read_models import FindingView
from monitor.replay.world import World
from tests.contract.test_replay_world import record, record_set
from tests.journey.living import LAST_DAY, Life, life

SEED = "seeds/stem-cell-knee-injections.txt"
FIRST_DAY = LAST_DAY - timedelta(days=14)
TITLE = (
    "2026 American College of Rheumatology/Arthritis Foundation Guideline for the Management of Osteoarthritis of the "
    "Hand, Hip, and Knee"
)
MIRRORED = ("99940001", "Arthritis Rheumatol"), ("99940002", "Arthritis Care Res (Hoboken)")


def guideline(pmid: str, journal: str, title: str) -> str:
    made = record(int(pmid), title, types=("Practice Guideline",), entrez=f"{LAST_DAY - timedelta(days=8)}")
    return made.replace("J Knees", journal).replace(
        "<CommentsCorrectionsList>",
        f"<MedlineJournalInfo><MedlineTA>{journal}</MedlineTA></MedlineJournalInfo><CommentsCorrectionsList>",
    )


def world_with(folder: Path, **by_day: str) -> World:
    """The recorded world, and some records more."""
    shutil.copytree(Path(monitor.replay.__file__).parent / "world", folder / "world")
    for name, body in by_day.items():
        path = folder / "world" / name.replace("_", "-") / "pubmed" / "more.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return World.load(folder / "world", last_day=LAST_DAY)


@pytest.fixture(scope="module")
def first_article(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("editions")
    first, second = (record_set(guideline(pmid, journal, TITLE)) for pmid, journal in MIRRORED)
    with life(world_with(folder, day_8=first, day_2=second), folder / "data", FIRST_DAY) as lived:
        lived.add("first", "stem-cell-knee-injections.txt", (shared / SEED).read_bytes())
        lived.live(FIRST_DAY)
        before = {item.record for item in lived.row("first").findings}
        assert before == set()
        lived.live_until(LAST_DAY)
        yield lived


def the_finding(lived: Life, record: str, kind: EventKind) -> FindingView:
    [finding] = [item for item in lived.row("first").findings if (item.record, item.kind) == (record, kind)]
    return finding


def told(lived: Life, finding: FindingView) -> tuple[set[str], set[str], set[str]]:
    """The sentences that are affected, those that may be, and those that are left alone."""
    yes = {claim.text for claim in finding.claims if claim.affected == "yes"}
    possibly = {claim.text for claim in finding.claims if claim.affected == "possibly"}
    return yes, possibly, {claim.text for claim in lived.view("first").claims} - yes - possibly


def sharing(lived: Life, marker: int, *, but: set[str]) -> set[str]:
    return {claim.text for claim in lived.view("first").claims if marker in claim.markers} - but


def test_everything_the_prose_names_with_a_year_is_watched_under_an_identity(first_article: Life) -> None:
    named = {
        identifier: reference.text
        for reference in first_article.view("first").references
        for identifier in reference.identifiers
    }

    assert "2019 American College of Rheumatology/Arthritis Foundation" in named["guideline:acr/osteoarthritis"]
    assert "2020 VA/DoD" in named["guideline:va-dod/hip-knee-oa"]
    assert "pubmed:40169165" in named


def test_a_new_edition_of_the_rheumatologists_guideline_touches_what_names_it(first_article: Life) -> None:
    finding = the_finding(first_article, "guideline:acr/osteoarthritis", EventKind.GUIDELINE_UPDATED)
    yes, possibly, untouched = told(first_article, finding)

    assert first_article.row("first").freshness is Freshness.STALE
    assert len(yes) == 1
    assert all("American College of Rheumatology" in text for text in yes)
    assert possibly == sharing(first_article, 1, but=yes)
    assert possibly
    assert untouched
    assert finding.detected_at.date() == LAST_DAY - timedelta(days=8)
    assert {(line.before, line.after) for line in finding.diff if line.field == "edition"} == {("2019", "2026")}
    assert finding.url == "https://pubmed.ncbi.nlm.nih.gov/99940001/"


def test_its_second_journal_is_no_second_finding(first_article: Life) -> None:
    kinds = [item.kind for item in first_article.row("first").findings if item.record == "guideline:acr/osteoarthritis"]

    assert kinds == [EventKind.GUIDELINE_UPDATED]


def test_a_new_edition_of_the_departments_guideline_touches_what_names_it(first_article: Life) -> None:
    finding = the_finding(first_article, "guideline:va-dod/hip-knee-oa", EventKind.GUIDELINE_UPDATED)
    yes, possibly, untouched = told(first_article, finding)

    assert len(yes) == 1
    assert all("VA/DoD" in text for text in yes)
    assert possibly == sharing(first_article, 1, but=yes)
    assert untouched


def test_a_new_version_of_the_review_touches_what_cites_it(first_article: Life) -> None:
    finding = the_finding(first_article, "pubmed:40169165", EventKind.SUPERSEDED)
    yes, possibly, untouched = told(first_article, finding)

    assert yes == sharing(first_article, 2, but=set())
    assert any("2025 Cochrane" in text for text in yes)
    assert (possibly, bool(untouched)) == (set(), True)


def test_an_in_house_summary_is_followed_through_the_guidelines_that_its_sentences_name(first_article: Life) -> None:
    """Reference 1 is an overview of our own kind: nobody publishes it, but what it sums up is named beside it."""
    [summary] = [item for item in first_article.view("first").references if item.number == 1]
    followed = {
        item.record
        for item in first_article.row("first").findings
        if any(1 in claim.markers and claim.affected == "yes" for claim in item.claims)
    }

    assert summary.kind == "in_house_summary"
    assert {"guideline:acr/osteoarthritis", "guideline:va-dod/hip-knee-oa"} <= followed
