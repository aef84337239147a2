"""Figures of a text: counts, percentages, effect sizes with their intervals, heterogeneity and p values, typed.

Years, durations and ranges of time are no figures. Reading a text takes time in proportion to its length, whatever it
holds: every repetition below is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from monitor.domain.figure_words import (
    BETWEEN,
    BOUNDS,
    COUNTED,
    HETEROGENEITY,
    INTERVAL,
    NOT_BETWEEN,
    NUMBERED,
    PERCENT,
    POINTS,
    RATIOS,
)
from monitor.domain.numbers import DIGITS, TENS, measured, plain, spelled, whole

LONGEST_SENTENCE = 400
"""Characters of a sentence that are quoted; the rest is said to be left out."""


class FigureKind(StrEnum):
    """What sort of figure it is: only figures of one kind and unit are compared."""

    COUNT = "count"
    PERCENT = "percent"
    EFFECT = "effect"
    HETEROGENEITY = "heterogeneity"
    P_VALUE = "p_value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. ``unit`` says what is counted or measured, ``low`` and ``high`` bound its interval, ``scale`` is the
    scale it stands on, ``bound`` the word that says that it is not meant to the last digit (or the sign of a p value).

    ``written``, ``number`` (as written, without its unit) and ``at`` tell where it was read, and are not compared.
    """

    kind: FigureKind
    unit: str
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    scale: tuple[int, int] | None = None
    bound: str = ""
    written: str = field(default="", compare=False)
    number: str = field(default="", compare=False)
    at: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """What the figure is of, as a difference is told: ``participants``, ``I²``, ``points on 0–10``."""
        return f"{self.unit} on {self.scale[0]}–{self.scale[1]}" if self.scale else self.unit


_NUMBER = rf"(?:{DIGITS})"
_SIGNED = rf"[-+]?{_NUMBER}"
_START = r"(?=[^\s\ue000])(?<![0-9A-Za-zÀ-ɏ/%一二三四五六七八九十-])(?<![0-9][.,])"
_END = r"(?![A-Za-zÀ-ɏ\u0620-\u064a]|-[A-Za-z])"
_BOUND = rf"(?:(?=[^\d.])(?P<bound>{'|'.join(f'(?i:{words})' for _, words in BOUNDS)}) ?)?"
_TO = r" ?(?:-|to|bis|à|a|until|至|到|~|إلى|,|;) ?"
_RANGE = rf"(?P<low>{_SIGNED}) ?%?{_TO}(?P<high>{_SIGNED}) ?%?"
_NAMED = rf"(?<![A-Za-z])(?i:{INTERVAL})(?![A-Za-z])(?: ?[\[(][A-Za-z]{{2,3}}[\])])?"
_LEVEL = rf"(?:9\d(?:[.,]\d)?[ -]?(?:%|Prozent|percent)[ -]?{_NAMED}|{_NAMED} ?(?:à|del?|al)? ?9\d ?%|{_NAMED})"
_BARE_RANGE = _RANGE.replace("<low>", "<bare_low>").replace("<high>", "<bare_high>")
_IN_INTERVAL = rf"(?: ?[,;]? ?[\[(]? ?{_LEVEL}[\])]? ?[:=,]? ?[\[(]? ?{_RANGE} ?[\])]?| ?[\[(] ?{_BARE_RANGE} ?[\])])?"
_IS = r" ?[\])]? ?(?:[\[(][A-Za-z ]{1,30}[\])] ?)?(?:=|:|,|\(|of|was|is|von|de|betrug|为|是)? ?"
_UNITS = "|".join(f"(?P<{name}>{words})" for name, words in COUNTED)
_RATIO_NAMES = "|".join(f"(?P<{name}>{words})" for name, words in RATIOS)

_HETEROGENEITY = re.compile(rf"(?<![A-Za-z]){HETEROGENEITY}{_IS}(?P<number>{_NUMBER}) ?%?")
_EFFECT = re.compile(
    rf"(?:{_RATIO_NAMES}){_IS}(?:[\[(]? ?{_LEVEL}[\])]? ?[,:]? ?)?(?P<number>{_SIGNED})(?! ?%){_IN_INTERVAL}"
)
_P_VALUE = re.compile(rf"(?<![A-Za-z0-9])[pP](?: value)? ?(?P<sign>[=<>]) ?(?P<number>{_NUMBER})")
_POINTS = re.compile(rf"{_START}{_BOUND}(?P<number>{_SIGNED}) ?(?:{POINTS}){_END}{_IN_INTERVAL}", re.I)
_INTERVAL_ALONE = re.compile(rf"{_LEVEL}(?: ?[:=,]? ?[\[(]? ?{_RANGE})?")
_PERCENT = re.compile(rf"{_START}{_BOUND}(?P<number>{_SIGNED}) ?(?i:{PERCENT})")
_WORD = rf"(?:(?:{TENS})[ -](?:et[ -])?)?[A-Za-zÀ-ɏ-]{{2,20}}|[\u0620-\u064a]{{2,9}}|[一二三四五六七八九十两]{{1,3}}"
_COUNT = re.compile(
    rf"{_START}{_BOUND}(?P<number>{_NUMBER}|{_WORD}) ?"
    rf"(?:(?:{BETWEEN})(?: |(?=[\u3400-\u9fff]))){{0,4}}(?P<other>(?!(?:{NOT_BETWEEN}) )[A-Za-z]{{2,15}} )?"
    rf"(?:{_UNITS}){_END}",
    re.I,
)
_NUMBERED = re.compile(rf"(?<![A-Za-z])(?:{NUMBERED}) $", re.I)
_IN_A_YEAR = re.compile(r"(?<![A-Za-z])(?:in|since|from|until|by|during|before|after|and|early|late|mid) $", re.I)
_A_YEAR = re.compile(r"(?:19|20)\d\d")
_SAMPLE = re.compile(rf"(?<![A-Za-z0-9])[nN] ?= ?(?P<number>{_NUMBER})(?! ?%)")
_SCALE = re.compile(
    r"(?<![\d.,-])(?P<low>\d{1,3}) ?(?:-|to|bis|à|a|至|到|إلى) ?(?P<high>\d{1,4})(?![\d.,]{0,9}\d)"
    r"|(?P<top>\d{1,3})-(?:point|Punkte)",
    re.I,
)
_ON_A_SCALE = re.compile(r"scale|Skala|échelle|escala|量表|评分|مقياس|\bon (?:a )?\d|\bVAS\b|WOMAC|\(", re.I)
_SCALE_WITHIN = 70
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!vs\.)(?<!ca\.)(?<!cf\.)(?<!al\.)(?<!\.[eg]\.) (?=[A-ZÀ-Þ0-9(\[])|(?<=[。！？؟])"
)


def figures_in(text: str) -> tuple[Figure, ...]:
    """The figures of a text in order. White space does not count, and no text is refused."""
    shown = " ".join(text.split())
    rest, found = plain(shown), []
    for pattern, read in _PATTERNS:
        spans = []
        for match in pattern.finditer(rest):
            figure = read(match)
            if figure is not None:
                found.append(_placed(figure, match, shown))
            if figure is not None or pattern is _INTERVAL_ALONE:
                spans.append(match.span())
        rest = _blanked(rest, spans)
    return tuple(sorted(found, key=lambda figure: figure.at))


def sentence_at(text: str, at: int) -> str:
    """The sentence of a text in which a figure read from it stands, as written."""
    shown = " ".join(text.split())
    ends = [0, *(match.start() for match in _SENTENCE_END.finditer(shown)), len(shown)]
    start, end = next(((start, end) for start, end in pairwise(ends) if start <= at < end), (0, len(shown)))
    sentence = shown[start:end].strip()
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence
    begin = max(0, min(at - start - LONGEST_SENTENCE // 2, len(sentence) - LONGEST_SENTENCE))
    return f"{'… ' if begin else ''}{sentence[begin : begin + LONGEST_SENTENCE].strip()} …"


def _placed(figure: Figure, match: re.Match[str], shown: str) -> Figure:
    start, end = match.span()
    number = shown[match.start("number") : match.end("number")]
    return replace(figure, written=_balanced(shown[start:end].strip(" ,;(")), number=number, at=start)


def _balanced(written: str) -> str:
    """A piece of a text with its brackets closed, and none closed that was opened before it."""
    depth, kept = 0, ""
    for letter in written:
        depth += (letter == "(") - (letter == ")")
        if depth >= 0:
            kept += letter
        depth = max(depth, 0)
    return kept + ")" * depth


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with what was read made unreadable, so that nothing is read twice."""
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], "\ue000" * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def _heterogeneity(match: re.Match[str]) -> Figure | None:
    value = measured(match["number"])
    if value is None or value > 100:
        return None
    return Figure(kind=FigureKind.HETEROGENEITY, unit="I²", value=value)


def _effect(match: re.Match[str]) -> Figure | None:
    name = next(name for name, _ in RATIOS if match[name])
    return _difference(match) if name == "MD" else _sized(match, name)


def _sized(match: re.Match[str], unit: str) -> Figure | None:
    """An effect size with its interval."""
    value = measured(match["number"])
    if value is None:
        return None
    low, high = _interval(match)
    return Figure(kind=FigureKind.EFFECT, unit=unit, value=value, low=low, high=high)


def _difference(match: re.Match[str]) -> Figure | None:
    """A difference on a scale. Which side is better is said in words as often as by the sign, so no sign is kept."""
    figure = _sized(match, "points")
    if figure is None:
        return None
    figure = replace(figure, scale=_scale(match), bound=_bound(match))
    if figure.value >= 0:
        return figure
    low, high = (None if end is None else -end for end in (figure.high, figure.low))
    return replace(figure, value=-figure.value, low=low, high=high)


def _p_value(match: re.Match[str]) -> Figure | None:
    value = measured(match["number"])
    if value is None or value > 1:
        return None
    return Figure(kind=FigureKind.P_VALUE, unit="p", value=value, bound=match["sign"])


def _percent(match: re.Match[str]) -> Figure | None:
    value = measured(match["number"])
    return Figure(kind=FigureKind.PERCENT, unit="%", value=value, bound=_bound(match)) if value is not None else None


def _count(match: re.Match[str]) -> Figure | None:
    number, before = match["number"], match.string[max(0, match.start() - 12) : match.start()]
    value = whole(number) if number[0].isdigit() else spelled(number)
    if value is None or _NUMBERED.search(before) or spelled((match["other"] or "").strip()) is not None:
        return None
    if _A_YEAR.fullmatch(number) and _dates(match, before):
        return None
    unit = next(name for name, _ in COUNTED if match[name])
    return Figure(kind=FigureKind.COUNT, unit=unit, value=value, bound=_bound(match))


def _dates(match: re.Match[str], before: str) -> bool:
    """Whether a number that may be a year dates what follows, instead of counting it: ``the 2019 trials``."""
    return bool(match["other"] or match["trials"] or match["studies"] or _IN_A_YEAR.search(before))


def _sample(match: re.Match[str]) -> Figure | None:
    value = whole(match["number"])
    return Figure(kind=FigureKind.COUNT, unit="participants", value=value) if value is not None else None


def _no_figure(_match: re.Match[str]) -> None:
    """What is read only so that nothing else reads it."""


def _interval(match: re.Match[str]) -> tuple[Decimal | None, Decimal | None]:
    low = measured(match["low"] or match["bare_low"] or "")
    high = measured(match["high"] or match["bare_high"] or "")
    return (low, high) if low is not None and high is not None else (None, None)


def _bound(match: re.Match[str]) -> str:
    said = match.groupdict().get("bound") or ""
    return next((name for name, words in BOUNDS if said and re.fullmatch(words, said, re.I)), "")


def _scale(match: re.Match[str]) -> tuple[int, int] | None:
    """The scale that is named right after a figure, before the next figure: ``0–10``, ``on a 10-point scale``."""
    after = match.string[match.end() : match.end() + _SCALE_WITHIN]
    after = re.split(rf"{_NUMBER} ?(?:{POINTS})(?!\w)|[.;] ", after, maxsplit=1, flags=re.I)[0]
    found = _SCALE.search(after)
    if found is None or not _ON_A_SCALE.search(after[: found.end() + 8]):
        return None
    low, high = (0, int(found["top"])) if found["top"] else (int(found["low"]), int(found["high"]))
    return (low, high) if low < high and low in {0, 1} else None


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Figure | None]], ...] = (
    (_HETEROGENEITY, _heterogeneity),
    (_EFFECT, _effect),
    (_POINTS, _difference),
    (_P_VALUE, _p_value),
    (_INTERVAL_ALONE, _no_figure),
    (_COUNT, _count),
    (_SAMPLE, _sample),
    (_PERCENT, _percent),
)
"""How figures are read, in this order: what one line has read the next ones no longer see."""
