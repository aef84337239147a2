"""What articles and books have in common: their own numbers, abstracts, types and dates of history."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.publications import ArticleId, HistoryDate, PublicationType
from monitor.sources.pubmed import vocabulary
from monitor.sources.pubmed.dates import full_date
from monitor.sources.pubmed.elements import Children, Element, UnreadableXml, attribute, rows_of, text_of

_DIGITS = re.compile(r"0*([1-9]\d{0,8})", re.ASCII)
_WITH_A_FIELD = frozenset({"pubmed", "doi", "pmc", "pii"})
_DOI = re.compile(r"10\.\d{4,9}/\S*\w\S*")


class Notes:
    """Collects the (field, value) pairs that the reader does not know."""

    def __init__(self, met: Iterable[tuple[str, str]] = ()) -> None:
        self._met: dict[tuple[str, str], None] = dict.fromkeys(met)

    def check(self, field: str, value: str, known: frozenset[str]) -> str:
        """Pass a value on, and note it when it is not among those known."""
        if value and value not in known:
            self.note(field, value)
        return value

    def check_parts(self, element: str, children: Children, known: frozenset[str]) -> None:
        """Note the children that no document type gives an element."""
        if not known.issuperset(children):
            for tag in children.keys() - known:
                self.note("element", f"{element}/{tag!s}")

    def note_all(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Note what was noted elsewhere."""
        self._met.update(dict.fromkeys(pairs))

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


def as_doi(text: str) -> str:
    """A DOI in lower case, nothing for what cannot be one."""
    doi = text.strip().lower()
    return doi if _DOI.fullmatch(doi) else ""


def version_of(pmid: Element | None) -> int:
    """The version of a record, 1 where none is stated."""
    text = attribute(pmid, "Version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def abstract_of(paragraphs: Iterable[Element]) -> str:
    """The paragraphs of one abstract, a label before its paragraph."""
    spelled = []
    for element in paragraphs:
        label, text = attribute(element, "Label"), text_of(element)
        spelled.append(f"{label}: {text}" if label and text else text)
    return "\n".join(filter(None, spelled))


def types_of(elements: Iterable[Element], notes: Notes) -> tuple[PublicationType, ...]:
    """Publication types; those without a UI are known by their name, and a renamed one by its UI."""
    types = [PublicationType(ui=attribute(element, "UI"), name=text_of(element)) for element in elements]
    for kind in types:
        if kind.ui not in vocabulary.PUBLICATION_TYPE_UIS and kind.name.casefold() not in vocabulary.PUBLICATION_TYPES:
            notes.note("PublicationType", f"{kind.name} ({kind.ui})" if kind.ui else kind.name)
    return tuple(kind for kind in types if kind.ui or kind.name)


def history_of(lists: Iterable[Element], notes: Notes) -> tuple[HistoryDate, ...]:
    """The dated steps of a publication. A date that no calendar has is noted."""
    dated = []
    for element, stated in rows_of(lists, "PubMedPubDate", "Year", "Month", "Day"):
        status = notes.check("PubStatus", attribute(element, "PubStatus"), vocabulary.PUB_STATUSES)
        if day := full_date(stated):
            dated.append(HistoryDate(status=status, day=day))
        else:
            notes.note("PubMedPubDate", " ".join((status, *stated.values())))
    return tuple(dated)


class Ids(dict[str, str]):
    """A record's own identifiers by their kind, the first of each; and the rest of what its lists hold."""

    __slots__ = ("others",)

    def __init__(self, lists: Iterable[Element]) -> None:
        """Read lists of identifiers. By the document type, one whose kind is not stated is a PMID."""
        super().__init__()
        others = []
        for ids in lists:
            for element in ids:
                kind, value = element.get("IdType", "pubmed"), text_of(element)
                if value and kind in _WITH_A_FIELD and kind not in self:
                    self[kind] = value
                elif value and value != self.get(kind):
                    others.append(ArticleId(kind=kind, value=value))
        self.others = tuple(others)
