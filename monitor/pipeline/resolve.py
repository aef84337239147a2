"""From what a reference says to the identifiers it means; what is not understood is kept and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from monitor.clock import Clock
from monitor.domain.articles import Resolution
from monitor.domain.citations import Resolved
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, Throttled, Unreachable, Unreadable
from monitor.domain.state import PendingReference
from monitor.pipeline.assess import Assessor
from monitor.pipeline.look_up import LookUp
from monitor.pipeline.ports import Probe, Store, Tx
from monitor.pipeline.watching import watch

log = structlog.get_logger()

LOOK_AGAIN = timedelta(days=30)
ASK_AGAIN = timedelta(hours=1)
AT_A_TIME = 100
"""So many references are looked up together."""
STORED_TOGETHER = 25
"""What is found out of an article's references is stored so many at a time; a crash loses no more look-ups."""


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
            for some in self._by_article(self.meant(pending[start : start + AT_A_TIME]), each):
                self._settle(some)
        return len(pending)

    def _by_article(
        self, found: Iterable[tuple[PendingReference, Resolved | Failure]], each: Callable[[], object]
    ) -> Iterator[list[tuple[PendingReference, Resolved | Failure]]]:
        """What is found out, as it comes, in portions of one article each."""
        held: list[tuple[PendingReference, Resolved | Failure]] = []
        for one, resolved in found:
            self.probe("resolve.after_lookup")
            if held and (held[0][0].article_id != one.article_id or len(held) >= STORED_TOGETHER):
                yield held
                held = []
            held.append((one, resolved))
            each()
        if held:
            yield held

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

    def _settle(self, found: Sequence[tuple[PendingReference, Resolved | Failure]]) -> None:
        """Store what was found out of some references of one article, and judge it by what is known of them already.

        What somebody edited, removed or said the meaning of meanwhile is left as it is.
        """
        article_id = found[0][0].article_id
        with self.store.begin() as tx:
            tx.articles.take(article_id)
            due = tx.meanings.due_now(one for one, _ in found)
            left = [(one, resolved) for one, resolved in found if one.id in due]
            new = [identifier for one, resolved in left for identifier in self._store(tx, one, resolved)]
            if any(isinstance(resolved, Resolved) for _, resolved in left):
                watch(tx, new)
                self.assessor.take_up(tx, article_id, tuple(new))

    def _store(self, tx: Tx, pending: PendingReference, resolved: Resolved | Failure) -> tuple[Identifier, ...]:
        if isinstance(resolved, Throttled | Unreachable | Unreadable):
            later = self.clock.today() + ASK_AGAIN
            tx.meanings.postpone(pending.id, until=later, because=f"could not be looked up: {resolved.reason}")
            log.warning("resolve.postponed", article=pending.article_id, reason=resolved.reason)
            return ()
        is_open = resolved.status in (Resolution.UNRESOLVED, Resolution.AMBIGUOUS)
        log.info("resolve.done", article=pending.article_id, status=resolved.status)
        return tx.meanings.settle(pending.id, resolved, look_again=self.clock.today() + LOOK_AGAIN if is_open else None)
