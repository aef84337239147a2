"""Citations: what a reference says of the thing it means, and what looking it up came to."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.domain.articles import Reference, Resolution
from monitor.domain.identifiers import Identifier
from monitor.domain.records import Publication, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a reference says of the thing it means; every part may be empty. ``text`` is the whole entry."""

    key: str
    text: str
    title: str = ""
    journal: str = ""
    year: int | None = None
    volume: str = ""
    issue: str = ""
    first_page: str = ""
    last_page: str = ""
    first_author: str = ""
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that may be meant, with how sure we are and why."""

    identifier: Identifier
    title: str
    confidence: float
    because: str
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The outcome of resolving one citation; ``identifiers`` are what is certain, whatever the ``status``."""

    status: Resolution
    identifiers: tuple[Identifier, ...] = ()
    confidence: float | None = None
    candidates: tuple[Candidate, ...] = ()
    because: str


def as_written(reference: Reference) -> Citation:
    """A reference as its page gave it, without taking its words apart."""
    return Citation(
        key=reference.key,
        text=reference.text,
        title=reference.title,
        journal=reference.source,
        year=reference.year,
        identifiers=reference.identifiers,
    )


def as_publication(work: Work) -> Publication:
    """A work of Crossref in the shape in which records are compared with citations."""
    return Publication(
        identifier=work.identifier,
        title=work.title,
        journal=work.journal,
        journal_abbreviation=work.journal_abbreviation,
        published=work.published,
        volume=work.volume,
        issue=work.issue,
        pages=work.pages,
        authors=work.authors,
        doi=work.identifier.value,
    )
