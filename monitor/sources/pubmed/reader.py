"""PubMed XML of all eras → publications, streaming, without a DTD and without the network."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from monitor.domain.records import Publication
from monitor.sources.pubmed.fields import read_book, read_citation, unknown_values

READER = "pubmed-1"
RECORD_TAGS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation", "DeleteCitation")
ROOTS = {"PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet", "PubmedArticle", "PubmedBookArticle",
         "MedlineCitation"}


class UnreadableXml(ValueError):
    """The bytes are not a whole set of PubMed records: cut, foreign, or an error message. Nothing of it may be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSet:
    """All of one answer: records in their order, PMIDs it says are deleted, and (field, value) pairs nobody knows."""

    publications: tuple[Publication, ...]
    deleted: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]


def read_set(body: bytes) -> ReadSet:
    """Read a whole answer. Raises :class:`UnreadableXml`."""
    publications: list[Publication] = []
    deleted: list[str] = []
    unknown: list[tuple[str, str]] = []
    for element in _records(io.BytesIO(body)):
        if element.tag == "DeleteCitation":
            deleted += [text for pmid in element.iter("PMID") if (text := (pmid.text or "").strip())]
            continue
        publications.append(_read(element))
        unknown += unknown_values(element)
    return ReadSet(publications=tuple(publications), deleted=tuple(deleted), unknown=tuple(dict.fromkeys(unknown)))


def read_articles(body: bytes | BinaryIO) -> Iterator[Publication]:
    """The records one by one, in constant memory. Raises :class:`UnreadableXml` where the text breaks off."""
    for element in _records(io.BytesIO(body) if isinstance(body, bytes) else body):
        if element.tag != "DeleteCitation":
            yield _read(element)


def read_recording(body: bytes) -> Publication:
    """The one record of a recorded answer. Raises :class:`UnreadableXml` when there is none."""
    for publication in read_articles(body):
        return publication
    raise UnreadableXml("holds no PubMed record")


def split(body: bytes) -> Iterator[tuple[Publication, bytes]]:
    """Each record with its own XML as a set of one, which reads back to the equal record."""
    for element in _records(io.BytesIO(body)):
        if element.tag == "DeleteCitation":
            continue
        own = etree.tostring(element, encoding="utf-8", with_tail=False)
        yield _read(element), b"<PubmedArticleSet>" + own + b"</PubmedArticleSet>"


def _read(element: etree._Element) -> Publication:
    try:
        return read_book(element) if element.tag == "PubmedBookArticle" else read_citation(element)
    except ValueError as error:
        raise UnreadableXml(str(error)) from None


def _records(stream: BinaryIO) -> Iterator[etree._Element]:
    """Record elements, each emptied after use."""
    events = etree.iterparse(stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
                             huge_tree=False)
    depth, inside = 0, 0
    try:
        for event, element in events:
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1 and element.tag not in ROOTS:
                raise UnreadableXml(f"the root element is {str(element.tag)[:80]!r}, not a set of PubMed records")
            if element.tag not in RECORD_TAGS:
                continue
            inside += 1 if event == "start" else -1
            if event == "end" and inside == 0:
                yield element
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise UnreadableXml(f"the XML is broken or cut: {error.msg}") from None


def _forget(element: etree._Element) -> None:
    parent = element.getparent()
    element.clear()
    while parent is not None and (previous := element.getprevious()) is not None:
        parent.remove(previous)
