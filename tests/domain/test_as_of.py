"""Which moment somebody means who asks for a past report."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.as_of import NoSuchPast, moment_meant

NOW = datetime(2026, 3, 13, 12, 30, 0, 500, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-03-01", datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)),
        (" 2026-03-01 ", datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2026-03-01T12:00:05Z", datetime(2026, 3, 1, 12, 0, 5, 999_999, tzinfo=UTC)),
        ("2026-03-01T12:00:05", datetime(2026, 3, 1, 12, 0, 5, 999_999, tzinfo=UTC)),
        ("2026-03-01 14:00:05+02:00", datetime(2026, 3, 1, 12, 0, 5, 999_999, tzinfo=UTC)),
        ("2026-03-01T12:00:05.25Z", datetime(2026, 3, 1, 12, 0, 5, 250_000, tzinfo=UTC)),
    ],
)
def test_a_day_means_its_end_and_a_printed_moment_the_end_of_its_second(text: str, meant: datetime) -> None:
    assert moment_meant(text, now=NOW) == meant


def test_today_means_now_and_so_does_the_second_that_is_not_over() -> None:
    assert moment_meant("2026-03-13", now=NOW) == NOW
    assert moment_meant("2026-03-13T12:30:00Z", now=NOW) == NOW


@pytest.mark.parametrize("text", ["2026-03-14", "2026-03-13T12:30:01Z", "9999-12-31", "2026-03-13T13:00:00+00:00"])
def test_the_future_is_refused(text: str) -> None:
    with pytest.raises(NoSuchPast, match=r"still to come; it is 2026-03-13 12:30 UTC now"):
        moment_meant(text, now=NOW)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "2026-3-1", "13.03.2026", "0001-01-01T00:00+23:00"])
def test_what_is_no_day_of_the_calendar_is_refused_with_what_to_give(text: str) -> None:
    with pytest.raises(NoSuchPast, match=r"2026-01-05T12:00:00Z"):
        moment_meant(text, now=NOW)


@given(st.text(max_size=25))
def test_whatever_is_written_is_a_moment_or_is_refused(text: str) -> None:
    try:
        assert moment_meant(text, now=NOW) <= NOW
    except NoSuchPast as error:
        assert repr(text) in str(error)  # noqa: PT017 - either is right.
