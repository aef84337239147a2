"""Read models for pages, reports, the API and metrics. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from monitor.clock import Clock
from monitor.domain.absence import absence_in
from monitor.domain.articles import Freshness, Resolution, ReviewStatus
from monitor.domain.gauges import StoreGauges
from monitor.domain.kinds import Severity
from monitor.domain.policy import Policy
from monitor.domain.read_models import (
    ArticleRow as ArticleLine,
)
from monitor.domain.read_models import (
    ArticleView,
    CheckLine,
    ClaimView,
    Coverage,
    FindingView,
    FlipLine,
    QueueEntry,
    ReferenceView,
    Report,
    ReviewView,
    Watched,
)
from monitor.domain.records import from_json
from monitor.domain.state import ReferenceState, ReviewState
from monitor.store.articles import Articles
from monitor.store.check_lists import CheckLists, check_line
from monitor.store.figure_reads import FigureReads
from monitor.store.finding_lists import FindingLists
from monitor.store.finding_reads import FindingReads
from monitor.store.references import References, source_of
from monitor.store.review_lists import ReviewLists
from monitor.store.reviews import Reviews
from monitor.store.tables import (
    ArticleRow,
    CheckRow,
    EventRow,
    FindingRow,
    FlipRow,
    OutboxRow,
    ReviewRow,
    SnapshotRow,
    UnknownValueRow,
    WatchRow,
)
from monitor.store.topics import Topics

_ORDER = {Freshness.STALE: 0, Freshness.UNVERIFIED: 1, Freshness.FRESH: 2}
LEAST_LIKELY = 0.01
"""Candidates that are less likely than this are no help to who has to choose."""


class Reads:
    """Everything that is shown, as it stands at one moment."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._references = References(session, clock)
        self._findings = FindingReads(session, clock)
        self._figures = FigureReads(session, clock)
        self.finding_lists = FindingLists(session, clock)
        self.review_lists = ReviewLists(session, clock)
        self.check_lists = CheckLists(session)

    def report(self, policy: Policy) -> Report:
        """All articles, stale first and the worst of these first, with what could not be checked."""
        rows = self._session.exec(
            select(ArticleRow).where(col(ArticleRow.removed_at).is_(None), col(ArticleRow.is_canary).is_(False))
        ).all()
        lines = sorted((self._line(row) for row in rows), key=_urgency)
        return Report(
            generated_at=self._clock.now(),
            as_of=self._clock.today(),
            coverage=self.coverage(policy),
            articles=tuple(lines),
        )

    def article(self, article_id: str, policy: Policy) -> ArticleView | None:
        """One article in full; None when it is not there."""
        row = self._session.get(ArticleRow, article_id)
        if row is None or row.removed_at is not None:
            return None
        line = self._line(row)
        return ArticleView(
            row=line,
            question=row.question,
            claims=self._claims(article_id, line.findings),
            references=self._reference_views(article_id, policy),
            mentions=tuple(row.mentions),
            missing_markers=tuple(row.missing_markers),
            flips=self._flips(article_id),
            review=self._review(article_id),
            topics=Topics(self._session, self._clock).lines_of(article_id),
        )

    def queue(self) -> tuple[QueueEntry, ...]:
        """Open reviews that are not snoozed: the worst first, then by deadline."""
        now = self._clock.today()
        rows = self._session.exec(
            select(ReviewRow, ArticleRow).where(
                ReviewRow.article_id == ArticleRow.id,
                col(ReviewRow.closed_at).is_(None),
                col(ArticleRow.removed_at).is_(None),
                col(ArticleRow.is_canary).is_(False),
            )
        ).all()
        awake = [
            (review, article) for review, article in rows if not review.snoozed_until or review.snoozed_until <= now
        ]
        entries = [self._entry(article) for _, article in awake]
        return tuple(
            sorted(
                (entry for entry in entries if entry),
                key=lambda entry: (
                    -entry.review.severity.rank,
                    not entry.article.answers_absence,
                    entry.review.deadline or entry.review.opened_at,
                    entry.article.id,
                ),
            )
        )

    def coverage(self, policy: Policy) -> tuple[Coverage, ...]:
        """How well each source was reached; ok only with a success in time and no failure since."""
        rows = self._session.exec(self._watches().order_by(WatchRow.source, WatchRow.kind)).all()
        sources = sorted({row.source for row in rows})
        return tuple(
            self._coverage(source, [row for row in rows if row.source == source], policy) for source in sources
        )

    def checks(self, limit: int) -> tuple[CheckLine, ...]:
        """The newest polls, failed ones too."""
        rows = self._session.exec(
            select(CheckRow, WatchRow)
            .where(CheckRow.watch_id == WatchRow.id)
            .order_by(col(CheckRow.id).desc())
            .limit(limit)
        ).all()
        return tuple(check_line(row, watch) for row, watch in rows)

    def unknown_values(self) -> tuple[tuple[str, str, str, int], ...]:
        """(source, field, value, count) of everything upstream sent that no reader knows."""
        rows = self._session.exec(select(UnknownValueRow).order_by(UnknownValueRow.source, UnknownValueRow.field)).all()
        return tuple((row.source, row.field, row.value, row.count) for row in rows)

    def gauges(self, policy: Policy) -> StoreGauges:
        """The numbers of the metrics page, counted now."""
        articles = self._session.exec(
            select(ArticleRow.freshness, ArticleRow.review_status, func.count())
            .where(col(ArticleRow.removed_at).is_(None), col(ArticleRow.is_canary).is_(False))
            .group_by(ArticleRow.freshness, ArticleRow.review_status)
        ).all()
        findings = self._session.exec(
            select(EventRow.kind, FindingRow.severity, FindingRow.status, func.count())
            .where(FindingRow.event_id == EventRow.id, FindingRow.article_id == ArticleRow.id)
            .where(col(ArticleRow.removed_at).is_(None))
            .group_by(EventRow.kind, FindingRow.severity, FindingRow.status)
        ).all()
        watches = self._session.exec(self._watches()).all()
        now = self._clock.today()
        return StoreGauges(
            as_of=now,
            articles={(freshness, status): count for freshness, status, count in articles},
            findings={(kind, severity, status): count for kind, severity, status, count in findings},
            last_success={item.source: item.last_success for item in self.coverage(policy)},
            expected_interval={row.source: policy.interval_of(row.source) for row in watches},
            oldest_open_review=self._oldest_reviews(),
            canaries={},
            watches_overdue=sum(now - row.next_due > policy.interval_of(row.source) for row in watches),
            outbox_pending=self._session.exec(
                select(func.count()).select_from(OutboxRow).where(col(OutboxRow.delivered_at).is_(None))
            ).one(),
        )

    def _watches(self) -> SelectOfScalar[WatchRow]:
        return select(WatchRow).where(col(WatchRow.retired_at).is_(None))

    def _oldest_reviews(self) -> dict[str, datetime]:
        oldest = (
            select(ReviewRow.severity, func.min(ReviewRow.opened_at))
            .where(ReviewRow.article_id == ArticleRow.id, col(ArticleRow.removed_at).is_(None))
            .where(col(ReviewRow.closed_at).is_(None), col(ArticleRow.is_canary).is_(False))
        )
        return dict(self._session.exec(oldest.group_by(ReviewRow.severity)).all())

    def _line(self, row: ArticleRow) -> ArticleLine:
        findings = self._findings.of_article(row.id, started_at=self._started_at(row.id))
        states = self._references.of_article(row.id)
        checks = self._references.last_checks(row.id)
        resolved = [state for state in states if state.resolution is Resolution.RESOLVED]
        complete = bool(resolved) and all(state.id in checks for state in resolved)
        return ArticleLine(
            id=row.id,
            title=row.title,
            url=row.url,
            last_updated=row.last_updated,
            review_status=ReviewStatus(row.review_status),
            freshness=Freshness(row.freshness),
            freshness_because=row.freshness_because,
            stale_since=row.stale_since,
            severity=Severity(row.severity) if row.severity else None,
            findings=findings,
            watched=Watched(
                references=len(states),
                resolved=len(resolved),
                unresolved=sum(state.resolution in {Resolution.UNRESOLVED, Resolution.AMBIGUOUS} for state in states),
                oldest_check=min(checks.values()) if complete else None,
            ),
        )

    def _entry(self, article: ArticleRow) -> QueueEntry | None:
        review, line = self._review(article.id), self._line(article)
        return QueueEntry(review=review, article=line, headline=article.freshness_because) if review else None

    def _claims(self, article_id: str, findings: Iterable[FindingView]) -> tuple[ClaimView, ...]:
        open_ones = [finding for finding in findings if finding.status == "open"]
        claims = [placed.claim for placed in Articles(self._session, self._clock).claims(article_id)]
        figures = self._figures.of_claims(claims, self._references.of_article(article_id))
        return tuple(
            ClaimView(
                position=claim.position,
                text=claim.text,
                headings=claim.headings,
                markers=claim.markers,
                affected_by=_touching(claim.position, "yes", open_ones),
                possibly_affected_by=_touching(claim.position, "possibly", open_ones),
                fragile=bool(absence := absence_in(claim.text)),
                absence=absence,
                figures=figures.get(claim.position, ()),
            )
            for claim in claims
        )

    def _reference_views(self, article_id: str, policy: Policy) -> tuple[ReferenceView, ...]:
        checks = self._references.last_checks(article_id)
        return tuple(
            self._reference_view(state, checks.get(state.id), policy)
            for state in self._references.of_article(article_id)
        )

    def _reference_view(self, state: ReferenceState, checked: datetime | None, policy: Policy) -> ReferenceView:
        reference = state.reference
        allowed = min((policy.too_old_after(source_of(str(item))) for item in state.identifiers), default=timedelta.max)
        return ReferenceView(
            id=state.id,
            number=reference.number,
            text=reference.text,
            kind=reference.kind,
            resolution=state.resolution,
            because=state.because,
            confidence=state.confidence,
            identifiers=tuple(map(str, state.identifiers)),
            derived=tuple((str(identifier), how) for identifier, how in state.derived),
            candidates=tuple(
                f"{item.identifier} {item.title} ({item.confidence:.0%})"
                for item in state.candidates
                if item.confidence >= LEAST_LIKELY
            ),
            record_title=self._record_title(state),
            last_check=checked,
            listed=reference.listed,
            is_late=checked is not None and self._clock.today() - checked > allowed,
            named_in=reference.named_in,
        )

    def _record_title(self, state: ReferenceState) -> str:
        for identifier in state.identifiers:
            row = self._session.exec(
                select(SnapshotRow)
                .where(SnapshotRow.identifier == str(identifier))
                .order_by(col(SnapshotRow.seq).desc())
                .limit(1)
            ).first()
            if row is not None:
                return from_json(row.body).title
        return ""

    def _flips(self, article_id: str) -> tuple[FlipLine, ...]:
        rows = self._session.exec(
            select(FlipRow).where(FlipRow.article_id == article_id).order_by(col(FlipRow.id))
        ).all()
        return tuple(
            FlipLine(at=row.valid_from, field=row.field, before=row.before, after=row.after, because=row.because)
            for row in rows
        )

    def _started_at(self, article_id: str) -> datetime | None:
        review = Reviews(self._session, self._clock).open_of(article_id)
        return review.started_at if review else None

    def _review(self, article_id: str) -> ReviewView | None:
        review = Reviews(self._session, self._clock).open_of(article_id)
        if review is None:
            return None
        findings = self._findings.of_article(article_id, started_at=review.started_at)
        return review_view(review, unseen=sum(item.new_since_start and item.status == "open" for item in findings))

    def _coverage(self, source: str, rows: list[WatchRow], policy: Policy) -> Coverage:
        """The worst of a source's watches speaks for it: one kind of poll that fails is a gap."""
        successes = [row.last_success for row in rows]
        oldest = None if None in successes else min(moment for moment in successes if moment is not None)
        failing = [row for row in rows if row.failing_since is not None]
        late = oldest is None or self._clock.today() - oldest > policy.too_old_after(source)
        return Coverage(
            source=source,
            last_success=oldest,
            data_version=max((row.data_version for row in rows), default=""),
            status="unreachable" if failing else "late" if late else "ok",
            failing_since=min((row.failing_since for row in failing if row.failing_since), default=None),
            reason=next((row.last_reason for row in (*failing, *rows) if row.last_reason), ""),
        )


def review_view(review: ReviewState, *, unseen: int) -> ReviewView:
    """A review as pages show it."""
    return ReviewView(
        id=review.id,
        article_id=review.article_id,
        status=review.status,
        opened_at=review.opened_at,
        deadline=review.deadline,
        severity=review.severity,
        started_at=review.started_at,
        started_by=review.started_by,
        snoozed_until=review.snoozed_until,
        version=review.version,
        unseen=unseen,
    )


def _touching(position: int, affected: str, findings: list[FindingView]) -> tuple[str, ...]:
    return tuple(
        finding.id
        for finding in findings
        if any(claim.position == position and claim.affected == affected for claim in finding.claims)
    )


def _urgency(line: ArticleLine) -> tuple[Any, ...]:
    severity = line.severity.rank if line.severity and line.freshness is Freshness.STALE else 0
    since = line.stale_since.timestamp() if line.stale_since else 0.0
    return _ORDER[line.freshness], -severity, not line.answers_absence, since, line.title
