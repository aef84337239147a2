"""The grammar of PubMed queries: words, quotes, field tags, ranges, brackets, and operators read from left to right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from monitor.replay.pubmed_fields import Match, find_field

OPERATORS = ("AND", "OR", "NOT")
_PIECE = re.compile(
    r'\s*(?:(?P<bracket>[()])|"(?P<quoted>[^"]*)"|\[(?P<tag>[^\]]*)\]|(?P<word>[^\s()"\[\]]+)|(?P<stray>["\[\]]))'
)
_PROXIMITY = re.compile(r"^(?P<tag>.+):~(?P<distance>\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words with a field tag ("" when there is none). ``distance`` is set for ``"a b"[Title:~3]``."""

    text: str
    tag: str = ""
    quoted: bool = False
    distance: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """``low:high[tag]``, both ends included."""

    low: str
    high: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """``#1``: the result of an earlier search of the same history."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Parts in their order, each with the operator that joins it to what stands left of it."""

    parts: tuple[tuple[str, Node], ...]


Node: TypeAlias = Term | Range | Earlier | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    kind: str
    text: str


def parse_query(text: str) -> Group:
    """Read a query as leniently as PubMed: a missing bracket is closed, a stray one ignored. Never raises."""
    return _Parser(_pieces(text)).group(depth=0)


class _Parser:
    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        self._position = 0

    def group(self, depth: int) -> Group:
        parts: list[tuple[str, Node]] = []
        operator = "AND"
        while (piece := self._peek()) is not None:
            if piece.kind == ")":
                self._position += 1
                if depth:
                    break
            elif piece.kind == "operator":
                operator = self._next().text
            else:
                parts.extend(self._joined(operator, self._factors(depth)))
                operator = "AND"
        return Group(parts=tuple(parts))

    def _joined(self, operator: str, factors: list[Node]) -> list[tuple[str, Node]]:
        """Only the first of several factors takes the written operator, the others are joined by AND."""
        if len(factors) > 1 and operator != "AND":
            return [(operator, Group(parts=tuple(("AND", factor) for factor in factors)))]
        return [(operator, factor) for factor in factors]

    def _factors(self, depth: int) -> list[Node]:
        piece = self._next()
        if piece.kind == "(":
            return [self.group(depth + 1)]
        if piece.kind == "quoted":
            return [self._range_or_term(piece.text, quoted=True)]
        if piece.kind == "word":
            return self._words(piece.text)
        return []

    def _words(self, first: str) -> list[Node]:
        words = [first]
        while (piece := self._peek()) is not None and piece.kind == "word":
            words.append(self._next().text)
        if not self._at("tag", "colon"):
            return [_untagged(word) for word in words]
        last = words[-1] if self._takes_one_word() else " ".join(words)
        before = words[:-1] if last == words[-1] else []
        return [*map(_untagged, before), self._range_or_term(last, quoted=False)]

    def _takes_one_word(self) -> bool:
        """A tag of dates or numbers belongs to the word before it; any other to all words back to the operator."""
        piece = self._peek()
        field = find_field(piece.text) if piece is not None and piece.kind == "tag" else None
        return piece is None or piece.kind == "colon" or (field is not None and field.match in (Match.DATE, Match.PMID))

    def _range_or_term(self, text: str, *, quoted: bool) -> Node:
        tag = self._tag()
        if self._at("colon"):
            self._position += 1
            if self._at("word", "quoted"):
                high = self._next().text
                return Range(low=text, high=high, tag=self._tag() or tag)
        return _tagged(text, tag, quoted)

    def _tag(self) -> str:
        return self._next().text.strip() if self._at("tag") else ""

    def _peek(self) -> _Piece | None:
        return self._pieces[self._position] if self._position < len(self._pieces) else None

    def _at(self, *kinds: str) -> bool:
        piece = self._peek()
        return piece is not None and piece.kind in kinds

    def _next(self) -> _Piece:
        self._position += 1
        return self._pieces[self._position - 1]


def _untagged(word: str) -> Node:
    if re.fullmatch(r"#\d+", word):
        return Earlier(number=int(word[1:]))
    return Term(text=word)


def _tagged(text: str, tag: str, quoted: bool) -> Node:
    field = find_field(tag)
    if field is not None and field.match in (Match.DATE, Match.PMID) and ":" in text:
        low, _, high = text.partition(":")
        return Range(low=low, high=high, tag=tag)
    near = _PROXIMITY.match(tag)
    if near and find_field(tag) is None:
        return Term(text=text, tag=near["tag"], quoted=quoted, distance=int(near["distance"]))
    if not tag and not quoted:
        return _untagged(text)
    return Term(text=text, tag=tag, quoted=quoted)


def _pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    for match in _PIECE.finditer(text):
        kind = match.lastgroup or "stray"
        written = match[kind]
        if kind == "bracket":
            found.append(_Piece(kind=written, text=written))
        elif kind == "word":
            found.extend(_word_pieces(written))
        elif kind != "stray":
            found.append(_Piece(kind=kind, text=written))
    return found


def _word_pieces(word: str) -> list[_Piece]:
    """A colon at the edge of a word joins two dates; inside a word it is split when the tag is known."""
    if word in OPERATORS:
        return [_Piece(kind="operator", text=word)]
    colon = _Piece(kind="colon", text=":")
    bare = word.strip(":")
    middle = [_Piece(kind="word", text=bare)] if bare else []
    before = [colon] if word.startswith(":") else []
    after = [colon] if bare and word.endswith(":") else []
    return [*before, *middle, *after]
