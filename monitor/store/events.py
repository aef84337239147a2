"""Events and their witnesses: what upstream showed of a record, who shows it, and until when."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, insert
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.diff import Sighting
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import REPLACED_BY, EventKind, Severity
from monitor.domain.reconcile import STRENGTH
from monitor.domain.signals import Signal, is_named, is_same_event
from monitor.domain.state import EventState, Shown
from monitor.store.last_checks import resting
from monitor.store.portions import in_portions
from monitor.store.tables import EventRow, IdentifierRow, WitnessRow


class Events:
    """Reads and writes of events."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._known: dict[str, list[EventRow]] = {}

    def look_up(self, identifiers: Iterable[Identifier]) -> None:
        """Bring to mind the events of these records, and of no others: one by one each costs a query."""
        names = sorted(set(map(str, identifiers)))
        self._known = {name: [] for name in names}
        for some in in_portions(names):
            for row in self._session.exec(
                select(EventRow).where(col(EventRow.record).in_(some)).order_by(col(EventRow.id))
            ).all():
                self._known[row.record].append(row)

    def of(self, records: Iterable[str]) -> tuple[EventState, ...]:
        """Every event of the records that has not ended and speaks for itself, oldest first."""
        return tuple(_event(row) for row in self._standing(records, col(EventRow.told_as).is_(None)))

    def replacing(self, scheme: str) -> tuple[Identifier, ...]:
        """The records of a scheme that take the place of what a present article rests on."""
        kinds = [kind.value for kind in REPLACED_BY]
        rows = self._session.exec(
            select(EventRow.shown_by)
            .where(
                *resting(),
                col(EventRow.record) == col(IdentifierRow.identifier),
                col(EventRow.kind).in_(kinds),
                col(EventRow.ended_at).is_(None),
                col(EventRow.shown_by).startswith(f"{scheme}:"),
            )
            .distinct()
        ).all()
        return tuple(sorted(map(Identifier.parse, rows)))

    def record(
        self, sighting: Sighting, *, title: str, severity: Severity, url: str | None, already: bool
    ) -> EventState:
        """Store an event, or find the one this is another sight of. A named notice replaces an unnamed mark."""
        signal = sighting.signal
        rows = self._same_kind(signal)
        standing = [row for row in rows if row.ended_at is None or not signal.standing]
        same = next((row for row in standing if _is_shown_by(row, signal)), None)
        former = next((row for row in standing if _name(row) == sighting.formerly), None)
        if same is not None and former is not None and former is not same:
            former.ended_at = self._clock.today()
        same = same or former
        if same is None:
            same = self._append(
                sighting,
                title=title,
                severity=severity,
                url=url,
                already=already,
                shown_by=_unused(signal, {row.shown_by for row in rows}),
            )
        elif is_named(signal.shown_by) and (same is former or not is_named(same.shown_by)):
            self._rename(same, signal, url, {row.shown_by for row in rows if row is not same})
        self._session.flush()
        return _event(same)

    def record_overdue(self, article_id: str, *, title: str, because: str, severity: Severity) -> EventState:
        """Store that an article's shelf life ended, once per date it was last confirmed on."""
        record = f"article:{article_id}"
        row = self._session.exec(
            select(EventRow).where(
                EventRow.record == record, EventRow.kind == EventKind.OVERDUE.value, EventRow.shown_by == because
            )
        ).one_or_none()
        if row is None:
            row = EventRow(
                record=record,
                kind=EventKind.OVERDUE,
                shown_by=because,
                title=title,
                because=because,
                severity=severity,
                valid_from=self._clock.today(),
                recorded_at=self._clock.now(),
            )
            self._session.add(row)
            self._session.flush()
        return _event(row)

    def witness(self, event_id: int, signal: Signal, *, source: str, instead_of: str = "") -> None:
        """Note that a source shows an event, by this notice and under these names, and by no former notice."""
        rows = self._witnesses([event_id], source=source)
        row = next((row for row in rows if row.notice == signal.shown_by), None)
        row = row or next((row for row in rows if instead_of and row.notice == instead_of), None)
        if row is None:
            row = WitnessRow(event_id=event_id, source=source, notice=signal.shown_by, seen_at=self._clock.today())
            self._session.add(row)
        row.notice, row.gone_at = signal.shown_by, None
        row.names, row.because = sorted(signal.names), signal.because
        row.happened_on = signal.happened_on
        self._session.flush()

    def add_witnesses(self, event_id: int, *, source: str, notices: Iterable[str]) -> None:
        """Note that a source shows an event; once per source and notice."""
        known = {row.notice for row in self._witnesses([event_id], source=source)}
        seen = self._clock.today()
        rows = [
            {"event_id": event_id, "source": source, "notice": notice, "seen_at": seen, "names": [], "because": ""}
            for notice in dict.fromkeys(notices)
            if notice not in known
        ]
        if rows:
            self._session.connection().execute(insert(WitnessRow), rows)

    def end(self, signal: Signal, *, source: str) -> tuple[int, ...]:
        """Note that a source no longer shows what a signal told; when none shows it, it holds no longer.

        Returns the events that ended. Findings stay with their editors.
        """
        now, ended = self._clock.today(), []
        for row in self._same_kind(signal):
            if not _is_shown_by(row, signal) or row.ended_at is not None:
                continue
            witnesses = self._witnesses([row.id or 0])
            for witness in witnesses:
                if witness.source == source:
                    witness.gone_at = witness.gone_at or now
            if all(witness.gone_at is not None for witness in witnesses):
                row.ended_at = now
                ended.append(row.id or 0)
        self._session.flush()
        return tuple(ended)

    def shown(self, records: Iterable[str]) -> tuple[Shown, ...]:
        """What sources show of the records and may show of them under several names, in the order of recording."""
        rows = self._standing(records, col(EventRow.kind).in_([kind.value for kind in STRENGTH]))
        witnesses: dict[int, list[WitnessRow]] = {row.id or 0: [] for row in rows}
        for witness in self._witnesses(witnesses):
            if witness.gone_at is None:
                witnesses[witness.event_id].append(witness)
        return tuple(_shown(row, witnesses[row.id or 0]) for row in rows)

    def tell_as(self, keepers: Mapping[int, int | None]) -> None:
        """Note which event speaks for which; None where it speaks for itself."""
        for event_id, keeper in keepers.items():
            row = self._session.get(EventRow, event_id)
            if row is not None:
                row.told_as = keeper
        self._session.flush()

    def _standing(self, records: Iterable[str], condition: ColumnElement[bool]) -> list[EventRow]:
        """The events of these records that have not ended and meet a condition, oldest first."""
        rows = [
            row
            for some in in_portions(sorted(set(records)))
            for row in self._session.exec(
                select(EventRow).where(col(EventRow.record).in_(some), col(EventRow.ended_at).is_(None), condition)
            ).all()
        ]
        return sorted(rows, key=lambda row: row.id or 0)

    def _witnesses(self, events: Iterable[int], *, source: str | None = None) -> Sequence[WitnessRow]:
        found: list[WitnessRow] = []
        for some in in_portions(sorted(events)):
            query = select(WitnessRow).where(col(WitnessRow.event_id).in_(some))
            if source is not None:
                query = query.where(WitnessRow.source == source)
            found += self._session.exec(query).all()
        return sorted(found, key=lambda row: row.id or 0)

    def _append(
        self, sighting: Sighting, *, title: str, severity: Severity, url: str | None, already: bool, shown_by: str
    ) -> EventRow:
        signal = sighting.signal
        row = EventRow(
            record=str(signal.record),
            kind=signal.kind,
            shown_by=shown_by,
            title=title,
            because=signal.because,
            severity=severity,
            happened_on=signal.happened_on,
            edition_year=signal.edition_year,
            url=url,
            diff=[dataclasses.asdict(line) for line in sighting.diff],
            already=already,
            valid_from=self._clock.today(),
            recorded_at=self._clock.now(),
        )
        self._session.add(row)
        if row.record in self._known:
            self._known[row.record].append(row)
        return row

    def _rename(self, row: EventRow, signal: Signal, url: str | None, taken: set[str]) -> None:
        row.shown_by, row.because, row.url = _unused(signal, taken), signal.because, url
        row.happened_on = row.happened_on or signal.happened_on

    def _same_kind(self, signal: Signal) -> list[EventRow]:
        if (known := self._known.get(str(signal.record))) is not None:
            return [row for row in known if row.kind == signal.kind.value]
        return list(
            self._session.exec(
                select(EventRow)
                .where(EventRow.record == str(signal.record), EventRow.kind == signal.kind.value)
                .order_by(col(EventRow.id))
            ).all()
        )


_AGAIN = ", time "


def _unused(signal: Signal, taken: set[str]) -> str:
    """The name of an event; a thing that came back after it had ended is a new event."""
    name, times = signal.shown_by, 1
    while name in taken:
        times += 1
        name = f"{signal.shown_by}{_AGAIN}{times}"
    return name


def _name(row: EventRow) -> str:
    """What shows an event, whichever time it is."""
    return row.shown_by.partition(_AGAIN)[0]


def _is_shown_by(row: EventRow, signal: Signal) -> bool:
    return is_same_event(signal.kind, _name(row), signal.shown_by)


def _shown(row: EventRow, witnesses: Sequence[WitnessRow]) -> Shown:
    names = (name for one in witnesses for name in (one.notice, *one.names))
    return Shown(
        event=_event(row),
        names=frozenset(filter(is_named, (_name(row), *names))),
        sources=frozenset(one.source for one in witnesses),
        days=tuple(sorted({one.happened_on for one in witnesses if one.happened_on is not None})),
    )


def _event(row: EventRow) -> EventState:
    return EventState(
        id=row.id or 0,
        record=row.record,
        kind=EventKind(row.kind),
        shown_by=row.shown_by,
        title=row.title,
        because=row.because,
        severity=Severity(row.severity),
        happened_on=row.happened_on,
        edition_year=row.edition_year,
        already=row.already,
        recorded_at=row.valid_from,
        ended=row.ended_at is not None,
        told_as=row.told_as,
    )
