"""The recorded world watched by update files instead of E-utilities: the same story, with few requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.articles import Freshness
from monitor.domain.channels import LiteratureChannel
from monitor.replay.world import recorded_world, sample_articles
from tests.journey.living import LAST_DAY, Life, life, some_watchlists

FIRST_DAY = LAST_DAY - timedelta(days=30)
ROOT = Path(__file__).parents[2]
EXPECTED = json.loads((ROOT / "monitor/replay/world/expected.json").read_text(encoding="utf-8"))["articles"]


def watchlists(folder: Path, transport: str) -> Path:
    """The watchlists of a life, with another transport."""
    some_watchlists(folder)
    policies = folder / "policies.yaml"
    policies.write_text(policies.read_text().replace("transport: auto", f"transport: {transport}"))
    return folder


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    lists = watchlists(tmp_path_factory.mktemp("lists"), "updates")
    with life(
        recorded_world(LAST_DAY), tmp_path_factory.mktemp("story"), FIRST_DAY, MONITOR_WATCHLISTS=str(lists)
    ) as lived:
        for name, body in sample_articles(LAST_DAY):
            lived.add(Path(name).stem, name, body)
        lived.live(FIRST_DAY)
        lived.live_until(LAST_DAY)
        yield lived


def told(lived: Life) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    return {
        row.id: (row.freshness.value, sorted((item.kind.value, item.record) for item in row.findings))
        for row in lived.monitor.desk.report().articles
    }


def test_the_same_articles_are_stale_for_the_same_reasons(story: Life) -> None:
    assert told(story) == {
        name: (entry["freshness"], sorted((item["kind"], item["record"]) for item in entry["findings"]))
        for name, entry in EXPECTED.items()
    }


def test_every_finding_is_detected_on_the_day_it_could_be(story: Life) -> None:
    for name, entry in EXPECTED.items():
        found = {item.kind.value: item for item in story.row(name).findings}
        for item in entry["findings"]:
            day = (found[item["kind"]].detected_at.date() - LAST_DAY).days
            assert item["day"] <= day <= item.get("latest_day", item["day"]), (name, item["kind"])


def test_a_quiet_day_costs_ten_requests_and_one_for_each_publisher_in_the_literature(story: Life) -> None:
    followed = [one for one in story.monitor.watchlists.publishers if isinstance(one.channel, LiteratureChannel)]
    before = len(story.servers.requests)
    story.live(LAST_DAY + timedelta(days=1))
    asked = [entry for entry in story.servers.requests[before:] if entry.upstream in {"pubmed", "pubmed_updates"}]

    assert [entry.upstream for entry in asked if entry.upstream == "pubmed_updates"]
    assert len(asked) <= 10 + len(followed), [entry.target for entry in asked]


def test_no_manners_were_broken(story: Life) -> None:
    assert story.servers.violations == []


@pytest.mark.parametrize("fault", ["missing", "503"])
def test_files_that_do_not_come_make_articles_unverified_and_their_coming_makes_them_fresh(
    fault: str, tmp_path: Path
) -> None:
    name, body = next(item for item in sample_articles(LAST_DAY) if "self-care" in item[0])
    lists = watchlists(tmp_path / "lists", "updates")
    with life(recorded_world(LAST_DAY), tmp_path / "data", FIRST_DAY, MONITOR_WATCHLISTS=str(lists)) as lived:
        lived.add("a", name, body)
        lived.live(FIRST_DAY)
        lived.live_until(FIRST_DAY + timedelta(days=1))
        fresh = lived.row("a").freshness
        lived.servers.inject("pubmed_updates", fault, times=None)
        lived.live_until(FIRST_DAY + timedelta(days=6))
        doubtful = lived.row("a").freshness
        lived.servers.clear_faults()
        lived.restart()
        lived.live_until(FIRST_DAY + timedelta(days=8))

        assert (fresh, doubtful) == (Freshness.FRESH, Freshness.UNVERIFIED)
        assert lived.row("a").freshness is Freshness.FRESH


@pytest.mark.chaos
def test_changing_the_transport_again_and_again_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    watchlists(folder, "updates")
    with life(recorded_world(LAST_DAY), tmp_path / "data", FIRST_DAY, MONITOR_WATCHLISTS=str(folder)) as lived:
        for name, body in sample_articles(LAST_DAY):
            lived.add(Path(name).stem, name, body)
        lived.live(FIRST_DAY)
        for number, transport in enumerate(("eutils", "updates", "eutils", "updates", "eutils"), start=1):
            lived.live_until(FIRST_DAY + timedelta(days=5 * number))
            watchlists(folder, transport)
            lived.restart()
        lived.live_until(LAST_DAY)

        assert told(lived) == {
            name: (entry["freshness"], sorted((item["kind"], item["record"]) for item in entry["findings"]))
            for name, entry in EXPECTED.items()
        }
