"""Due dates stay on their grid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.timetable import next_due

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001 - given a zone at once.
INTERVALS = st.timedeltas(timedelta(minutes=1), timedelta(days=30))


@given(MOMENTS, INTERVALS, MOMENTS)
def test_the_next_due_date_lies_ahead_and_on_the_grid(previous: datetime, interval: timedelta, now: datetime) -> None:
    due = next_due(previous, interval, now=now)

    assert due > now
    assert (due - previous) % interval == timedelta(0)
    assert due <= max(previous, now) + interval


def test_after_three_days_down_a_daily_watch_is_polled_once() -> None:
    """P13: what was missed is coalesced."""
    monday = datetime(2026, 6, 1, 11, tzinfo=UTC)

    assert next_due(monday, timedelta(days=1), now=monday + timedelta(days=3, hours=1)) == monday + timedelta(days=4)
