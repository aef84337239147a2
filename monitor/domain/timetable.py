"""When a watch is due next. Due dates lie on a grid, so that polling neither drifts nor piles up."""

from __future__ import annotations

from datetime import datetime, timedelta


def next_due(previous: datetime, interval: timedelta, *, now: datetime) -> datetime:
    """The first date after ``now`` that lies whole intervals after ``previous``; missed ones are not made up for."""
    if previous > now:
        return previous + interval
    missed = (now - previous) // interval
    return previous + (missed + 1) * interval
