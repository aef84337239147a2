"""When a host wants us back (RFC 9110, section 10.2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DEFAULT_SECONDS = 60.0
_LEAST_SECONDS = 1.0
_MOST_SECONDS = 24 * 3600.0


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds to stay away, at least 1 and at most a day; None when the header is absent or says nothing."""
    value = headers.get("retry-after", "").strip()
    seconds = float(value) if value.isascii() and value.isdigit() else _until_date(value, now)
    return None if seconds is None else min(max(seconds, _LEAST_SECONDS), _MOST_SECONDS)


def _until_date(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:  # "-0000" and the two obsolete date forms: HTTP dates are always GMT.
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
