"""Guideline publishers: one reader for all of them, driven by one recipe file each."""

from __future__ import annotations

from monitor.sources.guideline.fetching import Pages
from monitor.sources.guideline.identities import identities
from monitor.sources.guideline.reader import READER
from monitor.sources.guideline.seen import SeenPage
from monitor.sources.guideline.source import GuidelinePublisher, read_recording
from monitor.sources.guideline.visiting import Read, Visitor

__all__ = ["READER", "GuidelinePublisher", "Pages", "Read", "SeenPage", "Visitor", "identities", "read_recording"]
