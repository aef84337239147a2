"""Steps 1 and 2: take the lease of a due watch, ask its source, and commit what came together with what it means."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never

import structlog

from monitor.clock import Clock
from monitor.domain.article_sources import FAMILY
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Throttled, Unmodified, Unreachable, Unreadable
from monitor.domain.policy import Policy
from monitor.domain.state import ClaimedWatch
from monitor.domain.timetable import next_due
from monitor.pipeline.assess import Assessor
from monitor.pipeline.gather import Gatherer
from monitor.pipeline.ports import MergingSource, Observer, Probe, Source, Store, Tx
from monitor.pipeline.watching import ASKED_OF_PUBLICATIONS, second_witness
from monitor.telemetry.tracing import new_id, tracing

log = structlog.get_logger()

LEASE = timedelta(minutes=15)
FIRST_RETRY = timedelta(minutes=5)
MORE_SECONDS = 300.0
"""So long a watch that has more is polled again in one run; then it waits for the next, as the other sources do."""
MOST_TRIES = 4
"""So often a poll is settled that others are in the way of; then it waits until its lease is over."""
GIVE_WAY_SECONDS = 0.25
"""So long the other transaction has to take what it was waiting for, and longer each time."""
BEYOND_THE_CITED = frozenset({("pubmed", "notices"), ("pubmed", "updates"), ("pubmed", "included")})
"""Watches, by source and kind, that also look at what cited reviews and guidelines list."""
SCHEME_OF_SOURCE = {"pubmed": "pubmed", "clinicaltrials": "nct"}
SEARCHES = frozenset({"topic", "trials"})
"""Kinds of watch that search for what is new on a topic."""
WHOLE_TABLES = frozenset({"retraction_watch"})
"""Sources that hand out one table, to be compared with what was taken from it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What became of one poll; ``articles`` got a new finding."""

    source: str
    kind: str
    outcome: str
    reason: str = ""
    articles: tuple[str, ...] = ()
    more: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the watch was checked, and all of it could be read."""
        return self.outcome in {"polled", "unmodified"} and not self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Polls what is due. ``holder`` names this process in leases.

    ``collided`` are the errors by which the store says that another transaction was in the way of this one.
    """

    store: Store
    sources: Mapping[str, Source]
    assessor: Assessor
    policy: Policy
    clock: Clock
    observer: Observer
    probe: Probe
    holder: str
    lease_lost: type[Exception]
    collided: tuple[type[Exception], ...] = ()
    gatherer: Gatherer | None = None
    reread_at_a_time: int = 2000

    def run(self, *, source: str | None = None, even_if_not_due: bool = False) -> tuple[PollReport, ...]:
        """Poll every watch that is due, each at most once; a failed one fails alone.

        Sources are asked side by side, so that a slow upstream holds up no other; each keeps its own pace.
        """
        names = sorted(self.sources) if source is None else [source]
        with ThreadPoolExecutor(max_workers=min(len(names), 8), thread_name_prefix="poll") as pool:
            drained = pool.map(lambda name: self._drain(name, even_if_not_due=even_if_not_due), names)
            return tuple(report for reports in drained for report in reports)

    def _drain(self, source: str, *, even_if_not_due: bool) -> tuple[PollReport, ...]:
        """Poll the due watches of one source, the longest overdue first, and for a while again those with more."""
        until = self.clock.monotonic() + MORE_SECONDS
        reports: list[PollReport] = []
        passed: set[int] = set()
        while True:
            with self.store.begin() as tx:
                watch = tx.watches.claim(
                    holder=self.holder,
                    lease=LEASE,
                    source=source,
                    even_if_not_due=even_if_not_due,
                    passed_over=frozenset(passed),
                )
            if watch is None:
                break
            reports.append(self.poll(watch))
            if not reports[-1].more or self.clock.monotonic() > until:
                passed.add(watch.id)
        return tuple(reports)

    def poll(self, watch: ClaimedWatch) -> PollReport:
        """Poll one watch whose lease we hold. All that comes of it bears one id, in the log and in the audit log."""
        with tracing(new_id("poll")):
            return self._poll(watch)

    def _poll(self, watch: ClaimedWatch) -> PollReport:
        self.probe("poll.after_claim")
        outcome = self._ask(watch)
        self.probe("poll.after_fetch")
        try:
            report = self._settled(watch, outcome)
        except self.lease_lost as lost:
            self.observer.lease_lost()
            log.warning("poll.lease_lost", source=watch.source, watch=watch.kind)
            return PollReport(source=watch.source, kind=watch.kind, outcome="lease_lost", reason=str(lost))
        self.probe("poll.after_commit")
        self.observer.fetched(watch.source, report.outcome)
        log.info("poll.done", source=watch.source, watch=watch.kind, outcome=report.outcome, reason=report.reason)
        return report

    def _ask(self, watch: ClaimedWatch) -> PollOutcome:
        source = self.sources.get(watch.source)
        if source is None:
            return Unreadable(reason=f"no source named {watch.source} is configured any more")
        with self.store.begin() as tx:
            request = self._request(tx, watch)
        try:
            return self._with_survivors(source, source.poll(request))
        except Exception as error:
            log.exception("poll.crashed", source=watch.source, watch=watch.kind)
            return Unreadable(reason=f"our reader failed: {type(error).__name__}: {error}")

    def _with_survivors(self, source: Source, outcome: PollOutcome) -> PollOutcome:
        """Look for what was merged, before a record that is missing once more counts as removed."""
        if not isinstance(outcome, Polled) or not outcome.missing or not isinstance(source, MergingSource):
            return outcome
        with self.store.begin() as tx:
            gone = tx.evidence.on_last_strike(outcome.missing)
        merged: dict[Identifier, Identifier] = {}
        for record in gone:
            survivor = source.survivor(record)
            if isinstance(survivor, Identifier):
                merged[record.identifier] = survivor
            elif survivor is not None:
                return survivor
        return replace(outcome, merged=merged)

    def _request(self, tx: Tx, watch: ClaimedWatch) -> PollRequest:
        identifiers = self._members(tx, watch)
        is_table = watch.source in WHOLE_TABLES
        never, again = (frozenset(), frozenset()) if is_table else self._to_read(tx, watch, identifiers)
        return PollRequest(
            watch=watch.kind,
            target=watch.target,
            identifiers=identifiers,
            unread=never | again,
            again=again - never,
            cursor=watch.cursor,
            data_version=watch.data_version,
            now=self.clock.today(),
            follow=self.policy.second_order.depth > 1,
            since=self._since(tx, watch),
            titles=tx.names.titles_of(identifiers) if is_table else {},
            held=tx.evidence.held(watch.source) if is_table else (),
            articles=self.gatherer.known(tx) if self.gatherer and watch.kind == FAMILY else {},
        )

    def _since(self, tx: Tx, watch: ClaimedWatch) -> date | None:
        """How far the first search of a topic reaches back."""
        if watch.kind not in SEARCHES:
            return None
        furthest = (self.clock.today() - self.policy.look_back).date()
        return max(tx.topics.earliest_update(watch.target) or furthest, furthest)

    def _members(self, tx: Tx, watch: ClaimedWatch) -> tuple[Identifier, ...]:
        if watch.kind == FAMILY:
            return ()
        cited = self._watched(tx, watch.source)
        if (watch.source, watch.kind) not in BEYOND_THE_CITED:
            return cited
        listed = tx.inclusions.watched(depth=self.policy.second_order.depth) - set(cited)
        return tuple(sorted(listed)) if watch.kind == "included" else (*cited, *sorted(listed))

    def _to_read(
        self, tx: Tx, watch: ClaimedWatch, identifiers: tuple[Identifier, ...]
    ) -> tuple[frozenset[Identifier], frozenset[Identifier]]:
        """What was never read; and what is to be read again: not read since an article rests on it, or due.

        Due, too, is what a source holds under another name: its lists tell of changes by that one. Of the studies that
        reviews list, those that were read before: they had fallen, and may have been lifted.
        """
        never = tx.evidence.never_read(identifiers)
        if watch.kind == "included":
            return frozenset(), frozenset(identifiers) - never
        again = tx.evidence.due_again(
            identifiers,
            source=watch.source,
            before=self.clock.today() - timedelta(days=self.policy.reread_days),
            limit=self.reread_at_a_time,
        )
        elsewhere = tx.names.held_elsewhere(identifiers, source=watch.source)
        return never, (tx.references.linked_since_read() & set(identifiers)) | again | elsewhere

    def _watched(self, tx: Tx, source: str) -> tuple[Identifier, ...]:
        if source in ASKED_OF_PUBLICATIONS:
            return second_witness(tx, source)
        if source.startswith("guideline:"):
            publisher = source.partition(":")[2]
            return tuple(
                identifier
                for identifier in tx.references.watched("guideline")
                if identifier.value.startswith(f"{publisher}/")
            )
        cited = tx.references.watched(SCHEME_OF_SOURCE[source])
        if source != Scheme.PUBMED:
            return cited
        return tuple(sorted({*cited, *tx.events.replacing(source)}))

    def _settled(self, watch: ClaimedWatch, outcome: PollOutcome) -> PollReport:
        """Settle a poll while its lease is ours. What gave way to an editor is settled anew: the outcome is in hand."""
        tries = 0
        while True:
            tries += 1
            try:
                with self.store.begin() as tx:
                    tx.watches.hold(watch)
                    report = self._settle(tx, watch, outcome)
                    self.probe("poll.before_commit")
            except self.collided as error:
                if tries == MOST_TRIES:
                    raise
                log.warning("poll.collided", source=watch.source, watch=watch.kind, reason=str(error))
                self.clock.wait(GIVE_WAY_SECONDS * tries)
            else:
                return report

    def _settle(self, tx: Tx, watch: ClaimedWatch, outcome: PollOutcome) -> PollReport:
        match outcome:
            case Polled():
                return self._completed(tx, watch, outcome, "polled")
            case Unmodified(data_version=version):
                return self._completed(tx, watch, Polled(data_version=version), "unmodified")
            case Throttled(retry_after=seconds, reason=reason):
                return self._failed(tx, watch, "throttled", reason, timedelta(seconds=max(seconds, 1.0)))
            case Unreachable(reason=reason):
                return self._failed(tx, watch, "unreachable", reason, self._backoff(watch))
            case Unreadable(reason=reason):
                return self._failed(tx, watch, "unreadable", reason, self._backoff(watch))
            case _:
                assert_never(outcome)

    def _completed(self, tx: Tx, watch: ClaimedWatch, polled: Polled, outcome: str) -> PollReport:
        articles: tuple[str, ...] = ()
        if source := self.sources.get(watch.source):
            tx.evidence.note_unreadable(polled.unreadable)
            articles = self.assessor.take_in(tx, source, polled, looks_back=not watch.cursor)
        if self.gatherer is not None:
            articles += self.gatherer.take_in(tx, watch.source, polled.gathered)
        if before := tx.topics.translated(watch.target, polled.translation):
            log.warning("topic.translated_otherwise", topic=watch.target, before=before, now=polled.translation)
            tx.watches.note_unknown(watch.source, [(f"translation of topic {watch.target}", polled.translation)])
        members = hashlib.blake2b("\n".join(sorted(map(str, polled.covered))).encode(), digest_size=16).hexdigest()
        tx.watches.complete(
            watch,
            outcome=outcome,
            polled=polled,
            members_digest=members,
            next_due=min(watch.due, self.clock.today()) if polled.more else self._next_due(watch),
        )
        return PollReport(
            source=watch.source,
            kind=watch.kind,
            outcome=outcome,
            reason="; ".join(polled.troubles),
            articles=articles,
            more=polled.more,
        )

    def _next_due(self, watch: ClaimedWatch) -> datetime:
        return next_due(watch.due, self.policy.interval_of(watch.source), now=self.clock.today())

    def _failed(self, tx: Tx, watch: ClaimedWatch, outcome: str, reason: str, wait: timedelta) -> PollReport:
        tx.watches.fail(watch, outcome=outcome, reason=reason, next_due=self.clock.today() + wait)
        return PollReport(source=watch.source, kind=watch.kind, outcome=outcome, reason=reason)

    def _backoff(self, watch: ClaimedWatch) -> timedelta:
        """Twice as long after each failure, never longer than the source's own interval, with jitter."""
        longest = self.policy.interval_of(watch.source)
        doublings: int = 2 ** min(watch.failures, 10)
        return min(FIRST_RETRY * doublings, longest) * random.uniform(0.8, 1.0)  # noqa: S311 - jitter is no secret.
