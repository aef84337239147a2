"""Our own reader of PubMed records: fast, streaming, across every era of the DTD, without needing any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from monitor.domain.identifiers import Identifier
from monitor.domain.records import Publication
from monitor.sources.pubmed.articles import read_article
from monitor.sources.pubmed.books import read_book
from monitor.sources.pubmed.elements import (
    ARTICLE,
    BOOK,
    DELETIONS,
    ByteStream,
    Element,
    UnreadableXml,
    parts_of,
    text_of,
)
from monitor.sources.pubmed.fields import Notes, as_pmid, own_identifier, version_of
from monitor.sources.pubmed.searched import read_searched
from monitor.sources.pubmed.shapes import unknown_of_document

READER = "pubmed-2"
"""Changes with every change of what is read from the same bytes."""

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>'
)
"""The document type stays, so that a kept record may use the entities that it declares."""
_FOOT = b"</PubmedArticleSet>\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """One record with its own bytes as a set of one, and the (field, value) pairs the reader does not know."""

    publication: Publication
    raw: bytes
    unknown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSet:
    """A whole set: its records, the PMIDs it declares deleted, and the values the reader does not know."""

    publications: tuple[Publication, ...] = ()
    deleted: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """One record of a stream, until the next one is asked for: only what is wanted of it is read or copied."""

    part: Element
    citation: Element
    identifier: Identifier
    version: int
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def pmid(self) -> str:
        """The record's own PMID."""
        return self.identifier.value

    def publication(self, notes: Notes | None = None) -> Publication:
        """All fields. Raises :class:`UnreadableXml`."""
        notes = Notes() if notes is None else notes
        if self.part.tag == BOOK:
            return read_book(self.part, notes)
        return read_article(self.citation, self._data(), notes)

    def searched(self, notes: Notes | None = None) -> Publication:
        """The fields that standing queries ask for. Raises :class:`UnreadableXml`."""
        if self.part.tag == BOOK:
            return self.publication(notes)
        notes = Notes() if notes is None else notes
        return read_searched(self.citation, self._data(), notes, identifier=self.identifier, version=self.version)

    def raw(self) -> bytes:
        """Its own bytes, as a set of one."""
        return _HEAD + etree.tostring(self.part, encoding="UTF-8", xml_declaration=False, with_tail=False) + _FOOT

    def read(self) -> ReadRecord:
        """All of it, to be kept."""
        notes = Notes(self.unknown)
        return ReadRecord(publication=self.publication(notes), raw=self.raw(), unknown=notes.unknown)

    def _data(self) -> Element | None:
        return self.part.find("PubmedData") if self.part.tag == ARTICLE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """PMIDs, each with its version, that PubMed no longer holds."""

    pmids: tuple[tuple[str, int], ...]


Passed: TypeAlias = Passing | Deleted


def stream(body: bytes | ByteStream) -> Iterator[Passed]:
    """The records and deletions of a set in order, one at a time in memory.

    Raises :class:`UnreadableXml` for anything but a complete set, maybe only after the last record: until then
    nothing of the set may be believed.
    """
    unknown = None
    for part in parts_of(body):
        if unknown is None:
            unknown = unknown_of_document(part)
        yield _deleted(part) if part.tag in DELETIONS else _passing(part, unknown)


def read_articles(body: bytes | ByteStream) -> Iterator[Publication]:
    """The records of a set in order, one at a time in memory.

    Raises :class:`UnreadableXml` for anything but a complete set, maybe only after the first records were given.
    """
    notes = Notes()
    for passed in stream(body):
        if isinstance(passed, Passing):
            yield passed.publication(notes)


def read_set(body: bytes | ByteStream) -> ReadSet:
    """All of a set, or :class:`UnreadableXml`: nothing is read from a part of one."""
    notes = Notes()
    publications: list[Publication] = []
    deleted: list[str] = []
    for passed in stream(body):
        if isinstance(passed, Deleted):
            deleted += [pmid for pmid, _ in passed.pmids]
        else:
            notes.note_all(passed.unknown)
            publications.append(passed.publication(notes))
    return ReadSet(publications=tuple(publications), deleted=tuple(deleted), unknown=notes.unknown)


def read_records(body: bytes | ByteStream) -> tuple[ReadRecord, ...]:
    """The records of a complete set, each with what is kept of it; or :class:`UnreadableXml`."""
    return tuple(passed.read() for passed in stream(body) if isinstance(passed, Passing))


def read_recording(body: bytes) -> Publication:
    """Read one kept or recorded record. Raises :class:`UnreadableXml` when there is not exactly one."""
    publications = tuple(read_articles(body))
    if len(publications) != 1:
        raise UnreadableXml(f"one record was expected, here are {len(publications)}")
    return publications[0]


def _passing(part: Element, unknown: tuple[tuple[str, str], ...]) -> Passing:
    citation = _citation(part)
    own = citation.find("PMID")
    return Passing(
        part=part, citation=citation, identifier=own_identifier(own), version=version_of(own), unknown=unknown
    )


def _citation(part: Element) -> Element:
    path = {ARTICLE: "MedlineCitation", BOOK: "BookDocument"}.get(str(part.tag))
    citation = part.find(path) if path else part
    if citation is None:
        raise UnreadableXml(f"a {part.tag!s} without its {path}")
    return citation


def _deleted(part: Element) -> Deleted:
    found = ((as_pmid(text_of(element)), version_of(element)) for element in part.findall("PMID"))
    return Deleted(pmids=tuple((pmid, version) for pmid, version in found if pmid is not None))
