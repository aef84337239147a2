"""A review is closed with a decision: its findings are answered, and the text counts as checked or is awaited."""

from __future__ import annotations

from datetime import UTC, datetime, time

from monitor.clock import Clock
from monitor.domain.policy import Policy
from monitor.domain.review import Closing, Decision, Move, Refused, advance, check_closing
from monitor.domain.state import ReviewState
from monitor.pipeline.decide import decide
from monitor.pipeline.ports import Tx
from monitor.pipeline.promises import promised
from monitor.pipeline.rulings import note_ruling
from monitor.pipeline.tell import tell_reviewed


def close_review(tx: Tx, review: ReviewState, closing: Closing, *, policy: Policy, clock: Clock) -> ReviewState:
    """Close a review that the editor saw as it is; the caller keeps others from the article."""
    article_id = review.article_id
    status = advance(review.status, Move.CLOSE)
    open_ones = frozenset(item.id for item in tx.findings.open_of(article_id))
    check_closing(closing, open_findings=open_ones, today=clock.today().date())
    _check_day(tx, article_id, closing)
    moved = tx.reviews.move(
        review,
        seen_version=closing.version,
        status=status,
        closed_at=clock.today(),
        closed_by=closing.by,
        decision=closing.decision,
        reason_code=closing.reason,
        reason=closing.words,
        snoozed_until=None,
        snoozed_for="",
    )
    for finding_id in sorted(open_ones):
        if (finding := tx.decisions.finding(article_id, finding_id)) is not None:
            note_ruling(tx, finding, closing.ruling)
    promise_id = promised(tx, article_id, closing.ruling, clock=clock)
    tx.decisions.rule(open_ones, closing.ruling, review_id=review.id, promise_id=promise_id)
    _confirm(tx, article_id, closing, is_promised=promise_id is not None, clock=clock)
    tx.articles.set_review_status(article_id, status, because=f"{closing.decision}: {closing.words}")
    tx.audit.add(
        actor=closing.by,
        action="review.closed",
        subject=article_id,
        review=review.id,
        before=review.status,
        after=status,
        decision=closing.decision,
        reason=closing.reason,
        note=closing.note,
        findings=sorted(open_ones),
        updated_on=closing.updated_on,
    )
    tell_reviewed(tx, article_id, moved, closing.ruling, clock=clock)
    decide(tx, article_id, policy=policy, clock=clock)
    return moved


def is_done_already(last: ReviewState, closing: Closing) -> bool:
    """Whether a review was closed by this very closing: the same decision of the same editor on the same version.

    One that was started in the same move was seen a version before; 0 stands for whatever was there.
    """
    same = (last.closed_by, last.decision, last.reason_code) == (closing.by, closing.decision, closing.reason)
    return same and closing.version in {0, last.version - 1, last.version - 2}


def _check_day(tx: Tx, article_id: str, closing: Closing) -> None:
    """Refuse a new text that is older than the one it replaces."""
    article, on = tx.articles.get(article_id), closing.updated_on
    if article and on and article.last_updated and on < article.last_updated:
        raise Refused(f"The page was last updated on {article.last_updated}; its new text cannot be of {on}.")


def _confirm(tx: Tx, article_id: str, closing: Closing, *, is_promised: bool, clock: Clock) -> None:
    """The text counts as checked from now on, or from the day of its new version; a promised one is waited for."""
    on, now = closing.updated_on, clock.today()
    if is_promised or on is None or closing.decision is not Decision.UPDATED:
        tx.articles.confirm(article_id, at=now)
        return
    tx.articles.confirm(article_id, at=datetime.combine(on, time.min, UTC), updated_on=on)
