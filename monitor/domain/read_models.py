"""What pages, reports and the API show: plain values the store hands out, in the shape of the report contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.domain.absence import BRINGS_EVIDENCE
from monitor.domain.articles import Freshness, ReferenceKind, Resolution, ReviewStatus
from monitor.domain.figure_check import FigureStatus
from monitor.domain.figures import FigureKind
from monitor.domain.kinds import EventKind, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How well one source was reached. ``status`` is ok, late or unreachable; never ok without a success in time."""

    source: str
    last_success: datetime | None
    data_version: str
    status: str
    failing_since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A source that showed an event, when we saw it there, and the notice or version that shows it.

    ``says`` is what the source itself calls it, ``gone_at`` since when it shows it no more.
    """

    source: str
    seen_at: datetime
    notice: str
    says: EventKind | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One thing that became of a publication: what it was, when, by whom it is shown, and until when it stood."""

    kind: EventKind
    happened_on: date | None
    detected_at: datetime
    sources: tuple[str, ...]
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One field before and after; values are JSON values."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceLine:
    """A reference as a finding names it. ``number`` is None for evidence named in the prose only."""

    number: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A sentence a finding touches. ``affected`` is ``yes`` (names or cites the thing) or ``possibly``.

    ``fragile`` says that it tells of something that nobody knows.
    """

    position: int
    text: str
    markers: tuple[int, ...]
    affected: str
    fragile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """An event that concerns one article, with everything an editor needs to judge it.

    ``reason`` is that of the decision in words, ``reason_code`` its word of the short list; ``told_before`` says what
    was decided when it was less. ``version`` is that of its evidence: to be sent back with a decision about it.
    """

    id: str
    kind: EventKind
    severity: Severity
    record: str
    title: str
    witnesses: tuple[Witness, ...]
    references: tuple[ReferenceLine, ...]
    claims: tuple[ClaimLine, ...]
    because: str
    suggested_action: str
    relevance: float
    happened_on: date | None
    detected_at: datetime
    url: str | None
    diff: tuple[DiffLine, ...]
    status: str
    new_since_start: bool = False
    decision: str = ""
    reason: str = ""
    reason_code: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    told_before: str = ""
    version: str = ""
    life: tuple[Stage, ...] = ()
    """What became of the publication so far, in the order of its days; empty where there is but this."""
    reopened_at: datetime | None = None
    """When a decision about it was last taken back, as more had become known."""

    @property
    def answers_absence(self) -> bool:
        """Whether it brings evidence on something of which the article says that nothing is known."""
        return self.kind in BRINGS_EVIDENCE and any(claim.fragile for claim in self.claims)

    @property
    def changed_at(self) -> datetime:
        """When its state last changed: it was detected, decided, or opened again."""
        return max(filter(None, (self.detected_at, self.decided_at, self.reopened_at)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateLine:
    """A record that a reference may mean. ``year`` is None where we never read the record."""

    identifier: str
    title: str
    year: int | None
    confidence: float
    because: str
    url: str | None

    def __str__(self) -> str:
        return f"{self.identifier} {self.title} ({self.confidence:.0%})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceView:
    """A row of an article's evidence table. ``last_check`` is derived from checks; None means never checked."""

    number: int | None
    text: str
    kind: ReferenceKind
    resolution: Resolution
    because: str
    confidence: float | None
    identifiers: tuple[str, ...]
    candidates: tuple[CandidateLine, ...]
    record_title: str
    last_check: datetime | None
    is_late: bool
    listed: bool
    named_in: tuple[int, ...]
    derived: tuple[tuple[str, str], ...] = ()
    """(identifier, how it was found) of what is watched because the record says so."""
    added_by: str = ""
    """Who added it by hand; empty for what the page gives."""
    id: int = 0
    key: str = ""
    place: str = ""
    """By what a move names it: its number, or its place as ``#3`` where it has none or shares it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFigure:
    """What one abstract says of a claim's figure: of which reference, in which version, and the sentence there.

    ``version`` is ``cited``, ``changed`` (the same record, as it reads now) or ``newer`` (what replaces it).
    """

    reference: int | None
    record: str
    version: str
    status: FigureStatus
    written: str = ""
    number: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """A figure of a claim beside what the abstracts say of it. ``newer`` is None where nothing replaced what it cites.

    ``status`` speaks of what is cited, as it reads now; ``because`` says why it could not be compared.
    """

    written: str
    number: str
    name: str
    kind: FigureKind
    status: FigureStatus
    newer: FigureStatus | None = None
    because: str = ""
    stated: tuple[StatedFigure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim in reading order; ``affected_by`` are ids of open findings, by how sure we are.

    ``absence`` are the words by which it says that something is not known.
    """

    position: int
    text: str
    headings: tuple[str, ...]
    markers: tuple[int, ...]
    affected_by: tuple[str, ...] = ()
    possibly_affected_by: tuple[str, ...] = ()
    fragile: bool = False
    absence: str = ""
    figures: tuple[FigureView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How much of an article is under watch."""

    references: int
    resolved: int
    unresolved: int
    oldest_check: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article as the report and the queue list it."""

    id: str
    title: str
    url: str | None
    last_updated: date | None
    review_status: ReviewStatus
    freshness: Freshness
    freshness_because: str
    stale_since: datetime | None
    severity: Severity | None
    watched: Watched
    findings: tuple[FindingView, ...]
    topics: tuple[str, ...] = ()
    """The names of the topics that concern it, by which its owners are found."""

    @property
    def answers_absence(self) -> bool:
        """Whether one of its worst open findings brings what the article says is missing."""
        open_ones = [finding for finding in self.findings if finding.status == "open"]
        worst = max((finding.severity.rank for finding in open_ones), default=0)
        return any(finding.answers_absence for finding in open_ones if finding.severity.rank == worst)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipLine:
    """One recorded change of an article's state, and why."""

    at: datetime
    field: str
    before: str
    after: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """The editorial task of an article. ``version`` must be sent back when it is moved, so that no update is lost."""

    id: int
    article_id: str
    status: ReviewStatus
    opened_at: datetime
    deadline: datetime | None
    severity: Severity
    started_at: datetime | None
    started_by: str
    snoozed_until: datetime | None
    version: int
    unseen: int
    snoozed_for: str = ""
    snoozed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """A standing query of an article, and when it was last searched; ``reason`` says why the last search failed.

    While it is muted for the article, ``muted_by`` says by whom, with why and until when: it brings no findings.
    """

    name: str
    title: str
    query: str
    last_searched: datetime | None
    reason: str = ""
    muted_by: str = ""
    muted_because: str = ""
    muted_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """One article in full, as its page shows it."""

    row: ArticleRow
    question: str
    claims: tuple[ClaimView, ...]
    references: tuple[ReferenceView, ...]
    mentions: tuple[dict[str, Any], ...]
    missing_markers: tuple[int, ...]
    flips: tuple[FlipLine, ...]
    review: ReviewView | None
    topics: tuple[TopicLine, ...] = ()

    @property
    def uncited_numbers(self) -> tuple[int, ...]:
        """The numbers of listed references that no sentence cites."""
        cited = {marker for claim in self.claims for marker in claim.markers}
        listed = {item.number for item in self.references if item.number is not None}
        return tuple(sorted(listed - cited))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """One open review, as the queue shows it: the worst finding explains it in a line."""

    review: ReviewView
    article: ArticleRow
    headline: str
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of time in which a source was not reached when it should have been.

    ``start`` is the last success before it (None where there was none), ``end`` the next (None where none came yet).
    """

    source: str
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a narrowed report is about: (term, value) as asked for, every article that was looked at, and the gaps.

    An article that was looked at is listed only when it has a finding that fits, where findings were asked for.
    """

    terms: tuple[tuple[str, str], ...]
    looked_at: tuple[ArticleRow, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The stale-article report. ``as_of`` is business time, ``generated_at`` real time.

    ``narrowed`` is None for the report of everything.
    """

    generated_at: datetime
    as_of: datetime
    coverage: tuple[Coverage, ...]
    articles: tuple[ArticleRow, ...]
    narrowed: Narrowed | None = None

    @property
    def looked_at(self) -> tuple[ArticleRow, ...]:
        """Every article the report speaks for, listed or not."""
        return self.articles if self.narrowed is None else self.narrowed.looked_at


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One completed poll, or the last failed one: what was asked, what came, and which data version answered."""

    watch: str
    source: str
    at: datetime
    outcome: str
    data_version: str
    window: str
    members: int
    reason: str
