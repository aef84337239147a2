"""PubMed's dates in ISO spelling, as precise as they are given."""

from __future__ import annotations

import re
from datetime import date

from lxml import etree

MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}


def partial_date(element: etree._Element | None) -> str:
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; of a free-text date or a season, what its beginning says."""
    if element is None:
        return ""
    free = " ".join((element.findtext("MedlineDate") or "").split())
    if free:
        return _free(free)
    year = (element.findtext("Year") or "").strip()
    month = _month(element.findtext("Month") or "")
    day = (element.findtext("Day") or "").strip()
    if not year.isdigit():
        return ""
    if month is None:
        return year
    return f"{year}-{month:02d}-{int(day):02d}" if day.isdigit() else f"{year}-{month:02d}"


def whole_date(element: etree._Element) -> date | None:
    """A date of the record's history, or None when it is not a whole one."""
    try:
        return date.fromisoformat(partial_date(element))
    except ValueError:
        return None


def _free(text: str) -> str:
    match = re.match(r"((?:1[5-9]|20)\d\d)(?:\s+([A-Za-z]{3}))?", text)
    if not match:
        found = re.search(r"\b(?:1[5-9]|20)\d\d\b", text)
        return found.group() if found else ""
    month = _month(match.group(2) or "")
    return f"{match.group(1)}-{month:02d}" if month else match.group(1)


def _month(text: str) -> int | None:
    word = text.strip().lower()
    if word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    return MONTHS.get(word[:3])
