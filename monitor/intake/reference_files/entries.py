"""One reference as a file gives it, field by field → our reference, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from monitor.domain.articles import Reference, ReferenceKind
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme, find_identifiers
from monitor.intake.citations.printed import fields_of, printed
from monitor.intake.decoding import cleaned
from monitor.intake.lists.kinds import kind_of, kind_of_line
from monitor.intake.lists.references import reference_from
from monitor.intake.prose.organisations import organisation_in
from monitor.intake.reference_files.problems import Problem

LONGEST_FIELD = 5_000
"""No title, name or number is longer; a field that is was never closed."""
MOST_AUTHORS = 5_000
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_PMCID = re.compile(r"PMC\d{3,9}", re.I)
_EMPTY = frozenset({"", "-", "–", "n/a", "na", "none", "null", "not available"})
"""What programs write into a field for which they have nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A reference as it stands in a file.

    ``key`` is its own name or number there, ``kinds`` are what the file calls it. ``words`` is the citation as a person
    reads it, where the file gives that beside the fields. ``more`` are fields in which identifiers may stand as well,
    such as addresses and notes; ``address`` is where a page is found that has no identifier.
    """

    record: int
    line: int
    key: str = ""
    number: str = ""
    authors: tuple[str, ...] = ()
    title: str = ""
    journal: str = ""
    year: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    pmid: str = ""
    doi: str = ""
    pmcid: str = ""
    words: str = ""
    address: str = ""
    more: tuple[str, ...] = field(default=())
    kinds: tuple[str, ...] = field(default=())


def references_of(entries: Sequence[Entry]) -> tuple[list[Reference], list[Problem]]:
    """The references of a file in its order, and all that is wrong with them.

    Numbers are those the file gives; the names of its records are, where they are the numbers from 1 on.
    """
    problems = [problem for entry in entries for problem in _problems(entry)]
    if problems:
        return [], problems
    numbers = _numbers(entries)
    problems = list(_told_twice(entries, numbers))
    return [_reference(entry, number) for entry, number in zip(entries, numbers, strict=True)], problems


def identifiers_of(entry: Entry) -> tuple[Identifier, ...]:
    """All identifiers of an entry, those of its own fields first. Raises InvalidIdentifier for such a field."""
    own = [
        _identifier(scheme, value)
        for scheme, value in ((Scheme.PUBMED, entry.pmid), (Scheme.DOI, entry.doi))
        if not _is_empty(value)
    ]
    found = [item for text in entry.more for item in find_identifiers(text[:LONGEST_FIELD])]
    schemes = {item.scheme for item in own}
    return tuple(dict.fromkeys((*own, *(item for item in found if item.scheme not in schemes))))


def year_in(text: str) -> int | None:
    """The first year in a date of whatever form; None for ``in press``."""
    found = _YEAR.search(text)
    return int(found.group()) if found else None


def _problems(entry: Entry) -> Iterator[Problem]:
    def problem(reason: str) -> Problem:
        return Problem(line=entry.line, record=entry.record, reason=reason)

    texts = {"title": entry.title, "journal": entry.journal, "volume": entry.volume, "issue": entry.issue}
    texts |= {"pages": entry.pages, "author": max(entry.authors, key=len, default=""), "number": entry.number}
    for name, text in texts.items():
        if len(text) > LONGEST_FIELD:
            yield problem(f"the {name} has {len(text)} characters; is the field closed?")
    if len(entry.authors) > MOST_AUTHORS:
        yield problem(f"there are {len(entry.authors)} authors; is the record closed?")
    try:
        known = identifiers_of(entry)
    except InvalidIdentifier as error:
        yield problem(f"{error}; correct the value or take it out")
        return
    if not known and not any(sign.isalnum() for sign in cleaned(entry.title + entry.words)):
        yield problem("neither a title nor an identifier is given; add one of them")


def _reference(entry: Entry, number: int | None) -> Reference:
    identifiers = identifiers_of(entry)
    fields = fields_of(
        authors=[cleaned(name) for name in entry.authors],
        title=cleaned(entry.title),
        journal=cleaned(entry.journal),
        year=year_in(entry.year),
        volume=cleaned(entry.volume),
        issue=cleaned(entry.issue),
        pages=cleaned(entry.pages),
    )
    pmcid = found.group().upper() if (found := _PMCID.search(entry.pmcid)) else ""
    if not fields.title:
        # What a file does not take apart may be read from its words; without words the fields are all there is.
        words = " ".join(cleaned(entry.words).split()) or printed(fields, identifiers, pmcid=pmcid)
        return reference_from(words or str(identifiers[0]), identifiers=identifiers, number=number)
    text = printed(fields, identifiers, pmcid=pmcid, address="" if identifiers else _address(entry.address))
    known = reference_from(text, identifiers=identifiers, number=number)
    announced = next((kind for name in entry.kinds if (kind := _announced(name)) is not None), None)
    kind = kind_of(text, announced=announced, has_source=bool(fields.journal or identifiers))
    is_named = kind in (ReferenceKind.GUIDELINE, ReferenceKind.SYSTEMATIC_REVIEW)
    return replace(
        known,
        title=fields.title,
        source=fields.journal,
        year=fields.year,
        kind=kind,
        organisation=organisation_in(text) if is_named else "",
    )


def _address(text: str) -> str:
    """An address of the web that can be printed; a page that nothing else identifies is found by it."""
    found = re.match(r"https?://[^\s<>\"]{4,500}", cleaned(text.strip()), re.I)
    return found.group().rstrip(".,;") if found else ""


def _announced(name: str) -> ReferenceKind | None:
    return kind_of_line(name.replace("_", " ").replace("-", " ") if "meta-analysis" not in name.lower() else name)


def _identifier(scheme: Scheme, value: str) -> Identifier:
    """An identifier from a field of its own, bare or in one of its disguises."""
    text = value.strip()
    try:
        bare = re.sub(r"^(?:PMID|doi)\s*:?\s*", "", text, flags=re.I)
        return Identifier.of(scheme, bare.lstrip("0") if scheme is Scheme.PUBMED else bare)
    except InvalidIdentifier:
        found = [item for item in find_identifiers(text[:LONGEST_FIELD]) if item.scheme is scheme]
        if not found:
            raise InvalidIdentifier(f"{text[:80]!r} is no {'PMID' if scheme is Scheme.PUBMED else 'DOI'}") from None
        return found[0]


def _is_empty(value: str) -> bool:
    return value.strip().casefold() in _EMPTY


def _numbers(entries: Sequence[Entry]) -> list[int | None]:
    given = [_whole(entry.number) for entry in entries]
    if any(number is not None for number in given):
        return given
    keys = [_whole(entry.key) for entry in entries]
    return keys if sorted(key or 0 for key in keys) == list(range(1, len(keys) + 1)) else given


def _whole(text: str) -> int | None:
    found = re.fullmatch(r"[\[(]?([1-9]\d{0,2})[\])]?\.?", text.strip())
    return int(found.group(1)) if found else None


def _told_twice(entries: Sequence[Entry], numbers: Iterable[int | None]) -> Iterator[Problem]:
    first: dict[int, Entry] = {}
    for entry, number in zip(entries, numbers, strict=True):
        if number is None:
            continue
        if number in first:
            yield Problem(
                line=entry.line,
                record=entry.record,
                reason=f"the number {number} is that of record {first[number].record} as well; give each its own",
            )
        first.setdefault(number, entry)
