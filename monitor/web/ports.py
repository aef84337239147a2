"""What the pages and the API need of the program: reads, an article coming in, and the three moves of an editor."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from monitor.domain.articles import Freshness, ParsedArticle
from monitor.domain.explanations import ExplainedFinding, Gap, WatchlistFolder
from monitor.domain.filters import PER_PAGE, ArticleFilter, QueueFilter
from monitor.domain.listings import ArticlesPage, QueuePage
from monitor.domain.read_models import ArticleView, CheckLine, Coverage, Report, ReviewView
from monitor.domain.review import Closing
from monitor.domain.revision import Revision
from monitor.intake import Format


class Desk(Protocol):
    """One call per page. A move raises :class:`monitor.domain.review.Refused` when it is not allowed, with a message
    for the editor, and KeyError for an unknown article."""

    def report(self, *, as_of: datetime | None = None) -> Report:
        """All articles, stale first; as the report stood at a moment, where one is given."""
        ...

    def article(self, article_id: str) -> ArticleView | None:
        """One article in full, or None."""
        ...

    def queue(self, wanted: QueueFilter = ..., page: int = 1) -> QueuePage:
        """One page of the open reviews, the most urgent first unless asked otherwise."""
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

    def checks(self, limit: int) -> tuple[CheckLine, ...]:
        """The newest polls."""
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


class Explainer(Protocol):
    """What pages say beyond the verdict."""

    def finding(self, finding_id: str) -> ExplainedFinding | None:
        """A finding with its rules, sources and records, or None."""
        ...

    def gaps(self, view: ArticleView, *, now: datetime) -> tuple[Gap, ...]:
        """When the sources that an article rests on could not be read, of late."""
        ...

    def watchlists(self) -> WatchlistFolder:
        """The files of the watchlists as they read now."""
        ...
