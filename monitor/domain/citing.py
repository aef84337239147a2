"""Citations as medical journals print them (the Vancouver style of the ICMJE), from what our own records say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.citations import as_publication
from monitor.domain.publications import Publication
from monitor.domain.records import GuidelineDocument, Record, Trial, Work

MOST_AUTHORS = 6
"""So many authors are named; of more, the first six and “et al.”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation, and which of its parts our record does not have."""

    text: str
    missing: tuple[str, ...] = ()


def cite(record: Record) -> Cited | None:
    """The citation of a record; None for a record that is about another work and is none itself."""
    match record:
        case Publication():
            return _publication(record)
        case Work():
            return _publication(as_publication(record))
        case GuidelineDocument():
            return _guideline(record)
        case Trial():
            return _trial(record)
        case _:
            return None


def _publication(record: Publication) -> Cited:
    pmid = record.identifier.value if record.identifier.scheme == "pubmed" else ""
    year = str(record.year) if record.year else ""
    journal = (record.journal_abbreviation or record.journal).strip().rstrip(".")
    parts = [
        _sentence(_authors((*record.authors, *record.collectives))),
        _sentence(record.title),
        _sentence(f"{record.edition} ed") if record.edition and not journal else "",
        _sentence(journal),
        _sentence(_place(record, year)),
        f"doi:{record.doi}." if record.doi else "",
        f"PMID: {pmid}." if pmid else "",
    ]
    wanted = {
        "authors": record.authors or record.collectives,
        "title": record.title,
        "journal": journal,
        "year": year,
        "volume": record.volume,
        "pages": record.pages,
        "DOI": record.doi,
        "PMID": pmid,
    }
    return Cited(text=_joined(parts), missing=tuple(name for name, value in wanted.items() if not value))


def _guideline(record: GuidelineDocument) -> Cited:
    day = record.updated or record.published
    word = "Updated" if record.updated else "Published"
    is_year = len(record.edition) >= len("2026") and day.startswith(record.edition)
    edition = "" if is_year else record.edition
    parts = [
        _sentence(record.publisher),
        _sentence(record.title),
        _sentence(f"Edition {edition}") if edition else "",
        _sentence(f"{word} {day}") if day else "",
        f"Available from: {record.url}" if record.url else "",
    ]
    wanted = {"publisher": record.publisher, "title": record.title, "date": day, "address": record.url}
    return Cited(text=_joined(parts), missing=tuple(name for name, value in wanted.items() if not value))


def _trial(record: Trial) -> Cited:
    updated = f"Updated {record.last_update_posted}" if record.last_update_posted else ""
    parts = [
        _sentence(record.title or record.official_title),
        f"ClinicalTrials.gov identifier: {record.identifier.value}.",
        _sentence(updated),
        f"Available from: {record.identifier.url}",
    ]
    return Cited(text=_joined(parts), missing=() if record.title or record.official_title else ("title",))


def _authors(names: tuple[str, ...]) -> str:
    if len(names) <= MOST_AUTHORS:
        return ", ".join(names)
    return ", ".join((*names[:MOST_AUTHORS], "et al"))


def _place(record: Publication, year: str) -> str:
    """``2025;4(4):CD013342``, as far as it is known."""
    issue = f"({record.issue})" if record.issue else ""
    where = f"{record.volume}{issue}"
    pages = f":{record.pages}" if record.pages else ""
    return f"{year};{where}{pages}" if where else f"{year}{pages}"


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text[-1] in ".?!" else f"{text}."


def _joined(parts: Iterable[str]) -> str:
    return " ".join(filter(None, parts))
