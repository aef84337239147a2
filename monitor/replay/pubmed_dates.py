"""Dates as PubMed queries write them: days, months, years, and "last 6 months"."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_WRITTEN = re.compile(r"(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?")
_RELATIVE = re.compile(r"last\s+(\d{1,4})\s+(day|month|year)s?")
_UNIT_DAYS = {"day": 1, "month": 30.44, "year": 365.25}


def period(text: str, today: date) -> tuple[date, date] | None:
    """First and last day of what a query calls a date; None for what PubMed does not read (such as dashes)."""
    text = text.strip().lower()
    relative = _RELATIVE.fullmatch(text)
    if relative:
        return today - timedelta(days=round(int(relative[1]) * _UNIT_DAYS[relative[2]])), today
    written = _WRITTEN.fullmatch(text)
    return _written_period(written) if written else None


def _written_period(written: re.Match[str]) -> tuple[date, date] | None:
    year, month, day = int(written[1]), int(written[2] or 0), int(written[3] or 0)
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        if month:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return None
