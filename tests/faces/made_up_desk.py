"""A desk over made-up read models, which remembers its moves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from monitor.domain.kinds import Severity
from monitor.domain.messages import DeliveryState
from monitor.domain.read_models import ArticleRow, ArticleView, CheckLine, Coverage, QueueEntry, Report, ReviewView
from monitor.domain.review import Closing, Refused
from tests.faces.listing import Listing
from tests.faces.views import GOUT, NOON, REVIEW, article, report


@dataclass
class MadeUpDesk(Listing):
    """A desk over made-up read models. It notes every move; ``refusal`` makes it refuse, ``failure`` fail."""

    shown: Report = field(default_factory=report)
    views: dict[str, ArticleView] = field(
        default_factory=lambda: {"knee": article(), "gout": article(GOUT, review=None)}
    )
    moves: list[tuple[Any, ...]] = field(default_factory=list)
    refusal: str = ""
    failure: Exception | None = None

    def report(self, *, as_of: datetime | None = None) -> Report:
        """The report of noon, or the failure asked for."""
        assert as_of is None or as_of.tzinfo
        if self.failure:
            raise self.failure
        return self.shown

    def moment_of(self, text: str) -> datetime:
        """A day that means its noon."""
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    def entry_of(self, row: ArticleRow) -> QueueEntry:
        """An open review."""
        review = replace(REVIEW, article_id=row.id, severity=row.severity or Severity.MINOR)
        return QueueEntry(review=review, article=row, headline=row.freshness_because)

    def article(self, article_id: str) -> ArticleView | None:
        """One of the views."""
        return self.views.get(article_id)

    def coverage(self) -> tuple[Coverage, ...]:
        """The sources of the report."""
        return self.shown.coverage

    def deliveries(self) -> tuple[DeliveryState, ...]:
        """One channel, of which a message was given up."""
        return (DeliveryState(channel="desk-mail", dead=1, last_error="refused"),)

    def checks(self, limit: int) -> tuple[CheckLine, ...]:
        """Two polls, one of which failed."""
        lines = (
            CheckLine(
                watch="cited_set",
                source="pubmed",
                at=NOON,
                outcome="fetched",
                data_version="Build-2026.11.20",
                window="2026-11-19 – 2026-11-20",
                members=812,
                reason="",
            ),
            CheckLine(
                watch="cited_set",
                source="clinicaltrials",
                at=NOON,
                outcome="unreachable",
                data_version="",
                window="",
                members=0,
                reason="HTTP 503",
            ),
        )
        return lines[:limit]

    def start_review(self, article_id: str, *, by: str, version: int) -> ReviewView:
        """Note the start."""
        return self._moved(article_id, "start", by, version)

    def close_review(self, article_id: str, closing: Closing) -> ReviewView:
        """Note the closing."""
        return self._moved(article_id, "close", closing)

    def snooze_review(
        self, article_id: str, *, by: str, version: int, until: datetime | None, wakes_for: str = "", evidence: str = ""
    ) -> ReviewView:
        """Note the snooze."""
        assert len(evidence) in {0, 16}
        return self._moved(article_id, "snooze", by, version, until, *filter(None, [wakes_for]))

    def release_review(self, article_id: str, *, by: str, version: int, note: str = "") -> ReviewView:
        """Note that it was handed back."""
        return self._moved(article_id, "release", by, version, *filter(None, [note]))

    def _moved(self, article_id: str, *move: Any) -> ReviewView:
        if article_id not in self.views:
            raise KeyError(article_id)
        if self.refusal:
            raise Refused(self.refusal)
        self.moves.append((article_id, *move))
        return REVIEW
