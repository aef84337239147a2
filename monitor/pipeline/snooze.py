"""What ends a snooze before its date: anything new at all, or what is new of a record."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.domain.review import ANYTHING
from monitor.domain.state import NewFinding, ReviewState
from monitor.pipeline.ports import Tx


def wake_for(tx: Tx, article_id: str, news: Sequence[NewFinding]) -> None:
    """End the snooze of an article's review if it waits for one of these findings."""
    review = tx.reviews.open_of(article_id)
    if review is None or not review.snoozed_for:
        return
    if review.snoozed_for != ANYTHING:
        family = tx.names.same_as([review.snoozed_for])[review.snoozed_for]
        records = {found.record for one in news if (found := tx.decisions.finding(article_id, one.id)) is not None}
        if not records & family:
            return
    wake(tx, review, news)


def wake(tx: Tx, review: ReviewState, news: Sequence[NewFinding]) -> None:
    """End a snooze because of these findings, if there is one."""
    if review.snoozed_until is None:
        return
    tx.reviews.wake(review)
    tx.audit.add(
        actor="monitor",
        action="review.woken",
        subject=review.article_id,
        review=review.id,
        before=review.snoozed_until,
        after="",
        snoozed_for=review.snoozed_for,
        findings=[one.id for one in news],
    )
