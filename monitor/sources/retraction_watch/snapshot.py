"""What is remembered of the last table that was believed, and whether the next one can be believed beside it. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

MOST_LOST_PER_CENT = 2
"""Rows are taken back one by one, some twenty on the worst day known; a table that lost more was cut on its way."""

FEW_ROWS, FEW_PER_CENT = 5, 10
"""Of a small table, as tests and recordings have it, so many rows may go as long as they are no larger part of it."""

STANDS_STILL_AFTER = 7
"""Working days. The table is updated on every one of them: over the 51 recorded updates of summer 2026 it never stood
still for more than two. A week and two days more leave room for the holidays at the end of a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The table as it was last believed; ``since`` is the business day on which this digest was first met.

    ``watched`` is the digest of what was looked for in it.
    """

    rows: int
    digest: str
    since: date
    etag: str = ""
    watched: str = ""

    def as_cursor(self) -> str:
        """Compact JSON, which :func:`recall` reads."""
        return json.dumps({**asdict(self), "since": self.since.isoformat()}, separators=(",", ":"))

    @property
    def data_version(self) -> str:
        """How the table is named to people."""
        return f"{self.rows} rows, {self.since.isoformat()}"


def recall(cursor: str) -> Seen | None:
    """What a cursor remembers; None before the first poll, and for a cursor that cannot be read."""
    try:
        values: dict[str, Any] = json.loads(cursor)
        return Seen(
            rows=int(values["rows"]),
            digest=str(values["digest"]),
            since=date.fromisoformat(values["since"]),
            etag=str(values["etag"]),
            watched=str(values["watched"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def shrunk(seen: Seen | None, rows: int) -> str | None:
    """Why a table with so few rows is not believed beside the one before, or None."""
    if seen is None:
        return None
    lost, few = seen.rows - rows, min(FEW_ROWS, seen.rows * FEW_PER_CENT / 100)
    if lost <= max(seen.rows * MOST_LOST_PER_CENT / 100, few):
        return None
    return f"the table shrank from {seen.rows} rows to {rows}: {lost} lost, more than {MOST_LOST_PER_CENT} % of it"


def stands_still(seen: Seen, today: date) -> str | None:
    """Since when the table has not changed, where that is too long ago to be believed; else None."""
    days = working_days(seen.since, today)
    if days <= STANDS_STILL_AFTER:
        return None
    return f"the table has not changed since {seen.since.isoformat()}, for {days} working days: nothing is checked"


def working_days(since: date, today: date) -> int:
    """The days from Monday to Friday after ``since``, up to and with ``today``; none when ``today`` comes first."""
    weeks, rest = divmod(max((today - since).days, 0), 7)
    begun = (since + timedelta(days=number) for number in range(1, rest + 1))
    return 5 * weeks + sum(1 for day in begun if day.weekday() < 5)
