"""Plain text → blocks: a line is a paragraph unless the file is wrapped; short lines without a stop are headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from monitor.intake.lines import Block, BlockKind, Page, squeeze, with_text
from monitor.intake.prose.markers import bare_mark, certain_marks

_BULLET = re.compile(r"(?P<indent>\s*)(?P<sign>[•◦▪‣·●○∙*–-]|o(?=\s{2,}))\s+(?P<text>\S.*)")
_NUMBERED = re.compile(
    r"(?P<indent>\s*)(?:(?:[\[［【〔]\s?(?P<boxed>\d{1,3})\s?[\]］】〕]|(?P<plain>\d{1,3})[.)])\s+"
    r"|(?:[［【〔]\s?(?P<wide>\d{1,3})\s?[］】〕]|(?P<listed>\d{1,3})[、．）])\s*)(?P<text>\S.*)"
)
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,}|_{3,}|\*{3,})\s*")
_SMALL = frozenset("a an and as at by for from in of on or the to vs with".split())  # noqa: SIM905 - reads as words
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

WRAPPED_BELOW = 110
"""A file whose longest line is shorter was wrapped by an editor, and its paragraphs span lines."""
FULL_LINE = 50
"""In a wrapped file a line at least this long is continued by the next."""


@dataclass(slots=True)
class _Reader:
    wrapped: bool
    blocks: list[Block] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)
    last_length: int = 0
    after_blank: bool = True

    def take(self, line: str, number: int) -> None:
        """Read one line."""
        if not line.strip() or _UNDERLINE.fullmatch(line):
            self.after_blank = True
            return
        if match := _BULLET.fullmatch(line) or _NUMBERED.fullmatch(line):
            self._item(match, number)
        elif self._continues(line):
            last = self.blocks[-1]
            self.blocks[-1] = with_text(last, f"{last.text} {squeeze(line)}")
        else:
            self.indents = []
            self.blocks.append(Block(kind=BlockKind.PARAGRAPH, text=squeeze(line), line=number))
        self.last_length, self.after_blank = len(line.rstrip()), False

    def _item(self, match: re.Match[str], number: int) -> None:
        groups = match.groupdict()
        indent = len(groups["indent"].expandtabs(4))
        self.indents = [*(known for known in self.indents if known < indent), indent]
        written = next((groups[key] for key in ("boxed", "plain", "wide", "listed") if groups.get(key)), None)
        self.blocks.append(
            Block(
                kind=BlockKind.NUMBERED if written else BlockKind.BULLET,
                text=squeeze(groups["text"]),
                line=number,
                level=len(self.indents),
                number=int(written) if written else None,
            )
        )

    def _continues(self, line: str) -> bool:
        if self.after_blank or not self.blocks:
            return False
        hangs = self.blocks[-1].is_item and line[:1].isspace()
        return hangs or (self.wrapped and self.last_length >= FULL_LINE)


def read_plain_text(text: str) -> Page:
    """The blocks of a plain text. Headings have level 0, for plain text prints none."""
    lines = text.split("\n")
    reader = _Reader(wrapped=max(map(len, lines)) <= WRAPPED_BELOW)
    for number, line in enumerate(lines, start=1):
        reader.take(line, number)
    blocks = reader.blocks
    return Page(
        blocks=tuple(
            _as_heading(block) if _is_heading(block, lines, blocks[at + 1] if at + 1 < len(blocks) else None) else block
            for at, block in enumerate(blocks)
        )
    )


def _as_heading(block: Block) -> Block:
    return Block(kind=BlockKind.HEADING, text=block.text, line=block.line)


def _is_heading(block: Block, lines: list[str], following: Block | None) -> bool:
    """A short line that ends in no punctuation and no marker, stands alone, and has something under it."""
    if block.kind is not BlockKind.PARAGRAPH or following is None or not looks_like_heading(block.text):
        return False
    after = lines[block.line] if block.line < len(lines) else ""
    before = lines[block.line - 2] if block.line > 1 else ""
    underlined = _UNDERLINE.fullmatch(after) is not None
    alone = not after.strip() and (not before.strip() or _UNDERLINE.fullmatch(before) is not None)
    return underlined or alone


def looks_like_heading(text: str) -> bool:
    """Whether the words alone could be a heading: short, in title case or very few, no final punctuation or marker."""
    if len(text) > 100 or re.search(r"[.!?:;,。！？：；，、؟؛،۔…]$", text) or bare_mark(text) or certain_marks(text):
        return False
    if _CJK.search(text):
        return len(text) <= 40
    words = re.findall(r"[^\W\d_][\w’'-]*", text)
    if not words or len(words) > 14:
        return False
    long = [word for word in words if word not in _SMALL]
    capitals = sum(word[0].isupper() for word in long)
    return len(words) <= 5 or capitals >= 0.6 * len(long)
