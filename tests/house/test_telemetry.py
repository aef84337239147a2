"""Metrics and health: what is not known is never shown as well."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from monitor.domain.gauges import OutboxGauges, StoreGauges
from monitor.telemetry import METRIC_NAMES, METRICS, CannotListen, HealthServer, StoreCollector, Telemetry
from monitor.telemetry.metrics import MAX_HOSTS

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
GAUGES = StoreGauges(
    as_of=NOW,
    articles={("stale", "submitted"): 2, ("fresh", "approved"): 5},
    findings={("retracted", "critical", "open"): 1},
    last_success={"pubmed": NOW - timedelta(hours=1), "crossref": None},
    expected_interval={"pubmed": timedelta(days=1), "crossref": timedelta(days=1), "nice": timedelta(days=7)},
    oldest_open_review={"critical": NOW - timedelta(days=2)},
    canaries={("pubmed", "retracted"): True, ("pubmed", "control"): False},
    watches_overdue=3,
    outbox=OutboxGauges(pending=4, oldest=NOW - timedelta(hours=2), dead=1),
)


class Told(Exception):
    """What a broken store raises."""


def _broken() -> StoreGauges:
    raise Told("no database")


def _registry(read: Callable[[], StoreGauges] = lambda: GAUGES) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(StoreCollector(read))
    return registry


@contextmanager
def _listening(
    *,
    is_live: Callable[[], list[str]] = list,
    is_ready: Callable[[], list[str]] = list,
    gauges: Callable[[], StoreGauges] = lambda: GAUGES,
) -> Iterator[str]:
    server = HealthServer("127.0.0.1:0", Telemetry(), gauges=gauges, is_live=is_live, is_ready=is_ready)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own listener on loopback
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_source_never_reached_is_shown_as_last_reached_at_the_beginning_of_time() -> None:
    """Absent it would never alert (P89)."""
    name = "monitor_source_last_success_timestamp_seconds"

    assert _registry().get_sample_value(name, {"source": "pubmed"}) == (NOW - timedelta(hours=1)).timestamp()
    assert _registry().get_sample_value(name, {"source": "crossref"}) == 0
    assert _registry().get_sample_value(name, {"source": "nice"}) == 0


def test_the_state_of_the_library_is_read_at_each_scrape() -> None:
    counts = iter([1, 2])
    registry = _registry(lambda: StoreGauges(as_of=NOW, articles={("stale", "submitted"): next(counts)}))
    labels = {"freshness": "stale", "review_status": "submitted"}

    assert registry.get_sample_value("monitor_articles", labels) == 1
    assert registry.get_sample_value("monitor_articles", labels) == 2


def test_registering_does_not_touch_the_store() -> None:
    asked: list[datetime] = []

    def read() -> StoreGauges:
        asked.append(NOW)
        return GAUGES

    _registry(read)

    assert asked == []


def test_an_unreadable_store_shows_no_old_numbers() -> None:
    """P5."""
    registry = _registry(_broken)

    assert registry.get_sample_value("monitor_store_up") == 0
    assert registry.get_sample_value("monitor_watches_overdue") is None


def test_the_age_of_the_oldest_review_is_counted_and_zero_where_none_is_open() -> None:
    registry = _registry()

    assert registry.get_sample_value("monitor_review_age_seconds", {"severity": "critical"}) == 2 * 86400
    assert registry.get_sample_value("monitor_review_age_seconds", {"severity": "minor"}) == 0


def test_a_control_that_is_reported_as_changed_is_not_ok() -> None:
    name = "monitor_canary_ok"

    assert _registry().get_sample_value(name, {"source": "pubmed", "kind": "retracted"}) == 1
    assert _registry().get_sample_value(name, {"source": "pubmed", "kind": "control"}) == 0


def test_hosts_beyond_the_first_sixty_four_are_counted_together() -> None:
    """P69: a label must stay bounded, whatever pages articles name."""
    telemetry = Telemetry()
    for number in range(MAX_HOSTS + 10):
        telemetry.count_request(f"host{number}.example.org", "200")
    telemetry.count_request("host0.example.org", "200")

    count = telemetry.registry.get_sample_value
    assert count("monitor_upstream_requests_total", {"host": "other", "code": "200"}) == 10
    assert count("monitor_upstream_requests_total", {"host": "host0.example.org", "code": "200"}) == 2


def test_the_scheduler_tick_is_a_moment_not_an_age() -> None:
    telemetry = Telemetry()
    telemetry.tick(NOW)

    assert telemetry.registry.get_sample_value("monitor_scheduler_tick_timestamp_seconds") == NOW.timestamp()


def test_two_programs_in_one_process_do_not_share_counters() -> None:
    first, second = Telemetry(), Telemetry()
    first.fence_rejections.inc()

    assert second.registry.get_sample_value("monitor_fence_rejections_total") == 0


def test_the_metrics_page_shows_exactly_the_metrics_of_the_table() -> None:
    """P91."""
    with _listening() as url:
        _, text = _get(f"{url}/metrics")

    families = {
        family.name + ("_total" if family.type == "counter" else ""): family
        for family in text_string_to_metric_families(text)
    }
    assert set(families) == set(METRIC_NAMES)
    assert {name: family.type for name, family in families.items()} == {rule.name: rule.kind for rule in METRICS}


def test_metrics_have_one_prefix_base_units_and_totals() -> None:
    assert all(rule.name.startswith("monitor_") for rule in METRICS)
    assert {rule.kind == "counter" for rule in METRICS if rule.name.endswith("_total")} == {True}
    assert not any(unit in rule.name for rule in METRICS for unit in ("_ms", "_minutes", "_hours", "_days"))


def test_live_ready_and_started_are_different_questions() -> None:
    """P87."""
    ready: list[str] = ["the database is down"]
    with _listening(is_ready=lambda: list(ready)) as url:
        assert _get(f"{url}/livez") == (200, "ok\n")
        assert _get(f"{url}/readyz") == (503, "the database is down\n")
        assert _get(f"{url}/startupz")[0] == 503
        ready.clear()
        assert _get(f"{url}/startupz")[0] == 200
        ready.append("down again")

        assert _get(f"{url}/readyz")[0] == 503
        assert _get(f"{url}/startupz")[0] == 200


def test_a_loop_that_does_not_come_round_makes_the_program_not_alive() -> None:
    """P9."""
    with _listening(is_live=lambda: ["tick has not run for 61 s"]) as url:
        assert _get(f"{url}/livez") == (503, "tick has not run for 61 s\n")


def test_a_check_that_fails_is_itself_a_problem() -> None:
    def fails() -> list[str]:
        raise Told("a bug")

    with _listening(is_ready=fails) as url:
        assert _get(f"{url}/readyz") == (503, "the check itself failed (Told)\n")
        assert _get(f"{url}/livez")[0] == 200


def test_the_metrics_page_answers_while_the_store_is_down() -> None:
    """P5."""
    with _listening(gauges=_broken) as url:
        status, text = _get(f"{url}/metrics")

    assert status == 200
    assert "monitor_store_up 0.0" in text
    assert "monitor_scheduler_tick_timestamp_seconds" in text


def test_there_is_nothing_else_on_the_listener() -> None:
    """P86."""
    with _listening() as url:
        assert _get(f"{url}/")[0] == 404
        assert _get(f"{url}/debug/pprof")[0] == 404


def test_two_hundred_slow_clients_do_not_stop_the_probe() -> None:
    """P70."""
    with _listening() as url, ExitStack() as clients:
        address = urlsplit(url)
        for _ in range(200):
            client = clients.enter_context(socket.create_connection((address.hostname, address.port), timeout=5))
            client.sendall(b"GET /metr")

        assert _get(f"{url}/livez") == (200, "ok\n")


def test_an_address_that_is_taken_is_told_of_by_name() -> None:
    with _listening() as url:
        bind = urlsplit(url).netloc
        second = HealthServer(bind, Telemetry(), gauges=lambda: GAUGES, is_live=list, is_ready=list)

        with pytest.raises(CannotListen, match=bind):
            second.start()


def test_after_the_end_the_store_is_let_go_of() -> None:
    telemetry = Telemetry()
    server = HealthServer("127.0.0.1:0", telemetry, gauges=lambda: GAUGES, is_live=list, is_ready=list)
    server.start()
    server.stop()
    server.stop()

    assert telemetry.registry.get_sample_value("monitor_store_up") is None


def test_a_listener_that_was_not_started_has_no_address() -> None:
    server = HealthServer("127.0.0.1:0", Telemetry(), gauges=lambda: GAUGES, is_live=list, is_ready=list)

    with pytest.raises(RuntimeError, match="not started"):
        _ = server.url
