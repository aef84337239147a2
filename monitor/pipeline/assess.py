"""Steps 3 to 6: what a poll read becomes snapshots, events, findings, verdicts and reviews, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from monitor.clock import Clock
from monitor.domain.diff import standing
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import Polled
from monitor.domain.policy import Policy
from monitor.domain.records import Record
from monitor.domain.state import EventState, NewFinding
from monitor.domain.subjects import Subjects
from monitor.pipeline.answer import answered
from monitor.pipeline.decide import decide
from monitor.pipeline.follow import follow_merged
from monitor.pipeline.include import contaminated
from monitor.pipeline.match import match_events
from monitor.pipeline.naming import note_names
from monitor.pipeline.ports import Observer, Probe, Source, Tx
from monitor.pipeline.publish import Shown, published
from monitor.pipeline.recognise import Recogniser
from monitor.pipeline.reconcile import Reconciled, concerned_by, reconcile
from monitor.pipeline.record import Recorder
from monitor.pipeline.trials import link_trials
from monitor.pipeline.watching import ask_second_witnesses
from monitor.pipeline.weigh import join_and_weigh

AT_A_TIME = 500
"""So many records are compared with what is kept of them at a time: of each the whole text is in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessor:
    """Takes in what polls read. All its writes belong to the transaction it is given."""

    policy: Policy
    clock: Clock
    observer: Observer
    probe: Probe
    recogniser: Recogniser
    subjects: Subjects = field(default_factory=Subjects)

    def take_in(self, tx: Tx, source: Source, polled: Polled, *, looks_back: bool = False) -> tuple[str, ...]:
        """Assess a completed poll; returns the articles that got a new finding.

        ``looks_back`` says that the poll had no cursor: what it shows may be older than our watching.
        """
        unread = tx.evidence.never_read(reading.record.identifier for reading in polled.readings)
        shown = Shown()
        recorder = self._recorded(tx, source, polled, shown, unread=unread, looks_back=looks_back)
        self.probe("assess.after_events")
        for identifier in polled.missing:
            recorder.miss(identifier, survivor=polled.merged.get(identifier))
        news, reconciled = self._matched(tx, source, polled, recorder, shown)
        likely = self.recogniser.compare(tx, _new(polled, unread))
        concerned = {*news, *self._resting_on(tx, unread)}
        _take(tx, {*concerned, *concerned_by(tx, reconciled), *(one.entry.article_id for one in likely)})
        concerned |= join_and_weigh(tx, reconciled, news, clock=self.clock)
        for article_id, identifiers in sorted(self.recogniser.settle(tx, likely).items()):
            self.take_up(tx, article_id, identifiers)
        self.probe("assess.after_findings")
        for article_id in sorted(concerned):
            decide(tx, article_id, policy=self.policy, clock=self.clock, news=news.get(article_id, ()))
        self._note_unknown(tx, source, polled)
        self.probe("assess.after_decisions")
        return tuple(news)

    def take_up(
        self, tx: Tx, article_id: str, identifiers: tuple[Identifier, ...], *, also: Sequence[NewFinding] = ()
    ) -> None:
        """Judge what is already known of records that an article has only now been found to rest on.

        ``also`` is what else is news to it by the same move.
        """
        families = tx.names.same_as(map(str, identifiers))
        events = tx.events.of(name for family in families.values() for name in family)
        reconciled = reconcile(tx, events, policy=self.policy)
        news = match_events(tx, reconciled.events, clock=self.clock, article_id=article_id, names=reconciled.names)
        told = (*also, *news.get(article_id, ()))
        decide(tx, article_id, policy=self.policy, clock=self.clock, news=told)

    def _recorded(
        self,
        tx: Tx,
        source: Source,
        polled: Polled,
        shown: Shown,
        *,
        unread: Collection[Identifier],
        looks_back: bool,
    ) -> Recorder:
        """Record what differs from what is kept, some hundred records at a time."""
        recorder = Recorder(
            tx=tx,
            source=source,
            policy=self.policy,
            clock=self.clock,
            observer=self.observer,
            data_version=polled.data_version,
            looks_back=looks_back,
        )
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
                    recorder.read(reading)
        return recorder

    def _matched(
        self, tx: Tx, source: Source, polled: Polled, recorder: Recorder, shown: Shown
    ) -> tuple[dict[str, list[NewFinding]], Reconciled]:
        """The new findings by article, and which events are one: findings are joined once we hold the articles."""
        renamed = note_names(tx, source, polled.readings)
        if renamed and source.name == Scheme.PUBMED:
            ask_second_witnesses(tx)
        told = [*recorder.events, *_known_of(tx, renamed, besides=recorder.events)]
        reconciled = reconcile(tx, told, renamed=renamed, turned=recorder.turned, policy=self.policy)
        events = reconciled.events + contaminated(tx, reconciled.events, policy=self.policy, clock=self.clock)
        news = match_events(tx, events, clock=self.clock, names={**reconciled.names, **shown.held})
        for more in (
            follow_merged(tx, events, polled.merged, clock=self.clock),
            answered(tx, source, polled.readings, policy=self.policy, clock=self.clock),
            published(tx, source, shown, subjects=self.subjects, policy=self.policy, clock=self.clock),
            link_trials(tx, polled.readings, clock=self.clock),
        ):
            for article_id, found in more.items():
                news.setdefault(article_id, []).extend(found)
        return news, reconciled

    def _note_unknown(self, tx: Tx, source: Source, polled: Polled) -> None:
        for name, _ in polled.unknown_values:
            self.observer.unknown(source.name, name)
        tx.watches.note_unknown(source.name, polled.unknown_values)

    def _resting_on(self, tx: Tx, identifiers: Iterable[Identifier]) -> set[str]:
        """The articles whose evidence was read for the first time: they may have earned to be fresh."""
        return {link.article_id for link in tx.references.resting_on(map(str, identifiers))}


def _new(polled: Polled, unread: Collection[Identifier]) -> Iterator[Record]:
    """The records that were never read before."""
    return (reading.record for reading in polled.readings if reading.record.identifier in unread)


def _take(tx: Tx, articles: Iterable[str]) -> None:
    """Keep others from these articles, in one order: two processes that need several never wait for each other."""
    for article_id in sorted(articles):
        tx.articles.take(article_id)


def _known_of(tx: Tx, renamed: Iterable[str], *, besides: Iterable[EventState]) -> list[EventState]:
    """What was known under the other names of publications: who cites one by its new name has not heard of it."""
    families = tx.names.same_as(renamed)
    heard = {event.id for event in besides}
    known = tx.events.of(name for family in families.values() for name in family)
    return [event for event in known if event.id not in heard]


def _concerned(record: Record) -> set[Identifier]:
    """The record itself, and those that it shows something about."""
    return {record.identifier, *(signal.record for signal in standing(record))}
