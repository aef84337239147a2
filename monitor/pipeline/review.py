"""What editors do with an open review, by the table of design section 3; everything is audited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time

from monitor.clock import Clock
from monitor.domain.articles import ReviewStatus
from monitor.domain.policy import Policy
from monitor.domain.review import Closing, Decision, Move, Refused, advance, check_closing, check_snooze
from monitor.domain.state import ReviewState
from monitor.pipeline.decide import decide
from monitor.pipeline.ports import Store, Tx
from monitor.pipeline.tell import tell_reviewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Editors:
    """The moves of editors. Each raises KeyError for an unknown article and ``Refused`` for an illegal move."""

    store: Store
    policy: Policy
    clock: Clock

    def start(self, article_id: str, *, by: str, version: int | None = None) -> ReviewState:
        """Take an open review to work on. Without a version, whatever stands now is started."""
        with self._open_review(article_id) as (tx, review):
            status = advance(review.status, Move.START)
            moved = tx.reviews.move(
                review,
                seen_version=version or review.version,
                status=status,
                started_at=self.clock.today(),
                started_by=by,
                snoozed_until=None,
            )
            tx.articles.set_review_status(article_id, status, because=f"{by} started the review")
            tx.audit.add(actor=by, action="review.started", subject=article_id, review=review.id)
            return moved

    def close(self, article_id: str, closing: Closing) -> ReviewState:
        """Close a review with a decision: its findings are decided, and the same events never come back."""
        with self._open_review(article_id) as (tx, review):
            status = advance(review.status, Move.CLOSE)
            check_closing(closing, open_findings=frozenset(item.id for item in tx.findings.open_of(article_id)))
            moved = tx.reviews.move(
                review,
                seen_version=closing.version,
                status=status,
                closed_at=self.clock.today(),
                closed_by=closing.by,
                decision=closing.decision,
                reason=closing.reason,
            )
            self._decide_findings(tx, article_id, closing)
            tx.articles.set_review_status(article_id, status, because=f"{closing.decision}: {closing.reason}")
            tx.audit.add(
                actor=closing.by,
                action="review.closed",
                subject=article_id,
                review=review.id,
                decision=closing.decision,
                reason=closing.reason,
            )
            tell_reviewed(tx, article_id, moved, closing, clock=self.clock)
            decide(tx, article_id, policy=self.policy, clock=self.clock)
            return moved

    def snooze(self, article_id: str, *, by: str, until: datetime, version: int | None = None) -> ReviewState:
        """Take a review out of the queue until a date; the article stays stale."""
        check_snooze(until, now=self.clock.today())
        with self._open_review(article_id) as (tx, review):
            status = advance(review.status, Move.SNOOZE)
            moved = tx.reviews.move(review, seen_version=version or review.version, status=status, snoozed_until=until)
            tx.audit.add(actor=by, action="review.snoozed", subject=article_id, until=until)
            return moved

    def _decide_findings(self, tx: Tx, article_id: str, closing: Closing) -> None:
        updated = closing.decision is Decision.UPDATED
        tx.findings.decide(
            article_id,
            status="answered" if updated else "dismissed",
            decision=closing.decision,
            reason=closing.reason,
            by=closing.by,
        )
        if updated and closing.updated_on is not None and closing.updated_on > self.clock.today().date():
            tx.articles.confirm(article_id, at=self.clock.today(), updated_on=None)
            return
        on = closing.updated_on
        at = datetime.combine(on, time.min, UTC) if on else self.clock.today()
        tx.articles.confirm(article_id, at=at, updated_on=on if updated else None)

    @contextmanager
    def _open_review(self, article_id: str) -> Iterator[tuple[Tx, ReviewState]]:
        with self.store.begin() as tx:
            article = tx.articles.get(article_id)
            if article is None:
                raise KeyError(article_id)
            review = tx.reviews.open_of(article_id)
            if review is None:
                note = "was approved and" if article.review_status is ReviewStatus.APPROVED else ""
                raise Refused(" ".join(f"The article {article_id!r} {note} has no open review.".split()))
            yield tx, review
