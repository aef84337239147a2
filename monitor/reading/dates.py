"""Dates as publishers write them, in ISO text as far as they go."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_NAMES = "|".join(rf"{name[:3]}(?:{name[3:]}|\.|\b)" for name in _MONTHS)
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?(?:\b|(?=T\d))")
_MONTH_FIRST = re.compile(rf"\b({_NAMES})\s+(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?((?:19|20)\d\d)\b", re.I)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({_NAMES})\s+((?:19|20)\d\d)\b", re.I)


def as_iso(text: str) -> str:
    """``July 2020`` → ``2020-07``, ``14 January 2026`` → ``2026-01-14``; what is no such date stays as it is.

    Dates of digits with slashes stay too: which of them is the month cannot be known.
    """
    if match := _ISO.search(text):
        return _checked(text, match.group(1), match.group(2), match.group(3))
    if match := _DAY_FIRST.search(text):
        return _checked(text, match.group(3), _number(match.group(2)), match.group(1))
    if match := _MONTH_FIRST.search(text):
        return _checked(text, match.group(3), _number(match.group(1)), match.group(2))
    return text


def _number(name: str) -> str:
    start = name[:3].lower()
    return str(next(place for place, month in enumerate(_MONTHS, start=1) if month.startswith(start)))


def _checked(text: str, year: str, month: str, day: str | None) -> str:
    try:
        whole = date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        return text
    return whole if day else whole[:7]
