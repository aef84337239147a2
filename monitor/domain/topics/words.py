"""How text becomes words, the same for queries and records.

Letters lose case and accents; whatever is no letter or digit parts words, so that ``double-blind`` is two words side by
side. PubMed's help says as much of hyphens; of apostrophes and Greek letters it says nothing: they stay as they are.
"""

from __future__ import annotations

import re
import unicodedata

_PARTING = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})
_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")


def words_of(text: str) -> list[str]:
    """The words of a text in order."""
    if text.isascii():
        return text.lower().translate(_PARTING).split()
    return _WORD.findall(_plain(text))


def folded(name: str) -> str:
    """A heading, type or journal name as it is compared: without case, accents and needless spaces."""
    return " ".join(name.lower().split()) if name.isascii() else " ".join(_plain(name).split())


def _plain(text: str) -> str:
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold()))
