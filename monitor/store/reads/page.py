"""One article in full, as its page shows it: so many queries, however much it says and rests on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, select

from monitor.clock import Clock
from monitor.domain.absence import absence_in
from monitor.domain.articles import Claim
from monitor.domain.policy import Policy
from monitor.domain.read_models import (
    ArticleView,
    CandidateLine,
    ClaimView,
    FigureView,
    FindingView,
    FlipLine,
    ReferenceLine,
    ReferenceView,
)
from monitor.domain.state import ReferenceState
from monitor.store.articles import claim_of, still_missing
from monitor.store.last_checks import last_checks, source_of
from monitor.store.places import places_of
from monitor.store.reads.figures import figures_of, named_beside_figures
from monitor.store.reads.findings import FindingReads
from monitor.store.reads.lines import article_line, review_view, watched_of
from monitor.store.references import state_of
from monitor.store.tables import ArticleRow, ClaimRow, FlipRow, IdentifierRow, RecordRow, ReferenceRow, ReviewRow
from monitor.store.topics import Topics

LEAST_LIKELY = 0.01
"""Candidates that are less likely than this are no help to who has to choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What an article rests on: its present references, all that findings may name, and their records' titles."""

    states: tuple[ReferenceState, ...]
    lines: Mapping[int, ReferenceLine]
    titles: Mapping[str, str]


class ArticlePage:
    """Reads the page of an article."""

    def __init__(self, session: Session, clock: Clock, policy: Policy) -> None:
        self._session = session
        self._clock = clock
        self._policy = policy

    def of(self, article_id: str) -> ArticleView | None:
        """The article, or None when it is not there, or only watches the watching."""
        found = self._session.exec(
            select(ArticleRow, ReviewRow)
            .outerjoin(
                ReviewRow, and_(col(ReviewRow.article_id) == col(ArticleRow.id), col(ReviewRow.closed_at).is_(None))
            )
            .where(
                ArticleRow.id == article_id, col(ArticleRow.removed_at).is_(None), col(ArticleRow.is_canary).is_(False)
            )
        ).first()
        return self._view(*found) if found is not None else None

    def _view(self, row: ArticleRow, review: ReviewRow | None) -> ArticleView:
        evidence, claims = self._evidence(row.id), self._claims(row.id)
        told = FindingReads(self._session, self._clock).of_articles(
            [row.id],
            started={row.id: review.started_at if review else None},
            references=evidence.lines,
            records=named_beside_figures(claims, evidence.states),
        )
        findings, checks = told.by_article[row.id], last_checks(self._session, [row.id])
        topics = Topics(self._session, self._clock).lines_of(row.id)
        names = tuple(topic.name for topic in topics)
        places = places_of((state.reference.number, state.id) for state in evidence.states)
        return ArticleView(
            row=article_line(row, findings, watched_of(evidence.states, checks), names),
            question=row.question,
            claims=_claim_views(claims, findings, figures_of(claims, evidence.states, told.kept)),
            references=tuple(
                self._reference(state, checks.get(state.id), evidence.titles, place=places[state.id])
                for state in evidence.states
            ),
            mentions=tuple(row.mentions),
            missing_markers=still_missing(self._session, row),
            flips=self._flips(row.id),
            review=review_view(review, findings) if review else None,
            topics=topics,
        )

    def _evidence(self, article_id: str) -> _Evidence:
        rows = self._session.exec(
            select(ReferenceRow, IdentifierRow, RecordRow.title)
            .outerjoin(
                IdentifierRow,
                and_(col(IdentifierRow.reference_id) == col(ReferenceRow.id), col(IdentifierRow.retired_at).is_(None)),
            )
            .outerjoin(RecordRow, col(RecordRow.identifier) == col(IdentifierRow.identifier))
            .where(ReferenceRow.article_id == article_id)
            .order_by(col(ReferenceRow.id), col(IdentifierRow.id))
        ).all()
        references = {row.id or 0: row for row, _, _ in rows}
        held: dict[int, list[IdentifierRow]] = {number: [] for number in references}
        for row, identifier, _ in rows:
            if identifier is not None:
                held[row.id or 0].append(identifier)
        present = [row for row in references.values() if row.retired_at is None]
        present.sort(key=lambda row: (row.number is None, row.number or 0, row.id or 0))
        return _Evidence(
            states=tuple(state_of(row, held[row.id or 0]) for row in present),
            lines={number: ReferenceLine(number=row.number, text=row.text) for number, row in references.items()},
            titles={identifier.identifier: title for _, identifier, title in rows if identifier is not None and title},
        )

    def _claims(self, article_id: str) -> list[Claim]:
        rows = self._session.exec(
            select(ClaimRow)
            .where(ClaimRow.article_id == article_id, col(ClaimRow.retired_at).is_(None))
            .order_by(col(ClaimRow.position))
        ).all()
        return [claim_of(row) for row in rows]

    def _reference(
        self, state: ReferenceState, checked: datetime | None, titles: Mapping[str, str], *, place: str
    ) -> ReferenceView:
        reference, policy = state.reference, self._policy
        allowed = min((policy.too_old_after(source_of(str(item))) for item in state.identifiers), default=timedelta.max)
        return ReferenceView(
            id=state.id,
            key=reference.key,
            place=place,
            number=reference.number,
            text=reference.text,
            kind=reference.kind,
            resolution=state.resolution,
            because=state.because,
            confidence=state.confidence,
            identifiers=tuple(map(str, state.identifiers)),
            derived=tuple((str(identifier), how) for identifier, how in state.derived),
            candidates=tuple(
                CandidateLine(
                    identifier=str(item.identifier),
                    title=item.title,
                    year=item.year,
                    confidence=item.confidence,
                    because=item.because,
                    url=item.identifier.url,
                )
                for item in state.candidates
                if item.confidence >= LEAST_LIKELY
            ),
            record_title=next((titles[str(name)] for name in state.identifiers if str(name) in titles), ""),
            last_check=checked,
            listed=reference.listed,
            added_by=state.added_by,
            is_late=checked is not None and self._clock.today() - checked > allowed,
            named_in=reference.named_in,
        )

    def _flips(self, article_id: str) -> tuple[FlipLine, ...]:
        rows = self._session.exec(
            select(FlipRow).where(FlipRow.article_id == article_id).order_by(col(FlipRow.id))
        ).all()
        return tuple(
            FlipLine(at=row.valid_from, field=row.field, before=row.before, after=row.after, because=row.because)
            for row in rows
        )


def _claim_views(
    claims: Sequence[Claim], findings: Collection[FindingView], figures: Mapping[int, tuple[FigureView, ...]]
) -> tuple[ClaimView, ...]:
    touched: dict[tuple[int, str], dict[str, None]] = {}
    for finding in findings:
        for line in finding.claims if finding.status == "open" else ():
            touched.setdefault((line.position, line.affected), {})[finding.id] = None
    return tuple(
        ClaimView(
            position=claim.position,
            text=claim.text,
            headings=claim.headings,
            markers=claim.markers,
            affected_by=tuple(touched.get((claim.position, "yes"), ())),
            possibly_affected_by=tuple(touched.get((claim.position, "possibly"), ())),
            fragile=bool(absence := absence_in(claim.text)),
            absence=absence,
            figures=figures.get(claim.position, ()),
        )
        for claim in claims
    )
