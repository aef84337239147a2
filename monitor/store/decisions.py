"""Decisions about findings, and the texts that were promised with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.decided import Decided, evidence_version
from monitor.domain.decisions import Decision, Ruling
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.state import BrokenPromise, FindingState
from monitor.store.known_as import KnownAs
from monitor.store.tables import ArticleRow, DecisionRow, EventRow, FindingRow, PromiseRow

BY_EDITORS = frozenset(decision.value for decision in Decision)
"""The decisions that people make; all others are the monitor's own."""
GRACE = timedelta(days=1)
"""So long after the promised day a text may still come in."""


class Decisions:
    """Reads and writes of decisions."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def finding(self, article_id: str, finding_id: str) -> FindingState | None:
        """One finding of an article as it stands."""
        found = self._session.exec(
            select(FindingRow, EventRow)
            .where(FindingRow.event_id == EventRow.id, FindingRow.article_id == article_id, FindingRow.id == finding_id)
            .execution_options(populate_existing=True)
        ).one_or_none()
        return finding_state(*found) if found else None

    def known_as(self, identifiers: Iterable[Identifier]) -> frozenset[str]:
        """All names of these things."""
        return KnownAs(self._session, self._clock).all_names(identifiers)

    def open_about(self, records: Iterable[str]) -> tuple[FindingState, ...]:
        """The open findings of all present articles that editors see about any of these records, by article."""
        rows = self._session.exec(
            select(FindingRow, EventRow)
            .where(
                FindingRow.event_id == EventRow.id,
                FindingRow.article_id == ArticleRow.id,
                FindingRow.status == "open",
                col(EventRow.record).in_(sorted(records)),
                col(ArticleRow.removed_at).is_(None),
                col(ArticleRow.is_canary).is_(False),
            )
            .order_by(FindingRow.article_id, col(FindingRow.valid_from), col(FindingRow.id))
        ).all()
        return tuple(finding_state(row, event) for row, event in rows)

    def rule(
        self, finding_ids: Iterable[str], ruling: Ruling, *, review_id: int | None, promise_id: int | None = None
    ) -> int:
        """Answer these open findings with a decision, bound to what each of them is now; returns how many."""
        rows = self._session.exec(
            select(FindingRow, EventRow).where(
                FindingRow.event_id == EventRow.id,
                FindingRow.status == "open",
                col(FindingRow.id).in_(sorted(finding_ids)),
            )
        ).all()
        for row, event in rows:
            decision = self._decision(row, event, ruling)
            decision.review_id, decision.promise_id = review_id, promise_id
            self._session.add(decision)
            row.status = "answered" if ruling.decision is Decision.UPDATED else "dismissed"
            row.decision, row.reason, row.reason_code = ruling.decision, ruling.words, ruling.reason
            row.decided_by, row.decided_at = ruling.by, self._clock.today()
        self._session.flush()
        return len(rows)

    def _decision(self, row: FindingRow, event: EventRow, ruling: Ruling) -> DecisionRow:
        return DecisionRow(
            finding_id=row.id,
            article_id=row.article_id,
            decision=ruling.decision,
            reason_code=ruling.reason,
            reason=ruling.words,
            by=ruling.by,
            at=self._clock.today(),
            kind=event.kind,
            severity=row.severity,
            shown_by=event.shown_by,
            version=version_of(row, event),
        )

    def promise(self, article_id: str, *, by: str, due: date) -> int:
        """Note that a changed text is promised by a day; it replaces what was promised before. Returns its number.

        What was answered by a former promise waits for the new one.
        """
        article = self._session.exec(select(ArticleRow).where(ArticleRow.id == article_id)).one()
        promised = PromiseRow(
            article_id=article_id,
            by=by,
            due=due,
            text_digest=article.content_digest,
            last_updated=article.last_updated,
            recorded_at=self._clock.today(),
        )
        former = self._promises(article_id)
        self._session.add(promised)
        self._session.flush()
        for row in former:
            row.outcome, row.settled_at = "replaced", self._clock.today()
            for decision in self._decided_with(row.id or 0):
                decision.promise_id = promised.id
        self._session.flush()
        return promised.id or 0

    def settle_promises(self, article_id: str | None = None) -> tuple[BrokenPromise, ...]:
        """Settle what is due or has come in, of one article or of all; returns what was broken, for each once."""
        late = (self._clock.today() - GRACE).date()
        broken = []
        for row in self._promises(article_id):
            article = self._session.exec(select(ArticleRow).where(ArticleRow.id == row.article_id)).one()
            if article.removed_at is not None:
                continue
            if article.content_digest != row.text_digest or _later(article.last_updated, row.last_updated):
                row.outcome, row.settled_at = "kept", self._clock.today()
            elif row.due < late:
                row.outcome, row.settled_at = "broken", self._clock.today()
                broken.append(BrokenPromise(id=row.id or 0, article_id=row.article_id, by=row.by, due=row.due))
        self._session.flush()
        return tuple(broken)

    def articles_with_promises(self) -> tuple[str, ...]:
        """The articles of which a changed text is awaited."""
        query = select(PromiseRow.article_id).where(col(PromiseRow.settled_at).is_(None)).distinct()
        return tuple(sorted(self._session.exec(query).all()))

    def open_again(self, promise_id: int, *, because: str) -> tuple[str, ...]:
        """Open the findings again that were answered by a promise; returns which."""
        ids = {decision.finding_id for decision in self._decided_with(promise_id)}
        rows = self._session.exec(
            select(FindingRow).where(col(FindingRow.id).in_(sorted(ids)), FindingRow.decision == Decision.UPDATED.value)
        ).all()
        for row in rows:
            reopen(row, because=because, clock=self._clock)
        self._session.flush()
        return tuple(row.id for row in rows)

    def _decided_with(self, promise_id: int) -> Sequence[DecisionRow]:
        return self._session.exec(select(DecisionRow).where(DecisionRow.promise_id == promise_id)).all()

    def _promises(self, article_id: str | None) -> list[PromiseRow]:
        query = select(PromiseRow).where(col(PromiseRow.settled_at).is_(None))
        if article_id is not None:
            query = query.where(PromiseRow.article_id == article_id)
        return list(self._session.exec(query.order_by(col(PromiseRow.id))).all())


def _later(now: date | None, then: date | None) -> bool:
    return now is not None and (then is None or now > then)


def version_of(row: FindingRow, event: EventRow) -> str:
    """The version of the evidence under a finding."""
    return evidence_version(
        EventKind(event.kind), Severity(row.severity), edition_year=event.edition_year, diff=event.diff
    )


def finding_state(row: FindingRow, event: EventRow) -> FindingState:
    """A finding as deciding about it needs it."""
    return FindingState(
        id=row.id,
        article_id=row.article_id,
        event_id=row.event_id,
        record=event.record,
        kind=EventKind(event.kind),
        severity=Severity(row.severity),
        status=row.status,
        decision=row.decision,
        reason_code=row.reason_code,
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        version=version_of(row, event),
    )


def decided_of(row: FindingRow, event: EventRow) -> Decided | None:
    """What an editor decided about a finding; None where nobody did."""
    if row.decision not in BY_EDITORS or row.decided_at is None:
        return None
    return Decided(
        finding_id=row.id,
        decision=row.decision,
        reason_code=row.reason_code,
        reason=row.reason,
        by=row.decided_by,
        at=row.decided_at,
        kind=EventKind(event.kind),
        severity=Severity(row.severity),
        version=version_of(row, event),
    )


def reopen(row: FindingRow, *, because: str, clock: Clock) -> None:
    """Open a decided finding again; what was decided is told beside why it is open."""
    row.status, row.decision, row.reason, row.reason_code = "open", "", "", ""
    row.decided_by, row.decided_at, row.joined_to = "", None, ""
    row.told_before, row.reopened_at = because, clock.today()
