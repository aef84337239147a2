"""What stands in a cell: days, identifiers, lists and words as Retraction Watch writes them. Pure."""

from __future__ import annotations

import re
from datetime import date

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme

NATURES = ("Retraction", "Expression of concern", "Correction", "Reinstatement")
"""The words of RetractionNature; a row may also have none."""

_NATURES = {nature.casefold(): nature for nature in NATURES}
_NOTHING = frozenset({"", "0", "unavailable", "none", "n/a"})
"""How a cell for an identifier says that there is none."""

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+\d{1,2}:\d\d(?::\d\d)?)?", re.ASCII)
_DOI_ADDRESS = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)\s*", re.IGNORECASE)


def says_nothing(text: str) -> bool:
    """Whether a cell for an identifier says that there is none."""
    return text.strip().casefold() in _NOTHING


def words(text: str) -> str:
    """The text of a cell, with white space squeezed."""
    return " ".join(text.split())


def day(text: str) -> str:
    """``M/D/YYYY 0:00``, or without the time, as an ISO date; nothing for whatever no calendar has."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return ""
    month, number, year = map(int, match.groups())
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return ""


def doi(text: str) -> str:
    """The DOI in its canonical spelling, out of its address if need be; nothing where the cell holds none."""
    if says_nothing(text):
        return ""
    try:
        return Identifier.of(Scheme.DOI, _DOI_ADDRESS.sub("", text.strip(), count=1)).value
    except InvalidIdentifier:
        return ""


def pmid(text: str) -> str:
    """The PMID; nothing for ``0`` and for what is no number."""
    try:
        return Identifier.of(Scheme.PUBMED, text.strip().lstrip("0")).value if text.isascii() else ""
    except InvalidIdentifier:
        return ""


def nature(text: str) -> str:
    """The word of the nature as it is usually written; an unknown one as it came."""
    return _NATURES.get(words(text).casefold(), words(text))


def items(text: str) -> tuple[str, ...]:
    """The entries of a list by ``;``, each without a leading ``+``."""
    return tuple(entry for part in text.split(";") if (entry := words(part).lstrip("+").lstrip()))
