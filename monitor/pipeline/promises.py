"""A changed text was promised by a day: a promise does not make calm for ever."""

from __future__ import annotations

from monitor.clock import Clock
from monitor.domain.decisions import Decision, Ruling
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.matching import finding_id
from monitor.domain.policy import Policy
from monitor.domain.state import ArticleState, BrokenPromise, NewFinding
from monitor.pipeline.ports import Tx


def broken_promises(tx: Tx, article: ArticleState, *, policy: Policy, clock: Clock) -> tuple[NewFinding, ...]:
    """Open again what was answered by a text that did not come in; returns the findings that are news by it.

    Where the promise was about no finding, the article is overdue. A promise is settled once.
    """
    news: tuple[NewFinding, ...] = ()
    for promise in tx.decisions.settle_promises(article.id):
        because = f"{promise.by} promised a new text by {promise.due}, and none came in"
        opened = tx.decisions.open_again(promise.id, because=because)
        _note(tx, promise, because, opened)
        news += tuple(_again(tx, article.id, one, because, clock) for one in opened)
        if not opened:
            severity = policy.severity_of(EventKind.OVERDUE)
            news += overdue(tx, article, because=because, severity=severity, clock=clock)
    return news


def overdue(tx: Tx, article: ArticleState, *, because: str, severity: Severity, clock: Clock) -> tuple[NewFinding, ...]:
    """Tell that an article waits too long to be read again, once for each reason."""
    event = tx.events.record_overdue(article.id, title=article.title, because=because, severity=severity)
    finding = NewFinding(
        id=finding_id(article.id, event.id),
        article_id=article.id,
        event_id=event.id,
        severity=severity,
        because=because,
        reference_ids=(),
        claims=(),
        detected_at=clock.today(),
    )
    return (finding,) if tx.findings.add(finding) else ()


def _again(tx: Tx, article_id: str, finding: str, because: str, clock: Clock) -> NewFinding:
    state = tx.decisions.finding(article_id, finding)
    return NewFinding(
        id=finding,
        article_id=article_id,
        event_id=state.event_id if state else 0,
        severity=state.severity if state else Severity.MINOR,
        because=because,
        reference_ids=(),
        claims=(),
        detected_at=clock.today(),
        told_before=because,
    )


def _note(tx: Tx, promise: BrokenPromise, because: str, opened: tuple[str, ...]) -> None:
    tx.audit.add(
        actor="monitor",
        action="promise.broken",
        subject=promise.article_id,
        before="awaited",
        after="broken",
        by=promise.by,
        due=promise.due,
        because=because,
        findings=list(opened),
    )


def promised(tx: Tx, article_id: str, ruling: Ruling, *, clock: Clock) -> int | None:
    """Wait for the text that a decision promises; returns the promise's number, or None where it promises none."""
    due = ruling.updated_on
    if ruling.decision is not Decision.UPDATED or due is None or due <= clock.today().date():
        return None
    return tx.decisions.promise(article_id, by=ruling.by, due=due)
