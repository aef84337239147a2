"""Step 6b: from open findings and checks to an article's state, its review, and the messages about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.clock import Clock
from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.policy import Policy
from monitor.domain.staleness import Verdict, deadline, judge
from monitor.domain.state import ArticleState, NewFinding
from monitor.pipeline.ports import Tx
from monitor.pipeline.snooze import wake, wake_for
from monitor.pipeline.tell import tell_findings, tell_flip
from monitor.pipeline.watching import SECOND_WITNESSES


def decide(tx: Tx, article_id: str, *, policy: Policy, clock: Clock, news: Sequence[NewFinding] = ()) -> Verdict:
    """Judge an article and make the verdict its state, inside the transaction that changed the evidence.

    ``news`` are the findings that this transaction added or opened again: those of weight end a snooze, and all are
    told even where the article stays what it was. Others end a snooze that waits for them.
    Running it twice changes nothing. Raises KeyError for an article that is not there.
    """
    article = tx.articles.take(article_id)
    if article is None:
        raise KeyError(article_id)
    findings = tx.findings.open_of(article_id)
    evidence = replace(
        tx.references.evidence_state(article_id, too_old_after=policy.too_old_after),
        topics_late=tx.topics.late_for(article_id, too_old_after=policy.too_old_after),
        topics_muted=len(tx.mutes.of_article(article_id)),
        unheard=tx.names.unheard(article_id, SECOND_WITNESSES, too_old_after=policy.too_old_after),
    )
    verdict = judge(findings, evidence, missing_markers=len(article.missing_markers), policy=policy)
    flipped = tx.articles.settle(article_id, verdict)
    weighty = [finding for finding in news if finding.severity.rank >= policy.stale_from.rank]
    if verdict.freshness is Freshness.STALE:
        if article.freshness is not Freshness.STALE:
            _renew(tx, article.id, verdict, policy=policy, clock=clock)
        _review(tx, article, verdict, policy=policy, clock=clock, weighty=weighty)
    if news and not weighty:
        wake_for(tx, article_id, news)
    if flipped:
        tell_flip(tx, article, verdict, news, clock=clock)
    else:
        tell_findings(tx, article, news)
    return verdict


def _renew(tx: Tx, article_id: str, verdict: Verdict, *, policy: Policy, clock: Clock) -> None:
    """Let a review that outlived what it was opened for be about what makes the article stale now.

    An edit or a correction answers findings and leaves the review to its editor: its deadline was that of those.
    """
    review = tx.reviews.open_of(article_id)
    if review is None or verdict.severity is None:
        return
    due = deadline(verdict.severity, now=clock.today(), policy=policy)
    tx.reviews.renew(review, severity=verdict.severity, deadline=due)
    tx.audit.add(
        actor="monitor",
        action="review.renewed",
        subject=article_id,
        review=review.id,
        before=review.severity,
        after=verdict.severity,
        because=verdict.because,
    )


def _review(
    tx: Tx, article: ArticleState, verdict: Verdict, *, policy: Policy, clock: Clock, weighty: Sequence[NewFinding]
) -> None:
    """Open a review, or let the new findings join the one that is open."""
    if verdict.severity is None:
        return
    due = deadline(verdict.severity, now=clock.today(), policy=policy)
    review = tx.reviews.open_of(article.id)
    if review is not None:
        if verdict.severity.rank > review.severity.rank:
            tx.reviews.sharpen(review, severity=verdict.severity, deadline=due)
            tx.audit.add(
                actor="monitor",
                action="review.sharpened",
                subject=article.id,
                review=review.id,
                before=review.severity,
                after=verdict.severity,
                because=verdict.because,
            )
        if weighty:
            wake(tx, review, weighty)
        return
    tx.reviews.open(article.id, severity=verdict.severity, deadline=due)
    tx.articles.set_review_status(article.id, ReviewStatus.SUBMITTED, because=verdict.because)
    tx.audit.add(
        actor="monitor",
        action="review.opened",
        subject=article.id,
        before=article.review_status,
        after=ReviewStatus.SUBMITTED,
        because=verdict.because,
        severity=verdict.severity,
    )
