"""The elements of an HTML page → blocks, walked once from first to last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml.html import HtmlElement

from monitor.intake.chrome import opens_references
from monitor.intake.html.footnotes import Footnotes
from monitor.intake.html.frame import is_left_out
from monitor.intake.html.inline import InlineText
from monitor.intake.lines import LINKED, MARK_CLOSE, Block, BlockKind

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset({"ul", "ol", "menu", "dl"})
_ITEMS = frozenset({"li", "dt", "dd"})
_BLOCKS = frozenset(
    {
        *_HEADINGS,
        *_LISTS,
        "td",
        "th",
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "caption",
        "details",
        "summary",
        "hr",
        "address",
        "center",
        "form",
        "fieldset",
        "body",
        "hgroup",
    }
)
DEEPEST = 150
"""Elements nested deeper than this are read as plain text: no article needs them, and recursion is not free."""


def blocks_in(element: HtmlElement, notes: Footnotes) -> tuple[Block, ...]:
    """The blocks of an element, footnotes with their numbers among them, the site's frame left out."""
    walker = _Walker(notes=notes, run=InlineText(notes))
    walker.container(element, depth=0)
    walker.flush()
    return tuple(walker.blocks)


_ONLY_NUMBER = re.compile(r"\W*(\d{1,3})\W*")
_COUNTED = re.compile(r"\W?(\d{1,3})[\].):]")
_LAID_OUT = frozenset({"ol", "ul", "dl", "h2", "h3", "h4"})
_MOST_WORKS = 5
_LABEL = re.compile(
    rf"\W*(?:\d{{1,4}}|[a-zA-Z]|[*†‡§¶‖#]{{1,4}})(?:\s\||[\].):{MARK_CLOSE}]+|(?<=[*†‡§¶‖#]))\s*(?:\|\s*)?(?=\S)"
    r"|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}\s*(?=\S)"
)
"""What a page prints before the words of a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """The list item that is open: how its first words are to be read."""

    kind: BlockKind
    level: int
    number: int | None


@dataclass(slots=True)
class _Walker:
    """Walks the tree once; ``run`` gathers the words between two block elements."""

    notes: Footnotes
    run: InlineText
    blocks: list[Block] = field(default_factory=list)
    item: _Item | None = None
    list_depth: int = 0

    def container(self, element: HtmlElement, *, depth: int) -> None:
        """Read an element's words and the blocks inside it."""
        self.run.at(element.sourceline)
        self.run.add(element.text)
        for child in element:
            if isinstance(child, HtmlElement) and isinstance(child.tag, str):
                self._child(child, depth=depth + 1)
            self.run.add(child.tail)

    def flush(self, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> None:
        """Close the words gathered so far as one block."""
        line, text, links, lines = self.run.line, self.run.text(), self.run.links(), self.run.lines()
        self.run = InlineText(self.notes)
        if not text:
            return
        if len(lines) > 1 and kind is BlockKind.PARAGRAPH and self.item is None and self._lists_sources(lines):
            self.blocks.extend(Block(kind=kind, text=one, line=line, links=_links_of(one, links)) for one in lines)
            return
        if self.item is not None and kind is BlockKind.PARAGRAPH:
            item, self.item = self.item, None
            self.blocks.append(
                Block(kind=item.kind, text=text, line=line, level=item.level, number=item.number, links=links)
            )
            return
        deep = self.list_depth if kind is BlockKind.PARAGRAPH else level
        self.blocks.append(Block(kind=kind, text=text, line=line, level=deep, links=links))

    def _child(self, child: HtmlElement, *, depth: int) -> None:
        tag = str(child.tag)
        if is_left_out(child, self.notes, under_list_heading=self._is_under_list_heading()):
            return
        if child in self.notes.entries:
            self._note(child, depth)
            return
        if tag not in _BLOCKS and not (depth < DEEPEST and _holds_blocks(child)):
            self.run.element(child)
            return
        self.flush()
        if depth >= DEEPEST:
            self.run.add(child.text_content())
        elif tag in _HEADINGS:
            self._heading(child, depth)
        elif tag in _LISTS:
            self._list(child, depth)
        elif tag == "summary":
            self._heading(child, depth)
        elif tag == "tr" and not _is_layout(child):
            self._row(child)
        else:
            self.container(child, depth=depth)
        self.flush()

    def _heading(self, child: HtmlElement, depth: int) -> None:
        """Read a heading. What folds a part away is one as well, of the rank of the heading above it."""
        above = (block.level for block in reversed(self.blocks) if block.kind is BlockKind.HEADING)
        rank = _HEADINGS.get(str(child.tag)) or max(2, next(above, 2))
        outer, self.item = self.item, None
        self.container(child, depth=depth)
        self.flush(BlockKind.HEADING, rank)
        self.item = outer

    def _list(self, element: HtmlElement, depth: int) -> None:
        outer, self.list_depth = self.item, self.list_depth + 1
        for child, number in _numbered(element):
            if child in self.notes.entries:
                self._note(child, depth + 1)
            elif child.tag == "dt" and _ONLY_NUMBER.fullmatch(child.text_content()):
                continue
            elif child.tag in _ITEMS:
                kind = BlockKind.BULLET if number is None else BlockKind.NUMBERED
                self.item = _Item(kind=kind, level=self.list_depth, number=number)
                self.container(child, depth=depth + 1)
                self.flush()
            else:
                self._child(child, depth=depth + 1)
        self.item, self.list_depth = outer, self.list_depth - 1

    def _note(self, element: HtmlElement, depth: int) -> None:
        """Read an entry of the notes: its first block has its number, whatever follows in it goes on with that."""
        self.flush()
        outer, self.item, at = self.item, None, len(self.blocks)
        if element.tag == "tr":
            self._row(element)
        else:
            self.container(element, depth=depth + 1)
        self.flush()
        self.item = outer
        self._name_works(element, at)
        number = self.notes.entries[element]
        for index, block in enumerate(self.blocks[at:], start=at):
            first = index == at
            self.blocks[index] = replace(
                block,
                kind=BlockKind.NOTE,
                text=_unlabelled(block.text, number) if first else block.text,
                level=0 if first else 1,
                number=number if first else None,
                is_header=False,
            )

    def _name_works(self, note: HtmlElement, at: int) -> None:
        """Let a short note say what it stands for in full."""
        for work in self.notes.works.get(note, ())[:_MOST_WORKS]:
            inside = InlineText(self.notes)
            inside.element(work)
            if at < len(self.blocks):
                block = self.blocks[at]
                self.blocks[at] = replace(
                    block, text=f"{block.text} {inside.text()}", links=(*block.links, *inside.links())
                )

    def _lists_sources(self, lines: Sequence[str]) -> bool:
        """Whether the lines of a paragraph are a list: numbered in order, or under the heading of a reference list."""
        first = Block(kind=BlockKind.PARAGRAPH, text=lines[0], line=1)
        if opens_references(first) or self._is_under_list_heading():
            return True
        numbers = [int(match.group(1)) if (match := _COUNTED.match(line)) else None for line in lines]
        return all(number == at for at, number in enumerate(numbers, start=numbers[0] or 0)) and bool(numbers[0])

    def _is_under_list_heading(self) -> bool:
        return bool(self.blocks) and opens_references(self.blocks[-1])

    def _row(self, row: HtmlElement) -> None:
        cells = [cell for cell in row if isinstance(cell, HtmlElement) and cell.tag in ("td", "th")]
        texts: list[str] = []
        links: list[str] = []
        for cell in cells:
            inside = InlineText(self.notes)
            inside.element(cell)
            texts.append(inside.text())
            links.extend(inside.links())
        if any(texts):
            is_header = all(cell.tag == "th" for cell in cells)
            self.blocks.append(
                Block(
                    kind=BlockKind.ROW,
                    text=" | ".join(filter(None, texts)),
                    line=row.sourceline or 1,
                    links=tuple(links),
                    is_header=is_header,
                )
            )


def _links_of(text: str, links: tuple[str, ...]) -> tuple[str, ...]:
    """All links of a paragraph, as its lines' signs count them, where a line has any."""
    return links if LINKED.search(text) else ()


def _is_layout(row: HtmlElement) -> bool:
    """Whether a row of a table only sets lists or text side by side."""
    cells = [cell for cell in row if cell.tag in ("td", "th") and cell.text_content().strip()]
    return bool(cells) and all(any(inner.tag in _LAID_OUT for inner in cell.iterdescendants()) for cell in cells)


def _unlabelled(text: str, number: int | None) -> str:
    """The words of a note without the number or sign before them."""
    if match := _LABEL.match(text):
        return text[match.end() :]
    return text.removeprefix(f"{number} ")


def _numbered(element: HtmlElement) -> Iterator[tuple[HtmlElement, int | None]]:
    """What a list holds: its items, with their numbers where it is an ordered one, and lists put between them."""
    number = _whole(element.get("start"), 1) - 1
    printed: int | None = None
    for child in element:
        if not isinstance(child, HtmlElement) or not isinstance(child.tag, str):
            continue
        if element.tag == "dl":
            label = _ONLY_NUMBER.fullmatch(child.text_content()) if child.tag == "dt" else None
            yield child, printed if child.tag == "dd" else None
            printed = int(label.group(1)) if label else None
            continue
        if child.tag in _ITEMS:
            number = _whole(child.get("value"), number + 1)
        yield child, number if element.tag == "ol" else None


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,4}", text.strip()) else otherwise


def _holds_blocks(element: HtmlElement) -> bool:
    return any(inner.tag in _BLOCKS for inner in element.iterdescendants())
