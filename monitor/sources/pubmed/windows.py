"""Cursors are days. A window begins some days before its cursor: records show up late, and days end in Washington."""

from __future__ import annotations

from datetime import date, timedelta

OVERLAP = timedelta(days=3)
FIRST_LOOK_BACK = timedelta(days=30)
"""How far a first poll looks back where nobody says otherwise."""


def as_day(cursor: str) -> date | None:
    """The day that a cursor begins with; None for the first poll, and for a cursor that is no day."""
    try:
        return date.fromisoformat(cursor.partition(" ")[0])
    except ValueError:
        return None


def first_day(cursor: date, today: date) -> date:
    """Where to begin. A cursor ahead of today (a clock was set back) counts as today."""
    return min(cursor, today) - OVERLAP


def between_days(first: date, last: date, tag: str) -> str:
    """A range of days in PubMed's query language, both ends included."""
    return f'("{first:%Y/%m/%d}"[{tag}] : "{last:%Y/%m/%d}"[{tag}])'


def since(first: date, tag: str) -> str:
    """Everything from a day on. The year 3000 is how NLM spells an open end."""
    return f'("{first:%Y/%m/%d}"[{tag}] : "3000"[{tag}])'
