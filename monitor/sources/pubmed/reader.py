"""Our own reader of PubMed records: fast, streaming, across every era of the DTD, without needing any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from monitor.domain.records import Publication
from monitor.sources.pubmed.articles import read_article
from monitor.sources.pubmed.books import read_book
from monitor.sources.pubmed.elements import (
    ARTICLE,
    BOOK,
    DELETIONS,
    RECORDS,
    ByteStream,
    Element,
    UnreadableXml,
    parts_of,
    text_of,
)
from monitor.sources.pubmed.fields import Notes, as_pmid

READER = "pubmed-1"
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


def read_articles(body: bytes | ByteStream) -> Iterator[Publication]:
    """The records of a set in order, one at a time in memory.

    Raises :class:`UnreadableXml` for anything but a complete set, maybe only after the first records were given.
    """
    notes = Notes()
    for part in parts_of(body):
        if part.tag in RECORDS:
            yield _read(part, notes)


def read_set(body: bytes | ByteStream) -> ReadSet:
    """All of a set, or :class:`UnreadableXml`: nothing is read from a part of one."""
    notes = Notes()
    publications: list[Publication] = []
    deleted: list[str] = []
    for part in parts_of(body):
        if part.tag in DELETIONS:
            deleted += _deleted(part)
        else:
            publications.append(_read(part, notes))
    return ReadSet(publications=tuple(publications), deleted=tuple(deleted), unknown=notes.unknown)


def read_records(body: bytes | ByteStream) -> tuple[ReadRecord, ...]:
    """The records of a complete set, each with what is kept of it; or :class:`UnreadableXml`."""
    return tuple(_kept(part) for part in parts_of(body) if part.tag in RECORDS)


def read_recording(body: bytes) -> Publication:
    """Read one kept or recorded record. Raises :class:`UnreadableXml` when there is not exactly one."""
    publications = tuple(read_articles(body))
    if len(publications) != 1:
        raise UnreadableXml(f"one record was expected, here are {len(publications)}")
    return publications[0]


def _kept(part: Element) -> ReadRecord:
    notes = Notes()
    raw = _HEAD + etree.tostring(part, encoding="UTF-8", xml_declaration=False, with_tail=False) + _FOOT
    return ReadRecord(publication=_read(part, notes), raw=raw, unknown=notes.unknown)


def _read(part: Element, notes: Notes) -> Publication:
    if part.tag == BOOK:
        return read_book(part, notes)
    if part.tag != ARTICLE:
        return read_article(part, None, notes)
    citation = part.find("MedlineCitation")
    if citation is None:
        raise UnreadableXml("an article record without a MedlineCitation")
    return read_article(citation, part.find("PubmedData"), notes)


def _deleted(part: Element) -> list[str]:
    pmids = [as_pmid(text_of(element)) for element in part.findall("PMID")]
    return [pmid for pmid in pmids if pmid is not None]
