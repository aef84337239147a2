"""The one form in which every page, whatever its format, goes on to be read: a sequence of blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.domain.articles import Reference

MARK_OPEN, MARK_CLOSE, MARK_SHOWN = "\ue000", "\ue001", "\ue002"
"""Around citation numbers that the markup itself shows to be markers, and before what the page prints in their place.
:mod:`decoding` removes all three from any input."""

MARK = re.compile(
    f"{MARK_OPEN}(?P<numbers>[^{MARK_SHOWN}{MARK_CLOSE}]*)(?:{MARK_SHOWN}(?P<shown>[^{MARK_CLOSE}]*))?{MARK_CLOSE}"
)
"""A certain marker in a block's text."""

_FIRST_LINK, _MOST_LINKS = 0xE100, 1000
LINKED = re.compile("[\ue100-\uf8ff]")
"""Behind linked words: which of the block's links it is, as one private character."""


class BlockKind(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    NUMBERED = "numbered"
    ROW = "row"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One heading, paragraph, list item, table row or footnote.

    ``level`` is that of a heading (0 where the format prints none), the depth of a list item from 1, or for a
    paragraph the depth of the item it continues; a footnote with a level goes on with the one above it. ``number`` is
    the written number of an item or footnote. ``links`` are the addresses linked from the block. ``is_header`` marks
    the head row of a table.
    """

    kind: BlockKind
    text: str
    line: int
    level: int = 0
    number: int | None = None
    links: tuple[str, ...] = ()
    is_header: bool = False

    @property
    def is_item(self) -> bool:
        """Whether the block is an item of a list."""
        return self.kind in (BlockKind.BULLET, BlockKind.NUMBERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation in the head of a page: as it would be printed, with its title and what identifies it, where told."""

    text: str
    title: str = ""
    links: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a format's reader hands on: the blocks, and what the page's metadata says beside its text.

    ``reviewed`` and ``cited`` are for machines: they count where the text itself says nothing. ``references`` are the
    entries of a format that tags its list; then the blocks hold no list, and every marker in them is certain. None
    where the list stands among the blocks.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    question: str = ""
    url: str | None = None
    updated: str = ""
    status: str = ""
    reviewed: str = ""
    cited: tuple[Cited, ...] = ()
    references: tuple[Reference, ...] | None = None


def marked(numbers: str, *, shown: str | None = None) -> str:
    """Citation numbers as a marker that is certain, for use inside a block's text.

    ``shown`` is what the page prints where it prints no numbers: a letter, or nothing behind an author and a year.
    """
    return f"{MARK_OPEN}{numbers}{'' if shown is None else MARK_SHOWN + shown}{MARK_CLOSE}"


def readable(text: str) -> str:
    """A block's text as a person reads it: certain markers stand in square brackets, or as the page shows them."""
    plain = LINKED.sub("", text)
    return MARK.sub(lambda mark: f"[{mark['numbers']}]" if mark["shown"] is None else mark["shown"], plain)


def link_sign(at: int) -> str:
    """The sign behind words that are linked to the block's link ``at``; nothing where a block has too many."""
    return chr(_FIRST_LINK + at) if at < _MOST_LINKS else ""


def linked_from(text: str, links: Sequence[str]) -> tuple[str, ...]:
    """The addresses linked from a piece of a block's text."""
    at = (ord(sign) - _FIRST_LINK for sign in LINKED.findall(text))
    return tuple(dict.fromkeys(links[index] for index in at if index < len(links)))


def squeeze(text: str) -> str:
    """One line of text, every run of white space a single space."""
    return " ".join(text.split())


def with_text(block: Block, text: str) -> Block:
    """The block with other words."""
    return replace(block, text=text)
