"""A guideline that its publisher's list shows as withdrawn or changed reaches the editor of the article naming it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind, Severity
from monitor.replay.world import World
from tests.journey.living import LAST_DAY, Life, life

FIRST_DAY = LAST_DAY - timedelta(days=5)
ARTICLE = """# Self-care for osteoarthritis

Last updated: January 5, 2026

Review status: Approved

- The 2022 NICE guideline on osteoarthritis advises exercise for everybody.
- Warm rooms are pleasant.
"""
KEY = {"MONITOR_NICE_API_KEY": "a-key-of-ours"}


def product(number: int, status: str = "Published", changed: str = "2022-10-19") -> dict[str, str]:
    return {
        "Id": f"NG{number}",
        "Title": f"Guideline {number}",
        "ProductStatus": status,
        "PublishedDate": "2022-10-19T00:00:00",
        "LastMajorModificationDate": f"{changed}T00:00:00",
    }


def products(first: dict[str, str]) -> str:
    items = [first, *(product(number) for number in range(1, 20))]
    lite = {"_embedded": {"nice.publications:product-lite": items}}
    return json.dumps({"_embedded": {"nice.publications:product-list-lite": lite}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A world in which NG226 changes on the second day and is withdrawn on the fourth."""
    days = {
        "": product(226),
        "day-4": product(226, changed="2026-03-09"),
        "day-2": product(226, status="Withdrawn", changed="2026-03-09"),
    }
    for day, first in days.items():
        path = tmp_path / "world" / day / "lists" / "nice" / "feeds" / "products-lite.json"
        path.parent.mkdir(parents=True)
        path.write_text(products(first), encoding="utf-8")
    return tmp_path / "world"


@pytest.fixture
def lived(folder: Path, tmp_path: Path) -> Iterator[Life]:
    with life(World.load(folder, last_day=LAST_DAY), tmp_path, FIRST_DAY, **KEY) as found:
        found.add("self-care", "self-care.md", ARTICLE.encode())
        yield found


def findings(lived: Life) -> list[tuple[EventKind, Severity, str]]:
    return [(one.kind, one.severity, one.record) for one in lived.row("self-care").findings]


def test_what_the_list_tells_reaches_the_article_that_names_the_guideline(lived: Life) -> None:
    lived.live(FIRST_DAY)
    at_first = lived.row("self-care")
    lived.live_until(LAST_DAY - timedelta(days=3))
    updated = findings(lived)
    lived.live_until(LAST_DAY)
    claims = {claim.text: claim.affected for one in lived.row("self-care").findings for claim in one.claims}

    assert (at_first.freshness, at_first.findings) == (Freshness.FRESH, ())
    assert updated == [(EventKind.GUIDELINE_UPDATED, Severity.MAJOR, "guideline:nice/ng226")]
    assert sorted(findings(lived)) == [
        (EventKind.GUIDELINE_UPDATED, Severity.MAJOR, "guideline:nice/ng226"),
        (EventKind.GUIDELINE_WITHDRAWN, Severity.CRITICAL, "guideline:nice/ng226"),
    ]
    assert list(claims.values()) == ["yes"]


def test_without_the_key_the_article_is_never_called_fresh(folder: Path, tmp_path: Path) -> None:
    with life(World.load(folder, last_day=LAST_DAY), tmp_path, FIRST_DAY) as lived:
        lived.add("self-care", "self-care.md", ARTICLE.encode())
        lived.live(FIRST_DAY)
        told = {item.source: (item.status, item.reason) for item in lived.monitor.desk.coverage()}

        assert lived.row("self-care").freshness is Freshness.UNVERIFIED
        assert told["guideline:nice"] == (
            "unreachable",
            "not configured: NICE is asked only with MONITOR_NICE_API_KEY",
        )


def test_a_list_of_which_most_changed_on_one_day_changes_no_article(folder: Path, tmp_path: Path) -> None:
    broken = folder / "day-3" / "lists" / "nice" / "feeds" / "products-lite.json"
    broken.parent.mkdir(parents=True)
    broken.write_text(products(product(226)).replace('"Published"', '"Withdrawn"'), encoding="utf-8")
    with life(World.load(folder, last_day=LAST_DAY), tmp_path, FIRST_DAY, **KEY) as lived:
        lived.add("self-care", "self-care.md", ARTICLE.encode())
        lived.live(FIRST_DAY)
        lived.live_until(date(2026, 3, 10))
        coverage = next(item for item in lived.monitor.desk.coverage() if item.source == "guideline:nice")

        assert "20 of 20 guidelines changed at once" in coverage.reason
        assert [kind for kind, _, _ in findings(lived)] == [EventKind.GUIDELINE_UPDATED]
