"""What faces read and editors do, with the policy and the store already chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.articles import Freshness, ParsedArticle
from monitor.domain.as_of import moment_meant
from monitor.domain.filters import PER_PAGE, ArticleFilter, QueueFilter
from monitor.domain.gauges import StoreGauges
from monitor.domain.listings import ArticlesPage, QueuePage
from monitor.domain.messages import DeliveryState
from monitor.domain.policy import Policy
from monitor.domain.read_models import ArticleView, CheckLine, Coverage, Report, ReviewView
from monitor.domain.requests import Answered, KeyedRequest
from monitor.domain.review import Closing
from monitor.domain.revision import Revision
from monitor.domain.scope import ReportScope, narrow
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
from monitor.domain.state import ReviewState
from monitor.intake import Format, read_article
from monitor.pipeline.register import Registrar
from monitor.pipeline.review import Editors
from monitor.store import Ownership, Store

ALL_REVIEWS, ALL_ARTICLES = QueueFilter(), ArticleFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One call per page, verb or metric."""

    store: Store
    editors: Editors
    policy: Policy
    registrar: Registrar
    ownership: Ownership

    def report(self, *, as_of: datetime | None = None) -> Report:
        """All articles, stale first; as the report stood at a moment, where one is given.

        Raises ``BeforeHistory`` for a moment of which nothing is known.
        """
        with self.store.read() if as_of is None else self.store.read_as_of(as_of) as reads:
            return reads.report(self.policy)

    def moment_of(self, text: str) -> datetime:
        """The moment that a text means, for a past report. Raises ``NoSuchPast``."""
        return moment_meant(text, now=self.editors.clock.today())

    def article(self, article_id: str) -> ArticleView | None:
        """One article in full, or None."""
        with self.store.read() as reads:
            return reads.article(article_id, self.policy)

    def queue(
        self, wanted: QueueFilter = ALL_REVIEWS, page: int = 1, *, after: str = "", limit: int = PER_PAGE
    ) -> QueuePage:
        """One page of the open reviews, the worst first unless asked otherwise.

        Raises ``InvalidCursor``.
        """
        with self.store.read() as reads:
            return reads.queue(wanted, ownership=self.ownership, page=page, after=after, limit=limit)

    def articles(
        self, wanted: ArticleFilter = ALL_ARTICLES, *, page: int = 1, after: str = "", limit: int = PER_PAGE
    ) -> ArticlesPage:
        """One page of the articles, by its number or behind a cursor that a page gave.

        Raises ``InvalidCursor``.
        """
        with self.store.read() as reads:
            return reads.articles(wanted, ownership=self.ownership, page=page, after=after, limit=limit)

    def counts(self) -> dict[Freshness, int]:
        """How many articles there are of each freshness."""
        with self.store.read() as reads:
            return reads.counts()

    def coverage(self) -> tuple[Coverage, ...]:
        """How well each source was reached."""
        with self.store.read() as reads:
            return reads.coverage(self.policy)

    def checks(self, limit: int) -> tuple[CheckLine, ...]:
        """The newest polls."""
        with self.store.read() as reads:
            return reads.checks(limit)

    def narrow(self, report: Report, scope: ReportScope) -> Report:
        """The part of a report that is asked for. Raises ScopeError."""
        with self.store.read() as reads:
            period = scope.period(report.as_of)
            gaps = reads.check_lists.gaps(*period, allowed=self.policy.too_old_after) if period else ()
            topics = reads.check_lists.topics_of_articles() if scope.owner or scope.specialty else {}
        return narrow(report, scope, owners=self.policy.owners, topics=topics, gaps=gaps)

    def findings(self, wanted: FindingFilter, *, after: Place | None, limit: int) -> Slice[ListedFinding]:
        """Findings of all articles, in pages."""
        with self.store.read() as reads:
            return reads.finding_lists.page(wanted, after=after, limit=limit)

    def finding(self, finding_id: str) -> ListedFinding | None:
        """One finding, or None."""
        with self.store.read() as reads:
            return reads.finding_lists.one(finding_id)

    def reviews(self, wanted: ReviewFilter, *, after: Place | None, limit: int) -> Slice[ListedReview]:
        """Reviews, open and closed, in pages."""
        with self.store.read() as reads:
            return reads.review_lists.page(wanted, after=after, limit=limit)

    def review(self, review_id: int) -> ListedReview | None:
        """One review, or None."""
        with self.store.read() as reads:
            return reads.review_lists.one(review_id)

    def open_review(self, article_id: str) -> ListedReview | None:
        """The open review of an article, or None."""
        with self.store.read() as reads:
            return reads.review_lists.open_of(article_id)

    def polls(self, wanted: CheckFilter, *, after: Place | None, limit: int) -> Slice[ListedCheck]:
        """Polls, in pages."""
        with self.store.read() as reads:
            return reads.check_lists.page(wanted, after=after, limit=limit)

    def once(self, request: KeyedRequest, work: Callable[[], Answered]) -> tuple[Answered, bool]:
        """Do a request under its key, or hand out what it was answered; says whether it was answered before.

        What is done and its answer are one commit. Who comes with the same key meanwhile waits for it.
        """
        with self.store.begin_whole() as tx:
            if (known := tx.idempotency.take(request)) is not None:
                return known, True
            answered = work()
            tx.idempotency.keep(request, answered)
            return answered, False

    def gauges(self) -> StoreGauges:
        """The numbers of the metrics page."""
        with self.store.read() as reads:
            return reads.gauges(self.policy)

    def deliveries(self) -> tuple[DeliveryState, ...]:
        """How each channel stands: what waits, what is dead, and whether its receiver closed it."""
        with self.store.read() as reads:
            return reads.deliveries.states()

    def unknown_values(self) -> tuple[tuple[str, str, str, int], ...]:
        """What upstream sent that no reader knows."""
        with self.store.read() as reads:
            return reads.unknown_values()

    def put_article(
        self, article_id: str, text: str, *, form: Format | None, url: str, title: str, by: str
    ) -> tuple[Revision, ParsedArticle]:
        """Read and register a page; its references are looked up with the next tick. Raises UnreadableArticle."""
        # What JSON may hold and UTF-8 may not is refused by the reader, with its line.
        body = text.encode("utf-8", "surrogatepass")
        parsed = read_article(body, name=url or article_id, form=form, title=title or article_id)
        return self.registrar.register(article_id, parsed, origin=url or "API", by=by), parsed

    def start_review(self, article_id: str, *, by: str, version: int) -> ReviewView:
        """Start an open review."""
        return self._view(self.editors.start(article_id, by=by, version=version))

    def close_review(self, article_id: str, closing: Closing) -> ReviewView:
        """Close a review with a decision."""
        return self._view(self.editors.close(article_id, closing))

    def snooze_review(
        self, article_id: str, *, by: str, version: int, until: datetime | None, wakes_for: str = "", evidence: str = ""
    ) -> ReviewView:
        """Take a review out of the queue until a date, or until something is new."""
        moved = self.editors.snooze(
            article_id, by=by, version=version, until=until, wakes_for=wakes_for, evidence=evidence
        )
        return self._view(moved)

    def release_review(self, article_id: str, *, by: str, version: int, note: str = "") -> ReviewView:
        """Hand a started review back."""
        return self._view(self.editors.release(article_id, by=by, version=version, note=note))

    def _view(self, review: ReviewState) -> ReviewView:
        """A review that was just moved, as it is listed: with what came in since somebody began with it."""
        if (listed := self.review(review.id)) is None:
            raise KeyError(review.article_id)
        return listed.review
