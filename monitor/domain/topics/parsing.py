"""From PubMed's query syntax to a tree. What our engine cannot do exactly is refused, with position and reason.

Source: https://pubmed.ncbi.nlm.nih.gov/help/ : operators in capitals, taken from left to right; quotes, truncation and
field tags switch off automatic term mapping, so that a tagged query means the same to everybody.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from monitor.domain.topics.query import DATE_FIELDS, TEXT_FIELDS, And, Days, Field, Name, Not, Or, Query, Words
from monitor.domain.topics.words import folded, words_of

TAGS: dict[str, Field] = {
    "ti": Field.TITLE,
    "title": Field.TITLE,
    "tiab": Field.TITLE_ABSTRACT,
    "title/abstract": Field.TITLE_ABSTRACT,
    "ot": Field.KEYWORD,
    "other term": Field.KEYWORD,
    "mh": Field.HEADING,
    "mesh": Field.HEADING,
    "mesh terms": Field.HEADING,
    "mh:noexp": Field.HEADING,
    "mesh:noexp": Field.HEADING,
    "mesh terms:noexp": Field.HEADING,
    "majr": Field.MAJOR_HEADING,
    "mesh major topic": Field.MAJOR_HEADING,
    "majr:noexp": Field.MAJOR_HEADING,
    "pt": Field.TYPE,
    "ptyp": Field.TYPE,
    "publication type": Field.TYPE,
    "ta": Field.JOURNAL,
    "journal": Field.JOURNAL,
    "la": Field.LANGUAGE,
    "lang": Field.LANGUAGE,
    "language": Field.LANGUAGE,
    "dp": Field.PUBLISHED,
    "pdat": Field.PUBLISHED,
    "date - publication": Field.PUBLISHED,
    "publication date": Field.PUBLISHED,
    "crdt": Field.CREATED,
    "date - create": Field.CREATED,
    "create date": Field.CREATED,
    "pmid": Field.PMID,
    "uid": Field.PMID,
}
"""Field tags, long and short, without case."""

EXPLODED = frozenset({"mh", "mesh", "mesh terms", "majr", "mesh major topic"})
"""Tags by which PubMed searches a heading with all narrower ones, unless it is truncated (PubMed's help)."""

LEAST_BEFORE_TRUNCATION = 4
"""PubMed truncates words of four letters and more."""

LANGUAGES = {
    "english": "eng",
    "french": "fre",
    "german": "ger",
    "spanish": "spa",
    "italian": "ita",
    "portuguese": "por",
    "dutch": "dut",
    "russian": "rus",
    "chinese": "chi",
    "japanese": "jpn",
    "korean": "kor",
    "polish": "pol",
    "turkish": "tur",
    "danish": "dan",
    "swedish": "swe",
    "norwegian": "nor",
    "finnish": "fin",
    "czech": "cze",
    "hungarian": "hun",
}
"""Names of languages → NLM's three-letter codes; a code may be written, too."""

MOST_NESTED = 100

_TOKEN = re.compile(
    r'\s*(?:(?P<open>\()|(?P<close>\))|(?P<quoted>"[^"]*")|(?P<tag>\[[^\]]*\])|(?P<word>[^\s()"\[\]]+))'
)
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_DATE = re.compile(r"(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?")


class UnsupportedQuery(Exception):
    """The engine cannot run this query as PubMed would. ``position`` counts characters from 0."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(f"{reason} (at character {position + 1}: {_around(text, position)})")
        self.position = position
        self.reason = reason


def parse(text: str) -> Query:
    """The tree of a query; raises :class:`UnsupportedQuery`."""
    return _Parser(text).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split()
        self._next = 0

    def whole(self) -> Query:
        if not self._tokens:
            raise self._refused("the query is empty", 0)
        query = self._sequence(0)
        if self._next < len(self._tokens):
            raise self._refused("a bracket is closed that was never opened", self._tokens[self._next].position)
        return query

    def _sequence(self, depth: int) -> Query:
        """Operands with operators between them, from left to right: ``a OR b AND c`` is ``(a OR b) AND c``."""
        query = self._operand(depth)
        while (token := self._peek()) is not None and token.kind != "close":
            if token.text not in _OPERATORS:
                raise self._refused(self._missing_operator(token), token.position)
            self._next += 1
            query = _joined(token.text, query, self._operand(depth))
        return query

    def _operand(self, depth: int) -> Query:
        token = self._peek()
        if token is None or token.kind == "close":
            raise self._refused("a term is missing", token.position if token else len(self._text))
        if token.text in _OPERATORS and token.kind == "word":
            raise self._refused(f"{token.text} has nothing before it", token.position)
        if token.kind != "open":
            return self._term()
        if depth >= MOST_NESTED:
            raise self._refused("brackets are nested too deeply", token.position)
        self._next += 1
        inside = self._sequence(depth + 1)
        if self._peek() is None:
            raise self._refused("this bracket is never closed", token.position)
        self._next += 1
        return inside

    def _term(self) -> Query:
        """Words or a quoted phrase up to a field tag."""
        parts: list[_Token] = []
        while (token := self._peek()) is not None and token.kind in {"word", "quoted"}:
            if token.kind == "word" and token.text in _OPERATORS:
                break
            parts.append(token)
            self._next += 1
        if not parts:
            raise self._refused("a field tag has nothing before it", token.position if token else len(self._text))
        if token is None or token.kind != "tag":
            raise self._refused(
                "a term without a field tag is mapped by PubMed in ways only PubMed knows; tag it, such as [tiab]",
                parts[0].position,
            )
        self._next += 1
        query = self._tagged(parts, token)
        return self._up_to(query) if isinstance(query, Days) else query

    def _up_to(self, start: Days) -> Query:
        """The other way to write a range: ``"2026/01/01"[crdt] : "2026/01/31"[crdt]``."""
        colon = self._peek()
        if colon is None or colon.text != ":":
            return start
        self._next += 1
        end = self._term()
        if not isinstance(end, Days) or end.field is not start.field:
            raise self._refused("a range needs two dates of one field", colon.position)
        if start.first > end.last:
            raise self._refused("the range ends before it begins", colon.position)
        return Days(start.field, start.first, end.last)

    def _tagged(self, parts: list[_Token], tag: _Token) -> Query:
        name = " ".join(tag.text[1:-1].lower().split())
        if ":~" in name:
            raise self._refused("proximity is not supported", tag.position)
        field = TAGS.get(name)
        if field is None:
            known = ", ".join(f"[{member}]" for member in Field)
            raise self._refused(f"the field {tag.text} is not supported; these are: {known}", tag.position)
        if len(parts) > 1 and any(part.kind == "quoted" for part in parts):
            return self._range(parts, field) if field in DATE_FIELDS else self._two_terms(parts)
        written = " ".join(part.text for part in parts)
        if field in DATE_FIELDS:
            return self._range(parts, field)
        if name in EXPLODED and not written.strip('"').rstrip().endswith("*"):
            reason = (
                f"PubMed adds all narrower headings, which are not known here; [{field}:noexp] is the heading alone"
            )
            raise self._refused(reason, tag.position)
        return self._value(written, field, parts)

    def _two_terms(self, parts: list[_Token]) -> Query:
        raise self._refused("an operator is missing between these terms", parts[1].position)

    def _value(self, written: str, field: Field, parts: list[_Token]) -> Query:
        is_quoted, position = parts[0].kind == "quoted", parts[0].position
        bare = written.strip('"').strip()
        truncated = bare.endswith("*")
        bare = bare.removesuffix("*")
        if strange := next((sign for sign in "*?#$" if sign in bare), ""):
            raise self._refused(f"{strange!r} is supported nowhere but as * at the end", position)
        words = words_of(bare)
        if not words:
            raise self._refused("there is no word in this term", position)
        if truncated and len(words[-1]) < LEAST_BEFORE_TRUNCATION:
            raise self._refused(f"* needs {LEAST_BEFORE_TRUNCATION} letters before it", position)
        if field in TEXT_FIELDS:
            if len(parts) > 1 and not is_quoted:
                raise self._refused("several words need quotes, or a tag and AND each", position)
            return Words(field, tuple(words), truncated)
        return self._name(bare, field, truncated, position)

    def _name(self, bare: str, field: Field, truncated: bool, position: int) -> Query:
        name = folded(bare)
        if field is Field.PMID and (truncated or not (name.isascii() and name.isdigit())):
            raise self._refused("a PMID is a number", position)
        if field is Field.LANGUAGE:
            code = LANGUAGES.get(name, name)
            if truncated or len(code) != 3:
                raise self._refused("this language is not known; write its three-letter code", position)
            return Name(field, code)
        if field is Field.PMID:
            name = str(int(name))
        return Name(field, name, truncated)

    def _range(self, parts: list[_Token], field: Field) -> Query:
        written = "".join(part.text.strip('"') for part in parts)
        low, colon, high = written.partition(":")
        first, last = self._period(low, parts[0].position), self._period(high or low, parts[-1].position)
        if colon and not high:
            raise self._refused("the end of the range is missing", parts[0].position)
        if first[0] > last[1]:
            raise self._refused("the range ends before it begins", parts[0].position)
        return Days(field, first[0], last[1])

    def _period(self, text: str, position: int) -> tuple[date, date]:
        match = _DATE.fullmatch(text.strip())
        if match is None:
            raise self._refused("a date is written 2026, 2026/01 or 2026/01/31, a range with a colon between", position)
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            if year is None or month is None:
                return date(year or 0, 1, 1), date(year or 0, 12, 31)
            if day is None:
                return date(year, month, 1), date(year, month, monthrange(year, month)[1])
            return date(year, month, day), date(year, month, day)
        except ValueError:
            raise self._refused(f"there is no day {text}", position) from None

    def _missing_operator(self, token: _Token) -> str:
        if token.text.upper() in _OPERATORS:
            return f"operators are written in capitals: {token.text.upper()}"
        return "an operator (AND, OR, NOT) is missing before this"

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _split(self) -> list[_Token]:
        tokens: list[_Token] = []
        position = 0
        while position < len(self._text.rstrip()):
            match = _TOKEN.match(self._text, position)
            if match is None or match.lastgroup is None:
                start = position + len(self._text[position:]) - len(self._text[position:].lstrip())
                sign = self._text[start]
                words = {'"': "this quote is never closed", "[": "this field tag is never closed"}
                raise self._refused(words.get(sign, f"{sign!r} is out of place"), start)
            tokens.append(_Token(match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)))
            position = match.end()
        return tokens

    def _refused(self, reason: str, position: int) -> UnsupportedQuery:
        return UnsupportedQuery(self._text, position, reason)


def _joined(operator: str, left: Query, right: Query) -> Query:
    """Long chains of one operator stay flat."""
    if operator == "NOT":
        return Not(left, right)
    kind = And if operator == "AND" else Or
    return kind((*(left.parts if isinstance(left, kind) else (left,)), right))


def _around(text: str, position: int) -> str:
    return repr(text[max(0, position - 10) : position + 30])
