"""Crossref: works by their DOI, what updates them, and notices that update them."""

from __future__ import annotations

from monitor.sources.crossref.reader import READER, UnreadableWork, read_recording, read_work

__all__ = ["READER", "UnreadableWork", "read_recording", "read_work"]
