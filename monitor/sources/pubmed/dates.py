"""PubMed's dates, from whichever of its spellings, as ISO text that may be partial."""

from __future__ import annotations

import re
from datetime import date

from monitor.sources.pubmed.elements import Element, text_at

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)")


def iso_date(element: Element | None) -> str:
    """A date as far as it is stated: ``2020-03-05``, ``2020-03``, ``2020`` or nothing.

    A season and a free text ("1998 Dec-1999 Jan") are read as their leading year: NCBI sorts by that, and the same
    record is given as one or the other by different channels.
    """
    year = _YEAR.search(text_at(element, "Year") or text_at(element, "MedlineDate"))
    if year is None:
        return ""
    month = _month(text_at(element, "Month"))
    if month is None:
        return year.group()
    day = _day(int(year.group()), month, text_at(element, "Day"))
    return day.isoformat() if day else f"{year.group()}-{month:02d}"


def full_date(element: Element) -> date | None:
    """A date of a record's history, a missing month or day at its first; None for one that no calendar has."""
    year, month, day = (text_at(element, part) for part in ("Year", "Month", "Day"))
    number = _month(month) if month else 1
    if not _YEAR.fullmatch(year) or number is None:
        return None
    return _day(int(year), number, day or "1")


def _month(text: str) -> int | None:
    """The number of a month given as ``9``, ``09``, ``Sep`` or ``September``."""
    if text.isascii() and text.isdigit():
        number = int(text[:3])
        return number if 1 <= number <= len(_MONTHS) else None
    name = text[:3].lower()
    return _MONTHS.index(name) + 1 if name in _MONTHS and text.isalpha() else None


def _day(year: int, month: int, text: str) -> date | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 2):
        return None
    try:
        return date(year, month, int(text))
    except ValueError:
        return None
