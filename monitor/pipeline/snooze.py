"""What ends a snooze before its date: anything new at all, or what is new of a record."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.domain.review import ANYTHING
from monitor.domain.state import NewFinding
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
    tx.reviews.wake(review)
    tx.audit.add(
        actor="monitor",
        action="review.woken",
        subject=article_id,
        before=review.snoozed_for,
        after="",
        findings=[one.id for one in news],
    )
