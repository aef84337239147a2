"""Step 5d: records that came in are compared with entries that were not understood, and nobody is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.clock import Clock
from monitor.domain.articles import Reference, ReferenceKind, Resolution
from monitor.domain.citations import Resolved, as_publication, as_written
from monitor.domain.identifiers import Identifier
from monitor.domain.records import Publication, Record, Work
from monitor.domain.resolution import Thresholds, judge
from monitor.domain.state import PendingReference
from monitor.domain.titles import title_words
from monitor.pipeline.ports import CitationReader, Tx
from monitor.pipeline.watching import watch

AT_A_TIME = 1000
MOST_OF_A_TITLE = 0.7
"""An entry is compared with a record when it holds such a share of the words of its title, or its volume and page."""
FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """Finds out what entries mean by records that were read for other reasons."""

    clock: Clock
    read_citation: CitationReader = as_written
    thresholds: Thresholds = field(default_factory=Thresholds)

    def recognise(self, tx: Tx, records: Iterable[Record]) -> dict[str, tuple[Identifier, ...]]:
        """Compare records that are new to us with every entry that is not understood; returns what is new by article.

        An entry that may mean something else besides is not settled by the one record that came in: its look-up is due
        at once, which weighs all of them. What a person said is not touched.
        """
        index = _Index.of(records)
        news: dict[str, tuple[Identifier, ...]] = {}
        if index.is_empty:
            return news
        for entry in _not_understood(tx):
            if near := index.near(entry.reference):
                found = judge(self.read_citation(entry.reference), near, self.thresholds)
                if new := self._take(tx, entry, found):
                    news[entry.article_id] = (*news.get(entry.article_id, ()), *new)
        return news

    def _take(self, tx: Tx, entry: PendingReference, found: Resolved) -> tuple[Identifier, ...]:
        if found.status is Resolution.UNRESOLVED:
            return ()
        if found.status is Resolution.AMBIGUOUS or entry.has_rivals:
            tx.meanings.postpone(entry.id, until=self.clock.today(), because=entry.because)
            return ()
        because = f"{found.because}; compared with a record that was read on {self.clock.today().date()}"
        new = tx.meanings.settle(
            entry.id,
            Resolved(
                status=found.status,
                identifiers=found.identifiers,
                confidence=found.confidence,
                candidates=found.candidates,
                because=because,
            ),
            look_again=None,
        )
        watch(tx, new)
        return new


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """Publications by one telling word of their titles, and by volume and first page."""

    by_word: Mapping[str, Sequence[tuple[Publication, frozenset[str]]]]
    by_place: Mapping[tuple[str, str], Sequence[Publication]]

    @classmethod
    def of(cls, records: Iterable[Record]) -> _Index:
        by_word: dict[str, list[tuple[Publication, frozenset[str]]]] = {}
        by_place: dict[tuple[str, str], list[Publication]] = {}
        for publication in _publications(records):
            words = frozenset(title_words(publication.title))
            if len(words) >= FEWEST_WORDS:
                by_word.setdefault(max(words, key=lambda word: (len(word), word)), []).append((publication, words))
            page = publication.pages.partition("-")[0].strip().casefold()
            if publication.volume and page:
                by_place.setdefault((publication.volume.casefold(), page), []).append(publication)
        return cls(by_word=by_word, by_place=by_place)

    @property
    def is_empty(self) -> bool:
        return not self.by_word and not self.by_place

    def near(self, reference: Reference) -> tuple[Publication, ...]:
        """The publications that an entry may mean."""
        words = set(title_words(f"{reference.title} {reference.text}"))
        found = {
            publication.identifier: publication
            for word in words & self.by_word.keys()
            for publication, title in self.by_word[word]
            if len(title & words) >= MOST_OF_A_TITLE * len(title)
        }
        for volume, page in self.by_place:
            if volume in words and page in words:
                found |= {publication.identifier: publication for publication in self.by_place[volume, page]}
        return tuple(found.values())


def _publications(records: Iterable[Record]) -> Iterator[Publication]:
    for record in records:
        match record:
            case Publication():
                yield record
            case Work():
                yield as_publication(record)
            case _:
                continue


def _not_understood(tx: Tx) -> Iterator[PendingReference]:
    after = 0
    while some := tx.meanings.not_understood(after=after, limit=AT_A_TIME):
        after = some[-1].id
        yield from (entry for entry in some if entry.reference.kind is not ReferenceKind.IN_HOUSE_SUMMARY)
