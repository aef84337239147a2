"""Which record a citation means: a candidate is believed for its own title, year, journal, volume and page."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.articles import Resolution
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.records import Publication, Work

RESOLVED_FROM = 0.90
AMBIGUOUS_FROM = 0.60
CLEAR_LEAD = 0.07


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a reference says of the thing it means; every part may be empty. ``text`` is the whole entry."""

    key: str
    text: str
    title: str = ""
    journal: str = ""
    year: int | None = None
    volume: str = ""
    first_page: str = ""
    first_author: str = ""
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that may be meant, with how sure we are and why."""

    identifier: Identifier
    title: str
    confidence: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The outcome of resolving one citation; ``identifiers`` are what is certain, whatever the ``status``."""

    status: Resolution
    identifiers: tuple[Identifier, ...] = ()
    confidence: float | None = None
    candidates: tuple[Candidate, ...] = ()
    because: str


def judge(citation: Citation, records: Iterable[Publication]) -> Resolved:
    """Decide among candidate records. One clear winner resolves; several good ones, or a fair one, ask the editor."""
    candidates = sorted((_weigh(citation, record) for record in records), key=lambda c: (-c.confidence, c.identifier))
    if not candidates or candidates[0].confidence < AMBIGUOUS_FROM:
        return Resolved(
            status=Resolution.UNRESOLVED,
            candidates=tuple(candidates[:5]),
            because="no record with this title and date was found" if candidates else "nothing was found",
        )
    best, lead = candidates[0], candidates[0].confidence - (candidates[1].confidence if len(candidates) > 1 else 0.0)
    if best.confidence < RESOLVED_FROM or lead < CLEAR_LEAD:
        return Resolved(
            status=Resolution.AMBIGUOUS,
            confidence=best.confidence,
            candidates=tuple(candidates[:5]),
            because="several records fit" if lead < CLEAR_LEAD else f"fits in part: {best.because}",
        )
    return Resolved(
        status=Resolution.RESOLVED,
        identifiers=(best.identifier,),
        confidence=best.confidence,
        candidates=tuple(candidates[:5]),
        because=best.because,
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


def title_similarity(left: str, right: str) -> float:
    """How alike two titles are by their words, 0 to 1; case, accents, punctuation and markup do not count."""
    a, b = title_words(left), title_words(right)
    if not a or not b:
        return 0.0
    return difflib.SequenceMatcher(None, a, b, autojunk=True).ratio()


def same_journal(name: str, record: Publication) -> bool:
    """Whether a written journal name means the record's journal, by its title or its abbreviation."""
    words = title_words(name)
    if not words:
        return False
    return any(
        _abbreviates(words, title_words(known)) or _abbreviates(title_words(known), words)
        for known in (record.journal, record.journal_abbreviation)
        if known
    )


def _weigh(citation: Citation, record: Publication) -> Candidate:
    agreeing, confidence = _agreement(citation, record)
    return Candidate(
        identifier=record.identifier,
        title=record.title,
        confidence=round(confidence, 3),
        because=", ".join(agreeing) or "nothing agrees",
    )


def _agreement(citation: Citation, record: Publication) -> tuple[list[str], float]:
    if _own_identifiers(record) & set(citation.identifiers):
        if _speaks_of_something_else(citation, record):
            return ["the identifier is written in the reference, but its words name another title"], 0.75
        return ["the identifier is written in the reference"], 1.0
    similarity = title_similarity(citation.title, record.title)
    parts = [f"title agrees to {similarity:.0%}"] if similarity else []
    score = 0.72 * max(0.0, (similarity - 0.5) * 2)
    year_score, year_part = _year_agreement(citation, record)
    score += year_score
    parts += year_part
    for agrees, weight, word in _details(citation, record):
        if agrees is None:
            continue
        score += weight if agrees else -weight
        parts.append(f"{word} {'agrees' if agrees else 'differs'}")
    return parts, max(0.0, min(score, 0.99))


def _own_identifiers(record: Publication) -> set[Identifier]:
    try:
        return {record.identifier, Identifier.of(Scheme.DOI, record.doi)}
    except InvalidIdentifier:
        return {record.identifier}


def _speaks_of_something_else(citation: Citation, record: Publication) -> bool:
    """Whether a reference has words enough for a title, and hardly one of them is the record's."""
    written, known = ({word for word in title_words(text) if len(word) > 3} for text in (citation.text, record.title))
    return len(written) >= 8 and len(known) >= 4 and len(written & known) / len(known) < 0.3


def _year_agreement(citation: Citation, record: Publication) -> tuple[float, list[str]]:
    """A year agrees with that of the issue or of the electronic publication; beside it, it hardly speaks for a record.

    Versions of a Cochrane review share their title and journal: the year alone tells them apart.
    """
    known = {int(text[:4]) for text in (record.published, record.published_electronically) if text[:4].isdigit()}
    if citation.year is None or not known:
        return 0.0, []
    distance = min(abs(citation.year - year) for year in known)
    if distance == 0:
        return 0.12, ["year agrees"]
    return (0.04, ["year differs by one"]) if distance == 1 else (-0.12, ["year differs"])


def _details(citation: Citation, record: Publication) -> list[tuple[bool | None, float, str]]:
    volume = None if not citation.volume or not record.volume else citation.volume == record.volume
    first = record.pages.split("-")[0].strip()
    page = None if not citation.first_page or not first else citation.first_page.lower() == first.lower()
    surname = record.authors[0].split(" ")[0] if record.authors else ""
    author = (
        None
        if not citation.first_author or not surname
        else title_words(citation.first_author)[:1] == title_words(surname)[:1]
    )
    journal = None if not citation.journal else same_journal(citation.journal, record)
    return [
        (journal, 0.14, "journal"),
        (volume, 0.20, "volume"),
        (page, 0.34, "first page"),
        (author, 0.14, "first author"),
    ]


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Whether each word of ``short`` starts a word of ``long``, in order; small words may be left out."""
    rest = iter(long)
    return all(any(word.startswith(start) for word in rest) for start in short if start not in {"the", "of", "and"})


def title_words(text: str) -> list[str]:
    """The words of a text as they are compared: case, accents and punctuation do not count."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"\w+", "".join(char for char in folded if not unicodedata.combining(char)))
