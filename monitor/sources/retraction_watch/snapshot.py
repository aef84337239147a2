"""Whether a file is believable beside the one before it. What is kept of that one travels in the poll's cursor."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta

MOST_LOST = 0.02
"""So large a part of its rows a file may have lost. A working day adds some dozens and takes away a handful."""

WORKING_DAYS_AT_REST = 7
"""The table is brought up to date on every working day: after so many without a change it stands still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is known of the file that was taken last. ``since`` is the day on which it was first seen as it is."""

    rows: int
    digest: str
    since: str
    etag: str = ""
    members: str = ""

    @classmethod
    def of(cls, cursor: str) -> Taken | None:
        """Read a cursor; None for the first poll, and for a cursor that was written by something else."""
        try:
            return cls(**json.loads(cursor))
        except (ValueError, TypeError):
            return None

    def as_cursor(self) -> str:
        """The text that :meth:`of` reads."""
        return json.dumps(asdict(self), separators=(",", ":"))

    def stands_still(self, today: date) -> bool:
        """Whether the table has not changed for longer than it may."""
        return working_days(date.fromisoformat(self.since), today) > WORKING_DAYS_AT_REST


def has_shrunk(rows: int, before: Taken | None) -> bool:
    """Whether a file has lost more rows than a table loses in its life."""
    return before is not None and rows < before.rows * (1 - MOST_LOST)


def working_days(first: date, last: date) -> int:
    """The days from Monday to Friday after the first day, up to the last."""
    return sum((first + timedelta(days=number)).weekday() < 5 for number in range(1, (last - first).days + 1))
