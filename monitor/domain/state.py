"""What the pipeline reads from the store and decides upon: plain values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.domain.articles import Claim, Freshness, Reference, Resolution, ReviewStatus
from monitor.domain.citations import Candidate
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedWatch:
    """A watch this process holds the lease of. ``fence`` grows with each claim; a commit with an old one is refused.

    ``summons`` counts how often it was called for out of turn: one that came while we polled is still to be answered.
    """

    id: int
    kind: str
    source: str
    target: str
    cursor: str
    data_version: str
    fence: int
    summons: int
    failures: int
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSnapshot:
    """The newest snapshot of a record, with what is needed to read it again by a newer reader."""

    record: Record
    digest: str
    raw: bytes
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventState:
    """A recorded event. ``already`` when the first reading of its record showed it; ``ended`` when it went away.

    ``recorded_at`` is the business time at which we first saw it, ``told_as`` the event that speaks for this one.
    ``is_hint`` says that its witnesses together are not believed in full.
    """

    id: int
    record: str
    kind: EventKind
    shown_by: str
    title: str
    because: str
    severity: Severity
    happened_on: date | None
    edition_year: int | None
    already: bool
    recorded_at: datetime
    ended: bool
    told_as: int | None = None
    is_hint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An event that stands, with the names of what shows it, who shows it, and the days that they give to it."""

    event: EventState
    names: frozenset[str]
    sources: frozenset[str]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesNoted:
    """Records that got a name they did not have, and (record, name) pairs that contradict what the record says."""

    new: tuple[str, ...] = ()
    contradicted: tuple[tuple[Identifier, Identifier], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One article's reference that rests on an identifier; ``is_derived`` where a record that it means says so."""

    article_id: str
    reference_id: int
    identifier: Identifier
    reference: Reference
    linked_at: datetime
    is_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """The current state of an article.

    ``baseline`` is the last time an editor confirmed its text: from there its shelf life runs. What evidence the text
    may know is said by ``last_updated`` alone, which only another text moves.
    ``missing_markers`` are cited numbers that no reference has, neither one of the page nor one that was added.
    """

    id: str
    title: str
    last_updated: date | None
    review_status: ReviewStatus
    freshness: Freshness
    severity: Severity | None
    baseline: datetime | None
    recorded_at: datetime
    is_canary: bool
    missing_markers: tuple[int, ...]
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedClaim:
    """A stored claim with its id."""

    id: int
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFinding:
    """An undecided finding, as far as deciding about the article needs it.

    ``answers_absence`` says that it brings what the article says is missing.
    """

    id: str
    kind: EventKind
    severity: Severity
    because: str
    detected_at: datetime
    answers_absence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFinding:
    """A finding to be recorded; claims are (claim id, ``yes`` or ``possibly``).

    ``told_before`` says of one that was told already why it is told once more: it is open again, or weighs more.
    """

    id: str
    article_id: str
    event_id: int
    severity: Severity
    because: str
    reference_ids: tuple[int, ...]
    claims: tuple[tuple[int, str], ...]
    detected_at: datetime
    told_before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingState:
    """A finding as it stands, with what was decided about it. ``version`` is that of its evidence."""

    id: str
    article_id: str
    event_id: int
    record: str
    kind: EventKind
    severity: Severity
    status: str
    decision: str
    reason_code: str
    reason: str
    decided_by: str
    decided_at: datetime | None
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPromise:
    """A changed text that did not come in by the day on which it was promised."""

    id: int
    article_id: str
    by: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A topic that is muted for an article; ``until`` is its last day, None for until it is unmuted."""

    id: int
    article_id: str
    topic: str
    by: str
    reason: str
    until: date | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """A review; open until ``closed_at``. ``snoozed_for`` is what ends a snooze beside its date."""

    id: int
    article_id: str
    status: ReviewStatus
    severity: Severity
    deadline: datetime | None
    opened_at: datetime
    started_at: datetime | None
    started_by: str
    snoozed_until: datetime | None
    version: int
    snoozed_for: str = ""
    snoozed_by: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    decision: str = ""
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceState:
    """How well the references and topics of one article are watched at a moment.

    ``topics_muted`` are those of which an editor does not want to hear. ``unheard`` are second witnesses that were not
    asked of its publications in time.
    """

    references: int
    unresolved: int
    never_checked: int
    late: int
    topics_late: int = 0
    topics_muted: int = 0
    unheard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicState:
    """A standing query with the present articles that it concerns."""

    name: str
    title: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReference:
    """A reference still to be resolved, with the sentences that name it as context.

    ``because`` says why it is not, and ``has_rivals`` that an editor is asked which of several records it means.
    """

    id: int
    article_id: str
    article_title: str
    reference: Reference
    context: str
    because: str = ""
    has_rivals: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What became of a reference when a person said what it means: what it rests on anew, and no longer."""

    article_id: str
    new: tuple[Identifier, ...]
    gone: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceState:
    """A stored reference with what resolving it came to; ``derived`` are (identifier, how it was found)."""

    id: int
    reference: Reference
    resolution: Resolution
    because: str
    confidence: float | None
    identifiers: tuple[Identifier, ...]
    candidates: tuple[Candidate, ...]
    derived: tuple[tuple[Identifier, str], ...] = ()
    added_by: str = ""
