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
from monitor.domain.rules.publication import has_namesakes
from monitor.domain.state import PendingReference
from monitor.domain.titles import title_words
from monitor.pipeline.ports import CitationReader, Tx
from monitor.pipeline.watching import watch

AT_A_TIME = 1000
MOST_OF_A_TITLE = 0.7
"""An entry is compared with a record when it holds such a share of the words of its title, or its volume and page."""
FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """An entry and what it means by the records that came in; ``has_rivals`` where it may mean another one."""

    entry: PendingReference
    found: Resolved
    has_rivals: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """Finds out what entries mean by records that were read for other reasons."""

    clock: Clock
    read_citation: CitationReader = as_written
    thresholds: Thresholds = field(default_factory=Thresholds)

    def compare(self, tx: Tx, records: Iterable[Record]) -> list[Likely]:
        """Compare records that are new to us with the entries that are not understood; nothing is written.

        Those whose look-up is due are left out: it weighs all records.
        """
        index = Index.of(records)
        if index.is_empty:
            return []
        found = []
        for entry in _not_understood(tx):
            if near := index.near(entry.reference):
                resolved = judge(self.read_citation(entry.reference), near, self.thresholds)
                if resolved.status is not Resolution.UNRESOLVED:
                    has_rivals = entry.has_rivals or any(map(has_namesakes, near))
                    found.append(Likely(entry=entry, found=resolved, has_rivals=has_rivals))
        return found

    def settle(self, tx: Tx, likely: Sequence[Likely]) -> dict[str, tuple[Identifier, ...]]:
        """Let entries mean what they were found to mean; returns what is new by article.

        An entry that may mean something else besides is not settled by the one record that came in: its look-up is due
        at once, which weighs all of them. What a person said is not touched, nor what was edited meanwhile.
        """
        news: dict[str, tuple[Identifier, ...]] = {}
        left = tx.meanings.still_open(one.entry for one in likely)
        for one in likely:
            if one.entry.id in left and (new := self._take(tx, one.entry, one.found, has_rivals=one.has_rivals)):
                news[one.entry.article_id] = (*news.get(one.entry.article_id, ()), *new)
        return news

    def _take(self, tx: Tx, entry: PendingReference, found: Resolved, *, has_rivals: bool) -> tuple[Identifier, ...]:
        if found.status is Resolution.AMBIGUOUS or has_rivals:
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
class Index:
    """Publications by one telling word of their titles, and by first page and volume."""

    by_word: Mapping[str, Sequence[tuple[Publication, frozenset[str]]]]
    by_page: Mapping[str, Mapping[str, Sequence[Publication]]]

    @classmethod
    def of(cls, records: Iterable[Record]) -> Index:
        by_word: dict[str, list[tuple[Publication, frozenset[str]]]] = {}
        by_page: dict[str, dict[str, list[Publication]]] = {}
        for publication in _publications(records):
            words = frozenset(title_words(publication.title))
            if len(words) >= FEWEST_WORDS:
                by_word.setdefault(max(words, key=lambda word: (len(word), word)), []).append((publication, words))
            page = publication.pages.partition("-")[0].strip().casefold()
            if publication.volume and page:
                by_page.setdefault(page, {}).setdefault(publication.volume.casefold(), []).append(publication)
        return cls(by_word=by_word, by_page=by_page)

    @property
    def is_empty(self) -> bool:
        return not self.by_word and not self.by_page

    def near(self, reference: Reference) -> tuple[Publication, ...]:
        """The publications that an entry may mean."""
        words = set(title_words(f"{reference.title} {reference.text}"))
        found = {
            publication.identifier: publication
            for word in words & self.by_word.keys()
            for publication, title in self.by_word[word]
            if len(title & words) >= MOST_OF_A_TITLE * len(title)
        }
        for page in words & self.by_page.keys():
            for volume in words & self.by_page[page].keys():
                found |= {publication.identifier: publication for publication in self.by_page[page][volume]}
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
