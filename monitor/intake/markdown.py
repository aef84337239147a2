"""Markdown → blocks: headings, lists, tables, footnotes, quotations, front matter. Code is left out: it is no prose."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from monitor.intake.lines import Block, BlockKind, Page
from monitor.intake.markdown_inline import Inline, numbers_of_labels

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.S)
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.S)
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*?)(?:\s#+)?\s*$")
_UNDERLINED = re.compile(r"\s{0,3}(=+|-{2,})\s*")
_RULE = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})")
_ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+•]|(?P<number>\d{1,3})[.)])\s+(?P<text>\S.*)")
_NOTE = re.compile(r"\s{0,3}\[\^?(?P<label>[^\]\s]+)\]:\s*(?P<text>\S.*)")
_BOXED = re.compile(r"\s{0,3}\\?\[(?P<number>\d{1,3})\\?\](?![:(])\s+(?P<text>\S.*)")
_ROW = re.compile(r"\s*\|.*\|\s*")
_ROW_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_QUOTE = re.compile(r"\s{0,3}(?:>\s?)+")
_BOLD_ALONE = re.compile(r"\s{0,3}(?:\*\*|__)(?P<text>[^*_]{1,90}[^*_.:;,!?])(?:\*\*|__)\s*")

BOLD_HEADING_LEVEL = 6
"""A line all in bold is a heading of the lowest rank."""


def read_markdown(text: str) -> Page:
    """The blocks of a Markdown text, and what its front matter says of title, question, date and status."""
    front, body, skipped = _front_matter(text)
    body = _COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), body)
    reader = _Reader(inline=Inline(numbers=numbers_of_labels(body)))
    for number, line in enumerate(body.split("\n"), start=1 + skipped):
        reader.take(line, number)
    reader.flush()
    return Page(
        blocks=tuple(reader.blocks),
        title=front.get("title", ""),
        question=front.get("question", ""),
        url=front.get("url") or front.get("canonical") or None,
        status=front.get("review_status", ""),
        updated=front.get("last_updated") or front.get("updated") or front.get("lastmod") or "",
    )


@dataclass(slots=True)
class _Reader:
    """Reads line by line; ``open`` holds the raw lines of the block that may still go on."""

    inline: Inline
    blocks: list[Block] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    shape: Block = field(default_factory=lambda: Block(kind=BlockKind.PARAGRAPH, text="", line=1))
    indents: list[int] = field(default_factory=list)
    fence: str = ""
    after_blank: bool = True

    def take(self, line: str, number: int) -> None:
        """Read one line."""
        if self._in_code(line):
            return
        line = _QUOTE.sub("", line, count=1) if _QUOTE.match(line) else line
        if not line.strip():
            self.flush()
            self.after_blank = True
            return
        self._line(line, number)
        self.after_blank = False

    def flush(self) -> None:
        """Close the open block."""
        if self.open:
            text, links = self.inline.read(" ".join(part.strip() for part in self.open))
            if text:
                self.blocks.append(
                    Block(
                        kind=self.shape.kind,
                        text=text,
                        line=self.shape.line,
                        level=self.shape.level,
                        number=self.shape.number,
                        links=links,
                        is_header=self.shape.is_header,
                    )
                )
        self.open = []

    def _in_code(self, line: str) -> bool:
        if match := _FENCE.match(line):
            sign = match.group(1)[:3]
            if not self.fence:
                self.flush()
                self.fence = sign
                return True
            if sign == self.fence:
                self.fence = ""
                return True
        return bool(self.fence)

    def _line(self, line: str, number: int) -> None:
        if match := _HEADING.fullmatch(line):
            self._start(BlockKind.HEADING, match.group(2), number, level=len(match.group(1)))
            self.flush()
        elif self._underlines(line):
            level = 1 if line.strip().startswith("=") else 2
            self.shape = Block(kind=BlockKind.HEADING, text="", line=self.shape.line, level=level)
            self.flush()
        elif _RULE.fullmatch(line):
            self.flush()
        elif _ROW.fullmatch(line):
            self._row(line, number)
        elif not self._opens_item(line, number):
            self._prose(line, number)

    def _underlines(self, line: str) -> bool:
        return len(self.open) == 1 and self.shape.kind is BlockKind.PARAGRAPH and bool(_UNDERLINED.fullmatch(line))

    def _row(self, line: str, number: int) -> None:
        if _ROW_RULE.fullmatch(line):
            self.flush()
            if self.blocks and self.blocks[-1].kind is BlockKind.ROW:
                last = self.blocks[-1]
                self.blocks[-1] = Block(kind=BlockKind.ROW, text=last.text, line=last.line, is_header=True)
            return
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        self._start(BlockKind.ROW, " | ".join(cell for cell in cells if cell), number)
        self.flush()

    def _opens_item(self, line: str, number: int) -> bool:
        if match := _NOTE.fullmatch(line):
            self._start(BlockKind.NOTE, match["text"], number, written=self.inline.numbers.get(match["label"]))
        elif match := _BOXED.fullmatch(line):
            self._start(BlockKind.NUMBERED, match["text"], number, level=1, written=int(match["number"]))
        elif match := _ITEM.fullmatch(line):
            indent = len(match["indent"].expandtabs(4))
            self.indents = [*(known for known in self.indents if known < indent), indent]
            written = int(match["number"]) if match["number"] else None
            self._start(
                BlockKind.BULLET if written is None else BlockKind.NUMBERED,
                match["text"],
                number,
                level=len(self.indents),
                written=written,
            )
        else:
            return False
        return True

    def _prose(self, line: str, number: int) -> None:
        if self.open:
            self.open.append(line)
            return
        if self.after_blank and (match := _BOLD_ALONE.fullmatch(line)):
            self._start(BlockKind.HEADING, match["text"], number, level=BOLD_HEADING_LEVEL)
            self.flush()
            return
        if line[:2].isspace() and self.blocks and self.blocks[-1].kind is BlockKind.NOTE:
            self._start(BlockKind.NOTE, line, number, level=1)
            return
        depth = len(self.indents) if line[:2].isspace() and self.indents else 0
        self.indents = self.indents if depth else []
        self._start(BlockKind.PARAGRAPH, line, number, level=depth)

    def _start(self, kind: BlockKind, text: str, line: int, *, level: int = 0, written: int | None = None) -> None:
        self.flush()
        if kind in (BlockKind.HEADING, BlockKind.ROW, BlockKind.NOTE):
            self.indents = []
        self.shape = Block(kind=kind, text="", line=line, level=level, number=written)
        self.open = [text]


def _front_matter(text: str) -> tuple[dict[str, str], str, int]:
    """Front matter as plain ``key: value`` lines, the text after it, and how many lines it took."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text, 0
    values = {}
    for line in match.group(1).split("\n"):
        key, colon, value = line.partition(":")
        if colon and not line[:1].isspace():
            values[key.strip().lower().replace("-", "_")] = value.strip().strip("\"'")
    return values, text[match.end() :], match.group().count("\n")
