"""Articles as lists and reports show them, many at once: a dozen queries, however many articles and findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import defer
from sqlmodel import Session, and_, col, select

from monitor.clock import Clock
from monitor.domain.articles import Freshness, Resolution, ReviewStatus
from monitor.domain.kinds import Severity
from monitor.domain.read_models import ArticleRow as ArticleLine
from monitor.domain.read_models import FindingView, ReferenceLine, ReviewView, Watched
from monitor.domain.state import ReferenceState
from monitor.store.last_checks import last_checks
from monitor.store.portions import in_portions
from monitor.store.reads.findings import FindingReads
from monitor.store.reviews import review_state
from monitor.store.tables import ArticleRow, ReferenceRow, ReviewRow, TopicArticleRow

AT_A_TIME = 500
"""So many articles of a whole report are read together."""

NOT_UNDERSTOOD = frozenset({Resolution.UNRESOLVED.value, Resolution.AMBIGUOUS.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article with its open review, if there is one."""

    line: ArticleLine
    review: ReviewView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A reference as far as a line needs it."""

    id: int
    resolution: str
    is_present: bool


class Lines:
    """Reads the lines of articles."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._findings = FindingReads(session, clock)

    def all(self) -> Iterator[ArticleLine]:
        """Every article that is neither removed nor hidden, in no order."""
        ids = self._session.exec(
            select(ArticleRow.id)
            .where(col(ArticleRow.removed_at).is_(None), col(ArticleRow.is_canary).is_(False))
            .order_by(ArticleRow.id)
        ).all()
        for some in in_portions(ids, AT_A_TIME):
            yield from (listed.line for listed in self.of(some).values())
            self._session.expunge_all()

    def of(self, article_ids: Sequence[str]) -> dict[str, Listed]:
        """These articles by id, as far as they are there."""
        rows = self._session.exec(
            select(ArticleRow, ReviewRow)
            .outerjoin(
                ReviewRow, and_(col(ReviewRow.article_id) == col(ArticleRow.id), col(ReviewRow.closed_at).is_(None))
            )
            .where(col(ArticleRow.id).in_(article_ids))
            .options(defer(ArticleRow.text), defer(ArticleRow.mentions))  # type: ignore[arg-type] # SQLModel's types
        ).all()
        entries, references = self._references(article_ids)
        told = self._findings.of_articles(
            article_ids,
            started={row.id: review.started_at for row, review in rows if review is not None},
            references=references,
        )
        checks = last_checks(self._session, article_ids)
        topics = self._topics(article_ids)
        found = {}
        for row, review in rows:
            findings = told.by_article[row.id]
            line = article_line(row, findings, _watched(entries[row.id], checks), topics.get(row.id, ()))
            found[row.id] = Listed(line=line, review=review_view(review, findings) if review else None)
        return found

    def _references(self, article_ids: Sequence[str]) -> tuple[dict[str, list[_Entry]], dict[int, ReferenceLine]]:
        """The references by article, and each as findings name it; those too that a page no longer gives."""
        entries: dict[str, list[_Entry]] = defaultdict(list)
        lines = {}
        for number, article_id, resolution, retired_at, printed, text in self._session.exec(
            select(  # type: ignore[call-overload] # SQLModel's types end at four columns
                ReferenceRow.id,
                ReferenceRow.article_id,
                ReferenceRow.resolution,
                ReferenceRow.retired_at,
                ReferenceRow.number,
                ReferenceRow.text,
            ).where(col(ReferenceRow.article_id).in_(article_ids))
        ).all():
            entries[article_id].append(_Entry(id=number, resolution=resolution, is_present=retired_at is None))
            lines[number] = ReferenceLine(number=printed, text=text)
        return entries, lines

    def _topics(self, article_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        rows = self._session.exec(
            select(TopicArticleRow.article_id, TopicArticleRow.topic)
            .where(col(TopicArticleRow.article_id).in_(article_ids))
            .order_by(TopicArticleRow.topic)
        ).all()
        found: dict[str, tuple[str, ...]] = {}
        for article_id, topic in rows:
            found[article_id] = (*found.get(article_id, ()), topic)
        return found


def article_line(
    row: ArticleRow, findings: tuple[FindingView, ...], watched: Watched, topics: tuple[str, ...]
) -> ArticleLine:
    """An article with what was found and how well it is watched."""
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
        watched=watched,
        topics=topics,
    )


def review_view(row: ReviewRow, findings: Sequence[FindingView]) -> ReviewView:
    """An open review, and how much came in since somebody began with it."""
    review = review_state(row)
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
        unseen=sum(item.new_since_start and item.status == "open" for item in findings),
        snoozed_for=review.snoozed_for,
        snoozed_by=review.snoozed_by,
    )


def watched_of(states: Sequence[ReferenceState], checks: Mapping[int, datetime]) -> Watched:
    """How well these present references are watched."""
    return _watched([_Entry(id=state.id, resolution=state.resolution, is_present=True) for state in states], checks)


def _watched(entries: Sequence[_Entry], checks: Mapping[int, datetime]) -> Watched:
    present = [entry for entry in entries if entry.is_present]
    resolved = [entry for entry in present if entry.resolution == Resolution.RESOLVED]
    complete = bool(resolved) and all(entry.id in checks for entry in resolved)
    return Watched(
        references=len(present),
        resolved=len(resolved),
        unresolved=sum(entry.resolution in NOT_UNDERSTOOD for entry in present),
        oldest_check=min(checks[entry.id] for entry in present if entry.id in checks) if complete else None,
    )
