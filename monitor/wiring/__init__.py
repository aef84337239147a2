"""The only place that chooses implementations."""

from monitor.wiring.build import Monitor, build
from monitor.wiring.trying import NotRead, try_page

__all__ = ["Monitor", "NotRead", "build", "try_page"]
