"""The answers of the API as the OpenAPI document declares them; a test holds the real answers against them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from monitor.domain.articles import Freshness, ReferenceKind, Resolution, ReviewStatus
from monitor.domain.figure_check import FigureStatus
from monitor.domain.figures import FigureKind
from monitor.domain.kinds import EventKind, Severity

Affected = Literal["yes", "possibly"]


class Answer(BaseModel):
    """Nothing that is not declared is answered."""

    model_config = ConfigDict(extra="forbid")


class ProblemDetail(Answer):
    """A code for programs, a message for people."""

    code: str
    message: str


class Problem(Answer):
    """The one shape of every error."""

    error: ProblemDetail


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The declaration of errors that a route may answer with."""
    return {status: {"model": Problem} for status in statuses}


class Credit(Answer):
    """Whom facts come from."""

    source: str
    text: str
    url: str


class Coverage(Answer):
    """How well a source was reached."""

    source: str
    last_success: datetime | None
    data_version: str
    status: Literal["ok", "late", "unreachable"]


class Watched(Answer):
    """How much of an article is under watch."""

    references: int
    resolved: int
    unresolved: int
    oldest_check: datetime | None


class Witness(Answer):
    """Which source showed it, and when we saw it."""

    source: str
    seen_at: datetime
    notice: str


class ReferenceLine(Answer):
    """The reference a finding concerns; evidence named in the prose has no number."""

    number: int | None
    text: str


class ClaimLine(Answer):
    """A sentence a finding touches."""

    text: str
    markers: list[int]
    affected: Affected


class DiffLine(Answer):
    """A field before and after."""

    field: str
    before: Any
    after: Any


class Finding(Answer):
    """An event that concerns one article."""

    id: str
    kind: EventKind
    severity: Severity
    record: str
    title: str
    witnesses: list[Witness]
    references: list[ReferenceLine]
    claims: list[ClaimLine]
    because: str
    suggested_action: str
    relevance: float
    happened_on: date | None
    detected_at: datetime
    url: str | None
    diff: list[DiffLine]
    status: str


class Article(Answer):
    """An article with its findings."""

    id: str
    title: str
    url: str | None
    last_updated: date | None
    review_status: ReviewStatus
    freshness: Freshness
    stale_since: datetime | None
    severity: Severity | None
    watched: Watched
    findings: list[Finding]


class Gap(Answer):
    """When a source was not reached; from null where it never was before, to null where it was not since."""

    source: str
    since: datetime | None
    until: datetime | None


class NotChecked(Answer):
    """An article of which something could not be checked."""

    id: str
    unresolved: int
    oldest_check: datetime | None


class Scope(Answer):
    """What a report was asked for, what was looked at, and what of that could not be checked."""

    terms: list[tuple[str, str]]
    looked_at: int
    gaps: list[Gap]
    not_checked: list[NotChecked]


class Report(Answer):
    """The stale-article report. ``scope`` is there only where a part of it was asked for."""

    generated_at: datetime
    as_of: datetime
    coverage: list[Coverage]
    articles: list[Article]
    scope: Scope | None = None
    attribution: list[Credit]


class Articles(Answer):
    """A page of articles."""

    articles: list[Article]
    next: str | None
    attribution: list[Credit]


class Review(Answer):
    """An open review, or how a move left it."""

    id: int
    article_id: str
    status: ReviewStatus
    severity: Severity
    opened_at: datetime
    deadline: datetime | None
    started_at: datetime | None
    started_by: str
    snoozed_until: datetime | None
    snoozed_for: str
    version: int
    unseen: int


class QueueEntry(Answer):
    """An open review with its article."""

    headline: str
    review: Review
    article: Article


class Queue(Answer):
    """A page of the open reviews that are not snoozed."""

    queue: list[QueueEntry]
    next: str | None
    attribution: list[Credit]


class Source(Coverage):
    """A source with its failure."""

    failing_since: datetime | None
    reason: str


class Check(Answer):
    """A poll."""

    watch: str
    source: str
    at: datetime
    outcome: str
    data_version: str
    window: str
    members: int
    reason: str


class Sources(Answer):
    """Sources and polls."""

    sources: list[Source]
    checks: list[Check]
    attribution: list[Credit]


class FindingInFull(Finding):
    """A finding with what was decided about it; ``version`` is that of its evidence."""

    new_since_start: bool
    decision: str
    reason: str
    reason_code: str
    decided_by: str
    told_before: str
    version: str


class StatedFigure(Answer):
    """What one abstract says of a figure, and the sentence there."""

    reference: int | None
    record: str
    version: Literal["cited", "changed", "newer"]
    status: FigureStatus
    written: str
    number: str
    sentence: str


class Figure(Answer):
    """A figure of a sentence beside what its evidence says; ``newer`` is null where nothing replaced what it cites."""

    written: str
    number: str
    name: str
    kind: FigureKind
    status: FigureStatus
    newer: FigureStatus | None
    because: str
    stated: list[StatedFigure]


class Claim(Answer):
    """A sentence of the article."""

    position: int
    text: str
    headings: list[str]
    markers: list[int]
    affected_by: list[str]
    possibly_affected_by: list[str]
    fragile: bool
    absence: str
    figures: list[Figure]


class Reference(Answer):
    """A thing the article rests on."""

    number: int | None
    text: str
    kind: ReferenceKind
    resolution: Resolution
    because: str
    confidence: float | None
    identifiers: list[str]
    candidates: list[str]
    record_title: str
    last_check: datetime | None
    is_late: bool
    listed: bool
    named_in: list[int]


class Flip(Answer):
    """A recorded change of state."""

    at: datetime
    field: str
    before: str
    after: str
    because: str


class Topic(Answer):
    """A standing query, when it was last searched, and why the last search failed."""

    name: str
    title: str
    query: str
    last_searched: datetime | None
    reason: str


class ArticleInFull(Article):
    """An article as its page shows it."""

    findings: list[FindingInFull]  # type: ignore[assignment]  # It narrows the same key.
    because: str
    question: str
    claims: list[Claim]
    references: list[Reference]
    mentions: list[dict[str, Any]]
    missing_markers: list[int]
    topics: list[Topic]
    flips: list[Flip]
    review: Review | None
    attribution: list[Credit]


class Answered(Answer):
    """A finding that an edit of the page answered, and how."""

    id: str
    because: str


class Taken(Answer):
    """What was read of a page that came in, and what it changed. Texts are as they were before the edit."""

    id: str
    title: str
    is_new: bool
    is_changed: bool
    claims: int
    references: int
    missing_markers: list[int]
    uncited_numbers: list[int]
    claims_kept: int
    claims_added: int
    claims_reworded: list[str]
    claims_removed: list[str]
    references_added: int
    references_removed: list[str]
    answered: list[Answered]


class Badge(Answer):
    """What a public page may say of an article."""

    article: str
    says: str
    freshness: Freshness
    checked_on: date | None
    partly_checked_on: date | None
    next_review_by: date | None
    references: int
    watched: int
