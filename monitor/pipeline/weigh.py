"""Step 6a, continued: what weighs more than it did, or than when somebody decided about it, is told as news."""

from __future__ import annotations

from dataclasses import replace

from monitor.clock import Clock
from monitor.domain.decided import Weighed
from monitor.domain.state import NewFinding
from monitor.pipeline.ports import Tx
from monitor.pipeline.reconcile import Reconciled, join_findings


def join_and_weigh(tx: Tx, reconciled: Reconciled, news: dict[str, list[NewFinding]], *, clock: Clock) -> set[str]:
    """Join and weigh findings, and add those to the news that are open again or weigh more; returns the articles.

    A page of a review that an editor has open shows another evidence than there is: what was heavier is noted on it.
    """
    joined, weighed = join_findings(tx, reconciled)
    present = {name for name in joined if tx.articles.get(name) is not None}
    for one in weighed:
        if one.article_id not in present:
            continue
        if one.told_before or one.after.rank > one.before.rank:
            _tell(news.setdefault(one.article_id, []), one, clock)
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


def _tell(told: list[NewFinding], one: Weighed, clock: Clock) -> None:
    """Tell a finding once more; what came in just now is told once, and as heavy as it is."""
    for at, finding in enumerate(told):
        if finding.id == one.finding_id:
            told[at] = replace(finding, severity=one.after)
            return
    told.append(_news(one, clock))


def _news(one: Weighed, clock: Clock) -> NewFinding:
    heavier = f"it was {one.before} before and is {one.after} now"
    return NewFinding(
        id=one.finding_id,
        article_id=one.article_id,
        event_id=one.event_id,
        severity=one.after,
        because=one.because if one.told_before else f"{one.because}; {heavier}",
        reference_ids=(),
        claims=(),
        detected_at=clock.today(),
        told_before=one.told_before or heavier,
    )
