"""What the pages and the API need of the program: reads, an article coming in, and the three moves of an editor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from monitor.domain.articles import ParsedArticle
from monitor.domain.listings import (
    CheckFilter,
    FindingFilter,
    ListedCheck,
    ListedFinding,
    ListedReview,
    Place,
    ReviewFilter,
    Slice,
)
from monitor.domain.read_models import ArticleView, CheckLine, Coverage, QueueEntry, Report, ReviewView
from monitor.domain.requests import Answered, KeyedRequest
from monitor.domain.review import Closing
from monitor.domain.revision import Revision
from monitor.domain.scope import ReportScope
from monitor.intake import Format


class Desk(Protocol):
    """One call per page. A move raises :class:`monitor.domain.review.Refused` when it is not allowed, with a message
    for the editor, and KeyError for an unknown article."""

    def report(self) -> Report:
        """All articles, stale first."""
        ...

    def article(self, article_id: str) -> ArticleView | None:
        """One article in full, or None."""
        ...

    def queue(self) -> tuple[QueueEntry, ...]:
        """Open reviews that are not snoozed, the most urgent first."""
        ...

    def coverage(self) -> tuple[Coverage, ...]:
        """How well each source was reached."""
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

    def snooze_review(self, article_id: str, *, by: str, version: int, until: datetime) -> ReviewView:
        """Take the review out of the queue until a moment."""
        ...
