"""PDF documents to text, in a child process. Their bytes change with every rendering; their words do not."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from monitor.domain.records import Passage
from monitor.reading.child import ChildFailed, answer_parent, ask_child
from monitor.reading.html import UnreadablePage, normalised

PDF_EXTRACTOR = f"pdf-1/pypdf-{version('pypdf')}"
"""What a text was extracted with."""

MOST_PAGES = 1_500
LEAST_LETTERS = 40
"""With fewer letters a document is pictures of pages."""

_EDGE = 3
"""So many lines at the top and at the bottom of a page may be its head and foot."""

_PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.I)
_BREAK = re.compile(r"\n\s*\n|\n(?=\s*(?:[•●▪○*]|[-–]\s|\(?\d{1,2}(?:\.\d{1,2})*[.)]\s))")
_HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


def is_pdf(body: bytes) -> bool:
    """Whether these bytes are a PDF document."""
    return b"%PDF-" in body[:1024]


def read_pdf(body: bytes) -> tuple[str, tuple[Passage, ...]]:
    """Title and paragraphs of a document, without the lines that stand on most of its pages.

    Raises :class:`UnreadablePage` for one that is encrypted, broken, without text, or takes too long or too much.
    """
    try:
        read = ask_child("monitor.reading.pdf", body)
    except ChildFailed as failed:
        raise UnreadablePage(f"no PDF that can be read: {failed}") from None
    pages = [str(text) for text in read["pages"]]
    if sum(map(str.isalpha, "".join(pages))) < LEAST_LETTERS:
        raise UnreadablePage("a PDF without text: its pages are pictures")
    whole = _HYPHEN.sub("", "\n".join(_without_running_lines(pages)))
    found = (normalised(part).lstrip("•●▪○*–- ") for part in _BREAK.split(whole))
    return normalised(str(read["title"])), tuple(Passage(text=text) for text in found if text)


def _without_running_lines(pages: list[str]) -> Iterable[str]:
    """The pages without the heads and feet that most of them share, and without page numbers."""
    lines = [[line.strip() for line in page.splitlines()] for page in pages]
    seen = Counter(line for page in lines for line in {*page[:_EDGE], *page[-_EDGE:]})
    running = {line for line, count in seen.items() if len(pages) > 2 and count * 2 > len(pages)}
    for page in lines:
        yield "\n".join(line for line in page if line not in running and not _PAGE_NUMBER.fullmatch(line))


def _extract(body: bytes) -> dict[str, Any]:
    """The child's work."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError("it is encrypted")
        if len(reader.pages) > MOST_PAGES:
            raise ValueError(f"it has more than {MOST_PAGES} pages")
        title = (reader.metadata.title if reader.metadata else "") or ""
        return {"title": title, "pages": [page.extract_text() for page in reader.pages]}
    except (PyPdfError, OSError, NotImplementedError) as error:
        raise ValueError(str(error) or type(error).__name__) from None


if __name__ == "__main__":
    answer_parent(_extract)
