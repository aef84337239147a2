"""The part of ClinicalTrials.gov's query language that clients use: words, AREA, RANGE, AND, OR, NOT and brackets."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

_TOKEN = re.compile(
    r'\s*(?:AREA\[(?P<area>\w+)\]|RANGE\[(?P<low>[^,\]]*),(?P<high>[^\]]*)\]|"(?P<quoted>[^"]*)"|(?P<bracket>[()])'
    r'|(?P<word>[^\s()"\[\]]+)|(?P<wrong>\S))'
)
_WORD = re.compile(r"[a-z0-9]+")
_LAST_MONTH = 12

Study: TypeAlias = Mapping[str, Any]
AREAS: dict[str, tuple[str, ...]] = {
    "cond": ("Condition", "Keyword", "BriefTitle", "OfficialTitle", "ConditionMeshTerm"),
    "intr": (
        "InterventionName",
        "InterventionOtherName",
        "InterventionDescription",
        "BriefTitle",
        "OfficialTitle",
        "InterventionType",
        "ArmGroupLabel",
    ),
    "titles": ("BriefTitle", "OfficialTitle", "Acronym"),
    "outc": ("PrimaryOutcomeMeasure", "SecondaryOutcomeMeasure", "OtherOutcomeMeasure"),
    "spons": ("LeadSponsorName", "CollaboratorName"),
    "lead": ("LeadSponsorName",),
    "locn": ("LocationCity", "LocationCountry", "LocationFacility", "LocationState"),
    "id": ("NCTId", "NCTIdAlias", "OrgStudyId", "SecondaryId", "Acronym"),
    "term": (),
    "patient": (),
}
"""The pieces each ``query.`` parameter searches; none means every piece."""


class Malformed(ValueError):
    """The expression cannot be read. The text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    """Words or a range in some pieces."""

    pieces: tuple[str, ...]
    words: tuple[str, ...] = ()
    quoted: bool = False
    bounds: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joined:
    operator: str
    parts: tuple[Expression, ...]


Expression: TypeAlias = _Test | _Joined


def parse_essie(text: str, pieces: tuple[str, ...] = ()) -> Expression:
    """Read an expression whose bare words search ``pieces``. Raises :class:`Malformed`."""
    parser = _Parser(text, pieces)
    expression = parser.either()
    parser.finish()
    return expression


def holds(expression: Expression, study: Study) -> bool:
    """Whether a study fits."""
    if isinstance(expression, _Test):
        return _fits(expression, study)
    results = (holds(part, study) for part in expression.parts)
    match expression.operator:
        case "AND":
            return all(results)
        case "OR":
            return any(results)
        case _:
            return not any(results)


def piece_values(study: Study, pieces: tuple[str, ...] = ()) -> Iterator[str]:
    """The texts of a study under some piece names (``LastUpdatePostDate``), or all of them."""
    wanted = {piece.lower() for piece in pieces}
    for names, value in _leaves(study, ()):
        if not wanted or wanted & names:
            yield value


def piece_names(path: tuple[str, ...]) -> set[str]:
    """The names by which the value at a path of keys can be asked for, in lower case.

    The API glues names together: ``enrollmentInfo.count`` is EnrollmentCount, ``startDateStruct.date`` is StartDate and
    ``references[].pmid`` is ReferencePMID.
    """
    if not path:
        return set()
    own = path[-1].lower()
    names = {own, _singular(own)}
    if len(path) > 1:
        stem = _singular(re.sub(r"(struct|info|module)$", "", path[-2].lower()))
        names |= {stem + own, stem + _singular(own)}
        if own == "date":
            names.add(stem)
    return names


def _singular(name: str) -> str:
    if name.endswith("aliases"):
        return name[:-2]
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[set[str], str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _leaves(value, (*path, str(key)))
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value, path)
    else:
        yield piece_names(path), str(node)


class _Parser:
    def __init__(self, text: str, pieces: tuple[str, ...]) -> None:
        self._tokens = list(_TOKEN.finditer(text))
        self._position = 0
        self._pieces = pieces

    def either(self) -> Expression:
        parts = [self._both()]
        while self._take_word("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else _Joined(operator="OR", parts=tuple(parts))

    def finish(self) -> None:
        if self._position < len(self._tokens):
            raise Malformed(f"unexpected '{self._tokens[self._position].group(0).strip()}'")

    def _both(self) -> Expression:
        parts = [self._one()]
        while (token := self._peek()) is not None and token["bracket"] != ")" and token["word"] != "OR":
            self._take_word("AND")
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else _Joined(operator="AND", parts=tuple(parts))

    def _one(self) -> Expression:
        if self._take_word("NOT"):
            return _Joined(operator="NOT", parts=(self._one(),))
        token = self._next()
        if token["bracket"] == "(":
            inside = self.either()
            if (closing := self._peek()) is None or closing["bracket"] != ")":
                raise Malformed("a bracket is not closed")
            self._position += 1
            return inside
        if token["area"]:
            return self._in_area((token["area"],))
        return self._test(token, self._pieces)

    def _in_area(self, pieces: tuple[str, ...]) -> Expression:
        outer, self._pieces = self._pieces, pieces
        try:
            return self._one()
        finally:
            self._pieces = outer

    def _test(self, token: re.Match[str], pieces: tuple[str, ...]) -> Expression:
        if token["low"] is not None:
            return _Test(pieces=pieces, bounds=(token["low"].strip(), token["high"].strip()))
        if token["quoted"] is not None:
            return _Test(pieces=pieces, words=_words(token["quoted"]), quoted=True)
        if token["word"] and token["word"] not in ("AND", "OR"):
            return _Test(pieces=pieces, words=_words(token["word"]))
        raise Malformed(f"unexpected '{token.group(0).strip()}'")

    def _peek(self) -> re.Match[str] | None:
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def _next(self) -> re.Match[str]:
        token = self._peek()
        if token is None:
            raise Malformed("the expression ends too early")
        self._position += 1
        return token

    def _take_word(self, word: str) -> bool:
        token = self._peek()
        if token is None or token["word"] != word:
            return False
        self._position += 1
        return True


def _fits(test: _Test, study: Study) -> bool:
    values = piece_values(study, test.pieces)
    if test.bounds is not None:
        low, high = test.bounds
        return any(_within(value, low, high) for value in values)
    if test.quoted:
        return any(f" {' '.join(test.words)} " in f" {' '.join(_words(value))} " for value in values)
    held = {word for value in values for word in _words(value)}
    return all(word in held for word in test.words)


def _within(value: str, low: str, high: str) -> bool:
    """Dates compare by their first day against the bounds' first and last; MIN and MAX are open ends."""
    if not value[:1].isdigit():
        return False
    return (low == "MIN" or _first(value) >= _first(low)) and (high == "MAX" or _first(value) <= _last(high))


def _first(text: str) -> str:
    return f"{text}-01-01"[:10] if len(text) == len("2026") else f"{text}-01"[:10]


def _last(text: str) -> str:
    if len(text) == len("2026"):
        return f"{text}-12-31"
    if len(text) == len("2026-08"):
        month = min(max(int(text[5:]), 1), _LAST_MONTH)
        return f"{text}-{monthrange(int(text[:4]), month)[1]:02}"
    return text[:10]


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))
