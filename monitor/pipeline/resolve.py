"""From what a reference says to the identifiers it means; what is not understood is kept and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog

from monitor.clock import Clock
from monitor.domain.articles import Resolution
from monitor.domain.citations import Resolved
from monitor.domain.outcomes import Failure, Throttled, Unreachable, Unreadable
from monitor.domain.state import PendingReference
from monitor.pipeline.assess import Assessor
from monitor.pipeline.look_up import LookUp
from monitor.pipeline.ports import Probe, Store
from monitor.pipeline.watching import watch

log = structlog.get_logger()

LOOK_AGAIN = timedelta(days=30)
ASK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """Resolves references, one look-up at a time, with no transaction open while a source is asked."""

    store: Store
    lookup: LookUp
    assessor: Assessor
    clock: Clock
    probe: Probe

    def run(self, *, article_id: str | None = None, limit: int = 500) -> int:
        """Resolve the references whose look-up is due; returns how many were looked at."""
        with self.store.begin() as tx:
            pending = tx.references.pending(article_id=article_id, limit=limit)
        for reference in pending:
            self._resolve(reference)
        return len(pending)

    def _looked_up(self, pending: PendingReference) -> Resolved | Failure:
        try:
            return self.lookup.look_up(pending)
        except Exception as error:
            log.exception("resolve.crashed", article=pending.article_id, reference=pending.id)
            return Unreadable(reason=f"our reader failed: {type(error).__name__}: {error}")

    def _resolve(self, pending: PendingReference) -> None:
        resolved = self._looked_up(pending)
        self.probe("resolve.after_lookup")
        with self.store.begin() as tx:
            if isinstance(resolved, Throttled | Unreachable | Unreadable):
                tx.references.postpone(
                    pending.id,
                    until=self.clock.today() + ASK_AGAIN,
                    because=f"could not be looked up: {resolved.reason}",
                )
                log.warning("resolve.postponed", article=pending.article_id, reason=resolved.reason)
                return
            settled = resolved.status is Resolution.RESOLVED
            new = tx.references.settle(
                pending.id, resolved, look_again=None if settled else self.clock.today() + LOOK_AGAIN
            )
            watch(tx, new)
            self.assessor.take_up(tx, pending.article_id, new)
        log.info("resolve.done", article=pending.article_id, status=resolved.status)
