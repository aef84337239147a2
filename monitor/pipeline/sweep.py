"""What time alone changes: checks grow old, shelf lives end. Articles are judged anew by the clock."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.clock import Clock
from monitor.domain.kinds import EventKind
from monitor.domain.matching import finding_id
from monitor.domain.policy import Policy
from monitor.domain.staleness import is_overdue
from monitor.domain.state import ArticleState, NewFinding
from monitor.pipeline.decide import decide
from monitor.pipeline.ports import Probe, Store, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeper:
    """Judges every article by the clock, each in its own transaction."""

    store: Store
    policy: Policy
    clock: Clock
    probe: Probe

    def run(self) -> int:
        """Judge all articles; returns how many changed their freshness."""
        with self.store.begin() as tx:
            articles = tx.articles.all()
        return sum(self._sweep(article) for article in articles)

    def _sweep(self, article: ArticleState) -> bool:
        with self.store.begin() as tx:
            if tx.articles.get(article.id) is None:
                return False
            news = self._shelf_life(tx, article)
            self.probe("sweep.before_commit")
            verdict = decide(tx, article.id, policy=self.policy, clock=self.clock, news=news)
        return verdict.freshness is not article.freshness

    def _shelf_life(self, tx: Tx, article: ArticleState) -> tuple[NewFinding, ...]:
        confirmed = article.baseline.date() if article.baseline else article.last_updated or article.recorded_at.date()
        if not is_overdue(confirmed_on=confirmed, shelf_life=self.policy.shelf_life, today=self.clock.today().date()):
            return ()
        severity = self.policy.severity_of(EventKind.OVERDUE)
        because = (
            f"The article was last confirmed on {confirmed}; its shelf life of "
            f"{self.policy.shelf_life.days} days is over"
        )
        event = tx.events.record_overdue(article.id, title=article.title, because=because, severity=severity)
        finding = NewFinding(
            id=finding_id(article.id, event.id),
            article_id=article.id,
            event_id=event.id,
            severity=severity,
            because=because,
            reference_ids=(),
            claims=(),
            detected_at=self.clock.today(),
        )
        return (finding,) if tx.findings.add(finding) else ()
