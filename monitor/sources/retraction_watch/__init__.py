"""Retraction Watch: retractions, concerns, corrections and reinstatements, as one table of all of them."""

from __future__ import annotations

from monitor.sources.retraction_watch.entries import read_recording
from monitor.sources.retraction_watch.reader import READER, UnreadableTable
from monitor.sources.retraction_watch.source import RetractionWatch

__all__ = ["READER", "RetractionWatch", "UnreadableTable", "read_recording"]
