"""The recorded world, replayed day by day: what happens reaches the editor, and what is noise does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.articles import Freshness
from monitor.replay.world import recorded_world, sample_articles
from tests.journey.living import LAST_DAY, Life, life

KEYS = {"MONITOR_NICE_API_KEY": "a-key-of-ours", "MONITOR_USPSTF_KEY": "a-key-of-ours"}
EXPECTED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "monitor/replay/world/expected.json").read_text(encoding="utf-8")
)["articles"]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    first_day = LAST_DAY - timedelta(days=30)
    with life(recorded_world(LAST_DAY), tmp_path_factory.mktemp("story"), first_day, **KEYS) as lived:
        for name, body in sample_articles(LAST_DAY):
            lived.add(Path(name).stem, name, body)
        lived.live(first_day)
        lived.live_until(LAST_DAY)
        yield lived


def test_exactly_the_expected_articles_are_stale_and_for_the_expected_reasons(story: Life) -> None:
    found = {}
    for row in story.monitor.desk.report().articles:
        findings = sorted((item.kind.value, item.record, item.severity.value) for item in row.findings)
        found[row.id] = (row.freshness.value, findings)

    assert found == {
        name: (
            entry["freshness"],
            sorted((item["kind"], item["record"], item["severity"]) for item in entry["findings"]),
        )
        for name, entry in EXPECTED.items()
    }


def test_every_finding_is_detected_on_the_day_it_could_be(story: Life) -> None:
    for name, entry in EXPECTED.items():
        found = {item.kind.value: item for item in story.row(name).findings}
        for item in entry["findings"]:
            day = (found[item["kind"]].detected_at.date() - LAST_DAY).days
            assert item["day"] <= day <= item.get("latest_day", item["day"]), (name, item["kind"])


def test_every_stale_article_names_its_sentences_and_its_witness(story: Life) -> None:
    stale = [row for row in story.monitor.desk.report().articles if row.freshness is Freshness.STALE]

    assert stale
    for finding in (finding for row in stale for finding in row.findings):
        assert finding.claims, finding.record
        assert finding.witnesses, finding.record
        assert finding.because
        assert finding.url or finding.record.startswith("guideline:")


def test_a_review_is_open_for_every_stale_article_and_for_no_other(story: Life) -> None:
    assert {entry.article.id for entry in story.monitor.desk.queue().entries} == {
        name for name, entry in EXPECTED.items() if entry["freshness"] == "stale"
    }


def test_the_upstreams_had_nothing_to_complain_about(story: Life) -> None:
    assert story.servers.violations == []


def test_the_two_days_without_the_registry_are_told_and_over(story: Life) -> None:
    failed = [check for check in story.monitor.desk.checks(1000) if check.outcome not in {"polled", "unmodified"}]

    assert {check.source for check in failed} == {"clinicaltrials"}
    assert all(item.status == "ok" for item in story.monitor.desk.coverage())


def test_the_audit_log_is_whole_and_every_message_was_delivered(story: Life) -> None:
    with story.monitor.store.begin() as tx:
        assert tx.audit.verify() == []
        assert tx.outbox.unplanned(limit=1) == ()
    with story.monitor.store.read() as reads:
        [log] = reads.deliveries.states()
    assert log.delivered > 0
    assert (log.waiting, log.held, log.dead) == (0, 0, 0)


def test_nothing_was_met_that_no_reader_knows(story: Life) -> None:
    assert story.monitor.desk.unknown_values() == ()
