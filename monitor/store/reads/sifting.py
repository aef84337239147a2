"""Chooses rows by several filters, and counts what each filter would leave with another choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet(Generic[Row]):
    """One filter: what is wanted (nothing in particular, where it is empty), and what a row has of it."""

    wanted: str
    of: Callable[[Row], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted(Generic[Row]):
    """The rows that every filter lets pass; for each filter how many rows its values would leave."""

    rows: list[Row]
    counts: tuple[dict[Any, int], ...]


def sift(rows: Iterable[Row], facets: Sequence[Facet[Row]]) -> Sifted[Row]:
    """Let pass what has all that is wanted."""
    chosen: list[Row] = []
    counts: tuple[dict[Any, int], ...] = tuple({} for _ in facets)
    for row in rows:
        values = [facet.of(row) for facet in facets]
        missed = [number for number, facet in enumerate(facets) if facet.wanted and facet.wanted not in values[number]]
        if not missed:
            chosen.append(row)
        if len(missed) < 2:
            for number in missed or range(len(facets)):
                count = counts[number]
                for value in values[number]:
                    count[value] = count.get(value, 0) + 1
    return Sifted(rows=chosen, counts=counts)


def page_of(number: int, *, total: int, at_a_time: int) -> tuple[int, int]:
    """(the number of the page to show, how many there are): behind the last comes the last again."""
    pages = -(-total // at_a_time) or 1
    return max(1, min(number, pages)), pages
