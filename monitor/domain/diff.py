"""From two versions of one upstream thing to what an editor may need to know. Pure, and driven by the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from monitor.domain.kinds import KIND_RULES, EventKind
from monitor.domain.read_models import DiffLine
from monitor.domain.records import GuidelineDocument, Publication, Record, Trial, digest, material
from monitor.domain.rules import guideline, publication, trial
from monitor.domain.signals import Signal, is_same_event, strongest_evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A signal seen anew, with the fields in which the record that shows it changed."""

    signal: Signal
    diff: tuple[DiffLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What came with the newer version, and which standing signals went with the older one."""

    came: tuple[Sighting, ...] = ()
    went: tuple[Signal, ...] = ()


LIFTED: dict[EventKind, EventKind] = {rule.closes: kind for kind, rule in KIND_RULES.items() if rule.closes is not None}
"""Kind of a signal that went → kind of the event that tells so; the rest become ``notice_vanished``."""

SILENT_WHEN_GONE = frozenset(
    {
        EventKind.TRIAL_WITHDRAWN,
        EventKind.TRIAL_TERMINATED,
        EventKind.TRIAL_SUSPENDED,
        EventKind.TRIAL_RESULTS_POSTED,
        EventKind.GUIDELINE_UPDATED,
    }
)
"""Kinds whose end is told by the status or edition that follows."""


def standing(record: Record) -> tuple[Signal, ...]:
    """Everything one version shows, about itself and about records it names; at most one signal per event."""
    match record:
        case Publication():
            return strongest_evidence(tuple(publication.standing(record)))
        case Trial():
            return tuple(trial.standing(record))
        case GuidelineDocument():
            return tuple(guideline.standing(record))
        case _:
            assert_never(record)


def between(before: Record | None, after: Record) -> Difference:
    """What changed; with ``before`` None, all that the first reading shows. ``between(a, a)`` is empty."""
    if before is None:
        return Difference(came=tuple(Sighting(signal=signal) for signal in standing(after)))
    if digest(before) == digest(after):
        return Difference()
    old, new, lines = standing(before), standing(after), diff_lines(before, after)
    came = tuple(signal for signal in new if not _holds(signal, old)) + _passing(before, after)
    gone = tuple(signal for signal in old if not _holds(signal, new) and signal.kind not in SILENT_WHEN_GONE)
    told = tuple(_told_gone(signal, after, new) for signal in gone)
    return Difference(
        came=tuple(Sighting(signal=signal, diff=lines) for signal in (*came, *told)),
        went=tuple(signal for signal in old if not _holds(signal, new)),
    )


def diff_lines(before: Record, after: Record) -> tuple[DiffLine, ...]:
    """The meaning-bearing fields that differ, before and after."""
    old, new = material(before), material(after)
    return tuple(
        DiffLine(field=name, before=old.get(name), after=new[name]) for name in new if old.get(name) != new[name]
    )


def _holds(signal: Signal, signals: tuple[Signal, ...]) -> bool:
    return any(
        other.record == signal.record
        and other.kind == signal.kind
        and is_same_event(signal.kind, other.shown_by, signal.shown_by)
        for other in signals
    )


def _passing(before: Record, after: Record) -> tuple[Signal, ...]:
    match before, after:
        case Trial(), Trial():
            return tuple(trial.passing(before, after))
        case GuidelineDocument(), GuidelineDocument():
            return tuple(guideline.passing(before, after))
        case _:
            return ()


def _told_gone(signal: Signal, after: Record, standing_now: tuple[Signal, ...]) -> Signal:
    others = any(other.kind == signal.kind and other.record == signal.record for other in standing_now)
    kind = EventKind.NOTICE_VANISHED if others else LIFTED.get(signal.kind, EventKind.NOTICE_VANISHED)
    return Signal(
        record=signal.record,
        kind=kind,
        standing=False,
        shown_by=f"{signal.kind} by {signal.shown_by} gone in {digest(after)[:8]}",
        because=f"{after.identifier} no longer shows what it showed before: {signal.because}",
    )
