"""PubMed records as a search engine sees them: words by field, dates by field, and an index over all versions."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

ET.register_namespace("mml", "http://www.w3.org/1998/Math/MathML")

Words = tuple[str, ...]
_WORD = re.compile(r"[a-z0-9]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_LANGUAGES = {
    "eng": "english",
    "fre": "french",
    "ger": "german",
    "spa": "spanish",
    "ita": "italian",
    "jpn": "japanese",
    "chi": "chinese",
    "por": "portuguese",
    "rus": "russian",
    "dut": "dutch",
    "pol": "polish",
}


_PATHS: dict[str, tuple[str, ...]] = {
    "UID": ("PMID",),
    "TITL": ("Article/ArticleTitle", "Article/VernacularTitle", "ArticleTitle", "Book/BookTitle"),
    "ABST": (".//Abstract/AbstractText", "OtherAbstract/AbstractText"),
    "OTRM": ("KeywordList/Keyword",),
    "PTYP": (".//PublicationType",),
    "MAJR": (".//MeshHeading/*[@MajorTopicYN='Y']",),
    "SUBH": (".//MeshHeading/QualifierName",),
    "SUBS": (".//NameOfSubstance",),
    "JOUR": (
        *(".//Journal/Title", ".//Journal/ISOAbbreviation", ".//Journal/ISSN"),
        *("MedlineJournalInfo/MedlineTA", "MedlineJournalInfo/NlmUniqueID", "MedlineJournalInfo/ISSNLinking"),
    ),
    "VOL": (".//JournalIssue/Volume",),
    "ISS": (".//JournalIssue/Issue",),
    "PAGE": (".//Pagination/MedlinePgn",),
    "COLN": (".//CollectiveName",),
    "AFFL": (".//Affiliation",),
    "LANG": (".//Language",),
    "GRNT": (".//GrantID",),
    "SI": (".//AccessionNumber",),
    "LID": ("Article/ELocationID",),
}
"""Where the text of a search field stands in a record; the fields that need more than a path are in :func:`_fields`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One version of one record. ``fields`` maps a field's name to the phrases it holds, ``days`` to its dates."""

    pmid: str
    xml: str
    status: str
    fields: dict[str, tuple[Words, ...]]
    days: dict[str, tuple[date, ...]]
    links: frozenset[str]

    def words(self) -> set[str]:
        """Every word under which the record can be found."""
        return {word for phrases in self.fields.values() for phrase in phrases for word in phrase}


def split_words(text: str) -> Words:
    """Cut a text into the words PubMed indexes: lower case, no accents, no punctuation."""
    if not text.isascii():
        text = _ACCENT.sub("", unicodedata.normalize("NFKD", text))
    return tuple(_WORD.findall(text.lower()))


def read_article(element: ET.Element) -> Article:
    """Read a ``PubmedArticle`` or ``PubmedBookArticle``. Raises ``ValueError`` when it has no PMID of its own."""
    citation = element.find("MedlineCitation")
    body = citation if citation is not None else element.find("BookDocument")
    pmid = body.findtext("PMID", "").strip() if body is not None else ""
    if body is None or not pmid.isdigit():
        raise ValueError("a record without its own PMID")
    return Article(
        pmid=pmid,
        xml=ET.tostring(element, encoding="unicode").strip(),
        status=body.get("Status", ""),
        fields=_fields(element, body),
        days=_days(element, body),
        links=frozenset(link.get("RefType", "") for link in body.iterfind(".//CommentsCorrections")),
    )


class Index:
    """All versions of all records by the words in them. Numbers are positions in the list it was made from."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles = list(articles)
        self._postings: dict[str, set[int]] = {}
        for number, article in enumerate(self.articles):
            for word in article.words():
                self._postings.setdefault(word, set()).add(number)
        self._vocabulary = sorted(self._postings)

    def holding(self, word: str) -> set[int]:
        """The versions that hold a word; with a ``*`` at its end, any word that begins so."""
        if not word.endswith("*"):
            return self._postings.get(word, set())
        return set().union(*(self._postings[longer] for longer in self._beginning(word[:-1])))

    def _beginning(self, stem: str) -> Iterator[str]:
        for position in range(bisect_left(self._vocabulary, stem), len(self._vocabulary)):
            if not self._vocabulary[position].startswith(stem):
                return
            yield self._vocabulary[position]


def _texts(element: ET.Element, *paths: str) -> list[str]:
    return ["".join(found.itertext()) for path in paths for found in element.iterfind(path)]


def _fields(element: ET.Element, body: ET.Element) -> dict[str, tuple[Words, ...]]:
    plain = {name: _texts(body, *paths) for name, paths in _PATHS.items()}
    headings = list(_headings(body))
    words = [*plain["TITL"], *plain["ABST"], *plain["OTRM"]]
    authors = [_name(author) for author in body.iterfind(".//AuthorList/Author") if author.find("LastName") is not None]
    texts = plain | {
        "TIAB": words,
        "WORD": [*words, *headings, *plain["PTYP"]],
        "MESH": headings,
        "MHNX": headings,
        "AUTH": authors,
        "FAUT": authors[:1],
        "LAUT": authors[-1:],
        "LANG": [word for code in plain["LANG"] for word in (code, _LANGUAGES.get(code.lower(), code))],
        "AID": _texts(element, "PubmedData/ArticleIdList/ArticleId", "PubmedBookData/ArticleIdList/ArticleId"),
    }
    phrases = {name: tuple(filter(None, map(split_words, found))) for name, found in texts.items()}
    return {name: found for name, found in phrases.items() if found}


def _headings(body: ET.Element) -> Iterator[str]:
    for heading in body.iterfind(".//MeshHeading"):
        name = heading.findtext("DescriptorName", "")
        yield name
        yield from (f"{name}/{qualifier.text}" for qualifier in heading.iterfind("QualifierName"))


def _name(author: ET.Element) -> str:
    return f"{author.findtext('LastName', '')} {author.findtext('Initials', '')}"


def _days(element: ET.Element, body: ET.Element) -> dict[str, tuple[date, ...]]:
    history = {entry.get("PubStatus"): entry for entry in element.iterfind("*/History/PubMedPubDate")}
    issue = [day for found in body.iterfind(".//JournalIssue/PubDate") if (day := _day(found))]
    electronic = [day for found in body.iterfind(".//ArticleDate") if (day := _day(found))]
    entered = _only(_day(history.get("entrez")))
    days = {
        "EDAT": entered,
        "MHDA": _only(_day(history.get("medline"))) or entered,
        "PPDT": tuple(issue),
        "EPDT": tuple(electronic),
        "PDAT": (*issue, *electronic),
        "CDAT": _only(_day(body.find("DateCompleted"))),
        "MDAT": _only(_day(body.find("DateRevised"))) or entered,
    }
    return {name: found for name, found in days.items() if found}


def _only(day: date | None) -> tuple[date, ...]:
    return (day,) if day else ()


def _day(element: ET.Element | None) -> date | None:
    """The first day of what a date element says; NCBI sorts free text (MedlineDate) by its leading year."""
    if element is None:
        return None
    free = re.match(r"(\d{4})(?:\s+([A-Za-z]{3}))?", element.findtext("MedlineDate", ""))
    year, month = (free[1], free[2] or "1") if free else (element.findtext("Year", ""), element.findtext("Month", "1"))
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower(), 1)
    try:
        return date(int(year), number, int(element.findtext("Day", "1")))
    except ValueError:
        return None
