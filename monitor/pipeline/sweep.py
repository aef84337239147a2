"""What time alone changes: checks grow old, shelf lives end. Articles are judged anew by the clock."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.clock import Clock
from monitor.domain.kinds import EventKind
from monitor.domain.policy import Policy
from monitor.domain.staleness import is_overdue
from monitor.domain.state import ArticleState, NewFinding
from monitor.pipeline.decide import decide
from monitor.pipeline.mute import listen_again
from monitor.pipeline.ports import Probe, Store, Tx
from monitor.pipeline.promises import broken_promises, overdue


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
            awaited = set(tx.decisions.articles_with_promises())
            listen_again(tx, tx.mutes.run_out())
        return sum(self._sweep(article, is_awaited=article.id in awaited) for article in articles)

    def _sweep(self, article: ArticleState, *, is_awaited: bool) -> bool:
        with self.store.begin() as tx:
            if (tx.articles.take(article.id) if is_awaited else tx.articles.get(article.id)) is None:
                return False
            news = self._shelf_life(tx, article)
            if is_awaited:
                news += broken_promises(tx, article, policy=self.policy, clock=self.clock)
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
        return overdue(tx, article, because=because, severity=severity, clock=self.clock)
