"""A slow and obvious reading of a query against one record, straight from PubMed's help: what the engine is held to.

Shares only the tree of the query with the engine: text is searched as text, letter by letter where need be.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from functools import cache

from monitor.domain.records import Publication
from monitor.domain.topics.query import And, Days, Field, Name, Not, Or, Query, Words


def answers(record: Publication, query: Query) -> bool:
    """Whether a record answers a query."""
    match query:
        case And(parts):
            return all(answers(record, part) for part in parts)
        case Or(parts):
            return any(answers(record, part) for part in parts)
        case Not(kept, excluded):
            return answers(record, kept) and not answers(record, excluded)
        case Words(field, words, truncated):
            ending = r"\w*" if truncated else ""
            wanted = re.compile(rf"(?<!\S){' '.join(map(re.escape, words))}{ending}(?!\S)")
            return any(wanted.search(text) for text in texts(record, field))
        case Name(field, name, truncated):
            return any(value.startswith(name) if truncated else value == name for value in names(record, field))
        case Days(field, first, last):
            return any(start <= last and first <= end for start, end in days(record, field))


def texts(record: Publication, field: Field) -> list[str]:
    """The running texts of a field, each with single spaces between its words."""
    keywords = list(record.keywords)
    found = {
        Field.TITLE: [record.title],
        Field.KEYWORD: keywords,
        Field.TITLE_ABSTRACT: [record.title, record.abstract, *keywords],
    }[field]
    return [spaced(text) for text in found]


@cache
def spaced(text: str) -> str:
    """Letters and digits without case and accents, everything else one space."""
    letters = []
    for letter in unicodedata.normalize("NFKD", text.casefold()):
        if unicodedata.combining(letter):
            continue
        letters.append(letter if letter.isalnum() else " ")
    return " ".join("".join(letters).split())


@cache
def plain(text: str) -> str:
    """A name without case, accents and needless spaces."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())


def names(record: Publication, field: Field) -> list[str]:
    """The whole values of a field."""
    match field:
        case Field.PMID:
            return [record.pmid]
        case Field.HEADING:
            with_qualifiers = [f"{item.name}/{word}" for item in record.mesh for word in item.qualifiers]
            return [plain(name) for name in (*(item.name for item in record.mesh), *with_qualifiers)]
        case Field.MAJOR_HEADING:
            return [plain(item.name) for item in record.mesh if item.major]
        case Field.TYPE:
            return [plain(item.name) for item in record.publication_types]
        case Field.JOURNAL:
            journal = (record.journal_abbreviation, record.journal, record.issn, record.nlm_id)
            return [plain(name) for name in journal if name]
        case Field.LANGUAGE:
            return [plain(code) for code in record.languages]
        case _:
            raise AssertionError(field)


def days(record: Publication, field: Field) -> list[tuple[date, date]]:
    """The days a record may be dated, from and to."""
    if field is Field.CREATED:
        known = [entry.day for entry in record.history if entry.status in ("entrez", "pubmed")]
        return [(min(known), min(known))] if known else []
    found = []
    for text in (record.published, record.published_electronically):
        if re.fullmatch(r"\d{4}", text):
            found.append((date(int(text), 1, 1), date(int(text), 12, 31)))
        elif re.fullmatch(r"\d{4}-\d\d", text):
            year, month = int(text[:4]), int(text[5:])
            found.append((date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])))
        elif re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            found.append((date.fromisoformat(text), date.fromisoformat(text)))
    return found
