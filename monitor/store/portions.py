"""Long lists in short queries: databases take some thousand parameters at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

AT_A_TIME = 1000

_Name = TypeVar("_Name")


def in_portions(names: Sequence[_Name]) -> Iterator[Sequence[_Name]]:
    """The names in their order, a thousand at a time."""
    return (names[start : start + AT_A_TIME] for start in range(0, len(names), AT_A_TIME))
