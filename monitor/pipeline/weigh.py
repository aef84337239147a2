"""Step 6a, continued: what weighs more than when somebody decided about it is open again, and told as news."""

from __future__ import annotations

from monitor.clock import Clock
from monitor.domain.decided import Weighed
from monitor.domain.state import NewFinding
from monitor.pipeline.ports import Tx
from monitor.pipeline.reconcile import Reconciled, join_findings


def join_and_weigh(tx: Tx, reconciled: Reconciled, news: dict[str, list[NewFinding]], *, clock: Clock) -> set[str]:
    """Join and weigh findings, and add those that are open again to the news; returns the articles concerned.

    A page of a review that an editor has open shows another evidence than there is: what was heavier is noted on it.
    """
    joined, weighed = join_findings(tx, reconciled)
    present = {name for name in joined if tx.articles.get(name) is not None}
    for one in weighed:
        if one.article_id not in present:
            continue
        if one.told_before:
            news.setdefault(one.article_id, []).append(_news(one, clock))
        if one.after.rank > one.before.rank:
            _note(tx, one)
    return present


def _note(tx: Tx, one: Weighed) -> None:
    tx.reviews.note_change(one.article_id)
    tx.audit.add(
        actor="monitor",
        action="finding.reopened" if one.told_before else "finding.weighs_more",
        subject=one.article_id,
        finding=one.finding_id,
        before=one.before,
        after=one.after,
        because=one.because,
    )


def _news(one: Weighed, clock: Clock) -> NewFinding:
    return NewFinding(
        id=one.finding_id,
        article_id=one.article_id,
        event_id=one.event_id,
        severity=one.after,
        because=one.because,
        reference_ids=(),
        claims=(),
        detected_at=clock.today(),
        told_before=one.told_before,
    )
