"""Crossref: works by their DOI, what updates them, and notices that update them."""

from __future__ import annotations

from monitor.sources.crossref.pace import Pace
from monitor.sources.crossref.reader import READER, UnreadableWork, read_recording, read_work
from monitor.sources.crossref.source import Crossref

__all__ = ["READER", "Crossref", "Pace", "UnreadableWork", "read_recording", "read_work"]
