"""Dashboards, alerts, runbook and metrics tell of the same things."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.domain.kinds import Severity
from monitor.telemetry import METRIC_NAMES, METRICS
from tests.house.dashboards import DEPLOY, alerts, dashboard, load_yaml, metrics_in, panel_queries, panels

BY_TITLE = [pytest.param(panel, id=panel["title"]) for panel in panels()]
BY_ALERT = [pytest.param(alert, id=alert["alert"]) for alert in alerts()]


def test_every_metric_on_the_dashboard_exists_and_every_metric_is_on_it() -> None:
    """P91."""
    shown = {name for _, query in panel_queries() for name in metrics_in(query)}

    assert shown - set(METRIC_NAMES) == set()
    assert set(METRIC_NAMES) - shown == set()


@pytest.mark.parametrize("panel", BY_TITLE)
def test_every_panel_says_what_it_shows_and_in_which_unit(panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["targets"]


@pytest.mark.parametrize("panel", BY_TITLE)
def test_every_panel_asks_the_chosen_source_of_figures_for_the_chosen_job(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        assert target["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert target["expr"].count('job=~"$job"') == sum(
            target["expr"].count(name + "{") for name in (*METRIC_NAMES, *(f"{name}_bucket" for name in METRIC_NAMES))
        )


@pytest.mark.parametrize("panel", BY_TITLE)
def test_rates_follow_the_scrape_interval(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        windows = target["expr"].count("[$__rate_interval]") + target["expr"].count("[$__range]")

        assert target["expr"].count("rate(") == windows


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {(place["x"] + right, place["y"] + down) for right in range(place["w"]) for down in range(place["h"])}

        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells


def test_the_dashboard_can_be_imported_anywhere() -> None:
    found = dashboard()

    assert found["schemaVersion"] == 42
    assert found["uid"] == "freshness-monitor"
    assert len({panel["id"] for panel in panels()}) == len(panels())
    assert [variable["name"] for variable in found["templating"]["list"]] == ["datasource", "job"]


@pytest.mark.parametrize("alert", BY_ALERT)
def test_every_alert_watches_metrics_that_exist(alert: dict[str, Any]) -> None:
    assert metrics_in(alert["expr"]) - set(METRIC_NAMES) == set()


@pytest.mark.parametrize("alert", BY_ALERT)
def test_every_alert_says_what_is_wrong_and_where_the_runbook_tells_what_to_do(alert: dict[str, Any]) -> None:
    """P93."""
    runbook = (DEPLOY / "runbook.md").read_text(encoding="utf-8").splitlines()

    assert alert["annotations"]["summary"]
    assert alert["annotations"]["runbook_url"] == f"deploy/runbook.md#{alert['alert'].lower()}"
    assert f"## {alert['alert']}" in runbook
    assert alert["labels"]["severity"] in {"page", "ticket", "none"}


def test_every_metric_is_explained_to_operators() -> None:
    """P91."""
    lines = (DEPLOY / "README.md").read_text(encoding="utf-8").splitlines()
    rows = {
        f"| `{rule.name}` | {rule.kind} | {', '.join(f'`{label}`' for label in rule.labels)} | {rule.meaning} |"
        for rule in METRICS
    }

    assert {line for line in lines if line.startswith("| `monitor_")} == rows


def test_every_section_of_the_runbook_belongs_to_an_alert() -> None:
    headings = [
        line.removeprefix("## ")
        for line in (DEPLOY / "runbook.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    ]

    assert sorted(headings) == sorted(alert["alert"] for alert in alerts())


@pytest.mark.parametrize("alert", BY_ALERT)
def test_every_alert_is_shown_to_fire_and_all_but_the_watchdog_not_to(alert: dict[str, Any]) -> None:
    """P90."""
    groups = load_yaml(DEPLOY / "prometheus" / "alerts_test.yml")["tests"]
    cases = [case for group in groups for case in group["alert_rule_test"] if case["alertname"] == alert["alert"]]

    assert any(case["exp_alerts"] for case in cases)
    assert any(not case["exp_alerts"] for case in cases) or alert["alert"] == "Watchdog"


def test_alerts_on_reviews_use_the_severities_there_are() -> None:
    queries = [alert["expr"] for alert in alerts() if "monitor_review_age" in alert["expr"]]
    named = {word for query in queries for word in Severity if word in query}

    assert named == {Severity.CRITICAL}


def test_the_example_configuration_reads_the_rules_and_the_listener_as_it_comes() -> None:
    example = load_yaml(DEPLOY / "prometheus" / "prometheus.yml")

    assert example["rule_files"] == ["alerts.yml"]
    assert example["scrape_configs"][0]["static_configs"][0]["targets"] == ["127.0.0.1:9464"]
