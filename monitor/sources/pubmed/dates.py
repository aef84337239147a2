"""PubMed's dates, from whichever of its spellings, as ISO text that may be partial."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from monitor.sources.pubmed.elements import Element

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)")
_RECURRING = 1 << 14
"""The dates of a file recur: most of its many records were received, accepted and revised in the same few years."""


Stated: TypeAlias = Mapping[str, str]
"""The parts of a date, by the names of their elements."""


def stated_in(element: Element | None) -> dict[str, str]:
    """The parts of a date as they are stated."""
    if element is None:
        return {}
    return {str(part.tag): (part.text or "").strip() for part in element}


def iso_date(stated: Stated) -> str:
    """A date as far as it is stated: ``2020-03-05``, ``2020-03``, ``2020`` or nothing.

    A season and a free text ("1998 Dec-1999 Jan") are read as their leading year: NCBI sorts by that, and the same
    record is given as one or the other by different channels.
    """
    if not stated:
        return ""
    return _iso(stated.get("Year") or stated.get("MedlineDate", ""), stated.get("Month", ""), stated.get("Day", ""))


def date_in_words(stated: Stated) -> str:
    """An issue date with a season or in free text, in the one spelling both have: ``1978 Jul-Aug``."""
    if season := stated.get("Season"):
        return f"{stated.get('Year', '')} {season}".strip()
    return stated.get("MedlineDate", "")


def full_date(stated: Stated) -> date | None:
    """A date of a record's history, a missing month or day at its first; None for one that no calendar has."""
    return _full(stated.get("Year", ""), stated.get("Month", ""), stated.get("Day", ""))


@lru_cache(_RECURRING)
def _iso(year: str, month: str, day: str) -> str:
    found = _YEAR.search(year)
    if found is None:
        return ""
    number = _month(month)
    if number is None:
        return found.group()
    whole = _day(int(found.group()), number, day)
    return whole.isoformat() if whole else f"{found.group()}-{number:02d}"


@lru_cache(_RECURRING)
def _full(year: str, month: str, day: str) -> date | None:
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
