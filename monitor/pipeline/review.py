"""What editors do with an open review, by the table of design section 3; everything is audited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from monitor.clock import Clock
from monitor.domain.articles import ReviewStatus
from monitor.domain.decisions import evidence_digest
from monitor.domain.policy import Policy
from monitor.domain.review import (
    Closing,
    Decision,
    Move,
    Outcome,
    Reason,
    Refused,
    Ruling,
    ToClose,
    advance,
    check_version,
    snooze_end,
)
from monitor.domain.state import ArticleState, FindingState, ReviewState
from monitor.pipeline.bulk import told_of_each
from monitor.pipeline.closing import close_review, is_done_already
from monitor.pipeline.ports import Store, Tx
from monitor.pipeline.rulings import check_nobody_else_is_at_it, rule_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Editors:
    """The moves of editors. Each raises KeyError for an unknown article and ``Refused`` for an illegal move.

    Of two editors at once one wins, and the other is told who did what and when. A move that the same editor sends
    twice is done once, and answered as done. ``unavailable`` are the errors by which the store says "try again".
    """

    store: Store
    policy: Policy
    clock: Clock
    unavailable: tuple[type[Exception], ...] = ()

    def start(self, article_id: str, *, by: str, version: int | None = None) -> ReviewState:
        """Take an open review to work on. Without a version, whatever stands now is started."""
        with self._open_review(article_id) as (tx, review):
            if review.started_by == by and version in {None, review.version - 1, review.version}:
                return review
            return self._start(tx, review, by=by, version=version)

    def release(self, article_id: str, *, by: str, version: int | None = None, note: str = "") -> ReviewState:
        """Hand a started review back: it waits for whoever starts it next."""
        with self._open_review(article_id) as (tx, review):
            self._check(tx, review, version)
            status = self._advance(tx, review, Move.RELEASE)
            moved = tx.reviews.move(review, seen_version=review.version, status=status, started_at=None, started_by="")
            tx.articles.set_review_status(article_id, status, because=f"{by} handed the review back")
            tx.audit.add(
                actor=by,
                action="review.released",
                subject=article_id,
                review=review.id,
                before=review.status,
                after=status,
                started_by=review.started_by,
                note=note,
            )
            return moved

    def close(self, article_id: str, closing: Closing) -> ReviewState:
        """Close a review with a decision: its findings are decided, and the same events never come back."""
        with self.store.begin() as tx:
            article = self._article(tx, article_id)
            return self._close_within(tx, article, tx.reviews.open_of(article_id), closing)

    def close_many(
        self,
        items: Iterable[ToClose],
        *,
        decision: Decision,
        reason: Reason,
        by: str,
        note: str = "",
        start: bool = False,
    ) -> tuple[Outcome, ...]:
        """Close many reviews with one decision and reason, each in its own transaction; tells what became of each.

        ``start`` takes those first that nobody has started; what somebody else works on is left to them.
        """

        def close(item: ToClose) -> str:
            with self.store.begin() as tx:
                article = self._article(tx, item.article_id)
                found = tx.reviews.open_of(item.article_id)
                check_nobody_else_is_at_it(tx, found, by=by)
                self._check_evidence(tx, item.article_id, item.evidence)
                starts = start and found is not None and found.status is ReviewStatus.SUBMITTED
                if found is not None and starts:
                    found = self._start(tx, found, by=by, version=item.version)
                seen = item.seen
                if seen is None:
                    seen = frozenset(one.id for one in tx.findings.open_of(item.article_id))
                version = found.version if found and (starts or item.version is None) else item.version or 0
                closing = Closing(decision=decision, reason=reason, note=note, by=by, version=version, seen=seen)
                self._close_within(tx, article, found, closing)
            return f"closed as {decision.value.replace('_', ' ')}"

        by_article = {item.article_id: item for item in items}
        return told_of_each(by_article, lambda name: close(by_article[name]), unavailable=self.unavailable)

    def snooze(
        self,
        article_id: str,
        *,
        by: str,
        until: datetime | None = None,
        wakes_for: str = "",
        version: int | None = None,
        evidence: str = "",
    ) -> ReviewState:
        """Take a review out of the queue until a date; the article stays stale.

        A finding of weight ends it before; with ``wakes_for`` so does ``anything`` new, or what is new of a record.
        ``evidence`` is the digest of what the editor saw; where something came in since, it is refused.
        """
        end = snooze_end(until, wakes_for=wakes_for, now=self.clock.today())
        with self._open_review(article_id) as (tx, review):
            same = (review.snoozed_for, review.snoozed_by) == (wakes_for, by) and until in {None, review.snoozed_until}
            if same and review.snoozed_until is not None and version in {None, review.version - 1}:
                return review
            self._check(tx, review, version)
            self._check_evidence(tx, article_id, evidence)
            status = self._advance(tx, review, Move.SNOOZE)
            moved = tx.reviews.move(
                review,
                seen_version=review.version,
                status=status,
                snoozed_until=end,
                snoozed_for=wakes_for,
                snoozed_by=by,
            )
            tx.audit.add(
                actor=by,
                action="review.snoozed",
                subject=article_id,
                review=review.id,
                before=review.snoozed_until,
                after=end,
                until=end,
                wakes_for=wakes_for,
            )
            return moved

    def decide_finding(self, article_id: str, finding_id: str, ruling: Ruling) -> FindingState:
        """Decide one finding alone. Where no other of weight is left open, its review is closed with it."""
        with self.store.begin() as tx:
            rule_on(tx, self._article(tx, article_id), [finding_id], ruling, policy=self.policy, clock=self.clock)
            found = tx.decisions.finding(article_id, finding_id)
            if found is None:
                raise KeyError(finding_id)
            return found

    def _close_within(self, tx: Tx, article: ArticleState, review: ReviewState | None, closing: Closing) -> ReviewState:
        if review is None:
            last = tx.reviews.last_closed(article.id)
            if last is not None and is_done_already(last, closing):
                return last
            raise self._nothing_open(tx, article, last)
        self._check(tx, review, closing.version)
        self._advance(tx, review, Move.CLOSE)
        return close_review(tx, review, closing, policy=self.policy, clock=self.clock)

    def _start(self, tx: Tx, review: ReviewState, *, by: str, version: int | None) -> ReviewState:
        self._check(tx, review, version)
        status = self._advance(tx, review, Move.START)
        moved = tx.reviews.move(
            review,
            seen_version=review.version,
            status=status,
            started_at=self.clock.today(),
            started_by=by,
            snoozed_until=None,
            snoozed_for="",
            snoozed_by="",
        )
        tx.articles.set_review_status(review.article_id, status, because=f"{by} started the review")
        tx.audit.add(
            actor=by,
            action="review.started",
            subject=review.article_id,
            review=review.id,
            before=review.status,
            after=status,
        )
        return moved

    def _advance(self, tx: Tx, review: ReviewState, move: Move) -> ReviewStatus:
        return advance(review.status, move, happened=tx.reviews.last_change(review))

    def _check(self, tx: Tx, review: ReviewState, version: int | None) -> None:
        if version is not None and version != review.version:
            check_version(seen=version, current=review.version, happened=tx.reviews.last_change(review))

    def _check_evidence(self, tx: Tx, article_id: str, seen: str) -> None:
        """Refuse a decision over what is not what the editor saw."""
        if not seen:
            return
        states = (tx.decisions.finding(article_id, item.id) for item in tx.findings.open_of(article_id))
        if evidence_digest((state.id, state.version) for state in states if state is not None) != seen:
            raise Refused("Something came in since you opened this page; look at the article before you decide.")

    def _article(self, tx: Tx, article_id: str) -> ArticleState:
        """The article, of which nobody else decides anything until the transaction ends."""
        if (article := tx.articles.take(article_id)) is None:
            raise KeyError(article_id)
        return article

    def _nothing_open(self, tx: Tx, article: ArticleState, last: ReviewState | None) -> Refused:
        note = "was approved and" if article.review_status is ReviewStatus.APPROVED else ""
        happened = tx.reviews.last_change(last) if last is not None else ""
        told = f" {happened}; reload the page." if happened else ""
        return Refused(" ".join(f"The article {article.id!r} {note} has no open review.{told}".split()))

    @contextmanager
    def _open_review(self, article_id: str) -> Iterator[tuple[Tx, ReviewState]]:
        with self.store.begin() as tx:
            article = self._article(tx, article_id)
            review = tx.reviews.open_of(article_id)
            if review is None:
                raise self._nothing_open(tx, article, tx.reviews.last_closed(article_id))
            yield tx, review
