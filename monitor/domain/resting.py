"""What the pages for editors' hands show: references to confirm, what rests on a record, texts to paste, the badge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.domain.articles import Freshness, ReferenceKind, Resolution, ReviewStatus
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.read_models import CandidateLine, ClaimLine, Coverage, ReferenceLine, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPlace:
    """Where an entry stands: ``number`` is its own or its place as ``#3``, as ``Hands.confirm`` takes it."""

    article_id: str
    title: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceToConfirm:
    """An entry of which it is not known what it means, with every article that gives these very words.

    Deciding once decides for all of them.
    """

    key: str
    text: str
    kind: ReferenceKind
    year: int | None
    resolution: Resolution
    because: str
    places: tuple[EntryPlace, ...]
    candidates: tuple[CandidateLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage:
    """One page of the entries to confirm, of ``total`` on so many ``pages``."""

    entries: tuple[ReferenceToConfirm, ...]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """A finding in short; ``version`` is that of its evidence."""

    id: str
    kind: EventKind
    severity: Severity
    status: str
    because: str
    decision: str
    reason: str
    decided_by: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingArticle:
    """An article that rests on a record: by which references, with which sentences, and what was found there."""

    id: str
    title: str
    url: str | None
    freshness: Freshness
    review_status: ReviewStatus
    references: tuple[ReferenceLine, ...]
    claims: tuple[ClaimLine, ...]
    findings: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Including:
    """A review or guideline that lists the record, and the articles that rest on it in turn."""

    record: str
    title: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestsOn:
    """What rests on a record. ``names`` are all under which it is known, ``events`` what was told of it.

    ``state`` is the heaviest of what stands of it, in words; empty where there is nothing. That is worth what was read:
    ``last_read`` is when that was, None for a thing that was never read; ``is_late`` says that it is too long ago, and
    ``unheard`` are the sources that were late or not reached since.
    """

    asked: str
    names: tuple[str, ...]
    title: str
    url: str | None
    is_known: bool
    state: str
    events: tuple[Stage, ...]
    articles: tuple[RestingArticle, ...]
    included_in: tuple[Including, ...]
    last_read: datetime | None = None
    is_late: bool = False
    unheard: tuple[Coverage, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing stands against it, and that was read in time."""
        return not (self.state or self.last_read is None or self.is_late or self.unheard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paste:
    """What an editor pastes: the citation of what takes a record's place, and the sentences to re-read.

    ``citation`` is empty where the successor was not read yet; ``because`` says so. ``missing`` are the parts of the
    citation that our record does not have.
    """

    finding_id: str
    successor: str
    citation: str
    missing: tuple[str, ...]
    sentences: tuple[str, ...]
    because: str = ""

    @property
    def text(self) -> str:
        """All of it as plain text."""
        parts = [self.citation or self.because]
        if self.sentences:
            parts.append("\n".join(("Sentences to re-read:", *(f"- {sentence}" for sentence in self.sentences))))
        return "\n\n".join(filter(None, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What a public page may say of an article.

    ``checked_on`` is the day of the oldest check; None where some of the evidence is not understood or was never
    checked. ``partly_checked_on`` is that of the ``watched`` references alone; ``not_watched`` counts the others.
    """

    article_id: str
    title: str
    state: Freshness
    checked_on: date | None
    partly_checked_on: date | None
    next_review_by: date | None
    references: int
    watched: int
    not_watched: int

    @property
    def says(self) -> str:
        """One line, which never claims more than is so."""
        if self.checked_on:
            checked = f"evidence checked on {self.checked_on}"
        elif self.partly_checked_on:
            checked = f"{self.watched} of {self.references} references checked on {self.partly_checked_on}"
        else:
            checked = "evidence not checked in full"
        state = {Freshness.STALE: "under review", Freshness.UNVERIFIED: "not fully verified"}.get(self.state, "")
        next_review = f"next review by {self.next_review_by}" if self.next_review_by else ""
        return ", ".join(filter(None, (checked, next_review, state)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """A decision about a finding as it was made, with what the finding was then."""

    at: datetime
    by: str
    decision: str
    reason_code: str
    reason: str
    kind: EventKind
    severity: Severity
