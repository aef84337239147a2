"""Which events are one depends on what the sources say, never on the order in which they said it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.domain.kinds import EventKind, Severity
from monitor.domain.reconcile import STRENGTH, Part, Telling, parts
from monitor.domain.signals import UNNAMED

NAMES = ("pubmed:1", "pubmed:2", "doi:10.1/a", "doi:10.1/b", "rw:1", "rw:2")
SOURCES = ("pubmed", "crossref", "retraction_watch")
DAYS = (None, *(date(2026, 1, 1) + timedelta(days=days) for days in (0, 10, 40, 60, 100)))


def telling(kind: EventKind, names: frozenset[str], day: date | None, sources: frozenset[str]) -> Telling:
    return Telling(
        event=0,
        kind=kind,
        shown_by=min(names, default=UNNAMED),
        names=names,
        happened_on=day,
        sources=sources,
        severity=Severity.MAJOR,
    )


tellings = st.builds(
    telling,
    st.sampled_from(sorted(STRENGTH)),
    st.frozensets(st.sampled_from(NAMES), max_size=2),
    st.sampled_from(DAYS),
    st.frozensets(st.sampled_from(SOURCES), min_size=1, max_size=2),
)


def arriving(said: list[Telling], order: list[int]) -> list[Telling]:
    """What is said, numbered as it comes."""
    return [replace(said[place], event=number) for number, place in enumerate(order)]


def shape(found: tuple[Part, ...]) -> list[tuple[str, list[str]]]:
    """The parts, whoever of several that say the same speaks for all."""
    return sorted((part.keeper.kind, sorted(repr(replace(one, event=0)) for one in part.tellings)) for part in found)


CONCERN = EventKind.CONCERN_RAISED
THREE_CONCERNS = [
    telling(CONCERN, frozenset(), DAYS[5], frozenset({"crossref", "retraction_watch"})),
    telling(CONCERN, frozenset(), DAYS[4], frozenset({"crossref"})),
    telling(CONCERN, frozenset(), None, frozenset({"pubmed"})),
]
"""The last, which has no day and no name, may be either of the others."""


@given(said=st.lists(tellings, min_size=1, max_size=6), data=st.data())
def test_in_whatever_order_they_come_the_same_events_are_one(said: list[Telling], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(said))))
    first, other = parts(arriving(said, list(range(len(said))))), parts(arriving(said, order))

    assert shape(first) == shape(other)
    assert Counter(one.event for part in first for one in part.tellings) == dict.fromkeys(range(len(said)), 1)
    assert all(STRENGTH[part.keeper.kind] == max(STRENGTH[one.kind] for one in part.tellings) for part in first)


@given(order=st.permutations(range(3)))
@example(order=[0, 1, 2])
@example(order=[1, 0, 2])
def test_what_may_be_either_of_two_is_the_same_one_in_every_order(order: list[int]) -> None:
    assert shape(parts(arriving(THREE_CONCERNS, order))) == shape(parts(arriving(THREE_CONCERNS, [0, 1, 2])))
