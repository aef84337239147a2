"""Numbers about the store, read at the moment of a scrape and not before: a restart hides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from monitor.domain.gauges import StoreGauges
from monitor.domain.kinds import Severity
from monitor.telemetry.metrics import rule_of

log = structlog.get_logger()

LabelsT = TypeVar("LabelsT", bound=tuple[str, ...])


class StoreCollector(Collector):
    """Reads the store at each scrape. While it cannot be read, only ``monitor_store_up`` 0 is told: no old numbers."""

    def __init__(self, read: Callable[[], StoreGauges]) -> None:
        self._read = read

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing: or registering would already read the store."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """All families about the store, as they stand now."""
        try:
            gauges = self._read()
        except Exception:  # The edge of a scrape: whatever is wrong with the store, the other metrics are shown.
            log.exception("scrape.store_unreadable")
            return (_plain("monitor_store_up", 0),)
        return (_plain("monitor_store_up", 1), *families(gauges))


def families(gauges: StoreGauges) -> tuple[GaugeMetricFamily, ...]:
    """The store's numbers as metric families. A source never reached has succeeded at 0, so that its alert fires."""
    reached = {source: moment.timestamp() if moment else 0.0 for source, moment in gauges.last_success.items()}
    return (
        _by_labels("monitor_articles", gauges.articles),
        _by_labels("monitor_findings", gauges.findings),
        _by_labels(
            "monitor_source_last_success_timestamp_seconds",
            {(source,): reached.get(source, 0.0) for source in {**gauges.expected_interval, **reached}},
        ),
        _by_labels(
            "monitor_source_expected_interval_seconds",
            {(source,): interval.total_seconds() for source, interval in gauges.expected_interval.items()},
        ),
        _by_labels("monitor_review_age_seconds", _review_ages(gauges)),
        _plain("monitor_watches_overdue", gauges.watches_overdue),
        _by_labels("monitor_canary_ok", gauges.canaries),
        _plain("monitor_outbox_pending", gauges.outbox.pending),
        _plain("monitor_outbox_dead", gauges.outbox.dead),
        _plain("monitor_outbox_oldest_timestamp_seconds", _seconds(gauges.outbox.oldest)),
    )


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _review_ages(gauges: StoreGauges) -> dict[tuple[str, ...], float]:
    opened = gauges.oldest_open_review
    ages = {severity.value: 0.0 for severity in Severity}
    ages |= {severity: max((gauges.as_of - moment).total_seconds(), 0.0) for severity, moment in opened.items()}
    return {(severity,): age for severity, age in ages.items()}


def _plain(name: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, rule_of(name).meaning, value=value)


def _by_labels(name: str, values: Mapping[LabelsT, float]) -> GaugeMetricFamily:
    rule = rule_of(name)
    family = GaugeMetricFamily(name, rule.meaning, labels=rule.labels)
    for labels, value in values.items():
        family.add_metric([str(label) for label in labels], float(value))
    return family
