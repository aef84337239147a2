"""Which events, shown by several sources, are one and the same; and which of them speaks for all. Pure.

Each source names a notice in its own way: PubMed by PMID, Crossref by DOI, Retraction Watch by both or by Record ID.
One notice is one event with several witnesses; the strongest kind wins, whichever came first or last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from monitor.domain.kinds import EventKind, Severity
from monitor.domain.signals import UNNAMED, is_named

STRENGTH: Mapping[EventKind, int] = {
    EventKind.RETRACTION_LIFTED: 8,
    EventKind.RETRACTED: 7,
    EventKind.REPUBLISHED: 6,
    EventKind.PUBLICATION_WITHDRAWN: 5,
    EventKind.PARTIALLY_RETRACTED: 4,
    EventKind.CONCERN_RAISED: 3,
    EventKind.CORRECTED: 2,
    EventKind.SUPERSEDED: 1,
    EventKind.PREPRINT_PUBLISHED: 0,
}
"""The kinds that several sources may show of one publication, by strength.

A reinstatement stands above what it lifts: its date has to be that of the retraction or later.
"""

TAKEN_DOWN = frozenset({EventKind.RETRACTED, EventKind.PUBLICATION_WITHDRAWN})
"""A publication is in one of these states once at a time, whatever its notices are called."""

ONCE = frozenset({EventKind.REPUBLISHED, EventKind.PREPRINT_PUBLISHED})
"""So are these, each for itself."""

SAME_WITHIN: Mapping[EventKind, timedelta] = {
    EventKind.CONCERN_RAISED: timedelta(days=92),
    EventKind.PARTIALLY_RETRACTED: timedelta(days=92),
    EventKind.CORRECTED: timedelta(days=45),
    EventKind.SUPERSEDED: timedelta(days=45),
}
"""How far the days may lie apart that two sources give to a notice which each names in its own scheme.

PubMed cites a notice by the day of its issue, the others by the day on which it went online.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An event of one publication as reconciliation sees it.

    ``names`` are all identifiers of what shows it, as far as they are known to be of one notice. ``sources`` are those
    that show it now. ``informed`` says that a rule weighed it by its content, not by its kind alone.
    """

    event: int
    kind: EventKind
    shown_by: str
    names: frozenset[str] = frozenset()
    happened_on: date | None = None
    sources: frozenset[str] = frozenset()
    severity: Severity
    informed: bool = False

    @property
    def is_statement(self) -> bool:
        """Whether a source says so; that a source no longer says something is told of each source alone."""
        said = is_named(self.shown_by) or self.shown_by == UNNAMED or self.kind is not EventKind.RETRACTION_LIFTED
        return self.kind in STRENGTH and said


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Events that are one. ``keeper`` speaks for all of them; ``tellings`` has the keeper first."""

    keeper: Telling
    tellings: tuple[Telling, ...]

    @property
    def sources(self) -> frozenset[str]:
        """Who shows it now, in whichever words."""
        return frozenset().union(*(telling.sources for telling in self.tellings))


def parts(tellings: Iterable[Telling]) -> tuple[Part, ...]:
    """Sort the events of one publication into those that are one. The order in which they are given never matters."""
    groups = [_Group(members=(telling,)) for telling in _ordered(t for t in tellings if t.is_statement)]
    groups = _joined(groups, _one_notice)
    groups = _joined(groups, _one_state)
    groups = _lifted(groups)
    groups = _paired(groups)
    return tuple(sorted((_part(group) for group in groups), key=lambda part: part.keeper.event))


def severity_of(part: Part, weight: float) -> Severity:
    """How much a part weighs, given the weight of its witnesses together.

    What was weighed by its content goes before what was weighed by its kind. Witnesses that do not add up to one whole
    are a hint: minor at most, and mere information where they count for nothing.
    """
    same_kind = [telling for telling in part.tellings if telling.kind is part.keeper.kind]
    informed = [telling for telling in same_kind if telling.informed]
    full = max((telling.severity for telling in informed or same_kind), key=lambda severity: severity.rank)
    if weight >= 1:
        return full
    most = Severity.MINOR if weight > 0 else Severity.INFO
    return min(full, most, key=lambda severity: severity.rank)


@dataclass(frozen=True, slots=True)
class _Group:
    members: tuple[Telling, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(telling.names for telling in self.members))

    @property
    def schemes(self) -> frozenset[str]:
        """In which of the two schemes that libraries use the notice is named."""
        return frozenset(name.partition(":")[0] for name in self.names) & {"pubmed", "doi"}

    @property
    def kinds(self) -> frozenset[EventKind]:
        return frozenset(telling.kind for telling in self.members)

    @property
    def days(self) -> list[date]:
        return sorted(telling.happened_on for telling in self.members if telling.happened_on is not None)

    def with_(self, other: _Group) -> _Group:
        return _Group(members=_ordered((*self.members, *other.members)))


Same = Callable[[_Group, _Group], bool]
"""Whether two groups are one."""


def _one_notice(left: _Group, right: _Group) -> bool:
    return bool(left.names & right.names)


def _one_state(left: _Group, right: _Group) -> bool:
    if EventKind.RETRACTION_LIFTED in left.kinds | right.kinds:
        return EventKind.RETRACTION_LIFTED in left.kinds & right.kinds
    return bool(left.kinds & TAKEN_DOWN and right.kinds & TAKEN_DOWN) or bool(left.kinds & right.kinds & ONCE)


def _joined(groups: Sequence[_Group], same: Same) -> list[_Group]:
    """The groups with all those made one that are the same, directly or through others."""
    done: list[_Group] = []
    for group in groups:
        joined = group
        while alike := [other for other in done if same(other, joined)]:
            done = [other for other in done if other not in alike]
            for other in alike:
                joined = joined.with_(other)
        done.append(joined)
    return done


def _lifted(groups: list[_Group]) -> list[_Group]:
    """A reinstatement speaks for the retractions that it lifts; a retraction of a later day stands for itself."""
    lifting = [group for group in groups if EventKind.RETRACTION_LIFTED in group.kinds]
    if not lifting:
        return groups
    lift, rest, later = lifting[0], [group for group in groups if group not in lifting], []
    last = max(lift.days, default=None)
    for group in rest:
        stands = [member for member in group.members if not _is_lifted(member, last)]
        fallen = [member for member in group.members if _is_lifted(member, last)]
        if fallen:
            lift = lift.with_(_Group(members=_ordered(fallen)))
        if stands:
            later.append(_Group(members=_ordered(stands)))
    return [lift, *later]


def _is_lifted(telling: Telling, last: date | None) -> bool:
    if telling.kind not in TAKEN_DOWN:
        return False
    return last is None or telling.happened_on is None or telling.happened_on <= last


def _paired(groups: list[_Group]) -> list[_Group]:
    """Make one of two notices of one kind, each named in another scheme by other sources, if their days are near."""
    while near := [pair for left, right in combinations(groups, 2) if (pair := _near(left, right)) is not None]:
        _, _, left, right = min(near, key=lambda pair: pair[:2])
        groups = [group for group in groups if group not in (left, right)] + [left.with_(right)]
    return groups


def _near(left: _Group, right: _Group) -> tuple[int, tuple[str, ...], _Group, _Group] | None:
    kinds = left.kinds & right.kinds & SAME_WITHIN.keys()
    if not kinds or left.schemes & right.schemes or _sources(left) & _sources(right):
        return None
    if not left.days or not right.days:
        undated = EventKind.CONCERN_RAISED in kinds
        return (10_000, _sorting(left, right), left, right) if undated else None
    apart = min(abs(one - other) for one in left.days for other in right.days)
    if apart > max(SAME_WITHIN[kind] for kind in kinds):
        return None
    return apart.days, _sorting(left, right), left, right


def _sources(group: _Group) -> frozenset[str]:
    return frozenset().union(*(telling.sources for telling in group.members))


def _sorting(left: _Group, right: _Group) -> tuple[str, ...]:
    """Where a pair stands among others that are as near: by what is said, never by when it came."""
    said = (
        sorted(f"{one.kind} {one.happened_on} {sorted(one.sources)}" for one in two.members) for two in (left, right)
    )
    return (*sorted(left.names | right.names), *map(str, sorted(said)))


def _part(group: _Group) -> Part:
    keeper = min(group.members, key=lambda telling: (-STRENGTH[telling.kind], telling.event))
    return Part(keeper=keeper, tellings=(keeper, *(telling for telling in group.members if telling is not keeper)))


def _ordered(tellings: Iterable[Telling]) -> tuple[Telling, ...]:
    return tuple(
        sorted(tellings, key=lambda telling: (telling.kind, telling.shown_by, sorted(telling.names), telling.event))
    )
