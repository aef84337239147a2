"""What a sponsor changes of a trial that has begun: its primary outcomes, its size and its end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from monitor.domain.kinds import EventKind
from monitor.domain.records import Trial
from monitor.domain.rules.trial_outcomes import differing
from monitor.domain.signals import Signal

COLLAPSED_TO = 0.6
"""So large a part of the planned participants, or a smaller one, is a collapse: a trial planned with 90 % power keeps
some 70 % of it with six tenths of them."""

SLIPPED_DAYS = 180
"""An end that moves by half a year: by less ends move all the time."""

LONGEST_QUOTE = 200
WHOLE_DAY = len("2026-01-01")
NOT_BEGUN = frozenset({"NOT_YET_RECRUITING", "WITHDRAWN"})
DONE = frozenset({"COMPLETED", "TERMINATED"})
STOPPED = frozenset({"WITHDRAWN", "TERMINATED"})
"""Statuses that say themselves why few people took part; when a trial comes to one, that is told."""


def redesigned(before: Trial, after: Trial) -> Iterator[Signal]:
    """Everything of the kind that lies between two versions of a trial."""
    if _has_begun(before):
        yield from _outcomes(before, after)
    yield from _enrolment(before, after)
    yield from _end(before, after)


def switched_since_start(trial: Trial) -> Iterator[Signal]:
    """What stands now beside what was planned when the trial began, where the registry's history tells that."""
    if trial.outcomes_at_start and trial.primary_outcomes:
        told = _difference(trial.outcomes_at_start, trial.primary_outcomes)
        if told:
            because = f"primary outcomes differ from those registered when the trial began: {told}"
            yield replace(_signal(trial, EventKind.TRIAL_OUTCOME_SWITCHED, because), standing=True)


def _has_begun(trial: Trial) -> bool:
    """Before the first participant an outcome may be changed without a word."""
    if trial.overall_status in NOT_BEGUN:
        return False
    return not trial.started or not trial.last_update_posted or trial.started <= trial.last_update_posted


def _outcomes(before: Trial, after: Trial) -> Iterator[Signal]:
    """A version without any outcome shows a missing module, not a trial without a purpose."""
    if not before.primary_outcomes or not after.primary_outcomes:
        return
    told = _difference(before.primary_outcomes, after.primary_outcomes)
    if told:
        when = "after its completion" if before.overall_status in DONE else "after it had begun"
        yield _signal(after, EventKind.TRIAL_OUTCOME_SWITCHED, f"primary outcomes changed {when}: {told}")


def _difference(before: Sequence[str], after: Sequence[str]) -> str:
    """The outcomes that went and came, in words; nothing where each has one of the same substance."""
    gone, came = differing(before, after)
    return "; ".join([f"no longer {_quoted(measure)}" for measure in gone] + [f"now {_quoted(one)}" for one in came])


def _quoted(measure: str) -> str:
    return f"“{measure if len(measure) <= LONGEST_QUOTE else f'{measure[:LONGEST_QUOTE]}…'}”"


def _enrolment(before: Trial, after: Trial) -> Iterator[Signal]:
    if after.overall_status in STOPPED and after.overall_status != before.overall_status:
        return
    if not before.enrolment or after.enrolment is None or after.enrolment > before.enrolment * COLLAPSED_TO:
        return
    actual = "enrolled" if after.enrolment_type == "ACTUAL" else "now planned"
    because = f"{after.enrolment} participants {actual}, {before.enrolment} {_planned(before)}"
    yield _signal(after, EventKind.TRIAL_ENROLMENT_CHANGED, because)


def _planned(trial: Trial) -> str:
    return "enrolled until then" if trial.enrolment_type == "ACTUAL" else "planned before"


def _end(before: Trial, after: Trial) -> Iterator[Signal]:
    moved = [
        f"{name} from {was} to {now}"
        for name, was, now in (
            ("primary completion", before.primary_completion, after.primary_completion),
            ("completion", before.completion, after.completion),
        )
        if _days_between(was, now) >= SLIPPED_DAYS
    ]
    if moved:
        yield _signal(after, EventKind.TRIAL_DATES_SLIPPED, f"{' and '.join(moved)}")


def _days_between(was: str, now: str) -> int:
    """How much later a date is, counting a month or a year from its first day; 0 where one is missing."""
    first, last = _first_day(was), _first_day(now)
    return (last - first).days if first and last else 0


def _first_day(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return None


def _signal(trial: Trial, kind: EventKind, because: str) -> Signal:
    """One event for each such change, however long its words are."""
    posted = trial.last_update_posted
    change = hashlib.blake2b(because.encode(), digest_size=4).hexdigest()
    return Signal(
        record=trial.identifier,
        kind=kind,
        standing=False,
        shown_by=f"change {change} posted {posted}",
        because=because,
        happened_on=_first_day(posted) if len(posted) == WHOLE_DAY else None,
    )
