"""A person says what a reference means: once, for every article that gives the same entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain.articles import Resolution
from monitor.domain.citations import Resolved
from monitor.domain.corrections import Correction
from monitor.domain.identifiers import Identifier
from monitor.domain.matching import merge_claims, touched_claims
from monitor.domain.state import Meant, ReferenceState
from monitor.pipeline.assess import Assessor
from monitor.pipeline.edit import concerned
from monitor.pipeline.ports import Store, Tx
from monitor.pipeline.watching import watch


class UnknownReference(Exception):
    """An article has no such reference. The message says which it has."""


class ReferencesChanged(UnknownReference):
    """The reference is not the one that somebody saw under this number or at this place."""

    def __init__(self) -> None:
        super().__init__("the list of references changed since you opened this page; look again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrector:
    """Lets people say what references mean."""

    store: Store
    assessor: Assessor

    def correct(
        self,
        article_id: str,
        number: str,
        identifiers: Sequence[Identifier],
        *,
        by: str,
        reason: str = "",
        seen: str = "",
    ) -> tuple[Correction, tuple[str, ...]]:
        """Let an entry mean these records, here and wherever its very words stand, now and in later imports.

        Without identifiers it is accepted as unwatchable. ``number`` is the entry's own, or its place among all
        references as ``#3``; ``seen`` is its key as it was shown. What was found about a record that the entry does not
        mean is closed with that reason. Returns the correction and the articles that it concerns. Raises
        :class:`UnknownReference`.
        """
        with self.store.begin() as tx:
            key = reference_of(tx, article_id, number, seen=seen).reference.key
            said = tx.meanings.corrections([key]).get(key)
            if said is not None and (said.identifiers, said.by, said.reason) == (tuple(identifiers), by, reason):
                return said, tuple(sorted({name for name, _ in tx.meanings.with_key(key)}))
            correction = tx.meanings.correct(key, identifiers, by=by, reason=reason)
            articles = tuple(sorted({name for name, _ in tx.meanings.with_key(key)}))
            for name in articles:
                tx.articles.take(name)
            meant = [apply(tx, reference_id, correction) for _, reference_id in tx.meanings.with_key(key)]
            for one in meant:
                self.assessor.take_up(tx, one.article_id, one.new)
            tx.audit.add(
                actor=by,
                action="reference.corrected",
                subject=article_id,
                reference=key,
                identifiers=list(map(str, identifiers)),
                reason=reason,
                articles=list(articles),
                before=sorted({str(gone) for one in meant for gone in one.gone}),
                after=list(map(str, identifiers)) or "unwatchable",
            )
        return correction, articles

    def withdraw(self, article_id: str, number: str, *, by: str, reason: str = "", seen: str = "") -> tuple[str, ...]:
        """Take back what somebody said of an entry, wherever its very words stand: it is looked up again.

        Returns the articles concerned; none where nobody said anything.
        """
        with self.store.begin() as tx:
            key = reference_of(tx, article_id, number, seen=seen).reference.key
            said = tx.meanings.corrections([key]).get(key)
            if said is None:
                return ()
            tx.meanings.withdraw(key, by=by, reason=reason)
            places = tx.meanings.with_key(key)
            articles = tuple(sorted({name for name, _ in places}))
            for name in articles:
                tx.articles.take(name)
            why = f": {reason}" if reason else ""
            because = f"{by} took back what {said.by} had said{why}; it is looked up again"
            for _, reference_id in places:
                mean_nothing(tx, reference_id, because=because)
                tx.meanings.look_up_again(reference_id, because=because)
            for name in articles:
                self.assessor.take_up(tx, name, ())
            tx.audit.add(
                actor=by,
                action="reference.withdrawn",
                subject=article_id,
                reference=key,
                before=list(map(str, said.identifiers)) or "unwatchable",
                after="unresolved",
                said_by=said.by,
                reason=reason,
                articles=list(articles),
            )
        return articles


def reference_of(tx: Tx, article_id: str, number: str, *, seen: str = "") -> ReferenceState:
    """The reference of an article with this number, or at this place as ``#3``. Raises :class:`UnknownReference`.

    Lists change: who has seen one gives the key of the entry that stood there, and never gets another.
    """
    try:
        state = _placed(tx, article_id, number)
    except UnknownReference:
        if seen and tx.articles.get(article_id) is not None:
            raise ReferencesChanged from None
        raise
    if seen and state.reference.key != seen:
        raise ReferencesChanged
    return state


def _placed(tx: Tx, article_id: str, number: str) -> ReferenceState:
    if tx.articles.get(article_id) is None:
        raise UnknownReference(f"there is no article {article_id!r}; `monitor article list` shows which there are")
    states = tx.references.of_article(article_id)
    places = {f"#{at}": state for at, state in enumerate(states, start=1)}
    alike = [place for place, state in places.items() if str(state.reference.number) == number]
    if len(alike) > 1:
        known = ", ".join(alike)
        raise UnknownReference(
            f"{article_id!r} has several references {number}: say which by its place, one of {known}"
        )
    places |= {str(state.reference.number): state for state in states if state.reference.number is not None}
    if number not in places:
        known = ", ".join(places) or "no references"
        raise UnknownReference(f"article {article_id!r} has no reference {number}; it has {known}")
    return places[number]


def mean_nothing(tx: Tx, reference_id: int, *, because: str) -> Meant:
    """Let a reference rest on no record any more; what was found about them is closed with that reason."""
    meant = tx.meanings.mean(reference_id, Resolved(status=Resolution.UNRESOLVED, because=because))
    _close(tx, meant, because)
    return meant


def apply(tx: Tx, reference_id: int, correction: Correction) -> Meant:
    """Let a reference mean what a person said; twice changes nothing. The caller judges what its records show."""
    meant = tx.meanings.mean(reference_id, correction.resolved)
    watch(tx, meant.new)
    _close(tx, meant, correction.resolved.because)
    return meant


def _close(tx: Tx, meant: Meant, why: str) -> None:
    """Close what was found about records that no reference of the article means any more."""
    if not meant.gone:
        return
    families = tx.names.same_as(map(str, meant.gone))
    claims = tx.articles.claims(meant.article_id)
    for name, family in families.items():
        links = tx.references.resting_on(family, article_id=meant.article_id)
        touched = merge_claims(touched_claims(link.reference, claims) for link in links)
        because = f"{name} is not what the reference means: {why}"
        left = tuple(dict.fromkeys(link.reference_id for link in links))
        for finding in tx.findings.about(meant.article_id, family):
            tx.findings.follow_correction(finding.id, left, concerned(finding, touched, claims), because=because)
