"""Which blocks are the article's body, and which its reference list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.intake.chrome import PERHAPS_REFERENCES, is_chrome, opens_references, opens_tail
from monitor.intake.lines import Block, BlockKind
from monitor.intake.lists.kinds import kind_of_line

_CONTINUES = re.compile(r"[a-z(]|https?://|doi\b|PMID\b|PMCID\b|Available\b", re.ASCII)
"""How a line begins that goes on with the entry above it."""
_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_IDENTIFIED = re.compile(r"\b10\.\d{4,9}/\S|\bPMID\b|https?://|\bwww\.|\bNCT\d{8}\b")
_LONGEST_PARTING = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """The body's blocks and the reference list's, chrome left out."""

    body: tuple[Block, ...]
    references: tuple[Block, ...]


def split(blocks: Sequence[Block]) -> Sections:
    """Part the blocks after the title. Footnotes count to the list wherever they stand."""
    kept = _without_tails([block for block in blocks if not is_chrome(block)])
    begins = _list_begins(kept)
    body: list[Block] = []
    listed: list[Block] = []
    resumed = 0
    for begin in begins:
        if begin >= resumed:
            body.extend(kept[resumed:begin])
            end = list_end(kept, begin)
            listed.extend(_entries(kept[begin + 1 : end]))
            resumed = _body_again(kept, kept[begin], end)
            listed.extend(block for block in kept[end:resumed] if block.kind is BlockKind.NOTE)
    body.extend(kept[resumed:])
    notes = [block for block in body if block.kind is BlockKind.NOTE]
    body = [block for block in body if block.kind is not BlockKind.NOTE]
    begin = len(body) if notes or begins else _unheaded_list(body)
    return Sections(body=tuple(body[:begin]), references=(*listed, *body[begin:], *notes))


def _without_tails(blocks: Sequence[Block]) -> list[Block]:
    """Drop the page's closing parts; where headings have no rank, everything after the first goes."""
    kept: list[Block] = []
    tail: Block | None = None
    for block in blocks:
        if tail is not None and _ends_tail(block, tail):
            tail = None
        if tail is None and opens_tail(block):
            tail = block
        if tail is None or block.kind is BlockKind.NOTE:
            kept.append(block)
    return kept


def _ends_tail(block: Block, tail: Block) -> bool:
    if block.kind is not BlockKind.HEADING:
        return False
    if opens_references(block):
        return True
    return bool(block.level and tail.level) and block.level <= tail.level


def _list_begins(blocks: Sequence[Block]) -> list[int]:
    """Where the lists' headings stand. Without ranks it is the last one, for a table of contents may name it before;
    of several with ranks those count that have entries under them."""
    starts = [at for at, block in enumerate(blocks) if opens_references(block) and not _is_in_a_menu(blocks, at)]
    headings = [at for at in starts if blocks[at].kind is BlockKind.HEADING]
    last = max(headings or starts, default=None)
    ranked = [at for at, block in enumerate(blocks) if block.level and _may_open_references(block)]
    evident = [at for at in ranked if at != last and _is_evident(blocks[at + 1 : list_end(blocks, at)])]
    return sorted({*evident, *(() if last is None else (last,))})


def _is_in_a_menu(blocks: Sequence[Block], at: int) -> bool:
    """Whether a line that could head a list is an item among others: a menu, or a table of contents."""
    block = blocks[at]
    if not block.is_item:
        return False
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    before = blocks[at - 1] if at else None
    if block.number is None:
        return any(beside is not None and beside.is_item and beside.number is None for beside in (before, following))
    return following is None or following.number == block.number + 1


def _may_open_references(block: Block) -> bool:
    return block.kind is BlockKind.HEADING and (
        opens_references(block) or PERHAPS_REFERENCES.match(block.text) is not None
    )


def _is_evident(blocks: Sequence[Block]) -> bool:
    """Whether most of what stands under a heading looks like sources: dated, linked, or identified."""
    lines = [block for block in blocks if block.kind is not BlockKind.HEADING]
    sources = sum(bool(_DATED.search(block.text) or _IDENTIFIED.search(block.text)) for block in lines)
    return bool(lines) and 2 * sources > len(lines)


def list_end(blocks: Sequence[Block], begin: int) -> int:
    """Where the list under its heading ends: at a heading of its rank, or where its entries do."""
    opener, last, has_items = blocks[begin], None, False
    for at in range(begin + 1, len(blocks)):
        block = blocks[at]
        if block.kind is BlockKind.HEADING:
            if _heading_ends(blocks, at, opener, last):
                return at
        elif (last is not None or has_items) and _is_beyond(block) and not _is_followed(blocks, at, last):
            return at
        has_items = has_items or _is_entry(block)
        last = block.number if _is_entry(block) and block.number else last
    return len(blocks)


def _is_entry(block: Block) -> bool:
    return block.is_item or block.kind is BlockKind.NOTE


def _heading_ends(blocks: Sequence[Block], at: int, opener: Block, last: int | None) -> bool:
    """Whether a heading ends the list. What parts the list, with entries under it, does not."""
    block = blocks[at]
    if kind_of_line(blocks[at - 1].text) is not None:
        return False
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    if last is not None and following is not None and following.number == last + 1:
        return False
    if block.level and (opener.kind is not BlockKind.HEADING or block.level <= opener.level):
        return True
    parts = 0 < opener.level < block.level and following is not None and _is_numbered(following)
    return last is not None and not parts


def _is_numbered(block: Block) -> bool:
    return _is_entry(block) and block.number is not None


def _is_beyond(block: Block) -> bool:
    """Whether a block behind the items of a list is none of it."""
    is_source = _DATED.search(block.text) or _IDENTIFIED.search(block.text)
    return block.kind is BlockKind.PARAGRAPH and not block.level and not _CONTINUES.match(block.text) and not is_source


def _is_followed(blocks: Sequence[Block], at: int, last: int | None) -> bool:
    """Whether a line only parts the list, and its numbers go on below."""
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    if following is None or len(blocks[at].text) > _LONGEST_PARTING:
        return False
    return _is_entry(following) and (last is None or following.number in (last + 1, 1))


def _entries(blocks: Sequence[Block]) -> list[Block]:
    """The list without what parts it: headings and lead-ins over its items."""
    kept = []
    for at, block in enumerate(blocks):
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        over_items = following is not None and _is_entry(following)
        is_lead_in = block.kind is BlockKind.PARAGRAPH and not block.level and block.text.endswith((":", "："))
        is_parting = block.kind is BlockKind.HEADING and (
            kind_of_line(block.text) is None or (following is not None and _is_numbered(following))
        )
        if not (over_items and (is_parting or is_lead_in)):
            kept.append(block)
    return kept


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
