"""Read models for pages, reports, the API and metrics. Nothing here writes."""

from __future__ import annotations

from sqlmodel import Session

from monitor.clock import Clock
from monitor.domain.articles import Freshness
from monitor.domain.filters import PER_PAGE, ArticleFilter, QueueFilter
from monitor.domain.gauges import StoreGauges
from monitor.domain.listings import ArticlesPage, QueuePage
from monitor.domain.owners import Owners
from monitor.domain.policy import Policy
from monitor.domain.read_models import ArticleView, CheckLine, Coverage, Report, Watched
from monitor.store.access import AccessReads
from monitor.store.audit_reads import AuditReads
from monitor.store.check_lists import CheckLists
from monitor.store.delivery_reads import DeliveryReads
from monitor.store.explaining import Explanations
from monitor.store.finding_lists import FindingLists
from monitor.store.hand_reads import HandReads
from monitor.store.reads.articles import ArticleReads, line_urgency
from monitor.store.reads.gauges import gauges
from monitor.store.reads.lines import Lines
from monitor.store.reads.ownership import Ownership
from monitor.store.reads.page import ArticlePage
from monitor.store.reads.queue import QueueReads
from monitor.store.reads.sources import SourceReads
from monitor.store.review_lists import ReviewLists
from monitor.store.tables import ArticleRow

_ALL_REVIEWS, _ALL_ARTICLES, _NOBODYS = QueueFilter(), ArticleFilter(), Ownership(Owners())


class Reads:
    """Everything that is shown, as it stands at one moment."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._sources = SourceReads(session)
        self.explanations = Explanations(session, clock)
        self.audit = AuditReads(session)
        self.hands = HandReads(session, clock)
        self.access = AccessReads(session, clock)
        self.deliveries = DeliveryReads(session)
        self.finding_lists = FindingLists(session, clock)
        self.review_lists = ReviewLists(session, clock)
        self.check_lists = CheckLists(session)

    def report(self, policy: Policy) -> Report:
        """All articles, stale first and the worst of these first, with what could not be checked."""
        coverage = self.coverage(policy)
        return Report(
            generated_at=self._clock.now(),
            as_of=self._clock.today(),
            coverage=coverage,
            articles=tuple(sorted(Lines(self._session, self._clock).all(), key=line_urgency)),
        )

    def article(self, article_id: str, policy: Policy) -> ArticleView | None:
        """One article in full; None when it is not there."""
        return ArticlePage(self._session, self._clock, policy).of(article_id)

    def queue(
        self,
        wanted: QueueFilter = _ALL_REVIEWS,
        *,
        ownership: Ownership = _NOBODYS,
        page: int = 1,
        after: str = "",
        limit: int = PER_PAGE,
    ) -> QueuePage:
        """One page of the open reviews; raises ``InvalidCursor``."""
        return QueueReads(self._session, self._clock, ownership).page(wanted, page, after, limit)

    def articles(
        self,
        wanted: ArticleFilter = _ALL_ARTICLES,
        *,
        ownership: Ownership = _NOBODYS,
        page: int = 1,
        after: str = "",
        limit: int = PER_PAGE,
    ) -> ArticlesPage:
        """One page of the articles, by its number or behind a cursor that a page gave; raises ``InvalidCursor``."""
        return ArticleReads(self._session, self._clock, ownership).page(wanted, page, after, limit)

    def counts(self) -> dict[Freshness, int]:
        """How many articles there are of each freshness."""
        return ArticleReads(self._session, self._clock, _NOBODYS).counts()

    def coverage(self, policy: Policy) -> tuple[Coverage, ...]:
        """How well each source was reached; ok only with a success in time and no failure since."""
        return self._sources.coverage(policy, now=self._clock.today())

    def checks(self, limit: int) -> tuple[CheckLine, ...]:
        """The newest polls, failed ones too."""
        return self._sources.checks(limit)

    def unknown_values(self) -> tuple[tuple[str, str, str, int], ...]:
        """(source, field, value, count) of everything upstream sent that no reader knows."""
        return self._sources.unknown_values()

    def watched(self, article_id: str) -> Watched | None:
        """How much of an article is under watch; None when it is not there."""
        row = self._session.get(ArticleRow, article_id)
        if row is None or row.removed_at is not None:
            return None
        return Lines(self._session, self._clock).of([article_id])[article_id].line.watched

    def gauges(self, policy: Policy) -> StoreGauges:
        """The numbers of the metrics page, counted now."""
        return gauges(self._session, policy, now=self._clock.today())
