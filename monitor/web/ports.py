"""What the pages and the API need of the program: reads, an article coming in, and the three moves of an editor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from monitor.domain.articles import Freshness, ParsedArticle
from monitor.domain.audit import AuditFilter, AuditLine
from monitor.domain.corrections import Correction
from monitor.domain.decisions import Ruling
from monitor.domain.explanations import ExplainedFinding, Outage, WatchlistFolder
from monitor.domain.filters import PER_PAGE, ArticleFilter, QueueFilter
from monitor.domain.listings import ArticlesPage, QueuePage
from monitor.domain.messages import DeliveryState
from monitor.domain.read_models import ArticleView, CheckLine, Coverage, Report, ReviewView
from monitor.domain.requests import Answered, KeyedRequest
from monitor.domain.resting import Badge, ConfirmPage, DecisionLine, Paste, RestsOn
from monitor.domain.review import Closing, Outcome, ToClose
from monitor.domain.revision import Revision
from monitor.domain.scope import ReportScope
from monitor.domain.slices import (
    CheckFilter,
    FindingFilter,
    ListedCheck,
    ListedFinding,
    ListedReview,
    Place,
    ReviewFilter,
    Slice,
)
from monitor.domain.state import FindingState
from monitor.intake import Format


class Desk(Protocol):
    """One call per page. A move raises :class:`monitor.domain.review.Refused` when it is not allowed, with a message
    for the editor, and KeyError for an unknown article."""

    def report(self, *, as_of: datetime | None = None) -> Report:
        """All articles, stale first; as the report stood at a moment, where one is given."""
        ...

    def moment_of(self, text: str) -> datetime:
        """The moment that a text means, for a past report; raises ``NoSuchPast``."""
        ...

    def article(self, article_id: str) -> ArticleView | None:
        """One article in full, or None."""
        ...

    def queue(self, wanted: QueueFilter = ..., page: int = 1, *, after: str = "", limit: int = PER_PAGE) -> QueuePage:
        """One page of the open reviews, the most urgent first unless asked otherwise; raises ``InvalidCursor``."""
        ...

    def articles(
        self, wanted: ArticleFilter = ..., *, page: int = 1, after: str = "", limit: int = PER_PAGE
    ) -> ArticlesPage:
        """One page of the articles, by its number or behind a cursor; raises ``InvalidCursor``."""
        ...

    def counts(self) -> dict[Freshness, int]:
        """How many articles there are of each freshness."""
        ...

    def coverage(self) -> tuple[Coverage, ...]:
        """How well each source was reached."""
        ...

    def deliveries(self) -> tuple[DeliveryState, ...]:
        """How each channel of messages stands."""
        ...

    def checks(self, limit: int) -> tuple[CheckLine, ...]:
        """The newest polls."""
        ...

    def narrow(self, report: Report, scope: ReportScope) -> Report:
        """The part of a report that is asked for. Raises ScopeError for a name that nobody declared."""
        ...

    def findings(self, wanted: FindingFilter, *, after: Place | None, limit: int) -> Slice[ListedFinding]:
        """Findings of all articles; places are (severity's rank, moment of detection, id)."""
        ...

    def finding(self, finding_id: str) -> ListedFinding | None:
        """One finding, or None."""
        ...

    def reviews(self, wanted: ReviewFilter, *, after: Place | None, limit: int) -> Slice[ListedReview]:
        """Reviews, open and closed; places are (moment of opening, number)."""
        ...

    def review(self, review_id: int) -> ListedReview | None:
        """One review, or None."""
        ...

    def open_review(self, article_id: str) -> ListedReview | None:
        """The open review of an article, or None."""
        ...

    def polls(self, wanted: CheckFilter, *, after: Place | None, limit: int) -> Slice[ListedCheck]:
        """Polls; places are their numbers."""
        ...

    def once(self, request: KeyedRequest, work: Callable[[], Answered]) -> tuple[Answered, bool]:
        """Do a request under its key, or hand out what was answered under it; says whether that was before."""
        ...

    def put_article(
        self, article_id: str, text: str, *, form: Format | None, url: str, title: str, by: str
    ) -> tuple[Revision, ParsedArticle]:
        """Take in an article's page, without asking anything of the network. Raises UnreadableArticle."""
        ...

    def start_review(self, article_id: str, *, by: str, version: int) -> ReviewView:
        """Start the open review that the editor saw in this version."""
        ...

    def close_review(self, article_id: str, closing: Closing) -> ReviewView:
        """Close the review with a decision and a reason."""
        ...

    def snooze_review(
        self, article_id: str, *, by: str, version: int, until: datetime | None, wakes_for: str = "", evidence: str = ""
    ) -> ReviewView:
        """Take the review out of the queue until a moment, or until something is new."""
        ...

    def release_review(self, article_id: str, *, by: str, version: int, note: str = "") -> ReviewView:
        """Hand a started review back."""
        ...


class Explainer(Protocol):
    """What pages say beyond the verdict."""

    def finding(self, finding_id: str) -> ExplainedFinding | None:
        """A finding with its rules, sources and records, or None."""
        ...

    def outages(self, view: ArticleView, *, now: datetime) -> tuple[Outage, ...]:
        """When the sources that an article rests on could not be read, of late."""
        ...

    def watchlists(self) -> WatchlistFolder:
        """The files of the watchlists as they read now."""
        ...


class Hands(Protocol):
    """What editors do to the evidence of articles, and what they read for it.

    Moves raise ``Refused``, ``UnknownReference`` or ``InvalidIdentifier`` with a message for the editor, and KeyError
    for an unknown article.
    """

    def decide_finding(self, article_id: str, finding_id: str, ruling: Ruling) -> FindingState:
        """Decide one finding alone."""
        ...

    def close_many(self, items: Iterable[ToClose], ruling: Ruling, *, start: bool = False) -> tuple[Outcome, ...]:
        """Close many reviews with one reason; tells of each what became of it."""
        ...

    def confirm(
        self,
        article_id: str,
        number: str,
        identifiers: Iterable[str],
        *,
        by: str,
        reason: str = "",
        seen: str = "",
    ) -> tuple[Correction, tuple[str, ...]]:
        """Let an entry mean these records. ``seen`` is the key of the entry that was shown under this number."""
        ...

    def mark_unwatchable(
        self, article_id: str, number: str, *, by: str, reason: str, seen: str = ""
    ) -> tuple[Correction, tuple[str, ...]]:
        """Accept that nothing upstream stands for an entry."""
        ...

    def take_back(self, article_id: str, number: str, *, by: str, reason: str = "", seen: str = "") -> tuple[str, ...]:
        """Undo what somebody said of an entry."""
        ...

    def add_reference(
        self, article_id: str, text: str, *, identifiers: Iterable[str] = (), number: int | None = None, by: str
    ) -> tuple[int, bool]:
        """Let an article rest on an entry that its page does not give."""
        ...

    def add_page(self, article_id: str, url: str, *, title: str = "", by: str) -> tuple[int, bool]:
        """Let an article rest on a page."""
        ...

    def remove_reference(self, article_id: str, number: str, *, by: str, reason: str = "", seen: str = "") -> str:
        """Take out what was added by hand."""
        ...

    def mute_topic(self, article_id: str, topic: str, *, by: str, reason: str, until: date | None = None) -> bool:
        """Bring an article no findings of a topic."""
        ...

    def unmute_topic(self, article_id: str, topic: str, *, by: str) -> bool:
        """Let an article hear of a topic again."""
        ...

    def references_to_confirm(self, page: int = 1, limit: int = 50) -> ConfirmPage:
        """One page of the entries that are not understood; the last one for a page beyond it."""
        ...

    def rests_on(self, identifier: str) -> RestsOn:
        """What rests on a record."""
        ...

    def decide_everywhere(
        self,
        identifier: str,
        ruling: Ruling,
        *,
        articles: Iterable[str] | None = None,
        saw: Mapping[str, str] | None = None,
    ) -> tuple[Outcome, ...]:
        """Decide the open findings of a record in all articles, or in these."""
        ...

    def decisions(self, article_id: str, finding_id: str) -> tuple[DecisionLine, ...]:
        """What was decided about a finding over time."""
        ...

    def ready_to_paste(self, article_id: str, finding_id: str) -> Paste | None:
        """The successor's citation and the sentences to re-read."""
        ...

    def badge(self, article_id: str) -> Badge | None:
        """What the public page may say of an article."""
        ...

    def audit(
        self, wanted: AuditFilter | None = None, before_id: int | None = None, limit: int = 100
    ) -> tuple[AuditLine, ...]:
        """The newest rows of the audit log first."""
        ...
