"""Step 5b: from a study that falls to the reviews and guidelines that list it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.clock import Clock
from monitor.domain.diff import Sighting
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.kinds import EventKind
from monitor.domain.policy import Policy
from monitor.domain.records import Publication, Record
from monitor.domain.second_order import CONTAMINATES, contamination, is_synthesis, listed_studies
from monitor.domain.signals import Signal
from monitor.domain.state import EventState
from monitor.pipeline.ports import Tx


def note_list(tx: Tx, record: Record, *, policy: Policy) -> list[EventState]:
    """Keep what a review lists, have new studies looked at soon, and give what is already known of them."""
    if policy.second_order.depth < 1 or not isinstance(record, Publication) or not is_synthesis(record):
        return []
    new = tx.inclusions.put(record.identifier, listed_studies(record))
    if not new:
        return []
    tx.watches.ensure(kind="included", source="pubmed", due_now=True)
    return _falling(tx.events.of(map(str, new)))


def contaminated(tx: Tx, events: Sequence[EventState], *, policy: Policy, clock: Clock) -> list[EventState]:
    """The events that these are to the reviews which list their records, as many lists deep as policy says."""
    found: list[EventState] = []
    level = _by_listed_name(tx, events) if policy.second_order.depth else []
    for _ in range(policy.second_order.depth):
        level = _one_list_up(tx, level, policy=policy, clock=clock)
        found += level
    return found


def lifted(tx: Tx, records: Iterable[str], *, policy: Policy) -> None:
    """Of these records something no longer holds: where nothing is left, it holds no longer against their reviews."""
    level = {name for family in tx.names.same_as(records).values() for name in family}
    for _ in range(policy.second_order.depth if level else 0):
        families = tx.names.same_as(level)
        sound = {record for record in level if not _falling(tx.events.of(families[record]))}
        level = set()
        for review, study in tx.inclusions.including(sound):
            signal = Signal(record=review, kind=EventKind.CONTAMINATED, shown_by=study, because="")
            tx.events.end(signal, source="pubmed")
            level.add(str(review))


def _by_listed_name(tx: Tx, events: Iterable[EventState]) -> list[EventState]:
    """The falling events under the PMIDs of their publications: by these are studies listed."""
    falling = _falling(events)
    families = tx.names.same_as(event.record for event in falling)
    return [
        replace(event, record=name)
        for event in falling
        for name in sorted(families[event.record])
        if name.startswith(f"{Scheme.PUBMED}:")
    ]


def _one_list_up(tx: Tx, events: Sequence[EventState], *, policy: Policy, clock: Clock) -> list[EventState]:
    passed_on = policy.second_order.depth > 1
    falling = [event for event in _falling(events) if passed_on or event.kind is not EventKind.CONTAMINATED]
    reviews: dict[str, list[Identifier]] = {}
    for review, study in tx.inclusions.including({event.record for event in falling}):
        reviews.setdefault(study, []).append(review)
    return [
        derived
        for event in falling
        for review in reviews.get(event.record, ())
        if (derived := _contaminate(tx, review, event, policy=policy, clock=clock)) is not None
    ]


def _falling(events: Iterable[EventState]) -> list[EventState]:
    return [event for event in events if event.kind in CONTAMINATES and not event.is_hint]


def _contaminate(tx: Tx, review: Identifier, event: EventState, *, policy: Policy, clock: Clock) -> EventState | None:
    last = tx.evidence.last_snapshot(review)
    record = last.record if last is not None else None
    published = record.published if isinstance(record, Publication) else ""
    severity = policy.second_order.weight(event, review_published=published, today=clock.today().date())
    if severity is None:
        return None
    signal = contamination(review, event, severity=severity)
    derived = tx.events.record(
        Sighting(signal=signal),
        title=record.title if record is not None else "",
        url=review.url,
        severity=severity,
        already=event.already,
    )
    tx.events.add_witnesses(derived.id, source="pubmed", notices=[event.shown_by])
    return derived
