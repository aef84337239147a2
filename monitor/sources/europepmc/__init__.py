"""Europe PMC: an optional second look at retractions, corrections and preprints."""

from __future__ import annotations

from monitor.sources.europepmc.reader import READER, UnreadableResult, read_recording
from monitor.sources.europepmc.source import EuropePmc

__all__ = ["READER", "EuropePmc", "UnreadableResult", "read_recording"]
