"""Foreign bytes to text. Nothing here fetches, opens a file or follows a reference."""

from __future__ import annotations

from monitor.reading.content import Content, content_of, passages_in
from monitor.reading.html import EXTRACTOR, Page, UnreadablePage, normalised, open_page

__all__ = [
    "EXTRACTOR",
    "Content",
    "Page",
    "UnreadablePage",
    "content_of",
    "normalised",
    "open_page",
    "passages_in",
]
