"""Citations in the text of JATS → certain markers: tagged numbers, ranges with an untagged middle, names and years."""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.intake.lines import MARK_CLOSE, MARK_OPEN, marked
from monitor.intake.prose.markers import expand

_MARK = rf"{MARK_OPEN}[^{MARK_CLOSE}]*{MARK_CLOSE}"
_SIGN = r" ?(?:, ?and\b|[,;–—‐‑−-]|\band\b|&|\bto\b) ?"
_BETWEEN = rf"(?:{_SIGN}| ?)"
_RUN = re.compile(rf"{_MARK}(?:{_BETWEEN}{_MARK})+")
_BRACKETED = re.compile(
    rf"[\[(] ?(?P<run>(?:\d{{1,3}}{_SIGN}){{0,20}}{_MARK}(?:{_BETWEEN}{_MARK}|{_SIGN}\d{{1,3}}(?!\d))*) ?[\])]"
)
_CLOSING = re.compile(rf" ?({_MARK}) ?([)\]])")
_PIECE = re.compile(
    rf"{MARK_OPEN}(?P<mark>[^{MARK_CLOSE}]*){MARK_CLOSE}|(?P<plain>\d{{1,3}})|(?P<dash>[–—‐‑−-]|\bto\b)"
)
_NUMERIC = re.compile(r"[\[(]?\s*(?P<numbers>\d{1,3}(?:\s*[,;–—‐-]\s*\d{1,3})*)\s*[\])]?\s*[,;]?")


def citation(words: str, targets: str, numbers: Mapping[str, int]) -> str:
    """What stands for a tagged citation: the marker alone where the page prints numbers, else the words and a marker.

    ``targets`` are the entries pointed to. Where none of them is in the list, the words stay what they are.
    """
    cited = [numbers[target] for target in targets.split() if target in numbers]
    if not cited:
        return words
    if found := _NUMERIC.fullmatch(words):
        printed = expand(found["numbers"].replace(";", ","))
        return marked(_list(tuple(dict.fromkeys((*cited, *printed))) if len(printed) > 1 else tuple(cited)))
    return f"{words} {marked(_list(tuple(cited)))}" if words else marked(_list(tuple(cited)))


def run_together(text: str) -> str:
    """Markers that stand together become one: brackets around them go, and a dash between two is all between.

    The text is one line without spaces in a row. A marker behind the last words in brackets goes behind the bracket, so
    that the words keep both.
    """
    bare = _BRACKETED.sub(lambda found: _joined(found["run"]), text)
    return _CLOSING.sub(r"\2 \1", _RUN.sub(lambda found: _joined(found.group()), bare))


def _joined(run: str) -> str:
    numbers: list[int] = []
    is_range = False
    for piece in _PIECE.finditer(run):
        if piece["dash"]:
            is_range = bool(numbers)
            continue
        found = [int(number) for number in re.findall(r"\d+", piece["mark"] or piece["plain"])]
        between = expand(f"{numbers[-1]}-{found[0]}") if is_range and found else ()
        numbers += [*between[1:-1], *found]
        is_range = False
    return marked(_list(tuple(dict.fromkeys(numbers))))


def _list(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
