"""What the pipeline needs from its neighbours; wiring chooses who provides it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from monitor.domain.articles import ParsedArticle, Reference, ReviewStatus
from monitor.domain.citations import Candidate, Citation, Resolved
from monitor.domain.diff import Sighting
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import Severity
from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest, Reading
from monitor.domain.records import Publication, Record
from monitor.domain.signals import Signal
from monitor.domain.staleness import Verdict
from monitor.domain.state import (
    ArticleState,
    ClaimedWatch,
    EventState,
    EvidenceState,
    LastSnapshot,
    Link,
    Message,
    NewFinding,
    OpenFinding,
    PendingReference,
    PlacedClaim,
    ReferenceState,
    ReviewState,
    TopicState,
)
from monitor.domain.topics import Topic


class Source(Protocol):
    """One upstream. ``poll`` never raises for what the upstream does; ``reread`` is pure."""

    name: str
    reader: str

    def poll(self, request: PollRequest) -> PollOutcome:
        """Ask for what the request names, in the source's own pace."""
        ...

    def reread(self, raw: bytes) -> Record:
        """Read a kept body with today's reader."""
        ...


@runtime_checkable
class MergingSource(Protocol):
    """A source that merges records which turn out to be the same thing."""

    def survivor(self, record: Record) -> Identifier | Failure | None:
        """Under which other identifier a record that is gone can be found, None where it is not found."""
        ...


class CitationSource(Protocol):
    """Finds records that a citation may mean."""

    def candidates(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        """Records worth comparing, or why none could be looked up."""
        ...


class GuidelineNames(Protocol):
    """Knows which guideline a name in prose means."""

    def __call__(self, text: str, organisation: str, year: int | None, context: str) -> tuple[Candidate, ...]:
        """Guideline identities that fit, best first."""
        ...


class CitationReader(Protocol):
    """Takes a reference entry apart."""

    def __call__(self, reference: Reference) -> Citation:
        """The parts a source can search by."""
        ...


class Channel(Protocol):
    """Where messages go. Returns when the receiver has acknowledged, raises ``DeliveryFailed`` otherwise."""

    def send(self, message: Message) -> None:
        """Deliver one message under its stable id."""
        ...


class DeliveryFailed(Exception):
    """A message was not acknowledged. It stays in the outbox and is tried again."""


class Probe(Protocol):
    """Named points in a step at which a test may end the process; in production it does nothing."""

    def __call__(self, point: str) -> None:
        """Pass the point."""
        ...


class Observer(Protocol):
    """Counts what happens, for the metrics."""

    def fetched(self, source: str, outcome: str) -> None:
        """A poll ended with this outcome."""
        ...

    def lease_lost(self) -> None:
        """A commit was refused because the lease had passed to another process."""
        ...

    def detected(self, source: str, lag: timedelta) -> None:
        """An event was recorded this long after it happened."""
        ...

    def unknown(self, source: str, field: str) -> None:
        """A value was met that no reader knows."""
        ...


class ArticlePort(Protocol):
    """Articles in a transaction."""

    def put(self, article_id: str, parsed: ParsedArticle, *, origin: str, is_canary: bool = False) -> bool: ...
    def get(self, article_id: str) -> ArticleState | None: ...
    def take(self, article_id: str) -> ArticleState | None: ...
    def all(self) -> tuple[ArticleState, ...]: ...
    def claims(self, article_id: str) -> tuple[PlacedClaim, ...]: ...
    def settle(self, article_id: str, verdict: Verdict) -> bool: ...
    def set_review_status(self, article_id: str, status: ReviewStatus, *, because: str) -> None: ...
    def confirm(self, article_id: str, *, at: datetime, updated_on: date | None = None) -> None: ...
    def remove(self, article_id: str) -> None: ...


class ReferencePort(Protocol):
    """References in a transaction."""

    def put(self, article_id: str, references: Iterable[Reference]) -> None: ...
    def pending(self, *, article_id: str | None = None, limit: int = 100) -> tuple[PendingReference, ...]: ...
    def settle(
        self, reference_id: int, resolved: Resolved, *, look_again: datetime | None
    ) -> tuple[Identifier, ...]: ...
    def follow(self, merged: Identifier, survivor: Identifier, *, because: str) -> tuple[str, ...]: ...
    def postpone(self, reference_id: int, *, until: datetime, because: str) -> None: ...
    def of_article(self, article_id: str) -> tuple[ReferenceState, ...]: ...
    def watched(self, scheme: str) -> tuple[Identifier, ...]: ...
    def linked_since_read(self) -> frozenset[Identifier]: ...
    def resting_on(self, identifiers: Iterable[str], *, article_id: str | None = None) -> tuple[Link, ...]: ...
    def evidence_state(self, article_id: str, *, too_old_after: Callable[[str], timedelta]) -> EvidenceState: ...


class WatchPort(Protocol):
    """Watches in a transaction."""

    def ensure(
        self, *, kind: str, source: str, target: str = "", due_now: bool = False, from_start: bool = False
    ) -> None: ...
    def claim(
        self,
        *,
        holder: str,
        lease: timedelta,
        source: str | None = None,
        even_if_not_due: bool = False,
        passed_over: frozenset[int] = frozenset(),
    ) -> ClaimedWatch | None: ...
    def call_for(self, *, kind: str, source: str) -> None: ...
    def keep_only(self, *, kind: str, source: str, targets: Iterable[str]) -> None: ...
    def hold(self, watch: ClaimedWatch) -> None: ...
    def complete(
        self, watch: ClaimedWatch, *, outcome: str, polled: Polled, next_due: datetime, members_digest: str
    ) -> None: ...
    def fail(self, watch: ClaimedWatch, *, outcome: str, reason: str, next_due: datetime) -> None: ...
    def note_unknown(self, source: str, values: Iterable[tuple[str, str]]) -> None: ...


class EvidencePort(Protocol):
    """Snapshots and events in a transaction."""

    def last_snapshot(self, identifier: Identifier) -> LastSnapshot | None: ...
    def keep(self, reading: Reading, *, source: str, reader: str, data_version: str) -> None: ...
    def never_read(self, identifiers: Iterable[Identifier]) -> frozenset[Identifier]: ...
    def due_again(
        self, identifiers: Iterable[Identifier], *, source: str, before: datetime, limit: int
    ) -> frozenset[Identifier]: ...
    def note_unchanged(self, readings: Sequence[Reading], *, reader: str) -> frozenset[Identifier]: ...
    def is_outdated(self, reading: Reading) -> bool: ...
    def missed(self, identifier: Identifier, *, source: str) -> bool: ...
    def on_last_strike(self, identifiers: Iterable[Identifier]) -> tuple[Record, ...]: ...
    def events_of(self, records: Iterable[str]) -> tuple[EventState, ...]: ...
    def record_event(
        self, sighting: Sighting, *, title: str, severity: Severity, url: str | None, already: bool
    ) -> EventState: ...
    def record_overdue(self, article_id: str, *, title: str, because: str, severity: Severity) -> EventState: ...
    def add_witnesses(self, event_id: int, *, source: str, notices: Iterable[str]) -> None: ...
    def end(self, signal: Signal) -> None: ...


class InclusionPort(Protocol):
    """What reviews and guidelines list, in a transaction."""

    def put(self, review: Identifier, studies: Iterable[Identifier]) -> frozenset[Identifier]: ...
    def including(self, studies: Iterable[str]) -> tuple[tuple[Identifier, str], ...]: ...
    def watched(self, *, depth: int) -> frozenset[Identifier]: ...


class TopicPort(Protocol):
    """Standing queries, in a transaction."""

    def put(self, topics: Iterable[Topic], *, searched: Collection[str]) -> tuple[str, ...]: ...
    def to_search(self, article_id: str | None = None) -> tuple[str, ...]: ...
    def concerned(self, names: Collection[str]) -> tuple[TopicState, ...]: ...
    def of_article(self, article_id: str) -> tuple[str, ...]: ...
    def earliest_update(self, name: str) -> date | None: ...
    def late_for(self, article_id: str, *, too_old_after: Callable[[str], timedelta]) -> int: ...
    def translated(self, name: str, translation: str) -> str | None: ...


class FindingPort(Protocol):
    """Findings in a transaction."""

    def add(self, finding: NewFinding) -> bool: ...
    def open_of(self, article_id: str) -> tuple[OpenFinding, ...]: ...
    def decide(self, article_id: str, *, status: str, decision: str, reason: str, by: str) -> int: ...


class ReviewPort(Protocol):
    """Reviews in a transaction."""

    def open_of(self, article_id: str) -> ReviewState | None: ...
    def open(self, article_id: str, *, severity: Severity, deadline: datetime | None) -> None: ...
    def sharpen(self, review: ReviewState, *, severity: Severity, deadline: datetime | None) -> None: ...
    def wake(self, review: ReviewState) -> None: ...
    def move(self, review: ReviewState, *, seen_version: int, **changes: Any) -> ReviewState: ...


class OutboxPort(Protocol):
    """Messages in a transaction."""

    def put(self, *, key: str, topic: str, payload: dict[str, Any]) -> None: ...
    def due(self, *, limit: int) -> tuple[Message, ...]: ...
    def delivered(self, message_id: int) -> None: ...
    def failed(self, message_id: int, *, error: str, next_try: datetime | None) -> None: ...


class AuditPort(Protocol):
    """The audit log in a transaction."""

    def add(self, *, actor: str, action: str, subject: str, **detail: Any) -> None: ...


class Tx(Protocol):
    """The unit of work."""

    @property
    def articles(self) -> ArticlePort: ...
    @property
    def references(self) -> ReferencePort: ...
    @property
    def watches(self) -> WatchPort: ...
    @property
    def evidence(self) -> EvidencePort: ...
    @property
    def inclusions(self) -> InclusionPort: ...
    @property
    def topics(self) -> TopicPort: ...
    @property
    def findings(self) -> FindingPort: ...
    @property
    def reviews(self) -> ReviewPort: ...
    @property
    def outbox(self) -> OutboxPort: ...
    @property
    def audit(self) -> AuditPort: ...


class Store(Protocol):
    """Where transactions come from. ``LeaseLost`` is what ``watches.hold`` raises."""

    def begin(self) -> AbstractContextManager[Tx]:
        """A transaction that commits when the block ends."""
        ...
