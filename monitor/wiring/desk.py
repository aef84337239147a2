"""What faces read and editors do, with the policy and the store already chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.articles import ParsedArticle
from monitor.domain.gauges import StoreGauges
from monitor.domain.messages import DeliveryState
from monitor.domain.policy import Policy
from monitor.domain.read_models import ArticleView, CheckLine, Coverage, QueueEntry, Report, ReviewView
from monitor.domain.review import Closing
from monitor.domain.revision import Revision
from monitor.domain.state import ReviewState
from monitor.intake import Format, read_article
from monitor.pipeline.register import Registrar
from monitor.pipeline.review import Editors
from monitor.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One call per page, verb or metric."""

    store: Store
    editors: Editors
    policy: Policy
    registrar: Registrar

    def report(self) -> Report:
        """All articles, stale first."""
        with self.store.read() as reads:
            return reads.report(self.policy)

    def article(self, article_id: str) -> ArticleView | None:
        """One article in full, or None."""
        with self.store.read() as reads:
            return reads.article(article_id, self.policy)

    def queue(self) -> tuple[QueueEntry, ...]:
        """Open reviews, the worst first."""
        with self.store.read() as reads:
            return reads.queue()

    def coverage(self) -> tuple[Coverage, ...]:
        """How well each source was reached."""
        with self.store.read() as reads:
            return reads.coverage(self.policy)

    def checks(self, limit: int) -> tuple[CheckLine, ...]:
        """The newest polls."""
        with self.store.read() as reads:
            return reads.checks(limit)

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

    def snooze_review(self, article_id: str, *, by: str, version: int, until: datetime) -> ReviewView:
        """Take a review out of the queue until a date."""
        return self._view(self.editors.snooze(article_id, by=by, version=version, until=until))

    def _view(self, review: ReviewState) -> ReviewView:
        return ReviewView(
            id=review.id,
            article_id=review.article_id,
            status=review.status,
            opened_at=review.opened_at,
            deadline=review.deadline,
            severity=review.severity,
            started_at=review.started_at,
            started_by=review.started_by,
            snoozed_until=review.snoozed_until,
            version=review.version,
            unseen=0,
        )
