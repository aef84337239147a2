"""The only place that chooses implementations."""

from monitor.wiring.build import Monitor, build

__all__ = ["Monitor", "build"]
