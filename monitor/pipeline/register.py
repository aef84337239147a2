"""An article comes in, changes or leaves: its claims and references are stored, and what it rests on is watched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.domain.articles import ParsedArticle
from monitor.domain.policy import Policy
from monitor.pipeline.decide import decide
from monitor.pipeline.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSpec:
    """A watch that has to exist for a source to be polled."""

    kind: str
    source: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrar:
    """Registers and removes articles."""

    store: Store
    policy: Policy
    clock: Clock

    def register(
        self, article_id: str, parsed: ParsedArticle, *, origin: str, by: str, is_canary: bool = False
    ) -> bool:
        """Store a page under its id, new or changed; returns whether it is new. The same page twice changes nothing."""
        with self.store.begin() as tx:
            is_new = tx.articles.put(article_id, parsed, origin=origin, is_canary=is_canary)
            tx.references.put(article_id, parsed.references)
            decide(tx, article_id, policy=self.policy, clock=self.clock)
            tx.audit.add(
                actor=by,
                action="article.registered" if is_new else "article.read_again",
                subject=article_id,
                origin=origin,
                references=len(parsed.references),
                claims=len(parsed.claims),
            )
        return is_new

    def remove(self, article_id: str, *, by: str) -> None:
        """Stop watching an article; raises KeyError when there is none. What was recorded about it stays."""
        with self.store.begin() as tx:
            if tx.articles.get(article_id) is None:
                raise KeyError(article_id)
            tx.articles.remove(article_id)
            tx.references.put(article_id, ())
            tx.audit.add(actor=by, action="article.removed", subject=article_id)

    def ensure_watches(self, specs: Iterable[WatchSpec]) -> None:
        """Make sure every configured source has its watches."""
        with self.store.begin() as tx:
            for spec in specs:
                tx.watches.ensure(kind=spec.kind, source=spec.source, target=spec.target)
