"""The table of metrics, and the objects of those that the program counts as it goes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from monitor import __version__

_HOUR, _DAY = 3600.0, 86400.0
LAG_BUCKETS = (
    60.0,
    600.0,
    _HOUR,
    6 * _HOUR,
    _DAY,
    2 * _DAY,
    4 * _DAY,
    7 * _DAY,
    14 * _DAY,
    30 * _DAY,
    90 * _DAY,
    365 * _DAY,
)
"""From a minute to a year: sources tell of a change within a day, the notice itself may come much later."""

MAX_HOSTS = 64
"""So many hosts get a series of their own; article pages may be anywhere, and a label must stay bounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRule:
    """One metric as operators see it. ``kind`` is Prometheus's word for its type."""

    name: str
    kind: str
    meaning: str
    labels: tuple[str, ...] = ()


def _counter(name: str, meaning: str, *labels: str) -> MetricRule:
    return MetricRule(name=name, kind="counter", meaning=meaning, labels=labels)


def _gauge(name: str, meaning: str, *labels: str) -> MetricRule:
    return MetricRule(name=name, kind="gauge", meaning=meaning, labels=labels)


METRICS: tuple[MetricRule, ...] = (
    _gauge("monitor_articles", "Articles by state.", "freshness", "review_status"),
    _gauge("monitor_findings", "Findings by what they are and what became of them.", "kind", "severity", "status"),
    _gauge(
        "monitor_source_last_success_timestamp_seconds",
        "When all that is asked of a source was last answered; 0 when it never was.",
        "source",
    ),
    _gauge("monitor_source_expected_interval_seconds", "How often a source is asked.", "source"),
    _gauge("monitor_review_age_seconds", "Age of the oldest open review; 0 when none is open.", "severity"),
    _gauge("monitor_watches_overdue", "Watches that are late by more than their interval."),
    _gauge("monitor_canary_ok", "1 while a canary fires, or a control stays quiet, as it must.", "source", "kind"),
    _gauge("monitor_outbox_pending", "Messages that wait for a channel to acknowledge them, counted for each channel."),
    _gauge("monitor_outbox_dead", "Messages that were given up on a channel, until they are replayed."),
    _gauge("monitor_outbox_oldest_timestamp_seconds", "Since when the oldest waiting message waits; 0 when none does."),
    _gauge("monitor_store_up", "1 when the numbers about the store could be read at this scrape."),
    _counter("monitor_fetches_total", "Polls by outcome.", "source", "outcome"),
    _counter("monitor_upstream_requests_total", "Requests sent, by host and answer.", "host", "code"),
    _counter("monitor_unknown_values_total", "Values met that no reader knows.", "source", "field"),
    _counter("monitor_deliveries_total", "Tries to deliver a message, by how the receiver took it.", "kind", "outcome"),
    _counter("monitor_fence_rejections_total", "Commits refused because the lease had passed to another process."),
    MetricRule(
        name="monitor_detection_lag_seconds",
        kind="histogram",
        labels=("source", "part"),
        meaning="From a change to its event: their part until it was shown, our part until it was recorded.",
    ),
    _gauge("monitor_scheduler_tick_timestamp_seconds", "When the scheduler last ticked."),
    _gauge("monitor_build_info", "1, with the version as a label.", "version"),
)
"""Every metric there is; docs, dashboards and alerts are checked against it."""

METRIC_NAMES: tuple[str, ...] = tuple(rule.name for rule in METRICS)
_RULES = {rule.name: rule for rule in METRICS}


def rule_of(name: str) -> MetricRule:
    """The table's line for a metric; KeyError for a name that is not in it."""
    return _RULES[name]


class Telemetry:
    """The program's counters, on a registry of their own unless one is given."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        # The library's switch for all registries: else each counter is shown twice.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # The library does not annotate it.
        self.registry = registry if registry is not None else CollectorRegistry()
        self.fetches = self._new_counter("monitor_fetches_total")
        self.upstream_requests = self._new_counter("monitor_upstream_requests_total")
        self.unknown_values = self._new_counter("monitor_unknown_values_total")
        self.deliveries = self._new_counter("monitor_deliveries_total")
        self.fence_rejections = self._new_counter("monitor_fence_rejections_total")
        lag = rule_of("monitor_detection_lag_seconds")
        self.detection_lag = Histogram(lag.name, lag.meaning, lag.labels, registry=self.registry, buckets=LAG_BUCKETS)
        self.scheduler_tick = self._new_gauge("monitor_scheduler_tick_timestamp_seconds")
        self._new_gauge("monitor_build_info").labels(version=__version__).set(1)
        self._hosts: set[str] = set()
        self._hosts_lock = threading.Lock()

    def tick(self, now: datetime) -> None:
        """The scheduler came round at ``now``, in real time."""
        self.scheduler_tick.set(now.timestamp())

    def count_request(self, host: str, code: str) -> None:
        """A request was answered with ``code``. Hosts beyond the first :data:`MAX_HOSTS` count as ``other``."""
        self.upstream_requests.labels(host=self._bounded(host), code=code).inc()

    def _bounded(self, host: str) -> str:
        with self._hosts_lock:
            if host not in self._hosts and len(self._hosts) >= MAX_HOSTS:
                return "other"
            self._hosts.add(host)
        return host

    def _new_counter(self, name: str) -> Counter:
        rule = rule_of(name)
        return Counter(rule.name, rule.meaning, rule.labels, registry=self.registry)

    def _new_gauge(self, name: str) -> Gauge:
        rule = rule_of(name)
        return Gauge(rule.name, rule.meaning, rule.labels, registry=self.registry)
