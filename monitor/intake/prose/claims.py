"""Body blocks → claims: sentences and list items with the headings above them and the markers they carry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from monitor.domain.articles import Claim
from monitor.intake.lines import Block, BlockKind, linked_from, readable
from monitor.intake.prose.markers import Marking, Style
from monitor.intake.prose.sentences import sentences

_LETTER = re.compile(r"[^\W\d_]")
_AFTER_MARK = re.compile(r"[\ue100-\uf8ff\s.!?;:,。．！？；،؛۔।。)）]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is said, without the markers at its end, and the numbers it cites."""

    text: str
    markers: tuple[int, ...]


@dataclass(slots=True)
class _Outline:
    """What stands above the block being read: headings, the line that leads into a list, and the parent items."""

    title: str
    headings: list[tuple[int, str]] = field(default_factory=list)
    lead_in: str = ""
    parents: list[tuple[int, str]] = field(default_factory=list)
    after_heading: bool = False

    def enter(self, block: Block) -> None:
        """Pass a heading. Where the page prints no ranks, only headings in a row are known to nest."""
        if block.level:
            self.headings = [known for known in self.headings if known[0] < block.level]
        elif not self.after_heading:
            self.headings = []
        self.headings.append((block.level, readable(block.text)))
        self.lead_in, self.parents, self.after_heading = "", [], True

    def reach(self, block: Block) -> None:
        """Come to a block of prose."""
        self.after_heading = False
        if block.is_item:
            self.parents = [known for known in self.parents if known[0] < block.level]
        elif not block.level:
            self.lead_in, self.parents = "", []

    @property
    def above(self) -> tuple[str, ...]:
        """All that stands above, the title first."""
        texts = (self.title, *(text for _, text in self.headings), self.lead_in, *(text for _, text in self.parents))
        return tuple(text for text in texts if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a body says, and by claim's position the addresses that its words are linked to."""

    claims: tuple[Claim, ...]
    linked: Mapping[int, tuple[str, ...]]


def claims_of(body: Sequence[Block], marking: Marking, *, title: str) -> Told:
    """Every statement of the body, in order, numbered from 1. The same words under the same heading are one claim."""
    outline = _Outline(title=title)
    found: dict[str, Claim] = {}
    linked: dict[str, tuple[str, ...]] = {}
    for at, block in enumerate(body):
        following = body[at + 1] if at + 1 < len(body) else None
        for claim, links in _told_by(block, following, outline, marking):
            _keep(found, claim)
            if links:
                linked[claim.key] = tuple(dict.fromkeys((*linked.get(claim.key, ()), *links)))
    numbered = tuple(replace(claim, position=position) for position, claim in enumerate(found.values(), start=1))
    return Told(
        claims=numbered, linked={claim.position: linked[claim.key] for claim in numbered if claim.key in linked}
    )


def _told_by(
    block: Block, following: Block | None, outline: _Outline, marking: Marking
) -> Iterable[tuple[Claim, tuple[str, ...]]]:
    if block.kind is not BlockKind.HEADING:
        outline.reach(block)
        yield from _claims_in(block, following, outline, marking)
        return
    said = _headed(block, marking)
    if said.markers:
        yield Claim(position=0, text=said.text, headings=outline.above, markers=said.markers), ()
    outline.enter(replace(block, text=said.text))


def statement_of(text: str, marking: Marking) -> Statement:
    """A sentence or item taken apart. Markers inside it stay in its words; those at its end do not."""
    marks = marking.marks(text)
    numbers = tuple(dict.fromkeys(number for mark in marks for number in mark.numbers))
    end = len(text)
    for mark in reversed(marks):
        if mark.start == mark.end or not _AFTER_MARK.fullmatch(text[mark.end : end]):
            break
        end = mark.start
    return Statement(text=readable(text[:end]).rstrip(" \t,;"), markers=numbers)


def _claims_in(
    block: Block, following: Block | None, outline: _Outline, marking: Marking
) -> Iterable[tuple[Claim, tuple[str, ...]]]:
    if block.is_header:
        said = _headed(block, marking)
        if said.markers:
            yield Claim(position=0, text=said.text, headings=outline.above, markers=said.markers), ()
        return
    pieces = _pieces(block, marking)
    above = outline.above
    is_lead_in = _leads_in(block, following)
    for number, piece in enumerate(pieces):
        said = statement_of(piece, marking)
        is_context = is_lead_in and number == len(pieces) - 1 and _is_open(block, piece)
        if is_context:
            _remember(outline, block, said.text)
        if said.markers or (_is_statement(said.text) and not (is_context and said.text.endswith(":"))):
            claim = Claim(position=0, text=said.text, headings=above, markers=said.markers)
            yield claim, linked_from(piece, block.links)


def _headed(block: Block, marking: Marking) -> Statement:
    """What a heading says. One with a certain marker rests on something, and is a claim as well."""
    said = statement_of(block.text, marking)
    if marking.style in (Style.CERTAIN, Style.AUTHOR_YEAR) and said.markers and set(said.markers) <= marking.listed:
        return said
    return Statement(text=readable(block.text), markers=())


def _pieces(block: Block, marking: Marking) -> list[str]:
    """The sentences of a paragraph. A list item is one piece, unless several of its sentences carry markers."""
    pieces = list(sentences(block.text, marking.closing))
    if block.kind is BlockKind.PARAGRAPH or sum(bool(marking.marks(piece)) for piece in pieces) > 1:
        return pieces
    return [block.text]


def _leads_in(block: Block, following: Block | None) -> bool:
    if following is None or not following.is_item:
        return False
    return following.level > block.level if block.is_item else True


def _is_open(block: Block, piece: str) -> bool:
    """A paragraph leads into a list by its colon; an item does by having items under it."""
    return block.is_item or readable(piece).rstrip().endswith(":")


def _remember(outline: _Outline, block: Block, text: str) -> None:
    if block.is_item:
        outline.parents.append((block.level, text))
    else:
        outline.lead_in = text


def _is_statement(text: str) -> bool:
    return not text.endswith(("?", "？", "؟")) and len(_LETTER.findall(text)) >= 3


def _keep(found: dict[str, Claim], claim: Claim) -> None:
    if not claim.text:
        return
    known = found.get(claim.key)
    if known is None:
        found[claim.key] = claim
        return
    found[claim.key] = replace(known, markers=tuple(dict.fromkeys((*known.markers, *claim.markers))))
