"""Findings as they are shown, with their event, witnesses, references and sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select as plain_select
from sqlalchemy import union
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.absence import BRINGS_EVIDENCE, absence_in
from monitor.domain.figure_table import CitedEvidence, KeptRecord, beside, contradicted
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.read_models import ClaimLine, DiffLine, FindingView, ReferenceLine, Stage, Witness
from monitor.domain.reconcile import STRENGTH
from monitor.store.decisions import version_of
from monitor.store.findings import because_of
from monitor.store.names import Names
from monitor.store.portions import MANY, in_portions
from monitor.store.reads.figures import Families, kept_records, replaced
from monitor.store.tables import ClaimRow, EventRow, FindingRow, ReferenceRow, WitnessRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The findings of some articles, by article, and what is kept of the records that were asked for with them."""

    by_article: Mapping[str, tuple[FindingView, ...]]
    kept: Mapping[str, KeptRecord]


class FindingReads:
    """Joins findings with what explains them, in a handful of queries however many findings there are."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._names = Names(session, clock)

    def of_articles(
        self,
        article_ids: Sequence[str],
        *,
        started: Mapping[str, datetime | None],
        references: Mapping[int, ReferenceLine],
        records: Collection[str] = (),
    ) -> Told:
        """Every finding of these articles, and what is kept of these records.

        Open ones come first, the worst first, then what answers an absence, the oldest.
        """
        rows = self._session.exec(
            select(FindingRow, EventRow).where(
                FindingRow.event_id == EventRow.id, col(FindingRow.article_id).in_(article_ids)
            )
        ).all()
        beside = self._beside([row for row, _ in rows], [event for _, event in rows], references, records)
        views: dict[str, list[FindingView]] = {article_id: [] for article_id in article_ids}
        for row, event in rows:
            views[row.article_id].append(_view(row, event, beside, started.get(row.article_id)))
        return Told(
            by_article={name: tuple(sorted(some, key=_urgency)) for name, some in views.items()}, kept=beside.kept
        )

    def views(self, rows: Sequence[tuple[FindingRow, EventRow]]) -> tuple[FindingView, ...]:
        """Findings of any articles with their events as they are shown, in the order given."""
        findings, events = [finding for finding, _ in rows], [event for _, event in rows]
        references = self._references({number for finding in findings for number in finding.reference_ids})
        beside = self._beside(findings, events, references, ())
        return tuple(_view(row, event, beside, None) for row, event in rows)

    def _references(self, numbers: Collection[int]) -> dict[int, ReferenceLine]:
        found = {}
        for some in in_portions(sorted(numbers), MANY):
            query = select(ReferenceRow.id, ReferenceRow.number, ReferenceRow.text)
            query = query.where(col(ReferenceRow.id).in_(some))
            for number, printed, text in self._session.exec(query).all():
                found[number or 0] = ReferenceLine(number=printed, text=text)
        return found

    def _beside(
        self,
        findings: Sequence[FindingRow],
        events: Sequence[EventRow],
        references: Mapping[int, ReferenceLine],
        records: Collection[str],
    ) -> _Beside:
        """All that is shown beside these findings."""
        compared = {event.record for event in events if event.kind == EventKind.SUPERSEDED} | set(records)
        later = replaced(self._session, compared)
        several = {event.record for event in events if event.kind in _SEVERAL}
        families = self._names.same_as(several | later.names) if several or later.names else {}
        told = self._told({name for record in several for name in families[record]})
        return _Beside(
            families={record: families[record] for record in several},
            told=_by_record(told),
            witnesses=self._witnesses({event.id or 0 for event in (*events, *told)}),
            references=references,
            claims=self._claims({int(claim_id) for finding in findings for claim_id, _ in finding.claims}),
            kept=kept_records(self._session, compared, by=later, families=families),
        )

    def _told(self, records: Collection[str]) -> list[EventRow]:
        """What was told of publications under any of their names."""
        kinds = [kind.value for kind in STRENGTH]
        return [
            row
            for some in in_portions(sorted(records), MANY)
            for row in self._session.exec(
                select(EventRow)
                .where(col(EventRow.record).in_(some), col(EventRow.kind).in_(kinds))
                .order_by(col(EventRow.id))
            ).all()
        ]

    def _witnesses(self, events: Collection[int]) -> dict[int, list[Witness]]:
        """Who shows each event, itself or by another that it speaks for, the first first."""
        shown: dict[int, list[Witness]] = {}
        for some in in_portions(sorted(events), MANY):
            query = (
                plain_select(*_OF_WITNESS)
                .where(col(WitnessRow.event_id) == col(EventRow.id))
                .where(col(WitnessRow.event_id).in_(_with_those_told_as(some)))
                .order_by(col(WitnessRow.seen_at), col(WitnessRow.id))
            )
            asked = frozenset(some)
            for row in self._session.connection().execute(query):
                for number in {row.event_id, row.told_as or 0} & asked:
                    shown.setdefault(number, []).append(_witness(row))
        return shown

    def _claims(self, numbers: Collection[int]) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for some in in_portions(sorted(numbers), MANY):
            query = plain_select(*_OF_CLAIM).where(col(ClaimRow.id).in_(some))
            found.update((row.id, row) for row in self._session.connection().execute(query))
        return found


def _with_those_told_as(events: Sequence[int]) -> Any:
    """The events, and those for which they speak: as one list, for which the index of the witnesses serves."""
    itself = plain_select(col(EventRow.id)).where(col(EventRow.id).in_(events))
    return union(itself, plain_select(col(EventRow.id)).where(col(EventRow.told_as).in_(events)))


_OF_WITNESS = (
    col(WitnessRow.event_id),
    col(WitnessRow.source),
    col(WitnessRow.seen_at),
    col(WitnessRow.notice),
    col(WitnessRow.gone_at),
    col(EventRow.kind),
    col(EventRow.told_as),
)
_OF_CLAIM = (col(ClaimRow.id), col(ClaimRow.position), col(ClaimRow.text), col(ClaimRow.markers))
_SEVERAL = frozenset(kind.value for kind in STRENGTH)


def _by_record(rows: Iterable[EventRow]) -> dict[str, list[EventRow]]:
    found: dict[str, list[EventRow]] = {}
    for row in rows:
        found.setdefault(row.record, []).append(row)
    return found


def _witness(row: Any) -> Witness:
    says = EventKind(row.kind)
    return Witness(source=row.source, seen_at=row.seen_at, notice=row.notice, says=says, gone_at=row.gone_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What explains some findings, looked up together."""

    families: Families
    told: Mapping[str, Sequence[EventRow]]
    witnesses: Mapping[int, Sequence[Witness]]
    references: Mapping[int, ReferenceLine]
    claims: Mapping[int, Any]
    kept: Mapping[str, KeptRecord]

    def witnesses_of(self, event: EventRow) -> tuple[Witness, ...]:
        """Who shows an event, the first first."""
        return tuple(self.witnesses.get(event.id or 0, ()))

    def references_of(self, finding: FindingRow) -> tuple[ReferenceLine, ...]:
        """The references that a finding is about, by their numbers; those without one first."""
        known = [(number, self.references[number]) for number in finding.reference_ids if number in self.references]
        known.sort(key=lambda pair: (pair[1].number is not None, pair[1].number or 0, pair[0]))
        return tuple(line for _, line in known)

    def claims_of(self, finding: FindingRow, kind: EventKind) -> tuple[ClaimLine, ...]:
        """The sentences that a finding touches, in the order of reading; to new evidence fragile ones come first."""
        affected = {int(claim_id): str(word) for claim_id, word in finding.claims}
        lines = [
            ClaimLine(
                position=claim.position,
                text=claim.text,
                markers=tuple(claim.markers),
                affected=affected[claim.id or 0],
                fragile=_is_fragile(claim.text),
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
        rows = [row for name in sorted(family) for row in self.told.get(name, ())]
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
        because=because_of(row),
        suggested_action=KIND_RULES[kind].suggested_action,
        relevance=row.relevance,
        happened_on=event.happened_on,
        detected_at=row.valid_from,
        url=event.url or _url(event.record),
        diff=(*known.figures_of(row, event), *(DiffLine(**line) for line in event.diff)),
        status=row.status,
        decision=row.decision,
        reason=row.reason,
        reason_code=row.reason_code,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        told_before=row.told_before,
        version=version_of(row, event),
        new_since_start=started_at is not None and (row.reopened_at or row.valid_from) > started_at,
        life=known.life_of(event),
        reopened_at=row.reopened_at,
    )


def _urgency(view: FindingView) -> tuple[bool, int, bool, datetime, str, str]:
    not_absent = not view.answers_absence
    return view.status != "open", -view.severity.rank, not_absent, view.detected_at, view.kind, view.id


@lru_cache(maxsize=50_000)
def _is_fragile(text: str) -> bool:
    """Whether a sentence says that something is not known: the same sentences are shown again and again."""
    return bool(absence_in(text))


def _kind_of(event_id: int, rows: Iterable[EventRow]) -> str:
    return next((row.kind for row in rows if row.id == event_id), "")


def _url(record: str) -> str | None:
    try:
        return Identifier.parse(record).url
    except InvalidIdentifier:
        return None
