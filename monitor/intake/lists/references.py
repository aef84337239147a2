"""The reference list → entries, in whatever form the page prints it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from monitor.domain.articles import Reference, ReferenceKind
from monitor.domain.identifiers import Identifier, find_identifiers
from monitor.intake.citations.strings import parts_of, source_line
from monitor.intake.lines import Block, BlockKind, readable
from monitor.intake.lists.kinds import kind_of, kind_of_line
from monitor.intake.prose.organisations import organisation_in

_WRITTEN_NUMBER = re.compile(
    r"(?:[\[［【〔]\s?(\d{1,3})\s?[\]］】〕]|[(（](\d{1,3})[)）]|(\d{1,3})[.)．、）]"
    r"|(\d{1,3})\s?(?=\|))\s*(?:\|\s*)?(?=\S)|(\d{1,3})\s+(?=[^\W\d_a-z])"
)
_NUMBER_ALONE = re.compile(r"[\[(]?(\d{1,3})[\]).:]{0,2}")
_RAISED_NUMBER = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\s*(?=\S)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CHROME_OF_ENTRIES = re.compile(
    r"\s*(?:external icon|pdf icon|↩︎?|\^(?=\s)|(?:back|return) to (?:text|article)\b|jump up\b)\s*", re.I
)
_ONLY_BACKLINK = re.compile(r"^(?:↑|\^|↩)\s*")
_LONGEST_NUMBER = 2999
_LONGEST_ENTRY = 6_000
"""What is longer is no citation, and the rest of it not worth the time."""


@dataclass(slots=True)
class _Entry:
    """An entry as its lines are gathered."""

    number: int | None = None
    announced: ReferenceKind | None = None
    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def add(self, text: str, links: Iterable[str]) -> None:
        """Take in one more line of the entry."""
        words = _ONLY_BACKLINK.sub("", _CHROME_OF_ENTRIES.sub(" ", readable(text))).strip()
        room = _LONGEST_ENTRY - sum(map(len, self.lines))
        if words and room > 0:
            self.lines.append(words[:room])
        self.links.extend(links)


def read_references(blocks: Sequence[Block]) -> tuple[Reference, ...]:
    """The entries in the order of the page. Numbers are those written; of a number written twice the first keeps it."""
    blocks = [block for block in blocks if not block.is_header]
    entries = _announced(blocks) if _has_kind_lines(blocks) else _plain(blocks)
    references = [_reference(entry) for entry in entries if entry.lines]
    taken: set[int] = set()
    for at, reference in enumerate(references):
        if reference.number in taken:
            references[at] = replace(reference, number=None)
        elif reference.number is not None:
            taken.add(reference.number)
    return tuple(references)


def reference_from(text: str, *, identifiers: Sequence[Identifier] = (), number: int | None = None) -> Reference:
    """A citation string as a reference. Identifiers written in the text are found in any case."""
    parts = parts_of(text)
    kind = kind_of(text, has_source=bool(parts.journal or identifiers))
    return Reference(
        text=text,
        kind=kind,
        number=number,
        title=parts.title,
        source=parts.journal,
        year=parts.year,
        organisation=_organisation(kind, text),
        identifiers=tuple(dict.fromkeys((*identifiers, *find_identifiers(text)))),
    )


def told_apart(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """Give entries with the very same words their number as well, for their words are their identity."""
    seen: set[str] = set()
    apart = []
    for at, reference in enumerate(references):
        if reference.key in seen:
            reference = replace(reference, text=f"{reference.text} [{reference.number or f'entry {at + 1}'}]")
        seen.add(reference.key)
        apart.append(reference)
    return tuple(apart)


def _has_kind_lines(blocks: Sequence[Block]) -> bool:
    return any(kind_of_line(block.text) is not None for block in blocks)


def _announced(blocks: Sequence[Block]) -> list[_Entry]:
    """Entries under a line each that says their kind; whatever follows, up to the next such line, is the entry."""
    entries: list[_Entry] = []
    for block in blocks:
        kind = kind_of_line(block.text)
        if kind is not None:
            entries.append(_Entry(number=block.number, announced=kind))
        elif entries and not (entries[-1].lines and block.kind is BlockKind.NOTE):
            entries[-1].add(block.text, block.links)
        else:
            entries.append(_opened(block, None))
    return entries


def _plain(blocks: Sequence[Block]) -> list[_Entry]:
    """Entries as their blocks say. A list that starts from one again, as in a second column, goes on counting."""
    entries: list[_Entry] = []
    last, before, top = None, 0, min((block.level for block in blocks if block.is_item), default=1)
    alone: int | None = None
    for block in blocks:
        if block.number is None and (match := _NUMBER_ALONE.fullmatch(block.text)) and match.group(1):
            alone = int(match.group(1))
            continue
        entry, alone = _opened(block, last, alone), None
        is_nested = block.is_item and block.level > top
        if entries and (entry.number is None or is_nested) and _goes_on(entries[-1], block):
            entries[-1].add(block.text, block.links)
            continue
        if block.kind is BlockKind.NUMBERED and entry.number is not None:
            before = last or 0 if entry.number == 1 and last not in (None, 1) else before
            entry.number += before
        entries.append(entry)
        last = entry.number if entry.number is not None else last
    return entries


def _opened(block: Block, last: int | None, alone: int | None = None) -> _Entry:
    """The entry a block opens, with its number: the list's own, one written before the words, or alone above them."""
    number, text = block.number if block.number is not None else alone, block.text
    if number is None and block.kind is not BlockKind.NOTE:
        number, text = _written_number(text, last)
    entry = _Entry(number=number if number and number <= _LONGEST_NUMBER else None)
    entry.add(text, block.links)
    return entry


def _written_number(text: str, last: int | None) -> tuple[int | None, str]:
    plain = readable(text)
    if match := _RAISED_NUMBER.match(plain):
        return int(match.group(1).translate(_DIGITS)), plain[match.end() :]
    match = _WRITTEN_NUMBER.match(plain)
    if match is None:
        return None, text
    number = int(next(group for group in match.groups() if group))
    # A bare number may be part of the title (5 years of follow-up); it counts while the list goes on from one.
    if match.group(5) and number != (last or 0) + 1:
        return None, text
    return number, plain[match.end() :]


def _goes_on(entry: _Entry, block: Block) -> bool:
    """Whether a block without a number belongs to the entry above: nested, under a number, or the source of a title."""
    if block.kind is BlockKind.NOTE:
        return block.level > 0
    if block.kind is BlockKind.PARAGRAPH and (block.level or entry.number is not None):
        return True
    if block.is_item and block.level > 1 and (entry.number is not None or entry.lines):
        return True
    lone_title = len(entry.lines) == 1 and not _YEAR.search(entry.lines[0]) and not entry.links
    return lone_title and entry.number is None and not block.is_item and source_line(block.text) is not None


def _reference(entry: _Entry) -> Reference:
    identifiers = find_identifiers(" ".join((*entry.lines, *entry.links)))
    source = source_line(entry.lines[-1]) if len(entry.lines) > 1 else None
    if source is None:
        text = " ".join(entry.lines)
        reference = reference_from(text, identifiers=identifiers, number=entry.number)
        kind = kind_of(text, announced=entry.announced, has_source=bool(reference.source or identifiers))
        return replace(reference, kind=kind, organisation=_organisation(kind, text))
    text = f"{_stopped(' '.join(entry.lines[:-1]))} {entry.lines[-1]}"
    kind = kind_of(text, announced=entry.announced)
    return Reference(
        text=text,
        kind=kind,
        number=entry.number,
        title=" ".join(entry.lines[:-1]),
        source=source[0],
        year=source[1],
        organisation=_organisation(kind, text),
        identifiers=identifiers,
    )


def _stopped(title: str) -> str:
    return title if title[-1:] in ".!?。！？" else f"{title}."


def _organisation(kind: ReferenceKind, text: str) -> str:
    named = kind in (ReferenceKind.GUIDELINE, ReferenceKind.SYSTEMATIC_REVIEW)
    return organisation_in(text) if named else ""
