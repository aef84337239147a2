"""The first real article, from its page to the day its Cochrane review gets a new version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.cli.articles import article_values
from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind
from monitor.replay.world import recorded_world
from tests.journey.living import LAST_DAY, Life, life

SEED = "seeds/stem-cell-knee-injections.txt"
DAY_BEFORE = LAST_DAY - timedelta(days=13)


@pytest.fixture
def first_article(shared: Path, tmp_path: Path) -> Iterator[Life]:
    with life(recorded_world(LAST_DAY), tmp_path, LAST_DAY - timedelta(days=30)) as lived:
        lived.add("first", "stem-cell-knee-injections.txt", (shared / SEED).read_bytes())
        lived.live(lived.world.today)
        lived.live_until(DAY_BEFORE)
        yield lived


def test_its_page_is_read_whole(first_article: Life) -> None:
    values = json.loads(json.dumps(article_values(first_article.view("first")), default=str))
    markers = {marker for claim in values["claims"] for marker in claim["markers"]}
    listed = {item["number"]: item["kind"] for item in values["references"] if item["number"]}
    named = [(item["organisation"], item["year"], dict(item["counts"])) for item in values["mentions"]]

    assert (values["title"], values["last_updated"], values["review_status"]) == (
        "Stem Cell Therapy for Knee Osteoarthritis",
        "2025-12-03",
        "submitted",
    )
    assert markers == {1, 2, 3, 4, 5, 6}
    assert listed == {1: "in_house_summary", 2: "systematic_review", 3: "in_house_summary", 6: "in_house_summary"}
    assert values["missing_markers"] == [4, 5]
    assert any(
        "Rheumatology" in organisation and "Arthritis Foundation" in organisation and year == 2019
        for organisation, year, _ in named
    )
    assert any("VA/DoD" in organisation and year == 2020 for organisation, year, _ in named)
    assert any(
        "Cochrane" in organisation
        and year == 2025
        and counts.get("trials") == 25
        and counts.get("participants") == 1341
        for organisation, year, counts in named
    )
    assert any(year == 2017 for _, year, _ in named)


def test_it_is_unverified_until_the_review_is_superseded_and_then_stale_with_eleven_claims(first_article: Life) -> None:
    before = first_article.row("first")
    review = next(item for item in first_article.view("first").references if item.number == 2)
    first_article.live_until(DAY_BEFORE + timedelta(days=1))

    after = first_article.row("first")
    finding = next(item for item in after.findings if item.kind is EventKind.SUPERSEDED)
    assert (before.freshness, review.identifiers) == (Freshness.UNVERIFIED, ("pubmed:40169165",))
    assert after.freshness is Freshness.STALE
    assert len(finding.claims) == 11
    assert all(2 in claim.markers and claim.affected == "yes" for claim in finding.claims)


def test_the_named_guideline_is_watched_and_its_new_version_touches_what_names_it(first_article: Life) -> None:
    first_article.live_until(LAST_DAY)

    finding = next(item for item in first_article.row("first").findings if item.kind is EventKind.GUIDELINE_UPDATED)
    assert finding.record == "guideline:va-dod/hip-knee-oa"
    assert ["VA/DoD" in claim.text for claim in finding.claims if claim.affected == "yes"] == [True]
    assert sum(claim.affected == "possibly" for claim in finding.claims) > 10


def test_the_same_page_again_changes_nothing(first_article: Life, shared: Path) -> None:
    before = first_article.view("first")
    first_article.add("first", "stem-cell-knee-injections.txt", (shared / SEED).read_bytes())

    assert first_article.view("first") == before
    assert before.row.last_updated == date(2025, 12, 3)
