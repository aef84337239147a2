"""Chooses rows by several filters, and counts what each filter would leave with another choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Kind = tuple[Any, ...]
"""What the filters look at of a row: of thousands of rows there are few kinds, and each is looked at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One filter: what is wanted (nothing in particular, where it is empty), and what a kind of row has of it."""

    wanted: str
    of: Callable[[Kind], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted(Generic[Row]):
    """The rows that every filter lets pass; for each filter how many rows its values would leave."""

    rows: list[Row]
    counts: tuple[dict[Any, int], ...]


def sift(rows: Iterable[Row], kind_of: Callable[[Row], Kind], facets: Sequence[Facet]) -> Sifted[Row]:
    """Let pass what has all that is wanted."""
    by_kind: dict[Kind, list[int]] = {}
    chosen: list[Row] = []
    for row in rows:
        kind = kind_of(row)
        seen = by_kind.get(kind)
        if seen is None:
            seen = by_kind[kind] = [0, all(_passes(facet, kind) for facet in facets)]
        seen[0] += 1
        if seen[1]:
            chosen.append(row)
    counts: tuple[dict[Any, int], ...] = tuple({} for _ in facets)
    for kind, (number, _) in by_kind.items():
        missed = [at for at, facet in enumerate(facets) if not _passes(facet, kind)]
        for at in missed if missed else range(len(facets)):
            for value in facets[at].of(kind) if len(missed) < 2 else ():
                counts[at][value] = counts[at].get(value, 0) + number
    return Sifted(rows=chosen, counts=counts)


def _passes(facet: Facet, kind: Kind) -> bool:
    return not facet.wanted or facet.wanted in facet.of(kind)


def page_of(number: int, *, total: int, at_a_time: int) -> tuple[int, int]:
    """(the number of the page to show, how many there are): behind the last comes the last again."""
    pages = -(-total // at_a_time) or 1
    return max(1, min(number, pages)), pages
