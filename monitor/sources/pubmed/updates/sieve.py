"""What of a file is handed out: watched records, notices about them, and answers to standing queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Reading
from monitor.domain.records import Publication
from monitor.domain.rules.publication import SHOWN_ON_THE_NOTICE, is_notice
from monitor.domain.topics.days import created_on
from monitor.sources.pubmed import naming
from monitor.sources.pubmed.fields import Notes
from monitor.sources.pubmed.reader import Deleted, Passed, Passing, ReadRecord, read_records


class Matcher(Protocol):
    """Knows the standing queries."""

    def wants(self, record: Publication) -> bool:
        """Whether a record could be an answer at all."""
        ...

    def answered(self, records: Sequence[Publication]) -> Sequence[tuple[str, ...]]:
        """For each record the names of the topics that it answers."""
        ...


MATCHED_AT_A_TIME = 7_500
"""Each portion costs a look at every topic; the bytes of so many records are a hundred megabytes at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A record that is matched with others: what queries ask for, and its bytes, should it be an answer."""

    searched: Publication
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    record: ReadRecord
    topics: tuple[str, ...]


class Sieve:
    """Takes in a whole file. Of one PMID the newest version counts, of one version the last; deletions come last.

    A record that was created before ``known_until`` is no answer to a topic: it was matched when it was new.
    """

    def __init__(
        self, watched: frozenset[str], *, matcher: Matcher | None = None, known_until: date | None = None
    ) -> None:
        self._watched = watched
        self._matcher = matcher
        self._known_until = known_until
        self._kept: dict[str, _Kept] = {}
        self._waiting: list[_Waiting] = []
        self._deleted: list[tuple[str, int]] = []
        self.unknown: dict[tuple[str, str], None] = {}
        self.unnamed: dict[str, ReadRecord] = {}

    def take_all(self, passed: Iterable[Passed]) -> None:
        """Take in everything that passes, to its end."""
        for one in passed:
            if isinstance(one, Deleted):
                self._deleted += one.pmids
            else:
                self._take(one)
        self._match()
        for pmid, version in self._deleted:
            self._drop(pmid, version)

    def take_named(self, named: naming.Named) -> None:
        """Take in the notices whose papers were looked up."""
        self.unknown.update(dict.fromkeys(named.unknown))
        for record in named.records:
            held = self._kept.get(record.publication.pmid)
            self._put(record, held.topics if held else ())

    def readings(self, published: datetime) -> tuple[Reading, ...]:
        """What is handed out, as it stood when the file was published."""
        return tuple(
            Reading(
                record=kept.record.publication,
                raw=kept.record.raw,
                url=kept.record.publication.identifier.url or "",
                as_of=published,
                topics=kept.topics,
            )
            for kept in self._kept.values()
        )

    def missing(self) -> tuple[Identifier, ...]:
        """The watched records that were deleted, and of which no newer version is here."""
        gone = {pmid for pmid, _ in self._deleted if pmid in self._watched and pmid not in self._kept}
        return tuple(pubmed(pmid) for pmid in sorted(gone, key=int))

    def _take(self, passing: Passing) -> None:
        notes = Notes(passing.unknown)
        searched = passing.searched(notes)
        self.unknown.update(dict.fromkeys(notes.unknown))
        if self._matcher is not None and self._matcher.wants(searched):
            self._await(_Waiting(searched=searched, raw=passing.raw()))
        elif self._is_near(searched):
            self._put(passing.read(), ())
        else:
            self._drop(passing.pmid, passing.version)

    def _await(self, record: _Waiting) -> None:
        self._waiting.append(record)
        if len(self._waiting) >= MATCHED_AT_A_TIME:
            self._match()

    def _match(self) -> None:
        if not self._waiting or self._matcher is None:
            return
        records, self._waiting = self._waiting, []
        answers = self._matcher.answered([record.searched for record in records])
        for record, found in zip(records, answers, strict=True):
            topics = found if self._is_new(record.searched) else ()
            if topics or self._is_near(record.searched):
                self._put(_read_again(record), topics)
            else:
                self._drop(record.searched.pmid, record.searched.version)

    def _put(self, record: ReadRecord, topics: tuple[str, ...]) -> None:
        self.unknown.update(dict.fromkeys(record.unknown))
        publication = record.publication
        held = self._kept.get(publication.pmid)
        if not topics and not self._is_wanted(publication):
            self._drop(publication.pmid, publication.version)
        elif held is None or held.record.publication.version <= publication.version:
            self._kept[publication.pmid] = _Kept(record=record, topics=tuple(topics))
        if naming.is_unnamed(publication):
            self.unnamed[publication.pmid] = record
        else:
            self.unnamed.pop(publication.pmid, None)

    def _drop(self, pmid: str, version: int) -> None:
        self.unnamed.pop(pmid, None)
        held = self._kept.get(pmid)
        if held is not None and held.record.publication.version <= version:
            del self._kept[pmid]

    def _is_near(self, searched: Publication) -> bool:
        """Whether a record may be wanted, which only all of its fields tell."""
        if searched.pmid in self._watched or naming.may_be_unnamed(searched):
            return True
        return not self._watched.isdisjoint(link.pmid for link in searched.links)

    def _is_wanted(self, publication: Publication) -> bool:
        """Watched, or a notice about a watched record. A link of any kind counts where the record is all notice."""
        if publication.pmid in self._watched:
            return True
        all_notice = is_notice(publication)
        return any(
            link.pmid in self._watched and (all_notice or link.ref_type in SHOWN_ON_THE_NOTICE)
            for link in publication.links
        )

    def _is_new(self, publication: Publication) -> bool:
        if self._known_until is None:
            return True
        created = created_on(publication)
        return created is None or created >= self._known_until


def _read_again(record: _Waiting) -> ReadRecord:
    """All of a record that is handed out. Raises ``UnreadableXml``."""
    [read] = read_records(record.raw)
    return replace(read, raw=record.raw)
