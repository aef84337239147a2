"""What became of articles, as messages written in the commit that made it so. To whom they go is said later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.clock import Clock
from monitor.domain.articles import Freshness
from monitor.domain.messages import Topic
from monitor.domain.review import Ruling
from monitor.domain.staleness import Verdict
from monitor.domain.state import ArticleState, NewFinding, ReviewState
from monitor.pipeline.ports import Tx


def tell_flip(tx: Tx, article: ArticleState, verdict: Verdict, news: Sequence[NewFinding], *, clock: Clock) -> None:
    """An article changed its freshness. The worst of the new findings is the cause."""
    if article.is_canary:
        return
    tx.audit.add(
        actor="monitor",
        action="article.flipped",
        subject=article.id,
        before=article.freshness,
        after=verdict.freshness,
        because=verdict.because,
    )
    if Freshness.STALE not in {article.freshness, verdict.freshness}:
        tell_findings(tx, article, news)
        return
    moment = clock.today().isoformat()
    cause = max(news, key=lambda finding: finding.severity.rank, default=None)
    tx.outbox.put(
        key=f"article.{verdict.freshness}:{article.id}:{moment}",
        topic=f"article.{verdict.freshness}",
        payload={
            "article": article.id,
            "title": article.title,
            "freshness": verdict.freshness,
            "severity": verdict.severity,
            "because": verdict.because,
            "at": moment,
            "event": cause.event_id if cause else None,
        },
    )


def tell_findings(tx: Tx, article: ArticleState, findings: Iterable[NewFinding]) -> None:
    """Findings came in that did not change what the article is; one that is open again is told once more."""
    for finding in () if article.is_canary else findings:
        again = f":{finding.detected_at.isoformat()}" if finding.told_before else ""
        tx.outbox.put(
            key=f"{Topic.FINDING}:{finding.id}{again}",
            topic=Topic.FINDING,
            payload={
                "article": article.id,
                "title": article.title,
                "freshness": article.freshness,
                "severity": finding.severity,
                "because": finding.because,
                "at": finding.detected_at.isoformat(),
                "event": finding.event_id,
                "finding": finding.id,
            },
        )


def tell_reviewed(tx: Tx, article_id: str, review: ReviewState, ruling: Ruling, *, clock: Clock) -> None:
    """An editor closed a review."""
    article = tx.articles.get(article_id)
    if article is None or article.is_canary:
        return
    tx.outbox.put(
        key=f"{Topic.REVIEWED}:{review.id}",
        topic=Topic.REVIEWED,
        payload={
            "article": article.id,
            "title": article.title,
            "severity": review.severity,
            "because": f"{ruling.by} closed the review: {ruling.words}",
            "decision": ruling.decision,
            "reason": ruling.words,
            "reason_code": ruling.reason,
            "by": ruling.by,
            "updated_on": ruling.updated_on.isoformat() if ruling.updated_on else None,
            "at": clock.today().isoformat(),
        },
    )
