"""The records of one file as they pass by: first their numbers, and all of a record only where it is wanted."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from lxml import etree

from monitor.domain.records import Publication
from monitor.sources.pubmed.articles import read_article
from monitor.sources.pubmed.books import read_book
from monitor.sources.pubmed.elements import (
    ARTICLE,
    BOOK,
    DELETIONS,
    Element,
    UnreadableXml,
    all_at,
    parts_of,
    text_at,
)
from monitor.sources.pubmed.fields import Notes, as_pmid, own_identifier, version_of
from monitor.sources.pubmed.reader import ReadRecord

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE PubmedArticleSet SYSTEM '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>'
)
_FOOT = b"</PubmedArticleSet>\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """One record, until the next one is asked for. ``named`` are the PMIDs of the records that it is linked to."""

    part: Element
    pmid: str
    version: int
    named: frozenset[str]

    def read(self) -> ReadRecord:
        """All of it, with its own bytes as a set of one."""
        notes = Notes()
        raw = _HEAD + etree.tostring(self.part, encoding="UTF-8", xml_declaration=False, with_tail=False) + _FOOT
        return ReadRecord(publication=_publication(self.part, notes), raw=raw, unknown=notes.unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """PMIDs, each with its version, that PubMed no longer holds."""

    pmids: tuple[tuple[str, int], ...]


Passed: TypeAlias = Passing | Deleted


def stream_records(file: BinaryIO) -> Iterator[Passed]:
    """The records and deletions of a packed file in order, one at a time in memory.

    Raises :class:`UnreadableXml`, maybe only after the last record: until then nothing of the file may be believed.
    """
    try:
        with gzip.open(file) as unpacked:
            for part in parts_of(unpacked):
                yield _deleted(part) if part.tag in DELETIONS else _passing(part)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableXml(f"no gzip, or cut: {error}") from None


def _passing(part: Element) -> Passing:
    citation = _citation(part)
    own = citation.find("PMID")
    named = (as_pmid(text_at(link, "PMID")) for link in all_at(citation, "CommentsCorrectionsList/CommentsCorrections"))
    return Passing(
        part=part,
        pmid=own_identifier(own).value,
        version=version_of(own),
        named=frozenset(pmid for pmid in named if pmid is not None),
    )


def _citation(part: Element) -> Element:
    path = {ARTICLE: "MedlineCitation", BOOK: "BookDocument"}.get(str(part.tag))
    citation = part.find(path) if path else part
    if citation is None:
        raise UnreadableXml(f"a {part.tag!s} without its {path}")
    return citation


def _publication(part: Element, notes: Notes) -> Publication:
    if part.tag == BOOK:
        return read_book(part, notes)
    return read_article(_citation(part), part.find("PubmedData") if part.tag == ARTICLE else None, notes)


def _deleted(part: Element) -> Deleted:
    found = ((as_pmid(element.text or ""), version_of(element)) for element in part.findall("PMID"))
    return Deleted(pmids=tuple((pmid, version) for pmid, version in found if pmid is not None))
