"""An article comes in, changes or leaves: its claims and references are stored, and what it rests on is watched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.domain.article_sources import FAMILY
from monitor.domain.articles import ParsedArticle, Reference
from monitor.domain.policy import Policy
from monitor.domain.revision import Paired, Revision
from monitor.domain.state import NewFinding
from monitor.domain.topics import Topic
from monitor.pipeline.assess import Assessor
from monitor.pipeline.correct import apply
from monitor.pipeline.edit import Followed, follow_edit
from monitor.pipeline.ports import Store, Tx
from monitor.pipeline.watching import watch


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
    assessor: Assessor

    def register(
        self, article_id: str, parsed: ParsedArticle, *, origin: str, by: str, is_canary: bool = False
    ) -> Revision:
        """Store a page under its id, new or changed; returns what the edit did. The same page twice changes nothing.

        Claims and references are found again by their content, and with them what was found about them. A finding of
        which the page says nothing any more is closed with that reason; it opens again when the page says it again.
        """
        with self.store.begin() as tx:
            return self.register_within(tx, article_id, parsed, origin=origin, by=by, is_canary=is_canary)

    def register_within(
        self, tx: Tx, article_id: str, parsed: ParsedArticle, *, origin: str, by: str, is_canary: bool = False
    ) -> Revision:
        """:meth:`register` as a part of a transaction."""
        was_absent = tx.articles.take(article_id) is None
        is_new = tx.articles.put(article_id, parsed, origin=origin, is_canary=is_canary)
        claims = tx.articles.put_claims(article_id, parsed.claims)
        references = tx.references.put(article_id, parsed.references)
        self._as_people_said(tx, article_id, references)
        if was_absent:
            self._search_its_topics(tx, article_id)
        followed = Followed() if is_new else follow_edit(tx, article_id, on=self.clock.today().date())
        revision = Revision(
            is_new=is_new,
            kept=len(claims.kept),
            added=len(claims.added),
            reworded=tuple(before.text for (_, before), after in claims.kept if before.text != after.text),
            removed=tuple(claim.text for _, claim in claims.removed),
            references_added=len(references.added),
            references_removed=tuple(reference.text for _, reference in references.removed),
            answered=followed.answered,
        )
        self._take_up_again(tx, article_id, references.added, also=followed.reopened)
        self._audit(tx, article_id, parsed, revision, origin=origin, by=by)
        return revision

    def _as_people_said(self, tx: Tx, article_id: str, references: Paired[tuple[int, Reference], Reference]) -> None:
        """What people said of entries holds for those that came, came back, or came to have the very words."""
        reworded = [after for (_, before), after in references.kept if before.key != after.key]
        corrections = tx.meanings.corrections(entry.key for entry in (*references.added, *reworded))
        if not corrections:
            return
        for state in tx.references.of_article(article_id):
            if correction := corrections.get(state.reference.key):
                meant = apply(tx, state.id, correction)
                self.assessor.take_up(tx, article_id, meant.new)

    def _take_up_again(
        self, tx: Tx, article_id: str, added: Collection[Reference], *, also: Sequence[NewFinding]
    ) -> None:
        """Entries that came back still mean what they meant: what happened to their records meanwhile is told now.

        So is what the edit opened again, and the article is judged.
        """
        keys = {reference.key for reference in added}
        states = [state for state in tx.references.of_article(article_id) if state.reference.key in keys]
        if held := tuple(dict.fromkeys(identifier for state in states for identifier in state.identifiers)):
            watch(tx, held)
        self.assessor.take_up(tx, article_id, held, also=also)

    def _audit(
        self, tx: Tx, article_id: str, parsed: ParsedArticle, revision: Revision, *, origin: str, by: str
    ) -> None:
        tx.audit.add(
            actor=by,
            action="article.registered" if revision.is_new else "article.read_again",
            subject=article_id,
            origin=origin,
            references=len(parsed.references),
            claims=len(parsed.claims),
            reworded=list(revision.reworded),
            removed=list(revision.removed),
            references_removed=list(revision.references_removed),
            answered={item.id: item.because for item in revision.answered},
        )

    def _search_its_topics(self, tx: Tx, article_id: str) -> None:
        """From the start: what was found before the article came in may be new to it."""
        for name in tx.topics.to_search(article_id):
            tx.watches.ensure(kind="topic", source="pubmed", target=name, due_now=True, from_start=True)
        for name in tx.topics.of_article(article_id):
            tx.watches.begin_anew(kind="trials", source="clinicaltrials", target=name)

    def remove(self, article_id: str, *, by: str) -> None:
        """Stop watching an article; raises KeyError when there is none. What was recorded about it stays."""
        with self.store.begin() as tx:
            self.remove_within(tx, article_id, by=by)

    def remove_within(self, tx: Tx, article_id: str, *, by: str, **because: str) -> None:
        """:meth:`remove` as a part of a transaction; ``because`` goes into the audit log."""
        if tx.articles.get(article_id) is None:
            raise KeyError(article_id)
        tx.articles.remove(article_id)
        tx.references.put(article_id, [])
        tx.audit.add(actor=by, action="article.removed", subject=article_id, **because)

    def ensure_watches(self, specs: Iterable[WatchSpec]) -> None:
        """Make sure every configured source has its watches. A source of articles without a file is not polled."""
        specs = tuple(specs)
        with self.store.begin() as tx:
            tx.watches.keep_sources(kind=FAMILY, sources=[spec.source for spec in specs if spec.kind == FAMILY])
            for spec in specs:
                tx.watches.ensure(kind=spec.kind, source=spec.source, target=spec.target)

    def ensure_topics(self, topics: Sequence[Topic], *, searched: Collection[str]) -> None:
        """Make these the topics there are; ``searched`` are the names of those that have a search of their own.

        A topic that is new, asks otherwise or concerns one more article is searched from the start; one whose articles
        are not there is not searched at all.
        """
        with self.store.begin() as tx:
            anew = set(tx.topics.put(topics, searched=searched))
            wanted = tx.topics.to_search()
            tx.watches.keep_only(kind="topic", source="pubmed", targets=wanted)
            for name in wanted:
                tx.watches.ensure(
                    kind="topic", source="pubmed", target=name, due_now=name in anew, from_start=name in anew
                )
            self._ensure_trial_searches(tx, [topic.name for topic in topics if topic.trials], anew)

    def _ensure_trial_searches(self, tx: Tx, names: Sequence[str], anew: Collection[str]) -> None:
        """A topic whose articles are not there has a watch too, which rests until one comes in."""
        for name in names:
            tx.watches.ensure(
                kind="trials", source="clinicaltrials", target=name, due_now=name in anew, from_start=name in anew
            )
        present = [topic.name for topic in tx.topics.concerned(names) if topic.articles]
        tx.watches.keep_only(kind="trials", source="clinicaltrials", targets=present)
