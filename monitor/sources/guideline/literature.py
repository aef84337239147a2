"""A guideline publisher whose guidelines are articles, as a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Protocol

from monitor.domain.channels import Example
from monitor.domain.identifiers import Identifier, Scheme, pubmed
from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest, Reading, Unreadable
from monitor.domain.publications import Publication, PublicationType
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument
from monitor.sources.guideline.shelf import (
    READER,
    Shelf,
    document,
    from_cursor,
    pack,
    to_cursor,
    unpack,
    with_records,
    without,
)


class Literature(Protocol):
    """Where articles are searched for."""

    def published(self, query: str, *, first: date, last: date) -> tuple[Publication, ...] | Failure:
        """What answers a query and came in or was indexed in these days; and all that answers it and was retracted."""
        ...

    def read(self, pmids: Sequence[str]) -> tuple[Publication, ...] | Failure:
        """These records as they are now; those that are no longer held are not among them."""
        ...


class LiteraturePublisher:
    """Polls one publisher by its recipe: the first time for years back, then for what came since."""

    def __init__(self, literature: Literature, publisher: Publisher) -> None:
        self.name = f"guideline:{publisher.key}"
        self.reader = f"{READER}+{publisher.rules_digest}"
        self._literature = literature
        self._publisher = publisher
        self._channel = publisher.literature

    def poll(self, request: PollRequest) -> PollOutcome:
        """Read what came since the cursor, and the articles of the guidelines that are to be read again.

        All or nothing. A query that finds no guideline at all is a broken one, never calm. A watched guideline that no
        article is known of is told as a trouble, and not covered.
        """
        if request.watch != "list":
            return Unreadable(reason=f"{self.name} has no watch of kind {request.watch!r}")
        before = from_cursor(request.cursor, self.reader)
        today = request.now.date()
        first = _first_day(before, today, self._channel.look_back)
        found = self._literature.published(self._channel.query, first=first, last=today)
        if not isinstance(found, tuple):
            return found
        asked = _articles_of(before, request.unread)
        again = self._literature.read(asked)
        if not isinstance(again, tuple):
            return again
        held = without(before, set(asked) - {record.pmid for record in again})
        shelf = with_records(replace(held, day=today.isoformat()), self._publisher, (*found, *again))
        if not shelf.editions:
            return Unreadable(reason=f"the query finds nothing that is a guideline: {self._channel.query}")
        return self._polled(request, before, shelf, window=(first, today))

    def reread(self, raw: bytes) -> GuidelineDocument:
        """Read a kept guideline with today's reader. Raises ``ValueError`` for what is none."""
        return unpack(raw, self._publisher)

    def _polled(self, request: PollRequest, before: Shelf, shelf: Shelf, *, window: tuple[date, date]) -> Polled:
        known = [identity for identity in request.identifiers if shelf.of(identity)]
        changed = {name for name, articles in shelf.editions.items() if before.editions.get(name) != articles}
        changed |= {identity.value for identity in request.unread if shelf.of(identity)}
        return Polled(
            readings=tuple(self._reading(Identifier.of(Scheme.GUIDELINE, name), shelf) for name in sorted(changed)),
            confirmed=tuple(identity for identity in known if identity.value not in changed),
            covered=tuple(known),
            troubles=tuple(
                f"no article is known of {identity}" for identity in request.identifiers if not shelf.of(identity)
            ),
            cursor=to_cursor(shelf, self.reader),
            data_version=f"{len(shelf.editions)} guidelines",
            window_start=window[0],
            window_end=window[1],
        )

    def _reading(self, identity: Identifier, shelf: Shelf) -> Reading:
        articles = shelf.of(identity)
        read = document(self._publisher, identity, articles)
        return Reading(record=read, raw=pack(identity, articles), url=read.url)


def read_example(example: Example, publisher: Publisher) -> GuidelineDocument | None:
    """What a poll that found the record of an example would read; None where it is no guideline."""
    shelf = with_records(Shelf(), publisher, (as_publication(example.record),))
    for name, articles in shelf.editions.items():
        return document(publisher, Identifier.of(Scheme.GUIDELINE, name), articles)
    return None


def as_publication(record: Mapping[str, Any]) -> Publication:
    """The record of an example as PubMed would show it."""
    collective = str(record["collective"])
    return Publication(
        identifier=pubmed("1"),
        title=str(record["title"]),
        journal_abbreviation=str(record["journal"]),
        published=str(record["date"]),
        collectives=(collective,) if collective else (),
        publication_types=tuple(PublicationType(ui="", name=name) for name in record["types"]),
    )


def _first_day(shelf: Shelf, today: date, look_back: int) -> date:
    if shelf.day:
        return min(date.fromisoformat(shelf.day), today)
    return today - timedelta(days=366 * look_back)


def _articles_of(shelf: Shelf, identities: Iterable[Identifier]) -> tuple[str, ...]:
    return tuple(article.pmid for identity in sorted(identities) for article in shelf.of(identity))
