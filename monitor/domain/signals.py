"""A signal is what a record shows about a record; events are signals that came, changed or went."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind, Severity

ONE_AT_A_TIME = frozenset(
    {
        EventKind.RETRACTED,
        EventKind.PUBLICATION_WITHDRAWN,
        EventKind.CONCERN_RAISED,
        EventKind.REPUBLISHED,
    }
)
"""Kinds a record is normally in once: a mark without a notice and the notice that explains it are one event."""

UNNAMED = "the record itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing shown about ``record``: the kind, and the notice or version that shows it.

    ``shown_by`` is an identifier as text where a notice has one, else the notice's citation, else :data:`UNNAMED`.
    ``names`` are its other identifiers (``pubmed:``, ``doi:``, ``rw:``), by which another source may name it.
    ``citation`` is how a link cites the notice: by it a notice that gains its PMID is known again. ``severity``
    overrides the kind's own where the rule knows better. ``standing`` signals hold as long as the record shows them;
    the others tell of a passing from one state to the next.
    """

    record: Identifier
    kind: EventKind
    shown_by: str
    because: str
    happened_on: date | None = None
    severity: Severity | None = None
    edition_year: int | None = None
    standing: bool = True
    citation: str = ""
    names: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two signals the same event."""
        return str(self.record), self.kind.value, self.shown_by


def is_same_event(kind: EventKind, left: str, right: str) -> bool:
    """Whether two ``shown_by`` of one record and kind mean one event: equal, or one of them gives no identifier."""
    if left == right or (not is_named(left) and not is_named(right) and _squeezed(left) == _squeezed(right)):
        return True
    return kind in ONE_AT_A_TIME and not (is_named(left) and is_named(right))


def _squeezed(citation: str) -> str:
    """A citation without what is set now so and now so: case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", citation).casefold()


def is_named(shown_by: str) -> bool:
    """Whether what shows a signal has an identifier of its own."""
    return shown_by.startswith(("pubmed:", "doi:", "rw:"))


def strongest_evidence(signals: tuple[Signal, ...]) -> tuple[Signal, ...]:
    """Drop marks without a notice where a named notice shows the same kind; order and duplicates do not matter.

    What is kept goes by the names of what it stands for, too.
    """
    kept: dict[tuple[str, str, str], Signal] = {}
    for signal in sorted(signals, key=_strength):
        same = [
            other
            for other in kept.values()
            if (other.record, other.kind) == (signal.record, signal.kind)
            and is_same_event(signal.kind, other.shown_by, signal.shown_by)
        ]
        if not same:
            kept[signal.key] = signal
        for other in same:
            kept[other.key] = replace(other, names=tuple(sorted({*other.names, *signal.names})))
    return tuple(sorted(kept.values(), key=lambda s: s.key))


_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_CITED_DATE = re.compile(r"\b(?P<year>(?:19|20)\d\d)\s+(?P<month>[A-Z][a-z]{2})[a-z]*\s+(?P<day>\d{1,2})\b(?![-/])")


def date_in_citation(source: str) -> date | None:
    """The day in an NLM citation such as ``J Biol Chem. 2001 Mar 30;276(13):10576``; None unless it states a whole one.

    A month alone would say that a correction came before an article was updated, where that is not known.
    """
    match = _CITED_DATE.search(source)
    if not match or match["month"].lower() not in _MONTHS:
        return None
    try:
        return date(int(match["year"]), _MONTHS[match["month"].lower()], int(match["day"]))
    except ValueError:
        return None


def _strength(signal: Signal) -> tuple[object, ...]:
    """Named notices first; the rest only makes the order independent of the order in the record."""
    return not is_named(signal.shown_by), signal.key, str(signal.happened_on), signal.because
