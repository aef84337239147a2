"""Which rows concern what is watched: by the paper's DOI, its PMID, or, where a row has neither, its title. Pure."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping

from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import PollRequest
from monitor.domain.records import Record
from monitor.domain.titles import title_words
from monitor.domain.works import RetractionEntry
from monitor.sources.retraction_watch import cells
from monitor.sources.retraction_watch.entries import Found
from monitor.sources.retraction_watch.reader import READER, Census, Row

FEWEST_WORDS = 5
"""Shorter titles are shared by many papers (“Reply”, “Letter to the editor”)."""

_MARKUP = re.compile(r"</?[a-z][^<>]{0,60}>", re.IGNORECASE)
_MARK = re.compile(
    r"\W*(?:(?:NOTICE\s+OF\s+)?RETRACT(?:ED|ION)|WITHDRAWN|(?:TEMPORARY\s+)?REMOVAL|REMOVED|EXPRESSION\s+OF\s+CONCERN)"
    r"(?:\s+(?:ARTICLE|CHAPTER|PAPER|NOTICE|NOTE))?\s*[:\]]",
    re.IGNORECASE,
)
_SCHEMES = (Scheme.DOI, Scheme.PUBMED)


class Watched:
    """What is watched, and the rows that were read before."""

    def __init__(self, request: PollRequest) -> None:
        self._dois = _values(request.identifiers, Scheme.DOI)
        self._pmids = _values(request.identifiers, Scheme.PUBMED)
        self._titles = _by_title(request.titles)
        self.held = _listed(request.held)

    def find(self, row: Row, census: Census) -> Found | None:
        """What a row is about, if that is watched or was when the row was last read; its DOI says so before its PMID.

        A DOI that nobody watches gives way to a PMID whose title the row has, too: such a DOI may be mistyped.
        Identifiers that cannot be read, and titles that several watched publications share, are noted.
        """
        doi, pmid = cells.doi(row["OriginalPaperDOI"]), cells.pmid(row["OriginalPaperPubMedID"])
        for name, read in (("OriginalPaperDOI", doi), ("OriginalPaperPubMedID", pmid)):
            if not read and not cells.says_nothing(row[name]):
                census.note(name, row[name])
        if doi in self._dois:
            return Found(about=Identifier(Scheme.DOI, doi), matched_by="doi")
        if pmid in self._pmids:
            return self._by_pmid(row, doi, pmid)
        found = None if doi or pmid else self._by_title(row, census)
        return found or self._as_held(row, doi, pmid)

    def _by_pmid(self, row: Row, doi: str, pmid: str) -> Found:
        held, paper = self._as_held(row, doi, pmid), Identifier(Scheme.PUBMED, pmid)
        if held is not None and held.matched_by == "pmid":
            return held
        has_its_title = paper in self._titles.get(compared(row["Title"]), ())
        about = Identifier(Scheme.DOI, doi) if doi and not has_its_title else paper
        return Found(about=about, matched_by="pmid")

    def _by_title(self, row: Row, census: Census) -> Found | None:
        sharing = self._titles.get(compared(row["Title"]), ())
        if not sharing:
            return None
        if len({identifier.scheme for identifier in sharing}) < len(sharing):
            census.note("Title of several watched publications", row["Title"])
            return None
        return Found(about=min(sharing, key=lambda identifier: _SCHEMES.index(identifier.scheme)), matched_by="title")

    def _as_held(self, row: Row, doi: str, pmid: str) -> Found | None:
        """A row that still names the paper it named is about that one, also when nobody watches it any more."""
        entry = self.held.get(row["Record ID"])
        if entry is None:
            return None
        named = (entry.paper_doi, entry.paper_pmid)
        by_title = named == ("", "") and compared(entry.title) == compared(row["Title"])
        same = by_title or (named != ("", "") and named == (doi, pmid))
        return Found(about=entry.about, matched_by=entry.matched_by) if same else None


def compared(title: str) -> tuple[str, ...]:
    """What is compared of a title: its words without markup and without a mark such as “RETRACTED:” before them."""
    plain = _MARKUP.sub(" ", html.unescape(title))
    return tuple(title_words(_MARK.sub("", plain, count=1) if _MARK.match(plain) else plain))


def digest_of_watched(request: PollRequest) -> str:
    """What a row's match depends on besides the row: the watched identifiers and titles, and the reader itself."""
    titles = sorted(f"{identifier} {' '.join(compared(title))}" for identifier, title in request.titles.items())
    text = "\n".join((READER, *sorted(map(str, request.identifiers)), "", *titles))
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _values(identifiers: Iterable[Identifier], scheme: Scheme) -> frozenset[str]:
    return frozenset(identifier.value for identifier in identifiers if identifier.scheme is scheme)


def _by_title(titles: Mapping[Identifier, str]) -> dict[tuple[str, ...], tuple[Identifier, ...]]:
    found: dict[tuple[str, ...], tuple[Identifier, ...]] = {}
    for identifier in sorted(identifier for identifier in titles if identifier.scheme in _SCHEMES):
        words = compared(titles[identifier])
        if len(words) >= FEWEST_WORDS:
            found[words] = (*found.get(words, ()), identifier)
    return found


def _listed(held: Iterable[Record]) -> dict[str, RetractionEntry]:
    """The rows as last read by Record ID, without those that were gone then."""
    entries = (record for record in held if isinstance(record, RetractionEntry))
    return {entry.identifier.value: entry for entry in entries if entry.state == "listed"}
