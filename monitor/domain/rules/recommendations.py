"""Two readings of a guideline's recommendations: which are the same, and what changed in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.domain.records import Recommendation
from monitor.domain.rules.wording import likeness, tokens

SAME_NUMBER = 0.4
"""So alike must two texts be under one number to be one recommendation that was reworded."""

ANY_NUMBER = 0.6
"""So alike must they be under different numbers, as whole lists are renumbered when one is added."""

MOST_COMPARED = 40_000
"""Pairs of texts; beyond that only numbers are compared, as every pair costs time."""

_AGAINST = re.compile(r"\b(?:against|not|never|avoid|contraindicated|discontinue)\b", re.I)
_FOR = re.compile(r"\b(?:for|recommend(?:s|ed)?|suggest(?:s|ed)?|offer|should|consider|use|give)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """What became of one recommendation, in words for an editor. ``label`` is its number, or its first words."""

    label: str
    what: str


def alterations(before: Sequence[Recommendation], after: Sequence[Recommendation]) -> tuple[Alteration, ...]:
    """What changed, in the order of the newer list, then what went. Order, number, case and punctuation are nothing."""
    pairs = _aligned(before, after)
    came = [_alteration(old, new) for old, new in pairs if new is not None]
    went = [Alteration(label=_label(old), what="removed") for old, new in pairs if old is not None and new is None]
    return tuple(alteration for alteration in (*came, *went) if alteration is not None)


def direction(recommendation: Recommendation) -> str:
    """``for`` or ``against`` what is recommended, by its grade, else by its words; nothing where neither tells."""
    for text in (recommendation.strength, recommendation.text):
        if _AGAINST.search(text):
            return "against"
        if _FOR.search(text):
            return "for"
    return ""


def _alteration(old: Recommendation | None, new: Recommendation) -> Alteration | None:
    if old is None:
        return Alteration(label=_label(new), what="added")
    what = ", ".join(_differences(old, new))
    return Alteration(label=_label(new), what=what) if what else None


def _differences(old: Recommendation, new: Recommendation) -> Iterator[str]:
    was, now = direction(old), direction(new)
    if was and now and was != now:
        yield f"turned from {was} to {now}"
    if tokens(old.strength) != tokens(new.strength):
        yield f"strength changed from “{old.strength or 'none'}” to “{new.strength or 'none'}”"
    if tokens(old.population) != tokens(new.population):
        yield f"population changed from “{old.population or 'none'}” to “{new.population or 'none'}”"
    if tokens(old.text) != tokens(new.text):
        yield "reworded"


def _label(recommendation: Recommendation) -> str:
    if recommendation.number:
        return recommendation.number
    words = recommendation.text.split()
    return f"“{' '.join(words[:8])}{' …' if len(words) > 8 else ''}”"


_Pair = tuple[Recommendation | None, Recommendation | None]


def _aligned(before: Sequence[Recommendation], after: Sequence[Recommendation]) -> list[_Pair]:
    """Each recommendation of either side once: with its like of the other side, or alone."""
    partner = _partners(before, after)
    taken = set(partner.values())
    pairs: list[_Pair] = [
        (before[partner[place]] if place in partner else None, new) for place, new in enumerate(after)
    ]
    return pairs + [(old, None) for place, old in enumerate(before) if place not in taken]


def _partners(before: Sequence[Recommendation], after: Sequence[Recommendation]) -> dict[int, int]:
    """Place in ``after`` → place in ``before``: equal wordings first, then the most alike."""
    old, new = [tokens(item.text) for item in before], [tokens(item.text) for item in after]
    partner: dict[int, int] = {}
    for place, words in enumerate(new):
        equal = [other for other, theirs in enumerate(old) if theirs == words and other not in partner.values()]
        if equal:
            partner[place] = min(equal, key=lambda other: _unlike(before[other], after[place]))
    left = [place for place in range(len(old)) if place not in partner.values()]
    right = [place for place in range(len(new)) if place not in partner]
    for _, place, other in sorted(_candidates(before, after, old, new, left, right)):
        if place not in partner and other not in partner.values():
            partner[place] = other
    return partner


def _unlike(old: Recommendation, new: Recommendation) -> tuple[bool, bool]:
    return old.number != new.number, old.strength != new.strength


def _candidates(
    before: Sequence[Recommendation],
    after: Sequence[Recommendation],
    old: Sequence[tuple[str, ...]],
    new: Sequence[tuple[str, ...]],
    left: Sequence[int],
    right: Sequence[int],
) -> Iterator[tuple[float, int, int]]:
    """Pairs that may be one recommendation in two wordings, the most alike with the lowest value."""
    too_many = len(left) * len(right) > MOST_COMPARED
    for place in right:
        for other in left:
            is_numbered = bool(after[place].number) and after[place].number == before[other].number
            if too_many and not is_numbered:
                continue
            alike = likeness(old[other], new[place])
            if alike >= (SAME_NUMBER if is_numbered else ANY_NUMBER):
                yield -alike - is_numbered, place, other
