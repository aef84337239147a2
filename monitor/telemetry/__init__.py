"""Every metric, and the listener that shows them with the program's health."""

from monitor.telemetry.collector import StoreCollector
from monitor.telemetry.listener import CannotListen, HealthServer
from monitor.telemetry.metrics import METRIC_NAMES, METRICS, MetricRule, Telemetry

__all__ = ["METRICS", "METRIC_NAMES", "CannotListen", "HealthServer", "MetricRule", "StoreCollector", "Telemetry"]
