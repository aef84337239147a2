"""Which moment somebody means who asks for a past report: a day, or a moment of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_A_SECOND_BUT_AN_INSTANT = timedelta(microseconds=999_999)


class NoSuchPast(ValueError):
    """What was given is no day and no moment, or one that is still to come. The message says what to give."""


def moment_meant(text: str, *, now: datetime) -> datetime:
    """The moment that a text means: of a day its end, of a moment without a fraction the end of that second.

    Both are in UTC where no zone is given. Today is as it stands now. Raises :class:`NoSuchPast`.
    """
    given = text.strip()
    try:
        began, meant = _day(given) if _DAY.fullmatch(given) else _moment(given)
    except (ValueError, OverflowError):
        raise NoSuchPast(
            f"{text!r} is neither a day (2026-01-05) nor a moment (2026-01-05T12:00:00Z) of the calendar"
        ) from None
    if began > now:
        raise NoSuchPast(f"{text!r} is still to come; it is {now:%Y-%m-%d %H:%M} UTC now")
    return min(meant, now)


def _day(text: str) -> tuple[datetime, datetime]:
    """When it begins and when it ends."""
    day = date.fromisoformat(text)
    return datetime.combine(day, time.min, UTC), datetime.combine(day, time.max, UTC)


def _moment(text: str) -> tuple[datetime, datetime]:
    """When it begins and when it ends: reports print their moments without fractions."""
    found = datetime.fromisoformat(text)
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    is_exact = "." in text or "," in text
    return found, found if is_exact else found + _A_SECOND_BUT_AN_INSTANT
