"""Foreign bytes to text. Nothing here fetches, opens a file or follows a reference."""

from __future__ import annotations

from monitor.reading.html import EXTRACTOR, Page, UnreadablePage, main_text, normalised, open_page

__all__ = ["EXTRACTOR", "Page", "UnreadablePage", "main_text", "normalised", "open_page"]
