"""Rules and panels on a real Prometheus that scrapes a real listener."""

from __future__ import annotations

import json
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from monitor.clock import SystemClock
from monitor.domain.gauges import OutboxGauges, StoreGauges
from monitor.domain.kinds import Severity
from monitor.telemetry import HealthServer, Telemetry
from tests.house.dashboards import DEPLOY, panel_queries

pytestmark = pytest.mark.acceptance

FoundT = TypeVar("FoundT")
PATIENCE_SECONDS = 60.0
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: freshness-monitor
    static_configs: [{{targets: ["{target}"]}}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """A running Prometheus and the program it scrapes."""

    url: str
    telemetry: Telemetry

    def query(self, query: str) -> list[dict[str, Any]]:
        """The instant vector of a query; a refused query is an error of the test."""
        address = f"{self.url}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own Prometheus on loopback
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return found


def _gauges() -> StoreGauges:
    now = datetime.now(UTC)
    return StoreGauges(
        as_of=now,
        articles={("stale", "submitted"): 3, ("unverified", "under_review"): 1, ("fresh", "approved"): 40},
        findings={("retracted", "critical", "open"): 1, ("corrected", "major", "open"): 4},
        last_success={"pubmed": now, "crossref": None},
        expected_interval={"pubmed": timedelta(days=1), "crossref": timedelta(days=1)},
        oldest_open_review={Severity.CRITICAL: now - timedelta(days=4)},
        watches_overdue=2,
        outbox=OutboxGauges(pending=7, oldest=now, dead=2),
        canaries={("pubmed", "retracted"): True, ("pubmed", "control"): False},
    )


def _live_a_little(telemetry: Telemetry) -> None:
    telemetry.tick(datetime.now(UTC))
    telemetry.fetches.labels(source="pubmed", outcome="polled").inc()
    telemetry.count_request("eutils.ncbi.nlm.nih.gov", "200")
    telemetry.unknown_values.labels(source="pubmed", field="type").inc()
    telemetry.deliveries.labels(kind="email", outcome="acknowledged").inc()
    telemetry.detection_lag.labels(source="pubmed", part="theirs").observe(90_000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _until(look: Callable[[], FoundT | None], what: str) -> FoundT:
    """Look again until there is something; fail after a minute."""
    clock = SystemClock()
    end = clock.monotonic() + PATIENCE_SECONDS
    while clock.monotonic() < end:
        if (found := look()) is not None:
            return found
        clock.wait(0.25)
    pytest.fail(f"{what} did not come within {PATIENCE_SECONDS:g} s")


@contextmanager
def _prometheus(folder: Path, target: str) -> Iterator[str]:
    config = folder / "prometheus.yml"
    config.write_text(CONFIG.format(rules=DEPLOY / "prometheus" / "alerts.yml", target=target))
    address = f"127.0.0.1:{_free_port()}"
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address={address}",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield f"http://{address}"
        finally:
            running.terminate()
            running.wait(20)


def _is_ready(url: str) -> bool | None:
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=5):  # noqa: S310 - our own Prometheus on loopback
            return True
    except (urllib.error.URLError, ConnectionError):
        return None


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraped]:
    """A Prometheus that has seen the program work over several scrapes."""
    telemetry = Telemetry()
    health = HealthServer("127.0.0.1:0", telemetry, gauges=_gauges, is_live=list, is_ready=list)
    health.start()
    try:
        with _prometheus(tmp_path_factory.mktemp("prometheus"), urllib.parse.urlsplit(health.url).netloc) as url:
            _until(lambda: _is_ready(url), "Prometheus")
            found = Scraped(url=url, telemetry=telemetry)
            _until(lambda: _seen_working(found), "the counters' rates")
            yield found
    finally:
        health.stop()


def _seen_working(scraped: Scraped) -> bool | None:
    _live_a_little(scraped.telemetry)
    rates = scraped.query("rate(monitor_fetches_total[30s])")
    return True if rates and float(rates[0]["value"][1]) > 0 else None


@pytest.mark.parametrize(("title", "query"), panel_queries())
def test_every_panel_shows_something_when_there_is_something(scraped: Scraped, title: str, query: str) -> None:
    """P91. The variables of the dashboard are filled in as Grafana fills them in."""
    asked = query.replace("$__rate_interval", "30s").replace("$__range", "5m").replace("$job", ".+")

    assert scraped.query(asked), title


def test_a_source_never_reached_is_on_its_way_to_an_alert_and_one_just_reached_is_not(scraped: Scraped) -> None:
    """P88, P89."""
    waiting = _until(lambda: scraped.query('ALERTS{alertname="SourceStale"}') or None, "the alert")

    assert [alert["metric"]["source"] for alert in waiting] == ["crossref"]


def test_the_watchdog_fires_from_the_start(scraped: Scraped) -> None:
    """P92."""
    assert _until(lambda: scraped.query('ALERTS{alertname="Watchdog",alertstate="firing"}') or None, "the watchdog")


def test_the_program_shows_few_series_however_much_it_watches(scraped: Scraped) -> None:
    """P69."""
    (count,) = scraped.query('count({__name__=~"monitor_.+"})')

    assert float(count["value"][1]) < 200


def test_promtool_accepts_the_metrics_page() -> None:
    """P90."""
    telemetry = Telemetry()
    _live_a_little(telemetry)
    health = HealthServer("127.0.0.1:0", telemetry, gauges=_gauges, is_live=list, is_ready=list)
    health.start()
    try:
        with urllib.request.urlopen(f"{health.url}/metrics", timeout=10) as answer:  # noqa: S310 - on loopback
            page = answer.read()
    finally:
        health.stop()

    checked = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml"), ("check", "config", "prometheus.yml")],
    ids=lambda arguments: " ".join(arguments),
)
def test_promtool_accepts_rules_their_tests_and_the_example(arguments: tuple[str, ...]) -> None:
    """P90."""
    ran = subprocess.run(
        ["promtool", *arguments], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
