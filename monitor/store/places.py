"""By what the entries of an article are named: their own numbers, or their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def places_of(held: Iterable[tuple[int | None, int]]) -> dict[int, str]:
    """By the id of each reference of an article, given as (number, id): its number, or its place as ``#3``.

    The place stands for it where it has no number, or shares it with another.
    """
    ordered = sorted(held, key=lambda one: (one[0] is None, one[0] or 0, one[1]))
    shared = Counter(number for number, _ in ordered)
    return {
        reference_id: str(number) if number is not None and shared[number] == 1 else f"#{at}"
        for at, (number, reference_id) in enumerate(ordered, start=1)
    }
