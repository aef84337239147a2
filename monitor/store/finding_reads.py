"""Findings as they are shown, with their event, witnesses, references and sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.read_models import ClaimLine, DiffLine, FindingView, ReferenceLine, Stage, Witness
from monitor.domain.reconcile import STRENGTH
from monitor.store.names import Names
from monitor.store.tables import ClaimRow, EventRow, FindingRow, ReferenceRow, WitnessRow


class FindingReads:
    """Joins findings with what explains them."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._names = Names(session, clock)

    def of_article(self, article_id: str, *, started_at: datetime | None) -> tuple[FindingView, ...]:
        """Every finding of an article: open ones first, the worst first, then the oldest."""
        rows = self._session.exec(
            select(FindingRow, EventRow).where(FindingRow.event_id == EventRow.id, FindingRow.article_id == article_id)
        ).all()
        views = [self._view(row, event, started_at) for row, event in rows]
        return tuple(
            sorted(
                views,
                key=lambda view: (view.status != "open", -view.severity.rank, view.detected_at, view.kind, view.id),
            )
        )

    def _view(self, row: FindingRow, event: EventRow, started_at: datetime | None) -> FindingView:
        kind = EventKind(event.kind)
        return FindingView(
            id=row.id,
            kind=kind,
            severity=Severity(row.severity),
            record=self._known_as(event.record),
            title=event.title,
            witnesses=self._witnesses(row.event_id),
            life=self._life(event) if kind in STRENGTH else (),
            references=self._references(row),
            claims=self._claims(row),
            because=row.because,
            suggested_action=KIND_RULES[kind].suggested_action,
            relevance=row.relevance,
            happened_on=event.happened_on,
            detected_at=row.valid_from,
            url=event.url or _url(event.record),
            diff=tuple(DiffLine(**line) for line in event.diff),
            status=row.status,
            decision=row.decision,
            reason=row.reason,
            new_since_start=started_at is not None and row.valid_from > started_at,
        )

    def _witnesses(self, event_id: int) -> tuple[Witness, ...]:
        rows = self._session.exec(
            select(WitnessRow, EventRow.kind)
            .where(WitnessRow.event_id == EventRow.id, or_(EventRow.id == event_id, EventRow.told_as == event_id))
            .order_by(col(WitnessRow.seen_at), col(WitnessRow.id))
        ).all()
        return tuple(
            Witness(
                source=row.source, seen_at=row.seen_at, notice=row.notice, says=EventKind(kind), gone_at=row.gone_at
            )
            for row, kind in rows
        )

    def _known_as(self, record: str) -> str:
        """A publication by its PMID where it has one: whichever source showed the event first."""
        if not record.startswith(f"{Scheme.DOI}:"):
            return record
        return min(self._names.same_as([record])[record], key=lambda name: (not name.startswith("pubmed:"), name))

    def _life(self, event: EventRow) -> tuple[Stage, ...]:
        """All that was told of a publication under any of its names."""
        family = self._names.same_as([event.record])[event.record]
        rows = self._session.exec(
            select(EventRow).where(
                col(EventRow.record).in_(sorted(family)), col(EventRow.kind).in_([kind.value for kind in STRENGTH])
            )
        ).all()
        speaking = [row for row in rows if row.told_as is None or row.kind != _kind_of(row.told_as, rows)]
        if len(speaking) < 2:
            return ()
        stages = [self._stage(row) for row in speaking]
        return tuple(sorted(stages, key=lambda stage: (stage.happened_on or stage.detected_at.date(), stage.kind)))

    def _stage(self, row: EventRow) -> Stage:
        return Stage(
            kind=EventKind(row.kind),
            happened_on=row.happened_on,
            detected_at=row.valid_from,
            sources=tuple(dict.fromkeys(witness.source for witness in self._witnesses(row.id or 0))),
            ended_at=row.ended_at,
        )

    def _references(self, row: FindingRow) -> tuple[ReferenceLine, ...]:
        rows = self._session.exec(
            select(ReferenceRow)
            .where(col(ReferenceRow.id).in_(row.reference_ids))
            .order_by(col(ReferenceRow.number), col(ReferenceRow.id))
        ).all()
        return tuple(ReferenceLine(number=reference.number, text=reference.text) for reference in rows)

    def _claims(self, row: FindingRow) -> tuple[ClaimLine, ...]:
        affected = {int(claim_id): str(word) for claim_id, word in row.claims}
        rows = self._session.exec(
            select(ClaimRow).where(col(ClaimRow.id).in_(affected)).order_by(col(ClaimRow.position))
        ).all()
        return tuple(
            ClaimLine(
                position=claim.position, text=claim.text, markers=tuple(claim.markers), affected=affected[claim.id or 0]
            )
            for claim in rows
        )


def _kind_of(event_id: int, rows: Iterable[EventRow]) -> str:
    return next((row.kind for row in rows if row.id == event_id), "")


def _url(record: str) -> str | None:
    try:
        return Identifier.parse(record).url
    except InvalidIdentifier:
        return None
