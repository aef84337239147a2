"""Which cited number an unnumbered entry is: numbers rise with the order of the list, and content decides the gaps."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from monitor.domain.articles import Claim, Reference, ReferenceKind

_WORD = re.compile(r"[^\W\d_]{3,}|(?:19|20)\d\d")
_STOP = frozenset("and for from the with this that are was were been not but than".split())  # noqa: SIM905 - reads as words
_UNCITED = 0.75
"""What it costs to give an entry a number that nothing cites."""
_LATER = 1e-6
"""What each step to a later number costs, so that ties go to the earliest."""


def aligned(references: Sequence[Reference], claims: Iterable[Claim]) -> tuple[Reference, ...]:
    """Give the entries of a list without any number theirs.

    A list as long as the highest cited number is complete, and order alone decides. A shorter one lacks entries: each
    entry gets a number so that numbers rise and the entries share most words with the claims citing them.
    Lists with numbers, and articles that cite none, are left as they are.
    """
    cited = _words_by_marker(claims)
    if not references or not cited or any(reference.number is not None for reference in references):
        return tuple(references)
    highest = max(cited)
    if len(references) >= highest:
        return tuple(replace(reference, number=at) for at, reference in enumerate(references, start=1))
    return tuple(
        replace(reference, number=number)
        for reference, number in zip(references, _best_numbers(references, cited, highest), strict=True)
    )


def _best_numbers(references: Sequence[Reference], cited: Mapping[int, list[set[str]]], highest: int) -> list[int]:
    """The rising numbers of greatest total score, by dynamic programming over entries and numbers."""
    rarity = _rarity(references, cited)
    best = [0.0] * (highest + 1)
    choices: list[list[int]] = []
    for at, reference in enumerate(references):
        scores = _scores(reference, cited, rarity, highest)
        following, chosen = [-math.inf] * (highest + 1), [0] * (highest + 1)
        for number in range(at + 1, highest + 1):
            taken = best[number - 1] + scores[number]
            keeps = taken <= following[number - 1]
            following[number] = following[number - 1] if keeps else taken
            chosen[number] = chosen[number - 1] if keeps else number
        best = following
        choices.append(chosen)
    return _traced(choices, highest)


def _traced(choices: Sequence[Sequence[int]], highest: int) -> list[int]:
    numbers, limit = [], highest
    for chosen in reversed(choices):
        numbers.append(chosen[limit])
        limit = chosen[limit] - 1
    return numbers[::-1]


def _scores(
    reference: Reference, cited: Mapping[int, list[set[str]]], rarity: Mapping[str, float], highest: int
) -> list[float]:
    """By number: the share of the entry's words, weighed by rarity, that the best claim citing the number holds."""
    words = _content(reference)
    total = sum(rarity[word] for word in words) or 1.0
    scores = [0.0] * (highest + 1)
    for number in range(1, highest + 1):
        claims = cited.get(number)
        shared = max((sum(rarity[word] for word in words & claim) for claim in claims or ()), default=0.0)
        scores[number] = (shared / total if claims else -_UNCITED) - _LATER * number
    return scores


def _content(reference: Reference) -> set[str]:
    """The words that tell what an entry is about. The name of an in-house source tells nothing."""
    in_house = reference.kind is ReferenceKind.IN_HOUSE_SUMMARY and reference.title
    return _words(reference.title if in_house else reference.text)


def _rarity(references: Sequence[Reference], cited: Mapping[int, list[set[str]]]) -> dict[str, float]:
    """A word tells the more, the fewer numbers' claims it stands in."""
    counts = Counter(word for claims in cited.values() for word in set().union(*claims))
    words = {word for reference in references for word in _content(reference)} | set(counts)
    return {word: math.log(1 + len(cited) / (1 + counts[word])) for word in words}


def _words_by_marker(claims: Iterable[Claim]) -> dict[int, list[set[str]]]:
    cited: dict[int, list[set[str]]] = {}
    for claim in claims:
        words = _words(f"{claim.text} {claim.headings[-1] if claim.headings else ''}")
        for marker in claim.markers:
            cited.setdefault(marker, []).append(words)
    return cited


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in _WORD.findall(text.casefold()) if word not in _STOP}
