"""Articles and their claims: current state, with a flip for each change of it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.article_sources import HeldArticle
from monitor.domain.articles import Claim, Freshness, ParsedArticle, ReviewStatus
from monitor.domain.kinds import Severity
from monitor.domain.revision import Paired, paired_claims
from monitor.domain.staleness import Verdict
from monitor.domain.state import ArticleState, PlacedClaim
from monitor.store.portions import in_portions
from monitor.store.tables import ArticleRow, ClaimRow, FlipRow, ReferenceRow


class Articles:
    """Reads and writes of articles."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def put(self, article_id: str, parsed: ParsedArticle, *, origin: str, is_canary: bool = False) -> bool:
        """Store a page as read, new or changed, without its claims. Returns whether it is new.

        An article whose page states no review status enters the workflow at its door, as ``submitted``.
        """
        row = self._session.get(ArticleRow, article_id)
        is_new = row is None
        if row is None:
            status = parsed.review_status or ReviewStatus.SUBMITTED
            row = ArticleRow(
                id=article_id,
                title=parsed.title,
                text=parsed.text,
                content_digest="",
                review_status=status,
                freshness=Freshness.UNVERIFIED,
                is_canary=is_canary,
                freshness_because="just imported",
                recorded_at=self._clock.today(),
            )
            self._session.add(row)
        row.title, row.question, row.text, row.url, row.origin = (
            parsed.title,
            parsed.question,
            parsed.text,
            parsed.url,
            origin,
        )
        row.last_updated, row.missing_markers, row.removed_at = parsed.last_updated, list(parsed.missing_markers), None
        row.content_digest = hashlib.sha256(parsed.text.encode()).hexdigest()
        row.mentions = [_mention(mention) for mention in parsed.mentions]
        self._session.flush()
        return is_new

    def get(self, article_id: str) -> ArticleState | None:
        """The state of an article that was not removed."""
        row = self._session.get(ArticleRow, article_id)
        return self._state(row) if row is not None and row.removed_at is None else None

    def take(self, article_id: str) -> ArticleState | None:
        """As :meth:`get`, and nobody else judges the article until this transaction ends."""
        statement = select(ArticleRow).where(ArticleRow.id == article_id).with_for_update(key_share=True)
        row = self._session.exec(statement.execution_options(populate_existing=True)).one_or_none()
        return self._state(row) if row is not None and row.removed_at is None else None

    def all(self) -> tuple[ArticleState, ...]:
        """Every article that was not removed, hidden ones included."""
        rows = self._session.exec(
            select(ArticleRow).where(col(ArticleRow.removed_at).is_(None)).order_by(ArticleRow.id)
        ).all()
        return tuple(map(self._state, rows))

    def claims(self, article_id: str) -> tuple[PlacedClaim, ...]:
        """The article's present claims in reading order."""
        rows = self._session.exec(
            select(ClaimRow)
            .where(ClaimRow.article_id == article_id, col(ClaimRow.retired_at).is_(None))
            .order_by(col(ClaimRow.position))
        ).all()
        return tuple(
            PlacedClaim(
                id=row.id or 0,
                claim=claim_of(row),
            )
            for row in rows
        )

    def settle(self, article_id: str, verdict: Verdict) -> bool:
        """Make a verdict the article's state; leaves a flip and returns True when the freshness changed."""
        row = self._row(article_id)
        before = row.freshness
        row.freshness_because, row.severity = verdict.because, verdict.severity
        row.answers_absence = verdict.answers_absence
        if before == verdict.freshness:
            return False
        row.freshness = verdict.freshness
        row.stale_since = self._clock.today() if verdict.freshness is Freshness.STALE else None
        self._flip(row, "freshness", before, verdict.freshness, verdict.because)
        return True

    def set_review_status(self, article_id: str, status: ReviewStatus, *, because: str) -> None:
        """Move the article in the workflow; leaves a flip when that is a change."""
        row = self._row(article_id)
        if row.review_status != status:
            self._flip(row, "review_status", row.review_status, status, because)
            row.review_status = status

    def confirm(self, article_id: str, *, at: datetime, updated_on: Any = None) -> None:
        """Make ``at`` the moment from which the article's text counts as checked against its evidence."""
        row = self._row(article_id)
        row.baseline = at
        row.last_updated = updated_on or row.last_updated

    def remove(self, article_id: str) -> None:
        """Take an article out of watch; what was recorded about it stays."""
        self._row(article_id).removed_at = self._clock.today()

    def held(self) -> dict[str, HeldArticle]:
        """Every article by id, those too that were removed: whence its text came."""
        rows = self._session.exec(select(ArticleRow.id, ArticleRow.origin, ArticleRow.url, ArticleRow.removed_at)).all()
        return {
            name: HeldArticle(origin=origin, url=url or "", is_removed=removed_at is not None)
            for name, origin, url, removed_at in rows
        }

    def put_claims(self, article_id: str, claims: Sequence[Claim]) -> Paired[tuple[int, Claim], Claim]:
        """Store an article's claims; those found again by content keep their identity. Returns what became of which."""
        present = {
            row.id or 0: row
            for row in self._session.exec(
                select(ClaimRow)
                .where(ClaimRow.article_id == article_id, col(ClaimRow.retired_at).is_(None))
                .order_by(col(ClaimRow.position))
            ).all()
        }
        paired = paired_claims([(number, claim_of(row)) for number, row in present.items()], claims)
        for number, _ in paired.removed:
            present[number].retired_at = self._clock.today()
        for (number, _), claim in paired.kept:
            _fill(present[number], claim)
        former = self._retired_claims(article_id, paired.added)
        for claim in paired.added:
            row = former.pop(claim.key, None) or self._new_claim(article_id, claim)
            row.retired_at = None
            _fill(row, claim)
            self._session.add(row)
        self._session.flush()
        return paired

    def _new_claim(self, article_id: str, claim: Claim) -> ClaimRow:
        return ClaimRow(
            article_id=article_id,
            key=claim.key,
            position=claim.position,
            text=claim.text,
            recorded_at=self._clock.today(),
        )

    def _retired_claims(self, article_id: str, claims: Iterable[Claim]) -> dict[str, ClaimRow]:
        """Claims that were on the page once, by key: what comes back is what it was."""
        rows: list[ClaimRow] = []
        for keys in in_portions(sorted({claim.key for claim in claims})):
            rows += self._session.exec(
                select(ClaimRow)
                .where(ClaimRow.article_id == article_id, col(ClaimRow.key).in_(keys))
                .where(col(ClaimRow.retired_at).is_not(None))
                .order_by(col(ClaimRow.id))
            ).all()
        return {row.key: row for row in rows}

    def _flip(self, row: ArticleRow, field: str, before: str, after: str, because: str) -> None:
        self._session.add(
            FlipRow(
                article_id=row.id,
                field=field,
                before=str(before),
                after=str(after),
                because=because,
                valid_from=self._clock.today(),
                recorded_at=self._clock.now(),
            )
        )
        self._session.flush()

    def _state(self, row: ArticleRow) -> ArticleState:
        return _state(row, still_missing(self._session, row))

    def _row(self, article_id: str) -> ArticleRow:
        return self._session.exec(select(ArticleRow).where(ArticleRow.id == article_id)).one()


def claim_of(row: ClaimRow) -> Claim:
    """The claim that a row holds."""
    return Claim(position=row.position, text=row.text, headings=tuple(row.headings), markers=tuple(row.markers))


def _fill(row: ClaimRow, claim: Claim) -> None:
    row.key, row.position, row.text = claim.key, claim.position, claim.text
    row.headings, row.markers = list(claim.headings), list(claim.markers)


def still_missing(session: Session, row: ArticleRow) -> tuple[int, ...]:
    """The cited numbers for which the page has no entry, without those that somebody has filled since."""
    if not row.missing_markers:
        return ()
    filled = session.exec(
        select(ReferenceRow.number).where(
            ReferenceRow.article_id == row.id,
            col(ReferenceRow.retired_at).is_(None),
            col(ReferenceRow.number).in_(row.missing_markers),
        )
    ).all()
    return tuple(number for number in row.missing_markers if number not in filled)


def _state(row: ArticleRow, missing_markers: tuple[int, ...]) -> ArticleState:
    return ArticleState(
        id=row.id,
        title=row.title,
        last_updated=row.last_updated,
        review_status=ReviewStatus(row.review_status),
        freshness=Freshness(row.freshness),
        severity=Severity(row.severity) if row.severity else None,
        baseline=row.baseline,
        recorded_at=row.recorded_at,
        is_canary=row.is_canary,
        missing_markers=missing_markers,
        because=row.freshness_because,
    )


def _mention(mention: Any) -> dict[str, Any]:
    values = dataclasses.asdict(mention)
    values["counts"] = dict(mention.counts)
    values["figures"] = [list(pair) for pair in mention.figures]
    values["identifiers"] = [str(identifier) for identifier in mention.identifiers]
    return values
