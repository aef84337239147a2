"""When a source was not reached though it should have been: the silence of such a time says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.domain.read_models import Gap

Stretch = tuple[datetime, datetime]
"""A day's first and last success."""


def longest_gap(
    source: str, successes: Iterable[Stretch], *, start: datetime, end: datetime, allowed: timedelta
) -> Gap | None:
    """The longest time between two successes, longer than ``allowed``, that lies in a period at least in part.

    ``successes`` are those of the period and of ``allowed`` before it; a period that has just begun is no gap.
    """
    found: list[tuple[timedelta, Gap]] = []
    last: datetime | None = None
    for first, latest in sorted(successes):
        if first > start:
            found.append((first - (last or start), Gap(source=source, start=last, end=first)))
        last = latest
    found.append((end - (last or start), Gap(source=source, start=last, end=None)))
    length, gap = max(found, key=lambda pair: pair[0])
    return gap if length > allowed else None
