"""Citation markers: which numbers on the page point into the reference list, and which belong to the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from monitor.intake.lines import MARK_CLOSE, MARK_OPEN, MARK_SHOWN
from monitor.intake.prose.author_year import Works, boxes, is_citation_only

_DASH = "‐‑‒–—−－~～〜-"
_COMMA = ",;،؛，、；"
_LIST = rf"\d{{1,3}}(?:\s{{0,2}}(?:[{_COMMA}{_DASH}]|,?\s?(?:and|und|y|et|&|و|至|和))\s{{0,2}}\d{{1,3}})*"
_OPEN, _CLOSE = "[［【〔", "]］】〕"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_TO_DIGITS = str.maketrans(_RAISED, "0123456789")
TO_RAISED = str.maketrans("0123456789+-", _RAISED + "⁺⁻")

CERTAIN = re.compile(
    rf"{MARK_OPEN}(?P<token>[^{MARK_SHOWN}{MARK_CLOSE}]*)(?:{MARK_SHOWN}[^{MARK_CLOSE}]*)?{MARK_CLOSE}"
    rf"|[{re.escape(_OPEN)}]\s?\^?(?P<bracket>{_LIST})\s?[{re.escape(_CLOSE)}]"
    r"|(?<=\S)\^(?P<caret>\d{1,3}(?:[,–-]\d{1,3})*)\^?(?![\w^])"
    rf"|(?P<raised>[{_RAISED}]+(?:\s?[,˒‚⁻{_DASH}]\s?[{_RAISED}]+)*)(?![⁺⁻])"
)
"""Markers that show themselves as such: markup, square brackets, carets, raised digits."""

PARENTHESISED = re.compile(rf"(?:(?<=\s)\(|(?<=\S)（)\s?(?P<paren>{_LIST})\s?[)）]")
BARE = re.compile(rf"(?<=\S)\s{{1,3}}(?P<bare>\d{{1,3}}(?:(?:\s?[{_DASH}]\s?|\s?[,،，、]\s{{0,2}})\d{{1,3}})*)(?=\s*$)")
AFTER_FULL_STOP = r"\s{1,3}\d{1,3}(?:(?:[–-]|,\s?)\d{1,3})*(?=\s+[A-Z“\"(]|\s*$)"

ISOTOPE = re.compile(
    r"(?:[CHFNOPSKIYU]|Tc|Ga|Lu|In|Rb|Sr|Xe|Zr|Cu|Tl|Ra|Sm|Re|Fe|Ca|Na|Cs|Co|Cr|Ir|Pu|Th|Br)(?![A-Za-z])"
)
"""An element: a raised number right before it, with no word before, is the weight of an isotope (¹³C, ¹⁸F)."""

POWERS_FOLLOW = frozenset(
    {
        "i",
        "r",
        "m",
        "cm",
        "mm",
        "km",
        "dm",
        "µm",
        "μm",
        "nm",
        "s",
        "x",
        "chi",
        "χ",
        "kg",
        "ft",
        "in",
        "z",
        "n",
        "η",
        "eta",
        "tau",
        "τ",
        "e",
        "t",
        "d",
        "ω",
        "omega",
        "ca",
        "mg",
        "fe",
        "zn",
        "cu",
        "na",
        "k",
    }
)
"""Units, statistics and ions: a raised number after one of these is a power or a charge (I², kg/m², Ca²⁺)."""

NUMBERS_FOLLOW = re.compile(
    r"(?:\b(?:of|to|by|than|was|is|are|were|be|from|between|versus|vs|or|and|n|in|with|about|around|nearly|exceeds"
    r"|approximately|exceeding|equals|scored?|averag(?:ed|ing)|at (?:least|most)|up to|aged"
    r"|phase|stage|grade|type|table|figure|fig|chapter|section|version|appendix|box|category|tier|page|number|nos?|part"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:at|on|by|from|until|through|after|before) (?:day|week|month|year|visit|cycle|level|step|score))\.?"
    r"|[=<>≤≥±×/:–-]|\d)$",
    re.I,
)
"""Words and signs that call for a number of their own: what follows is a figure of the sentence (stage 3, by 4)."""

_LABELS = re.compile(r"\s?[A-ZÄÖÜÀ-Þ]")
"""A number right before the first capital letter labels what follows: an affiliation, a note under a table."""

INTERVALS_FOLLOW = re.compile(r"(?:\bCI|\bIQR|\brange|\binterval|[=:<>≤≥±])\s*$", re.I)
WIDEST_RANGE = 60
LARGEST_GAP = 3
LARGEST = 2999
_LONGEST_PART = 16


class Style(StrEnum):
    """How a page prints its markers."""

    CERTAIN = "certain"
    PARENTHESISED = "parenthesised"
    BARE = "bare"
    AUTHOR_YEAR = "author_year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A marker in a text: where it stands and the numbers it cites."""

    start: int
    end: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """How one page cites: its style, the listed numbers, and for bare numbers those that are believed."""

    style: Style
    listed: frozenset[int] = frozenset()
    believed: frozenset[int] = frozenset()
    works: Works = field(default_factory=Works)

    def marks(self, text: str) -> list[Mark]:
        """Every marker in a text, in order."""
        match self.style:
            case Style.CERTAIN:
                return _boxed(text, certain_marks(text, self.listed))
            case Style.AUTHOR_YEAR:
                named = [Mark(start=one.start, end=one.end, numbers=one.numbers) for one in self.works.cited_in(text)]
                return _boxed(
                    text, [*named, *(mark for mark in certain_marks(text) if set(mark.numbers) <= self.listed)]
                )
            case Style.PARENTHESISED:
                return [mark for mark in _marks(PARENTHESISED, text) if set(mark.numbers) <= self.listed]
            case Style.BARE:
                mark = bare_mark(text)
                return [mark] if mark and set(mark.numbers) <= self.believed else []

    @property
    def closing(self) -> str:
        """A pattern for a marker that stands after the full stop of the sentence it belongs to."""
        match self.style:
            case Style.CERTAIN:
                return (
                    rf"\s?(?:{MARK_OPEN}[^{MARK_CLOSE}]*{MARK_CLOSE}"
                    rf"|[{re.escape(_OPEN)}]\s?\^?{_LIST}\s?[{re.escape(_CLOSE)}]|\^\d{{1,3}}\^?|[{_RAISED}][{_RAISED},˒]*)"
                )
            case Style.AUTHOR_YEAR:
                return rf"\s?(?:{MARK_OPEN}[^{MARK_CLOSE}]*{MARK_CLOSE}|\((?!\d)[^()]{{0,200}}\d{{4}}[a-z]?\))"
            case Style.PARENTHESISED:
                return rf"\s?[(（]{_LIST}[)）]"
            case Style.BARE:
                return AFTER_FULL_STOP


def marking_of(texts: Iterable[str], *, listed: Set[int], entries: int, works: Works | None = None) -> Marking:
    """Find out how a page cites: the style that reaches most of its list and least beyond, on a tie the more certain.

    ``listed`` are the written numbers of the list, ``entries`` how many it has, ``works`` its entries by author and
    year. Authors' affiliations and exponents look like markers too, and do not make a style while another reaches
    twice as much of the list.
    """
    lines = list(texts)
    known = frozenset(listed) or frozenset(range(1, entries + 1))
    certain = {number for line in lines for mark in certain_marks(line, known) for number in mark.numbers}
    bracketed = {number for line in lines for mark in _marks(PARENTHESISED, line) for number in mark.numbers}
    # Against a list without numbers a single (3) proves nothing; from one on without a gap they do.
    in_order = bracketed & known == set(range(1, len(bracketed & known) + 1)) and len(bracketed & known) > 1
    bracketed &= listed or (known if in_order else frozenset())
    bare = _believed(lines, known)
    named = {number for line in lines for cited in (works or Works()).cited_in(line) for number in cited.numbers}
    if works is not None and len(named) > max(len(numbers & known) for numbers in (certain, bracketed, bare)):
        return Marking(style=Style.AUTHOR_YEAR, listed=known | named, works=works)
    if bracketed and len(bracketed) > max(len(certain & known) - len(certain - known), len(known) / 2 - 1):
        return Marking(style=Style.PARENTHESISED, listed=known)
    if certain and len(bare & known) <= 2 * len(certain & known):
        return Marking(style=Style.CERTAIN, listed=known)
    return Marking(style=Style.BARE, listed=known, believed=bare)


def certain_marks(text: str, listed: Set[int] = frozenset()) -> list[Mark]:
    """The markers that show themselves as such; powers, ions and intervals are none."""
    marks = []
    for match in CERTAIN.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        if match["bracket"] and INTERVALS_FOLLOW.search(before):
            continue
        if (match["caret"] or match["raised"]) and (is_power(before) or _is_isotope(match, before)):
            continue
        numbers = _cited(match, listed)
        if numbers and not (match.start() == 0 and _LABELS.match(text, match.end())):
            marks.append(Mark(start=match.start(), end=match.end(), numbers=numbers))
    return marks


def _boxed(text: str, marks: list[Mark]) -> list[Mark]:
    """Citations by author and year that fill their brackets are one marker, brackets and all."""
    silent = [mark for mark in marks if mark.start == mark.end or text[mark.end - 2 : mark.end - 1] == MARK_SHOWN]
    others = [mark for mark in marks if mark not in silent]
    for begin, end, inside in boxes(text) if silent else ():
        within = [mark for mark in silent if begin < mark.start < end]
        if within and is_citation_only(inside) and not _absent(inside, within, begin):
            numbers = dict.fromkeys(number for mark in within for number in mark.numbers)
            others.append(Mark(start=begin, end=end, numbers=tuple(numbers)))
            silent = [mark for mark in silent if mark not in within]
    in_place = (Mark(start=mark.end, end=mark.end, numbers=mark.numbers) for mark in silent)
    return sorted((*others, *in_place), key=lambda mark: mark.start)


def _absent(inside: str, within: list[Mark], begin: int) -> bool:
    """Whether a part of the brackets cites nothing that is listed."""
    at = begin + 1
    for part in re.split("([;；])", inside):
        if len(part) > 1 and not any(at < mark.start <= at + len(part) for mark in within):
            return True
        at += len(part)
    return False


def bare_mark(text: str) -> Mark | None:
    """The number at the very end of a text, where it may be a marker by the words before it."""
    tail_at = max(0, len(text) - 120)
    match = BARE.search(text, tail_at)
    if match is None or re.search(r"(?<!\d)\d{1,3},\d{3}(?!\d)", match["bare"]):
        return None
    before = text[max(0, match.start() - 40) : match.start()].rstrip()
    if NUMBERS_FOLLOW.search(before):
        return None
    numbers = expand(match["bare"])
    return Mark(start=match.start(), end=match.end(), numbers=numbers) if numbers else None


def is_power(before: str) -> bool:
    """Whether a raised number after these words is a power, a charge or a statistic and no marker."""
    if before.endswith(("⁻", "⁺")):
        return True
    if match := re.search(r"(\d+)$", before):
        return not re.fullmatch(r"(?:19|20)\d\d", match.group())
    word = re.search(r"[^\W\d_]+$", before)
    return word is not None and word.group().casefold() in POWERS_FOLLOW


def _is_isotope(match: re.Match[str], before: str) -> bool:
    is_first = not before or before[-1] in " (-–\n"
    return is_first and ISOTOPE.match(match.string, match.end()) is not None


@lru_cache(maxsize=4096)
def expand(text: str) -> tuple[int, ...]:
    """The numbers of ``1, 3–5``, once each and as written; empty when it is no list of citations."""
    numbers: list[int] = []
    for part in re.split(rf"[{_COMMA}˒‚&]|and|und|y|et|و|和", text):
        ends = [int(end) for end in re.findall(r"\d+", part)] if len(part) <= _LONGEST_PART else []
        if not 1 <= len(ends) <= 2 or ends[0] < 1 or ends[-1] > LARGEST or not 0 <= ends[-1] - ends[0] <= WIDEST_RANGE:
            return ()
        numbers.extend(range(ends[0], ends[-1] + 1))
    return tuple(dict.fromkeys(numbers))


def _cited(match: re.Match[str], listed: Set[int]) -> tuple[int, ...]:
    if not match["raised"]:
        return expand(match["token"] or match["bracket"] or match["caret"] or "")
    numbers = expand(match["raised"].translate(_TO_DIGITS).replace("⁻", "-"))
    run = match["raised"].translate(_TO_DIGITS)
    digits = tuple(dict.fromkeys(int(digit) for digit in run if digit.isdigit()))
    # Raised digits run together: ¹² is twelve where twelve is listed, one and two where only those are.
    return digits if run.isdigit() and listed and not set(numbers) <= listed and set(digits) <= listed else numbers


def _marks(pattern: re.Pattern[str], text: str) -> list[Mark]:
    found = ((match, expand(match.group(1))) for match in pattern.finditer(text))
    return [Mark(start=match.start(), end=match.end(), numbers=numbers) for match, numbers in found if numbers]


def _believed(lines: Iterable[str], known: frozenset[int]) -> frozenset[int]:
    """Bare numbers are believed while they run on from the list: a number far above all others is a figure."""
    candidates = sorted({number for line in lines for found in _ends(line) for number in found.numbers})
    if not known and 1 not in candidates:
        return frozenset()
    limit = max(known, default=0)
    for number in candidates:
        if number <= limit + LARGEST_GAP:
            limit = max(limit, number)
    return frozenset(number for number in candidates if number <= limit)


def _ends(line: str) -> list[Mark]:
    inner = [
        bare_mark(line[max(0, match.start() - 160) : match.end()])
        for match in re.finditer(rf"[.!?]{AFTER_FULL_STOP}", line)
    ]
    return [mark for mark in (*inner, bare_mark(line)) if mark]
