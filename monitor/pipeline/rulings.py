"""What an editor says of a finding: alone, with the review it belongs to, or of one record in all articles at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from monitor.clock import Clock
from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.decisions import Decision, Refused, Ruling, check_promise, check_reason
from monitor.domain.kinds import EventKind
from monitor.domain.policy import Policy
from monitor.domain.state import ArticleState, FindingState, ReviewState
from monitor.pipeline.decide import decide
from monitor.pipeline.ports import Tx
from monitor.pipeline.promises import promised
from monitor.pipeline.tell import tell_reviewed

ONE_BY_ONE = "every finding of weight was decided one by one"


def rule_on(
    tx: Tx, article: ArticleState, finding_ids: Collection[str], ruling: Ruling, *, policy: Policy, clock: Clock
) -> None:
    """Decide findings of an article that nobody else works on, each bound to the evidence as it is now.

    Findings that the same editor decided just so are left as they are. Where nothing of weight is left open, the
    review is closed with them. Raises :class:`Refused` for what somebody else decided, or what is another thing than
    the editor saw.
    """
    check_ruling(ruling, today=clock.today().date())
    found = [_finding(tx, article.id, finding_id) for finding_id in finding_ids]
    wanted = [one for one in found if _is_left(one, ruling)]
    if not wanted:
        return
    review = tx.reviews.open_of(article.id)
    check_nobody_else_is_at_it(tx, review, by=ruling.by)
    promise_id = promised(tx, article.id, ruling, clock=clock)
    number = review.id if review else None
    tx.decisions.rule([one.id for one in wanted], ruling, review_id=number, promise_id=promise_id)
    for one in wanted:
        note_ruling(tx, one, ruling)
    if any(one.kind is EventKind.OVERDUE for one in wanted):
        # Who answers that the whole article was not read for too long has read it: its shelf life begins anew.
        tx.articles.confirm(article.id, at=clock.today())
    verdict = decide(tx, article.id, policy=policy, clock=clock)
    if review is not None:
        if verdict.freshness is Freshness.STALE:
            tx.reviews.note_change(article.id)
        else:
            _close(tx, article, review, ruling, clock)


def check_ruling(ruling: Ruling, *, today: date) -> None:
    """Refuse a decision without a reason of its list, and a promise without its day."""
    check_reason(ruling.decision, ruling.reason, ruling.note)
    check_promise(ruling.reason, ruling.updated_on, today=today)


def note_ruling(tx: Tx, finding: FindingState, ruling: Ruling) -> None:
    """Write down who decided what about a finding, and what it was."""
    tx.audit.add(
        actor=ruling.by,
        action="finding.decided",
        subject=finding.article_id,
        finding=finding.id,
        record=finding.record,
        before="open",
        after="answered" if ruling.decision is Decision.UPDATED else "dismissed",
        decision=ruling.decision,
        reason=ruling.reason,
        note=ruling.note,
        kind=finding.kind,
        severity=finding.severity,
        evidence=finding.version,
    )


def _finding(tx: Tx, article_id: str, finding_id: str) -> FindingState:
    found = tx.decisions.finding(article_id, finding_id)
    if found is None:
        raise Refused(f"The article {article_id!r} has no finding {finding_id!r}; reload the page.")
    return found


def _is_left(finding: FindingState, ruling: Ruling) -> bool:
    """Whether a finding is to be decided; False where it was decided just so by the same editor."""
    if finding.status == "open":
        if ruling.saw and ruling.saw != finding.version:
            raise Refused(
                f"The finding became another since you opened the page: it is {finding.severity} now; "
                f"reload the page and look again."
            )
        return True
    same = (finding.decision, finding.reason_code, finding.decided_by) == (ruling.decision, ruling.reason, ruling.by)
    if same and (not ruling.saw or ruling.saw == finding.version):
        return False
    if not finding.reason_code or finding.decided_at is None:
        raise Refused(f"The finding is not open any more: {finding.reason}.")
    raise Refused(f"{_decided(finding)}; reload the page and look again.")


def _decided(finding: FindingState) -> str:
    at = finding.decided_at
    when = f" at {at:%H:%M} UTC on {at.date()}" if at else ""
    by = finding.decided_by[:1].upper() + finding.decided_by[1:]
    return f"{by} decided this finding as {finding.decision.replace('_', ' ')}{when} ({finding.reason})"


def check_nobody_else_is_at_it(tx: Tx, review: ReviewState | None, *, by: str) -> None:
    """Refuse what reaches into a review that somebody else works on."""
    if review is None or review.status is not ReviewStatus.UNDER_REVIEW or review.started_by in {"", by}:
        return
    happened = tx.reviews.last_change(review)
    raise Refused(
        f"{review.started_by} is reviewing this article{f' ({happened})' if happened else ''}; "
        f"ask for it to be handed back, or wait until it is closed."
    )


def _close(tx: Tx, article: ArticleState, review: ReviewState, ruling: Ruling, clock: Clock) -> None:
    """The last finding of weight was decided: the review has nothing left to ask."""
    words = f"{ONE_BY_ONE}; the last: {ruling.words}"
    moved = tx.reviews.move(
        review,
        seen_version=review.version,
        status=ReviewStatus.APPROVED,
        closed_at=clock.today(),
        closed_by=ruling.by,
        decision=ruling.decision,
        reason_code=ruling.reason,
        reason=words,
        snoozed_until=None,
        snoozed_for="",
    )
    tx.articles.set_review_status(article.id, ReviewStatus.APPROVED, because=f"{ruling.decision}: {words}")
    tx.audit.add(
        actor=ruling.by,
        action="review.closed",
        subject=article.id,
        review=review.id,
        before=review.status,
        after=ReviewStatus.APPROVED,
        decision=ruling.decision,
        reason=ruling.reason,
        note=ruling.note,
        because=ONE_BY_ONE,
    )
    tell_reviewed(tx, article.id, moved, ruling, clock=clock)
