"""What an editor adds to what an article rests on: it is watched as if the page gave it, and no new import drops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.domain.articles import Reference, ReferenceKind, Resolution
from monitor.domain.citations import Resolved
from monitor.domain.decisions import Refused
from monitor.domain.identifiers import Identifier, Scheme, find_identifiers
from monitor.domain.state import ReferenceState
from monitor.pipeline.assess import Assessor
from monitor.pipeline.correct import apply, mean_nothing, reference_of
from monitor.pipeline.ports import Store, Tx
from monitor.pipeline.watching import watch

WATCHABLE = frozenset({Scheme.PUBMED, Scheme.DOI, Scheme.NCT, Scheme.GUIDELINE})
"""Schemes of records that some source is asked for."""
KINDS = {Scheme.NCT: ReferenceKind.TRIAL, Scheme.GUIDELINE: ReferenceKind.GUIDELINE}
LONGEST_TEXT = 5000
NOT_POLLED = "no source reads this page: register its publisher in the watchlists, or look at it by yourself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """Lets editors add to an article what its page does not list. A move that is sent twice is done once."""

    store: Store
    assessor: Assessor
    clock: Clock

    def add(
        self, article_id: str, text: str, identifiers: Sequence[Identifier] = (), *, number: int | None = None, by: str
    ) -> tuple[int, bool]:
        """Let an article rest on an entry, by its text or by what it is; returns its id, and whether that is new.

        What the text itself gives of identifiers is what it means; an entry without any is looked up with the next
        tick. Raises KeyError for an unknown article.
        """
        text = " ".join(text.split()) or " ".join(map(str, identifiers))
        if not text:
            raise Refused("Give the text of the reference, or an identifier.")
        if len(text) > LONGEST_TEXT:
            raise Refused(f"The text is longer than {LONGEST_TEXT} characters; give the entry alone.")
        if number is not None and number < 1:
            raise Refused("The numbers of references begin with 1.")
        meant = tuple(dict.fromkeys(identifiers or _written(text)))
        with self.store.begin() as tx:
            if tx.articles.take(article_id) is None:
                raise KeyError(article_id)
            _check_number(tx, article_id, number, text)
            reference_id, is_new = tx.references.add(article_id, _reference(text, meant, number), by=by)
            if is_new:
                self._mean(tx, article_id, reference_id, meant, by=by)
                tx.audit.add(
                    actor=by,
                    action="reference.added",
                    subject=article_id,
                    before="",
                    after=text,
                    number=number,
                    identifiers=list(map(str, meant)),
                )
            return reference_id, is_new

    def remove(self, article_id: str, number: str, *, by: str, reason: str = "", seen: str = "") -> str:
        """Take out what somebody added, by its number or place; returns its text. What the page gives stays.

        ``seen`` is its key as it was shown.
        """
        with self.store.begin() as tx:
            if tx.articles.take(article_id) is None:
                raise KeyError(article_id)
            state = reference_of(tx, article_id, number, seen=seen)
            if not state.added_by:
                raise Refused(
                    f"The reference {number} stands on the page itself: change the page, or mark it as unwatchable."
                )
            why = f": {reason}" if reason else ""
            mean_nothing(tx, state.id, because=f"{by} took out the reference that {state.added_by} had added{why}")
            tx.references.retire(state.id)
            self.assessor.take_up(tx, article_id, ())
            tx.audit.add(
                actor=by,
                action="reference.removed",
                subject=article_id,
                before=state.reference.text,
                after="",
                added_by=state.added_by,
                reason=reason,
            )
            return state.reference.text

    def _mean(self, tx: Tx, article_id: str, reference_id: int, meant: Sequence[Identifier], *, by: str) -> None:
        """Let a new entry mean what somebody said of its words before, else what it gives, else have it looked up."""
        state = next(one for one in tx.references.of_article(article_id) if one.id == reference_id)
        if said := tx.meanings.corrections([state.reference.key]).get(state.reference.key):
            new = apply(tx, reference_id, said).new
        else:
            new = self._settle(tx, state, meant, by=by)
        self.assessor.take_up(tx, article_id, new)

    def _settle(self, tx: Tx, state: ReferenceState, meant: Sequence[Identifier], *, by: str) -> tuple[Identifier, ...]:
        watched = tuple(item for item in meant if item.scheme in WATCHABLE)
        if watched:
            because = f"added by {by} on {self.clock.today().date()}"
            resolved = Resolved(status=Resolution.RESOLVED, identifiers=watched, confidence=1.0, because=because)
            new = tx.meanings.settle(state.id, resolved, look_again=None)
            watch(tx, new)
            return new
        if any(item.scheme is Scheme.PAGE for item in meant):
            tx.meanings.settle(state.id, Resolved(status=Resolution.UNRESOLVED, because=NOT_POLLED), look_again=None)
        return ()


def _written(text: str) -> tuple[Identifier, ...]:
    return tuple(item for item in find_identifiers(text) if item.scheme in WATCHABLE)


def _reference(text: str, meant: Sequence[Identifier], number: int | None) -> Reference:
    kind = next((KINDS[item.scheme] for item in meant if item.scheme in KINDS), ReferenceKind.OTHER)
    return Reference(text=text, number=number, kind=kind, identifiers=tuple(meant))


def _check_number(tx: Tx, article_id: str, number: int | None, text: str) -> None:
    taken = [state.reference for state in tx.references.of_article(article_id) if state.reference.number == number]
    if number is not None and taken and taken[0].text != text:
        raise Refused(f"The number {number} is taken by “{taken[0].text}”: give another one, or none.")
