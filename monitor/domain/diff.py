"""From two versions of one upstream thing to what an editor may need to know. Pure, and driven by the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import assert_never

from monitor.domain.kinds import KIND_RULES, EventKind
from monitor.domain.read_models import DiffLine
from monitor.domain.reconcile import STRENGTH
from monitor.domain.records import (
    CrossCheck,
    FieldValue,
    GuidelineDocument,
    Publication,
    Record,
    RetractionEntry,
    Trial,
    Work,
    digest,
    material,
)
from monitor.domain.rules import cross_check, guideline, publication, retraction_watch, trial, work
from monitor.domain.signals import UNNAMED, Signal, is_named, is_same_event, strongest_evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A signal seen anew, with the fields in which the record that shows it changed.

    ``formerly`` is what showed the same thing until now, where its notice has only gained an identifier, or where one
    row of a table names another notice.
    """

    signal: Signal
    diff: tuple[DiffLine, ...] = ()
    formerly: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What came with the newer version, and which standing signals went with the older one.

    ``turned`` are those that went because their notice is now one of a stronger kind, with what they turned into.
    """

    came: tuple[Sighting, ...] = ()
    went: tuple[Signal, ...] = ()
    turned: tuple[tuple[Signal, Signal], ...] = ()


LIFTED: dict[EventKind, EventKind] = {rule.closes: kind for kind, rule in KIND_RULES.items() if rule.closes is not None}
"""Kind of a signal that went → kind of the event that tells so; the rest become ``notice_vanished``."""

OUTWEIGHED_BY: dict[EventKind, frozenset[EventKind]] = {
    EventKind.CONCERN_RAISED: frozenset(
        {EventKind.RETRACTED, EventKind.PARTIALLY_RETRACTED, EventKind.PUBLICATION_WITHDRAWN, EventKind.REPUBLISHED}
    ),
    EventKind.RETRACTED: frozenset({EventKind.REPUBLISHED, EventKind.PUBLICATION_WITHDRAWN}),
}
"""Kinds that took the place of a kind: where one of them stands, what went was not lifted."""

LONG_FIELDS = frozenset({"passages", "notes"})
"""Lists that hold a whole page: nobody reads what is the same in them."""

SILENT_WHEN_GONE = frozenset(
    {
        EventKind.TRIAL_WITHDRAWN,
        EventKind.TRIAL_TERMINATED,
        EventKind.TRIAL_SUSPENDED,
        EventKind.TRIAL_RESULTS_POSTED,
        EventKind.TRIAL_OUTCOME_SWITCHED,
        EventKind.PREPRINT_PUBLISHED,
        EventKind.GUIDELINE_UPDATED,
        EventKind.GUIDELINE_REAFFIRMED,
        EventKind.GUIDELINE_UPDATE_ANNOUNCED,
    }
)
"""Kinds whose end is told by the status or edition that follows, or tells nothing."""


def standing(record: Record) -> tuple[Signal, ...]:
    """Everything one version shows, about itself and about records it names; at most one signal per event."""
    match record:
        case Publication():
            return strongest_evidence(tuple(publication.standing(record)))
        case Trial():
            return tuple(trial.standing(record))
        case GuidelineDocument():
            return tuple(guideline.standing(record))
        case Work():
            return strongest_evidence(tuple(work.standing(record)))
        case RetractionEntry():
            return tuple(retraction_watch.standing(record))
        case CrossCheck():
            return strongest_evidence(tuple(cross_check.standing(record)))
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
    went = [signal for signal in old if signal.standing and not _holds(signal, new)]
    sightings = []
    for signal in came:
        former = next((other for other in went if _has_gained_its_name(other, signal)), None)
        if former is None and (former := _under_its_former_notice(signal, went)) is not None:
            signal = _renamed(signal, former)
        sightings.append(Sighting(signal=signal, diff=lines, formerly=former.shown_by if former else ""))
        if former is not None:
            went.remove(former)
    turned = tuple((signal, other) for signal in went for other in came if _turned_into(signal, other))
    silent = [signal for signal in went if any(_turned_into(signal, other) for other in new)]
    told = [
        _told_gone(signal, after, new)
        for signal in went
        if signal.kind not in SILENT_WHEN_GONE and signal not in silent
    ]
    told += [_told_gone(signal, after, new) for signal in old if _has_lost_its_notice(signal, new)]
    return Difference(
        came=(*sightings, *(Sighting(signal=signal, diff=lines) for signal in told)),
        went=tuple(went),
        turned=turned,
    )


def diff_lines(before: Record, after: Record) -> tuple[DiffLine, ...]:
    """The meaning-bearing fields that differ, before and after; of a page's words only those that differ."""
    old, new = material(before), material(after)
    return tuple(_line(name, old.get(name), new[name]) for name in new if old.get(name) != new[name])


def _line(name: str, before: FieldValue, after: FieldValue) -> DiffLine:
    if name in LONG_FIELDS and isinstance(before, list) and isinstance(after, list):
        gone, came = [one for one in before if one not in after], [one for one in after if one not in before]
        before, after = gone, came
    return DiffLine(field=name, before=before, after=after)


def _holds(signal: Signal, signals: tuple[Signal, ...]) -> bool:
    return any(
        other.record == signal.record
        and other.kind == signal.kind
        and is_same_event(signal.kind, other.shown_by, signal.shown_by)
        for other in signals
    )


_UP_TO_THE_YEAR = re.compile(r".*?\b(?:19|20)\d\d\b")


def _has_gained_its_name(former: Signal, signal: Signal) -> bool:
    """Whether a notice that was only cited until now is this one: the same kind, journal and year."""
    if (former.record, former.kind) != (signal.record, signal.kind):
        return False
    if is_named(former.shown_by) or not is_named(signal.shown_by):
        return False
    cited = _UP_TO_THE_YEAR.match(former.citation)
    again = _UP_TO_THE_YEAR.match(signal.citation)
    return cited is not None and again is not None and cited.group().casefold() == again.group().casefold()


def _turned_into(former: Signal, signal: Signal) -> bool:
    """Whether one notice is now called something stronger: a concern became a retraction in the same row or entry."""
    if former.record != signal.record or STRENGTH.get(signal.kind, 0) <= STRENGTH.get(former.kind, 0):
        return False
    return bool({former.shown_by, *former.names} & {signal.shown_by, *signal.names})


def _under_its_former_notice(signal: Signal, went: list[Signal]) -> Signal | None:
    """What one row or entry showed until now by another notice: it tells of one thing all the time."""
    names = {signal.shown_by, *signal.names}
    return next(
        (
            other
            for other in went
            if (other.record, other.kind) == (signal.record, signal.kind) and names & {other.shown_by, *other.names}
        ),
        None,
    )


def _renamed(signal: Signal, former: Signal) -> Signal:
    return replace(signal, because=f"{signal.because}; its notice was {former.shown_by} and is now {signal.shown_by}")


def _has_lost_its_notice(former: Signal, signals: tuple[Signal, ...]) -> bool:
    """Whether only a mark is left of what a notice showed."""
    left = [other for other in signals if (other.record, other.kind) == (former.record, former.kind)]
    return former.shown_by != UNNAMED and bool(left) and all(other.shown_by == UNNAMED for other in left)


def _passing(before: Record, after: Record) -> tuple[Signal, ...]:
    match before, after:
        case Publication(), Publication():
            return tuple(publication.passing(before, after))
        case Trial(), Trial():
            return tuple(trial.passing(before, after))
        case GuidelineDocument(), GuidelineDocument():
            return tuple(guideline.passing(before, after))
        case _:
            return ()


def _told_gone(signal: Signal, after: Record, standing_now: tuple[Signal, ...]) -> Signal:
    """Lifted is what a record itself no longer shows in any form. Of everything else a notice has vanished."""
    now = {other.kind for other in standing_now if other.record == signal.record}
    replaced = now & ({signal.kind} | OUTWEIGHED_BY.get(signal.kind, frozenset()))
    vanished = replaced or signal.record != after.identifier
    kind = EventKind.NOTICE_VANISHED if vanished else LIFTED.get(signal.kind, EventKind.NOTICE_VANISHED)
    return Signal(
        record=signal.record,
        kind=kind,
        standing=False,
        shown_by=f"{signal.kind} by {signal.shown_by} gone in {digest(after)[:8]}",
        because=f"{after.identifier} no longer shows what it showed before: {signal.because}",
    )
