"""Cursors are days. A window begins some days before its cursor: days of indexing end in UTC, and records show late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from monitor.domain.identifiers import Identifier, Scheme

OVERLAP = timedelta(days=2)


def as_day(cursor: str) -> date | None:
    """The day of a cursor; None for the first poll, and for a cursor that is no day."""
    try:
        return date.fromisoformat(cursor)
    except ValueError:
        return None


def first_day(cursor: date, today: date) -> date:
    """Where to begin. A cursor ahead of today (a clock was set back) counts as today."""
    return min(cursor, today) - OVERLAP


def watched_dois(identifiers: Iterable[Identifier]) -> tuple[Identifier, ...]:
    """The DOIs among what is watched: of anything else Crossref knows nothing."""
    return tuple(identifier for identifier in identifiers if identifier.scheme is Scheme.DOI)
