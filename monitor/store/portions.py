"""Long lists in short queries: databases take some thousand parameters at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

AT_A_TIME = 1000

MANY = 10_000
"""For what one page shows: so few queries that their number does not depend on how much there is. Databases take it."""

_Name = TypeVar("_Name")


def in_portions(names: Sequence[_Name], at_a_time: int = AT_A_TIME) -> Iterator[Sequence[_Name]]:
    """The names in their order, a thousand at a time."""
    return (names[start : start + at_a_time] for start in range(0, len(names), at_a_time))
