"""What the pipeline reports, as metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from monitor.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class MetricsObserver:
    """Counts in the telemetry's registry."""

    telemetry: Telemetry

    def fetched(self, source: str, outcome: str) -> None:
        """A poll ended with this outcome."""
        self.telemetry.fetches.labels(source=source, outcome=outcome).inc()

    def lease_lost(self) -> None:
        """A commit was refused."""
        self.telemetry.fence_rejections.inc()

    def detected(self, source: str, lag: timedelta) -> None:
        """An event was recorded this long after it happened; the delay is the upstream's and ours together."""
        self.telemetry.detection_lag.labels(source=source, part="theirs").observe(lag.total_seconds())

    def delivered(self, kind: str, outcome: str) -> None:
        """A message was tried on a channel of this kind."""
        self.telemetry.deliveries.labels(kind=kind, outcome=outcome).inc()

    def unknown(self, source: str, field: str) -> None:
        """A value was met that no reader knows."""
        self.telemetry.unknown_values.labels(source=source, field=field).inc()
