"""What the pages for editors' hands show: what rests on a record, texts to paste, the badge, former decisions."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.articles import Freshness
from monitor.domain.citing import cite
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.kinds import REPLACED_BY, EventKind, Severity
from monitor.domain.policy import Policy
from monitor.domain.read_models import Watched
from monitor.domain.records import Record
from monitor.domain.resting import Badge, ConfirmPage, DecisionLine, Paste, RestsOn
from monitor.domain.signals import is_named
from monitor.store.confirm_reads import PER_PAGE, ConfirmReads
from monitor.store.known_as import KnownAs
from monitor.store.resting_reads import RestingReads
from monitor.store.reviews import Reviews
from monitor.store.tables import ArticleRow, ClaimRow, DecisionRow, EventRow, FindingRow

OF_THEMSELVES = frozenset(
    {
        EventKind.GUIDELINE_UPDATED,
        EventKind.GUIDELINE_PUBLISHED,
        EventKind.GUIDELINE_RECOMMENDATION_CHANGED,
        EventKind.GUIDELINE_REAFFIRMED,
        EventKind.GUIDELINE_REINSTATED,
        EventKind.NEW_EVIDENCE,
        EventKind.TRIAL_REGISTERED,
        EventKind.TRIAL_RESULTS_POSTED,
    }
)
"""Kinds of which the record itself, as it is now, is what can be cited."""
CITABLE = tuple(f"{scheme}:" for scheme in (Scheme.PUBMED, Scheme.DOI, Scheme.GUIDELINE, Scheme.NCT))


class HandReads:
    """Reads for editors' hands."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._known = KnownAs(session, clock)

    def references_to_confirm(self, page: int = 1, limit: int = PER_PAGE) -> ConfirmPage:
        """One page of the entries that nobody and nothing understood, once each."""
        return ConfirmReads(self._session, self._clock).references_to_confirm(page, limit)

    def rests_on(self, asked: str, identifiers: tuple[Identifier, ...], policy: Policy) -> RestsOn:
        """What rests on these, under any of their names."""
        return RestingReads(self._session, self._clock).rests_on(asked, identifiers, policy)

    def decisions(self, article_id: str, finding_id: str) -> tuple[DecisionLine, ...]:
        """What was decided about a finding over time, oldest first."""
        rows = self._session.exec(
            select(DecisionRow)
            .where(DecisionRow.article_id == article_id, DecisionRow.finding_id == finding_id)
            .order_by(col(DecisionRow.id))
        ).all()
        return tuple(
            DecisionLine(
                at=row.at,
                by=row.by,
                decision=row.decision,
                reason_code=row.reason_code,
                reason=row.reason,
                kind=EventKind(row.kind),
                severity=Severity(row.severity),
            )
            for row in rows
        )

    def ready_to_paste(self, article_id: str, finding_id: str) -> Paste | None:
        """The citation of what takes the place of a finding's record, and the sentences to re-read."""
        found = self._session.exec(
            select(FindingRow, EventRow).where(
                FindingRow.event_id == EventRow.id, FindingRow.article_id == article_id, FindingRow.id == finding_id
            )
        ).one_or_none()
        if found is None:
            return None
        row, event = found
        successor = _successor(event)
        record = self._best(successor) if successor else None
        cited = cite(record) if record is not None else None
        because = "" if cited else f"nothing is known to take the place of {event.record}"
        if successor and cited is None:
            because = f"{successor} was not read yet: look at it at its own address"
        return Paste(
            finding_id=row.id,
            successor=str(record.identifier) if record else successor,
            citation=cited.text if cited else "",
            missing=cited.missing if cited else (),
            sentences=self._sentences(row),
            because=because,
        )

    def _best(self, successor: str) -> Record | None:
        """What we hold of a successor: best as PubMed has it, also of a guideline that stands in a journal."""
        names = self._known.all_names([Identifier.parse(successor)])
        records = self._known.newest(names)
        citable = [name for name in records if name.startswith(CITABLE)]
        ordered = sorted(citable, key=lambda name: (not name.startswith(f"{Scheme.PUBMED}:"), name))
        return records[ordered[0]] if ordered else None

    def _sentences(self, row: FindingRow) -> tuple[str, ...]:
        numbers = [int(claim) for claim, _ in row.claims]
        rows = self._session.exec(
            select(ClaimRow)
            .where(col(ClaimRow.id).in_(numbers), col(ClaimRow.retired_at).is_(None))
            .order_by(col(ClaimRow.position))
        ).all()
        return tuple(claim.text for claim in rows)

    def badge(self, article_id: str, policy: Policy, watched: Watched) -> Badge | None:
        """What a public page may say of an article; None where there is none."""
        row = self._session.get(ArticleRow, article_id)
        if row is None or row.removed_at is not None or row.is_canary:
            return None
        checked = watched.oldest_check.date() if watched.oldest_check else None
        return Badge(
            article_id=row.id,
            title=row.title,
            state=Freshness(row.freshness),
            checked_on=checked if not watched.unresolved else None,
            partly_checked_on=checked,
            next_review_by=self._next_review(row, policy),
            references=watched.references,
            watched=watched.resolved,
            not_watched=watched.unresolved,
        )

    def _next_review(self, row: ArticleRow, policy: Policy) -> date:
        """The deadline of the open review, else the last day of the shelf life."""
        review = Reviews(self._session, self._clock).open_of(row.id)
        if review is not None and review.deadline is not None:
            return review.deadline.date()
        confirmed = row.baseline.date() if row.baseline else row.last_updated or row.recorded_at.date()
        return confirmed + policy.shelf_life


def _successor(event: EventRow) -> str:
    kind = EventKind(event.kind)
    if kind in OF_THEMSELVES:
        return event.record
    notice = event.shown_by.partition(", time ")[0]
    is_replaced = kind in REPLACED_BY or kind is EventKind.RECORD_MERGED
    return notice if is_replaced and is_named(notice) else ""
