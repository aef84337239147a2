"""Guideline publishers: one reader for all of them, driven by one recipe file each."""

from __future__ import annotations

from monitor.sources.guideline.identities import identities
from monitor.sources.guideline.reader import READER
from monitor.sources.guideline.source import GuidelinePublisher, read_recording

__all__ = ["READER", "GuidelinePublisher", "identities", "read_recording"]
