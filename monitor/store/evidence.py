"""Records and snapshots: what upstream held, and when we read it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Reading
from monitor.domain.records import Record, as_json, digest, from_json
from monitor.domain.state import LastSnapshot
from monitor.store.history.keeping import note_past
from monitor.store.last_checks import PAGE_OF_ITS_OWN
from monitor.store.portions import in_portions
from monitor.store.tables import IdentifierRow, RecordRow, SnapshotRow

STRIKES = 3
"""How many polls running must miss a record before it counts as removed."""


class Evidence:
    """Reads and writes of what upstream held."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._rows: dict[str, RecordRow | None] = {}
        self._newest: dict[str, SnapshotRow | None] = {}

    def look_up(self, identifiers: Iterable[Identifier]) -> None:
        """Bring to mind what is kept of these records, and of no others: one by one each costs some queries."""
        names = sorted(set(map(str, identifiers)))
        self._rows, self._newest = dict.fromkeys(names), dict.fromkeys(names)
        for some in in_portions(names):
            records = self._session.exec(select(RecordRow).where(col(RecordRow.identifier).in_(some))).all()
            self._rows.update((row.identifier, row) for row in records)
            snapshots = self._session.exec(
                select(SnapshotRow).where(col(SnapshotRow.identifier).in_(some), SnapshotRow.seq == newest_number())
            ).all()
            self._newest.update((row.identifier, row) for row in snapshots)

    def last_snapshot(self, identifier: Identifier) -> LastSnapshot | None:
        """The newest snapshot of a record, or None when it was never read."""
        row = self._newest_of(identifier)
        if row is None:
            return None
        return LastSnapshot(
            record=from_json(row.body), digest=row.digest, raw=zlib.decompress(row.raw), reader=row.reader
        )

    def note_unchanged(self, readings: Sequence[Reading], *, reader: str) -> frozenset[Identifier]:
        """Note the readings whose bytes are those read last, by the same reader; returns their identifiers.

        Nothing can have changed in them. Cost: one query and one write for a thousand readings.
        """
        read = {str(reading.record.identifier): reading for reading in readings}
        same: list[Identifier] = []
        for names in in_portions(sorted(read)):
            rows = self._session.exec(
                select(RecordRow.identifier, RecordRow.raw_digest).where(
                    col(RecordRow.identifier).in_(names), RecordRow.reader == reader
                )
            ).all()
            held = [name for name, raw_digest in rows if raw_digest == _raw_digest(read[name].raw)]
            if held:
                self._note_read(held, max(read[name].as_of or self._clock.today() for name in held))
            same += [read[name].record.identifier for name in held]
        return frozenset(same)

    def note_confirmed(self, identifiers: Iterable[Identifier]) -> None:
        """Note that the source said of these records that they are as they were when last read."""
        for names in in_portions(sorted(map(str, identifiers))):
            self._note_read(names, self._clock.today())

    def keep(self, reading: Reading, *, source: str, reader: str, data_version: str) -> None:
        """Note that a record was read; append a snapshot when its digest differs from the newest one's.

        Where the digest is the same, the newest snapshot takes the details that bear no meaning (headings, dates).
        """
        identifier, now = reading.record.identifier, self._clock.today()
        self._mark_read(reading, source, reader)
        newest, new_digest = self._newest_of(identifier), digest(reading.record)
        if newest is not None and newest.digest == new_digest:
            newest.body, newest.raw, newest.reader = as_json(reading.record), zlib.compress(reading.raw, 6), reader
            return
        row = SnapshotRow(
            identifier=str(identifier),
            seq=newest.seq + 1 if newest else 1,
            source=source,
            digest=new_digest,
            body=as_json(reading.record),
            raw=zlib.compress(reading.raw, 6),
            reader=reader,
            url=reading.url,
            data_version=data_version,
            valid_from=now,
            recorded_at=self._clock.now(),
        )
        self._session.add(row)
        if row.identifier in self._newest:
            self._newest[row.identifier] = row

    def is_outdated(self, reading: Reading) -> bool:
        """Whether the record was read since the source published this state of it."""
        if reading.as_of is None:
            return False
        row = self._row_of(str(reading.record.identifier))
        return row is not None and row.last_read_at > reading.as_of

    def never_read(self, identifiers: Iterable[Identifier]) -> frozenset[Identifier]:
        """Those of the identifiers that no poll has read yet."""
        read = set(self._session.exec(select(RecordRow.identifier)).all())
        return frozenset(identifier for identifier in identifiers if str(identifier) not in read)

    def due_again(
        self, identifiers: Iterable[Identifier], *, source: str, before: datetime, limit: int
    ) -> frozenset[Identifier]:
        """Those of the identifiers to be read in full again: the missing ones, then those read the longest ago.

        A record is due when it was last read before ``before``; no more than ``limit`` are given at a time.
        """
        among = set(map(str, identifiers))
        rows = self._session.exec(
            select(RecordRow.identifier)
            .where(
                RecordRow.source == source,
                or_(col(RecordRow.last_read_at) < before, col(RecordRow.missing_since).is_not(None)),
            )
            .order_by(col(RecordRow.missing_since).is_(None), col(RecordRow.last_read_at), col(RecordRow.identifier))
        ).all()
        return frozenset(Identifier.parse(text) for text in [text for text in rows if text in among][:limit])

    def missed(self, identifier: Identifier, *, source: str) -> bool:
        """Count a poll in which the source no longer held a record; True when it has now missed often enough."""
        now = self._clock.today()
        row = self._session.get(RecordRow, str(identifier))
        if row is None:
            row = RecordRow(identifier=str(identifier), source=source, first_read_at=now, last_read_at=now)
            self._session.add(row)
        row.missing_since = row.missing_since or now
        row.last_read_at = now
        row.strikes += 1
        self._session.flush()
        return row.strikes == STRIKES

    def note_unreadable(self, identifiers: Iterable[Identifier]) -> None:
        """Note that the source holds these records but they could not be read: no check covers them until they are."""
        for names in in_portions(sorted(map(str, identifiers))):
            held = (col(RecordRow.identifier).in_(names), col(RecordRow.missing_since).is_(None))
            values = {"missing_since": self._clock.today()}
            note_past(self._session, self._clock, RecordRow, *held, values=values)
            self._session.connection().execute(update(RecordRow).where(*held).values(values))

    def on_last_strike(self, identifiers: Iterable[Identifier]) -> tuple[Record, ...]:
        """Of missing records those that one more poll without them makes removed, as they were last seen."""
        struck = self._session.exec(
            select(RecordRow.identifier).where(
                col(RecordRow.identifier).in_(sorted(map(str, identifiers))), RecordRow.strikes == STRIKES - 1
            )
        ).all()
        seen = (self.last_snapshot(Identifier.parse(identifier)) for identifier in sorted(struck))
        return tuple(snapshot.record for snapshot in seen if snapshot is not None)

    def held(self, source: str) -> tuple[Record, ...]:
        """The records of a source as last read, those that it no longer holds included."""
        rows = self._session.exec(
            select(SnapshotRow)
            .where(SnapshotRow.source == source, SnapshotRow.seq == newest_number())
            .order_by(col(SnapshotRow.id))
        ).all()
        return tuple(from_json(row.body) for row in rows)

    def _mark_read(self, reading: Reading, source: str, reader: str) -> None:
        name, moment = str(reading.record.identifier), reading.as_of or self._clock.today()
        row = self._row_of(name)
        if row is None:
            row = RecordRow(identifier=name, source=source, first_read_at=moment, last_read_at=moment)
            self._session.add(row)
            if name in self._rows:
                self._rows[name] = row
        row.last_read_at, row.missing_since, row.strikes = moment, None, 0
        row.title = reading.record.title
        row.raw_digest, row.reader = _raw_digest(reading.raw), reader

    def _note_read(self, names: Sequence[str], moment: datetime) -> None:
        read = (col(RecordRow.identifier).in_(names), col(RecordRow.last_read_at) <= moment)
        values = {"last_read_at": moment, "missing_since": None, "strikes": 0}
        note_past(self._session, self._clock, RecordRow, *read, _is_told(), values=values)
        self._session.connection().execute(update(RecordRow).where(*read).values(values))

    def _row_of(self, name: str) -> RecordRow | None:
        return self._rows[name] if name in self._rows else self._session.get(RecordRow, name)

    def _newest_of(self, identifier: Identifier) -> SnapshotRow | None:
        name = str(identifier)
        if name in self._newest:
            return self._newest[name]
        return self._session.exec(
            select(SnapshotRow).where(SnapshotRow.identifier == name, SnapshotRow.seq == newest_number())
        ).first()


def _is_told() -> ColumnElement[bool]:
    """Whether it is told anywhere that a record was read: every poll reads every record, and of most it is not.

    It is told of a record that was missing, of one that had not been read since a reference came to rest on it, and of
    a guideline, whose check is the day on which it was read.
    """
    rests = select(IdentifierRow.id).where(
        IdentifierRow.identifier == RecordRow.identifier, IdentifierRow.recorded_at > RecordRow.last_read_at
    )
    return or_(
        col(RecordRow.missing_since).is_not(None),
        col(RecordRow.identifier).startswith(PAGE_OF_ITS_OWN, autoescape=True),
        rests.exists(),
    )


def newest_number() -> ScalarSelect[int]:
    """The number of a record's newest snapshot, in a query of snapshots."""
    other = aliased(SnapshotRow)
    numbers = select(func.max(other.seq)).where(other.identifier == col(SnapshotRow.identifier))
    return numbers.correlate(SnapshotRow).scalar_subquery()


def _raw_digest(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=16).hexdigest()
