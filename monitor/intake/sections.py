"""Which blocks are the article's body, and which its reference list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.intake.chrome import is_chrome, opens_references, opens_tail
from monitor.intake.lines import Block, BlockKind
from monitor.intake.reference_kinds import kind_of_line

_CONTINUES = re.compile(r"[a-z(]|https?://|doi\b|PMID\b|PMCID\b|Available\b", re.ASCII)
"""How a line begins that goes on with the entry above it."""
_DATED = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """The body's blocks and the reference list's, chrome left out."""

    body: tuple[Block, ...]
    references: tuple[Block, ...]


def split(blocks: Sequence[Block]) -> Sections:
    """Part the blocks after the title. Footnotes count to the list wherever they stand."""
    kept = _without_tails([block for block in blocks if not is_chrome(block)])
    notes = tuple(block for block in kept if block.kind is BlockKind.NOTE)
    rest = [block for block in kept if block.kind is not BlockKind.NOTE]
    begin = _list_begin(rest)
    if begin is None:
        begin = len(rest) if notes else _unheaded_list(rest)
        return Sections(body=tuple(rest[:begin]), references=tuple(rest[begin:]) + notes)
    end = _list_end(rest, begin)
    resumed = _body_again(rest, rest[begin], end)
    return Sections(body=tuple(rest[:begin] + rest[resumed:]), references=tuple(rest[begin + 1 : end]) + notes)


def _without_tails(blocks: Sequence[Block]) -> list[Block]:
    """Drop the page's closing parts; where headings have no rank, everything after the first goes."""
    kept: list[Block] = []
    tail: Block | None = None
    for block in blocks:
        if tail is not None and _ends_tail(block, tail):
            tail = None
        if tail is None and opens_tail(block):
            tail = block
        if tail is None:
            kept.append(block)
    return kept


def _ends_tail(block: Block, tail: Block) -> bool:
    if block.kind is not BlockKind.HEADING:
        return False
    if opens_references(block):
        return True
    return bool(block.level and tail.level) and block.level <= tail.level


def _list_begin(blocks: Sequence[Block]) -> int | None:
    """Where the list's heading stands: the last one, for a table of contents may name it before."""
    starts = [at for at, block in enumerate(blocks) if opens_references(block)]
    headings = [at for at in starts if blocks[at].kind is BlockKind.HEADING]
    return max(headings or starts, default=None)


def _list_end(blocks: Sequence[Block], begin: int) -> int:
    """Where the list under its heading ends: at a heading of its rank, or where its numbered entries do."""
    level, numbered = blocks[begin].level, False
    for at in range(begin + 1, len(blocks)):
        block = blocks[at]
        is_entry = kind_of_line(blocks[at - 1].text) is not None
        if block.kind is BlockKind.HEADING and 0 < block.level <= level and not is_entry:
            return at
        if numbered and not block.is_item and not block.level and not _CONTINUES.match(block.text):
            return at
        if numbered and block.kind is BlockKind.HEADING:
            return at
        numbered = numbered or block.kind is BlockKind.NUMBERED
    return len(blocks)


def _body_again(blocks: Sequence[Block], heading: Block, end: int) -> int:
    """Where the body goes on after the list: at the next heading of its rank. What stands between is the site's."""
    for at in range(end, len(blocks)):
        if blocks[at].kind is BlockKind.HEADING and (not heading.level or 0 < blocks[at].level <= heading.level):
            return at
    return len(blocks)


def _unheaded_list(blocks: Sequence[Block]) -> int:
    """Where a list without a heading begins: numbered from one at the very end, most entries with a year."""
    begin = len(blocks)
    while begin and blocks[begin - 1].kind is BlockKind.NUMBERED:
        begin -= 1
    entries = blocks[begin:]
    dated = sum(_DATED.search(entry.text) is not None for entry in entries)
    is_list = len(entries) >= 2 and entries[0].number == 1 and dated >= 0.6 * len(entries)
    return begin if is_list else len(blocks)
