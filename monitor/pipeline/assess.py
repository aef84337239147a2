"""Steps 3 to 6: what a poll read becomes snapshots, events, findings, verdicts and reviews, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

import structlog

from monitor.clock import Clock
from monitor.domain.diff import Sighting, between, standing
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.kinds import KIND_RULES, EventKind
from monitor.domain.outcomes import Polled, Reading
from monitor.domain.policy import Policy
from monitor.domain.records import Record
from monitor.domain.signals import Signal
from monitor.domain.state import EventState, LastSnapshot
from monitor.domain.subjects import Subjects
from monitor.pipeline.answer import answered
from monitor.pipeline.decide import decide
from monitor.pipeline.follow import follow_merged
from monitor.pipeline.include import contaminated, lifted, note_list
from monitor.pipeline.match import match_events
from monitor.pipeline.naming import note_names
from monitor.pipeline.ports import Observer, Probe, Source, Tx
from monitor.pipeline.publish import Shown, published
from monitor.pipeline.reconcile import join_findings, reconcile
from monitor.pipeline.trials import link_trials
from monitor.pipeline.watching import ask_second_witnesses

log = structlog.get_logger()

AT_A_TIME = 500
"""So many records are compared with what is kept of them at a time: of each the whole text is in memory."""

GONE_KINDS = {
    Scheme.PUBMED: EventKind.RECORD_REMOVED,
    Scheme.DOI: EventKind.RECORD_REMOVED,
    Scheme.NCT: EventKind.TRIAL_VANISHED,
    Scheme.GUIDELINE: EventKind.PAGE_GONE,
}
"""What it means when a source no longer holds a record, by the scheme of its identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessor:
    """Takes in what polls read. All its writes belong to the transaction it is given."""

    policy: Policy
    clock: Clock
    observer: Observer
    probe: Probe
    subjects: Subjects = field(default_factory=Subjects)

    def take_in(self, tx: Tx, source: Source, polled: Polled, *, looks_back: bool = False) -> tuple[str, ...]:
        """Assess a completed poll; returns the articles that got a new finding.

        ``looks_back`` says that the poll had no cursor: what it shows may be older than our watching.
        """
        events: list[EventState] = []
        turned: dict[int, int] = {}
        unread = tx.evidence.never_read(reading.record.identifier for reading in polled.readings)
        shown = Shown()
        unchanged = tx.evidence.note_unchanged(polled.readings, reader=source.reader)
        tx.evidence.note_confirmed(polled.confirmed)
        changed = [reading for reading in polled.readings if reading.record.identifier not in unchanged]
        for start in range(0, len(changed), AT_A_TIME):
            some = changed[start : start + AT_A_TIME]
            concerned = {identifier for reading in some for identifier in _concerned(reading.record)}
            tx.evidence.look_up(concerned)
            tx.events.look_up(concerned)
            shown.note(tx, some, frozenset() if looks_back else unread)
            for reading in some:
                if not tx.evidence.is_outdated(reading):
                    events += self._assess_reading(tx, source, reading, polled.data_version, looks_back, turned)
        self.probe("assess.after_events")
        for identifier in polled.missing:
            events += self._assess_missing(tx, source, identifier, survivor=polled.merged.get(identifier))
        renamed = note_names(tx, source, polled.readings)
        if renamed and source.name == Scheme.PUBMED:
            ask_second_witnesses(tx)
        events += contaminated(tx, events, policy=self.policy, clock=self.clock)
        reconciled = reconcile(tx, events, renamed=renamed, turned=turned, policy=self.policy)
        news = match_events(tx, reconciled.events, clock=self.clock, names={**reconciled.names, **shown.held})
        joined = join_findings(tx, reconciled)
        for more in (
            follow_merged(tx, events, polled.merged, clock=self.clock),
            answered(tx, source, polled.readings, policy=self.policy, clock=self.clock),
            published(tx, source, shown, subjects=self.subjects, policy=self.policy, clock=self.clock),
            link_trials(tx, polled.readings, clock=self.clock),
        ):
            for article_id, found in more.items():
                news.setdefault(article_id, []).extend(found)
        self.probe("assess.after_findings")
        for article_id in sorted({*news, *joined, *self._resting_on(tx, unread)}):
            decide(tx, article_id, policy=self.policy, clock=self.clock, news=news.get(article_id, ()))
        self._note_unknown(tx, source, polled)
        self.probe("assess.after_decisions")
        return tuple(news)

    def take_up(self, tx: Tx, article_id: str, identifiers: tuple[Identifier, ...]) -> None:
        """Judge what is already known of records that an article has only now been found to rest on."""
        families = tx.names.same_as(map(str, identifiers))
        events = tx.events.of(name for family in families.values() for name in family)
        reconciled = reconcile(tx, events, policy=self.policy)
        news = match_events(tx, reconciled.events, clock=self.clock, article_id=article_id, names=reconciled.names)
        decide(tx, article_id, policy=self.policy, clock=self.clock, news=news.get(article_id, ()))

    def _assess_reading(
        self, tx: Tx, source: Source, reading: Reading, data_version: str, looks_back: bool, turned: dict[int, int]
    ) -> list[EventState]:
        last = tx.evidence.last_snapshot(reading.record.identifier)
        before = _reread(source, last) if last else None
        difference = between(before, reading.record)
        tx.evidence.keep(reading, source=source.name, reader=source.reader, data_version=data_version)
        ended = {signal: tx.events.end(signal, source=source.name) for signal in difference.went}
        lifted(tx, {str(signal.record) for signal in difference.went}, policy=self.policy)
        known = note_list(tx, reading.record, policy=self.policy)
        own = reading.record.identifier
        came = [self._unless_still_shown(tx, source, sighting) for sighting in difference.came]
        sightings = {sighting.signal.key: sighting for sighting in came}
        if before is None or sightings:
            for signal in standing(reading.record):
                sightings.setdefault(signal.key, Sighting(signal=signal))
        first = before is None
        events = {
            key: self._record(
                tx, source, reading, sighting, already=first and (looks_back or sighting.signal.record == own)
            )
            for key, sighting in sightings.items()
        }
        for signal, now in difference.turned:
            turned.update(dict.fromkeys(ended[signal], events[now.key].id))
        return known + list(events.values())

    def _unless_still_shown(self, tx: Tx, source: Source, sighting: Sighting) -> Sighting:
        """What one source no longer shows is lifted only if no other shows it; else its notice has vanished there."""
        signal = sighting.signal
        lifted = KIND_RULES[signal.kind].closes
        if signal.standing or lifted is None:
            return sighting
        family = tx.names.same_as([str(signal.record)])[str(signal.record)]
        others = [one for one in tx.events.shown(family) if one.event.kind is lifted and one.sources - {source.name}]
        if not others:
            return sighting
        still = ", ".join(sorted({name for one in others for name in one.sources - {source.name}}))
        told = replace(
            signal, kind=EventKind.NOTICE_VANISHED, because=f"{signal.because}; it is still shown by {still}"
        )
        return replace(sighting, signal=told)

    def _record(self, tx: Tx, source: Source, reading: Reading, sighting: Sighting, *, already: bool) -> EventState:
        signal = sighting.signal
        event = tx.events.record(
            sighting,
            title=self._title(tx, signal, reading.record),
            url=_url(signal) or (reading.url if signal.record == reading.record.identifier else None),
            severity=signal.severity or self.policy.severity_of(signal.kind),
            already=already,
        )
        tx.events.witness(event.id, signal, source=source.name, instead_of=sighting.formerly)
        if signal.happened_on is not None and not already:
            happened = datetime.combine(signal.happened_on, time.min, UTC)
            self.observer.detected(source.name, max(self.clock.today() - happened, happened - happened))
        return event

    def _assess_missing(
        self, tx: Tx, source: Source, identifier: Identifier, *, survivor: Identifier | None
    ) -> list[EventState]:
        if not tx.evidence.missed(identifier, source=source.name):
            return []
        last = tx.evidence.last_snapshot(identifier)
        if last is None and tx.links.is_only_derived(identifier):
            tx.links.drop(identifier)
            tx.watches.note_unknown(source.name, [("number that a cited paper gives", str(identifier))])
            return []
        kind = EventKind.RECORD_MERGED if survivor else GONE_KINDS.get(identifier.scheme, EventKind.PAGE_GONE)
        because = f"{source.name} said in several polls running that it does not hold {identifier}"
        if survivor:
            because += f", and holds the same publication as {survivor}"
        signal = Signal(
            record=identifier,
            kind=kind,
            standing=False,
            shown_by=str(survivor) if survivor else f"missing on {self.clock.today().date()}",
            because=because,
        )
        event = tx.events.record(
            Sighting(signal=signal),
            title=last.record.title if last else str(identifier),
            already=False,
            severity=self.policy.severity_of(kind),
            url=survivor.url if survivor else identifier.url,
        )
        tx.events.witness(event.id, signal, source=source.name)
        return [event]

    def _note_unknown(self, tx: Tx, source: Source, polled: Polled) -> None:
        for name, _ in polled.unknown_values:
            self.observer.unknown(source.name, name)
        tx.watches.note_unknown(source.name, polled.unknown_values)

    def _resting_on(self, tx: Tx, identifiers: Iterable[Identifier]) -> set[str]:
        """The articles whose evidence was read for the first time: they may have earned to be fresh."""
        return {link.article_id for link in tx.references.resting_on(map(str, identifiers))}

    def _title(self, tx: Tx, signal: Signal, shown_in: Record) -> str:
        if signal.record == shown_in.identifier:
            return shown_in.title
        last = tx.evidence.last_snapshot(signal.record)
        return last.record.title if last else ""


def _concerned(record: Record) -> set[Identifier]:
    """The record itself, and those that it shows something about."""
    return {record.identifier, *(signal.record for signal in standing(record))}


def _reread(source: Source, last: LastSnapshot) -> Record:
    """The last snapshot as today's reader sees it: our own upgrade is never news. As first read, where that fails."""
    if last.reader == source.reader:
        return last.record
    try:
        return source.reread(last.raw)
    except ValueError as error:
        log.warning("assess.not_reread", source=source.name, record=str(last.record.identifier), reason=str(error))
        return last.record


def _url(signal: Signal) -> str | None:
    """Where the notice can be read, or the record where there is no separate notice."""
    if signal.shown_by.startswith(("pubmed:", "doi:")):
        return Identifier.parse(signal.shown_by).url
    return signal.record.url
