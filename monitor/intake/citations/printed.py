"""A reference given field by field ↔ the citation a person reads. What is printed here is read again without loss."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain.articles import Reference
from monitor.domain.identifiers import Identifier, Scheme, find_identifiers

MOST_AUTHORS = 6
"""So many authors are printed; of more there is only ``et al``."""
_FIGURES = re.compile(
    r"(?:(?P<year>\d{4})?(?:;(?P<volume>[^;:()\s](?:[^;:().]|\.(?!\s))*)?(?:\((?P<issue>[^()]+)\))?)?"
    r"(?::(?P<first>[^;:–\s]+)(?:–(?P<last>[^;:–\s]+))?)?\.)?"
)
_BEHIND = re.compile(r"\s*(?:$|doi:|PMID: |PMCID: |NCT\d|Available from: |\[)")
"""What may follow the figures: identifiers, or what tells an entry from one with the same words."""
_SEVERAL_PAGES = re.compile(
    r"(?P<first>[^\s–—-]*\d[^\s–—-]*|[ivxlc]+)\s*[-–—]+\s*(?P<last>[^\s–—-]*\d[^\s–—-]*|[ivxlc]+)", re.I
)

_LONGEST_PAGES = 60
_PAGES = re.compile(r"^(?:pages?|pp?)\b\.?\s*(?=\S)", re.I)
_HOW_MANY = re.compile(r"[1-9]\d* ?(?:p|pp|pages)\b\.?", re.I)
_SUFFIX = re.compile(r"(?<=\w) (?:Jr|Sr|2nd|3rd|II|III)$")
"""What tells a son from his father, and stands in no index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a citation says, field by field. Authors are ``Family AB`` or the name of a group, in order."""

    authors: tuple[str, ...] = ()
    title: str = ""
    journal: str = ""
    year: int | None = None
    volume: str = ""
    issue: str = ""
    first_page: str = ""
    last_page: str = ""

    @property
    def first_author(self) -> str:
        """The first author as printed; empty where there is none."""
        return self.authors[0] if self.authors else ""


def fields_of(
    *,
    authors: Sequence[str] = (),
    title: str = "",
    journal: str = "",
    year: int | None = None,
    volume: str = "",
    issue: str = "",
    pages: str = "",
) -> Fields:
    """Fields as they can be printed: one line each, without the signs that part them in print."""
    first, last = pages_in(pages)
    return Fields(
        authors=tuple(name for author in authors if (name := _name(author))),
        title=_one_line(title).rstrip(" ."),
        journal=_one_line(journal).rstrip(" .,"),
        year=year,
        volume=_one_line(re.sub(r"[;:()]|\.(?=\s|$)", " ", volume)),
        issue=_one_line(re.sub(r"[()]", " ", issue)),
        first_page=first,
        last_page=last,
    )


def pages_in(text: str) -> tuple[str, str]:
    """First and last page of ``45-56``, ``pp. S7–S9`` or ``e1002``; of several ranges the first. ``318 p`` is none."""
    words = _PAGES.sub("", _one_line(text).split(",")[0].split(";")[0].strip(" .:"))
    if _HOW_MANY.fullmatch(words) or len(words) > _LONGEST_PAGES:
        return "", ""
    if several := _SEVERAL_PAGES.fullmatch(words):
        return several["first"], several["last"]
    return re.sub(r"[;:–\s]+", "", words).rstrip("."), ""


def printed(fields: Fields, identifiers: Sequence[Identifier] = (), *, pmcid: str = "", address: str = "") -> str:
    """The citation in the style of Vancouver; identifiers follow where they can be read again from the text."""
    authors = ", ".join(fields.authors[:MOST_AUTHORS])
    if len(fields.authors) > MOST_AUTHORS:
        authors += ", et al"
    pieces = [_stopped(authors), _middle(fields.title, fields.journal), _figures(fields)]
    pieces += [words for item in identifiers if find_identifiers(words := _words_of(item)) == (item,)]
    pieces += [f"PMCID: {pmcid}"] if pmcid else []
    pieces += [f"Available from: {address}"] if address else []
    return " ".join(piece for piece in pieces if piece)


def read_again(reference: Reference) -> Fields | None:
    """The fields of a reference whose words were printed here; None when they have another form.

    Title, journal and year are those that the reference knows: with them, what stands before and behind is certain.
    """
    middle = _middle(reference.title, reference.source)
    if not middle:
        return None
    at = reference.text.find(middle)
    while at >= 0:
        if (fields := _read_at(reference, at, at + len(middle))) is not None:
            return fields
        at = reference.text.find(middle, at + 1)
    return None


def _read_at(reference: Reference, begin: int, end: int) -> Fields | None:
    """The fields, if title and journal stand between these places and the rest is as we print it."""
    head, tail = reference.text[:begin], reference.text[end:].lstrip()
    found = _FIGURES.match(tail)
    if found is None or (head and not head.endswith(". ")) or not _BEHIND.match(tail, found.end()):
        return None
    fields = _fields(reference, head.removesuffix(". "), found)
    is_ours = fields.year == reference.year and reference.text.startswith(printed(fields))
    return fields if is_ours else None


def _fields(reference: Reference, head: str, found: re.Match[str]) -> Fields:
    """Read as if a file had given them, so that what other printers print otherwise is not taken for ours."""
    last = f"–{found['last']}" if found["last"] else ""
    return fields_of(
        authors=head.split(", ") if head else (),
        title=reference.title,
        journal=reference.source,
        year=int(found["year"]) if found["year"] else None,
        volume=found["volume"] or "",
        issue=found["issue"] or "",
        pages=f"{found['first'] or ''}{last}",
    )


def _middle(title: str, journal: str) -> str:
    return " ".join(_stopped(part) for part in (title, journal) if part)


def _figures(fields: Fields) -> str:
    words = str(fields.year) if fields.year is not None else ""
    issue = f"({fields.issue})" if fields.issue else ""
    words += f";{fields.volume}{issue}" if fields.volume or issue else ""
    words += f":{fields.first_page}" if fields.first_page else ""
    words += f"–{fields.last_page}" if fields.first_page and fields.last_page else ""
    return f"{words}." if words else ""


def _words_of(identifier: Identifier) -> str:
    match identifier.scheme:
        case Scheme.PUBMED:
            return f"PMID: {identifier.value}."
        case Scheme.DOI:
            return f"doi:{identifier.value}."
        case _:
            return f"{identifier.value}."


def _name(author: str) -> str:
    return _SUFFIX.sub("", _one_line(author.replace(",", " ")).rstrip(" ."))


def _stopped(words: str) -> str:
    return words if not words or words[-1] in ".!?。！？" else f"{words}."


def _one_line(text: str) -> str:
    return " ".join(text.split())
