"""Step 4b: one notice seen by several sources is one event with several witnesses, and the strongest kind wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from monitor.domain.decided import Weighed
from monitor.domain.identifiers import Scheme
from monitor.domain.policy import Policy
from monitor.domain.reconcile import STRENGTH, Part, Telling, parts, severity_of
from monitor.domain.signals import is_named
from monitor.domain.state import EventState, Shown
from monitor.pipeline.ports import Tx

NONE: Mapping[int, int] = MappingProxyType({})

PUBLICATIONS = (f"{Scheme.PUBMED}:", f"{Scheme.DOI}:")
"""How the records begin that may be known by several names."""


@dataclass(slots=True)
class Reconciled:
    """Events made one where they are one. ``events`` are those that speak, with the weight of all their witnesses.

    ``names`` are all names of the publications concerned, ``told_as`` says of the other events which one speaks for
    them, and ``parted`` are those that speak for themselves again.
    """

    events: list[EventState] = field(default_factory=list)
    names: dict[str, frozenset[str]] = field(default_factory=dict)
    told_as: dict[int, int] = field(default_factory=dict)
    parted: list[int] = field(default_factory=list)


def reconcile(
    tx: Tx,
    events: Sequence[EventState],
    *,
    renamed: Iterable[str] = (),
    turned: Mapping[int, int] = NONE,
    policy: Policy,
) -> Reconciled:
    """Find out which of the events that stand on these publications are one.

    ``renamed`` are records that got another name just now: what was told under two names may be one. ``turned`` are
    events that ended because they turned into others. The outcome depends on what the sources show, not on the order
    in which they came.
    """
    done = Reconciled(events=[event for event in events if event.kind not in STRENGTH])
    several = [event for event in events if event.kind in STRENGTH]
    records = {event.record for event in events if event.record.startswith(PUBLICATIONS)} | set(renamed)
    if not records:
        return done
    done.names = tx.names.same_as(records)
    shown = tx.events.shown({name for family in done.names.values() for name in family})
    notices = tx.names.same_as({name for one in shown for name in one.names})
    by_record: dict[str, list[Shown]] = {}
    for one in shown:
        by_record.setdefault(one.event.record, []).append(one)
    speaking: dict[int, EventState] = {}
    for family in set(done.names.values()):
        told = [one for name in sorted(family) for one in by_record.get(name, ())]
        speaking |= _settled(tx, told, notices, policy, done)
    now = {former: speaking[event_id].id for former, event_id in turned.items() if event_id in speaking}
    tx.events.tell_as(now)
    done.told_as.update(now)
    ended = [event for event in several if event.id not in speaking]
    wanted = {speaking[event.id].id: speaking[event.id] for event in several if event.id in speaking}
    affected = {*done.told_as.values(), *done.parted} - wanted.keys()
    done.events += [*ended, *wanted.values(), *(speaking[keeper] for keeper in sorted(affected))]
    return done


def concerned_by(tx: Tx, reconciled: Reconciled) -> tuple[str, ...]:
    """The articles whose findings :func:`join_findings` may change: nobody else should decide about them meanwhile."""
    weighed = (event.id for event in reconciled.events if event.kind in STRENGTH)
    return tx.findings.concerned_by({*reconciled.parted, *reconciled.told_as, *weighed})


def join_findings(tx: Tx, reconciled: Reconciled) -> tuple[set[str], list[Weighed]]:
    """Let each article be told once of what is one, as heavily as its witnesses say.

    Returns the articles concerned, and the findings that weigh otherwise than they did.
    """
    articles: set[str] = set()
    for event_id in reconciled.parted:
        articles.update(tx.findings.part(event_id))
    for event_id, keeper in reconciled.told_as.items():
        articles.update(tx.findings.join(event_id, told_as=keeper))
    weighed = [
        one
        for event in reconciled.events
        if event.kind in STRENGTH
        for one in tx.findings.weigh(event.id, event.severity)
    ]
    return articles | {one.article_id for one in weighed}, weighed


def _settled(
    tx: Tx, shown: Sequence[Shown], notices: Mapping[str, frozenset[str]], policy: Policy, done: Reconciled
) -> dict[int, EventState]:
    """Settle the events of one publication; returns for each the event that speaks for it."""
    before = {one.event.id: one.event for one in shown}
    found = parts(_telling(one, notices, policy) for one in shown)
    speaking: dict[int, EventState] = {}
    for part in found:
        weight = _weight(part, policy)
        keeper = replace(before[part.keeper.event], severity=severity_of(part, weight), is_hint=weight < 1)
        speaking.update({telling.event: keeper for telling in part.tellings})
    told_as = {
        event_id: None if keeper.id == event_id else keeper.id
        for event_id, keeper in speaking.items()
        if before[event_id].told_as != (None if keeper.id == event_id else keeper.id)
    }
    tx.events.tell_as(told_as)
    done.parted += [event_id for event_id, keeper in told_as.items() if keeper is None]
    done.told_as.update({event_id: keeper.id for event_id, keeper in speaking.items() if keeper.id != event_id})
    return speaking


def _telling(shown: Shown, notices: Mapping[str, frozenset[str]], policy: Policy) -> Telling:
    event = shown.event
    names = frozenset().union(*(notices.get(name, frozenset({name})) for name in shown.names))
    return Telling(
        event=event.id,
        kind=event.kind,
        shown_by=event.shown_by,
        names=frozenset(filter(is_named, names)) - {event.record},
        happened_on=event.happened_on or min(shown.days, default=None),
        sources=shown.sources,
        severity=event.severity,
        informed=event.severity is not policy.severity_of(event.kind),
    )


def _weight(part: Part, policy: Policy) -> float:
    """What its witnesses weigh together; what nobody shows any more weighs what it weighed."""
    weights = [policy.weight_of_witness(source) for source in part.sources]
    return sum(weights) if weights else 1.0
