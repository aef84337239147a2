"""What pages say beyond the verdict: the rule, the source's own words, what was not checked, and the watchlists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from lxml.html import HtmlElement
from starlette.testclient import TestClient

from monitor.domain.designs import Design
from monitor.domain.explanations import Outage, rules_of
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.outcomes import Unreachable
from monitor.domain.policy import Policy
from monitor.domain.read_models import FlipLine
from monitor.web.pages.timeline import LEFT, RIGHT, timeline
from tests.faces import staged, views
from tests.faces.browsing import page
from tests.pipeline.scene import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = staged.retracted(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield made
    made.store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return staged.watchlists(tmp_path / "watchlists")


@pytest.fixture
def browser(stage: Stage, folder: Path) -> TestClient:
    return staged.browser(stage, folder)


def the_finding(browser: TestClient) -> HtmlElement:
    [address] = page(browser, "/articles/a").xpath("//article//a[starts-with(@href, '/findings/')]/@href")
    return page(browser, address)


def test_a_finding_is_explained_by_its_notice_in_the_sources_own_words(browser: TestClient) -> None:
    found = the_finding(browser)

    assert found.xpath("//h1/text()") == ["A retraction notice names reference 1"]
    words = found.xpath("//blockquote")
    assert "Retraction: A trial of something" in words[0].text_content()
    assert "A trial of something" in words[1].text_content()
    assert found.xpath("//a[text()='Open the notice (PubMed 200)']/@href") == ["https://pubmed.ncbi.nlm.nih.gov/200/"]


def test_a_finding_says_by_which_rule_it_weighs_what_it_does(browser: TestClient) -> None:
    says = the_finding(browser).xpath("string(//section[@aria-labelledby='why-title'])")

    assert "is critical unless policies.yaml says otherwise" in says
    assert "What is major or worse makes an article stale" in says


def test_a_finding_links_every_sentence_that_is_to_be_read_again(browser: TestClient) -> None:
    links = the_finding(browser).xpath("//ul[@class='sentences']//a/@href")

    assert links == ["/articles/a#claim-0", "/articles/a#claim-1"]


def test_a_finding_shows_the_state_of_its_source_when_that_cannot_be_reached(stage: Stage, browser: TestClient) -> None:
    stage.later(days=1)
    stage.source.outcome = Unreachable(reason="no answer")
    stage.poll()

    assert "Could not check" in the_finding(browser).xpath("string(//section[@aria-labelledby='shown-title'])")


def test_a_finding_that_is_not_there_is_not_found(browser: TestClient) -> None:
    assert browser.get("/findings/0000000000000000").status_code == 404


@pytest.mark.parametrize(
    ("kind", "severity", "policy", "place"),
    [
        (EventKind.CORRECTED, Severity.MINOR, Policy(severity={EventKind.CORRECTED: Severity.MINOR}), "severity"),
        (EventKind.NEW_EVIDENCE, Severity.MAJOR, Policy(new_evidence={Design.RCT: Severity.MAJOR}), "new_evidence"),
        (EventKind.CONTAMINATED, Severity.MINOR, Policy(), "second_order"),
        (EventKind.RETRACTED, Severity.MINOR, Policy(), "witnesses"),
    ],
)
def test_a_weight_that_is_not_the_usual_one_names_the_key_that_gives_it(
    kind: EventKind, severity: Severity, policy: Policy, place: str
) -> None:
    rules = rules_of(views.finding("f", kind, severity=severity), policy)

    assert any(place in rule.place for rule in rules)
    assert str(severity) in " ".join(rule.says for rule in rules)


def test_the_picture_shows_a_time_in_which_a_source_could_not_be_read(stage: Stage, browser: TestClient) -> None:
    stage.later(days=1)
    outcome = stage.source.outcome
    stage.source.outcome = Unreachable(reason="no answer")
    stage.poll()
    stage.later(days=3)
    stage.source.outcome = outcome
    stage.poll()

    gaps = page(browser, "/articles/a").xpath("//*[local-name()='rect'][contains(@class, 'gap')]")
    assert [gap.text_content() for gap in gaps] == ["pubmed, since 4 Jun 2026, 12:00 UTC until 7 Jun 2026, 12:00 UTC"]


def test_a_gap_that_lasts_reaches_to_the_end_of_the_picture() -> None:
    gap = Outage(source="pubmed", since=views.NOON - timedelta(days=3), until=None, reason="no answer")
    [span] = timeline(views.article(), [gap], now=views.NOON).outages

    assert span.x + span.width == pytest.approx(RIGHT, abs=0.1)


def test_states_follow_one_another_in_the_picture_without_a_hole() -> None:
    flips = tuple(
        FlipLine(at=views.NOON - timedelta(days=days), field="freshness", before=before, after=after, because="")
        for days, before, after in ((9, "fresh", "stale"), (4, "stale", "unverified"))
    )
    spans = timeline(replace(views.article(), flips=flips), [], now=views.NOON).freshness

    assert [span.tone for span in spans] == ["fresh", "stale", "unverified"]
    assert spans[0].x == LEFT
    for before, after in pairwise(spans):
        assert before.x + before.width == pytest.approx(after.x, abs=0.2)


@pytest.mark.parametrize("days", [0, 1, 13, 100, 1_000, 20_000])
def test_the_axis_of_the_picture_is_never_crowded(days: int) -> None:
    flip = FlipLine(at=views.NOON - timedelta(days=days), field="freshness", before="fresh", after="stale", because="")
    ticks = timeline(replace(views.article(), flips=(flip,)), [], now=views.NOON).ticks

    assert 2 <= len(ticks) <= 10
    assert ticks[0].day == date(2026, 11, 20)


def test_watchlists_are_shown_line_by_line(browser: TestClient) -> None:
    assert page(browser, "/watchlists").xpath("//tbody//a/text()") == ["policies.yaml"]
    assert page(browser, "/watchlists/policies.yaml").xpath("//li/code/text()") == ["stale_from: major"]


def test_a_mistake_in_a_watchlist_is_shown_at_its_line(folder: Path, browser: TestClient) -> None:
    staged.watchlists(folder, policies="stale_from: major\nminor_limit: many\n")

    alert = page(browser, "/watchlists").xpath("//*[@role='alert']")[0]
    assert "policies.yaml, line 2" in alert.text_content()
    assert "minor_limit" in alert.text_content()
    assert page(browser, "/watchlists/policies.yaml").xpath("//li[@class='wrong']/@id") == ["line-2"]


def test_a_watchlist_that_was_changed_since_the_start_is_said_to_be_not_yet_followed(
    folder: Path, browser: TestClient
) -> None:
    assert "Changed since" not in browser.get("/watchlists").text
    staged.watchlists(folder, policies="stale_from: critical\n")

    assert "Changed since: policies.yaml" in browser.get("/watchlists").text


@pytest.mark.parametrize(
    "name", ["../monitor.db", "%2e%2e/monitor.db", "/etc/passwd", "policies.yaml/", "nowhere.yaml"]
)
def test_only_watchlists_are_shown(browser: TestClient, name: str) -> None:
    assert browser.get(f"/watchlists/{name}").status_code in {400, 404}
