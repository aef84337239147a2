"""What the title of an article says of a guideline: whether it is one, of which edition, and on what subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.publications import Publication
from monitor.domain.publishers import KnownGuideline, Publisher
from monitor.domain.subjects import WordSet, length, longest_in, plain
from monitor.sources.guideline.beside import is_beside

_FALLEN_TITLE = re.compile(r"^\W*(?:retracted|withdrawn)\b(?:\s+article)?\W*", re.I)
_YEAR = r"(?:19|20)\d\d"
_ANY_YEAR = re.compile(rf"(?<![\d.]){_YEAR}(?!\d)")
_NUMBER = re.compile(r"\d+[a-z]?")
_FORMER_YEAR = re.compile(
    rf"\b(?:updat\w+|revis\w+|amend\w+|supplement\w*|addend\w+|replac\w+|supersed\w+)\b[^.:;]{{0,60}}?"
    rf"\b(?:of|to|on|from|for)\s+(?:the\s+)?({_YEAR})\b",
    re.I,
)
_VERSIONS = (
    re.compile(rf"\b(?:version|v\.?)\s*(?P<year>{_YEAR})\.(?P<number>\d{{1,2}})\b", re.I),
    re.compile(rf"\b(?:version|v\.?)\s*(?P<number>\d{{1,2}})\.(?P<year>{_YEAR})\b", re.I),
)
_SMALL_UPDATE = re.compile(
    r"\b(?P<which>focused|targeted|rapid(?:\s+recommendation)?|interim|provisional)\s+(?:guideline\s+)?update\b", re.I
)
_SOCIETIES = re.compile(r"\b[A-Z]\w{0,4}[A-Z](?:[-/][A-Z]\w{0,4}[A-Z]){2,}\b")
_BY_WHOM = re.compile(
    r"(?<=\w)[:.]\s+(?:an?|the)\s+(?:[\w-]+\s+){0,4}?"
    r"(?:report|guidelines?|guidance|statement|recommendations|summary)\s+(?:of|from|by|for)\b.*",
    re.I | re.S,
)
_YEARS_IN_PRESS, _YEARS_AHEAD = 3, 1
_LONGEST_SLUG = 80
_FEW_WORDS = 2
_LEAST_SHARE = 0.3

_EVERYWHERE = """
    a abridged advice advisory aged algorithm american an and approach are as assessment association at based be
    board bulletin by care clinical clinician college committee consensus council criteria developed development
    diagnosis dissemination document edition endorsed european evaluation evidence executive expert federation
    focused for foundation from full global green group guidance guide guideline i ii iii implementation in
    individual interim international into issue its iv joint key known living management medical medicine method
    national new no not number of on one opinion or panel parameter part pathway patient people physician points
    policy position practical practice provisional rapid rationale recommendation report review revised scientific
    second society standard statement subcommittee summary systematic targeted task technical the their therapy
    third three to top treatment two update updated use using version who with without year
"""
_GENERAL = frozenset(_EVERYWHERE.split())
"""Words that say nothing of the subject, without a plural s."""


@dataclass(frozen=True, slots=True, order=True)
class Edition:
    """One edition of a guideline, ordered by time. A small update counts as later than the edition of its year."""

    year: int
    version: int = 0
    update: str = ""
    label: str = ""


def is_guideline(record: Publication, publisher: Publisher) -> bool:
    """Whether a record is one of the publisher's guidelines, and not what is written about them."""
    title = standing_title(record.title)
    return not is_beside(record.publication_types, title) and publisher.literature.admits(title)


def is_fallen(record: Publication) -> bool:
    """Whether a record was retracted or withdrawn."""
    types = {kind.name.casefold() for kind in record.publication_types}
    return (
        "retracted publication" in types
        or any(link.ref_type == "RetractionIn" for link in record.links)
        or _FALLEN_TITLE.match(record.title) is not None
    )


def first_published(record: Publication) -> str:
    """The earlier of a record's dates, the more exact one of a year: the date of an issue comes later, and moves."""
    dates = [text for text in (record.published_electronically, record.published) if text] or [record.created]
    return min(dates, key=lambda text: (text[:4], -len(text)))


def edition_of(title: str, published: str) -> Edition:
    """Which edition an article is: as its title says, else that of the year in which it was published.

    A year in the title beats the journal's, unless the title names it as that of the former edition, or the article
    did not appear about that year.
    """
    stated = published[:4]
    journal = int(stated) if stated.isascii() and stated.isdigit() else 0
    for pattern in _VERSIONS:
        if version := pattern.search(title):
            label = re.sub(r"^\D+", "", version.group())
            return Edition(year=int(version["year"]), version=int(version["number"]), label=label)
    year = max(_years(title, journal), default=journal)
    small = _SMALL_UPDATE.search(title)
    update = " ".join(small["which"].casefold().split()[:1]) if small else ""
    return Edition(year=year, update=update, label=f"{year} {update} update" if update else str(year or ""))


def identity_in(title: str, publisher: Publisher) -> Identifier:
    """The identity that a guideline of this title has: the recipe's own where it names one, else from its subject.

    Years, editions, the publisher's names and words of every guideline are no part of it: a later edition has the same.
    """
    words = set(subject_words(title, publisher))
    fitting = [
        (length(told), known.identity)
        for known in publisher.guidelines
        if (told := longest_in(title, known.match)) and _is_on(known, told, words, publisher)
    ]
    if fitting:
        return max(fitting, key=lambda pair: pair[0])[1]
    slug = "-".join(subject_words(title, publisher))
    slug = slug if len(slug) <= _LONGEST_SLUG else slug[:_LONGEST_SLUG].rpartition("-")[0]
    try:
        return Identifier.of(Scheme.GUIDELINE, f"{publisher.key}/{slug}")
    except InvalidIdentifier:
        return Identifier.of(Scheme.GUIDELINE, f"{publisher.key}/general")


def subject_words(title: str, publisher: Publisher) -> tuple[str, ...]:
    """The words of a title that tell its subject, in the order of the alphabet."""
    text = f" {plain(_SOCIETIES.sub(' ', _BY_WHOM.sub('', standing_title(title))))} "
    for name in sorted(map(plain, (*publisher.organisations, publisher.name)), key=len, reverse=True):
        text = text.replace(f" {name} ", " ")
    singular = (_singular(word) for word in text.split() if word.isascii())
    return tuple(sorted({word for word in singular if word not in _GENERAL and not _NUMBER.fullmatch(word)}))


def _is_on(known: KnownGuideline, told: WordSet, words: set[str], publisher: Publisher) -> bool:
    """Whether a title is on the subject of a guideline, not on one aspect of it that has a guideline of its own.

    One or two words are found in many a title: then the words of the subject must be a good part of all that it says.
    """
    if length(told) > _FEW_WORDS:
        return True
    own = {*subject_words(known.title, publisher), *subject_words(" ".join(told), publisher)}
    return len(words & own) >= _LEAST_SHARE * len(words)


def standing_title(title: str) -> str:
    """A title without the word that marks it as fallen, and without the brackets of a translation."""
    return _FALLEN_TITLE.sub("", title).strip(" []")


def _years(title: str, journal: int) -> Iterator[int]:
    former = {match.start(1) for match in _FORMER_YEAR.finditer(title)}
    for match in _ANY_YEAR.finditer(title):
        year = int(match.group())
        near = not journal or journal - _YEARS_IN_PRESS <= year <= journal + _YEARS_AHEAD
        if match.start() not in former and near:
            yield year


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
