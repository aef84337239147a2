"""Steps 3 and 4: what a source shows becomes snapshots, what changed in it events with their witness."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

import structlog

from monitor.clock import Clock
from monitor.domain.diff import Difference, Sighting, between, standing
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.kinds import KIND_RULES, EventKind
from monitor.domain.outcomes import Reading
from monitor.domain.policy import Policy
from monitor.domain.records import CrossCheck, Record, RetractionEntry, Work
from monitor.domain.signals import Signal
from monitor.domain.state import EventState, LastSnapshot
from monitor.pipeline.include import lifted, note_list
from monitor.pipeline.ports import Observer, Source, Tx

log = structlog.get_logger()

GONE_KINDS = {
    Scheme.PUBMED: EventKind.RECORD_REMOVED,
    Scheme.DOI: EventKind.RECORD_REMOVED,
    Scheme.NCT: EventKind.TRIAL_VANISHED,
    Scheme.GUIDELINE: EventKind.PAGE_GONE,
}
"""What it means when a source no longer holds a record, by the scheme of its identifier."""


@dataclass(slots=True, kw_only=True)
class Recorder:
    """Records what one poll of one source shows. ``events`` are those it shows anew, with what was known of them.

    ``turned`` are events that ended because their notice is now one of a stronger kind, with what they turned into.
    ``looks_back`` says that the poll had no cursor.
    """

    tx: Tx
    source: Source
    policy: Policy
    clock: Clock
    observer: Observer
    data_version: str
    looks_back: bool
    events: list[EventState] = field(default_factory=list)
    turned: dict[int, int] = field(default_factory=dict)

    def read(self, reading: Reading) -> None:
        """Take in a record as it is now."""
        record = reading.record
        last = self.tx.evidence.last_snapshot(record.identifier)
        before = self._reread(last) if last else None
        difference = between(before, record)
        self.tx.evidence.keep(
            reading, source=self.source.name, reader=self.source.reader, data_version=self.data_version
        )
        ended = {signal: self.tx.events.end(signal, source=self.source.name) for signal in difference.went}
        lifted(self.tx, {str(signal.record) for signal in difference.went}, policy=self.policy)
        self.events += note_list(self.tx, record, policy=self.policy)
        events = {
            key: self._record(reading, sighting, already=before is None and self._stood(sighting.signal, record))
            for key, sighting in self._sightings(before, record, difference).items()
        }
        for signal, now in difference.turned:
            self.turned.update(dict.fromkeys(ended[signal], events[now.key].id))
        self.events += events.values()

    def miss(self, identifier: Identifier, *, survivor: Identifier | None) -> None:
        """Count that the source does not hold a record, and record it once that is sure."""
        if not self.tx.evidence.missed(identifier, source=self.source.name):
            return
        last = self.tx.evidence.last_snapshot(identifier)
        if last is None and self.tx.links.is_only_derived(identifier):
            self.tx.links.drop(identifier)
            self.tx.watches.note_unknown(self.source.name, [("number that a cited paper gives", str(identifier))])
            return
        kind = EventKind.RECORD_MERGED if survivor else GONE_KINDS.get(identifier.scheme, EventKind.PAGE_GONE)
        because = f"{self.source.name} said in several polls running that it does not hold {identifier}"
        if survivor:
            because += f", and holds the same publication as {survivor}"
        signal = Signal(
            record=identifier,
            kind=kind,
            standing=False,
            shown_by=str(survivor) if survivor else f"missing on {self.clock.today().date()}",
            because=because,
        )
        event = self.tx.events.record(
            Sighting(signal=signal),
            title=last.record.title if last else str(identifier),
            already=False,
            severity=self.policy.severity_of(kind),
            url=survivor.url if survivor else identifier.url,
        )
        self.tx.events.witness(event.id, signal, source=self.source.name)
        self.events.append(event)

    def _sightings(
        self, before: Record | None, record: Record, difference: Difference
    ) -> dict[tuple[str, str, str], Sighting]:
        came = [self._unless_still_shown(sighting) for sighting in difference.came]
        sightings = {sighting.signal.key: sighting for sighting in came}
        if before is None or sightings:
            for signal in standing(record):
                sightings.setdefault(signal.key, Sighting(signal=signal))
        return sightings

    def _stood(self, signal: Signal, record: Record) -> bool:
        """Whether what a record shows when it is first read may have stood before: then its day decides.

        A notice is read because it is new; rows and works are read because a paper came under watch, too.
        """
        of_others = isinstance(record, RetractionEntry | Work | CrossCheck)
        return self.looks_back or signal.record == record.identifier or of_others

    def _unless_still_shown(self, sighting: Sighting) -> Sighting:
        """What one source no longer shows is lifted only if no other shows it; else its notice has vanished there."""
        signal, own = sighting.signal, self.source.name
        closed = KIND_RULES[signal.kind].closes
        if signal.standing or closed is None:
            return sighting
        family = self.tx.names.same_as([str(signal.record)])[str(signal.record)]
        others = {
            name for one in self.tx.events.shown(family) for name in one.sources - {own} if one.event.kind is closed
        }
        if not others:
            return sighting
        because = f"{signal.because}; it is still shown by {', '.join(sorted(others))}"
        return replace(sighting, signal=replace(signal, kind=EventKind.NOTICE_VANISHED, because=because))

    def _record(self, reading: Reading, sighting: Sighting, *, already: bool) -> EventState:
        signal = sighting.signal
        event = self.tx.events.record(
            sighting,
            title=self._title(signal, reading.record),
            url=_url(signal) or (reading.url if signal.record == reading.record.identifier else None),
            severity=signal.severity or self.policy.severity_of(signal.kind),
            already=already,
        )
        self.tx.events.witness(event.id, signal, source=self.source.name, instead_of=sighting.formerly)
        if signal.happened_on is not None and not already:
            happened = datetime.combine(signal.happened_on, time.min, UTC)
            self.observer.detected(self.source.name, max(self.clock.today() - happened, happened - happened))
        return event

    def _title(self, signal: Signal, shown_in: Record) -> str:
        """The title of what a signal is about, as far as it is known under any of its names."""
        if signal.record == shown_in.identifier or isinstance(shown_in, RetractionEntry | CrossCheck):
            return shown_in.title
        last = self.tx.evidence.last_snapshot(signal.record)
        if last is not None:
            return last.record.title
        family = self.tx.names.same_as([str(signal.record)])[str(signal.record)]
        titles = self.tx.names.titles_of(map(Identifier.parse, family))
        return next((titles[name] for name in sorted(titles)), "")

    def _reread(self, last: LastSnapshot) -> Record:
        """The last snapshot as today's reader sees it: our own upgrade is never news. As first read, where it fails."""
        if last.reader == self.source.reader:
            return last.record
        try:
            return self.source.reread(last.raw)
        except ValueError as error:
            log.warning(
                "record.not_reread", source=self.source.name, record=str(last.record.identifier), reason=str(error)
            )
            return last.record


def _url(signal: Signal) -> str | None:
    """Where the notice can be read, or the record where there is no separate notice."""
    if signal.shown_by.startswith(("pubmed:", "doi:")):
        return Identifier.parse(signal.shown_by).url
    return signal.record.url
