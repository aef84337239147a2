"""Whether two lists of primary outcomes measure the same. Pure.

What counts is what is measured. Time frames, order, case, punctuation, misspellings, abbreviations in brackets and the
words that only say how something is counted are nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.rules.wording import likeness, tokens


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """What is measured, and when."""

    measure: str
    time_frame: str = ""

    @classmethod
    def of(cls, text: str) -> Outcome:
        """Take apart the text ``measure [time frame]``."""
        measure, bracket, frame = text.rpartition(" [")
        return cls(measure, frame.removesuffix("]")) if bracket else cls(text)


SAYS_NO_SUBSTANCE = frozenset(
    {
        *("a", "an", "the", "of", "in", "to", "at", "on", "by", "for", "from", "with", "and", "or", "as", "is", "will"),
        *("be", "was", "were", "are", "their", "its", "this", "that", "who", "which", "using", "measured", "assessed"),
        *("evaluated", "determined", "defined", "based", "number", "percentage", "percent", "%", "proportion", "rate"),
        *("incidence", "mean", "median", "average", "participants", "participant", "subjects", "subject", "patients"),
        *("patient", "people", "individuals", "primary", "outcome", "outcomes", "measure", "endpoint", "level"),
        "levels",
    }
)
"""Grammar, and words that say how a measure is counted or that it is one."""

SHORTEST_MISSPELT = 5
"""Shorter words are too near to each other: “pain” and “gain” are not one word misspelt."""

NEARLY_THE_SAME = 0.9
"""A long description to which a few words were added, or from which they were taken, measures the same."""

_IN_BRACKETS = re.compile(r"\(\s*([A-Za-z][A-Za-z0-9-]{1,9})\s*\)")


def differing(before: Iterable[str], after: Iterable[str]) -> tuple[list[str], list[str]]:
    """The measures that are in one of two lists only; each is paired off with one of the same substance, if any."""
    gone, left = [], sorted(map(Outcome.of, after))
    for outcome in sorted(map(Outcome.of, before)):
        same = next((other for other in left if tokens(other.measure) == tokens(outcome.measure)), None)
        same = same or next((other for other in left if is_same(outcome, other)), None)
        if same is None:
            gone.append(outcome.measure)
        else:
            left.remove(same)
    return gone, [outcome.measure for outcome in left]


def is_same(left: Outcome, right: Outcome) -> bool:
    """Whether two wordings mean the same measure."""
    here, there = Counter(_substance(left.measure)), Counter(_substance(right.measure))
    gone, come = list((here - there).elements()), list((there - here).elements())
    for word in sorted(gone):
        if near := next((other for other in sorted(come) if _is_misspelt(word, other)), None):
            gone.remove(word)
            come.remove(near)
    gone, come = _without(gone, right.time_frame), _without(come, left.time_frame)
    if gone and come:
        return False
    rest = gone or come
    if not rest:
        return True
    has_figures = any(word[0].isdigit() for word in rest)
    return not has_figures and likeness(_substance(left.measure), _substance(right.measure)) >= NEARLY_THE_SAME


def _substance(measure: str) -> list[str]:
    return [word for word in tokens(_IN_BRACKETS.sub(_unless_it_abbreviates, measure)) if word not in SAYS_NO_SUBSTANCE]


def _unless_it_abbreviates(match: re.Match[str]) -> str:
    """Nothing for “(OS)” after “overall survival”: it repeats the initials of the words before it."""
    initials = "".join(word[0] for word in tokens(match.string[: match.start()]))
    return " " if initials.endswith(match.group(1).replace("-", "").casefold()) else match.group()


def _without(words: list[str], time_frame: str) -> list[str]:
    """The words that the other outcome does not have in its time frame either."""
    framed = set(tokens(time_frame))
    return [word for word in words if word not in framed]


def _is_misspelt(left: str, right: str) -> bool:
    """Whether two words differ by one letter: a misspelling, a plural, a British or American spelling."""
    short, long = sorted((left, right), key=len)
    if len(short) < SHORTEST_MISSPELT or len(long) - len(short) > 1 or not (left + right).isalpha():
        return False
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return swapped or short[start + 1 :] == long[start + 1 :]
