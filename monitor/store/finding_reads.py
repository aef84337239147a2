"""Findings as they are shown, with their event, witnesses, references and sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.absence import BRINGS_EVIDENCE, absence_in
from monitor.domain.figure_table import CitedEvidence, KeptRecord, beside, contradicted
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.read_models import ClaimLine, DiffLine, FindingView, ReferenceLine, Stage, Witness
from monitor.domain.reconcile import STRENGTH
from monitor.store.figure_reads import FigureReads
from monitor.store.names import Names
from monitor.store.portions import in_portions
from monitor.store.tables import ClaimRow, EventRow, FindingRow, ReferenceRow, WitnessRow


class FindingReads:
    """Joins findings with what explains them, in a handful of queries however many findings there are."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._names = Names(session, clock)
        self._figures = FigureReads(session, clock)

    def of_article(self, article_id: str, *, started_at: datetime | None) -> tuple[FindingView, ...]:
        """Every finding of an article: open ones first, the worst first, then what answers an absence, the oldest."""
        rows = self._session.exec(
            select(FindingRow, EventRow).where(FindingRow.event_id == EventRow.id, FindingRow.article_id == article_id)
        ).all()
        return tuple(sorted(self.views(rows, started_at=started_at), key=_urgency))

    def views(
        self, rows: Sequence[tuple[FindingRow, EventRow]], *, started_at: datetime | None = None
    ) -> tuple[FindingView, ...]:
        """Findings with their events as they are shown, in the order given."""
        beside = self._beside([finding for finding, _ in rows], [event for _, event in rows])
        return tuple(_view(row, event, beside, started_at) for row, event in rows)

    def _beside(self, findings: Sequence[FindingRow], events: Sequence[EventRow]) -> _Beside:
        """All that is shown beside these findings."""
        families = self._names.same_as(event.record for event in events if event.kind in _SEVERAL)
        told = self._told({name for family in families.values() for name in family})
        ids = {event.id or 0 for event in (*events, *told)}
        return _Beside(
            families=families,
            told=told,
            witnesses=self._witnesses(ids),
            references=self._references({number for finding in findings for number in finding.reference_ids}),
            claims=self._claims({int(claim_id) for finding in findings for claim_id, _ in finding.claims}),
            kept=self._figures.kept({event.record for event in events if event.kind == EventKind.SUPERSEDED}),
        )

    def _told(self, records: Collection[str]) -> list[EventRow]:
        """What was told of publications under any of their names."""
        kinds = [kind.value for kind in STRENGTH]
        return [
            row
            for some in in_portions(sorted(records))
            for row in self._session.exec(
                select(EventRow).where(col(EventRow.record).in_(some), col(EventRow.kind).in_(kinds))
            ).all()
        ]

    def _witnesses(self, events: Collection[int]) -> dict[int, list[tuple[WitnessRow, str]]]:
        """Who shows each event, itself or by another that it speaks for, with the kind that is shown there."""
        shown: dict[int, list[tuple[WitnessRow, str]]] = {}
        for some in in_portions(sorted(events)):
            rows = self._session.exec(
                select(WitnessRow, EventRow.kind, EventRow.id, EventRow.told_as)
                .where(
                    WitnessRow.event_id == EventRow.id,
                    or_(col(EventRow.id).in_(some), col(EventRow.told_as).in_(some)),
                )
                .order_by(col(WitnessRow.seen_at), col(WitnessRow.id))
            ).all()
            for row, kind, event_id, told_as in rows:
                for number in {event_id or 0, told_as or 0} & set(some):
                    shown.setdefault(number, []).append((row, kind))
        return shown

    def _references(self, numbers: Collection[int]) -> dict[int, ReferenceRow]:
        found = {}
        for some in in_portions(sorted(numbers)):
            rows = self._session.exec(select(ReferenceRow).where(col(ReferenceRow.id).in_(some))).all()
            found.update({row.id or 0: row for row in rows})
        return found

    def _claims(self, numbers: Collection[int]) -> dict[int, ClaimRow]:
        found = {}
        for some in in_portions(sorted(numbers)):
            rows = self._session.exec(select(ClaimRow).where(col(ClaimRow.id).in_(some))).all()
            found.update({row.id or 0: row for row in rows})
        return found


_SEVERAL = frozenset(kind.value for kind in STRENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What explains some findings, looked up together."""

    families: Mapping[str, frozenset[str]]
    told: Sequence[EventRow]
    witnesses: Mapping[int, Sequence[tuple[WitnessRow, str]]]
    references: Mapping[int, ReferenceRow]
    claims: Mapping[int, ClaimRow]
    kept: Mapping[str, KeptRecord]

    def witnesses_of(self, event: EventRow) -> tuple[Witness, ...]:
        """Who shows an event, the first first."""
        return tuple(
            Witness(
                source=row.source, seen_at=row.seen_at, notice=row.notice, says=EventKind(kind), gone_at=row.gone_at
            )
            for row, kind in self.witnesses.get(event.id or 0, ())
        )

    def references_of(self, finding: FindingRow) -> tuple[ReferenceLine, ...]:
        """The references that a finding is about, by their numbers; those without one first."""
        rows = [self.references[number] for number in finding.reference_ids if number in self.references]
        rows.sort(key=lambda row: (row.number is not None, row.number or 0, row.id or 0))
        return tuple(ReferenceLine(number=row.number, text=row.text) for row in rows)

    def claims_of(self, finding: FindingRow, kind: EventKind) -> tuple[ClaimLine, ...]:
        """The sentences that a finding touches, in the order of reading; to new evidence fragile ones come first."""
        affected = {int(claim_id): str(word) for claim_id, word in finding.claims}
        lines = [
            ClaimLine(
                position=claim.position,
                text=claim.text,
                markers=tuple(claim.markers),
                affected=affected[claim.id or 0],
                fragile=bool(absence_in(claim.text)),
            )
            for claim in (self.claims[number] for number in affected if number in self.claims)
        ]
        brings = kind in BRINGS_EVIDENCE
        return tuple(sorted(lines, key=lambda line: (brings and not line.fragile, line.position)))

    def figures_of(self, finding: FindingRow, event: EventRow) -> tuple[DiffLine, ...]:
        """The figures of the sentences concerned of which the newer version says something else."""
        if event.kind != EventKind.SUPERSEDED or (kept := self.kept.get(event.record)) is None:
            return ()
        lines: list[DiffLine] = []
        for claim in (self.claims[int(number)] for number, _ in finding.claims if int(number) in self.claims):
            figures = beside(claim.text, [CitedEvidence(number=None, records=(kept,))])
            lines += contradicted(figures, several=len(claim.markers) > 1)
        return tuple(dict.fromkeys(lines))

    def life_of(self, event: EventRow) -> tuple[Stage, ...]:
        """All that was told of a publication under any of its names; nothing where there is but this."""
        family = self.families.get(event.record, frozenset())
        rows = [row for row in self.told if row.record in family]
        speaking = [row for row in rows if row.told_as is None or row.kind != _kind_of(row.told_as, rows)]
        if event.kind not in _SEVERAL or len(speaking) < 2:
            return ()
        stages = [self._stage(row) for row in speaking]
        return tuple(sorted(stages, key=lambda stage: (stage.happened_on or stage.detected_at.date(), stage.kind)))

    def known_as(self, event: EventRow) -> str:
        """A publication by its PMID where it has one: whichever source showed the event first."""
        family = self.families.get(event.record, frozenset({event.record}))
        if not event.record.startswith(f"{Scheme.DOI}:"):
            return event.record
        return min(family, key=lambda name: (not name.startswith(f"{Scheme.PUBMED}:"), name))

    def _stage(self, row: EventRow) -> Stage:
        return Stage(
            kind=EventKind(row.kind),
            happened_on=row.happened_on,
            detected_at=row.valid_from,
            sources=tuple(dict.fromkeys(witness.source for witness in self.witnesses_of(row))),
            ended_at=row.ended_at,
        )


def _view(row: FindingRow, event: EventRow, known: _Beside, started_at: datetime | None) -> FindingView:
    kind = EventKind(event.kind)
    return FindingView(
        id=row.id,
        kind=kind,
        severity=Severity(row.severity),
        record=known.known_as(event),
        title=event.title,
        witnesses=known.witnesses_of(event),
        references=known.references_of(row),
        claims=known.claims_of(row, kind),
        because=row.because,
        suggested_action=KIND_RULES[kind].suggested_action,
        relevance=row.relevance,
        happened_on=event.happened_on,
        detected_at=row.valid_from,
        url=event.url or _url(event.record),
        diff=(*known.figures_of(row, event), *(DiffLine(**line) for line in event.diff)),
        status=row.status,
        decision=row.decision,
        reason=row.reason,
        new_since_start=started_at is not None and row.valid_from > started_at,
        life=known.life_of(event),
        decided_at=row.decided_at,
        reopened_at=row.reopened_at,
    )


def _urgency(view: FindingView) -> tuple[bool, int, bool, datetime, str, str]:
    not_absent = not view.answers_absence
    return view.status != "open", -view.severity.rank, not_absent, view.detected_at, view.kind, view.id


def _kind_of(event_id: int, rows: Iterable[EventRow]) -> str:
    return next((row.kind for row in rows if row.id == event_id), "")


def _url(record: str) -> str | None:
    try:
        return Identifier.parse(record).url
    except InvalidIdentifier:
        return None
