"""The days of a record that a query can ask for. A partial date stands for every day it may be."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from monitor.domain.records import Publication

Period = tuple[date, date]

ENTRY = frozenset({"entrez", "pubmed"})
"""The steps of a record's history that tell when PubMed took it in."""


def created_on(record: Publication) -> date | None:
    """The day PubMed took the record in.

    Its XML does not carry the create date itself; the entry date is set to it, but for old records that came late
    (https://pubmed.ncbi.nlm.nih.gov/help/, "Create date" and "Entry date").
    """
    return min((entry.day for entry in record.history if entry.status in ENTRY), default=None)


def published_in(record: Publication) -> tuple[Period, ...]:
    """When the record was published: in print and electronically."""
    periods = (as_period(text) for text in (record.published, record.published_electronically))
    return tuple(period for period in periods if period is not None)


def as_period(text: str) -> Period | None:
    """The days that an ISO date, maybe without day or month, stands for; None where it is none."""
    try:
        year, *rest = (int(part) for part in text.split("-"))
        if not rest:
            return date(year, 1, 1), date(year, 12, 31)
        if len(rest) == 1:
            return date(year, rest[0], 1), date(year, rest[0], monthrange(year, rest[0])[1])
        return date(year, rest[0], rest[1]), date(year, rest[0], rest[1])
    except (ValueError, IndexError):
        return None
