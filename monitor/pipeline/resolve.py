"""From what a reference says to the identifiers it means; what is not understood is kept and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
AT_A_TIME = 100
"""So many references are looked up together. What is found out is stored one by one, so that nothing is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """Resolves references, with no transaction open while a source is asked. What a person said is not asked again."""

    store: Store
    lookup: LookUp
    assessor: Assessor
    clock: Clock
    probe: Probe

    def run(self, *, article_id: str | None = None, limit: int = 500, each: Callable[[], object] = lambda: None) -> int:
        """Resolve the references whose look-up is due, ``limit`` at most; returns how many were looked at.

        ``each`` is called after every one. One that was stopped in between goes on with those that are left.
        """
        with self.store.begin() as tx:
            pending = tx.meanings.pending(article_id=article_id, limit=limit)
        for start in range(0, len(pending), AT_A_TIME):
            for reference, resolved in self.meant(pending[start : start + AT_A_TIME]):
                self.probe("resolve.after_lookup")
                self._settle(reference, resolved)
                each()
        return len(pending)

    def meant(self, pending: Sequence[PendingReference]) -> Iterator[tuple[PendingReference, Resolved | Failure]]:
        """What each of some references means: as a person said, else as the sources say."""
        with self.store.begin() as tx:
            corrections = tx.meanings.corrections(one.reference.key for one in pending)
        left = {one.id: one for one in pending}
        for one in pending:
            if correction := corrections.get(one.reference.key):
                del left[one.id]
                yield one, correction.resolved
        yield from self._asked(left)

    def _asked(self, left: dict[int, PendingReference]) -> Iterator[tuple[PendingReference, Resolved | Failure]]:
        """What the sources say of many; one by one where something among them cannot be read."""
        try:
            for one, found in self.lookup.look_up_each(list(left.values())):
                if isinstance(found, Unreadable):
                    break
                del left[one.id]
                yield one, found
        except Exception:
            log.exception("resolve.portion_crashed", references=len(left))
        for one in left.values():
            yield one, self._looked_up_alone(one)

    def _looked_up_alone(self, pending: PendingReference) -> Resolved | Failure:
        try:
            return self.lookup.look_up(pending)
        except Exception as error:
            log.exception("resolve.crashed", article=pending.article_id, reference=pending.id)
            return Unreadable(reason=f"our reader failed: {type(error).__name__}: {error}")

    def _settle(self, pending: PendingReference, resolved: Resolved | Failure) -> None:
        with self.store.begin() as tx:
            if isinstance(resolved, Throttled | Unreachable | Unreadable):
                tx.meanings.postpone(
                    pending.id,
                    until=self.clock.today() + ASK_AGAIN,
                    because=f"could not be looked up: {resolved.reason}",
                )
                log.warning("resolve.postponed", article=pending.article_id, reason=resolved.reason)
                return
            is_open = resolved.status in (Resolution.UNRESOLVED, Resolution.AMBIGUOUS)
            new = tx.meanings.settle(
                pending.id, resolved, look_again=self.clock.today() + LOOK_AGAIN if is_open else None
            )
            watch(tx, new)
            self.assessor.take_up(tx, pending.article_id, new)
        log.info("resolve.done", article=pending.article_id, status=resolved.status)
