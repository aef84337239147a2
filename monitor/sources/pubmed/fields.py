"""What articles and books have in common: people, types, identifiers, dates of history and cited records."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.records import HistoryDate, PublicationType
from monitor.sources.pubmed import vocabulary
from monitor.sources.pubmed.dates import full_date
from monitor.sources.pubmed.elements import Element, UnreadableXml, all_at, attribute, text_at, text_of

_DIGITS = re.compile(r"0*([1-9]\d{0,8})", re.ASCII)
_NAME_PARTS = re.compile(r"[^\s.\-]+")


class Notes:
    """Collects the (field, value) pairs that the reader does not know."""

    def __init__(self) -> None:
        self._met: dict[tuple[str, str], None] = {}

    def check(self, field: str, value: str, known: frozenset[str]) -> str:
        """Pass a value on, and note it when it is not among those known."""
        if value and value not in known:
            self.note(field, value)
        return value

    def note(self, field: str, value: str) -> None:
        """Note a value."""
        self._met[field, value] = None

    @property
    def unknown(self) -> tuple[tuple[str, str], ...]:
        """What was noted, each once, in the order it was met."""
        return tuple(self._met)


def own_identifier(element: Element | None) -> Identifier:
    """The identifier in a PMID element. Raises :class:`UnreadableXml`: without it a record is about nothing."""
    pmid = as_pmid(text_of(element))
    if pmid is None:
        raise UnreadableXml(f"a record without a PMID: {text_of(element)[:50]!r}")
    return Identifier(Scheme.PUBMED, pmid)


def as_pmid(text: str) -> str | None:
    """A PMID, or None: reference lists also hold DOIs, PMCIDs and words in its place."""
    match = _DIGITS.fullmatch(text.strip())
    return match.group(1) if match else None


def version_of(pmid: Element | None) -> int:
    """The version of a record, 1 where none is stated."""
    text = attribute(pmid, "Version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def abstract_of(abstract: Element | None) -> str:
    """The paragraphs of the record's own abstract, a label before its paragraph."""
    paragraphs = []
    for element in all_at(abstract, "AbstractText"):
        label, text = attribute(element, "Label"), text_of(element)
        paragraphs.append(f"{label}: {text}" if label and text else text)
    return "\n".join(filter(None, paragraphs))


def people_of(authors: Iterable[Element]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Persons as "Lastname Initials", and collectives; entries marked as no longer valid are left out."""
    valid = [author for author in authors if attribute(author, "ValidYN") != "N"]
    persons = tuple(filter(None, (_person(author) for author in valid)))
    return persons, tuple(filter(None, (text_at(author, "CollectiveName") for author in valid)))


def types_of(elements: Iterable[Element], notes: Notes) -> tuple[PublicationType, ...]:
    """Publication types; those without a UI are known by their name."""
    types = tuple(PublicationType(ui=attribute(element, "UI"), name=text_of(element)) for element in elements)
    for kind in types:
        if not kind.ui and kind.name.casefold() not in vocabulary.PUBLICATION_TYPES:
            notes.note("PublicationType", kind.name)
    return tuple(kind for kind in types if kind.ui or kind.name)


def history_of(history: Element | None, notes: Notes) -> tuple[HistoryDate, ...]:
    """The dated steps of a publication. A date that no calendar has is noted."""
    dated = []
    for element in all_at(history, "PubMedPubDate"):
        status = notes.check("PubStatus", attribute(element, "PubStatus"), vocabulary.PUB_STATUSES)
        if day := full_date(element):
            dated.append(HistoryDate(status=status, day=day))
        else:
            notes.note("PubMedPubDate", f"{status} {' '.join(text_of(part) for part in element)}")
    return tuple(dated)


def article_id(lists: Iterable[Element | None], kind: str) -> str:
    """The first own identifier of a kind."""
    found = (
        text_of(element)
        for ids in lists
        for element in all_at(ids, "ArticleId")
        if attribute(element, "IdType") == kind
    )
    return next(filter(None, found), "")


def as_doi(text: str) -> str:
    """A DOI in lower case, nothing for what cannot be one."""
    try:
        Identifier.of(Scheme.DOI, text)
    except InvalidIdentifier:
        return ""
    return text.strip().lower()


def cited_pmids(lists: Iterable[Element]) -> tuple[str, ...]:
    """The PMIDs of cited records, each once, in order."""
    cited: dict[str, None] = {}
    for references in lists:
        for element in references.iter("ArticleId"):
            if attribute(element, "IdType") == "pubmed" and (pmid := as_pmid(text_of(element))):
                cited[pmid] = None
    return tuple(cited)


def _person(author: Element) -> str:
    last = text_at(author, "LastName")
    initials = text_at(author, "Initials") or _initials(author)
    return f"{last} {initials}".strip() if last else ""


def _initials(author: Element) -> str:
    """From the forenames, which older records give instead."""
    names = text_at(author, "ForeName") or f"{text_at(author, 'FirstName')} {text_at(author, 'MiddleName')}"
    return "".join(name[0].upper() for name in _NAME_PARTS.findall(names))
