"""Retraction Watch: its table of retractions, concerns, corrections and reinstatements, read whole and compared."""

from __future__ import annotations

from monitor.sources.retraction_watch.source import READER, RetractionWatch, read_recording
from monitor.sources.retraction_watch.table import UnreadableTable

__all__ = ["READER", "RetractionWatch", "UnreadableTable", "read_recording"]
