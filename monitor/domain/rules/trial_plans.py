"""Changed plans of a trial: how many take part, and when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from monitor.domain.kinds import EventKind
from monitor.domain.signals import Signal
from monitor.domain.trials import ACTUAL, Trial, full_date

SMALLEST_SHARE = 0.5
"""A trial with half of the people it was planned with, or fewer, is no longer the trial that was planned: its power is
gone, while smaller shortfalls are the rule."""

LONGEST_DELAY_MONTHS = 6
"""Dates are re-estimated at every yearly verification; half a year is more than such rounding, and long enough that a
sentence on when results are expected has become wrong."""

STOPPED = frozenset({"WITHDRAWN", "TERMINATED"})
"""Statuses that say themselves why few people took part."""


def shrunk(before: Trial, after: Trial) -> Iterator[Signal]:
    """Enrolment fell to half or less in one step. When the trial was stopped in that step, that is told instead."""
    if before.enrolment is None or after.enrolment is None or before.enrolment <= 0:
        return
    if after.overall_status == "WITHDRAWN" or (after.overall_status != before.overall_status and _is_stopped(after)):
        return
    if after.enrolment > before.enrolment * SMALLEST_SHARE:
        return
    yield Signal(
        record=after.identifier,
        kind=EventKind.TRIAL_ENROLMENT_CHANGED,
        standing=False,
        shown_by=f"enrolment {after.enrolment} {after.enrolment_type}".strip(),
        because=f"enrolment fell from {_counted(before)} to {_counted(after)}",
        happened_on=full_date(after.last_update_posted),
    )


def slipped(before: Trial, after: Trial) -> Iterator[Signal]:
    """An end still to come was put off by half a year or more in one step; one event for each new date.

    The primary completion is told where both moved: results are counted from it.
    """
    moves = (
        ("primary completion", before.primary_completion, after.primary_completion, after.primary_completion_type),
        ("completion", before.completion, after.completion, after.completion_type),
    )
    late = [(name, old, new) for name, old, new, kind in moves if kind != ACTUAL and _months(old, new) is not None]
    late = [(name, old, new) for name, old, new in late if (_months(old, new) or 0) >= LONGEST_DELAY_MONTHS]
    if not late or _is_stopped(after):
        return
    name, _, day = late[0]
    yield Signal(
        record=after.identifier,
        kind=EventKind.TRIAL_DATES_SLIPPED,
        standing=False,
        shown_by=f"{name} {day}",
        because=" and ".join(f"{name} was put off from {old} to {new}" for name, old, new in late),
        happened_on=full_date(after.last_update_posted),
    )


def _is_stopped(trial: Trial) -> bool:
    return trial.overall_status in STOPPED


def _counted(trial: Trial) -> str:
    words = {ACTUAL: " people who took part", "ESTIMATED": " planned"}
    return f"{trial.enrolment}{words.get(trial.enrolment_type, '')}"


def _months(before: str, after: str) -> int | None:
    """Whole months from one registry date to another; None where one of them is no date."""
    old, new = _first_day(before), _first_day(after)
    if old is None or new is None:
        return None
    return (new.year - old.year) * 12 + new.month - old.month - (new.day < old.day)


def _first_day(text: str) -> date | None:
    """The first day of a year, a month or a day."""
    return full_date(f"{text}-01-01"[:10]) if text.count("-") != 1 else full_date(f"{text}-01")
