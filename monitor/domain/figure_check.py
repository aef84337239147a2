"""Figures of a claim against the abstract of what it cites: the same, another, not there, or not known.

It is a reading aid. An abstract leaves much out, and what it does not say is no error of the article.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from monitor.domain.content_words import content_words
from monitor.domain.figure_words import ABOUT, ALSO_CALLED, LESS, MORE
from monitor.domain.figures import Figure, FigureKind, figures_in, sentence_at
from monitor.domain.numbers import places


class FigureStatus(StrEnum):
    """What a comparison came to. The better one for the reader is named first; none but the first is agreement."""

    FOUND = "found"
    DIFFERS = "differs"
    NOT_CHECKED = "not_checked"
    NOT_FOUND = "not_found"
    NO_ABSTRACT = "no_abstract"


IN_WORDS: dict[FigureStatus, str] = {
    FigureStatus.FOUND: "found",
    FigureStatus.DIFFERS: "differs",
    FigureStatus.NOT_CHECKED: "not checked yet",
    FigureStatus.NOT_FOUND: "not found",
    FigureStatus.NO_ABSTRACT: "no abstract to compare with",
}

WORDS_IN_COMMON = {
    FigureKind.COUNT: 0,
    FigureKind.EFFECT: 0,
    FigureKind.HETEROGENEITY: 0,
    FigureKind.PERCENT: 2,
    FigureKind.P_VALUE: 2,
}
"""An abstract holds many percentages and p values: another one contradicts a claim only where its sentence shares so
many content words with the claim. What else is measured or counted says itself what it is of."""

SUBGROUP = 3
"""A count that is so many times smaller or larger counts something else: a part of the trials, one outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstract:
    """An abstract with its figures, read once however many claims are compared with it."""

    text: str
    figures: tuple[Figure, ...]

    @staticmethod
    @lru_cache(maxsize=512)
    def of(text: str) -> Abstract:
        """Read an abstract; the same one is read once, as long as it is remembered."""
        return Abstract(text=text, figures=figures_in(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What an abstract says of a figure: the figure that stands there, and the sentence that holds it."""

    status: FigureStatus
    stated: Figure | None = None
    sentence: str = ""


def compared(figure: Figure, abstract: Abstract | None, *, context: str) -> Comparison:
    """Compare one figure of a claim with an abstract; None for a record that was never read.

    ``context`` is the claim: of several figures in the abstract the one whose sentence shares most words is meant.
    """
    if abstract is None:
        return Comparison(status=FigureStatus.NOT_CHECKED)
    if not abstract.text.strip():
        return Comparison(status=FigureStatus.NO_ABSTRACT)
    same = [stated for stated in abstract.figures if agree(figure, stated)]
    if same:
        return _nearest(FigureStatus.FOUND, same, abstract, context, 0)
    others = [stated for stated in abstract.figures if _may_differ(figure, stated)]
    if others:
        return _nearest(FigureStatus.DIFFERS, others, abstract, context, WORDS_IN_COMMON[figure.kind])
    return Comparison(status=FigureStatus.NOT_FOUND)


def overall(statuses: Iterable[FigureStatus]) -> FigureStatus:
    """What several comparisons come to: found in one of them is found, and nothing to compare with is not checked."""
    order = tuple(FigureStatus)
    return min(statuses, key=order.index, default=FigureStatus.NOT_CHECKED)


def agree(claimed: Figure, stated: Figure) -> bool:
    """Whether two figures say the same. A claim may round, leave the interval out, or say "about" or "more than"."""
    if claimed.kind is not stated.kind or not _same_unit(claimed.unit, stated.unit) or _other_scale(claimed, stated):
        return False
    if claimed.kind is FigureKind.P_VALUE:
        return _implies(stated, claimed)
    if not _same_value(claimed, stated):
        return False
    ends = ((claimed.low, stated.low), (claimed.high, stated.high))
    return all(ours is None or theirs is None or _rounds_to(theirs, ours) for ours, theirs in ends)


def _same_value(claimed: Figure, stated: Figure) -> bool:
    match claimed.bound:
        case bound if bound == MORE:
            return claimed.value <= stated.value < claimed.value * 2
        case bound if bound == LESS:
            return claimed.value / 2 < stated.value <= claimed.value
        case bound if bound == ABOUT:
            return _rounds_to(stated.value, claimed.value.normalize()) or _rounds_to(stated.value, claimed.value)
        case _:
            exact = claimed.kind is FigureKind.COUNT
            return stated.value == claimed.value if exact else _rounds_to(stated.value, claimed.value)


def _implies(stated: Figure, claimed: Figure) -> bool:
    """Whether a p value says at least as much as the other: ``p = 0.03`` is ``p < 0.05``."""
    if claimed.bound == "<" and stated.bound != ">":
        return stated.value <= claimed.value
    return (claimed.bound, claimed.value) == (stated.bound, stated.value)


def _rounds_to(value: Decimal, other: Decimal) -> bool:
    """Whether a value is another one, rounded to as many places as that is given with."""
    if value == other:
        return True
    exponent = other.as_tuple().exponent
    if not isinstance(exponent, int) or (places(value) <= places(other) and exponent <= 0):
        return False
    unit = Decimal(1).scaleb(exponent)
    return any(value.quantize(unit, rounding=way) == other for way in (ROUND_HALF_UP, ROUND_HALF_EVEN))


def _may_differ(claimed: Figure, stated: Figure) -> bool:
    """Whether another figure stands where the claim's should: the same kind and unit, and no mere part of it."""
    if (claimed.kind, claimed.unit) != (stated.kind, stated.unit) or _other_scale(claimed, stated):
        return False
    if claimed.kind is not FigureKind.COUNT:
        return True
    small, large = sorted((claimed.value, stated.value))
    return small * SUBGROUP > large


def _other_scale(claimed: Figure, stated: Figure) -> bool:
    return claimed.scale is not None and stated.scale is not None and claimed.scale != stated.scale


def _same_unit(one: str, other: str) -> bool:
    return one == other or any({one, other} <= units for units in ALSO_CALLED)


def _nearest(
    status: FigureStatus, figures: Sequence[Figure], abstract: Abstract, context: str, at_least: int
) -> Comparison:
    """The figure whose sentence shares most words with the claim; of equals the first."""
    about = content_words(context).keys()
    ranked = []
    for at, figure in enumerate(figures):
        sentence = sentence_at(abstract.text, figure.at)
        ranked.append((-len(about & content_words(sentence).keys()), at, figure, sentence))
    shared, _, figure, sentence = min(ranked, key=lambda item: item[:2])
    if -shared < at_least:
        return Comparison(status=FigureStatus.NOT_FOUND)
    return Comparison(status=status, stated=figure, sentence=sentence)
